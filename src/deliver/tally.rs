//! What becomes of one target's deliveries, as figures.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use writethru_core::article::Time;

use crate::telemetry::Metrics;
use crate::telemetry::metrics::{Delivered, ToTarget};

/// One target's figures.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    metrics: Arc<Metrics>,
    target: String,
    /// Log time of what is being delivered, milliseconds; 0 while nothing is.
    oldest: Arc<AtomicI64>,
}

impl Tally {
    /// Of this target, among these figures.
    #[must_use]
    pub fn new(metrics: Arc<Metrics>, target: &str) -> Self {
        let tally = Self { metrics, target: target.to_owned(), oldest: Arc::default() };
        tally.waits(0);
        tally.idle(Time::EPOCH);
        tally
    }

    /// One more: `sent`, `failed`, `given_up`, `held`, `taken_back` or `digest`.
    pub fn count(&self, outcome: &'static str) {
        let label = Delivered { target: self.target.clone(), outcome };
        self.metrics.deliveries.get_or_create(&label).inc();
    }

    /// So many events are held.
    pub fn waits(&self, events: usize) {
        let events = i64::try_from(events).unwrap_or(i64::MAX);
        self.metrics.deliveries_held.get_or_create(&self.label()).set(events);
    }

    /// What is of this log time is being delivered.
    pub fn delivers(&self, recorded: Time) {
        self.oldest.store(recorded.0, Ordering::Relaxed);
    }

    /// Nothing is, now.
    pub fn idle(&self, now: Time) {
        self.oldest.store(0, Ordering::Relaxed);
        self.look(now);
    }

    /// How old it is, by this clock.
    pub fn look(&self, now: Time) {
        let oldest = self.oldest.load(Ordering::Relaxed);
        let seconds = if oldest == 0 { 0 } else { (now.0 - oldest).max(0) / 1000 };
        self.metrics.delivery_oldest_seconds.get_or_create(&self.label()).set(seconds);
    }

    fn label(&self) -> ToTarget {
        ToTarget { target: self.target.clone() }
    }
}
