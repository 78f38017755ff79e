//! The role of route: from the article topics to the partition of each desk.
//!
//! Without transactions: a record is sent before its offset is committed, so a crash sends some
//! again, in the same order, and the lanes drop what they have seen.
//!
//! Here is the role's loop; [`router`] is what becomes of a record, [`group`] what happens when
//! partitions come and go.

mod group;
mod router;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::consumer::base_consumer::BaseConsumer;
use rdkafka::consumer::{CommitMode, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use writethru_core::policy::Policy;

use self::router::Router;
use super::client::Cluster;
use super::error::LaneError;
use super::lag::{self, Positions};
use super::retire::retire;
use super::topics::Topics;
use super::watchdog::Watchdog;
use crate::config::Settings;
use crate::telemetry::Telemetry;

/// The group of route.
pub const GROUP: &str = "route";

const PATIENCE: Duration = Duration::from_millis(50);
/// Records and bytes that are sent before their offsets are committed.
const SWEEP_RECORDS_MAX: usize = 2_000;
const SWEEP_BYTES_MAX: usize = 16 << 20;
/// Offsets are committed at most so often.
const COMMIT_EVERY: Duration = Duration::from_millis(50);
/// After a broker that does not answer, before beginning anew.
const AGAIN: Duration = Duration::from_secs(1);

/// What decides where a record goes.
#[derive(Clone)]
pub struct Way {
    /// Desks, limits, clock.
    pub settings: Arc<Settings>,
    /// What a withdrawal is.
    pub policy: Arc<Policy>,
    /// By name.
    pub topics: Topics,
    /// Of `routed`.
    pub partitions: NonZeroU32,
    /// Ends the process when a call never returns.
    pub watchdog: Watchdog,
    /// Where it is told.
    pub telemetry: Telemetry,
}

/// Routes until told to stop, then commits and leaves the group.
///
/// # Errors
/// Offsets that have left retention, or a broker that does not take what is sent.
pub fn serve(cluster: &Cluster, way: &Way, stop: &dyn Fn() -> bool) -> Result<(), LaneError> {
    let telemetry = &way.telemetry;
    let record_bytes_max = way.settings.reading.record_bytes_max;
    let positions = Arc::new(Positions::default());
    lag::watch(cluster, &positions, Arc::clone(&telemetry.metrics))
        .map_err(|error| LaneError::kafka("setting up the consumer", error))?;
    loop {
        telemetry.health.waits(GROUP, "joins its group");
        match serve_once(cluster, way.clone(), &positions, stop) {
            Err(error) if error.is_passing() && !stop() => {
                tracing::warn!(error = %error, "route begins anew");
                thread::sleep(AGAIN);
            }
            done => {
                telemetry.health.ended(GROUP);
                return done
                    .or_else(|error| left_undone(error, stop()))
                    .map_err(|error| error.explained(cluster, &way.topics, record_bytes_max));
            }
        }
    }
}

/// Told to stop, it need not wait for a broker that will be well again: what was sent and not
/// committed is sent again at the next start.
fn left_undone(error: LaneError, is_stopped: bool) -> Result<(), LaneError> {
    if is_stopped && error.is_passing() {
        tracing::warn!(error = %error, "the last offsets are left to the next start");
        return Ok(());
    }
    Err(error)
}

/// From joining the group to leaving it. What was sent and not committed is sent again.
fn serve_once(
    cluster: &Cluster,
    way: Way,
    positions: &Arc<Positions>,
    stop: &dyn Fn() -> bool,
) -> Result<(), LaneError> {
    let asked = |doing| move |error| LaneError::kafka(doing, error);
    let mut topics = way.settings.kafka.article_topics.clone();
    topics.push(way.topics.decisions.clone());
    let router = Router::new(cluster, way, positions).map_err(asked("setting up the producer"))?;
    let consumer: BaseConsumer<Router> = cluster
        .member(GROUP)
        .create_with_context(router)
        .map_err(asked("setting up the consumer"))?;
    let names: Vec<&str> = topics.iter().map(String::as_str).collect();
    consumer.subscribe(&names).map_err(asked("subscribing to the article topics"))?;
    let routed = route_on(&consumer, stop);
    if routed.is_ok() {
        consumer.context().settle(&consumer, CommitMode::Sync)?;
    }
    consumer.unsubscribe();
    retire(consumer, "member of route");
    routed
}

fn route_on(consumer: &BaseConsumer<Router>, stop: &dyn Fn() -> bool) -> Result<(), LaneError> {
    let router = consumer.context();
    let mut committed = Instant::now();
    while !stop() {
        let (mut wait, mut bytes) = (PATIENCE, 0);
        for _ in 0..SWEEP_RECORDS_MAX {
            match consumer.poll(wait) {
                None => break,
                Some(Ok(message)) => {
                    bytes += message.payload_len();
                    router.route(&message)?;
                }
                Some(Err(error)) => endure(error)?,
            }
            if bytes >= SWEEP_BYTES_MAX {
                break;
            }
            wait = Duration::ZERO;
        }
        router.way.telemetry.health.round(GROUP);
        if let Some(failure) = router.failure() {
            return Err(failure);
        }
        if bytes >= SWEEP_BYTES_MAX || committed.elapsed() >= COMMIT_EVERY {
            router.settle(consumer, CommitMode::Async)?;
            committed = Instant::now();
        }
    }
    Ok(())
}

fn endure(error: KafkaError) -> Result<(), LaneError> {
    match error {
        // The second: what is to be read next is not there; beginning anew finds out why.
        KafkaError::MessageConsumptionFatal(_)
        | KafkaError::MessageConsumption(RDKafkaErrorCode::AutoOffsetReset) => {
            Err(LaneError::kafka("reading the article topics", error))
        }
        error => {
            tracing::debug!(error = %error, "polling goes on");
            Ok(())
        }
    }
}
