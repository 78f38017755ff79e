//! The topics of one installation: their names, and that each is what it must be.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::client::{Cluster, Told, without_secrets};

const ANSWER_SECONDS_MAX: u64 = 15;
/// What every topic of ours must take.
pub(super) const MESSAGE_BYTES: &str = "16777216";
const WEEK_MS: &str = "604800000";
const MONTH_MS: &str = "2592000000";

/// All of them by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topics {
    /// Articles by desk, and what else a lane takes.
    pub routed: String,
    /// What was published.
    pub changes: String,
    /// Alert events.
    pub alerts: String,
    /// What could not be read.
    pub dlq: String,
    /// What humans decided.
    pub decisions: String,
    /// The newest document of each story.
    pub stories: String,
    /// What the lanes remember.
    pub state: String,
}

impl Topics {
    /// Those of this installation.
    #[must_use]
    pub fn of(app: &str) -> Self {
        let name = |what: &str| format!("{app}.{what}");
        Self {
            routed: name("routed"),
            changes: name("changes"),
            alerts: name("alerts"),
            dlq: name("dlq"),
            decisions: name("decisions"),
            stories: name("stories"),
            state: name("state"),
        }
    }

    /// The names of all of them.
    #[must_use]
    pub fn names(&self) -> [&str; 7] {
        self.settings().map(|(name, _)| name)
    }

    /// Each with the settings it is made with.
    pub(super) fn settings(&self) -> [(&str, Vec<(&'static str, &'static str)>); 7] {
        let kept = |ms| vec![("cleanup.policy", "delete"), ("retention.ms", ms)];
        let compacted = || vec![("cleanup.policy", "compact")];
        let mut routed = kept(WEEK_MS);
        // Log time is the broker's.
        routed.push(("message.timestamp.type", "LogAppendTime"));
        let mut state = compacted();
        // Small segments are cleaned early, so that a lane that moves has little to read.
        state.extend([("segment.bytes", "67108864"), ("min.cleanable.dirty.ratio", "0.2")]);
        [
            (&self.routed, routed),
            (&self.changes, kept(MONTH_MS)),
            (&self.alerts, kept(MONTH_MS)),
            (&self.dlq, kept(MONTH_MS)),
            (&self.decisions, kept(MONTH_MS)),
            (&self.stories, compacted()),
            (&self.state, state),
        ]
    }
}

/// Why the topics cannot be used, with the way out.
#[derive(Debug, thiserror::Error)]
pub enum TopicsError {
    /// The broker did not answer, or refused.
    #[error("{doing}: {}", without_secrets(error))]
    Kafka {
        /// What was being done.
        doing: String,
        /// Its answer.
        error: KafkaError,
    },
    /// A topic of articles that nobody made.
    #[error("the article topic \"{0}\" does not exist; make it, or correct kafka.article_topics")]
    NoArticles(String),
    /// What is compacted is kept; what is deleted by age is lost.
    #[error(
        "topic \"{topic}\" has cleanup.policy={found}, and with that the lanes would forget stories \
         that they still need; set it to \"compact\""
    )]
    Cleanup {
        /// Which.
        topic: String,
        /// What it has.
        found: String,
    },
    /// Desks are spread by this number, so it cannot change.
    #[error(
        "topic \"{topic}\" has {found} partitions, but kafka.partitions is {wanted}; a desk would \
         move to a partition that has nothing of it: set kafka.partitions to {found}, or begin \
         anew under another `app`"
    )]
    Partitions {
        /// Which.
        topic: String,
        /// What it has.
        found: usize,
        /// What the settings say.
        wanted: usize,
    },
}

/// Finds or makes every topic of ours, and finds those of the articles.
///
/// # Errors
/// See [`TopicsError`].
pub fn ensure(
    cluster: &Cluster,
    topics: &Topics,
    article_topics: &[String],
    partitions: usize,
    replication: i32,
) -> Result<(), TopicsError> {
    let admin = admin(cluster)?;
    for topic in article_topics {
        if count(&admin, topic)?.is_none() {
            return Err(TopicsError::NoArticles(topic.clone()));
        }
    }
    let mut missing = Vec::new();
    for (topic, settings) in topics.settings() {
        match count(&admin, topic)? {
            Some(found) if found == partitions => {}
            Some(found) => {
                let (topic, wanted) = (topic.to_owned(), partitions);
                return Err(TopicsError::Partitions { topic, found, wanted });
            }
            None => missing.push(new_topic(topic, partitions, replication, &settings)),
        }
    }
    check_cleanup(&admin, topics)?;
    make(&admin, missing)
}

