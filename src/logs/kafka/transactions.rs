//! One lane's transactions: all of a batch becomes visible together with its input offset, or none.
//!
//! After an error there are two ways on and no third. *Abortable*: the transaction is aborted and
//! the same records are sent again in a new one. *Anything else*, a time-out among it: whether it
//! was applied is not known, whatever librdkafka calls it, so the producer is dropped, a new one
//! fences its stray requests, and the lane is restored from what is committed.

use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::TopicPartitionList;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerGroupMetadata;
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer, ProducerContext};

use super::client::{Cluster, tell, tell_error};
use super::retire::retire;
use super::watchdog::Watch;

/// How long one call may take before its outcome counts as unknown.
const CALL_SECONDS_MAX: u64 = 15;
/// A batch that is aborted so often is not going to be committed.
const ATTEMPTS_MAX: u32 = 20;
/// Between looks at what is still under way. A poll with a time spins; sleeping does not.
const DRAIN_PAUSE: Duration = Duration::from_micros(200);

/// A record for the lane's own partition of a topic.
#[derive(Clone, Debug, Default)]
pub struct Outgoing {
    /// Which topic.
    pub topic: String,
    /// The story, the row.
    pub key: Vec<u8>,
    /// `None` removes the key from a compacted topic.
    pub value: Option<Vec<u8>>,
    /// As the topic's readers expect.
    pub headers: Vec<(&'static str, String)>,
}

impl Outgoing {
    /// About how many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.key.len() + self.value.as_ref().map_or(0, Vec::len)
    }
}

/// The lane has to begin anew with another producer.
#[derive(Debug, thiserror::Error)]
#[error("a transaction was {what}: {error}")]
pub struct Abandoned {
    what: &'static str,
    error: KafkaError,
}

/// Where the lane's group stands, asked anew for every transaction.
pub type Membership<'a> = &'a dyn Fn() -> Option<ConsumerGroupMetadata>;

/// The transactional producer of one lane.
pub struct Transactions {
    producer: Option<BaseProducer<Reports>>,
    partition: i32,
    watch: Watch,
}

impl Transactions {
    /// Takes the lane's id over: whoever had it is fenced, what it had not committed is aborted.
    ///
    /// # Errors
    /// A broker that does not answer or does not allow it.
    pub fn open(cluster: &Cluster, partition: i32, watch: Watch) -> Result<Self, KafkaError> {
        let config = cluster.transactional(&format!("lane.{partition}"));
        let producer: BaseProducer<Reports> = config.create_with_context(Reports::default())?;
        let transactions = Self { producer: Some(producer), partition, watch };
        let deadline = Instant::now() + Duration::from_secs(4 * CALL_SECONDS_MAX);
        loop {
            let calling = transactions.watch.calling("init_transactions");
            let result = transactions.producer().init_transactions(timeout());
            drop(calling);
            match result {
                Ok(()) => return Ok(transactions),
                Err(KafkaError::Transaction(error))
                    if error.is_retriable() && !error.is_fatal() && Instant::now() < deadline =>
                {
                    tracing::debug!(partition, error = %error, "taking the lane's id over again");
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Commits the records with the input offset; answers `false` where the lane is not ours any
    /// more and nothing was committed.
    ///
    /// # Errors
    /// [`Abandoned`]: this producer must be dropped and the lane restored.
    pub fn commit(
        &mut self,
        records: &[Outgoing],
        offsets: &TopicPartitionList,
        membership: Membership<'_>,
    ) -> Result<bool, Abandoned> {
        for attempt in 1..=ATTEMPTS_MAX {
            match self.attempt(records, offsets, membership) {
                Ok(committed) => return Ok(committed),
                Err(Failure::Abandon(abandoned)) => return Err(abandoned),
                Err(Failure::Abort(error)) => {
                    tracing::debug!(partition = self.partition, attempt, error = %error, "aborted");
                    self.abort()?;
                    // The group may be between two generations; it needs a moment.
                    thread::sleep(Duration::from_millis(u64::from(attempt) * 10));
                }
            }
        }
        let error = KafkaError::MessageProduction(RDKafkaErrorCode::OperationTimedOut);
        Err(Abandoned { what: "aborted again and again", error })
    }

    fn attempt(
        &self,
        records: &[Outgoing],
        offsets: &TopicPartitionList,
        membership: Membership<'_>,
    ) -> Result<bool, Failure> {
        self.call("begin_transaction", || self.producer().begin_transaction())?;
        for record in records {
            self.send(record)?;
        }
        // Before the offsets: the commit's own flush waits in steps of a hundred milliseconds.
        self.drain()?;
        let Some(metadata) = membership() else {
            self.abort_quietly();
            return Ok(false);
        };
        self.call("send_offsets_to_transaction", || {
            self.producer().send_offsets_to_transaction(offsets, &metadata, timeout())
        })?;
        self.call("commit_transaction", || self.producer().commit_transaction(timeout()))?;
        Ok(true)
    }

    fn send(&self, record: &Outgoing) -> Result<(), Failure> {
        let deadline = Instant::now() + Duration::from_secs(CALL_SECONDS_MAX);
        let mut sending = self.record(record);
        loop {
            match self.producer().send(sending) {
                Ok(()) => return Ok(()),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back))
                    if Instant::now() < deadline =>
                {
                    sending = back;
                    self.producer().poll(Duration::ZERO);
                    thread::sleep(DRAIN_PAUSE);
                }
                Err((error, _)) => return Err(Failure::Abort(error)),
            }
        }
    }

    fn record<'a>(&self, record: &'a Outgoing) -> BaseRecord<'a, [u8], [u8]> {
        let mut sending: BaseRecord<'_, [u8], [u8]> =
            BaseRecord::to(&record.topic).partition(self.partition).key(&record.key);
        sending.payload = record.value.as_deref();
        if !record.headers.is_empty() {
            sending = sending.headers(headers(&record.headers));
        }
        sending
    }

