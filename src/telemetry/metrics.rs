//! Figures for Prometheus, by the names that dashboards and alarms rely on.
//!
//! Counters count what is committed: a batch that is taken back and folded again counts once.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Metric, Registry};

/// Every name begins with it.
const PREFIX: &str = "writethru";
/// What [`Metrics::encode`] gives, for the header of an answer.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// A partition of a topic.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Place {
    /// Its name; `inputs` without Kafka.
    pub topic: String,
    /// Its number.
    pub partition: i32,
}

/// A lane by its partition; 0 without Kafka.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OfLane {
    /// Its number.
    pub partition: i32,
}

/// By the type of what was published or passed over.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OfType {
    /// As in the record.
    pub r#type: String,
}

/// By the reason of a dead letter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct ForReason {
    /// As in the dead letter.
    pub reason: String,
}

/// By how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct WithOutcome {
    /// `committed`, `aborted`, `abandoned` or `let_go`.
    pub outcome: &'static str,
}

/// A rebalance of one group.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OfKind {
    /// `route` or `lanes`.
    pub group: &'static str,
    /// `assigned`, `revoked` or `lost`.
    pub kind: &'static str,
}

/// An answer of a receiver.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct WithCode {
    /// HTTP status, or a word where there was no answer.
    pub code: String,
}

/// A delivery to a target, by what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Delivered {
    /// The target's name.
    pub target: String,
    /// `sent`, `failed`, `given_up`, `held`, `taken_back` or `digest`.
    pub outcome: &'static str,
}

/// A target of deliveries.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct ToTarget {
    /// Its name.
    pub target: String,
}

/// All figures of one process; each field is one name.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    pub input_records: Family<Place, Counter>,
    pub input_bytes: Family<Place, Counter>,
    pub repeats_dropped: Family<OfLane, Counter>,
    pub changes: Family<OfType, Counter>,
    pub dead_letters: Family<ForReason, Counter>,
    pub passed_over: Family<OfType, Counter>,
    pub late: Counter,
    pub consumer_lag_records: Family<Place, Gauge>,
    pub event_time_lag_seconds: Family<OfLane, Gauge<f64, AtomicU64>>,
    pub decide_seconds: Histogram,
    pub end_to_end_seconds: Histogram,
    pub transaction_seconds: Histogram,
    pub transactions: Family<WithOutcome, Counter>,
    pub restore_remaining_records: Family<OfLane, Gauge>,
    pub restore_seconds: Histogram,
    pub rebalances: Family<OfKind, Counter>,
    pub state_stories: Family<OfLane, Gauge>,
    pub state_bytes: Family<OfLane, Gauge>,
    pub queue_depth: Family<OfLane, Gauge>,
    pub paused_partitions: Gauge,
    pub webhook_attempts: Family<WithCode, Counter>,
    pub deliveries: Family<Delivered, Counter>,
    pub deliveries_held: Family<ToTarget, Gauge>,
    pub delivery_oldest_seconds: Family<ToTarget, Gauge>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut names = Names(Registry::with_prefix(PREFIX));
        let info = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        names.0.register("build", "Which program this is", info);
        Self {
            input_records: names.put("input_records", "Records that were read"),
            input_bytes: names.put("input_bytes", "Bytes that were read"),
            repeats_dropped: names
                .put("repeats_dropped", "Routed records that a lane had taken before"),
            changes: names.put("changes", "Published changes"),
            dead_letters: names.put("dead_letters", "Records that could not be read"),
            passed_over: names.put("passed_over", "Items that are no articles"),
            late: names.put("late", "Articles received over an hour after they were published"),
            consumer_lag_records: names
                .put("consumer_lag_records", "Records of a partition that are still to be read"),
            event_time_lag_seconds: names.put(
                "event_time_lag_seconds",
                "Between publishing and receiving, of the newest article",
            ),
            decide_seconds: names.fill(
                "decide_seconds",
                "Deciding about one record, without reading it",
                (10_u32..=26).map(|power| f64::from(1 << power) / 1e9),
            ),
            end_to_end_seconds: names.fill(
                "end_to_end_seconds",
                "From the article topic's append to the committed change",
                seconds(),
            ),
            transaction_seconds: names.fill(
                "transaction_seconds",
                "Sending and committing one batch",
                seconds(),
            ),
            transactions: names.put("transactions", "Transactions by how they ended"),
            restore_remaining_records: names
                .put("restore_remaining_records", "Records of state that are still to be restored"),
            restore_seconds: names.fill(
                "restore_seconds",
                "From taking a lane over to its first record",
                (0..14).map(|power| f64::from(1 << power) / 16.0),
            ),
            rebalances: names.put("rebalances", "Partitions that came and went"),
            state_stories: names.put("state_stories", "Stories that a lane holds"),
            state_bytes: names.put("state_bytes", "Encoded rows that a lane holds"),
            queue_depth: names.put("queue_depth", "Records that wait for a lane"),
            paused_partitions: names
                .put("paused_partitions", "Partitions not fetched until their lane has caught up"),
            webhook_attempts: names.put("webhook_attempts", "Deliveries by their answer"),
            deliveries: names.put("deliveries", "Deliveries by target and what became of them"),
            deliveries_held: names.put("deliveries_held", "Alert events that wait for a digest"),
            delivery_oldest_seconds: names.put(
                "delivery_oldest_seconds",
                "Age of what is being delivered to a target and has not arrived",
            ),
            registry: names.0,
        }
    }
}

