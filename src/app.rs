//! Wiring of the embedded mode: threads, inputs, the log, the lane, the outputs.
//!
//! Threads start here and nowhere else. The fold runs in the caller's thread; inputs are read in
//! one thread and articles in some more, both bounded.

mod arrivals;
pub mod deliveries;
mod files;
mod follow;
mod http;
mod hub;
pub mod kafka;
mod outbox;
pub mod places;
mod polls;
mod progress;
mod readers;
pub mod replay;
mod resume;
mod stop;

use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::thread;
use std::time::{Duration, Instant};

use writethru_core::article::Time;
use writethru_core::lane::Lane;
use writethru_core::policy::Policy;

pub use self::arrivals::{Arrival, Arrivals, Sender};
pub use self::deliveries::Deliveries;
pub use self::files::{STDIN, read_files};
pub use self::follow::{Sources, follow};
pub use self::progress::Progress;
pub use self::readers::{Counts, Readers};
pub use self::resume::{InputDiffers, Resume};
pub use self::stop::{INTERRUPTED, Stop};
use crate::config::Settings;
use crate::engine::{Ahead, Engine, Lines, Watcher};
use crate::inputs::RawRecord;
use crate::log::{Entry, Log, LogError, Oversized, Record};
use crate::route::Routed;

/// Bytes of records that are stored and read together.
const BATCH_BYTES_MAX: usize = 8 << 20;
/// How long the fold waits before it looks up from an input where nothing comes.
const PATIENCE: Duration = Duration::from_millis(50);

/// A lane with its log and its reading threads.
pub type Desk<L> = Engine<Lane, L>;

/// Opens the lane: restores it and folds what its log has beyond.
///
/// # Errors
/// What the log cannot do.
pub fn open<L: Log>(
    log: L,
    settings: &Arc<Settings>,
    policy: impl Into<Arc<Policy>>,
    lines: Lines,
    until: Time,
    watcher: Option<Watcher>,
) -> Result<Desk<L>, LogError> {
    let policy = policy.into();
    let ahead = reading(settings, &policy);
    Engine::open(log, policy, lines, ahead, until, watcher)
}

/// Starts the threads that read ahead.
#[must_use]
pub fn reading(settings: &Arc<Settings>, policy: &Arc<Policy>) -> Ahead {
    let reader = Arc::new(Routed { settings: Arc::clone(settings), policy: Arc::clone(policy) });
    match threads(settings) {
        1 => Ahead::alone(reader),
        threads => {
            let (ahead, workers) = Ahead::with_workers(reader, threads);
            for worker in workers {
                thread::spawn(|| worker.work());
            }
            ahead
        }
    }
}

/// Threads that read: as the settings say, else one for each core.
fn threads(settings: &Settings) -> usize {
    match settings.reading.threads {
        0 => thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    }
}

/// How feeding came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fed {
    /// All inputs were read.
    Ended {
        /// These of them to their end.
        ends: Vec<Entry>,
        /// So many files cannot be read, or not to their end.
        unreadable: u64,
    },
    /// Somebody asked to stop.
    Stopped,
}

/// Where records come from and how they are taken in.
pub struct Feeding<'a> {
    /// What inputs hand over.
    pub arrivals: &'a Arrivals,
    /// Sizes of batches.
    pub settings: &'a Settings,
    /// Asked for an early end.
    pub stop: &'a Stop,
    /// How long inputs may still hand over what they have, once an early end was asked for.
    pub last_words: Duration,
    /// The clock that stamps records; without one, log time is the records' own.
    pub stamp: Option<fn() -> Time>,
}

/// Called after each look at the queue, with whether it was empty.
pub type Look<'a, L> = &'a mut dyn FnMut(&mut Desk<L>, bool) -> Result<(), LogError>;

/// Takes what arrives into the log, batch by batch, until all inputs ended or a stop is asked for.
/// What is in by then is committed.
///
/// # Errors
/// What the log cannot do, or an input that cannot be read.
pub fn feed<L: Log>(
    desk: &mut Desk<L>,
    feeding: &Feeding<'_>,
    progress: &mut Progress,
    look: Look<'_, L>,
) -> anyhow::Result<Fed> {
    let mut ends = Vec::new();
    let mut unreadable = 0;
    let records_max = feeding.settings.reading.batch_records_max;
    let mut asked_at = None;
    loop {
        if feeding.stop.is_asked()
            && asked_at.get_or_insert_with(Instant::now).elapsed() >= feeding.last_words
        {
            break;
        }
        let came = feeding.arrivals.take(records_max, BATCH_BYTES_MAX, PATIENCE);
        let is_quiet = came.arrivals.is_empty();
        let taken = batch(came.arrivals, feeding.stamp, progress, &mut ends);
        if !taken.entries.is_empty() {
            desk.accept(taken.entries)?;
        }
        // Appended is durable. A sender that has gone by now sends it again.
        for kept in taken.asked {
            kept.try_send(()).unwrap_or_default();
        }
        if came.is_last || taken.failed.is_some() || feeding.arrivals.is_empty() {
            desk.settle()?;
        }
        unreadable += taken.unreadable;
        if let Some(error) = taken.failed {
            return Err(error);
        }
        if came.is_last {
            return Ok(Fed::Ended { ends, unreadable });
        }
        look(desk, is_quiet)?;
        progress.show();
    }
    desk.settle()?;
    Ok(Fed::Stopped)
}

/// One batch of entries, and why there are no more.
struct Taken {
    entries: Vec<Entry>,
    /// Who waits until they are in the log.
    asked: Vec<SyncSender<()>>,
    /// Files that cannot be read.
    unreadable: u64,
    failed: Option<anyhow::Error>,
}

fn batch(
    arrivals: Vec<Arrival>,
    stamp: Option<fn() -> Time>,
    progress: &mut Progress,
    ends: &mut Vec<Entry>,
) -> Taken {
    let stamp = stamp.map(|clock| clock());
    let mut entries = Vec::with_capacity(arrivals.len());
    let mut asked = Vec::new();
    let mut unreadable = 0;
    for arrival in arrivals {
        match arrival {
            Arrival::Record(mut record) => {
                progress.count(&record);
                record.stamp = stamp;
                entries.push(Entry::Record(record));
            }
            Arrival::Asked { mut record, kept } => {
                record.stamp = stamp;
                entries.push(Entry::Record(record));
                asked.push(kept);
            }
            Arrival::Anew { source } => entries.push(Entry::End { source, forget: true }),
            Arrival::Grown { source, before } => entries.push(Entry::Grown { source, before }),
            Arrival::End { source, forget } => ends.push(Entry::End { source, forget }),
            Arrival::Unreadable(error) => {
                eprintln!("writethru: {error:#}; the others are read");
                unreadable += 1;
            }
            Arrival::Failed(error) => {
                return Taken { entries, asked, unreadable, failed: Some(error) };
            }
        }
    }
    Taken { entries, asked, unreadable, failed: None }
}

/// The wall clock, for the log only.
#[must_use]
pub fn wall_clock() -> Time {
    Time(jiff::Timestamp::now().as_millisecond())
}

/// A record as an input gives it.
fn record(raw: RawRecord) -> Record {
    let RawRecord { source, line, bytes, oversized } = raw;
    let oversized = oversized.map(|it| Oversized { bytes: it.bytes, sha256: it.sha256 });
    Record { stamp: None, source, line, bytes, oversized }
}
