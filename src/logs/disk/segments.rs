//! The files of the log, one after another; only the last one grows.
//!
//! A file is named after its first batch and begins with a header that was synced, with its name,
//! before any batch followed. Batches are numbered without gaps, so a missing file is noticed.

use std::path::{Path, PathBuf};

use super::frames::{self, HEADER, Header};
use super::{DiskError, FORMAT, Storage};
use crate::log::Entry;

const PREFIX: &str = "log-";
const MAGIC: [u8; 8] = *b"WTLOG\r\n\0";
/// Magic, format, number of the first batch, checksum.
const PREAMBLE: usize = 24;

struct File {
    first: u64,
    path: PathBuf,
}

/// The files of one log.
pub struct Segments {
    dir: PathBuf,
    bytes_max: u64,
    files: Vec<File>,
    /// Length of the last file; 0 where it still needs its preamble.
    end: u64,
    /// Number of the next batch to be written.
    next: u64,
    /// Where reading stands.
    cursor: Cursor,
    shown: u64,
}

/// The place of the next batch to be read; reading stops before what was written since the start.
#[derive(Clone, Copy, Default)]
struct Cursor {
    file: usize,
    offset: u64,
    number: u64,
    until: u64,
}

impl Segments {
    /// Finds the files and the end of the last one, and cuts off a torn tail. No batch before
    /// `committed` can be torn: a snapshot rests on it.
    pub fn open(
        storage: &impl Storage,
        dir: &Path,
        bytes_max: u64,
        committed: u64,
    ) -> Result<Self, DiskError> {
        let names = storage.list(dir).map_err(|e| DiskError::doing("list", dir, e))?;
        let mut files = Vec::new();
        for name in names {
            let Some(first) = name.strip_prefix(PREFIX).and_then(|n| n.parse().ok()) else {
                continue;
            };
            files.push(File { first, path: dir.join(name) });
        }
        files.sort_by_key(|file| file.first);
        let mut segments = Self {
            dir: dir.to_owned(),
            bytes_max,
            files,
            end: 0,
            next: 0,
            cursor: Cursor::default(),
            shown: 0,
        };
        segments.check_preambles(storage)?;
        segments.find_end(storage)?;
        if segments.next < committed {
            let detail = format!("it ends with batch {}, and a snapshot needs more", segments.next);
            return Err(segments.missing(committed, detail));
        }
        Ok(segments)
    }

    /// Bytes that were handed to a reader before the last batch was written.
    pub const fn shown(&self) -> u64 {
        self.shown
    }

    fn check_preambles(&mut self, storage: &impl Storage) -> Result<(), DiskError> {
        let last = self.files.len().saturating_sub(1);
        for (at, file) in self.files.iter().enumerate() {
            let mut bytes = [0; PREAMBLE];
            let read = read(storage, &file.path, 0, &mut bytes)?;
            match preamble_format(&bytes, file.first).filter(|_| read == PREAMBLE) {
                Some(found) if found > FORMAT => {
                    let path = file.path.clone();
                    return Err(DiskError::Newer { path, found, known: FORMAT });
                }
                Some(_) => {}
                None if at == last && length(storage, &file.path)? <= PREAMBLE as u64 => {}
                None => return Err(damaged(&file.path, 0, "this is no log file")),
            }
        }
        Ok(())
    }

    fn find_end(&mut self, storage: &impl Storage) -> Result<(), DiskError> {
        let Some(file) = self.files.last() else { return Ok(()) };
        let path = file.path.clone();
        self.next = file.first;
        let length = length(storage, &path)?;
        let mut preamble = [0; PREAMBLE];
        let read = read(storage, &path, 0, &mut preamble)?;
        if read < PREAMBLE || preamble_format(&preamble, self.next).is_none() {
            tracing::info!(file = %path.display(), "file of the log was just begun; begun again");
            return truncate(storage, &path, 0);
        }
        self.end = PREAMBLE as u64;
        while self.end < length {
            let Some((header, _)) = read_frame(storage, &path, self.end, self.next)? else {
                return self.cut_tail(storage, &path, length);
            };
            self.shown = self.shown.max(header.shown);
            self.end += HEADER as u64 + u64::from(header.length);
            self.next += 1;
        }
        self.make_lasting(storage, &path)
    }

