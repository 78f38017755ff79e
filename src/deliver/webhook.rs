//! Signed webhooks by Standard Webhooks: the event's own id, a timestamp, and a signature for each
//! secret, so that a receiver can change secrets without losing an event.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use ureq::Agent;

use super::http::{agent, failure, send};
use super::{Event, Failure, Journal, Target};
use crate::telemetry::Metrics;
use crate::telemetry::metrics::WithCode;

/// How a secret is written.
const PREFIX: &str = "whsec_";
/// Bytes of a secret, as the standard asks for.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// A receiver of events.
pub struct Webhook {
    url: String,
    secrets: Vec<Vec<u8>>,
    agent: Agent,
    clock: fn() -> i64,
    metrics: Arc<Metrics>,
}

impl Webhook {
    /// With its secrets, each `whsec_` and base64; `clock` tells seconds since 1970.
    ///
    /// # Errors
    /// A secret that is none.
    pub fn new(
        url: &str,
        secrets: &[String],
        allow_private: bool,
        clock: fn() -> i64,
    ) -> Result<Self, String> {
        let secrets = secrets.iter().map(|it| secret(it)).collect::<Result<Vec<_>, _>>()?;
        let (agent, metrics) = (agent(allow_private), Arc::default());
        Ok(Self { url: url.to_owned(), secrets, agent, clock, metrics })
    }

    /// Counting answers among these figures.
    #[must_use]
    pub fn counting(self, metrics: Arc<Metrics>) -> Self {
        Self { metrics, ..self }
    }

    fn count(&self, code: String) {
        self.metrics.webhook_attempts.get_or_create(&WithCode { code }).inc();
    }
}

fn secret(text: &str) -> Result<Vec<u8>, String> {
    let wrong = "a secret is whsec_ and 24 to 64 bytes in base64";
    let text = text.trim();
    let text = text.strip_prefix(PREFIX).unwrap_or(text);
    let bytes = STANDARD.decode(text).map_err(|_| wrong.to_owned())?;
    if SECRET_BYTES.contains(&bytes.len()) { Ok(bytes) } else { Err(wrong.to_owned()) }
}

/// All signatures of a message, the newest secret's first.
#[must_use]
pub fn signatures(secrets: &[Vec<u8>], id: &str, timestamp: i64, body: &[u8]) -> String {
    let sign = |secret: &Vec<u8>| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length is a key");
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    };
    secrets.iter().map(sign).collect::<Vec<_>>().join(" ")
}

impl Target for Webhook {
    fn deliver(&mut self, event: &Event, _journal: &mut Journal) -> Result<(), Failure> {
        let timestamp = (self.clock)();
        let signature = signatures(&self.secrets, &event.id, timestamp, &event.bytes);
        let timestamp = timestamp.to_string();
        let headers = [
            ("content-type", "application/cloudevents+json"),
            ("webhook-id", event.id.as_str()),
            ("webhook-timestamp", timestamp.as_str()),
            ("webhook-signature", signature.as_str()),
        ];
        let answer = send(&self.agent, "POST", &self.url, &headers, &event.bytes)
            .inspect_err(|_| self.count("none".to_owned()))?;
        self.count(answer.status.to_string());
        failure(&answer).map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Signed by another implementation of HMAC.
    #[test]
    fn a_signature_is_that_of_the_standard() {
        let secret = secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = br#"{"test": 2432232314}"#;
        let signed = signatures(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_short_secret_is_refused() {
        assert!(secret("whsec_c2hvcnQ=").is_err());
        assert!(secret("whsec_###").is_err());
    }
}
