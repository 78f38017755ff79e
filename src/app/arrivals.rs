//! The hand-over from the inputs' thread to the fold: a queue bounded in records and in bytes.
//!
//! An input waits while the queue is full; the fold takes as much as is there and never waits for
//! a batch to fill, so that a single line is not held back.

use std::collections::VecDeque;
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::log::{Progress, Record};

/// Records that wait.
const QUEUE_RECORDS_MAX: usize = 2048;
/// Bytes that wait.
const QUEUE_BYTES_MAX: usize = 16 << 20;

/// What an input gives.
#[derive(Debug)]
pub enum Arrival {
    /// A record.
    Record(Record),
    /// A record whose sender waits until it is in the log.
    Asked {
        /// The record.
        record: Record,
        /// Is told once it lasts; dropped where it will not.
        kept: SyncSender<()>,
    },
    /// An input was read to its end.
    End {
        /// Which.
        source: String,
        /// Whether it cannot be given again.
        forget: bool,
    },
    /// What comes under this name from here on is another input.
    Anew {
        /// Which.
        source: String,
    },
    /// The last record of an input was the beginning of a line; the whole line comes next.
    Grown {
        /// Which.
        source: String,
        /// What was consumed of it before that record.
        before: Progress,
    },
    /// A file cannot be read, or not to its end; the others are.
    Unreadable(anyhow::Error),
    /// An input cannot be gone on with.
    Failed(anyhow::Error),
}

impl Arrival {
    fn weight(&self) -> usize {
        match self {
            Self::Record(record) | Self::Asked { record, .. } => record.bytes.len(),
            _ => 0,
        }
    }
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Arrival>,
    bytes: usize,
    /// All senders are gone.
    closed: bool,
    /// The receiver is gone.
    unwanted: bool,
}

/// The fold's end.
pub struct Arrivals(Arc<Shared>);

/// The inputs' end; the queue ends when the last of them is dropped.
#[derive(Clone)]
pub struct Sender(Arc<Closing>);

/// Hands over now and then, beside the inputs.
#[derive(Clone)]
pub struct Guest(Arc<Shared>);

/// Closes the queue when it is dropped.
struct Closing(Arc<Shared>);

/// What could be taken at once.
pub struct Came {
    /// In order.
    pub arrivals: Vec<Arrival>,
    /// Nothing comes after these.
    pub is_last: bool,
}

impl Arrivals {
    /// An empty queue.
    #[must_use]
    pub fn new() -> (Sender, Self) {
        let shared = Arc::new(Shared::default());
        (Sender(Arc::new(Closing(Arc::clone(&shared)))), Self(shared))
    }

    /// Takes what is there within these limits; waits a moment where nothing is.
    #[must_use]
    pub fn take(&self, records_max: usize, bytes_max: usize, patience: Duration) -> Came {
        let queue = self.0.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut queue, _) = self
            .0
            .changed
            .wait_timeout_while(queue, patience, |q| q.waiting.is_empty() && !q.closed)
            .unwrap_or_else(PoisonError::into_inner);
        let mut arrivals = Vec::new();
        let mut bytes = 0;
        while arrivals.len() < records_max && bytes < bytes_max {
            let Some(arrival) = queue.waiting.pop_front() else { break };
            bytes += arrival.weight();
            arrivals.push(arrival);
        }
        queue.bytes -= bytes;
        self.0.changed.notify_all();
        Came { arrivals, is_last: queue.closed && queue.waiting.is_empty() }
    }

    /// How many wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner).waiting.len()
    }

    /// For one more who hands over, but does not keep the queue open: `send` answers `false` once
    /// the fold is gone.
    #[must_use]
    pub fn guest(&self) -> Guest {
        Guest(Arc::clone(&self.0))
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner).waiting.is_empty()
    }
}

impl Drop for Arrivals {
    fn drop(&mut self) {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner).unwanted = true;
        self.0.changed.notify_all();
    }
}

impl Sender {
    /// Hands over, waiting while the queue is full; `false` where nobody takes it any more.
    pub fn send(&self, arrival: Arrival) -> bool {
        self.0.0.send(arrival)
    }
}

impl Guest {
    /// As [`Sender::send`]; `false` also where all inputs have ended.
    pub fn send(&self, arrival: Arrival) -> bool {
        !self.0.queue.lock().unwrap_or_else(PoisonError::into_inner).closed && self.0.send(arrival)
    }
}

impl Shared {
    fn send(&self, arrival: Arrival) -> bool {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |q: &mut Queue| {
            !q.unwanted
                && !q.waiting.is_empty()
                && (q.waiting.len() >= QUEUE_RECORDS_MAX || q.bytes >= QUEUE_BYTES_MAX)
        };
        let mut queue =
            self.changed.wait_while(queue, full).unwrap_or_else(PoisonError::into_inner);
        if queue.unwanted {
            return false;
        }
        queue.bytes += arrival.weight();
        queue.waiting.push_back(arrival);
        // Waking the fold for each of many records costs more than taking them; it waits only
        // where the queue was empty.
        if queue.waiting.len() == 1 {
            self.changed.notify_all();
        }
        true
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn all_that_is_sent_arrives_in_order() {
        let (sender, arrivals) = Arrivals::new();
        let sending = thread::spawn(move || {
            for line in 0..10_000 {
                let record = Record { line, ..Record::default() };
                assert!(sender.send(Arrival::Record(record)));
            }
        });
        let mut next = 0;
        loop {
            let came = arrivals.take(7, 1 << 20, Duration::from_secs(5));
            for arrival in came.arrivals {
                let Arrival::Record(record) = arrival else { panic!("only records were sent") };
                assert_eq!(record.line, next);
                next += 1;
            }
            if came.is_last {
                break;
            }
        }
        assert_eq!(next, 10_000);
        sending.join().unwrap();
    }

    #[test]
    fn an_input_ends_when_nobody_takes_it() {
        let (sender, arrivals) = Arrivals::new();
        drop(arrivals);
        assert!(!sender.send(Arrival::Record(Record::default())));
    }
}
