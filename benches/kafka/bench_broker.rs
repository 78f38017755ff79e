//! A broker on a core of its own, and what a bench asks of it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

/// Where articles come from.
pub const WIRES: &str = "wires";
/// Partitions of every topic.
pub const PARTITIONS: i32 = 4;
const WAIT: Duration = Duration::from_secs(10);

/// Ends when dropped.
pub struct Broker {
    folder: tempfile::TempDir,
    /// host:port
    pub bootstrap: String,
}

impl Broker {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut broker = Self { folder, bootstrap: String::new() };
        broker.bootstrap = broker.script("up");
        broker.topic(WIRES);
        broker
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("kafka")
    }

    /// A folder for what a service keeps.
    pub fn state_of(&self, app: &str) -> PathBuf {
        self.folder.path().join("state").join(app)
    }

    fn script(&self, what: &str) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/kafka");
        let done = on_core(0, &script.display().to_string())
            .arg(what)
            .arg(self.data())
            .env("KAFKA_JAVA_OPTIONS", "-Xms512m -Xmx1g")
            .output()
            .expect("scripts/kafka runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).trim().to_owned()
    }

    /// Processor seconds so far.
    pub fn cpu_seconds(&self) -> f64 {
        let pid = std::fs::read_to_string(self.data().join("kafka.pid")).expect("it runs");
        cpu_seconds(pid.trim())
    }

    pub fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.bootstrap);
        config
    }

    pub fn topic(&self, name: &str) {
        let admin: AdminClient<DefaultClientContext> = self.config().create().expect("a client");
        let topic = NewTopic::new(name, PARTITIONS, TopicReplication::Fixed(1));
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let made = runtime.block_on(admin.create_topics(&[topic], &AdminOptions::new()));
        assert!(made.expect("an answer").iter().all(Result::is_ok));
    }

    pub fn producer(&self) -> BaseProducer {
        let mut config = self.config();
        config.set("enable.idempotence", "true").set("linger.ms", "0");
        config.create().expect("a producer")
    }

    /// Whether a group has read a topic to its end.
    pub fn is_read(&self, consumer: &BaseConsumer, topic: &str) -> bool {
        let mut list = TopicPartitionList::new();
        list.add_partition_range(topic, 0, PARTITIONS - 1);
        let Ok(committed) = consumer.committed_offsets(list, WAIT) else { return false };
        committed.elements().iter().all(|element| {
            let ends = consumer.fetch_watermarks(topic, element.partition(), WAIT);
            match (element.offset(), ends) {
                (Offset::Offset(next), Ok((_, end))) => next == end,
                (_, Ok((_, end))) => end == 0,
                _ => false,
            }
        })
    }

    /// Waits until all that was sent is routed and committed.
    pub fn wait_until_done(&self, app: &str) {
        let group = |name: &str| -> BaseConsumer {
            let mut config = self.config();
            config.set("group.id", format!("{app}.{name}")).create().expect("a consumer")
        };
        let (route, lanes) = (group("route"), group("lanes"));
        let routed = format!("{app}.routed");
        while !(self.is_read(&route, WIRES) && self.is_read(&lanes, &routed)) {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.script("kill");
    }
}

/// Sends one article keyed by its uri.
pub fn send(producer: &BaseProducer, key: &str, value: &str) {
    let record = || BaseRecord::<str, str>::to(WIRES).key(key).payload(value);
    while producer.send(record()).is_err() {
        producer.poll(Duration::from_millis(5));
    }
    producer.poll(Duration::ZERO);
}

pub fn flush(producer: &BaseProducer) {
    producer.flush(Duration::from_secs(120)).expect("the broker takes all");
}

/// Sends made-up articles, as fast as the broker takes them.
pub fn fill(broker: &Broker, articles: u64) {
    let producer = broker.producer();
    let mut news = crate::news::News::full(1, 2);
    for _ in 0..articles {
        let line = news.line();
        send(&producer, &uri(&line), &line);
    }
    flush(&producer);
}

/// Of an article.
pub fn uri(line: &str) -> String {
    let article: serde_json::Value = serde_json::from_str(line).expect("made here");
    article["uri"].as_str().unwrap_or_default().to_owned()
}

/// A program on one core, where that can be had.
pub fn on_core(core: usize, program: &str) -> Command {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if cores < 2 || Command::new("taskset").arg("-V").output().is_err() {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", &core.to_string(), program]);
    command
}

/// Of a process, from `/proc`; 0 where there is none.
pub fn cpu_seconds(pid: &str) -> f64 {
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name, in brackets, may have blanks; user and system time are the 12th and 13th after it.
    let fields: Vec<&str> =
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok());
    (ticks(11).unwrap_or_default() + ticks(12).unwrap_or_default()) / TICKS_A_SECOND
}

/// How busy the machine is with all that runs on it, us among it.
pub fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_whitespace().next().unwrap_or("unknown").to_owned()
}

/// The value below which so many percent lie.
pub fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or_default()
}
