//! The role of route: from the article topics to the partition of each desk.
//!
//! Without transactions: a record is sent before its offset is committed, so a crash sends some
//! again, in the same order, and the lanes drop what they have seen.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::panic::catch_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::base_consumer::BaseConsumer;
use rdkafka::consumer::{CommitMode, Consumer, ConsumerContext, RebalanceProtocol};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::BorrowedMessage;
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{Message, Offset, TopicPartitionList};
use sha2::{Digest as _, Sha256};
use writethru_core::article::{Article, Time};
use writethru_core::policy::Policy;
use writethru_core::reading::{Label, label_of};

use super::client::{Cluster, MESSAGE_BYTES_MAX, tell, tell_error};
use super::dead;
use super::error::LaneError;
use super::feed::Fetched;
use super::lag::{self, Positions};
use super::member::fetched;
use super::producer::Gapless;
use super::retire::retire;
use super::topics::Topics;
use super::watchdog::{Watch, Watchdog};
use super::wire::{Origin, article_headers};
use super::{spread, taken};
use crate::config::{Clock, Settings};
use crate::formats::articles::{DecodeError, Decoded, decode_within};
use crate::formats::decisions::{self, Decided};
use crate::route;
use crate::telemetry::Telemetry;
use crate::telemetry::metrics::OfKind;

/// The group of route.
pub const GROUP: &str = "route";