    /// The frame at the end cannot be read: a torn tail, unless a later batch stands behind it.
    fn cut_tail(
        &mut self,
        storage: &impl Storage,
        path: &Path,
        length: u64,
    ) -> Result<(), DiskError> {
        let mut rest = vec![0; usize::try_from(length - self.end).unwrap_or(usize::MAX)];
        read(storage, path, self.end, &mut rest)?;
        if frames::find_later(&rest, self.next).is_some() {
            return Err(damaged(path, self.end, "the checksum does not match"));
        }
        tracing::warn!(
            file = %path.display(),
            offset = self.end,
            bytes = length - self.end,
            "the last write was cut short; taking it back"
        );
        truncate(storage, path, self.end)?;
        self.make_lasting(storage, path)
    }

    /// The last batch may come from a process that was killed before it synced; it is folded now,
    /// so it has to stay.
    fn make_lasting(&self, storage: &impl Storage, path: &Path) -> Result<(), DiskError> {
        storage.sync(path).map_err(|e| DiskError::doing("sync", path, e))?;
        storage.sync_dir(&self.dir).map_err(|e| DiskError::doing("sync", &self.dir, e))
    }

    /// Reads from this batch on, up to what is there now.
    pub fn rewind(&mut self, storage: &impl Storage, number: u64) -> Result<(), DiskError> {
        self.cursor = Cursor { file: 0, offset: 0, number, until: self.next };
        let Some(at) = self.files.iter().rposition(|file| file.first <= number) else {
            return match self.files.first() {
                None if number == 0 => Ok(()),
                None => Err(self.missing(number, "there is no file of it".to_owned())),
                Some(first) => {
                    Err(self.missing(number, format!("it begins with batch {}", first.first)))
                }
            };
        };
        let file = &self.files[at];
        self.cursor.file = at;
        self.cursor.offset = PREAMBLE as u64;
        for skipped in file.first..number {
            let mut bytes = [0; HEADER];
            read(storage, &file.path, self.cursor.offset, &mut bytes)?;
            let Some(header) = Header::read(&bytes).filter(|header| header.number == skipped)
            else {
                return Err(damaged(&file.path, self.cursor.offset, "this is no batch"));
            };
            self.cursor.offset += HEADER as u64 + u64::from(header.length);
        }
        Ok(())
    }

    /// The next batch with its length in bytes, `None` at the end of what was there.
    pub fn read(&mut self, storage: &impl Storage) -> Result<Option<(Vec<Entry>, u64)>, DiskError> {
        if self.cursor.number == self.cursor.until {
            return Ok(None);
        }
        if self.files.get(self.cursor.file + 1).is_some_and(|f| f.first == self.cursor.number) {
            self.cursor.file += 1;
            self.cursor.offset = PREAMBLE as u64;
        }
        let Some(file) = self.files.get(self.cursor.file) else { return Ok(None) };
        let Cursor { offset, number, .. } = self.cursor;
        let Some((header, payload)) = read_frame(storage, &file.path, offset, number)? else {
            return Err(match length(storage, &file.path)? {
                end if end == offset => self.missing(number, "a file is missing".to_owned()),
                _ => damaged(&file.path, offset, "the checksum does not match"),
            });
        };
        let entries = frames::entries(&payload).map_err(|e| damaged(&file.path, offset, &e))?;
        let bytes = HEADER as u64 + u64::from(header.length);
        self.cursor.offset += bytes;
        self.cursor.number += 1;
        Ok(Some((entries, bytes)))
    }

    /// Writes one batch and syncs it; answers its length in bytes.
    pub fn append(
        &mut self,
        storage: &impl Storage,
        shown: u64,
        entries: &[Entry],
    ) -> Result<u64, DiskError> {
        if self.end == 0 || self.end >= self.bytes_max {
            self.begin_file(storage)?;
        }
        let path = &self.files.last().expect("begun above").path;
        let frame = frames::frame(self.next, shown, entries);
        append(storage, path, &frame)?;
        self.next += 1;
        self.end += frame.len() as u64;
        Ok(frame.len() as u64)
    }

