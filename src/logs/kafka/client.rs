//! How every client of the broker is set up.
//!
//! Invariant: what exactly-once rests on cannot be set from outside; everything else can.

use std::collections::BTreeMap;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use rdkafka::ClientConfig;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// The largest record that is ever produced; topics are made to take it.
pub const MESSAGE_BYTES_MAX: usize = 16 << 20;

/// For every client.
const EVERYWHERE: [(&str, &str); 4] = [
    // The offsets phase of a commit waits this long, and a hundred milliseconds is the default.
    ("retry.backoff.ms", "5"),
    ("reconnect.backoff.ms", "50"),
    ("reconnect.backoff.max.ms", "1000"),
    ("allow.auto.create.topics", "false"),
];

const CONSUMER: [(&str, &str); 11] = [
    ("auto.offset.reset", "error"),
    ("enable.auto.commit", "false"),
    ("enable.auto.offset.store", "false"),
    ("isolation.level", "read_committed"),
    ("fetch.queue.backoff.ms", "10"),
    // What a seek waits for: the fetch that is under way.
    ("fetch.wait.max.ms", "100"),
    ("fetch.error.backoff.ms", "50"),
    ("queued.min.messages", "10000"),
    ("queued.max.messages.kbytes", "32768"),
    ("check.crcs", "true"),
    ("group.protocol", "classic"),
];

const MEMBER: [(&str, &str); 3] = [
    ("partition.assignment.strategy", "cooperative-sticky"),
    ("session.timeout.ms", "10000"),
    ("heartbeat.interval.ms", "1000"),
];

const PRODUCER: [(&str, &str); 6] = [
    ("enable.idempotence", "true"),
    ("linger.ms", "0"),
    ("message.max.bytes", "16777216"),
    // Java clients put the same key into the same partition.
    ("partitioner", "murmur2_random"),
    ("compression.codec", "lz4"),
    // What waits to be sent, in KiB; a full queue makes the sender wait.
    ("queue.buffering.max.kbytes", "65536"),
];

/// What a property from outside must not touch: each is set by us, for the promises.
const RESERVED: [&str; 14] = [
    "bootstrap.servers",
    "metadata.broker.list",
    "group.id",
    "group.protocol",
    "transactional.id",
    "enable.idempotence",
    "enable.gapless.guarantee",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.partition.eof",
    "auto.offset.reset",
    "isolation.level",
    "message.max.bytes",
    "partitioner",
];

/// Where the broker is and how it wants to be spoken to.
#[derive(Clone)]
pub struct Cluster {
    app: String,
    bootstrap_servers: String,
    properties: BTreeMap<String, String>,
}

impl Cluster {
    /// `properties` are librdkafka's own, secrets among them.
    ///
    /// # Errors
    /// The name of a property that cannot be set from outside.
    pub fn new(
        app: &str,
        bootstrap_servers: &str,
        properties: BTreeMap<String, String>,
    ) -> Result<Self, ReservedProperty> {
        let reserved = properties.keys().find(|key| RESERVED.contains(&key.as_str()));
        match reserved {
            Some(key) => Err(ReservedProperty(key.clone())),
            None => Ok(Self {
                app: app.to_owned(),
                bootstrap_servers: bootstrap_servers.to_owned(),
                properties,
            }),
        }
    }

    /// The installation's name, with which every topic, group and id begins.
    #[must_use]
    pub fn app(&self) -> &str {
        &self.app
    }

    /// Where it was told to look.
    #[must_use]
    pub fn bootstrap_servers(&self) -> &str {
        &self.bootstrap_servers
    }

    /// A member of a consumer group.
    #[must_use]
    pub fn member(&self, group: &str) -> ClientConfig {
        let mut config = self.config(&[&CONSUMER, &MEMBER]);
        config.set("group.id", self.name(group));
        if let Some(name) = self.properties.get("client.id") {
            config.set("client.id", format!("{name}-{}", self.client_id()));
        }
        config
    }

    /// A consumer that is given its partitions by hand and told where they end.
    #[must_use]
    pub fn reader(&self) -> ClientConfig {
        let mut config = self.config(&[&CONSUMER]);
        // Never joined; librdkafka wants a name to be assigned anything.
        config.set("group.id", self.name("reader"));
        config.set("enable.partition.eof", "true");
        // The end is told only when a fetch comes back empty.
        config.set("fetch.wait.max.ms", "10");
        config
    }

    /// A producer of transactions: whoever opens the same id next fences it.
    #[must_use]
    pub fn transactional(&self, id: &str) -> ClientConfig {
        let mut config = self.config(&[&PRODUCER]);
        config.set("transactional.id", self.name(id));
        if !self.properties.contains_key("transaction.timeout.ms") {
            config.set("transaction.timeout.ms", "10000");
        }
        config
    }

