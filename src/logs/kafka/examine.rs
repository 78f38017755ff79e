//! What can be found out about a broker without changing anything that others see: for `doctor`.

use std::thread;
use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, ResourceSpecifier};
use rdkafka::consumer::Consumer as _;
use rdkafka::consumer::base_consumer::BaseConsumer;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};

use super::client::{Cluster, Told, without_secrets};
use super::heard::why_silent;
use super::past::newest_ms;
use super::topics::{MESSAGE_BYTES, Topics, admin, count, described};
use super::transactional::{Transactional, try_writing};
use super::watchdog::Watch;

const ANSWER: Duration = Duration::from_secs(10);
/// Between looks for a group's coordinator.
const COORDINATED_PAUSE: Duration = Duration::from_millis(200);
/// Clocks that differ by more make log time jump.
const CLOCK_MS_MAX: i64 = 5_000;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// As it should be.
    Well,
    /// It works, and may not for ever.
    Mind,
    /// It does not work.
    Wrong,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub grade: Grade,
    /// Topic, group, broker.
    pub about: String,
    /// What was found.
    pub found: String,
    /// What to do; empty where nothing is.
    pub todo: String,
}

impl Finding {
    /// As it should be.
    #[must_use]
    pub fn well(about: &str, found: impl Into<String>) -> Self {
        Self {
            grade: Grade::Well,
            about: about.to_owned(),
            found: found.into(),
            todo: String::new(),
        }
    }

    /// It works, and may not for ever.
    #[must_use]
    pub fn mind(about: &str, found: impl Into<String>, todo: impl Into<String>) -> Self {
        let grade = Grade::Mind;
        Self { grade, about: about.to_owned(), found: found.into(), todo: todo.into() }
    }

    /// It does not work.
    #[must_use]
    pub fn wrong(about: &str, found: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { grade: Grade::Wrong, ..Self::mind(about, found, todo) }
    }
}

/// What is to be looked at.
pub struct Patient<'a> {
    /// Where the broker is.
    pub cluster: &'a Cluster,
    /// By name.
    pub topics: &'a Topics,
    /// Topics that articles come from.
    pub article_topics: &'a [String],
    /// Partitions that ours must have.
    pub partitions: usize,
    /// The wall clock, milliseconds since 1970.
    pub now_ms: i64,
}

/// Looks at everything; what does not answer is a finding.
#[must_use]
pub fn examine(patient: &Patient<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let admin = match admin(patient.cluster) {
        Ok(admin) => admin,
        Err(error) => {
            let todo = "correct [kafka.properties]";
            return vec![Finding::wrong("broker", error.to_string(), todo)];
        }
    };
    let Some(broker) = reach(patient, &admin, &mut findings) else { return findings };
    look_at_broker(&admin, broker, &mut findings);
    let mut complete = true;
    for topic in patient.article_topics {
        look_at_articles(&admin, topic, &mut findings);
    }
    for (topic, settings) in patient.topics.settings() {
        complete &= look_at_topic(patient, &admin, topic, &settings, &mut findings);
    }
    look_at_groups(patient, &mut findings);
    if complete {
        findings.push(look_at_writing(patient));
        look_at_clock(patient, &mut findings);
    }
    findings
}

/// Answers the number of one broker.
fn reach(
    patient: &Patient<'_>,
    admin: &AdminClient<Told>,
    findings: &mut Vec<Finding>,
) -> Option<i32> {
    let servers = patient.cluster.bootstrap_servers();
    let began = Instant::now();
    match admin.inner().fetch_metadata(None, ANSWER) {
        Ok(metadata) => {
            let found = format!(
                "{servers} answers in {} ms; {} in the cluster",
                began.elapsed().as_millis(),
                metadata.brokers().len()
            );
            findings.push(Finding::well("broker", found));
            metadata.brokers().first().map(rdkafka::metadata::MetadataBroker::id)
        }
        Err(error) => {
            let why = why_silent(patient.cluster).unwrap_or_else(|| without_secrets(&error));
            let found = format!("{servers} does not answer: {why}");
            let todo = "is it running, is kafka.bootstrap_servers right, may this machine reach it, \
                        and do security.protocol and the sasl.* properties fit?";
            findings.push(Finding::wrong("broker", found, todo));
            None
        }
    }
}

