//! A target's own durable progress: how far it was delivered, and which message tells which alert.
//!
//! Lines are appended and synced before anything else is sent; a torn last line is dropped. It is
//! written anew, without what is over, whenever it is opened.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// What is noted.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Note {
    /// All before this offset is delivered, or was given up.
    Done(u64),
    /// This message tells this alert.
    Message { alert: String, message: String },
    /// A part of an event's delivery is done.
    Part { event: String, parts: u8 },
    /// The alert is over.
    Over { alert: String },
    /// An event was given up.
    GivenUp { event: String, reason: String },
}

/// One target's progress.
pub struct Journal {
    file: File,
    done: u64,
    messages: BTreeMap<String, String>,
    part: Option<(String, u8)>,
    /// An alert that is over once its last event is done.
    over: Option<String>,
}

impl Journal {
    /// Goes on with what is there; a new one begins at `begin`.
    ///
    /// # Errors
    /// A file that cannot be read or written.
    pub fn open(path: &Path, begin: u64) -> io::Result<Self> {
        let (mut done, mut messages, mut part) = (begin, BTreeMap::new(), None);
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        for line in whole.lines() {
            let note: Note = serde_json::from_str(line).map_err(io::Error::other)?;
            match note {
                Note::Done(to) => (done, part) = (to, None),
                Note::Message { alert, message } => {
                    messages.insert(alert, message);
                }
                Note::Part { event, parts } => part = Some((event, parts)),
                Note::Over { alert } => {
                    messages.remove(&alert);
                }
                Note::GivenUp { .. } => {}
            }
        }
        let notes = std::iter::once(Note::Done(done))
            .chain(messages.iter().map(|(alert, message)| Note::Message {
                alert: alert.clone(),
                message: message.clone(),
            }))
            .chain(part.clone().map(|(event, parts)| Note::Part { event, parts }));
        let mut bytes = Vec::new();
        notes.for_each(|note| append(&mut bytes, &note));
        let file = replaced(path, &bytes)?;
        Ok(Self { file, done, messages, part, over: None })
    }

    /// Up to where everything is delivered.
    #[must_use]
    pub const fn done(&self) -> u64 {
        self.done
    }

    /// The message that tells an alert.
    #[must_use]
    pub fn message(&self, alert: &str) -> Option<&str> {
        self.messages.get(alert).map(String::as_str)
    }

    /// How many parts of an event's delivery are done.
    #[must_use]
    pub fn parts(&self, event: &str) -> u8 {
        self.part.as_ref().filter(|(known, _)| known == event).map_or(0, |(_, parts)| *parts)
    }

    /// Notes that everything before an offset is delivered.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn set_done(&mut self, to: u64) -> io::Result<()> {
        let mut bytes = Vec::new();
        append(&mut bytes, &Note::Done(to));
        let over = self.over.take();
        if let Some(alert) = over.clone() {
            append(&mut bytes, &Note::Over { alert });
        }
        self.write(&bytes)?;
        over.iter().for_each(|alert| drop(self.messages.remove(alert)));
        (self.done, self.part) = (to, None);
        Ok(())
    }

    /// Notes which message tells an alert.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn set_message(&mut self, alert: &str, message: &str) -> io::Result<()> {
        let (alert, message) = (alert.to_owned(), message.to_owned());
        self.note(&Note::Message { alert: alert.clone(), message: message.clone() })?;
        self.messages.insert(alert, message);
        Ok(())
    }

    /// Notes that parts of an event's delivery are done.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn set_parts(&mut self, event: &str, parts: u8) -> io::Result<()> {
        self.note(&Note::Part { event: event.to_owned(), parts })?;
        self.part = Some((event.to_owned(), parts));
        Ok(())
    }

    /// The alert is over when the event at hand is done; until then its message is known, so that
    /// a kill in between posts nothing anew.
    pub fn over_when_done(&mut self, alert: &str) {
        self.over = Some(alert.to_owned());
    }

    /// Notes that an event was given up.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn give_up(&mut self, event: &str, reason: &str) -> io::Result<()> {
        self.note(&Note::GivenUp { event: event.to_owned(), reason: reason.to_owned() })
    }

    fn note(&mut self, note: &Note) -> io::Result<()> {
        let mut bytes = Vec::new();
        append(&mut bytes, note);
        self.write(&bytes)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.file.sync_data()
    }
}

fn append(bytes: &mut Vec<u8>, note: &Note) {
    serde_json::to_writer(&mut *bytes, note).expect("notes are plain data with text keys");
    bytes.push(b'\n');
}

/// Puts a file in place of another as a whole, and opens it for appending.
fn replaced(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let folder = path.parent().map_or_else(|| PathBuf::from("."), Path::to_owned);
    fs::create_dir_all(&folder)?;
    let new = path.with_extension("tmp");
    let mut file = File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    File::open(&folder)?.sync_all()?;
    OpenOptions::new().append(true).open(path)
}
