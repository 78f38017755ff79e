//! A write-ahead log with snapshots in one directory: the embedded mode's memory.
//!
//! Only the entries are the truth. Rows, outputs and counts are derived from them, so each may be
//! written late, and found half written, without harm:
//!
//! 1. a batch of entries is appended and synced before anything of it is folded;
//! 2. outputs are written from folded entries and not synced: folding again gives the same bytes;
//! 3. a snapshot is written only after the outputs it counts were synced.

mod error;
mod frames;
mod read_only;
mod segments;
pub(super) mod snapshot;
mod storage;

use std::collections::{HashMap, VecDeque};

pub use error::{DiskError, unkept};
pub use read_only::ReadOnly;
pub use storage::{Files, Storage};

use self::segments::Segments;
pub use self::snapshot::RowKey;
use self::snapshot::{Changed, Head, Snapshots};
use super::Outlets;
use crate::config::Keeping;
use crate::log::{Commit, Entry, Log, LogError, Marker, Rows, Stream};

/// The version of everything stored here.
pub const FORMAT: u32 = 1;

/// The log of one state directory.
pub struct DiskLog<S: Storage> {
    storage: S,
    keeping: Keeping,
    outlets: Outlets,
    segments: Segments,
    snapshots: Snapshots<Head>,
    /// Rows changed since the newest snapshot.
    dirty: HashMap<RowKey, Option<Vec<u8>>>,
    /// Number of the batch to be polled next.
    polled: u64,
    /// Appended since the start and not yet polled.
    queue: VecDeque<Vec<Entry>>,
    /// Number of the batch to be committed next.
    committed: u64,
    /// What the log had grown by, in bytes and in entries, when the last snapshot was made.
    bytes_since: u64,
    entries_since: u64,
    /// What readers were shown before does not count.
    is_told_nothing: bool,
}

impl<S: Storage> DiskLog<S> {
    /// Locks the directory and finds the end of the log; a torn tail is cut off.
    ///
    /// # Errors
    /// A directory that another process uses, a newer format, damage before the end.
    pub fn open(storage: S, keeping: Keeping, outlets: Outlets) -> Result<Self, LogError> {
        let dir = &keeping.dir;
        storage.make_dir(dir).map_err(|e| DiskError::doing("make the state directory", dir, e))?;
        let lock = dir.join("lock");
        if !storage.lock(&lock).map_err(|e| DiskError::doing("lock", &lock, e))? {
            return Err(DiskError::InUse { dir: dir.clone() }.into());
        }
        let snapshots: Snapshots<Head> = Snapshots::find(&storage, dir)?;
        let newest = snapshots.newest().map_or(0, |head| head.batch);
        let segments = Segments::open(&storage, dir, keeping.segment_bytes, newest)?;
        Ok(Self {
            storage,
            keeping,
            outlets,
            segments,
            snapshots,
            dirty: HashMap::new(),
            polled: 0,
            queue: VecDeque::new(),
            committed: 0,
            bytes_since: 0,
            entries_since: 0,
            is_told_nothing: false,
        })
    }

    /// Passes over all snapshots, so that everything is folded again from the first entry.
    #[must_use]
    pub fn whole(mut self) -> Self {
        while self.snapshots.newest().is_some() {
            self.snapshots.reject();
        }
        self
    }

    /// Whether the newest state has these streams whole; if not, only folding all again gives them.
    #[must_use]
    pub fn has(&self, streams: &[Stream]) -> bool {
        let newest = self.snapshots.newest();
        newest.is_none_or(|head| streams.iter().all(|it| head.marker.outputs.contains_key(it)))
    }

    /// Tells readers everything again, as if they had been told nothing.
    #[must_use]
    pub const fn told_nothing(mut self) -> Self {
        self.is_told_nothing = true;
        self
    }

    /// Passes over snapshots that hold more than the first so many entries.
    #[must_use]
    pub fn before(mut self, entries: u64) -> Self {
        while self.snapshots.newest().is_some_and(|head| head.marker.entries > entries) {
            self.snapshots.reject();
        }
        self
    }