    /// A producer without transactions, in order and without gaps.
    #[must_use]
    pub fn gapless(&self) -> ClientConfig {
        let mut config = self.config(&[&PRODUCER]);
        config.set("enable.gapless.guarantee", "true");
        config
    }

    /// For topics, rights and settings of the broker.
    #[must_use]
    pub fn admin(&self) -> ClientConfig {
        self.config(&[])
    }

    fn name(&self, what: &str) -> String {
        format!("{}.{what}", self.app)
    }

    /// Ours, overlaid by the properties from outside.
    fn config(&self, tables: &[&[(&str, &str)]]) -> ClientConfig {
        let mut config = ClientConfig::new();
        let ours = EVERYWHERE.iter().chain(tables.iter().copied().flatten());
        for (key, value) in ours {
            config.set(*key, *value);
        }
        for (key, value) in &self.properties {
            config.set(key, value);
        }
        config.set("bootstrap.servers", &self.bootstrap_servers);
        if !self.properties.contains_key("client.id") {
            config.set("client.id", self.client_id());
        }
        config
    }

    /// Different for every client: the cooperative protocol mistakes two of one name for one.
    fn client_id(&self) -> String {
        static CLIENTS: AtomicU32 = AtomicU32::new(0);
        let host = std::env::var("HOSTNAME").unwrap_or_default();
        let number = CLIENTS.fetch_add(1, Ordering::Relaxed);
        format!("{}-{host}-{}-{number}", self.app, process::id())
    }
}

/// A property that was given and must not be.
#[derive(Debug, thiserror::Error)]
#[error("the Kafka property \"{0}\" is set by writethru itself and cannot be changed")]
pub struct ReservedProperty(String);

/// What went wrong with a setting, without its value where that may be a secret.
#[must_use]
pub fn without_secrets(error: &KafkaError) -> String {
    match error {
        KafkaError::ClientConfig(_, description, key, _) => {
            format!("the Kafka property \"{key}\" cannot be used: {description}")
        }
        other => other.to_string(),
    }
}

/// Sends what librdkafka says to the program's own messages.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told;

impl ClientContext for Told {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        tell(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        tell_error(&error, reason);
    }
}

impl ConsumerContext for Told {}

/// A line of librdkafka's log. It copes by itself, so nothing here is an error of ours.
pub fn tell(level: RDKafkaLogLevel, facility: &str, message: &str) {
    match level {
        // Properties that only the other kind of client knows, given to both.
        _ if facility == "CONFWARN" => tracing::debug!(facility, "{message}"),
        RDKafkaLogLevel::Emerg
        | RDKafkaLogLevel::Alert
        | RDKafkaLogLevel::Critical
        | RDKafkaLogLevel::Error
        | RDKafkaLogLevel::Warning => tracing::warn!(facility, "{message}"),
        _ => tracing::debug!(facility, "{message}"),
    }
}

/// An error that belongs to no call, such as a broker that went away.
pub fn tell_error(error: &KafkaError, reason: &str) {
    match error {
        // Asked for, and reported where it is waited for.
        KafkaError::PartitionEOF(_) => tracing::trace!("{reason}"),
        KafkaError::Global(RDKafkaErrorCode::PartitionEOF) => tracing::trace!("{reason}"),
        error => tracing::warn!(error = %error, "{reason}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster(properties: &[(&str, &str)]) -> Result<Cluster, ReservedProperty> {
        let owned = properties.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Cluster::new("desk", "127.0.0.1:9092", owned.collect())
    }

    #[test]
    fn what_the_promises_rest_on_cannot_be_changed() {
        let error =
            cluster(&[("isolation.level", "read_uncommitted")]).err().map(|e| e.to_string());
        assert!(error.is_some_and(|text| text.contains("isolation.level")));
    }

    #[test]
    fn everything_else_passes_through_to_every_client() {
        let given = [("security.protocol", "SASL_SSL"), ("session.timeout.ms", "2000")];
        let cluster = cluster(&given).expect("neither is reserved");
        for config in [cluster.member("lanes"), cluster.transactional("lane.0"), cluster.admin()] {
            assert_eq!(config.get("security.protocol"), Some("SASL_SSL"));
            assert_eq!(config.get("session.timeout.ms"), Some("2000"));
        }
        assert_eq!(cluster.member("lanes").get("group.id"), Some("desk.lanes"));
        assert_eq!(cluster.transactional("lane.0").get("transactional.id"), Some("desk.lane.0"));
    }

    #[test]
    fn no_two_members_have_the_same_name() {
        for given in [&[][..], &[("client.id", "newsroom")][..]] {
            let cluster = cluster(given).expect("a name may be given");
            let name = || cluster.member("lanes").get("client.id").map(str::to_owned);
            assert_ne!(name(), name());
        }
    }
}
