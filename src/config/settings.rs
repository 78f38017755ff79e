//! How it runs: places, sizes, threads. Nothing here changes what a desk publishes, save the
//! desk rules, which travel in the policy's digest.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::deliveries::{self, Delivery};
use super::desks::{self, DeskRules};
use super::layers::{ConfigError, Layers};
use super::serve::{self, Serve};

/// How it runs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Names this installation.
    pub app: String,
    /// What log time is taken from.
    pub clock: Clock,
    /// Files and folders that embedded `run` follows.
    pub inputs: Vec<PathBuf>,
    /// Feeds of the web that embedded `run` asks for.
    pub feeds: Feeds,
    /// The broker; embedded mode has none.
    pub kafka: Kafka,
    /// How the state directory is kept.
    pub state: Keeping,
    /// Where embedded `run` writes.
    pub output_dir: PathBuf,
    /// The HTTP interface.
    pub serve: Serve,
    /// How articles are read ahead.
    pub reading: Reading,
    /// Where alerts are delivered.
    pub deliveries: Vec<Delivery>,
    /// Which desk an article belongs to.
    pub desks: DeskRules,
    /// The program's own messages.
    pub log: Messages,
}

/// The program's own messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Messages {
    /// How they are written.
    pub format: LogFormat,
    /// From which level on, or `auto`.
    level: String,
}

/// How messages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// Lines for a person
    Text,
    /// One JSON object a line
    Json,
}

impl Messages {
    /// The level for a service, or for a command that comes to its end.
    #[must_use]
    pub fn level(&self, is_service: bool) -> &str {
        match (self.level.as_str(), is_service) {
            ("auto", true) => "info",
            ("auto", false) => "warn",
            (level, _) => level,
        }
    }
}

/// Levels of messages.
const LEVELS: [&str; 6] = ["auto", "error", "warn", "info", "debug", "trace"];

/// What log time is taken from under Kafka.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The broker's append time.
    Append,
    /// The article's `receivedAt`.
    Received,
}

/// The broker and its topics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kafka {
    /// Empty: embedded mode.
    pub bootstrap_servers: String,
    /// Topics that articles come from.
    pub article_topics: Vec<String>,
    /// Partitions of the routed topic.
    pub partitions: u32,
    /// Copies of each topic that is made; -1 takes the broker's default.
    pub replication: i32,
    /// What librdkafka is told beyond that.
    pub properties: Properties,
}

/// Properties of librdkafka by name. Never shown: some are secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Properties(pub BTreeMap<String, String>);

impl std::fmt::Debug for Properties {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Feeds of the web.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feeds {
    /// Their addresses.
    pub addresses: Vec<String>,
    /// Between two looks at one of them.
    pub poll_seconds: u64,
}

/// How the state directory of embedded mode is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keeping {
    /// Where.
    pub dir: PathBuf,
    /// Records after which a snapshot is made.
    pub snapshot_records: u64,
    /// Bytes of log after which a snapshot is made.
    pub snapshot_bytes: u64,
    /// Size from which a new file of the log is begun.
    pub segment_bytes: u64,
    /// Keep what no restart needs any more.
    pub keep_log: bool,
}

/// How articles are read ahead of the fold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Threads; 0 takes all cores.
    pub threads: usize,
    /// Records that are read, decided and stored together.
    pub batch_records_max: usize,
    /// A larger record becomes a dead letter.
    pub record_bytes_max: usize,
}