impl Metrics {
    /// All of them as text, as Prometheus asks for it.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("a String takes everything");
        text
    }

    /// One lane's view.
    #[must_use]
    pub const fn lane(partition: i32) -> OfLane {
        OfLane { partition }
    }

    /// One record that was read.
    pub fn read(&self, topic: &str, partition: i32, records: u64, bytes: u64) {
        let place = Place { topic: topic.to_owned(), partition };
        self.input_records.get_or_create(&place).inc_by(records);
        self.input_bytes.get_or_create(&place).inc_by(bytes);
    }

    /// A dead letter.
    pub fn dead(&self, reason: &str) {
        self.dead_letters.get_or_create(&ForReason { reason: reason.to_owned() }).inc();
    }

    /// An item that is no article.
    pub fn passed(&self, kind: &str) {
        self.passed_over.get_or_create(&OfType { r#type: kind.to_owned() }).inc();
    }

    /// Forgets the gauges of a lane that is another process's now.
    pub fn forget_lane(&self, partition: i32) {
        let lane = Self::lane(partition);
        self.event_time_lag_seconds.remove(&lane);
        self.restore_remaining_records.remove(&lane);
        self.state_stories.remove(&lane);
        self.state_bytes.remove(&lane);
        self.queue_depth.remove(&lane);
    }
}

/// The registry while names are put into it.
struct Names(Registry);

impl Names {
    fn put<M: Metric + Clone + Default>(&mut self, name: &str, help: &str) -> M {
        let metric = M::default();
        self.0.register(name, help, metric.clone());
        metric
    }

    fn fill(&mut self, name: &str, help: &str, bounds: impl Iterator<Item = f64>) -> Histogram {
        let metric = Histogram::new(bounds);
        self.0.register(name, help, metric.clone());
        metric
    }
}

/// From a millisecond to a minute, close enough for a quantile at a hundred milliseconds.
fn seconds() -> impl Iterator<Item = f64> {
    [
        0.001, 0.002, 0.004, 0.006, 0.008, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1,
        0.15, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0,
    ]
    .into_iter()
}

/// A duration as a histogram takes it.
#[must_use]
pub fn in_seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_what_dashboards_rely_on() {
        let metrics = Metrics::default();
        metrics.read("wires", 3, 2, 500);
        metrics.dead("not_json");
        metrics.late.inc();
        metrics.transaction_seconds.observe(0.005);
        metrics.state_stories.get_or_create(&Metrics::lane(1)).set(7);
        metrics.changes.get_or_create(&OfType { r#type: "claim.added".to_owned() }).inc();
        let text = metrics.encode();
        for line in [
            "writethru_input_records_total{topic=\"wires\",partition=\"3\"} 2",
            "writethru_input_bytes_total{topic=\"wires\",partition=\"3\"} 500",
            "writethru_dead_letters_total{reason=\"not_json\"} 1",
            "writethru_changes_total{type=\"claim.added\"} 1",
            "writethru_late_total 1",
            "writethru_transaction_seconds_count 1",
            "writethru_state_stories{partition=\"1\"} 7",
            "writethru_paused_partitions 0",
        ] {
            assert!(text.lines().any(|found| found == line), "no {line} in\n{text}");
        }
        assert!(text.contains("writethru_build_info{version="), "{text}");
        metrics.forget_lane(1);
        assert!(!metrics.encode().contains("writethru_state_stories{"));
    }
}