const PATIENCE: Duration = Duration::from_millis(50);
/// Records and bytes that are sent before their offsets are committed.
const SWEEP_RECORDS_MAX: usize = 2_000;
const SWEEP_BYTES_MAX: usize = 16 << 20;
/// What the headers of a record that is sent on may take beyond its bytes; a dead letter that would
/// need more keeps neither key nor headers.
const HEADER_BYTES_MAX: usize = 64 << 10;
/// Offsets are committed at most so often.
const COMMIT_EVERY: Duration = Duration::from_millis(50);
const ANSWER: Duration = Duration::from_secs(15);
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
                return done.or_else(|error| left_undone(error, stop()));
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
    let producer = Gapless::open(cluster).map_err(asked("setting up the producer"))?;
    let context = Router {
        watch: way.watchdog.watch(),
        way,
        cluster: cluster.clone(),
        producer,
        positions: Arc::clone(positions),
        pending: Mutex::default(),
        failure: Mutex::default(),
    };
    let consumer: BaseConsumer<Router> = cluster
        .member(GROUP)
        .create_with_context(context)
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
        if let Some(failure) = router.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
        {
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

/// Sent, and not known to be committed.
#[derive(Default)]
struct Pending {
    /// The next offset of each partition.
    next: BTreeMap<(String, i32), i64>,
    /// All of it is on its way.
    asked: bool,
}

/// Called back by the client while it polls.
struct Router {
    way: Way,
    cluster: Cluster,
    producer: Gapless,
    watch: Watch,
    positions: Arc<Positions>,
    pending: Mutex<Pending>,
    failure: Mutex<Option<LaneError>>,
}

impl Router {
    fn route(&self, message: &BorrowedMessage<'_>) -> Result<(), LaneError> {
        let origin = Origin {
            topic: message.topic().to_owned(),
            partition: message.partition(),
            offset: message.offset(),
            came_ms: message.timestamp().to_millis().unwrap_or_default(),
        };
        let bytes = message.payload().unwrap_or_default();
        let metrics = &self.way.telemetry.metrics;
        metrics.read(&origin.topic, origin.partition, 1, bytes.len() as u64);
        if origin.topic == self.way.topics.decisions {
            let sent = match decisions::decode_within(bytes, self.limit()) {
                Ok(decided) => self.forward_decision(&origin, bytes, &decided),
                Err(error) => self.bury(&origin, message, &error),
            };
            return self.sent(origin, sent);
        }
        let sent = match decoded(bytes, self.limit()) {
            Ok(Decoded::Article(article)) => self.forward(&origin, bytes, &article),
            Ok(Decoded::PassedOver { kind }) => {
                metrics.passed(&kind);
                Ok(())
            }
            Err(error) => self.bury(&origin, message, &error),
        };
        self.sent(origin, sent)
    }

    fn sent(&self, origin: Origin, sent: KafkaResult<()>) -> Result<(), LaneError> {
        sent.map_err(|error| LaneError::kafka("sending to the desks", error))?;
        self.positions.reached(&origin.topic, origin.partition, origin.offset + 1);
        let mut pending = self.pending();
        pending.next.insert((origin.topic, origin.partition), origin.offset + 1);
        pending.asked = false;
        Ok(())
    }

    /// The largest record that is routed: with its headers it must fit into the topic.
    fn limit(&self) -> usize {
        let settings = &self.way.settings;
        settings.reading.record_bytes_max.min(MESSAGE_BYTES_MAX - HEADER_BYTES_MAX)
    }

    /// To its desk; a withdrawal to every partition, since any desk may have what it takes back.
    fn forward(&self, origin: &Origin, bytes: &[u8], article: &Article) -> KafkaResult<()> {
        let way = &self.way;
        let desk = route::desk(&way.settings, article);
        let received = (way.settings.clock == Clock::Received)
            .then(|| article.received.or(article.published).unwrap_or(Time::EPOCH));
        let headers = article_headers(origin, received);
        let routed = |partition| {
            self.producer.send(&way.topics.routed, partition, desk.as_bytes(), bytes, &headers)
        };
        if label_of(&way.policy, article) == Label::Withdrawal {
            let all = 0..i32::try_from(way.partitions.get()).unwrap_or(i32::MAX);
            return all.into_iter().try_for_each(routed);
        }
        routed(spread::partition(&desk, way.partitions))
    }

    /// To the desk that it is for.
    fn forward_decision(
        &self,
        origin: &Origin,
        bytes: &[u8],
        decided: &Decided,
    ) -> KafkaResult<()> {
        let way = &self.way;
        let desk = decided.desk.as_deref().unwrap_or(way.settings.desks.default_desk());
        let received = (way.settings.clock == Clock::Received)
            .then(|| decided.decision.at.unwrap_or(Time::EPOCH));
        let headers = article_headers(origin, received);
        let partition = spread::partition(desk, way.partitions);
        self.producer.send(&way.topics.routed, partition, desk.as_bytes(), bytes, &headers)
    }

    /// To the dead letters as it was; one that is too large as its coordinates and digest.
    fn bury(
        &self,
        origin: &Origin,
        message: &BorrowedMessage<'_>,
        error: &DecodeError,
    ) -> KafkaResult<()> {
        self.way.telemetry.metrics.dead(error.reason);
        tracing::debug!(
            reason = error.reason,
            topic = origin.topic,
            offset = origin.offset,
            "dead letter"
        );
        let Fetched { key, value, headers, .. } = fetched(message);
        let is_large = value.len() > self.limit();
        let digest = is_large.then(|| hex(&Sha256::digest(&value)));
        let kept: &[u8] = if is_large { &[] } else { &value };
        let ours = dead::headers(error.reason, &error.detail, origin, digest.as_deref());
        let beside = headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        let all = if key.len() + beside > HEADER_BYTES_MAX / 2 {
            dead::with_originals(&ours, None, &[])
        } else {
            dead::with_originals(&ours, message.key(), &headers)
        };
        let partition = spread::partition(&origin.topic, self.way.partitions);
        let place = dead::key(origin);
        self.producer.send_as_it_was(&self.way.topics.dlq, partition, Some(&place), kept, all)
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything that was sent is there; then its offsets are committed. What the broker does not
    /// commit is tried again with the next.
    ///
    /// As long as it works it does not wait for the answer: a commit waits for the group, and where
    /// the group begins anew meanwhile, the group waits for whoever polls.
    fn settle(&self, consumer: &BaseConsumer<Self>, mode: CommitMode) -> Result<(), LaneError> {
        let waits = matches!(mode, CommitMode::Sync);
        let next = {
            let pending = self.pending();
            if pending.next.is_empty() || (pending.asked && !waits) {
                return Ok(());
            }
            pending.next.clone()
        };
        self.producer.drain().map_err(|error| LaneError::kafka("sending to the desks", error))?;
        let asked = |error| LaneError::kafka("committing offsets of the article topics", error);
        let mut list = TopicPartitionList::with_capacity(next.len());
        for ((topic, partition), next) in &next {
            list.add_partition_offset(topic, *partition, Offset::Offset(*next)).map_err(asked)?;
        }
        let calling = self.watch.calling("committing the offsets of the article topics");
        let committed = consumer.commit(&list, mode);
        drop(calling);
        match committed {
            Ok(()) if waits => self.pending().next.clear(),
            Ok(()) => self.pending().asked = true,
            Err(error) => tracing::debug!(error = %error, "offsets not committed yet"),
        }
        Ok(())
    }

    /// Where each partition is read on: where the group stands, if the topic still has it.
    fn place(
        &self,
        consumer: &BaseConsumer<Self>,
        list: &TopicPartitionList,
    ) -> Result<TopicPartitionList, LaneError> {
        let asked = |error| LaneError::kafka("asking for the offsets of the article topics", error);
        let committed = consumer.committed_offsets(list.clone(), ANSWER).map_err(asked)?;
        let mut placed = TopicPartitionList::with_capacity(committed.count());
        let mut first_time = TopicPartitionList::new();
        for element in committed.elements() {
            let (topic, partition) = (element.topic(), element.partition());
            element.error().map_err(asked)?;
            let (first, end) =
                consumer.fetch_watermarks(topic, partition, ANSWER).map_err(asked)?;
            let next = match element.offset() {
                Offset::Offset(next) => {
                    if next < first {
                        return Err(LaneError::ArticlesLeft {
                            topic: topic.to_owned(),
                            next,
                            first,
                        });
                    }
                    if next > end {
                        return Err(LaneError::Recreated { topic: topic.to_owned(), next, end });
                    }
                    next
                }
                _ => {
                    let offset = Offset::Offset(first);
                    first_time.add_partition_offset(topic, partition, offset).map_err(asked)?;
                    first
                }
            };
            placed.add_partition_offset(topic, partition, Offset::Offset(next)).map_err(asked)?;
            self.positions.reached(topic, partition, next);
        }
        self.begin(consumer, &first_time)?;
        Ok(placed)
    }

    /// Partitions that the group has no offset of. It gets one before anything is read there, so
    /// that where there is none later, and desks have taken records, it was forgotten.
    fn begin(
        &self,
        consumer: &BaseConsumer<Self>,
        first_time: &TopicPartitionList,
    ) -> Result<(), LaneError> {
        if first_time.count() == 0 {
            return Ok(());
        }
        let taken = taken::by_desks(&self.cluster, &self.way.topics, self.way.partitions)?;
        for element in first_time.elements() {
            let (topic, partition) = (element.topic().to_owned(), element.partition());
            if let Some(taken) = taken.get(&(topic.clone(), partition)) {
                return Err(LaneError::ArticlesForgotten { topic, partition, taken: *taken });
            }
        }
        let calling = self.watch.calling("committing the first offsets of the article topics");
        let committed = consumer.commit(first_time, CommitMode::Sync);
        drop(calling);
        committed.map_err(|error| LaneError::kafka("committing the first offsets", error))
    }

    fn tell(&self, partitions: usize, kind: &'static str) {
        let kind = OfKind { group: GROUP, kind };
        let metrics = &self.way.telemetry.metrics;
        metrics.rebalances.get_or_create(&kind).inc_by(partitions as u64);
    }

    fn take_up(
        &self,
        consumer: &BaseConsumer<Self>,
        list: &TopicPartitionList,
    ) -> Result<(), LaneError> {
        let asked = |error| LaneError::kafka("taking up partitions of the article topics", error);
        let placed = self.place(consumer, list)?;
        match consumer.rebalance_protocol() {
            RebalanceProtocol::Cooperative => consumer.incremental_assign(&placed),
            _ => consumer.assign(&placed),
        }
        .map_err(asked)
    }

    fn let_go(
        &self,
        consumer: &BaseConsumer<Self>,
        list: &TopicPartitionList,
    ) -> Result<(), LaneError> {
        for element in list.elements() {
            let (metrics, topic) = (&self.way.telemetry.metrics, element.topic());
            self.positions.forget(metrics, topic, element.partition());
        }
        if !consumer.assignment_lost() {
            self.settle(consumer, CommitMode::Sync)?;
        }
        // What is still there is the next owner's to send again.
        self.pending().next.clear();
        let asked = |error| LaneError::kafka("giving up partitions of the article topics", error);
        match consumer.rebalance_protocol() {
            RebalanceProtocol::Cooperative => consumer.incremental_unassign(list),
            _ => consumer.unassign(),
        }
        .map_err(asked)
    }
}

impl ClientContext for Router {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        tell(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        tell_error(&error, reason);
    }
}

impl ConsumerContext for Router {
    fn commit_callback(&self, result: KafkaResult<()>, offsets: &TopicPartitionList) {
        let mut pending = self.pending();
        if let Err(error) = result {
            tracing::debug!(error = %error, "offsets not committed yet");
            pending.asked = false;
            return;
        }
        for element in offsets.elements() {
            let place = (element.topic().to_owned(), element.partition());
            if pending.next.get(&place).copied().map(Offset::Offset) == Some(element.offset()) {
                pending.next.remove(&place);
            }
        }
    }

    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        what: RDKafkaRespErr,
        list: &mut TopicPartitionList,
    ) {
        let done = if what == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            tracing::info!(partitions = list.count(), "article partitions assigned");
            self.tell(list.count(), "assigned");
            let taken_up = self.take_up(consumer, list);
            if taken_up.is_ok() {
                self.way.telemetry.health.ready_is(GROUP);
            }
            taken_up
        } else {
            tracing::info!(partitions = list.count(), "article partitions taken away");
            let lost = consumer.assignment_lost();
            self.tell(list.count(), if lost { "lost" } else { "revoked" });
            self.let_go(consumer, list)
        };
        if let Err(error) = done {
            *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        }
    }
}

/// What a record says; a panic is the record's fault.
fn decoded(bytes: &[u8], limit: usize) -> Result<Decoded, DecodeError> {
    catch_unwind(|| decode_within(bytes, limit)).unwrap_or_else(|_| {
        let detail = "decoding panicked".to_owned();
        Err(DecodeError { reason: "internal", detail })
    })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes everything");
        text
    })
}
