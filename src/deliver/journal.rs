//! A target's own durable progress: how far it was delivered, which message tells which alert, what
//! is held back.
//!
//! Lines are appended and synced before anything else is sent; a torn last line is dropped. It is
//! written anew, without what is over, whenever it is opened or has grown large. One process keeps
//! it at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::feed::Place;
use super::notes::{Note, Standing, StoryVersion};

/// Size from which it is written anew, if that makes it much smaller.
const BYTES_MAX: u64 = 16 << 20;

/// One target's progress.
pub struct Journal {
    path: PathBuf,
    file: File,
    /// Held as long as the journal is.
    _lock: File,
    bytes: u64,
    bytes_new: u64,
    standing: Standing,
    /// An alert that is over once its last event is done.
    over: Option<String>,
}

impl Journal {
    /// Goes on with what is there; a new one begins at `begin` of a file.
    ///
    /// # Errors
    /// A file that cannot be read or written, or that another process keeps.
    pub fn open(path: &Path, begin: u64) -> io::Result<Self> {
        let lock = locked(path)?;
        let mut standing = Standing { byte: begin, ..Standing::default() };
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        for line in whole.lines() {
            standing.take(serde_json::from_str(line).map_err(io::Error::other)?);
        }
        let (file, bytes) = written_anew(path, &standing)?;
        let path = path.to_owned();
        Ok(Self { path, file, _lock: lock, bytes, bytes_new: bytes, standing, over: None })
    }

    /// Where the target stands.
    #[must_use]
    pub const fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The message that tells an alert.
    #[must_use]
    pub fn message(&self, alert: &str) -> Option<&str> {
        self.standing.messages.get(alert).map(String::as_str)
    }

    /// How many parts of an event's delivery are done.
    #[must_use]
    pub fn parts(&self, event: &str) -> u8 {
        self.standing.part.as_ref().filter(|(known, _)| known == event).map_or(0, |(_, it)| *it)
    }

    /// What the target last had of a story.
    #[must_use]
    pub fn story(&self, story: &str) -> Option<&StoryVersion> {
        self.standing.stories.get(story)
    }

    /// Notes that a record is done with, and what that brought about, as a whole.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn set_done(&mut self, next: Place, mut notes: Vec<Note>) -> io::Result<()> {
        notes.extend(Option::<Note>::from(next));
        notes.extend(self.over.take().map(|alert| Note::Over { alert }));
        self.note(notes)?;
        if self.bytes > BYTES_MAX && self.bytes > 2 * self.bytes_new {
            (self.file, self.bytes) = written_anew(&self.path, &self.standing)?;
            self.bytes_new = self.bytes;
        }
        Ok(())
    }

    /// Notes which message tells an alert.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn set_message(&mut self, alert: &str, message: &str) -> io::Result<()> {
        let (alert, message) = (alert.to_owned(), message.to_owned());
        self.note(vec![Note::Message { alert, message }])
    }

    /// Notes that parts of an event's delivery are done.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn set_parts(&mut self, event: &str, parts: u8) -> io::Result<()> {
        self.note(vec![Note::Part { event: event.to_owned(), parts }])
    }

    /// The alert is over when the event at hand is done; until then its message is known, so that
    /// a kill in between posts nothing anew.
    pub fn over_when_done(&mut self, alert: &str) {
        self.over = Some(alert.to_owned());
    }

    /// Notes these as a whole.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn note(&mut self, notes: Vec<Note>) -> io::Result<()> {
        let bytes = lines(&notes);
        self.file.write_all(&bytes)?;
        self.file.sync_data()?;
        self.bytes += bytes.len() as u64;
        notes.into_iter().for_each(|note| self.standing.take(note));
        Ok(())
    }
}

fn lines(notes: &[Note]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for note in notes {
        serde_json::to_writer(&mut bytes, note).expect("notes are plain data with text keys");
        bytes.push(b'\n');
    }
    bytes
}

/// How often a lock is tried: a program that is just being started holds for a moment what the one
/// that starts it had open, and one that ends lets go late.
const TRIES: usize = 20;
const BETWEEN_TRIES: Duration = Duration::from_millis(50);

/// A file beside the journal that one process holds at a time.
fn locked(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let lock = File::create(path.with_extension("lock"))?;
    for _ in 0..TRIES {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) => thread::sleep(BETWEEN_TRIES),
        }
    }
    let why = "another process delivers to this target already";
    Err(io::Error::new(io::ErrorKind::WouldBlock, why))
}

/// Puts the fewest notes in place of what is there, as a whole, and opens it for appending.
fn written_anew(path: &Path, standing: &Standing) -> io::Result<(File, u64)> {
    let bytes = lines(&standing.notes());
    super::placed::put(path, &path.with_extension("tmp"), &bytes)?;
    Ok((OpenOptions::new().append(true).open(path)?, bytes.len() as u64))
}