fn look_at_broker(admin: &AdminClient<Told>, broker: i32, findings: &mut Vec<Finding>) {
    let settings = match described(admin, &ResourceSpecifier::Broker(broker)) {
        Ok(settings) => settings,
        Err(error) => {
            let found = format!("its settings cannot be read: {}", without_secrets(&error));
            let todo = "allow DescribeConfigs on the cluster, or check message.max.bytes yourself";
            return findings.push(Finding::mind("broker", found, todo));
        }
    };
    let number = |name: &str| settings.get(name).and_then(|text| text.parse::<i64>().ok());
    if let Some(retention) = number("offsets.retention.minutes") {
        const WEEK: i64 = 7 * 24 * 60;
        if retention < WEEK {
            let found = format!("offsets.retention.minutes={retention}");
            let todo = "a service that rests longer forgets where it was; set at least 10080";
            findings.push(Finding::mind("broker", found, todo));
        }
    }
    if let Some(longest) = number("transaction.max.timeout.ms")
        && longest < 10_000
    {
        let found = format!("transaction.max.timeout.ms={longest}");
        let todo = "writethru asks for 10000; raise it, or lower transaction.timeout.ms in \
                    [kafka.properties]";
        findings.push(Finding::wrong("broker", found, todo));
    }
}

fn look_at_articles(admin: &AdminClient<Told>, topic: &str, findings: &mut Vec<Finding>) {
    let about = format!("topic {topic}");
    findings.push(match count(admin, topic) {
        Ok(Some(partitions)) => {
            Finding::well(&about, format!("{partitions} partitions of articles"))
        }
        Ok(None) => {
            Finding::wrong(&about, "does not exist", "make it, or correct kafka.article_topics")
        }
        Err(error) => Finding::wrong(&about, error.to_string(), "allow Describe and Read on it"),
    });
}

/// Whether the topic is there.
fn look_at_topic(
    patient: &Patient<'_>,
    admin: &AdminClient<Told>,
    topic: &str,
    wanted: &[(&'static str, &'static str)],
    findings: &mut Vec<Finding>,
) -> bool {
    let about = format!("topic {topic}");
    match count(admin, topic) {
        Ok(Some(found)) if found == patient.partitions => {}
        Ok(Some(found)) => {
            let todo = format!(
                "set kafka.partitions to {found}: a desk's partition follows from the number; or \
                 begin anew under another `app`"
            );
            let found =
                format!("{found} partitions, where kafka.partitions is {}", patient.partitions);
            findings.push(Finding::wrong(&about, found, todo));
        }
        Ok(None) => {
            let todo = "`writethru run` makes it, and `writethru doctor --make`";
            findings.push(Finding::wrong(&about, "does not exist", todo));
            return false;
        }
        Err(error) => {
            findings.push(Finding::wrong(&about, error.to_string(), "allow Describe on it"));
            return false;
        }
    }
    let settings = match described(admin, &ResourceSpecifier::Topic(topic)) {
        Ok(settings) => settings,
        Err(error) => {
            let found = format!("its settings cannot be read: {}", without_secrets(&error));
            findings.push(Finding::mind(&about, found, "allow DescribeConfigs on it"));
            return true;
        }
    };
    let before = findings.len();
    let has = |name: &str| settings.get(name).map_or("", String::as_str);
    let set = |name: &str, value: &str| {
        format!(
            "kafka-configs.sh --bootstrap-server {} --alter --entity-type topics --entity-name \
             {topic} --add-config {name}={value}",
            patient.cluster.bootstrap_servers()
        )
    };
    for (name, value) in wanted.iter().copied().chain([("max.message.bytes", MESSAGE_BYTES)]) {
        let found = format!("{name}={}, where {value} is wanted", has(name));
        match (name, has(name)) {
            (_, given) if given == value => {}
            ("cleanup.policy" | "message.timestamp.type", _) => {
                findings.push(Finding::wrong(&about, found, set(name, value)));
            }
            // More is as good, and so is a retention of the newsroom's own choice.
            ("max.message.bytes", given) if number(given) < number(value) => {
                findings.push(Finding::wrong(&about, found, set(name, value)));
            }
            ("retention.ms", given) if number(given) != -1 && number(given) < number(value) => {
                let todo =
                    format!("a rest longer than that cannot be made up for; {}", set(name, value));
                findings.push(Finding::mind(&about, found, todo));
            }
            _ => {}
        }
    }
    if findings.len() == before {
        findings.push(Finding::well(&about, format!("{} partitions", patient.partitions)));
    }
    true
}

fn number(text: &str) -> i64 {
    text.parse().unwrap_or_default()
}

