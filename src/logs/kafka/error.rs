//! Why a lane cannot go on, and what a person can do.

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::client::{Cluster, without_secrets};
use super::topics::{self, Topics, TopicsError};
use super::wire::StateError;
use crate::log::LogError;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum LaneError {
    /// The broker.
    #[error("{doing}: {why}")]
    Kafka {
        /// What was being done.
        doing: &'static str,
        /// What it answered.
        why: String,
        /// It may be well again in a moment.
        passing: bool,
    },
    /// The broker refuses a record for good: it would do so again and again.
    #[error(
        "{doing}: the broker does not take a record: {why}; nothing is lost, and the next start \
         goes on from there, but first `writethru doctor` says what is wrong with the topics"
    )]
    NotTaken {
        /// What was being done.
        doing: &'static str,
        /// What it answered.
        why: String,
    },
    /// Topics are not what they must be, and were when it began.
    #[error("{0}; nothing is lost, and the next start goes on from there")]
    Topics(TopicsError),
    /// A record of the state.
    #[error(
        "{error}, in topic {topic}, partition {partition}, offset {offset}; \
         run the version that wrote it, or begin anew under another `app`"
    )]
    State {
        /// What is wrong.
        error: StateError,
        /// Where.
        topic: String,
        /// Where.
        partition: i32,
        /// Where.
        offset: i64,
    },
    /// A row that no table can read.
    #[error("a row of the state cannot be read")]
    UnreadableRow,
    /// The rows are not those that were committed.
    #[error(
        "the state's rows do not have the digest that was committed with them: \
         the state topic has lost records; begin anew under another `app`, which reads all that \
         the article topics still have"
    )]
    DigestDiffers,
    /// A state without its offset, or the other way round.
    #[error(
        "the lane's state stands at {}, but the group's committed offset is {committed}: one of \
         the two was changed from outside; set the group's offset back to where the state stands, \
         or begin anew under another `app`",
        state.map_or_else(|| "nothing".to_owned(), |state| state.to_string())
    )]
    StateAndOffsetDiffer {
        /// Where the state stands.
        state: Option<i64>,
        /// Where the group stands.
        committed: i64,
    },
    /// What is to be read next is gone.
    #[error(
        "topic {topic} begins at offset {first}, but the lane stopped at {next}: what lies between \
         was deleted before it was read; lengthen the topic's retention, and begin anew under \
         another `app`"
    )]
    LeftRetention {
        /// Which.
        topic: String,
        /// What is wanted.
        next: i64,
        /// What there is.
        first: i64,
    },
    /// Articles that nobody has read are gone.
    #[error(
        "article topic {topic} begins at offset {first}, but route stopped at {next}: what lies \
         between was deleted before it was read; to go on without it, set the offset of group \
         \"{app}.route\" to {first}, and lengthen the topic's retention"
    )]
    ArticlesLeft {
        /// Whose group it is.
        app: String,
        /// Which.
        topic: String,
        /// What is wanted.
        next: i64,
        /// What there is.
        first: i64,
    },
    /// The same of an article topic.
    #[error(
        "article topic {topic} ends at offset {end}, but route has read up to {next}: it was \
         deleted and made anew, or its end was lost; give the new one another name, since what \
         stands in it up to {next} would count as taken"
    )]
    ArticlesRecreated {
        /// Which.
        topic: String,
        /// What is wanted.
        next: i64,
        /// Where it ends.
        end: i64,
    },
    /// The topic is shorter than what was read of it.
    #[error(
        "topic {topic} ends at offset {end}, but the lane has read up to {next}: it was deleted \
         and made anew, or its end was lost; begin anew under another `app`"
    )]
    Recreated {
        /// Which.
        topic: String,
        /// What is wanted.
        next: i64,
        /// Where it ends.
        end: i64,
    },
    /// What stands before the place where the lane stopped is not what it read.
    #[error(
        "topic {topic} has another record at offset {offset} than the lane took: it was deleted \
         and made anew; begin anew under another `app`"
    )]
    OtherTopic {
        /// Which.
        topic: String,
        /// Where.
        offset: i64,
    },
    /// Desks have taken what the group says nobody has read.
    #[error(
        "group \"{app}.route\" has no offset for partition {partition} of article topic {topic}, \
         but desks have taken its records up to offset {taken}: the topic was deleted and made \
         anew, or the group's offsets have expired. Where it is the same topic, set the group's \
         offset to {}; where it is a new one, give it another name, since what stands in it up to \
         {taken} would count as taken", taken + 1
    )]
    ArticlesForgotten {
        /// Whose group it is.
        app: String,
        /// Which.
        topic: String,
        /// Its partition.
        partition: i32,
        /// The highest offset that a desk has taken.
        taken: i64,
    },
    /// A snapshot that does not belong to its topic.
    #[error(
        "topic {topic} has another record at offset {offset} than the snapshot: the topic was \
         made anew"
    )]
    OtherState {
        /// Which.
        topic: String,
        /// Where.
        offset: i64,
    },
    /// Desks would be elsewhere.
    #[error(
        "the state is of {stored} partitions, but kafka.partitions is {wanted}: set it back, or \
         begin anew under another `app`"
    )]
    OtherPartitions {
        /// With how many it was made.
        stored: u32,
        /// What the settings say.
        wanted: u32,
    },
    /// No broker takes it.
    #[error("a record of {bytes} bytes for topic {topic} is more than any topic takes (16 MiB)")]
    TooLarge {
        /// Which.
        topic: String,
        /// How large.
        bytes: usize,
    },
}

