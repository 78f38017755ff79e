//! How far reading is behind the ends of its partitions, asked of the broker every few seconds.
//!
//! On a thread and a client of its own: a broker that does not answer holds nobody up.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use rdkafka::consumer::Consumer as _;
use rdkafka::consumer::base_consumer::BaseConsumer;
use rdkafka::error::KafkaError;

use super::client::{Cluster, Told};
use crate::telemetry::Metrics;
use crate::telemetry::metrics::Place;

const LOOK_EVERY: Duration = Duration::from_secs(2);
const ANSWER: Duration = Duration::from_secs(5);
/// Behind by so much, it is said in the log, too.
const TOLD_FROM: i64 = 10_000;
/// Looks between two such lines.
const TOLD_EVERY: u32 = 15;

/// The offset that is read next, by topic and partition.
#[derive(Debug, Default)]
pub struct Positions(Mutex<BTreeMap<(String, i32), i64>>);

impl Positions {
    /// Reading has come this far.
    pub fn reached(&self, topic: &str, partition: i32, next: i64) {
        self.lock().insert((topic.to_owned(), partition), next);
    }

    /// The partition is another process's now.
    pub fn forget(&self, metrics: &Metrics, topic: &str, partition: i32) {
        self.lock().remove(&(topic.to_owned(), partition));
        metrics.consumer_lag_records.remove(&Place { topic: topic.to_owned(), partition });
    }

    /// Which partitions there are.
    #[must_use]
    pub fn partitions(&self) -> Vec<i32> {
        self.lock().keys().map(|(_, partition)| *partition).collect()
    }

    fn has(&self, topic: &str, partition: i32) -> bool {
        self.lock().contains_key(&(topic.to_owned(), partition))
    }

    /// Where each stands.
    fn all(&self) -> BTreeMap<(String, i32), i64> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(String, i32), i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Begins to look, until the positions are dropped.
///
/// # Errors
/// Settings that the client refuses.
pub fn watch(
    cluster: &Cluster,
    positions: &Arc<Positions>,
    metrics: Arc<Metrics>,
) -> Result<(), KafkaError> {
    let consumer: BaseConsumer<Told> = cluster.reader().create_with_context(Told)?;
    let positions = Arc::downgrade(positions);
    // Without the thread there are no figures of the lag; all else goes on.
    let started = thread::Builder::new()
        .name("lag".to_owned())
        .spawn(move || look(&consumer, &positions, &metrics));
    if let Err(error) = started {
        tracing::warn!(error = %error, "the lag is not measured");
    }
    Ok(())
}

fn look(consumer: &BaseConsumer<Told>, positions: &Weak<Positions>, metrics: &Metrics) {
    for looks in 0_u32.. {
        let Some(watched) = positions.upgrade() else { return };
        for ((topic, partition), next) in watched.all() {
            let Ok((_, end)) = consumer.fetch_watermarks(&topic, partition, ANSWER) else { break };
            let lag = (end - next).max(0);
            if lag >= TOLD_FROM && looks.is_multiple_of(TOLD_EVERY) {
                tracing::warn!(topic, partition, lag, "behind");
            }
            if watched.has(&topic, partition) {
                metrics.consumer_lag_records.get_or_create(&Place { topic, partition }).set(lag);
            }
        }
        drop(watched);
        thread::sleep(LOOK_EVERY);
    }
}