/// Whether each group's offsets still lie within its topics.
fn look_at_groups(patient: &Patient<'_>, findings: &mut Vec<Finding>) {
    let routed = [patient.topics.routed.clone()];
    for (group, topics) in [("route", patient.article_topics), ("lanes", &routed[..])] {
        let about = format!("group {}.{group}", patient.cluster.app());
        match once_coordinated(|| group_lag(patient.cluster, group, topics)) {
            Ok(Lag { gone: Some((topic, partition)), .. }) => {
                let found = format!(
                    "what it reads next in {topic}, partition {partition}, was deleted before it was read"
                );
                let todo = "lengthen the topic's retention; `writethru run` says how to go on";
                findings.push(Finding::wrong(&about, found, todo));
            }
            Ok(lag) => {
                findings.push(Finding::well(&about, format!("{} records behind", lag.records)))
            }
            Err(error) => {
                let found = without_secrets(&error);
                findings.push(Finding::wrong(
                    &about,
                    found,
                    "allow Read on the group and its topics",
                ));
            }
        }
    }
}

/// A group that nobody has asked for yet gets its coordinator only now: that is no fault.
fn once_coordinated<T>(ask: impl Fn() -> Result<T, KafkaError>) -> Result<T, KafkaError> {
    let deadline = Instant::now() + ANSWER;
    loop {
        let answer = ask();
        let is_on_its_way = answer.as_ref().err().and_then(KafkaError::rdkafka_error_code);
        let waits = matches!(
            is_on_its_way,
            Some(
                RDKafkaErrorCode::NotCoordinator
                    | RDKafkaErrorCode::CoordinatorNotAvailable
                    | RDKafkaErrorCode::CoordinatorLoadInProgress
            )
        );
        if !waits || Instant::now() > deadline {
            return answer;
        }
        thread::sleep(COORDINATED_PAUSE);
    }
}

#[derive(Default)]
struct Lag {
    records: i64,
    gone: Option<(String, i32)>,
}

fn group_lag(cluster: &Cluster, group: &str, topics: &[String]) -> Result<Lag, KafkaError> {
    let consumer: BaseConsumer<Told> = cluster.member(group).create_with_context(Told)?;
    let mut lag = Lag::default();
    for topic in topics {
        let metadata = consumer.fetch_metadata(Some(topic), ANSWER)?;
        let found = metadata.topics().iter().filter(|found| found.error().is_none());
        let count: usize = found.map(|found| found.partitions().len()).sum();
        if count == 0 {
            continue;
        }
        let mut list = TopicPartitionList::new();
        list.add_partition_range(topic, 0, i32::try_from(count).unwrap_or(i32::MAX) - 1);
        for element in consumer.committed_offsets(list, ANSWER)?.elements() {
            element.error()?;
            let (first, end) = consumer.fetch_watermarks(topic, element.partition(), ANSWER)?;
            let next = match element.offset() {
                Offset::Offset(next) => next,
                _ => first,
            };
            if next < first {
                lag.gone = Some((topic.clone(), element.partition()));
            }
            lag.records += (end - next).max(0);
        }
    }
    Ok(lag)
}

/// A record in a transaction that is taken back: nobody who reads committed records sees it.
fn look_at_writing(patient: &Patient<'_>) -> Finding {
    let about = "rights";
    let written = Transactional::open_as(patient.cluster, "doctor", 0, Watch::default())
        .map_err(|error| without_secrets(&error))
        .and_then(|producer| try_writing(&producer, &patient.topics.state));
    match written {
        Ok(()) => Finding::well(about, "a transaction can be begun, written and taken back"),
        Err(found) => {
            let app = patient.cluster.app();
            let todo = format!(
                "allow Write and Describe on transactional ids and on topics that begin with \"{app}.\""
            );
            Finding::wrong(about, found, todo)
        }
    }
}

fn look_at_clock(patient: &Patient<'_>, findings: &mut Vec<Finding>) {
    let partitions = i32::try_from(patient.partitions).unwrap_or(i32::MAX);
    let newest = newest_ms(patient.cluster, &patient.topics.routed, partitions);
    if let Ok(Some(newest)) = newest {
        let ahead = newest - patient.now_ms;
        findings.push(if ahead > CLOCK_MS_MAX {
            let found = format!("the broker's last record is {} s in our future", ahead / 1000);
            Finding::wrong("clock", found, "set both clocks by NTP: embargoes would end late")
        } else {
            Finding::well("clock", "not behind the broker's")
        });
    }
}