pub(super) fn settings(layers: &Layers) -> Result<Settings, ConfigError> {
    Ok(Settings {
        app: layers.word("app")?,
        clock: layers
            .one_of("clock", &[("append", Clock::Append), ("received", Clock::Received)])?,
        inputs: layers.texts("inputs")?.into_iter().map(PathBuf::from).collect(),
        feeds: feeds(layers)?,
        kafka: Kafka {
            bootstrap_servers: layers.text("kafka.bootstrap_servers"),
            article_topics: layers.texts("kafka.article_topics")?,
            partitions: layers.whole("kafka.partitions", 1, 10_000)?,
            replication: layers.whole("kafka.replication", -1, 100)?,
            properties: properties(layers)?,
        },
        state: Keeping {
            dir: PathBuf::from(layers.word("state.dir")?),
            snapshot_records: layers.whole("state.snapshot_records", 1, i64::MAX)?,
            snapshot_bytes: layers.whole("state.snapshot_bytes", 1, i64::MAX)?,
            segment_bytes: layers.whole("state.segment_bytes", 4096, i64::MAX)?,
            keep_log: layers.get("state.keep_log")?,
        },
        output_dir: PathBuf::from(layers.word("output.dir")?),
        serve: serve::serve(layers)?,
        reading: Reading {
            threads: layers.whole("reading.threads", 0, 1024)?,
            batch_records_max: layers.whole("reading.batch_records_max", 1, 100_000)?,
            record_bytes_max: layers.whole("reading.record_bytes_max", 1024, 16 << 20)?,
        },
        deliveries: deliveries::deliveries(layers)?,
        desks: desks::rules(layers)?,
        log: Messages {
            format: layers
                .one_of("log.format", &[("text", LogFormat::Text), ("json", LogFormat::Json)])?,
            level: layers.one_of("log.level", &LEVELS.map(|level| (level, level)))?.to_owned(),
        },
    })
}

fn feeds(layers: &Layers) -> Result<Feeds, ConfigError> {
    let addresses = layers.texts("sources.feeds")?;
    let is_web = |address: &&String| {
        let parsed = url::Url::parse(address).ok();
        parsed.is_some_and(|it| matches!(it.scheme(), "http" | "https") && it.has_host())
    };
    if let Some(other) = addresses.iter().find(|address| !is_web(address)) {
        let problem = format!("must be addresses of the web, but has \"{other}\"");
        return Err(layers.refuse("sources.feeds", &problem));
    }
    Ok(Feeds { addresses, poll_seconds: layers.whole("sources.poll_seconds", 1, 86_400)? })
}

/// What is given by name, and what is read from a file of its own.
fn properties(layers: &Layers) -> Result<Properties, ConfigError> {
    let mut properties = layers.free("kafka.properties");
    for (name, path) in layers.free("kafka.secrets") {
        let key = format!("kafka.secrets.{name}");
        let secret = std::fs::read_to_string(&path)
            .map_err(|error| layers.refuse(&key, &format!("cannot be read: {path}: {error}")))?;
        properties.insert(name, secret.trim_end_matches(['\r', '\n']).to_owned());
    }
    Ok(Properties(properties))
}

impl Layers {
    /// A text, possibly empty.
    pub(super) fn text(&self, key: &str) -> String {
        self.get::<String>(key).unwrap_or_default().trim().to_owned()
    }

    /// A text that says something.
    pub(super) fn word(&self, key: &str) -> Result<String, ConfigError> {
        let text = self.text(key);
        if text.is_empty() { Err(self.refuse(key, "must not be empty")) } else { Ok(text) }
    }

    /// A list of texts.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<String>, ConfigError> {
        self.get(key).map_err(|_| self.refuse(key, "must be a list of texts"))
    }

    /// A whole number within bounds.
    pub(super) fn whole<T: TryFrom<i64>>(
        &self,
        key: &str,
        least: i64,
        most: i64,
    ) -> Result<T, ConfigError> {
        let number = self.get::<i64>(key)?;
        let within = (least..=most).contains(&number).then_some(number);
        within.and_then(|number| T::try_from(number).ok()).ok_or_else(|| {
            let bounds = if most == i64::MAX {
                format!("at least {least}")
            } else {
                format!("from {least} to {most}")
            };
            self.refuse(key, &format!("must be {bounds}, but is {number}"))
        })
    }

    /// A share from 0 to 1, in millionths.
    pub(super) fn share(&self, key: &str) -> Result<i64, ConfigError> {
        let share = self.get::<f64>(key)?;
        if (0.0..=1.0).contains(&share) {
            return Ok(millionths(share));
        }
        Err(self.refuse(key, &format!("must be from 0 to 1, but is {share}")))
    }

    /// One of a few words.
    fn one_of<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Result<T, ConfigError> {
        let given = self.text(key);
        let found = words.iter().find(|(word, _)| *word == given).map(|(_, value)| *value);
        found.ok_or_else(|| {
            let names: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            self.refuse(key, &format!("must be {}, but is \"{given}\"", names.join(" or ")))
        })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a share lies between 0 and 1")]
fn millionths(share: f64) -> i64 {
    (share * 1_000_000.0).round() as i64
}
