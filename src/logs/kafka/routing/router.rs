//! What becomes of one record of an article topic: it is sent to its desk, or to the dead letters.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rdkafka::Message as _;
use rdkafka::consumer::base_consumer::BaseConsumer;
use rdkafka::consumer::{CommitMode, Consumer as _};
use rdkafka::error::KafkaResult;
use rdkafka::message::BorrowedMessage;
use rdkafka::{Offset, TopicPartitionList};
use sha2::{Digest as _, Sha256};
use writethru_core::article::{Article, Time};
use writethru_core::reading::{Label, label_of};

use super::{GROUP, Way};
use crate::config::Clock;
use crate::formats::articles::{DecodeError, Decoded, decode_within};
use crate::formats::decisions::{self, Decided};
use crate::logs::kafka::client::Cluster;
use crate::logs::kafka::dead::{self, Original};
use crate::logs::kafka::error::LaneError;
use crate::logs::kafka::fit::{HEADER_BYTES_MAX, routed_bytes_max};
use crate::logs::kafka::lag::Positions;
use crate::logs::kafka::producer::Gapless;
use crate::logs::kafka::spread;
use crate::logs::kafka::watchdog::Watch;
use crate::logs::kafka::wire::{Origin, article_headers};
use crate::route;

/// Sent, and not known to be committed.
#[derive(Default)]
pub(super) struct Pending {
    /// The next offset of each partition.
    pub next: BTreeMap<(String, i32), i64>,
    /// All of it is on its way.
    pub asked: bool,
}

/// Called back by the client while it polls; [`super::group`] says what it does then.
pub(super) struct Router {
    pub way: Way,
    pub cluster: Cluster,
    pub producer: Gapless,
    pub watch: Watch,
    pub positions: Arc<Positions>,
    /// It has partitions, and none is being given back.
    pub is_assigned: AtomicBool,
    pending: Mutex<Pending>,
    failure: Mutex<Option<LaneError>>,
}

impl Router {
    /// With nothing on its way.
    pub fn new(cluster: &Cluster, way: Way, positions: &Arc<Positions>) -> KafkaResult<Self> {
        Ok(Self {
            watch: way.watchdog.watch(),
            way,
            cluster: cluster.clone(),
            producer: Gapless::open(cluster)?,
            positions: Arc::clone(positions),
            is_assigned: AtomicBool::new(false),
            pending: Mutex::default(),
            failure: Mutex::default(),
        })
    }

    /// Why it cannot go on, if something was found while it was called back.
    pub fn failure(&self) -> Option<LaneError> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// It cannot go on.
    pub fn fail(&self, error: LaneError) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    /// Sends it on.
    pub fn route(&self, message: &BorrowedMessage<'_>) -> Result<(), LaneError> {
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
        routed_bytes_max(self.way.settings.reading.record_bytes_max)
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
        let Original { key, value, headers } = Original::of(message);
        let bytes = value.unwrap_or_default();
        let is_large = bytes.len() > self.limit();
        let digest = is_large.then(|| hex(&Sha256::digest(bytes)));
        let kept = if is_large { Some(&[][..]) } else { value };
        let ours = dead::headers(error.reason, &error.detail, origin, digest.as_deref());
        let weight = |value: &Option<&[u8]>| value.map_or(0, <[u8]>::len);
        let beside = headers.iter().map(|(name, value)| name.len() + weight(value)).sum::<usize>();
        let all = if weight(&key) + beside > HEADER_BYTES_MAX / 2 {
            dead::with_originals(&ours, None, [])
        } else {
            dead::with_originals(&ours, key, headers)
        };
        let partition = spread::partition(&origin.topic, self.way.partitions);
        let place = dead::key(origin);
        self.producer.send_as_it_was(&self.way.topics.dlq, partition, Some(&place), kept, all)
    }

    pub fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Not ready while a broker takes nothing: nobody polls then, so a lost session is not noticed.
    fn drain(&self) -> KafkaResult<()> {
        let health = &self.way.telemetry.health;
        let is_slow = Cell::new(false);
        let drained = self.producer.drain_telling(&|| {
            if self.is_assigned.load(Ordering::Relaxed) && !is_slow.replace(true) {
                health.waits(GROUP, "waits for the broker to take what it sends");
            }
        });
        if is_slow.get() && drained.is_ok() {
            health.ready_is(GROUP);
        }
        drained
    }

    /// Everything that was sent is there; then its offsets are committed. What the broker does not
    /// commit is tried again with the next.
    ///
    /// As long as it works it does not wait for the answer: a commit waits for the group, and where
    /// the group begins anew meanwhile, the group waits for whoever polls.
    pub fn settle(&self, consumer: &BaseConsumer<Self>, mode: CommitMode) -> Result<(), LaneError> {
        let waits = matches!(mode, CommitMode::Sync);
        let next = {
            let pending = self.pending();
            if pending.next.is_empty() || (pending.asked && !waits) {
                return Ok(());
            }
            pending.next.clone()
        };
        self.drain().map_err(|error| LaneError::kafka("sending to the desks", error))?;
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
