//! A file of lines, followed as it grows, like `tail -F`.
//!
//! A line counts when its end has come, or when nothing comes any more: it is whole, or the service
//! stops. Where the rest of such a line comes later, the grown line is a record of its own. A file
//! that was replaced, cut short or written anew begins anew, after the rest of the old one was read,
//! also where that happened while nobody looked.

use std::fs::{self, File, Metadata};
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;

use super::super::Stop;
use super::super::arrivals::{Arrival, Sender};
use super::super::record;
use super::super::resume::{Again, Resume};
use crate::inputs::{Input as _, Lines};
use crate::log::Progress;

/// Bytes in which the last end of a line is looked for at a time.
const PIECE_BYTES: u64 = 64 << 10;
/// Bytes at the beginning and at the end of what was read by which a file is known again.
const MARK_BYTES: u64 = 1 << 10;
/// So many blank bytes at the end of a file are no line.
const BLANK_BYTES_MAX: usize = 4 << 10;
/// Looks without growth after which a last line is taken, where it is whole JSON,
const WHOLE_LOOKS: u32 = 5;
/// and where it is not.
const PART_LOOKS: u32 = 300;

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
    marks: Marks,
    /// The last line that was given, while its end has not come.
    open: Option<Unended>,
    /// Length and time of change at the last look, and how many looks found the same.
    seen: (u64, i64, i64),
    still: u32,
}

/// By which bytes a file is known again.
#[derive(Default)]
struct Marks {
    head: Vec<u8>,
    foot: Vec<u8>,
}

/// A line that was given without its end.
struct Unended {
    start: u64,
    /// What was consumed before it.
    before: Progress,
}

