//! The one polling thread: the only place that polls, seeks and pauses.
//!
//! It hands the records of each partition to that partition's lane and takes the lane's wishes. A
//! partition that is assigned stays paused until its lane is restored and says where to read on;
//! one that is taken away is given up only after its lane has ended, or can commit nothing more.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::base_consumer::BaseConsumer;
use rdkafka::consumer::{Consumer, ConsumerContext, ConsumerGroupMetadata, RebalanceProtocol};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Headers, Message};
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{Offset, TopicPartitionList};

use super::client::{Cluster, tell, tell_error};
use super::feed::{Feed, Fetched, Flow, Hold};
use super::retire::retire;
use crate::telemetry::metrics::OfKind;
use crate::telemetry::{Metrics, Telemetry};

/// How long a lane may take to finish its transaction when its partition is taken away.
const LET_GO_SECONDS_MAX: u64 = 20;
/// Between looks at the lanes' wishes while nothing comes.
const IDLE: Duration = Duration::from_millis(20);
/// Records and bytes taken from the client before the lanes get them.
const SWEEP_RECORDS_MAX: usize = 1_000;
const SWEEP_BYTES_MAX: usize = 8 << 20;
const SEEK_SECONDS_MAX: u64 = 10;

/// The part of the process that the polling thread is.
const PART: &str = "lanes";

/// Starts the thread of a lane.
pub type StartLane = Box<dyn Fn(i32, Arc<Feed>) + Send + Sync>;

/// One process's membership in the group of lanes.
pub struct Member {
    consumer: Arc<BaseConsumer<Assigned>>,
    topic: String,
}

impl Member {
    /// Joins the group.
    ///
    /// # Errors
    /// Settings that the client refuses.
    pub fn join(
        cluster: &Cluster,
        group: &str,
        topic: &str,
        membership: &Membership,
        telemetry: Telemetry,
        start_lane: StartLane,
    ) -> Result<Self, KafkaError> {
        telemetry.health.waits(PART, "joins its group");
        let context = Assigned { start_lane, feeds: Mutex::default(), telemetry };
        let consumer: BaseConsumer<Assigned> =
            cluster.member(group).create_with_context(context)?;
        let consumer = Arc::new(consumer);
        membership.0.set(Arc::downgrade(&consumer)).ok();
        consumer.subscribe(&[topic])?;
        Ok(Self { consumer, topic: topic.to_owned() })
    }

    /// Polls until told to stop, then lets every lane finish and leaves the group.
    ///
    /// # Errors
    /// What the client calls fatal, or a partition that cannot be read where its lane wants it.
    pub fn run(self, stop: &dyn Fn() -> bool) -> Result<(), KafkaError> {
        let result = self.serve(stop);
        self.consumer.context().telemetry.health.ended(PART);
        self.leave();
        result
    }

    fn serve(&self, stop: &dyn Fn() -> bool) -> Result<(), KafkaError> {
        while !stop() {
            self.sweep()?;
            self.heed()?;
            self.consumer.context().telemetry.health.round(PART);
        }
        Ok(())
    }

    /// Takes what the client has and gives it to the lanes.
    fn sweep(&self) -> Result<(), KafkaError> {
        let mut swept: BTreeMap<i32, Vec<Fetched>> = BTreeMap::new();
        let (mut wait, mut bytes) = (IDLE, 0);
        for _ in 0..SWEEP_RECORDS_MAX {
            match self.consumer.poll(wait) {
                None => break,
                Some(Ok(message)) => {
                    bytes += message.payload_len();
                    swept.entry(message.partition()).or_default().push(fetched(&message));
                }
                Some(Err(error)) => self.endure(error)?,
            }
            if bytes >= SWEEP_BYTES_MAX {
                break;
            }
            wait = Duration::ZERO;
        }
        let feeds = self.consumer.context().feeds();
        for (partition, records) in swept {
            if let Some(feed) = feeds.get(&partition) {
                feed.push(records);
            }
        }
        Ok(())
    }

    /// What polling may report and go on after.
    fn endure(&self, error: KafkaError) -> Result<(), KafkaError> {
        match error {
            KafkaError::MessageConsumptionFatal(_) => Err(error),
            // Which partition it was is not said. Of one that is not restored it says nothing: it
            // was assigned somewhere and is sought where its lane wants it.
            KafkaError::MessageConsumption(RDKafkaErrorCode::AutoOffsetReset) => {
                for feed in self.consumer.context().feeds().into_values() {
                    if feed.flow() != Flow::Unrestored {
                        feed.disturb();
                    }
                }
                Ok(())
            }
            error => {
                tracing::debug!(error = %error, "polling goes on");
                Ok(())
            }
        }
    }

