//! Appends without transactions, in order and without gaps: what route does, and a lane's own
//! ticks and epochs.

use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer, ProducerContext};

use super::client::{Cluster, tell, tell_error};
use super::retire::retire;
use super::transactional::headers;
use super::wire::Header;

/// A broker that takes nothing for so long is not going to.
const DRAIN_SECONDS_MAX: u64 = 120;
/// A broker that takes nothing for so long is told of.
const SLOW: Duration = Duration::from_secs(2);
const DRAIN_PAUSE: Duration = Duration::from_micros(200);

/// An idempotent producer. Used by one thread at a time.
pub struct Gapless(Option<BaseProducer<Failures>>);

impl Gapless {
    /// Sets it up.
    ///
    /// # Errors
    /// Settings that the client refuses.
    pub fn open(cluster: &Cluster) -> Result<Self, KafkaError> {
        cluster.gapless().create_with_context(Failures::default()).map(|it| Self(Some(it)))
    }

    /// Puts one record on its way; [`Gapless::drain`] says whether it arrived.
    ///
    /// # Errors
    /// A broker that takes nothing, or refuses.
    pub fn send(
        &self,
        topic: &str,
        partition: i32,
        key: &[u8],
        value: &[u8],
        with: &[Header],
    ) -> Result<(), KafkaError> {
        self.send_as_it_was(topic, partition, Some(key), Some(value), headers(with))
    }

    /// The same with a record's own headers, whatever they are, and key and value only where it
    /// had them.
    ///
    /// # Errors
    /// As [`Gapless::send`].
    pub fn send_as_it_was(
        &self,
        topic: &str,
        partition: i32,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        headers: OwnedHeaders,
    ) -> Result<(), KafkaError> {
        let deadline = Instant::now() + Duration::from_secs(DRAIN_SECONDS_MAX);
        let mut record: BaseRecord<'_, [u8], [u8]> =
            BaseRecord::to(topic).partition(partition).headers(headers);
        (record.key, record.payload) = (key, value);
        loop {
            match self.producer().send(record) {
                Ok(()) => return Ok(()),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back))
                    if Instant::now() < deadline =>
                {
                    record = back;
                    self.producer().poll(Duration::ZERO);
                    thread::sleep(DRAIN_PAUSE);
                }
                // After a refusal nothing is taken any more; the refusal says why.
                Err((error, _)) => {
                    self.poll();
                    return Err(self.first_failure().unwrap_or(error));
                }
            }
        }
    }

    /// Hears what the broker answered meanwhile.
    pub fn poll(&self) {
        self.producer().poll(Duration::ZERO);
    }

    /// Waits until the broker has everything.
    ///
    /// # Errors
    /// A record that it did not take: all before it are there, none after it counts.
    pub fn drain(&self) -> Result<(), KafkaError> {
        self.drain_telling(&|| {})
    }

    /// The same; `slow` is called while it takes long.
    ///
    /// # Errors
    /// As [`Gapless::drain`].
    pub fn drain_telling(&self, slow: &dyn Fn()) -> Result<(), KafkaError> {
        let began = Instant::now();
        let deadline = began + Duration::from_secs(DRAIN_SECONDS_MAX);
        loop {
            self.poll();
            if self.producer().in_flight_count() == 0 {
                break;
            }
            if Instant::now() > deadline {
                return Err(KafkaError::MessageProduction(RDKafkaErrorCode::OperationTimedOut));
            }
            if began.elapsed() > SLOW {
                slow();
            }
            thread::sleep(DRAIN_PAUSE);
        }
        // It stays: whoever asks again must not take what failed for done.
        self.first_failure().map_or(Ok(()), Err)
    }

    fn first_failure(&self) -> Option<KafkaError> {
        self.producer().context().first.lock().ok().and_then(|it| it.clone())
    }

    /// Records that the broker has not answered for.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        usize::try_from(self.producer().in_flight_count()).unwrap_or_default()
    }

    fn producer(&self) -> &BaseProducer<Failures> {
        self.0.as_ref().expect("taken only when dropped")
    }
}

impl Drop for Gapless {
    fn drop(&mut self) {
        if let Some(producer) = self.0.take() {
            retire(producer, "producer");
        }
    }
}

#[derive(Default)]
struct Failures {
    first: Mutex<Option<KafkaError>>,
}

impl ClientContext for Failures {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        tell(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        tell_error(&error, reason);
    }
}

impl ProducerContext for Failures {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        if let Err((error, _)) = result
            && let Ok(mut first) = self.first.lock()
        {
            first.get_or_insert_with(|| error.clone());
        }
    }
}
