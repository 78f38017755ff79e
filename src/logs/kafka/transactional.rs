//! One lane's transactional producer, call by call; what each error asks for is decided here.
//!
//! Whatever librdkafka calls it, a time-out means that the outcome is not known.

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

use super::client::{Cluster, tell, tell_error, without_secrets};
use super::error::is_not_taken;
use super::port::{Failure, Outgoing};
use super::retire::retire;
use super::watchdog::Watch;

/// How long one call may take before its outcome counts as unknown.
const CALL_SECONDS_MAX: u64 = 15;
/// Between looks at what is still under way. A poll with a time spins; sleeping does not.
const DRAIN_PAUSE: Duration = Duration::from_micros(200);

/// The transactional producer of one lane.
pub struct Transactional {
    producer: Option<BaseProducer<Reports>>,
    partition: i32,
    watch: Watch,
}

impl Transactional {
    /// Takes the lane's id over: whoever had it is fenced, what it had not committed is aborted.
    ///
    /// # Errors
    /// A broker that does not answer or does not allow it.
    pub fn open(cluster: &Cluster, partition: i32, watch: Watch) -> Result<Self, KafkaError> {
        Self::open_as(cluster, &format!("lane.{partition}"), partition, watch)
    }

    /// The same under any other id.
    ///
    /// # Errors
    /// A broker that does not answer or does not allow it.
    pub fn open_as(
        cluster: &Cluster,
        id: &str,
        partition: i32,
        watch: Watch,
    ) -> Result<Self, KafkaError> {
        let config = cluster.transactional(id);
        let producer: BaseProducer<Reports> = config.create_with_context(Reports::default())?;
        let transactional = Self { producer: Some(producer), partition, watch };
        let deadline = Instant::now() + Duration::from_secs(4 * CALL_SECONDS_MAX);
        loop {
            let calling = transactional.watch.calling("init_transactions");
            let result = transactional.producer().init_transactions(timeout());
            drop(calling);
            match result {
                Ok(()) => return Ok(transactional),
                Err(KafkaError::Transaction(error))
                    if error.is_retriable() && !error.is_fatal() && Instant::now() < deadline =>
                {
                    tracing::debug!(partition, error = %error, "taking the lane's id over again");
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// See [`Port::begin`](super::port::Port::begin).
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn begin(&self) -> Result<(), Failure> {
        self.call("begin_transaction", || self.producer().begin_transaction())
    }

    /// See [`Port::send`](super::port::Port::send).
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn send(&self, record: &Outgoing) -> Result<(), Failure> {
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
                // After a refusal nothing is taken any more; the refusal says why.
                Err((error, _)) => {
                    self.producer().poll(Duration::ZERO);
                    return Err(abort(&self.failure().unwrap_or(error)));
                }
            }
        }
    }

    /// The first record that the broker did not take, if there is one; it is told once.
    fn failure(&self) -> Option<KafkaError> {
        self.producer().context().failed.lock().ok().and_then(|mut failed| failed.take())
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

    /// See [`Port::drain`](super::port::Port::drain).
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn drain(&self) -> Result<(), Failure> {
        let _calling = self.watch.calling("draining the producer");
        let deadline = Instant::now() + Duration::from_secs(CALL_SECONDS_MAX);
        let producer = self.producer();
        loop {
            producer.poll(Duration::ZERO);
            if producer.in_flight_count() == 0 {
                break;
            }
            if Instant::now() > deadline {
                return Err(Failure::Abandon("records were not taken in time".to_owned()));
            }
            thread::sleep(DRAIN_PAUSE);
        }
        self.failure().map_or(Ok(()), |error| Err(abort(&error)))
    }

    /// Adds offsets in the name of the group as this metadata has it.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn send_offsets(
        &self,
        offsets: &TopicPartitionList,
        metadata: &ConsumerGroupMetadata,
    ) -> Result<(), Failure> {
        self.call("send_offsets_to_transaction", || {
            self.producer().send_offsets_to_transaction(offsets, metadata, timeout())
        })
    }

    /// See [`Port::commit`](super::port::Port::commit).
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn commit(&self) -> Result<(), Failure> {
        self.call("commit_transaction", || self.producer().commit_transaction(timeout()))
    }

    /// See [`Port::abort`](super::port::Port::abort).
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn abort(&self) -> Result<(), Failure> {
        let calling = self.watch.calling("abort_transaction");
        let result = self.producer().abort_transaction(timeout());
        drop(calling);
        self.producer().poll(Duration::ZERO);
        self.failure();
        result.map_err(|error| Failure::Abandon(without_secrets(&error)))
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
                Verdict::Abort => return Err(abort(&error)),
                Verdict::Again | Verdict::Abandon => {
                    return Err(Failure::Abandon(format!("{what}: {}", without_secrets(&error))));
                }
            }
        }
    }

    fn producer(&self) -> &BaseProducer<Reports> {
        self.producer.as_ref().expect("taken only when dropped")
    }
}

impl Drop for Transactional {
    fn drop(&mut self) {
        if let Some(producer) = self.producer.take() {
            retire(producer, "producer");
        }
    }
}

/// Sends a record to this topic and takes it back.
///
/// # Errors
/// What the broker does not allow.
pub fn try_writing(producer: &Transactional, topic: &str) -> Result<(), String> {
    let why = |failure| match failure {
        Failure::Abort(why) | Failure::Abandon(why) | Failure::Refused(why) => why,
    };
    producer.begin().map_err(why)?;
    let record = Outgoing { topic: topic.to_owned(), ..Outgoing::default() };
    let sent = producer.send(&record).and_then(|()| producer.drain());
    let aborted = producer.abort();
    sent.and(aborted).map_err(why)
}

fn abort(error: &KafkaError) -> Failure {
    let why = without_secrets(error);
    if is_not_taken(error) { Failure::Refused(why) } else { Failure::Abort(why) }
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
