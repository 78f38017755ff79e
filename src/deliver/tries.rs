//! Trying again by the field's schedule, and giving up.

use std::time::Duration;

use super::courier::{Ended, Pace};
use super::{Failure, Tally};

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

/// What is tried, for messages and figures.
pub struct Trying<'a> {
    /// The target's name.
    pub target: &'a str,
    /// The event's id, or the story's.
    pub what: &'a str,
    /// Where it is counted.
    pub tally: &'a Tally,
}

impl Trying<'_> {
    /// Tries until it is delivered; answers why not, where it was given up.
    ///
    /// # Errors
    /// Why nothing more is delivered at all.
    pub fn deliver(
        &self,
        pace: &mut dyn Pace,
        attempt: &mut dyn FnMut() -> Result<(), Failure>,
    ) -> Result<Option<String>, Ended> {
        let mut why = String::new();
        let mut refused = 0;
        let mut after = None;
        for pause in SCHEDULE {
            let pause = after.take().map_or(pause, |after: Duration| after.max(pause));
            if !pause.is_zero() && !pace.wait(pause) {
                return Err(Ended::Stopped);
            }
            match attempt() {
                Ok(()) => {
                    self.tally.count("sent");
                    return Ok(None);
                }
                Err(Failure::Journal(reason)) => return Err(Ended::Broken(reason)),
                Err(Failure::Gone(reason)) => {
                    tracing::error!(target = self.target, reason, "wants nothing any more");
                    return Err(Ended::Gone);
                }
                Err(Failure::Refused(reason)) => {
                    refused += 1;
                    why = reason;
                    self.tally.count("failed");
                    if refused >= REFUSED_TRIES_MAX {
                        break;
                    }
                }
                Err(Failure::Passing(reason, wanted)) => {
                    (why, after) = (reason, wanted);
                    self.tally.count("failed");
                }
            }
            tracing::warn!(
                target = self.target,
                what = self.what,
                reason = why,
                "not delivered yet"
            );
        }
        self.tally.count("given_up");
        tracing::error!(target = self.target, what = self.what, reason = why, "delivery given up");
        Ok(Some(why))
    }
}
