//! A story target's way: each version of a story that says something else than the one before, as
//! a news item of its own, with times that rise by whole seconds.

use serde_json::{Map, Value};

use super::courier::{Ended, INTERVAL, Pace};
use super::document::Document;
use super::feed::{Feed, Parcel};
use super::notes::{Note, StoryVersion};
use super::tries::Trying;
use super::{Failure, Journal, Tally, ninjs};

/// One version of a story's item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Which story.
    pub story: String,
    /// Seconds since 1970; later than any earlier version's.
    pub at: i64,
    /// The item.
    pub item: Map<String, Value>,
    /// Versions that nobody may read any more, since something of them was taken back: those of a
    /// story before a time.
    pub replaces: Vec<(String, i64)>,
}

/// Where versions go.
pub trait StoryTarget: Send {
    /// Delivers one version.
    ///
    /// # Errors
    /// Why not, and whether trying again may help.
    fn deliver(&mut self, version: &Version) -> Result<(), Failure>;
}

/// Delivers stories to one target.
pub struct StoryCourier {
    name: String,
    feed: Box<dyn Feed>,
    journal: Journal,
    target: Box<dyn StoryTarget>,
    /// Desks whose stories it gets; empty: all.
    desks: Vec<String>,
    tally: Tally,
}

impl StoryCourier {
    /// Goes on where the journal stands.
    #[must_use]
    pub fn of(
        name: &str,
        feed: Box<dyn Feed>,
        journal: Journal,
        target: Box<dyn StoryTarget>,
        desks: Vec<String>,
    ) -> Self {
        let (name, tally) = (name.to_owned(), Tally::default());
        Self { name, feed, journal, target, desks, tally }
    }

    /// Counting what becomes of it.
    #[must_use]
    pub fn counting(self, tally: Tally) -> Self {
        Self { tally, ..self }
    }

    /// Delivers what is there and what comes, until told to stop.
    pub fn run(&mut self, pace: &mut dyn Pace) -> Ended {
        loop {
            let is_new = match self.feed.take() {
                Err(error) => {
                    tracing::warn!(target = self.name, error, "cannot read stories; trying again");
                    false
                }
                Ok(None) => false,
                Ok(Some(parcel)) => match self.take(&parcel, pace) {
                    Ok(()) => true,
                    Err(ended) => return ended,
                },
            };
            if !is_new && !pace.wait(INTERVAL) {
                return Ended::Stopped;
            }
        }
    }

    fn take(&mut self, parcel: &Parcel, pace: &mut dyn Pace) -> Result<(), Ended> {
        let story = parcel.key.clone();
        let notes = match parcel.line.as_deref().map(Document::read) {
            None if self.journal.story(&story).is_some() => vec![Note::Forgotten { story }],
            None => Vec::new(),
            Some(Err(error)) => {
                tracing::error!(target = self.name, story, %error, "no document; passed over");
                Vec::new()
            }
            Some(Ok(document)) if self.is_wanted(&document) => self.tell(&document, pace)?,
            Some(Ok(_)) => Vec::new(),
        };
        if notes.is_empty() && parcel.next == super::feed::Place::Nowhere {
            return Ok(());
        }
        Ok(self.journal.set_done(parcel.next, notes)?)
    }

    fn is_wanted(&self, document: &Document) -> bool {
        self.desks.is_empty() || self.desks.contains(&document.desk)
    }

    /// Tells what a document says that the target does not know; answers what is to be noted.
    fn tell(&mut self, document: &Document, pace: &mut dyn Pace) -> Result<Vec<Note>, Ended> {
        let mut notes = Vec::new();
        for (version, note) in versions(document, &self.journal) {
            let Self { name, target, tally, .. } = self;
            tally.delivers(writethru_core::article::Time(document.updated() * 1000));
            let trying = Trying { target: name, what: &version.story, tally };
            let given_up = trying.deliver(pace, &mut || target.deliver(&version))?;
            tally.idle(pace.now());
            let event = version.story.clone();
            notes.extend(given_up.map(|reason| Note::GivenUp { event, reason }));
            notes.push(Note::Story { story: version.story, version: note });
        }
        Ok(notes)
    }
}

/// What the target is to be told, each with what is known of the story from then on.
fn versions(document: &Document, journal: &Journal) -> Vec<(Version, StoryVersion)> {
    let mut versions = Vec::new();
    let uri = ninjs::uri(&document.desk, &document.id);
    for merged in &document.merged_from {
        let Some(known) = journal.story(merged).filter(|it| it.at > 0 && !it.is_canceled) else {
            continue;
        };
        let content = ninjs::canceled(&uri);
        let merged_uri = ninjs::uri(&document.desk, merged);
        versions.push(version(document, merged, &merged_uri, known, &content, Vec::new()));
    }
    let content = ninjs::content(document);
    let new = StoryVersion::default();
    let known = journal.story(&document.id).unwrap_or(&new);
    if known.digest != digest(&content) {
        let fell = document.fallen() > known.fallen || document.is_withdrawn();
        let replaces = if fell { replaced(document, known, journal) } else { Vec::new() };
        versions.push(version(document, &document.id, &uri, known, &content, replaces));
    }
    versions
}

/// All versions of a story before the next one, and of the stories that became part of it before
/// they were cancelled.
fn replaced(document: &Document, known: &StoryVersion, journal: &Journal) -> Vec<(String, i64)> {
    let merged = document.merged_from.iter().filter_map(|story| {
        let known = journal.story(story)?;
        let next = if known.is_canceled { known.at } else { later(document, known) };
        Some((story.clone(), next))
    });
    merged.chain([(document.id.clone(), later(document, known))]).collect()
}

/// Rises by whole seconds.
fn later(document: &Document, known: &StoryVersion) -> i64 {
    document.updated().max(known.at + 1)
}

fn version(
    document: &Document,
    story: &str,
    uri: &str,
    known: &StoryVersion,
    content: &Map<String, Value>,
    replaces: Vec<(String, i64)>,
) -> (Version, StoryVersion) {
    let at = later(document, known);
    let item = ninjs::item(uri, document.version, document.opened(), at, content);
    let version = Version { story: story.to_owned(), at, item, replaces };
    let known = StoryVersion {
        at,
        digest: digest(content),
        fallen: document.fallen(),
        is_canceled: content.get("pubstatus").is_some_and(|it| it == "canceled"),
    };
    (version, known)
}

/// Takes note of a story as it stands before the target begins: only what comes is told.
#[must_use]
pub fn known(document: &Document) -> Note {
    let version = StoryVersion {
        at: 0,
        digest: digest(&ninjs::content(document)),
        fallen: document.fallen(),
        is_canceled: document.is_withdrawn(),
    };
    Note::Story { story: document.id.clone(), version }
}

fn digest(content: &Map<String, Value>) -> String {
    let bytes = serde_json::to_vec(content).expect("an item is plain data");
    blake3::hash(&bytes).to_hex().to_string()
}
