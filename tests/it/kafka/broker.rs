//! A real broker of its own for each test, and topics on it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rdkafka::admin::{
    AdminClient, AdminOptions, AlterConfig, NewTopic, ResourceSpecifier, TopicReplication,
};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::{ClientConfig, Message, Offset, TopicPartitionList};
use writethru::logs::kafka::client::Cluster;
use writethru::logs::kafka::dead::Original;
pub use writethru::logs::kafka::feed::Fetched as Record;
use writethru::logs::kafka::feed::Fetched;
use writethru::logs::kafka::member::fetched;
use writethru::logs::kafka::reader::read_to_end;

use crate::stream::root;

/// Key, value and headers of a record.
pub type Whole = (Option<Vec<u8>>, Option<Vec<u8>>, Vec<(String, Option<Vec<u8>>)>);

/// Where articles come from.
pub const WIRES: &str = "wires";

/// Stops when dropped.
pub struct Broker {
    folder: tempfile::TempDir,
    /// host:port
    pub bootstrap: String,
    /// For `scripts/kafka`.
    with: Vec<(&'static str, String)>,
    /// Two brokers at once are too many for a small machine.
    _alone: MutexGuard<'static, ()>,
}

impl Broker {
    /// Starts one, or says why there is none. Where `CI` is set there must be one.
    pub fn start() -> Option<Self> {
        Self::start_with(|_| Vec::new())
    }

    /// The same with further words for `scripts/kafka`, which may name files of the folder given.
    pub fn start_with(with: impl Fn(&Path) -> Vec<(&'static str, String)>) -> Option<Self> {
        static ALONE: Mutex<()> = Mutex::new(());
        for needed in ["java", "mvn"] {
            if Command::new(needed).arg("-version").output().is_err() {
                assert!(std::env::var_os("CI").is_none(), "{needed} is not installed");
                eprintln!("skipped: {needed} is not installed, so there is no broker");
                return None;
            }
        }
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::tempdir().unwrap();
        let with = with(folder.path());
        let mut broker = Self { folder, bootstrap: String::new(), with, _alone: alone };
        broker.bootstrap = broker.script("up");
        Some(broker)
    }

    fn script(&self, command: &str) -> String {
        let script = root().join("scripts/kafka");
        let mut command_line = Command::new(script);
        let with = self.with.iter().map(|(name, value)| (name, value));
        let done = command_line.arg(command).arg(self.data()).envs(with).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "scripts/kafka {command}: {said}");
        String::from_utf8_lossy(&done.stdout).trim().to_owned()
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("kafka")
    }

    /// Where a test keeps what belongs to this broker.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Sends the broker's process a signal by name: STOP, and later CONT.
    pub fn signal(&self, name: &str) {
        let pid = std::fs::read_to_string(self.data().join("kafka.pid")).unwrap();
        assert!(Command::new("kill").args(["-s", name, pid.trim()]).status().unwrap().success());
    }

    /// kill -9, and started again on the same data.
    pub fn crash(&self) {
        self.script("kill");
        self.script("restart");
    }

    fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.bootstrap);
        config
    }

    /// As the service of this app sees it.
    pub fn cluster(&self, app: &str) -> Cluster {
        Cluster::new(app, &self.bootstrap, BTreeMap::new()).unwrap()
    }

    /// Makes a topic.
    pub fn topic(&self, name: &str, partitions: i32) {
        self.topic_with(name, partitions, &[]);
    }

    /// Makes a topic with settings of its own.
    pub fn topic_with(&self, name: &str, partitions: i32, with: &[(&str, &str)]) {
        let admin: AdminClient<DefaultClientContext> = self.config().create().unwrap();
        let topic = NewTopic::new(name, partitions, TopicReplication::Fixed(1))
            .set("max.message.bytes", "16777216");
        let topic = with.iter().fold(topic, |topic, (key, value)| topic.set(key, value));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let made = runtime.block_on(admin.create_topics(&[topic], &AdminOptions::new())).unwrap();
        assert!(made.iter().all(Result::is_ok), "{made:?}");
    }

    /// Gives a topic these settings, and no others.
    pub fn alter(&self, name: &str, with: &[(&str, &str)]) {
        let admin: AdminClient<DefaultClientContext> = self.config().create().unwrap();
        let resource = AlterConfig::new(ResourceSpecifier::Topic(name));
        let resource = with.iter().fold(resource, |all, (key, value)| all.set(key, value));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let done = runtime.block_on(admin.alter_configs(&[resource], &AdminOptions::new()));
        assert!(done.unwrap().iter().all(Result::is_ok));
    }

    /// Deletes a topic and waits until it is gone.
    pub fn delete(&self, name: &str) {
        let admin: AdminClient<DefaultClientContext> = self.config().create().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(admin.delete_topics(&[name], &AdminOptions::new())).unwrap();
        let consumer: BaseConsumer = self.config().create().unwrap();
        let wait = Duration::from_secs(10);
        let is_there = || {
            let metadata = consumer.fetch_metadata(Some(name), wait).unwrap();
            metadata.topics().iter().any(|it| it.error().is_none() && !it.partitions().is_empty())
        };
        while is_there() {
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Deletes what stands before an offset, as retention does.
    pub fn forget_before(&self, topic: &str, partition: i32, offset: i64) {
        let admin: AdminClient<DefaultClientContext> = self.config().create().unwrap();
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(topic, partition, Offset::Offset(offset)).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let done = runtime.block_on(admin.delete_records(&list, &AdminOptions::new())).unwrap();
        assert!(done.elements().iter().all(|it| it.error().is_ok()), "{done:?}");
    }

    /// A producer as a newsroom has one.
    pub fn producer(&self) -> BaseProducer {
        let mut config = self.config();
        config.set("enable.idempotence", "true").set("message.max.bytes", "16777216");
        config.create().unwrap()
    }

    /// How many partitions a topic has.
    fn partitions(&self, topic: &str) -> i32 {
        let consumer: BaseConsumer = self.config().create().unwrap();
        let metadata = consumer.fetch_metadata(Some(topic), Duration::from_secs(10)).unwrap();
        i32::try_from(metadata.topics()[0].partitions().len()).unwrap()
    }

    /// What is committed in one partition.
    pub fn partition(&self, topic: &str, partition: i32) -> Vec<(Fetched, bool)> {
        let mut records = Vec::new();
        read_to_end(&self.cluster("test"), topic, partition, Offset::Beginning, &mut |message| {
            records.push((fetched(message), message.payload().is_none()));
            true
        })
        .unwrap();
        records
    }

    /// The same with what is not there told from what is empty: key, value, headers.
    pub fn originals(&self, topic: &str, partition: i32) -> Vec<Whole> {
        let mut records = Vec::new();
        let owned = |bytes: Option<&[u8]>| bytes.map(<[u8]>::to_vec);
        read_to_end(&self.cluster("test"), topic, partition, Offset::Beginning, &mut |message| {
            let it = Original::of(message);
            let header =
                |(name, value): &(&str, Option<&[u8]>)| ((*name).to_owned(), owned(*value));
            let headers = it.headers.iter().map(header).collect();
            records.push((owned(it.key), owned(it.value), headers));
            true
        })
        .unwrap();
        records
    }

    /// What is committed in every partition.
    pub fn all(&self, topic: &str) -> Vec<Vec<Fetched>> {
        let partition = |partition| {
            self.partition(topic, partition).into_iter().map(|(record, _)| record).collect()
        };
        (0..self.partitions(topic)).map(partition).collect()
    }

    /// Whether a group has read a topic to its end.
    pub fn is_read(&self, group: &str, topic: &str) -> bool {
        let mut config = self.config();
        let consumer: BaseConsumer = config.set("group.id", group).create().unwrap();
        let wait = Duration::from_secs(10);
        let mut list = TopicPartitionList::new();
        list.add_partition_range(topic, 0, self.partitions(topic) - 1);
        let Ok(committed) = consumer.committed_offsets(list, wait) else { return false };
        committed.elements().iter().all(|element| {
            let ends = consumer.fetch_watermarks(topic, element.partition(), wait);
            match (element.offset(), ends) {
                (Offset::Offset(next), Ok((_, end))) => next == end,
                (_, Ok((_, end))) => end == 0,
                _ => false,
            }
        })
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.script("kill");
    }
}

/// Sends one article keyed by its number, as producers key by uri.
pub fn send(producer: &BaseProducer, key: &str, value: &[u8]) {
    let record = || BaseRecord::<[u8], [u8]>::to(WIRES).key(key.as_bytes()).payload(value);
    while producer.send(record()).is_err() {
        producer.poll(Duration::from_millis(10));
    }
    producer.poll(Duration::ZERO);
}

/// Waits until all of it is there.
pub fn flush(producer: &BaseProducer) {
    producer.flush(Duration::from_secs(60)).unwrap();
}
