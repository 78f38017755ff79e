//! Why a broker does not answer, in the client's own words.
//!
//! A refused password and a broken certificate belong to no call: the call only times out.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::base_consumer::BaseConsumer;
use rdkafka::consumer::{Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::client::{Cluster, tell};

const LISTEN: Duration = Duration::from_secs(3);

/// Knocks once more, and answers what was heard.
#[must_use]
pub fn why_silent(cluster: &Cluster) -> Option<String> {
    let consumer: BaseConsumer<Heard> =
        cluster.reader().create_with_context(Heard::default()).ok()?;
    consumer.fetch_metadata(None, LISTEN).err()?;
    // Whatever happened meanwhile is told while it polls.
    consumer.poll(Duration::from_millis(100));
    let mut heard = consumer.context().0.lock().unwrap_or_else(PoisonError::into_inner);
    heard.take()
}

/// Keeps the first reason that says more than that nobody is there.
#[derive(Default)]
struct Heard(Mutex<Option<String>>);

impl ClientContext for Heard {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        tell(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if error == KafkaError::Global(RDKafkaErrorCode::AllBrokersDown) {
            return;
        }
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.get_or_insert_with(|| reason.to_owned());
    }
}

impl ConsumerContext for Heard {}
