//! The topics of one installation: their names, and that each is what it must be.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::client::{Cluster, Told, without_secrets};
use super::fit::{Measure, Unfit};

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

fn kept(ms: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![("cleanup.policy", "delete"), ("retention.ms", ms)]
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
    #[error(
        "the article topic \"{0}\" does not exist; make it (`writethru doctor --make` does), or correct \
         kafka.article_topics"
    )]
    NoArticles(String),
    /// With that a promise would be broken.
    #[error("{first}{}", others(*.more))]
    Unfit {
        /// The first that was found.
        first: Box<Unfit>,
        /// How many more there are.
        more: usize,
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

fn others(more: usize) -> String {
    match more {
        0 => String::new(),
        _ => format!("; {more} more of this kind: `writethru doctor` tells all"),
    }
}

/// What an installation wants of its topics.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// By name.
    pub topics: &'a Topics,
    /// Those that articles come from.
    pub articles: &'a [String],
    /// Partitions that ours must have.
    pub partitions: usize,
    /// Copies of those that are made; -1 takes the broker's default.
    pub replication: i32,
    /// The largest record that is read.
    pub record_bytes_max: usize,
}

/// Finds or makes every topic of ours, and finds those of the articles.
///
/// # Errors
/// See [`TopicsError`].
pub fn ensure(cluster: &Cluster, asked: &Asked<'_>) -> Result<(), TopicsError> {
    let admin = admin(cluster)?;
    for topic in asked.articles {
        if count(&admin, topic)?.is_none() {
            return Err(TopicsError::NoArticles(topic.clone()));
        }
    }
    let mut missing = Vec::new();
    for (topic, settings) in asked.topics.settings() {
        match count(&admin, topic)? {
            Some(found) if found == asked.partitions => {}
            Some(found) => {
                let (topic, wanted) = (topic.to_owned(), asked.partitions);
                return Err(TopicsError::Partitions { topic, found, wanted });
            }
            None => missing.push(asked.new_topic(topic, &settings)),
        }
    }
    for unfit in fit(cluster, &admin, asked)? {
        tracing::warn!("{unfit}");
    }
    make(&admin, missing)
}

/// Makes every topic that is not there, those of the articles, too.
///
/// # Errors
/// See [`TopicsError`].
pub fn make_all(cluster: &Cluster, asked: &Asked<'_>) -> Result<(), TopicsError> {
    let admin = admin(cluster)?;
    let articles = asked.articles.iter().map(|topic| (topic.as_str(), kept(WEEK_MS)));
    let mut missing = Vec::new();
    for (topic, settings) in articles.chain(asked.topics.settings()) {
        if count(&admin, topic)?.is_none() {
            missing.push(asked.new_topic(topic, &settings));
        }
    }
    make(&admin, missing)
}

/// Whether the topics are still what they must be.
///
/// # Errors
/// [`TopicsError::Unfit`], or a broker that does not answer.
pub fn check(
    cluster: &Cluster,
    topics: &Topics,
    record_bytes_max: usize,
) -> Result<(), TopicsError> {
    let asked = Asked { topics, articles: &[], partitions: 0, replication: 0, record_bytes_max };
    fit(cluster, &admin(cluster)?, &asked).map(drop)
}

/// What is not as it should be and can be lived with. Where we may not ask, `writethru doctor` says
/// so; nothing is refused for that.
fn fit(
    cluster: &Cluster,
    admin: &AdminClient<Told>,
    asked: &Asked<'_>,
) -> Result<Vec<Unfit>, TopicsError> {
    let measure = asked.measure(cluster);
    let mut found = Vec::new();
    for (topic, wanted) in asked.topics.settings() {
        match described(admin, &ResourceSpecifier::Topic(topic)) {
            Ok(has) => found.extend(measure.unfit(topic, &wanted, &has)),
            Err(error) => {
                tracing::debug!(topic, error = %error, "a topic's settings cannot be read");
            }
        }
    }
    let (refused, minded): (Vec<_>, Vec<_>) = found.into_iter().partition(|it| it.is_refused);
    let more = refused.len().saturating_sub(1);
    match refused.into_iter().next() {
        Some(first) => Err(TopicsError::Unfit { first: Box::new(first), more }),
        None => Ok(minded),
    }
}

impl<'a> Asked<'a> {
    /// By what each topic is measured.
    #[must_use]
    pub(super) fn measure(&self, cluster: &'a Cluster) -> Measure<'a> {
        let (topics, record_bytes_max) = (self.topics, self.record_bytes_max);
        Measure { topics, record_bytes_max, servers: cluster.bootstrap_servers() }
    }

    fn new_topic<'b>(
        &self,
        name: &'b str,
        settings: &[(&'static str, &'static str)],
    ) -> NewTopic<'b> {
        let count = i32::try_from(self.partitions).unwrap_or(i32::MAX);
        let topic = NewTopic::new(name, count, TopicReplication::Fixed(self.replication))
            .set("max.message.bytes", MESSAGE_BYTES);
        settings.iter().fold(topic, |topic, (key, value)| topic.set(key, value))
    }
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
