//! A log that keeps nothing when it ends: `pipe` without a state directory.
//!
//! It holds the rows as of the last commit, so that a step that panicked can be taken back, and no
//! entry longer than until it is polled.

use std::collections::VecDeque;

use super::Outlets;
use super::disk::{Storage, unkept};
use super::kept::Kept;
use crate::log::{Commit, Entry, Log, LogError, Marker, Rows, Stream};

/// The log of one run.
pub struct MemoryLog<S: Storage> {
    storage: S,
    outlets: Outlets,
    rows: Kept,
    queue: VecDeque<Vec<Entry>>,
}

impl<S: Storage> MemoryLog<S> {
    /// An empty log; files among the outlets begin empty, too.
    ///
    /// # Errors
    /// An output that cannot be written.
    pub fn new(storage: S, mut outlets: Outlets) -> Result<Self, LogError> {
        outlets.begin(&storage).map_err(unkept)?;
        Ok(Self { storage, outlets, rows: Kept::default(), queue: VecDeque::new() })
    }
}

impl<S: Storage> Log for MemoryLog<S> {
    fn restore(&mut self, rows: &mut dyn Rows) -> Result<Marker, LogError> {
        self.reload(rows)?;
        Ok(Marker::default())
    }

    fn reload(&mut self, rows: &mut dyn Rows) -> Result<(), LogError> {
        self.rows.reload(rows)
    }

    fn poll(&mut self) -> Result<Option<Vec<Entry>>, LogError> {
        Ok(self.queue.pop_front())
    }

    fn append(&mut self, entries: Vec<Entry>) -> Result<(), LogError> {
        self.queue.push_back(entries);
        Ok(())
    }

    fn commit(&mut self, commit: Commit<'_>) -> Result<(), LogError> {
        for (stream, bytes) in commit.outputs {
            self.outlets.put(&self.storage, *stream, bytes).map_err(unkept)?;
        }
        commit.rows.into_iter().for_each(|row| self.rows.put(row));
        Ok(())
    }

    fn caught_up(&mut self) -> Result<(), LogError> {
        Ok(())
    }

    fn checkpoint(&mut self, _marker: &Marker, _digest: u128) -> Result<(), LogError> {
        Ok(())
    }

    fn close_with(&mut self, stream: Stream, bytes: &[u8]) -> Result<(), LogError> {
        self.outlets.close_with(&self.storage, stream, bytes).map_err(unkept)
    }
}
