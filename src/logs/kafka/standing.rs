//! Where a group stands in each partition, and whether the topic still has what it reads next.

use std::num::NonZeroU32;
use std::time::Duration;

use rdkafka::consumer::Consumer;
use rdkafka::error::KafkaResult;
use rdkafka::{Offset, TopicPartitionList};

use super::client::Cluster;
use super::error::LaneError;
use super::taken;
use super::topics::Topics;

const ANSWER: Duration = Duration::from_secs(15);

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// An article topic, or `routed`.
    pub topic: String,
    /// Its partition.
    pub partition: i32,
    /// What the group reads next, where it has an offset.
    pub committed: Option<i64>,
    /// The first offset there is.
    pub first: i64,
    /// The one after the last.
    pub end: i64,
}

/// Of each partition of the list.
///
/// # Errors
/// A broker that does not answer.
pub fn of<C: rdkafka::consumer::ConsumerContext>(
    consumer: &impl Consumer<C>,
    list: TopicPartitionList,
) -> KafkaResult<Vec<Standing>> {
    let committed = consumer.committed_offsets(list, ANSWER)?;
    let elements = committed.elements();
    let standing = elements.iter().map(|element| {
        element.error()?;
        let (topic, partition) = (element.topic().to_owned(), element.partition());
        let (first, end) = consumer.fetch_watermarks(&topic, partition, ANSWER)?;
        let committed = match element.offset() {
            Offset::Offset(next) => Some(next),
            _ => None,
        };
        Ok(Standing { topic, partition, committed, first, end })
    });
    standing.collect()
}

impl Standing {
    /// Whether the group has no offset here.
    #[must_use]
    pub const fn is_first_time(&self) -> bool {
        self.committed.is_none()
    }

    /// How many records it is behind.
    #[must_use]
    pub fn lag(&self) -> i64 {
        (self.end - self.committed.unwrap_or(self.first)).max(0)
    }

    /// What route reads next in this partition of an article topic.
    ///
    /// # Errors
    /// It is not there any more, or the topic is shorter than what was read of it.
    pub fn next(&self, app: &str) -> Result<i64, LaneError> {
        let (topic, first, end) = (&self.topic, self.first, self.end);
        match self.committed {
            Some(next) if next < first => {
                let (app, topic) = (app.to_owned(), topic.clone());
                Err(LaneError::ArticlesLeft { app, topic, next, first })
            }
            Some(next) if next > end => {
                Err(LaneError::ArticlesRecreated { topic: topic.clone(), next, end })
            }
            Some(next) => Ok(next),
            None => Ok(first),
        }
    }

    /// Whether a lane can go on in this partition of `routed`.
    ///
    /// # Errors
    /// As [`Standing::next`].
    pub fn of_lane(&self) -> Result<(), LaneError> {
        let Some(next) = self.committed else { return Ok(()) };
        check_routed(&self.topic, next, (self.first, self.end))
    }
}

/// Whether `routed` still has what a lane reads next.
///
/// # Errors
/// As [`Standing::next`].
pub fn check_routed(topic: &str, next: i64, (first, end): (i64, i64)) -> Result<(), LaneError> {
    let topic = || topic.to_owned();
    match next {
        next if next < first => Err(LaneError::LeftRetention { topic: topic(), next, first }),
        next if next > end => Err(LaneError::Recreated { topic: topic(), next, end }),
        _ => Ok(()),
    }
}

/// Desks have taken nothing of an article topic that route has no offset of.
///
/// # Errors
/// They have: the offset was forgotten, or the topic made anew.
pub fn none_forgotten(
    cluster: &Cluster,
    topics: &Topics,
    partitions: NonZeroU32,
    standings: &[Standing],
) -> Result<(), LaneError> {
    let mut new = standings.iter().filter(|it| it.is_first_time()).peekable();
    if new.peek().is_none() {
        return Ok(());
    }
    let taken = taken::by_desks(cluster, topics, partitions)?;
    for Standing { topic, partition, .. } in new {
        if let Some(taken) = taken.get(&(topic.clone(), *partition)) {
            let (app, topic) = (cluster.app().to_owned(), topic.clone());
            let (partition, taken) = (*partition, *taken);
            return Err(LaneError::ArticlesForgotten { app, topic, partition, taken });
        }
    }
    Ok(())
}