/// Where we may not ask, `writethru doctor` says so; nothing is refused for that.
fn check_cleanup(admin: &AdminClient<Told>, topics: &Topics) -> Result<(), TopicsError> {
    for topic in [&topics.state, &topics.stories] {
        let described = match described(admin, &ResourceSpecifier::Topic(topic)) {
            Ok(described) => described,
            Err(error) => {
                tracing::debug!(topic, error = %error, "a topic's settings cannot be read");
                continue;
            }
        };
        match described.get("cleanup.policy") {
            Some(found) if found != "compact" => {
                return Err(TopicsError::Cleanup { topic: topic.clone(), found: found.clone() });
            }
            _ => {}
        }
    }
    Ok(())
}

/// How many partitions a topic has, `None` where there is no such topic.
///
/// # Errors
/// A broker that does not answer.
pub fn partitions_of(cluster: &Cluster, topic: &str) -> Result<Option<u32>, TopicsError> {
    let admin = admin(cluster)?;
    let found = count(&admin, topic)?;
    Ok(found.map(|count| u32::try_from(count).unwrap_or(u32::MAX)))
}

pub(super) fn admin(cluster: &Cluster) -> Result<AdminClient<Told>, TopicsError> {
    cluster.admin().create_with_context(Told).map_err(|error| asked("setting up the client", error))
}

/// The settings of a topic or a broker by name.
pub(super) fn described(
    admin: &AdminClient<Told>,
    what: &ResourceSpecifier<'_>,
) -> Result<BTreeMap<String, String>, KafkaError> {
    let options =
        AdminOptions::new().request_timeout(Some(Duration::from_secs(ANSWER_SECONDS_MAX)));
    let resources = wait_for(admin.describe_configs([what], &options))?;
    let resource = resources.into_iter().next().ok_or(KafkaError::Canceled)?;
    let entries = resource.map_err(KafkaError::AdminOp)?.entries;
    Ok(entries.into_iter().filter_map(|it| Some((it.name, it.value?))).collect())
}

fn new_topic<'a>(
    name: &'a str,
    partitions: usize,
    replication: i32,
    settings: &[(&'static str, &'static str)],
) -> NewTopic<'a> {
    let count = i32::try_from(partitions).unwrap_or(i32::MAX);
    let topic = NewTopic::new(name, count, TopicReplication::Fixed(replication))
        .set("max.message.bytes", MESSAGE_BYTES);
    settings.iter().fold(topic, |topic, (key, value)| topic.set(key, value))
}

fn make(admin: &AdminClient<Told>, missing: Vec<NewTopic<'_>>) -> Result<(), TopicsError> {
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = missing.iter().map(|topic| topic.name.to_owned()).collect();
    let options = AdminOptions::new()
        .request_timeout(Some(Duration::from_secs(ANSWER_SECONDS_MAX)))
        .operation_timeout(Some(Duration::from_secs(ANSWER_SECONDS_MAX)));
    let made = wait_for(admin.create_topics(&missing, &options));
    for result in made.map_err(|error| asked("making topics", error))? {
        match result {
            Ok(topic) => tracing::info!(topic, "topic made"),
            // Another process was quicker.
            Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((topic, code)) => {
                return Err(asked(&format!("making topic \"{topic}\""), KafkaError::AdminOp(code)));
            }
        }
    }
    names.iter().try_for_each(|name| wait_until_known(admin, name))
}

/// A topic that was made a moment ago is not known to every broker, nor led by one.
fn wait_until_known(admin: &AdminClient<Told>, topic: &str) -> Result<(), TopicsError> {
    let answer = Duration::from_secs(ANSWER_SECONDS_MAX);
    let deadline = Instant::now() + answer;
    let look = || -> Result<bool, TopicsError> {
        let Some(partitions) = count(admin, topic)? else { return Ok(false) };
        let mut all = 0..i32::try_from(partitions).unwrap_or(i32::MAX);
        Ok(all.all(|at| admin.inner().fetch_watermarks(topic, at, answer).is_ok()))
    };
    while !look()? {
        if Instant::now() > deadline {
            let error = KafkaError::MetadataFetch(RDKafkaErrorCode::UnknownTopicOrPartition);
            return Err(asked(&format!("looking for topic \"{topic}\""), error));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// How many partitions a topic has, `None` where there is no such topic.
pub(super) fn count(admin: &AdminClient<Told>, topic: &str) -> Result<Option<usize>, TopicsError> {
    let metadata = admin
        .inner()
        .fetch_metadata(Some(topic), Duration::from_secs(ANSWER_SECONDS_MAX))
        .map_err(|error| asked("asking the broker for its topics", error))?;
    let found = metadata.topics().iter().find(|found| found.name() == topic);
    let found = found.filter(|found| found.error().is_none());
    Ok(found.map(|found| found.partitions().len()).filter(|count| *count > 0))
}

fn asked(doing: &str, error: KafkaError) -> TopicsError {
    TopicsError::Kafka { doing: doing.to_owned(), error }
}

/// The admin client answers with futures; nothing here has anything else to do.
fn wait_for<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime without any driver needs nothing from the system").block_on(future)
}