    fn snapshot(&mut self, marker: &Marker, digest: u128) -> Result<(), LogError> {
        self.outlets.sync(&self.storage)?;
        let shown = self.outlets.shown();
        let head = Head { batch: self.committed, digest, shown, marker: marker.clone() };
        self.snapshots.write(&self.storage, head, &changed(&self.dirty))?;
        self.dirty.clear();
        self.bytes_since = 0;
        self.entries_since = 0;
        if !self.keeping.keep_log {
            let needed = self.snapshots.oldest_batch();
            self.segments.drop_before(&self.storage, needed)?;
        }
        Ok(())
    }

    /// A snapshot is never made before the log has grown by the size of the last one, so that
    /// snapshots cost no more than the log itself.
    fn is_due(&self) -> bool {
        let floor = self.bytes_since >= self.snapshots.newest_bytes();
        let many = self.bytes_since >= self.keeping.snapshot_bytes
            || self.entries_since >= self.keeping.snapshot_records;
        floor && many
    }

    /// Rows of a snapshot with the changes since laid over them.
    fn load(&self, rows: &mut dyn Rows) -> Result<u128, DiskError> {
        rows.clear();
        self.snapshots.rows(&self.storage, &changed(&self.dirty), &mut |row| {
            rows.load(&row).map_err(|error| format!("a row cannot be read: {error:?}"))
        })?;
        Ok(rows.settle())
    }
}

/// Rows are noted far more often than they are written: only then are they put into order.
fn changed(dirty: &HashMap<RowKey, Option<Vec<u8>>>) -> Changed<'_> {
    dirty.iter().map(|(key, value)| (key, value.as_deref())).collect()
}

impl<S: Storage> Log for DiskLog<S> {
    fn restore(&mut self, rows: &mut dyn Rows) -> Result<Marker, LogError> {
        let mut marker = Marker::default();
        let mut start = 0;
        let mut shown = 0;
        while let Some(head) = self.snapshots.newest().cloned() {
            let why = match self.load(rows) {
                Ok(digest) if digest == head.digest => {
                    start = head.batch;
                    shown = head.shown;
                    marker = head.marker;
                    break;
                }
                Ok(_) => "its rows do not have the digest that it names".to_owned(),
                Err(error) => error.to_string(),
            };
            tracing::warn!(snapshot = head.batch, why, "snapshot is broken; trying an older one");
            self.snapshots.reject();
        }
        if self.snapshots.newest().is_none() {
            rows.clear();
            rows.settle();
        }
        self.segments.rewind(&self.storage, start)?;
        shown = if self.is_told_nothing { 0 } else { shown.max(self.segments.shown()) };
        self.polled = start;
        self.committed = start;
        self.outlets.open(&self.storage, &marker, shown)?;
        Ok(marker)
    }

    fn reload(&mut self, rows: &mut dyn Rows) -> Result<(), LogError> {
        self.load(rows)?;
        Ok(())
    }

    fn poll(&mut self) -> Result<Option<Vec<Entry>>, LogError> {
        let batch = match self.segments.read(&self.storage)? {
            Some((entries, bytes)) => {
                self.bytes_since += bytes;
                Some(entries)
            }
            None => self.queue.pop_front(),
        };
        self.polled += u64::from(batch.is_some());
        self.entries_since += batch.as_ref().map_or(0, |entries| entries.len() as u64);
        Ok(batch)
    }

    fn append(&mut self, entries: Vec<Entry>) -> Result<(), LogError> {
        let shown = self.outlets.shown();
        self.bytes_since += self.segments.append(&self.storage, shown, &entries)?;
        self.queue.push_back(entries);
        Ok(())
    }

    fn commit(&mut self, commit: Commit<'_>) -> Result<(), LogError> {
        for (stream, bytes) in commit.outputs {
            self.outlets.put(&self.storage, *stream, bytes)?;
        }
        self.dirty.extend(commit.rows.into_iter().map(RowKey::split));
        self.committed += 1;
        if self.is_due() {
            self.snapshot(commit.marker, commit.digest)?;
        }
        Ok(())
    }

    fn caught_up(&mut self) -> Result<(), LogError> {
        self.outlets.cut(&self.storage)
    }

    fn checkpoint(&mut self, marker: &Marker, digest: u128) -> Result<(), LogError> {
        if self.entries_since > 0 {
            self.snapshot(marker, digest)?;
        }
        Ok(())
    }

    fn close_with(&mut self, stream: Stream, bytes: &[u8]) -> Result<(), LogError> {
        self.outlets.close_with(&self.storage, stream, bytes)
    }
}
