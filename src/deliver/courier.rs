//! One target's way: the next event, delivered, noted; or tried again by the field's schedule.

use std::path::Path;
use std::time::Duration;

use super::tail::Tail;
use super::{Event, Failure, Journal, Target};

/// Pauses before each try, as the field knows them.
const SCHEDULE: [Duration; 8] = [
    Duration::ZERO,
    Duration::from_secs(5),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 3600),
    Duration::from_secs(5 * 3600),
    Duration::from_secs(10 * 3600),
    Duration::from_secs(10 * 3600),
];
/// Tries of what the target refuses.
const REFUSED_TRIES_MAX: usize = 3;
/// Between two looks at a file that has nothing new.
const INTERVAL: Duration = Duration::from_millis(100);

/// The clock and the patience of a courier.
pub trait Pace: Send {
    /// Waits; `false` where it is told to stop.
    fn wait(&mut self, time: Duration) -> bool;
}

/// Delivers one file's events to one target, in order.
pub struct Courier {
    name: String,
    tail: Tail,
    journal: Journal,
    target: Box<dyn Target>,
    /// Less grave alerts are not for this target.
    priority_max: u8,
}

/// Why a courier ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Told to stop.
    Stopped,
    /// The target wants nothing any more.
    Gone,
    /// Files that cannot be read or written.
    Broken(String),
}

impl Courier {
    /// Goes on where the journal stands; a new target begins at the end of the file.
    ///
    /// # Errors
    /// A journal that cannot be read or written.
    pub fn open(
        name: &str,
        file: &Path,
        journal: &Path,
        target: Box<dyn Target>,
        priority_max: u8,
    ) -> std::io::Result<Self> {
        let journal = Journal::open(journal, Tail::end(file))?;
        let tail = Tail::at(file, journal.done());
        Ok(Self { name: name.to_owned(), tail, journal, target, priority_max })
    }

    /// Delivers what is there and what comes, until told to stop.
    pub fn run(&mut self, pace: &mut dyn Pace) -> Ended {
        loop {
            match self.tail.take_line() {
                Err(error) => {
                    tracing::warn!(target = self.name, %error, "cannot read the alerts; trying again");
                    if !pace.wait(INTERVAL) {
                        return Ended::Stopped;
                    }
                }
                Ok(None) => {
                    if !pace.wait(INTERVAL) {
                        return Ended::Stopped;
                    }
                }
                Ok(Some((line, next))) => {
                    if let Some(ended) = self.take(&line, next, pace) {
                        return ended;
                    }
                }
            }
        }
    }

    fn take(&mut self, line: &[u8], next: u64, pace: &mut dyn Pace) -> Option<Ended> {
        match Event::read(line) {
            Ok(event) if event.data.priority <= self.priority_max => {
                if let Some(ended) = self.deliver(&event, pace) {
                    return Some(ended);
                }
            }
            Ok(_) => {}
            Err(error) => {
                tracing::error!(target = self.name, %error, "no alert event; passed over")
            }
        }
        self.journal.set_done(next).err().map(|error| Ended::Broken(error.to_string()))
    }

    fn deliver(&mut self, event: &Event, pace: &mut dyn Pace) -> Option<Ended> {
        let mut why = String::new();
        let mut refused = 0;
        let mut after = None;
        for pause in SCHEDULE {
            let pause = after.take().map_or(pause, |after: Duration| after.max(pause));
            if !pause.is_zero() && !pace.wait(pause) {
                return Some(Ended::Stopped);
            }
            match self.target.deliver(event, &mut self.journal) {
                Ok(()) => return None,
                Err(Failure::Journal(reason)) => return Some(Ended::Broken(reason)),
                Err(Failure::Gone(reason)) => {
                    tracing::error!(target = self.name, reason, "wants nothing any more");
                    return Some(Ended::Gone);
                }
                Err(Failure::Refused(reason)) => {
                    refused += 1;
                    why = reason;
                    if refused >= REFUSED_TRIES_MAX {
                        break;
                    }
                }
                Err(Failure::Passing(reason, wanted)) => (why, after) = (reason, wanted),
            }
            tracing::warn!(target = self.name, event = event.id, reason = why, "not delivered yet");
        }
        tracing::error!(target = self.name, event = event.id, reason = why, "delivery given up");
        let noted = self.journal.give_up(&event.id, &why);
        noted.err().map(|error| Ended::Broken(error.to_string()))
    }
}
