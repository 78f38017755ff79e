//! Where articles come from in embedded mode: files, folders, standard input and feeds, also those
//! of the web.
//!
//! A stream of raw records, one article each, that holds one record in memory, however long the
//! input is. Nothing is judged here: what is no article becomes a dead letter later.

mod documents;
mod feeds;
mod folder;
mod lines;
mod polled;
mod sniff;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use thiserror::Error;

pub use folder::{article_files, folders_within};
pub use lines::Lines;
pub use polled::{Asked, Polled};

use documents::Documents;
use feeds::Feed;
use sniff::{Shape, sniff};

/// Bytes that are read at once.
const BUFFER_BYTES: usize = 64 * 1024;
/// How gzip begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// One record as it came in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawRecord {
    /// The file's path, or `stdin`.
    pub source: String,
    /// The line on which it starts, from 1; in a feed the number of the entry.
    pub line: u64,
    /// The record, on one line; empty where it is oversized.
    pub bytes: Vec<u8>,
    /// Set where the record was too large to be held.
    pub oversized: Option<Oversized>,
}

/// What is kept of a record that is too large to be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Oversized {
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: [u8; 32],
}

/// Why an input cannot be read (further).
#[derive(Debug, Error)]
pub enum InputError {
    /// A file is missing, unreadable, or its gzip stream is broken.
    #[error("cannot read {file}{}: {cause}", at_line(*.line))]
    Unreadable {
        /// The file's path, or `stdin`.
        file: String,
        /// The last line that was read; 0 before any.
        line: u64,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// A folder has nothing that could be read.
    #[error("{folder} holds no article files ({})", folder::ENDINGS.join(", "))]
    EmptyFolder {
        /// The folder's path.
        folder: String,
    },
    /// A document of the web is no feed, or a broken one.
    #[error("{file} is not a readable feed: {cause}")]
    NoFeed {
        /// The file's path, or `stdin`.
        file: String,
        /// What the feed library says.
        cause: String,
    },
}

fn at_line(line: u64) -> String {
    if line == 0 { String::new() } else { format!(" after line {line}") }
}

/// A stream of raw records.
pub trait Input: Send {
    /// The next record; `None` at the end.
    ///
    /// # Errors
    /// Where a file cannot be read. The rest of that file is given up; a further call goes on with
    /// the next file.
    fn next(&mut self) -> Result<Option<RawRecord>, InputError>;
}

/// Files, folders and standard input, one after the other.
pub struct Inputs {
    pending: VecDeque<Place>,
    current: Option<Box<dyn Input>>,
    record_bytes_max: usize,
}

enum Place {
    Stdin,
    File(PathBuf),
}

impl Inputs {
    /// The files in order, each folder's files by name; `-` is standard input.
    ///
    /// # Errors
    /// Where a file or folder is missing, or a folder holds nothing to read.
    pub fn open<P: AsRef<Path>>(paths: &[P], record_bytes_max: usize) -> Result<Self, InputError> {
        let mut pending = VecDeque::new();
        for path in paths.iter().map(AsRef::as_ref) {
            if path == Path::new("-") {
                pending.push_back(Place::Stdin);
                continue;
            }
            let about =
                std::fs::metadata(path).map_err(|cause| unreadable(&shown(path), 0, cause))?;
            if about.is_dir() {
                pending.extend(article_files(path)?.into_iter().map(Place::File));
            } else {
                pending.push_back(Place::File(path.to_owned()));
            }
        }
        Ok(Self { pending, current: None, record_bytes_max })
    }

    fn open_next(&mut self) -> Result<bool, InputError> {
        let opened = match self.pending.pop_front() {
            None => return Ok(false),
            Some(Place::Stdin) => {
                let stdin = BufReader::with_capacity(BUFFER_BYTES, io::stdin());
                open_stream("stdin", Shape::Unknown, stdin, self.record_bytes_max)?
            }
            Some(Place::File(path)) => open_file(&path, self.record_bytes_max)?,
        };
        self.current = Some(opened);
        Ok(true)
    }
}

impl Input for Inputs {
    fn next(&mut self) -> Result<Option<RawRecord>, InputError> {
        loop {
            if self.current.is_none() && !self.open_next()? {
                return Ok(None);
            }
            let Some(current) = &mut self.current else { continue };
            match current.next() {
                Ok(Some(record)) => return Ok(Some(record)),
                Ok(None) => self.current = None,
                Err(error) => {
                    self.current = None;
                    return Err(error);
                }
            }
        }
    }
}

/// Opens one file.
///
/// # Errors
/// Where it cannot be read or, as a feed, not be understood.
pub fn open_file(path: &Path, record_bytes_max: usize) -> Result<Box<dyn Input>, InputError> {
    let name = shown(path);
    let file = std::fs::File::open(path).map_err(|cause| unreadable(&name, 0, cause))?;
    let reader = BufReader::with_capacity(BUFFER_BYTES, file);
    open_stream(&name, Shape::of_name(path), reader, record_bytes_max)
}

/// The bytes of a file, unpacked where they are gzip.
///
/// # Errors
/// What the system refuses.
pub fn reader(path: &Path) -> io::Result<Box<dyn BufRead>> {
    let mut reader = BufReader::with_capacity(BUFFER_BYTES, std::fs::File::open(path)?);
    if reader.fill_buf()?.starts_with(&GZIP) {
        return Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(reader))));
    }
    Ok(Box::new(reader))
}

/// Opens a stream; gzip is told by its first bytes, the shape by its name, else by its beginning.
fn open_stream<R: BufRead + Send + 'static>(
    name: &str,
    shape: Shape,
    mut reader: R,
    record_bytes_max: usize,
) -> Result<Box<dyn Input>, InputError> {
    let head = reader.fill_buf().map_err(|cause| unreadable(name, 0, cause))?;
    if head.starts_with(&GZIP) {
        let unpacked = BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(reader));
        return shaped(name, shape, unpacked, record_bytes_max);
    }
    shaped(name, shape, reader, record_bytes_max)
}

fn shaped<R: BufRead + Send + 'static>(
    name: &str,
    shape: Shape,
    reader: R,
    record_bytes_max: usize,
) -> Result<Box<dyn Input>, InputError> {
    let (shape, reader) = sniff(shape, reader).map_err(|cause| unreadable(name, 0, cause))?;
    Ok(match shape {
        Shape::Lines | Shape::Unknown => Box::new(Lines::new(name, reader, record_bytes_max)),
        Shape::Documents => Box::new(Documents::new(name, reader, record_bytes_max)),
        Shape::Feed => Box::new(Feed::of_file(name, reader, record_bytes_max)?),
    })
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn unreadable(file: &str, line: u64, cause: io::Error) -> InputError {
    InputError::Unreadable { file: file.to_owned(), line, cause }
}
