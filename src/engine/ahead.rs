//! Reading ahead on a pool of threads, put back into order.
//!
//! A batch is cut into pieces, each piece is read by whichever worker is free, and the pieces are
//! taken in the order of the batch. Without workers a record is read where it is folded.

use std::collections::VecDeque;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};

use super::attempt::panic_message;
use super::{Read, Reader};
use crate::log::{Entry, Record};

/// Entries that one worker reads at a time: few, so that all workers end together.
const PIECE_ENTRIES: usize = 16;

/// The pool, seen from the fold; several lanes may share it.
#[derive(Clone)]
pub struct Ahead {
    reader: Arc<dyn Reader>,
    jobs: Option<Sender<Job>>,
}

/// One thread's part of the pool; it ends when the pool is dropped.
pub struct Worker {
    reader: Arc<dyn Reader>,
    jobs: Arc<Mutex<Receiver<Job>>>,
}

struct Job {
    entries: Arc<Vec<Entry>>,
    range: Range<usize>,
    done: SyncSender<Vec<Read>>,
}

impl Ahead {
    /// Reads in the fold's own thread.
    #[must_use]
    pub fn alone(reader: Arc<dyn Reader>) -> Self {
        Self { reader, jobs: None }
    }

    /// Reads on this many other threads; the caller starts them. How many batches wait is bounded
    /// by the engine.
    #[must_use]
    pub fn with_workers(reader: Arc<dyn Reader>, workers: usize) -> (Self, Vec<Worker>) {
        let (jobs, queue) = channel();
        let queue = Arc::new(Mutex::new(queue));
        let worker = || Worker { reader: Arc::clone(&reader), jobs: Arc::clone(&queue) };
        let workers = (0..workers).map(|_| worker()).collect();
        (Self { reader, jobs: Some(jobs) }, workers)
    }

    /// Begins to read a batch.
    pub(super) fn hand_over(&self, entries: Vec<Entry>) -> Readings {
        let mut readings = self.hand_over_again(&Arc::new(entries));
        let Some(jobs) = &self.jobs else { return readings };
        let entries = &readings.entries;
        for start in (0..entries.len()).step_by(PIECE_ENTRIES) {
            let range = start..entries.len().min(start + PIECE_ENTRIES);
            let (done, piece) = sync_channel(1);
            let job = Job { entries: Arc::clone(entries), range, done };
            if jobs.send(job).is_ok() {
                readings.pieces.push_back(piece);
            }
        }
        readings
    }

    /// Reads a batch once more, each record when it is asked for.
    pub(super) fn hand_over_again(&self, entries: &Arc<Vec<Entry>>) -> Readings {
        Readings {
            entries: Arc::clone(entries),
            reader: Arc::clone(&self.reader),
            pieces: VecDeque::new(),
            piece: VecDeque::new(),
        }
    }
}

impl Worker {
    /// Reads until the pool is dropped.
    pub fn work(self) {
        loop {
            let job = match self.jobs.lock() {
                Ok(queue) => queue.recv(),
                Err(_) => return,
            };
            let Ok(Job { entries, range, done }) = job else { return };
            let piece = entries.get(range).unwrap_or_default();
            let reads = piece.iter().filter_map(record).map(|r| read(&*self.reader, r)).collect();
            // Nobody waits any more where the fold has ended.
            drop(done.send(reads));
        }
    }
}

/// A batch with what is read of it, in order.
pub(super) struct Readings {
    entries: Arc<Vec<Entry>>,
    reader: Arc<dyn Reader>,
    pieces: VecDeque<Receiver<Vec<Read>>>,
    piece: VecDeque<Read>,
}

impl Readings {
    /// The batch.
    pub fn entries(&self) -> Arc<Vec<Entry>> {
        Arc::clone(&self.entries)
    }

    /// What the next record says; `record` is read here if no worker has read it.
    pub fn next(&mut self, record: &Record) -> Read {
        while self.piece.is_empty() {
            let Some(piece) = self.pieces.pop_front() else { break };
            self.piece = piece.recv().unwrap_or_default().into();
        }
        self.piece.pop_front().unwrap_or_else(|| read(&*self.reader, record))
    }
}

fn record(entry: &Entry) -> Option<&Record> {
    match entry {
        Entry::Record(record) | Entry::Routed { record, .. } => Some(record),
        _ => None,
    }
}

/// Reads one record; a panic is the record's fault.
fn read(reader: &dyn Reader, record: &Record) -> Read {
    catch_unwind(AssertUnwindSafe(|| reader.read(record))).unwrap_or_else(|panic| Read::Dead {
        reason: "internal".to_owned(),
        detail: format!("reading panicked: {}", panic_message(&*panic)),
    })
}
