//! Figures of what one lane does. They count what is committed and decide nothing.

use std::sync::Arc;
use std::time::Duration;

use super::attempt::Folded;
use crate::log::{Entry, Fate};
use crate::telemetry::Metrics;
use crate::telemetry::metrics::{OfLane, OfType};

/// Received so long after publishing, an article is late.
const LATE_MS: i64 = 3_600_000;

/// One lane's place among the figures.
#[derive(Clone, Debug)]
pub struct Measured {
    metrics: Arc<Metrics>,
    lane: OfLane,
}

impl Measured {
    /// For the lane of this partition; 0 without Kafka.
    #[must_use]
    pub const fn new(metrics: Arc<Metrics>, partition: i32) -> Self {
        Self { metrics, lane: Metrics::lane(partition) }
    }

    pub(super) fn decided(&self, took: Duration) {
        self.metrics.decide_seconds.observe(took.as_secs_f64());
    }

    pub(super) fn committed(&self, entries: &[Entry], folded: &Folded) {
        self.count_inputs(entries);
        for (name, count) in &folded.types {
            let of_type = OfType { r#type: (*name).to_owned() };
            self.metrics.changes.get_or_create(&of_type).inc_by(*count);
        }
        for fate in folded.fates.iter().flatten() {
            match fate {
                Fate::Taken(_) => {}
                Fate::PassedOver(kind) => self.metrics.passed(kind),
                Fate::Dead(reason) => self.metrics.dead(reason),
            }
        }
        let late = folded.delays.iter().filter(|delay| **delay > LATE_MS).count();
        self.metrics.late.inc_by(late as u64);
        if let Some(newest) = folded.delays.last() {
            let behind = Duration::from_millis(u64::try_from(*newest).unwrap_or_default());
            self.metrics.event_time_lag_seconds.get_or_create(&self.lane).set(behind.as_secs_f64());
        }
    }

    /// Without Kafka; with it whoever reads a topic counts.
    fn count_inputs(&self, entries: &[Entry]) {
        let sizes = entries.iter().filter_map(|entry| match entry {
            Entry::Record(record) => Some(record.bytes.len() as u64),
            _ => None,
        });
        let (records, bytes) = sizes.fold((0, 0), |(n, all), size| (n + 1, all + size));
        if records > 0 {
            self.metrics.read("inputs", self.lane.partition, records, bytes);
        }
    }

    pub(super) fn holds(&self, (stories, bytes): (usize, u64)) {
        let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        self.metrics.state_stories.get_or_create(&self.lane).set(whole(stories as u64));
        self.metrics.state_bytes.get_or_create(&self.lane).set(whole(bytes));
    }
}