    /// Does what the lanes wish.
    fn heed(&self) -> Result<(), KafkaError> {
        let metrics = &self.consumer.context().telemetry.metrics;
        let mut paused = 0;
        for (partition, feed) in self.consumer.context().feeds() {
            let depth = i64::try_from(feed.depth()).unwrap_or(i64::MAX);
            metrics.queue_depth.get_or_create(&Metrics::lane(partition)).set(depth);
            paused += i64::from(feed.flow() == Flow::Full);
            if let Some(offset) = feed.wanted() {
                self.seek(partition, offset)?;
                feed.sought();
                self.resume(partition, &feed)?;
                continue;
            }
            match feed.flow() {
                Flow::Flowing if feed.fullness() >= 100 => {
                    self.consumer.pause(&self.list(partition))?;
                    feed.set_flow(Flow::Full);
                }
                Flow::Full if feed.fullness() < 50 => self.resume(partition, &feed)?,
                Flow::Unrestored | Flow::Flowing | Flow::Full => {}
            }
        }
        metrics.paused_partitions.set(paused);
        Ok(())
    }

    fn resume(&self, partition: i32, feed: &Feed) -> Result<(), KafkaError> {
        self.consumer.resume(&self.list(partition))?;
        feed.set_flow(Flow::Flowing);
        Ok(())
    }

    /// A partition that was assigned a moment ago may not be ready to be sought.
    fn seek(&self, partition: i32, offset: i64) -> Result<(), KafkaError> {
        let deadline = Instant::now() + Duration::from_secs(SEEK_SECONDS_MAX);
        loop {
            let offset = Offset::Offset(offset);
            match self.consumer.seek(&self.topic, partition, offset, Duration::from_secs(1)) {
                Ok(()) => return Ok(()),
                Err(error) if Instant::now() > deadline => return Err(error),
                Err(error) => {
                    tracing::debug!(partition, error = %error, "seeking again");
                    std::thread::sleep(IDLE);
                }
            }
        }
    }

    fn list(&self, partition: i32) -> TopicPartitionList {
        let mut list = TopicPartitionList::with_capacity(1);
        list.add_partition(&self.topic, partition);
        list
    }

    /// Ends every lane, gives its partition up at once, and closes within a time.
    fn leave(self) {
        self.consumer.context().let_go(|_| true, Hold::LettingGo);
        self.consumer.unsubscribe();
        retire(self.consumer, "member of the group");
    }
}

/// A lane's way to the group's metadata, for its offsets.
#[derive(Clone, Default)]
pub struct Membership(Arc<OnceLock<Weak<BaseConsumer<Assigned>>>>);

impl Membership {
    /// Where the group stands now.
    #[must_use]
    pub fn metadata(&self) -> Option<ConsumerGroupMetadata> {
        self.0.get()?.upgrade()?.group_metadata()
    }

    /// The committed offset of a partition, `None` where there is none.
    ///
    /// # Errors
    /// A broker that does not answer.
    pub fn committed(&self, topic: &str, partition: i32) -> KafkaResult<Option<i64>> {
        let gone = || KafkaError::OffsetFetch(RDKafkaErrorCode::UnknownMemberId);
        let consumer = self.0.get().and_then(Weak::upgrade).ok_or_else(gone)?;
        let mut list = TopicPartitionList::with_capacity(1);
        list.add_partition(topic, partition);
        let list = consumer.committed_offsets(list, Duration::from_secs(SEEK_SECONDS_MAX))?;
        let element = list.find_partition(topic, partition).ok_or_else(gone)?;
        element.error()?;
        Ok(match element.offset() {
            Offset::Offset(offset) => Some(offset),
            _ => None,
        })
    }

    /// The first offset that a partition still has, and the one after its last.
    ///
    /// # Errors
    /// A broker that does not answer.
    pub fn ends(&self, topic: &str, partition: i32) -> KafkaResult<(i64, i64)> {
        let gone = || KafkaError::MetadataFetch(RDKafkaErrorCode::UnknownMemberId);
        let consumer = self.0.get().and_then(Weak::upgrade).ok_or_else(gone)?;
        consumer.fetch_watermarks(topic, partition, Duration::from_secs(SEEK_SECONDS_MAX))
    }
}

