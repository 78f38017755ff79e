//! What a target's journal says, and where that leaves the target: a fold of its notes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::feed::Place;
use super::holds::{Held, HeldEvent};

/// What is noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// What was there before the target began is passed over.
    Begun,
    /// All before this byte of the file is delivered, held, or was given up.
    Done(u64),
    /// All before this offset of a partition is.
    Next { partition: i32, next: i64 },
    /// This message tells this alert.
    Message { alert: String, message: String },
    /// A part of an event's delivery is done.
    Part { event: String, parts: u8 },
    /// The alert is over.
    Over { alert: String },
    /// An event was given up.
    GivenUp { event: String, reason: String },
    /// An event was sent that counts against a limit.
    Sent { event: String, rule: String, at_ms: i64 },
    /// An event is held back.
    Held(HeldEvent),
    /// What is held of an alert is not to be told any more: something newer was.
    Released { alert: String },
    /// What is held of an alert was taken back before it was told.
    TakenBack { hold: String, alert: String, event: String },
    /// What one rule held is told.
    Digested { hold: String },
    /// A story's newest version that was written.
    Story { story: String, version: StoryVersion },
    /// A story that is known no more.
    Forgotten { story: String },
}

/// What a target last had of a story.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryVersion {
    /// Its time, in seconds since 1970; 0 where nothing was written yet.
    pub at: i64,
    /// Of all that a version says, save its number and time.
    pub digest: String,
    /// Articles and claims of it that were taken back.
    pub fallen: u32,
    /// It was taken back itself.
    pub is_canceled: bool,
}

/// Where a target stands.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// It knows where it began.
    pub has_begun: bool,
    /// Up to this byte everything is done.
    pub byte: u64,
    /// The next offset of each partition.
    pub offsets: BTreeMap<i32, i64>,
    /// Messages by alert.
    pub messages: BTreeMap<String, String>,
    /// How much of the event at hand is done.
    pub part: Option<(String, u8)>,
    /// What is held back, and what was sent.
    pub held: Held,
    /// The newest version of each story.
    pub stories: BTreeMap<String, StoryVersion>,
}

impl Standing {
    /// Takes one note in.
    pub fn take(&mut self, note: Note) {
        match note {
            Note::Begun => self.has_begun = true,
            Note::Done(to) => (self.byte, self.part) = (to, None),
            Note::Next { partition, next } => {
                self.offsets.insert(partition, next);
                self.part = None;
            }
            Note::Message { alert, message } => {
                self.messages.insert(alert, message);
            }
            Note::Part { event, parts } => self.part = Some((event, parts)),
            Note::Over { alert } => {
                self.messages.remove(&alert);
            }
            Note::GivenUp { .. } => {}
            Note::Sent { event, rule, at_ms } => self.held.sent(event, rule, at_ms),
            Note::Held(event) => self.held.hold(event),
            Note::Released { alert } => self.held.release(&alert),
            Note::TakenBack { hold, alert, event } => self.held.take_back(&hold, &alert, event),
            Note::Digested { hold } => self.held.digested(&hold),
            Note::Story { story, version } => {
                self.stories.insert(story, version);
            }
            Note::Forgotten { story } => {
                self.stories.remove(&story);
            }
        }
    }

    /// The fewest notes that say the same.
    #[must_use]
    pub fn notes(&self) -> Vec<Note> {
        let mut notes = vec![Note::Done(self.byte)];
        notes.extend(self.has_begun.then_some(Note::Begun));
        let offsets = self.offsets.iter();
        notes.extend(
            offsets.map(|(partition, next)| Note::Next { partition: *partition, next: *next }),
        );
        let messages = self.messages.iter();
        notes.extend(messages.map(|(alert, message)| Note::Message {
            alert: alert.clone(),
            message: message.clone(),
        }));
        notes.extend(self.part.clone().map(|(event, parts)| Note::Part { event, parts }));
        notes.extend(self.held.notes());
        let stories = self.stories.iter();
        notes.extend(stories.map(|(story, version)| Note::Story {
            story: story.clone(),
            version: version.clone(),
        }));
        notes
    }
}

impl From<Place> for Option<Note> {
    fn from(place: Place) -> Self {
        match place {
            Place::Byte(byte) => Some(Note::Done(byte)),
            Place::Offset { partition, next } => Some(Note::Next { partition, next }),
            Place::Nowhere => None,
        }
    }
}