impl LaneError {
    /// An error of the client, without secrets.
    #[must_use]
    pub fn kafka(doing: &'static str, error: KafkaError) -> Self {
        if is_not_taken(&error) {
            return Self::NotTaken { doing, why: without_secrets(&error) };
        }
        Self::Kafka { doing, why: without_secrets(&error), passing: is_passing(&error) }
    }

    /// Whether it may be well again in a moment, and all that is left is to begin anew.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Kafka { passing: true, .. })
    }

    /// The same with the reason, where it is that a topic has changed.
    #[must_use]
    pub fn explained(self, cluster: &Cluster, topics: &Topics, record_bytes_max: usize) -> Self {
        match self {
            Self::NotTaken { .. } => match topics::check(cluster, topics, record_bytes_max) {
                Err(unfit @ TopicsError::Unfit { .. }) => Self::Topics(unfit),
                _ => self,
            },
            other => other,
        }
    }

    /// Whether another version of the program can go on where this one cannot.
    #[must_use]
    pub const fn is_newer(&self) -> bool {
        matches!(self, Self::State { error: StateError::Newer(_), .. })
    }

    /// Says where in the state it was found.
    #[must_use]
    pub fn at(self, topic: &str, partition: i32, offset: i64) -> Self {
        match self {
            Self::State { error, .. } => {
                Self::State { error, topic: topic.to_owned(), partition, offset }
            }
            Self::UnreadableRow => Self::State {
                error: StateError::Unreadable,
                topic: topic.to_owned(),
                partition,
                offset,
            },
            other => other,
        }
    }
}

/// Whether another version of the program can go on where this one cannot.
#[must_use]
pub fn is_newer(error: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    error.downcast_ref::<LaneError>().is_some_and(LaneError::is_newer)
}

impl From<StateError> for LaneError {
    fn from(error: StateError) -> Self {
        Self::State { error, topic: String::new(), partition: 0, offset: 0 }
    }
}

impl From<LaneError> for LogError {
    fn from(error: LaneError) -> Self {
        if error.is_passing() {
            tracing::warn!(error = %error, "the broker does not answer as it should; beginning anew");
            return Self::Lost;
        }
        Self::broken(error)
    }
}

/// Whether the broker would refuse the same record again, for as long as its topic is as it is.
#[must_use]
pub fn is_not_taken(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(
            RDKafkaErrorCode::MessageSizeTooLarge
                | RDKafkaErrorCode::InvalidMessageSize
                | RDKafkaErrorCode::InvalidRecord
                | RDKafkaErrorCode::PolicyViolation
        )
    )
}

/// Whatever is not the settings' or the rights' fault: a broker that is away comes back.
fn is_passing(error: &KafkaError) -> bool {
    let settings = matches!(error, KafkaError::ClientConfig(..) | KafkaError::ClientCreation(_));
    let code = match error {
        KafkaError::Transaction(error) => Some(error.code()),
        other => other.rdkafka_error_code(),
    };
    let refused = matches!(
        code,
        Some(
            RDKafkaErrorCode::Authentication
                | RDKafkaErrorCode::SaslAuthenticationFailed
                | RDKafkaErrorCode::TopicAuthorizationFailed
                | RDKafkaErrorCode::GroupAuthorizationFailed
                | RDKafkaErrorCode::ClusterAuthorizationFailed
                | RDKafkaErrorCode::TransactionalIdAuthorizationFailed
                | RDKafkaErrorCode::InvalidTransactionTimeout
                | RDKafkaErrorCode::UnknownTopicOrPartition
                | RDKafkaErrorCode::UnknownTopic
        )
    );
    !settings && !refused
}
