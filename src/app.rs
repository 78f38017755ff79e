//! Wiring of the embedded mode: threads, inputs, the log, the lane, the outputs.
//!
//! Threads start here and nowhere else. The fold runs in the caller's thread; inputs are read in
//! one thread and articles in some more, both bounded.

mod arrivals;
mod files;
mod progress;
mod resume;
mod standin;
mod stop;

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use writethru_core::article::Time;
use writethru_core::lane::Lane;
use writethru_core::policy::Policy;

pub use self::arrivals::{Arrival, Arrivals, Sender};
pub use self::files::read_files;
pub use self::progress::Progress;
pub use self::resume::{InputDiffers, Resume};
pub use self::stop::{INTERRUPTED, Stop};
use crate::config::Settings;
use crate::engine::{Ahead, Engine, Lines, Watcher};
use crate::log::{Entry, Log, LogError, Record};
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
    policy: Policy,
    lines: Lines,
    until: Time,
    watcher: Option<Watcher>,
) -> Result<Desk<L>, LogError> {
    let policy = Arc::new(policy);
    let reader = Arc::new(Routed { settings: Arc::clone(settings), policy: Arc::clone(&policy) });
    let ahead = match threads(settings) {
        1 => Ahead::alone(reader),
        threads => {
            let (ahead, workers) = Ahead::with_workers(reader, threads);
            for worker in workers {
                thread::spawn(|| worker.work());
            }
            ahead
        }
    };
    Engine::open(log, policy, lines, ahead, until, watcher)
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
    /// All inputs were read; these of them to their end.
    Ended(Vec<Entry>),
    /// Somebody asked to stop.
    Stopped,
}

/// Takes what arrives into the log, batch by batch, until all inputs ended or a stop is asked for.
/// What is in by then is committed. `idle` is called whenever nothing came for a moment.
///
/// # Errors
/// What the log cannot do, or an input that cannot be read.
pub fn feed<L: Log>(
    desk: &mut Desk<L>,
    arrivals: &Arrivals,
    settings: &Settings,
    stop: &Stop,
    progress: &mut Progress,
    stamp: Option<fn() -> Time>,
    idle: &mut dyn FnMut(&mut Desk<L>) -> anyhow::Result<()>,
) -> anyhow::Result<Fed> {
    let mut ends = Vec::new();
    loop {
        if stop.is_asked() {
            desk.settle()?;
            return Ok(Fed::Stopped);
        }
        let came = arrivals.take(settings.reading.batch_records_max, BATCH_BYTES_MAX, PATIENCE);
        let nothing = came.arrivals.is_empty();
        let stamp = stamp.map(|stamp| stamp());
        let mut entries = Vec::with_capacity(came.arrivals.len());
        for arrival in came.arrivals {
            match arrival {
                Arrival::Record(mut record) => {
                    progress.count(&record);
                    record.stamp = stamp;
                    entries.push(Entry::Record(record));
                }
                Arrival::End { source, forget } => ends.push(Entry::End { source, forget }),
                Arrival::Failed(error) => {
                    desk.accept(std::mem::take(&mut entries))?;
                    desk.settle()?;
                    return Err(error).context("reading the input");
                }
            }
        }
        if !entries.is_empty() {
            desk.accept(entries)?;
        }
        if came.is_last {
            desk.settle()?;
            return Ok(Fed::Ended(ends));
        }
        if nothing {
            desk.settle()?;
            idle(desk)?;
        } else if arrivals.is_empty() {
            desk.settle()?;
        }
        progress.show();
    }
}

/// The wall clock, for the log only.
#[must_use]
pub fn wall_clock() -> Time {
    Time(jiff::Timestamp::now().as_millisecond())
}

/// A record as it came in.
#[must_use]
pub fn record(source: &str, line: u64, bytes: Vec<u8>) -> Record {
    Record { stamp: None, source: source.to_owned(), line, bytes }
}