    /// Waits until the broker has every record, and asks whether one failed.
    fn drain(&self) -> Result<(), Failure> {
        let _calling = self.watch.calling("draining the producer");
        let deadline = Instant::now() + Duration::from_secs(CALL_SECONDS_MAX);
        let producer = self.producer();
        loop {
            producer.poll(Duration::ZERO);
            if producer.in_flight_count() == 0 {
                break;
            }
            if Instant::now() > deadline {
                let error = KafkaError::MessageProduction(RDKafkaErrorCode::OperationTimedOut);
                return Err(Failure::Abandon(Abandoned { what: "not taken in time", error }));
            }
            thread::sleep(DRAIN_PAUSE);
        }
        match producer.context().failed.lock() {
            Ok(mut failed) => failed.take().map_or(Ok(()), |error| Err(Failure::Abort(error))),
            Err(_) => Ok(()),
        }
    }

    fn abort(&self) -> Result<(), Abandoned> {
        let calling = self.watch.calling("abort_transaction");
        let result = self.producer().abort_transaction(timeout());
        drop(calling);
        self.producer().poll(Duration::ZERO);
        if let Ok(mut failed) = self.producer().context().failed.lock() {
            *failed = None;
        }
        result.map_err(|error| Abandoned { what: "not aborted", error })
    }

    /// For a lane that is let go anyway: the next owner would abort it, too.
    fn abort_quietly(&self) {
        if let Err(error) = self.abort() {
            tracing::debug!(partition = self.partition, error = %error, "left to the next owner");
        }
    }

    fn call(&self, what: &'static str, call: impl Fn() -> KafkaResult<()>) -> Result<(), Failure> {
        let deadline = Instant::now() + Duration::from_secs(CALL_SECONDS_MAX);
        loop {
            let calling = self.watch.calling(what);
            let result = call();
            drop(calling);
            let Err(error) = result else { return Ok(()) };
            match judge(&error) {
                Verdict::Again if Instant::now() < deadline => thread::sleep(DRAIN_PAUSE),
                Verdict::Abort => return Err(Failure::Abort(error)),
                Verdict::Again | Verdict::Abandon => {
                    return Err(Failure::Abandon(Abandoned { what: "left unfinished", error }));
                }
            }
        }
    }

    fn producer(&self) -> &BaseProducer<Reports> {
        self.producer.as_ref().expect("taken only when dropped")
    }
}

impl Drop for Transactions {
    fn drop(&mut self) {
        if let Some(producer) = self.producer.take() {
            retire(producer, "producer");
        }
    }
}

enum Failure {
    Abort(KafkaError),
    Abandon(Abandoned),
}

/// What an error of a transactional call asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Again,
    Abort,
    Abandon,
}

fn judge(error: &KafkaError) -> Verdict {
    match error {
        KafkaError::Transaction(error) if error.is_fatal() => Verdict::Abandon,
        KafkaError::Transaction(error) if error.txn_requires_abort() => Verdict::Abort,
        KafkaError::Transaction(error) if is_unknown(error.code()) => Verdict::Abandon,
        KafkaError::Transaction(error) if error.is_retriable() => Verdict::Again,
        _ => Verdict::Abandon,
    }
}

const fn is_unknown(code: RDKafkaErrorCode) -> bool {
    matches!(
        code,
        RDKafkaErrorCode::OperationTimedOut
            | RDKafkaErrorCode::RequestTimedOut
            | RDKafkaErrorCode::MessageTimedOut
            | RDKafkaErrorCode::TimedOutQueue
    )
}

fn timeout() -> Duration {
    Duration::from_secs(CALL_SECONDS_MAX)
}

/// Headers as the client wants them.
#[must_use]
pub fn headers(given: &[(&'static str, String)]) -> OwnedHeaders {
    given.iter().fold(OwnedHeaders::new_with_capacity(given.len()), |headers, (key, value)| {
        headers.insert(rdkafka::message::Header { key, value: Some(value) })
    })
}

/// Keeps the first record that the broker did not take.
#[derive(Default)]
struct Reports {
    failed: Mutex<Option<KafkaError>>,
}

impl ClientContext for Reports {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        tell(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        tell_error(&error, reason);
    }
}

impl ProducerContext for Reports {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        if let Err((error, _)) = result
            && let Ok(mut failed) = self.failed.lock()
        {
            failed.get_or_insert_with(|| error.clone());
        }
    }
}
