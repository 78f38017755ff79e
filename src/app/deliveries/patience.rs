//! How couriers wait: by the wall clock, looking up often, so that a stop is never waited for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use writethru_core::article::Time;

use crate::app::{Stop, wall_clock};
use crate::deliver::{Pace, Tally};

/// While it waits, a courier looks up this often.
const SLICE: Duration = Duration::from_millis(100);

/// The wall clock, until told to stop.
pub struct Patience {
    stop: Stop,
    ending: Arc<AtomicBool>,
    tally: Tally,
}

impl Patience {
    /// Until one of these is set.
    pub const fn new(stop: Stop, ending: Arc<AtomicBool>, tally: Tally) -> Self {
        Self { stop, ending, tally }
    }
}

impl Pace for Patience {
    fn wait(&mut self, time: Duration) -> bool {
        let began = Instant::now();
        loop {
            if self.stop.is_asked() || self.ending.load(Ordering::Relaxed) {
                return false;
            }
            let left = time.saturating_sub(began.elapsed());
            if left.is_zero() {
                return true;
            }
            if left > SLICE {
                self.tally.look(self.now());
            }
            thread::sleep(left.min(SLICE));
        }
    }

    fn now(&self) -> Time {
        wall_clock()
    }
}