    fn begin_file(&mut self, storage: &impl Storage) -> Result<(), DiskError> {
        let first = self.next;
        if self.files.last().is_none_or(|file| file.first != first) {
            let path = self.dir.join(format!("{PREFIX}{first:020}"));
            self.files.push(File { first, path });
        }
        let path = &self.files.last().expect("pushed above").path;
        append(storage, path, &preamble(first))?;
        storage.sync_dir(&self.dir).map_err(|e| DiskError::doing("sync", &self.dir, e))?;
        self.end = PREAMBLE as u64;
        Ok(())
    }

    /// Removes whole files that hold nothing from this batch on.
    pub fn drop_before(&mut self, storage: &impl Storage, number: u64) -> Result<(), DiskError> {
        while self.files.get(1).is_some_and(|second| second.first <= number) {
            let path = self.files.remove(0).path;
            self.cursor.file = self.cursor.file.saturating_sub(1);
            storage.remove(&path).map_err(|e| DiskError::doing("remove", &path, e))?;
        }
        Ok(())
    }

    fn missing(&self, wanted: u64, detail: String) -> DiskError {
        DiskError::Missing { dir: self.dir.clone(), wanted, detail }
    }
}

fn preamble(first: u64) -> [u8; PREAMBLE] {
    let mut bytes = [0; PREAMBLE];
    bytes[..8].copy_from_slice(&MAGIC);
    bytes[8..12].copy_from_slice(&FORMAT.to_le_bytes());
    bytes[12..20].copy_from_slice(&first.to_le_bytes());
    let crc = crc32c::crc32c(&bytes[..20]);
    bytes[20..].copy_from_slice(&crc.to_le_bytes());
    bytes
}

/// The format, where these bytes begin a file with this first batch.
fn preamble_format(bytes: &[u8; PREAMBLE], first: u64) -> Option<u32> {
    let mut format = [0; 4];
    format.copy_from_slice(&bytes[8..12]);
    let crc = crc32c::crc32c(&bytes[..20]).to_le_bytes();
    let intact =
        bytes.starts_with(&MAGIC) && bytes[12..20] == first.to_le_bytes() && bytes[20..] == crc;
    intact.then(|| u32::from_le_bytes(format))
}

/// The frame of this batch at this place, `None` where it is not readable.
fn read_frame(
    storage: &impl Storage,
    path: &Path,
    offset: u64,
    number: u64,
) -> Result<Option<(Header, Vec<u8>)>, DiskError> {
    let mut bytes = [0; HEADER];
    read(storage, path, offset, &mut bytes)?;
    let Some(header) = Header::read(&bytes).filter(|header| header.number == number) else {
        return Ok(None);
    };
    if length(storage, path)? < offset + HEADER as u64 + u64::from(header.length) {
        return Ok(None);
    }
    let mut payload = vec![0; header.length as usize];
    let filled = read(storage, path, offset + HEADER as u64, &mut payload)?;
    payload.truncate(filled);
    Ok(header.holds(&payload).then_some((header, payload)))
}

fn read(
    storage: &impl Storage,
    path: &Path,
    offset: u64,
    buffer: &mut [u8],
) -> Result<usize, DiskError> {
    storage.read(path, offset, buffer).map_err(|e| DiskError::doing("read", path, e))
}

fn length(storage: &impl Storage, path: &Path) -> Result<u64, DiskError> {
    let length = storage.length(path).map_err(|e| DiskError::doing("look at", path, e))?;
    Ok(length.unwrap_or_default())
}

fn append(storage: &impl Storage, path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    storage.append(path, bytes).map_err(|e| DiskError::doing("write", path, e))?;
    storage.sync(path).map_err(|e| DiskError::doing("sync", path, e))
}

fn truncate(storage: &impl Storage, path: &Path, length: u64) -> Result<(), DiskError> {
    storage.truncate(path, length).map_err(|e| DiskError::doing("shorten", path, e))?;
    storage.sync(path).map_err(|e| DiskError::doing("sync", path, e))
}

fn damaged(path: &Path, offset: u64, detail: &str) -> DiskError {
    DiskError::Damaged { path: path.to_owned(), offset, detail: detail.to_owned() }
}
