//! Waits for a broker, and finds out why one is silent, in the client's own words.
//!
//! A refused password and a broken certificate belong to no call: the call only times out.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::base_consumer::BaseConsumer;
use rdkafka::consumer::{Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::client::{Cluster, tell, without_secrets};

/// How long a broker may take to answer at a start.
const PATIENCE: Duration = Duration::from_secs(15);
/// After this it is said what is waited for.
const KNOCK: Duration = Duration::from_secs(1);
/// What a person can check.
pub const TO_CHECK: &str = "is it running, is kafka.bootstrap_servers right, may this machine reach \
                            it, and do security.protocol and the sasl.* properties fit?";

/// No broker answered.
#[derive(Debug, thiserror::Error)]
#[error("no Kafka broker answers at {servers} (waited {seconds} s): {why}; {TO_CHECK}")]
pub struct Silent {
    servers: String,
    seconds: u64,
    /// What the client heard.
    pub why: String,
}

/// Waits until a broker answers, and says after a moment what is waited for; ends early when told
/// to stop.
///
/// # Errors
/// None answers in time, or it does not let us in.
pub fn wait_for_broker(cluster: &Cluster, stop: &dyn Fn() -> bool) -> Result<(), Silent> {
    let servers = cluster.bootstrap_servers();
    let began = Instant::now();
    let silent = |why| {
        let seconds = began.elapsed().as_secs();
        Silent { servers: servers.to_owned(), seconds, why }
    };
    let made = cluster.reader().create_with_context(Heard::default());
    let consumer: BaseConsumer<Heard> = made.map_err(|error| silent(without_secrets(&error)))?;
    let mut is_told = false;
    loop {
        let Err(error) = consumer.fetch_metadata(None, KNOCK) else { return Ok(()) };
        // Whatever happened meanwhile is told while it polls.
        consumer.poll(Duration::from_millis(100));
        let heard = consumer.context();
        if heard.is_refused() || began.elapsed() >= PATIENCE {
            return Err(silent(heard.why().unwrap_or_else(|| without_secrets(&error))));
        }
        if stop() {
            return Ok(());
        }
        if !is_told {
            let seconds = PATIENCE.as_secs();
            tracing::warn!(
                "no Kafka broker answers at {servers} yet; waiting for up to {seconds} s"
            );
            is_told = true;
        }
    }
}

/// Keeps the first reason that says more than that nobody is there.
#[derive(Default)]
struct Heard(Mutex<Option<(KafkaError, String)>>);

impl Heard {
    fn why(&self) -> Option<String> {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.as_ref().map(|(_, why)| why.clone())
    }

    /// Whether waiting does not help.
    fn is_refused(&self) -> bool {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let code = heard.as_ref().and_then(|(error, _)| error.rdkafka_error_code());
        code == Some(RDKafkaErrorCode::Authentication)
    }
}

impl ClientContext for Heard {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        // That nobody is there is said once, in our own words.
        let level = if facility == "FAIL" { RDKafkaLogLevel::Debug } else { level };
        tell(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if error == KafkaError::Global(RDKafkaErrorCode::AllBrokersDown) {
            return;
        }
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.get_or_insert_with(|| (error, reason.to_owned()));
    }
}

impl ConsumerContext for Heard {}
