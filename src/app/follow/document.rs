//! A feed, an array or a packed file: read as a whole, once it has stopped changing.
//!
//! A feed that was fetched again holds earlier entries, too; the desk knows them as repeats.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::super::arrivals::{Arrival, Sender};
use super::super::record;
use super::super::resume::{Again, Resume};
use crate::inputs::{Input as _, Inputs};

/// Size, time of change and inode: what it looked like.
type Look = (u64, i64, i64, u64);

/// One file that is read as a whole.
pub(super) struct Document {
    path: PathBuf,
    source: String,
    /// As it was at the last look.
    seen: Option<Look>,
    /// As it was when it was read.
    read: Option<Look>,
    again: Again,
}

impl Document {
    pub fn new(path: &Path, resume: &Resume) -> Self {
        let source = path.display().to_string();
        let again = resume.begin(&source);
        Self { path: path.to_owned(), again, source, seen: None, read: None }
    }

    /// Whether somebody still listens.
    pub fn look(
        &mut self,
        there: Option<&Metadata>,
        sender: &Sender,
        record_bytes_max: usize,
    ) -> io::Result<bool> {
        let now = there.map(|it| (it.len(), it.mtime(), it.mtime_nsec(), it.ino()));
        let is_stable = now == self.seen;
        self.seen = now;
        if now.is_none() || now == self.read || !is_stable {
            return Ok(true);
        }
        self.read = now;
        if self.pass(sender, record_bytes_max)? == Pass::Differs {
            let source = self.source.clone();
            self.again = Again::from_the_beginning(&source);
            if !sender.send(Arrival::Anew { source }) {
                return Ok(false);
            }
            return Ok(self.pass(sender, record_bytes_max)? != Pass::Unwanted);
        }
        Ok(true)
    }

    /// Reads it from the beginning, giving what is new.
    fn pass(&mut self, sender: &Sender, record_bytes_max: usize) -> io::Result<Pass> {
        let mut again = self.again.once_more();
        let mut input = Inputs::open(&[&self.path], record_bytes_max).map_err(io::Error::other)?;
        loop {
            let raw = match input.next() {
                Ok(Some(raw)) => raw,
                Ok(None) => break,
                Err(error) => {
                    // What was given by now is not given again once the file is whole.
                    if again.has_caught_up() {
                        self.again = again;
                    }
                    return Err(io::Error::other(error));
                }
            };
            let record = record(raw);
            match again.is_new(record.line, record.content()) {
                Err(_) => return Ok(Pass::Differs),
                Ok(true) if !sender.send(Arrival::Record(record)) => return Ok(Pass::Unwanted),
                Ok(_) => {}
            }
        }
        if again.check_end().is_err() {
            return Ok(Pass::Differs);
        }
        self.again = again;
        Ok(Pass::Done)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    Done,
    /// It is not the file of before: it is to be read as another one.
    Differs,
    Unwanted,
}
