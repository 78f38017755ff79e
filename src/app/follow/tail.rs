//! A file of lines, followed as it grows, like `tail -F`.
//!
//! A line counts when its end has come. A file that was replaced or cut short begins anew, after
//! the rest of the old one was read, also where that happened while nobody looked.

use std::fs::{self, File, Metadata};
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::super::arrivals::{Arrival, Sender};
use super::super::record;
use super::super::resume::{Again, Resume};
use crate::inputs::{Input as _, Lines};

/// Bytes in which the last end of a line is looked for at a time.
const PIECE_BYTES: u64 = 64 << 10;

/// One file of lines.
pub(super) struct Tail {
    path: PathBuf,
    source: String,
    file: File,
    /// Device and inode: which file stands under the name.
    identity: (u64, u64),
    /// All whole lines before this were given.
    offset: u64,
    /// No end of a line stands between the offset and this.
    searched: u64,
    line: u64,
    again: Again,
}

impl Tail {
    pub fn open(path: &Path, resume: &Resume) -> io::Result<Self> {
        let source = path.display().to_string();
        let again = resume.begin(&source);
        Self::begin(path.to_owned(), source, again)
    }

    fn begin(path: PathBuf, source: String, again: Again) -> io::Result<Self> {
        let file = File::open(&path)?;
        let identity = identity(&file.metadata()?);
        Ok(Self { path, source, file, identity, offset: 0, searched: 0, line: 0, again })
    }

    /// Gives what has come; whether somebody still listens.
    pub fn look(
        &mut self,
        there: Option<&Metadata>,
        sender: &Sender,
        record_bytes_max: usize,
    ) -> io::Result<bool> {
        let length = self.file.metadata()?.len();
        let was_cut = length < self.offset;
        if !was_cut && !self.read(length, sender, record_bytes_max)? {
            return Ok(false);
        }
        if !self.again.has_caught_up() {
            return self.was_rotated_before(sender, record_bytes_max);
        }
        let was_replaced = there.is_some_and(|there| identity(there) != self.identity);
        if !was_cut && !was_replaced {
            return Ok(true);
        }
        if was_replaced && !self.read_to(length, sender, record_bytes_max)? {
            return Ok(false);
        }
        self.begin_anew(sender)
    }

    /// Gives the whole lines up to here.
    fn read(&mut self, length: u64, sender: &Sender, record_bytes_max: usize) -> io::Result<bool> {
        let Some(end) = self.last_line_end(length)? else {
            return Ok(true);
        };
        self.read_to(end, sender, record_bytes_max)
    }

    /// Gives the lines up to here, the last one whole or not.
    fn read_to(&mut self, end: u64, sender: &Sender, record_bytes_max: usize) -> io::Result<bool> {
        self.file.seek(SeekFrom::Start(self.offset))?;
        let bytes = (&self.file).take(end.saturating_sub(self.offset));
        let mut lines = Lines::new(&self.source, BufReader::new(bytes), record_bytes_max);
        let mut last = self.line;
        while let Some(raw) = lines.next().map_err(io::Error::other)? {
            let mut record = record(raw);
            record.line += self.line;
            last = record.line;
            match self.again.is_new(record.line, record.content()) {
                Ok(true) if !sender.send(Arrival::Record(record)) => return Ok(false),
                Ok(_) => {}
                Err(_) => return self.was_rotated_before(sender, record_bytes_max),
            }
        }
        self.line = last;
        self.offset = end;
        self.searched = end;
        Ok(true)
    }

    /// One past the last end of a line before `length`.
    fn last_line_end(&mut self, length: u64) -> io::Result<Option<u64>> {
        let mut end = length;
        while end > self.searched {
            let start = end.saturating_sub(PIECE_BYTES).max(self.searched);
            self.file.seek(SeekFrom::Start(start))?;
            let mut piece = Vec::new();
            (&self.file).take(end - start).read_to_end(&mut piece)?;
            if let Some(at) = piece.iter().rposition(|byte| *byte == b'\n') {
                return Ok(Some(start + at as u64 + 1));
            }
            end = start;
        }
        self.searched = length;
        Ok(None)
    }

    /// The file is not the one that was read before: what is left of that one, if it is still
    /// there under a longer name, then this one from its beginning.
    fn was_rotated_before(&mut self, sender: &Sender, record_bytes_max: usize) -> io::Result<bool> {
        let mut found = false;
        for old in rotated(&self.path) {
            if self.read_rest(&old, sender, record_bytes_max)? {
                found = true;
                break;
            }
        }
        if !found {
            tracing::warn!(
                file = %self.path.display(),
                "not the file that was read before, which is not found beside it; read as a new one"
            );
        }
        self.begin_anew(sender)
    }

    /// Whether this is the file that was read before; if so, what is left of it was given.
    fn read_rest(&self, old: &Path, sender: &Sender, record_bytes_max: usize) -> io::Result<bool> {
        let mut again = self.again.once_more();
        let reader = BufReader::new(File::open(old)?);
        let mut lines = Lines::new(&self.source, reader, record_bytes_max);
        while let Some(raw) = lines.next().map_err(io::Error::other)? {
            let record = record(raw);
            match again.is_new(record.line, record.content()) {
                Err(_) => return Ok(false),
                Ok(true) if !sender.send(Arrival::Record(record)) => return Ok(true),
                Ok(_) => {}
            }
        }
        Ok(again.check_end().is_ok())
    }

    fn begin_anew(&mut self, sender: &Sender) -> io::Result<bool> {
        tracing::info!(file = self.source, "begins anew");
        let source = self.source.clone();
        let again = Again::from_the_beginning(&source);
        *self = Self::begin(self.path.clone(), source.clone(), again)?;
        Ok(sender.send(Arrival::Anew { source }))
    }
}

fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

/// Files beside this one whose names go on after its name (`wire.ndjson.1`), the newest first.
fn rotated(path: &Path) -> Vec<PathBuf> {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Vec::new() };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let Ok(entries) = fs::read_dir(folder.unwrap_or(Path::new("."))) else { return Vec::new() };
    let longer = |entry: &fs::DirEntry| {
        entry.file_name().to_str().is_some_and(|it| it.len() > name.len() && it.starts_with(name))
    };
    let mut found: Vec<_> = entries
        .filter_map(Result::ok)
        .filter(longer)
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    found.sort_unstable();
    found.into_iter().rev().map(|(_, path)| path).collect()
}
