//! What can be found out about a broker without changing anything that others see: for `doctor`.

use std::num::NonZeroU32;
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::TopicPartitionList;
use rdkafka::admin::{AdminClient, ResourceSpecifier};
use rdkafka::consumer::Consumer as _;
use rdkafka::consumer::base_consumer::BaseConsumer;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::client::{Cluster, Told, without_secrets};
use super::error::LaneError;
use super::heard::{TO_CHECK, wait_for_broker};
use super::past::newest_ms;
use super::standing::{self, Standing};
use super::topics::{Asked, admin, count, described};
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
    /// What its topics must be.
    pub asked: Asked<'a>,
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
    for topic in patient.asked.articles {
        look_at_articles(&admin, topic, &mut findings);
    }
    for (topic, settings) in patient.asked.topics.settings() {
        complete &= look_at_topic(patient, &admin, topic, &settings, &mut findings);
    }
    look_at_groups(patient, complete, &mut findings);
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
    if let Err(silent) = wait_for_broker(patient.cluster, &|| false) {
        let found = format!("{servers} does not answer: {}", silent.why);
        findings.push(Finding::wrong("broker", found, TO_CHECK));
        return None;
    }
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
            let found = format!("{servers} does not answer: {}", without_secrets(&error));
            findings.push(Finding::wrong("broker", found, TO_CHECK));
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
            let todo = "make it (`writethru doctor --make` does), or correct kafka.article_topics";
            Finding::wrong(&about, "does not exist", todo)
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
        Ok(Some(found)) if found == patient.asked.partitions => {}
        Ok(Some(found)) => {
            let todo = format!(
                "set kafka.partitions to {found}: a desk's partition follows from the number; or \
                 begin anew under another `app`"
            );
            let found = format!(
                "{found} partitions, where kafka.partitions is {}",
                patient.asked.partitions
            );
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
    let unfit = patient.asked.measure(patient.cluster).unfit(topic, wanted, &settings);
    if unfit.is_empty() {
        findings.push(Finding::well(&about, format!("{} partitions", patient.asked.partitions)));
    }
    findings.extend(unfit.iter().map(|it| match it.is_refused {
        true => Finding::wrong(&about, it.found(), it.todo()),
        false => Finding::mind(&about, it.found(), it.todo()),
    }));
    true
}

/// Whether each group's offsets still lie within its topics: what `run` refuses is told here, too.
fn look_at_groups(patient: &Patient<'_>, is_complete: bool, findings: &mut Vec<Finding>) {
    let app = patient.cluster.app();
    let mut look = |group: &str, topics: &[String], judge: Judge<'_>| {
        let about = format!("group {app}.{group}");
        findings.push(match once_coordinated(|| standings(patient.cluster, group, topics)) {
            Ok(standings) => match judge(&standings) {
                Ok(()) => {
                    let behind: i64 = standings.iter().map(Standing::lag).sum();
                    Finding::well(&about, format!("{behind} records behind"))
                }
                Err(error) => {
                    let todo = "`writethru run` refuses to go on until then";
                    Finding::wrong(&about, error.to_string(), todo)
                }
            },
            Err(error) => {
                let todo = "allow Read on the group and its topics";
                Finding::wrong(&about, without_secrets(&error), todo)
            }
        });
    };
    look("route", patient.asked.articles, &|standings| {
        standings.iter().try_for_each(|standing| standing.next(app).map(drop))?;
        let partitions = u32::try_from(patient.asked.partitions).ok().and_then(NonZeroU32::new);
        let Some(partitions) = partitions.filter(|_| is_complete) else { return Ok(()) };
        standing::none_forgotten(patient.cluster, patient.asked.topics, partitions, standings)
    });
    let routed = [patient.asked.topics.routed.clone()];
    look("lanes", &routed, &|standings| standings.iter().try_for_each(Standing::of_lane));
}

/// Whether a group can go on from where it stands.
type Judge<'a> = &'a dyn Fn(&[Standing]) -> Result<(), LaneError>;

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

fn standings(
    cluster: &Cluster,
    group: &str,
    topics: &[String],
) -> Result<Vec<Standing>, KafkaError> {
    let consumer: BaseConsumer<Told> = cluster.member(group).create_with_context(Told)?;
    let mut list = TopicPartitionList::new();
    for topic in topics {
        let metadata = consumer.fetch_metadata(Some(topic), ANSWER)?;
        let found = metadata.topics().iter().filter(|found| found.error().is_none());
        let count: usize = found.map(|found| found.partitions().len()).sum();
        if count > 0 {
            list.add_partition_range(topic, 0, i32::try_from(count).unwrap_or(i32::MAX) - 1);
        }
    }
    if list.count() == 0 { Ok(Vec::new()) } else { standing::of(&consumer, list) }
}

/// A record in a transaction that is taken back: nobody who reads committed records sees it.
fn look_at_writing(patient: &Patient<'_>) -> Finding {
    let about = "rights";
    let written = Transactional::open_as(patient.cluster, "doctor", 0, Watch::default())
        .map_err(|error| without_secrets(&error))
        .and_then(|producer| try_writing(&producer, &patient.asked.topics.state));
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
    let partitions = i32::try_from(patient.asked.partitions).unwrap_or(i32::MAX);
    let newest = newest_ms(patient.cluster, &patient.asked.topics.routed, partitions);
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
