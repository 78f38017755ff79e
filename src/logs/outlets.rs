//! Where published lines go, and how a file is gone on with after a crash.
//!
//! After a restart a file may hold more than the committed state counts: folding the tail of the
//! log again gives the same bytes, so they are compared and not written twice. From the first
//! difference on, a torn write, the file is cut off and written anew.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::disk::{DiskError, Storage};
use crate::log::{LogError, Marker, Stream};

/// Where one stream goes.
pub enum Outlet {
    /// To a file that is gone on with, byte for byte.
    File(PathBuf),
    /// To a reader who cannot be asked what arrived (standard output, a pipe): after a crash the
    /// last lines may be given twice, none is left out.
    Reader(Box<dyn Write + Send>),
}

/// All streams that go anywhere.
#[derive(Default)]
pub struct Outlets {
    open: BTreeMap<Stream, Open>,
}

struct Open {
    outlet: Outlet,
    /// Bytes published so far, by the state's count.
    at: u64,
    /// Bytes that the file holds, or that the reader was given.
    held: u64,
    fresh: bool,
}

/// How much of a file is compared at a time.
const PIECE_BYTES: usize = 256 << 10;

impl Outlets {
    /// Sends a stream somewhere.
    #[must_use]
    pub fn with(mut self, stream: Stream, outlet: Outlet) -> Self {
        self.open.insert(stream, Open { outlet, at: 0, held: 0, fresh: true });
        self
    }

    /// Goes on where the marker stands.
    ///
    /// # Errors
    /// A file that is shorter than what was published and synced.
    pub fn open(
        &mut self,
        storage: &impl Storage,
        marker: &Marker,
        shown: u64,
    ) -> Result<(), LogError> {
        for (stream, open) in &mut self.open {
            open.at = marker.length(*stream);
            open.held = match &open.outlet {
                Outlet::Reader(_) => shown.max(open.at),
                Outlet::File(path) => held(storage, path, open.at)?,
            };
        }
        Ok(())
    }

    /// Empties the files: nothing was published before.
    ///
    /// # Errors
    /// What the system refuses.
    pub fn begin(&mut self, storage: &impl Storage) -> Result<(), LogError> {
        self.open(storage, &Marker::default(), 0)?;
        self.cut(storage)
    }

    /// Publishes bytes of one stream; what is known to be there already is not written again.
    ///
    /// # Errors
    /// What the system refuses; [`LogError::Gone`] where the reader has left.
    pub fn put(
        &mut self,
        storage: &impl Storage,
        stream: Stream,
        bytes: &[u8],
    ) -> Result<(), LogError> {
        let Some(open) = self.open.get_mut(&stream) else { return Ok(()) };
        match &mut open.outlet {
            Outlet::File(path) => {
                let known = compare(storage, path, open.at, open.held, bytes)?;
                let rest = bytes.get(known..).unwrap_or_default();
                open.at += bytes.len() as u64;
                if rest.is_empty() {
                    return Ok(());
                }
                let from = open.at - rest.len() as u64;
                if from < open.held {
                    cut(storage, path, from, open.held)?;
                }
                storage.append(path, rest).map_err(|e| DiskError::doing("write", path, e))?;
            }
            Outlet::Reader(reader) => {
                let known = usize::try_from(open.held - open.at).unwrap_or(usize::MAX);
                open.at += bytes.len() as u64;
                let rest = bytes.get(known..).unwrap_or_default();
                if rest.is_empty() {
                    return Ok(());
                }
                give(reader, rest)?;
            }
        }
        open.held = open.held.max(open.at);
        Ok(())
    }

    /// Adds what no entry gave: a file loses it at the next start, a reader is given it at every
    /// end.
    ///
    /// # Errors
    /// As [`Outlets::put`].
    pub fn close_with(
        &mut self,
        storage: &impl Storage,
        stream: Stream,
        bytes: &[u8],
    ) -> Result<(), LogError> {
        match self.open.get_mut(&stream).map(|open| &mut open.outlet) {
            Some(Outlet::Reader(reader)) => give(reader, bytes),
            _ => self.put(storage, stream, bytes),
        }
    }

    /// Cuts off what no entry of the log gave.
    ///
    /// # Errors
    /// What the system refuses.
    pub fn cut(&mut self, storage: &impl Storage) -> Result<(), LogError> {
        for open in self.open.values_mut() {
            if let Outlet::File(path) = &open.outlet
                && open.at < open.held
            {
                cut(storage, path, open.at, open.held)?;
                open.held = open.at;
            }
        }
        Ok(())
    }

    /// Makes all that was published lasting.
    ///
    /// # Errors
    /// What the system refuses.
    pub fn sync(&mut self, storage: &impl Storage) -> Result<(), LogError> {
        for open in self.open.values_mut() {
            let Outlet::File(path) = &open.outlet else { continue };
            storage.sync(path).map_err(|e| DiskError::doing("sync", path, e))?;
            if open.fresh
                && let Some(dir) = path.parent()
            {
                storage.sync_dir(dir).map_err(|e| DiskError::doing("sync", dir, e))?;
                open.fresh = false;
            }
        }
        Ok(())
    }

    /// Bytes that were given to a reader so far.
    #[must_use]
    pub fn shown(&self) -> u64 {
        let readers = self.open.values().filter(|open| matches!(open.outlet, Outlet::Reader(_)));
        readers.map(|open| open.held).max().unwrap_or_default()
    }
}

fn give(reader: &mut Box<dyn Write + Send>, bytes: &[u8]) -> Result<(), LogError> {
    reader.write_all(bytes).and_then(|()| reader.flush()).map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => LogError::Gone,
        _ => DiskError::doing("write", Path::new("the output"), error).into(),
    })
}

/// Length of a file, which is made where there is none.
fn held(storage: &impl Storage, path: &Path, wanted: u64) -> Result<u64, DiskError> {
    let found = storage.length(path).map_err(|e| DiskError::doing("look at", path, e))?;
    if found.unwrap_or_default() < wanted {
        let found = found.unwrap_or_default();
        return Err(DiskError::OutputShort { path: path.to_owned(), found, wanted });
    }
    if found.is_none() {
        storage.append(path, &[]).map_err(|e| DiskError::doing("write", path, e))?;
    }
    Ok(found.unwrap_or_default())
}

/// How many of these bytes stand in the file from `at` on.
fn compare(
    storage: &impl Storage,
    path: &Path,
    at: u64,
    held: u64,
    bytes: &[u8],
) -> Result<usize, DiskError> {
    let overlap = usize::try_from(held.saturating_sub(at)).unwrap_or(usize::MAX).min(bytes.len());
    let mut known = 0;
    let mut buffer = vec![0; PIECE_BYTES.min(overlap)];
    while known < overlap {
        let wanted = buffer.len().min(overlap - known);
        let piece = &mut buffer[..wanted];
        let read = storage
            .read(path, at + known as u64, piece)
            .map_err(|e| DiskError::doing("read", path, e))?;
        let same = piece.iter().take(read).zip(&bytes[known..]).take_while(|(a, b)| a == b).count();
        known += same;
        if same < wanted {
            break;
        }
    }
    Ok(known)
}

fn cut(storage: &impl Storage, path: &Path, at: u64, held: u64) -> Result<(), DiskError> {
    tracing::debug!(file = %path.display(), at, held, "output goes on from here");
    storage.truncate(path, at).map_err(|e| DiskError::doing("shorten", path, e))
}
