//! Follows what was published: first the documents, to their end, then changes, alert events and
//! documents as they are committed. Belongs to no group, so every process that serves reads all of it.

use std::collections::BTreeSet;
use std::time::Duration;

use rdkafka::consumer::Consumer;
use rdkafka::consumer::base_consumer::BaseConsumer;
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Message};
use rdkafka::{Offset, TopicPartitionList};
use writethru_core::article::{Id, StoryId};

use super::client::{Cluster, Told};
use super::reader::is_passing;
use super::retire::retire;
use super::topics::Topics;
use crate::views::Track;

const METADATA_SECONDS_MAX: u64 = 10;
/// Records that are handed over together.
const BATCH_RECORDS_MAX: usize = 500;
const POLL: Duration = Duration::from_millis(50);

/// What was read.
#[derive(Clone, Debug)]
pub enum Published {
    /// This partition of a stream is read from this offset on.
    Begin(Track, u32, u64),
    /// The newest document of a story; none where it has none any more.
    Document(StoryId, Option<Vec<u8>>),
    /// A change with its partition and offset.
    Change(u32, u64, Vec<u8>),
    /// An alert event with its partition and offset.
    Alert(u32, u64, Vec<u8>),
    /// All that was published before the start was read.
    CaughtUp,
}

/// Hands over what is read, in batches, until `stopped`.
///
/// # Errors
/// What the broker refuses for good.
pub fn follow(
    cluster: &Cluster,
    topics: &Topics,
    changes_max: usize,
    stopped: &dyn Fn() -> bool,
    each: &mut dyn FnMut(Vec<Published>),
) -> Result<(), KafkaError> {
    let stories = Followed::open(cluster, &topics.stories, None)?;
    let mut caught_up = BTreeSet::new();
    while caught_up.len() < stories.partitions.len() && !stopped() {
        each(stories.take(POLL, &mut caught_up)?.iter().filter_map(document).collect());
    }
    let changes = Followed::open(cluster, &topics.changes, Some(changes_max))?;
    // All of them: one that was raised long ago may be open.
    let alerts = Followed::open(cluster, &topics.alerts, None)?;
    each(begins(Track::Changes, &changes).chain(begins(Track::Alerts, &alerts)).collect());
    let (mut caught_up, mut alerts_caught_up) = (BTreeSet::new(), BTreeSet::new());
    let mut told = false;
    while !stopped() {
        let mut ends = BTreeSet::new();
        let mut batch: Vec<Published> =
            stories.take(Duration::ZERO, &mut ends)?.iter().filter_map(document).collect();
        batch.extend(changes.take(POLL, &mut caught_up)?.into_iter().map(change));
        batch.extend(alerts.take(Duration::ZERO, &mut alerts_caught_up)?.into_iter().map(alert));
        let is_all = caught_up.len() == changes.partitions.len()
            && alerts_caught_up.len() == alerts.partitions.len();
        if !told && is_all {
            told = true;
            batch.push(Published::CaughtUp);
        }
        if !batch.is_empty() {
            each(batch);
        }
    }
    retire(stories.consumer, "reader of stories");
    retire(changes.consumer, "reader of changes");
    retire(alerts.consumer, "reader of alerts");
    Ok(())
}

/// One topic, all of its partitions.
struct Followed {
    consumer: BaseConsumer<Told>,
    /// Each with the offset that it was begun at.
    partitions: Vec<(u32, u64)>,
}

/// One record, out of the client's hands.
struct Read {
    partition: u32,
    offset: u64,
    key: Vec<u8>,
    value: Option<Vec<u8>>,
}

impl Followed {
    /// From the beginning, or so that about `newest` records are read in all.
    fn open(cluster: &Cluster, topic: &str, newest: Option<usize>) -> Result<Self, KafkaError> {
        let timeout = Duration::from_secs(METADATA_SECONDS_MAX);
        let mut config = cluster.reader();
        // It waits for ever, not only to the end.
        config.set("fetch.wait.max.ms", "100");
        let consumer: BaseConsumer<Told> = config.create_with_context(Told)?;
        let metadata = consumer.fetch_metadata(Some(topic), timeout)?;
        let found = metadata.topics().iter().find(|found| found.name() == topic);
        let ids: Vec<i32> = found.map_or_else(Vec::new, |found| {
            found.partitions().iter().map(rdkafka::metadata::MetadataPartition::id).collect()
        });
        let mut list = TopicPartitionList::with_capacity(ids.len());
        let mut partitions = Vec::new();
        let share = newest.map(|all| i64::try_from(all / ids.len().max(1)).unwrap_or(i64::MAX));
        for id in ids {
            let (low, high) = consumer.fetch_watermarks(topic, id, timeout)?;
            let from = share.map_or(low, |share| high.saturating_sub(share).max(low));
            list.add_partition_offset(topic, id, Offset::Offset(from))?;
            let number = |it| u64::try_from(it).unwrap_or_default();
            partitions.push((u32::try_from(id).unwrap_or_default(), number(from)));
        }
        consumer.assign(&list)?;
        Ok(Self { consumer, partitions })
    }

    /// What is there within a time; notes the partitions that are read to their end.
    fn take(&self, wait: Duration, ends: &mut BTreeSet<i32>) -> Result<Vec<Read>, KafkaError> {
        let mut read = Vec::new();
        let mut wait = wait;
        while read.len() < BATCH_RECORDS_MAX {
            match self.consumer.poll(wait) {
                Some(Ok(message)) => read.push(Read::of(&message)),
                Some(Err(KafkaError::PartitionEOF(partition))) => {
                    ends.insert(partition);
                }
                Some(Err(error)) if is_passing(&error) => {
                    tracing::debug!(%error, "reading goes on");
                }
                Some(Err(error)) => return Err(error),
                None => break,
            }
            wait = Duration::ZERO;
        }
        Ok(read)
    }
}

impl Read {
    fn of(message: &BorrowedMessage<'_>) -> Self {
        Self {
            partition: u32::try_from(message.partition()).unwrap_or_default(),
            offset: u64::try_from(message.offset()).unwrap_or_default(),
            key: message.key().unwrap_or_default().to_vec(),
            value: message.payload().map(<[u8]>::to_vec),
        }
    }
}

fn document(read: &Read) -> Option<Published> {
    let id = std::str::from_utf8(&read.key).ok().and_then(Id::parse).map(StoryId)?;
    Some(Published::Document(id, read.value.clone()))
}

fn change(read: Read) -> Published {
    Published::Change(read.partition, read.offset, read.value.unwrap_or_default())
}

fn alert(read: Read) -> Published {
    Published::Alert(read.partition, read.offset, read.value.unwrap_or_default())
}

fn begins(track: Track, followed: &Followed) -> impl Iterator<Item = Published> {
    followed.partitions.iter().map(move |(at, from)| Published::Begin(track, *at, *from))
}