/// Where records go.
pub(super) struct Way<'a> {
    pub sender: &'a Sender,
    pub record_bytes_max: usize,
    /// Nothing more is begun once it is asked.
    pub stop: &'a Stop,
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
        Ok(Self {
            path,
            source,
            file,
            identity,
            offset: 0,
            searched: 0,
            line: 0,
            again,
            marks: Marks::default(),
            open: None,
            seen: (0, 0, 0),
            still: 0,
        })
    }

    /// Gives what has come; whether somebody still listens.
    pub fn look(&mut self, there: Option<&Metadata>, way: &Way<'_>) -> io::Result<bool> {
        let about = self.file.metadata()?;
        let length = about.len();
        let now = (length, about.mtime(), about.mtime_nsec());
        self.still = if now == self.seen { self.still.saturating_add(1) } else { 0 };
        let was_cut = length < self.offset;
        let was_rewritten = !was_cut && now != self.seen && !self.is_known_again();
        self.seen = now;
        if was_cut || was_rewritten {
            return self.begin_anew(way.sender);
        }
        if !self.go_on_with_line(length, way.sender)? || !self.read(length, way)? {
            return Ok(false);
        }
        if !self.again.has_caught_up() && !self.take_last(length, way)? {
            return Ok(false);
        }
        if !self.again.has_caught_up() {
            return self.was_rotated_before(way);
        }
        if there.is_some_and(|there| identity(there) != self.identity) {
            return Ok(self.read_to(length, way)? && self.begin_anew(way.sender)?);
        }
        let is_due = match self.still {
            WHOLE_LOOKS => self.is_last_whole(length, way.record_bytes_max),
            looks => looks >= PART_LOOKS,
        };
        if is_due { self.take_last(length, way) } else { Ok(true) }
    }

    /// At a stop, a last line is a line.
    pub fn end(&mut self, way: &Way<'_>) -> io::Result<bool> {
        let length = self.file.metadata()?.len();
        let is_idle = length <= self.offset || !self.again.has_caught_up();
        if is_idle || !self.is_known_again() {
            return Ok(true);
        }
        if !self.go_on_with_line(length, way.sender)? {
            return Ok(false);
        }
        match self.last_line_end(length)? {
            Some(_) => Ok(true),
            None => self.take_last(length, way),
        }
    }

    /// Gives the whole lines up to here.
    fn read(&mut self, length: u64, way: &Way<'_>) -> io::Result<bool> {
        match self.last_line_end(length)? {
            Some(end) => self.read_to(end, way),
            None => Ok(true),
        }
    }

    /// Gives the lines up to here, the last one whole or not.
    fn read_to(&mut self, end: u64, way: &Way<'_>) -> io::Result<bool> {
        self.file.seek(SeekFrom::Start(self.offset))?;
        let bytes = (&self.file).take(end.saturating_sub(self.offset));
        let mut lines = Lines::new(&self.source, BufReader::new(bytes), way.record_bytes_max);
        let mut last = self.line;
        while let Some(raw) = lines.next().map_err(io::Error::other)? {
            if way.stop.is_asked() {
                return Ok(false);
            }
            let mut record = record(raw);
            record.line += self.line;
            last = record.line;
            let is_new = match self.again.is_new(record.line, record.content()) {
                Ok(is_new) => is_new,
                Err(_) => match self.again.is_grown(record.content()) {
                    Some(before) => {
                        self.again.go_back(before);
                        if !way.sender.send(grown(&self.source, before)) {
                            return Ok(false);
                        }
                        self.again.is_new(record.line, record.content()).unwrap_or(true)
                    }
                    None => return self.was_rotated_before(way),
                },
            };
            if is_new && !way.sender.send(Arrival::Record(record)) {
                return Ok(false);
            }
        }
        self.line = last;
        self.offset = end;
        self.searched = end;
        self.mark();
        Ok(true)
    }

    /// Gives a last line that has no end, if there is one.
    fn take_last(&mut self, length: u64, way: &Way<'_>) -> io::Result<bool> {
        let (start, before) = (self.offset, self.again.seen());
        if self.is_rest_blank(length) {
            return Ok(true);
        }
        if !self.read_to(length, way)? {
            return Ok(false);
        }
        if self.again.seen().records > before.records {
            self.open = Some(Unended { start, before });
        }
        Ok(true)
    }

    fn is_last_whole(&self, length: u64, bytes_max: usize) -> bool {
        self.rest(length, bytes_max)
            .is_some_and(|line| serde_json::from_slice::<IgnoredAny>(&line).is_ok())
    }

    fn is_rest_blank(&self, length: u64) -> bool {
        let rest = self.rest(length, BLANK_BYTES_MAX);
        rest.is_some_and(|line| line.iter().all(u8::is_ascii_whitespace))
    }

    /// What was not given yet, where it is not too much.
    fn rest(&self, length: u64, bytes_max: usize) -> Option<Vec<u8>> {
        let bytes = usize::try_from(length.checked_sub(self.offset)?).ok()?;
        let mut rest = vec![0; Some(bytes).filter(|bytes| *bytes <= bytes_max)?];
        self.file.read_exact_at(&mut rest, self.offset).ok()?;
        Some(rest)
    }

    /// More came behind a line that was given without its end: that end, or more of the line, which
    /// is then given as it has become.
    fn go_on_with_line(&mut self, length: u64, sender: &Sender) -> io::Result<bool> {
        if length <= self.offset {
            return Ok(true);
        }
        let Some(Unended { start, before }) = self.open.take() else { return Ok(true) };
        let mut next = [0; 2];
        let read = self.file.read_at(&mut next, self.offset)?;
        match next.get(..read).unwrap_or_default() {
            [b'\n', ..] => self.offset += 1,
            [b'\r', b'\n'] => self.offset += 2,
            _ => {
                self.offset = start;
                self.line -= 1;
                self.searched = start;
                self.mark();
                self.again.go_back(before);
                return Ok(sender.send(grown(&self.source, before)));
            }
        }
        self.searched = self.offset;
        self.mark();
        Ok(true)
    }

    /// Notes by which bytes it is known again.
    fn mark(&mut self) {
        let bytes = |from: u64, to: u64| {
            let mut bytes = vec![0; usize::try_from(to - from).unwrap_or_default()];
            let read = self.file.read_exact_at(&mut bytes, from);
            read.map(|()| bytes).unwrap_or_default()
        };
        let head = bytes(0, self.offset.min(MARK_BYTES));
        let foot = bytes(self.offset.saturating_sub(MARK_BYTES), self.offset);
        self.marks = Marks { head, foot };
    }

    /// Whether what was read stands there still, by its beginning and its end.
    fn is_known_again(&self) -> bool {
        let stands = |at: u64, bytes: &[u8]| {
            let mut there = vec![0; bytes.len()];
            self.file.read_exact_at(&mut there, at).is_ok() && there == bytes
        };
        let Marks { head, foot } = &self.marks;
        stands(0, head) && stands(self.offset.saturating_sub(foot.len() as u64), foot)
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
    fn was_rotated_before(&mut self, way: &Way<'_>) -> io::Result<bool> {
        let mut found = false;
        for old in rotated(&self.path) {
            if self.read_rest(&old, way.sender, way.record_bytes_max)? {
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
        self.begin_anew(way.sender)
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

fn grown(source: &str, before: Progress) -> Arrival {
    Arrival::Grown { source: source.to_owned(), before }
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