/// The partitions of this member with their lanes; called back by the client while it polls.
pub struct Assigned {
    start_lane: StartLane,
    feeds: Mutex<BTreeMap<i32, Arc<Feed>>>,
    telemetry: Telemetry,
}

impl Assigned {
    fn feeds(&self) -> BTreeMap<i32, Arc<Feed>> {
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn tell(&self, partitions: usize, kind: &'static str) {
        let kind = OfKind { group: PART, kind };
        self.telemetry.metrics.rebalances.get_or_create(&kind).inc_by(partitions as u64);
    }

    fn take_up(&self, partition: i32) {
        let feed = Arc::new(Feed::default());
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        feeds.insert(partition, Arc::clone(&feed));
        drop(feeds);
        (self.start_lane)(partition, feed);
    }

    /// Ends the lanes of these partitions. Once this returns they commit nothing more.
    fn let_go(&self, which: impl Fn(i32) -> bool, hold: Hold) {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        let gone: Vec<_> = feeds.extract_if(.., |partition, _| which(*partition)).collect();
        drop(feeds);
        for (_, feed) in &gone {
            feed.let_go(hold);
        }
        let deadline = Instant::now() + Duration::from_secs(LET_GO_SECONDS_MAX);
        for (partition, feed) in gone {
            let left = deadline.saturating_duration_since(Instant::now());
            if hold == Hold::LettingGo && !feed.wait_until_ended(left) {
                tracing::warn!(partition, "a lane does not finish; its last batch is left undone");
            }
            feed.let_go(Hold::Gone);
        }
    }
}

impl ClientContext for Assigned {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        tell(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        tell_error(&error, reason);
    }
}

impl ConsumerContext for Assigned {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        what: RDKafkaRespErr,
        list: &mut TopicPartitionList,
    ) {
        let partitions: Vec<i32> = list.elements().iter().map(|it| it.partition()).collect();
        let cooperative = matches!(consumer.rebalance_protocol(), RebalanceProtocol::Cooperative);
        let done = if what == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            tracing::info!(?partitions, "partitions assigned");
            let done = assign(consumer, cooperative, list);
            self.tell(partitions.len(), "assigned");
            // Each says that it is not ready before the whole says that it is.
            partitions.into_iter().for_each(|partition| self.take_up(partition));
            self.telemetry.health.ready_is(PART);
            done
        } else {
            let lost = consumer.assignment_lost();
            tracing::info!(?partitions, lost, "partitions taken away");
            let why = if lost { "lost their partitions" } else { "gave partitions back" };
            self.telemetry.health.waits(PART, format!("{why}, and wait for their group"));
            self.tell(partitions.len(), if lost { "lost" } else { "revoked" });
            let hold = if lost { Hold::Gone } else { Hold::LettingGo };
            self.let_go(|partition| partitions.contains(&partition), hold);
            if cooperative { consumer.incremental_unassign(list) } else { consumer.unassign() }
        };
        if let Err(error) = done {
            tracing::warn!(error = %error, "an assignment was not taken up");
        }
    }
}

/// Assigned at a stated place, so that nothing is asked of the committed offsets, and paused, so
/// that nothing comes from there.
fn assign(
    consumer: &BaseConsumer<Assigned>,
    cooperative: bool,
    list: &mut TopicPartitionList,
) -> KafkaResult<()> {
    list.set_all_offsets(Offset::Offset(0))?;
    if cooperative {
        consumer.incremental_assign(list)?;
    } else {
        consumer.assign(list)?;
    }
    consumer.pause(list)
}

/// Taken out at once: a borrowed message pins the whole buffer that it came in.
pub fn fetched(message: &BorrowedMessage<'_>) -> Fetched {
    let headers = message.headers().map(|headers| {
        let owned = |header: rdkafka::message::Header<'_, &[u8]>| {
            (header.key.to_owned(), header.value.unwrap_or_default().to_vec())
        };
        headers.iter().map(owned).collect()
    });
    Fetched {
        offset: message.offset(),
        appended_ms: message.timestamp().to_millis().unwrap_or_default(),
        key: message.key().unwrap_or_default().to_vec(),
        value: message.payload().unwrap_or_default().to_vec(),
        headers: headers.unwrap_or_default(),
    }
}
