//! A topic, followed from an offset of each partition, committed records only.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::consumer::Consumer as _;
use rdkafka::consumer::base_consumer::BaseConsumer;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::Message as _;
use rdkafka::{Offset, TopicPartitionList};

use super::feed::{Feed, Parcel, Place};
use crate::logs::kafka::client::{Cluster, Told};
use crate::logs::kafka::retire::retire;

const ANSWER: Duration = Duration::from_secs(10);
/// How long one look waits for a record.
const POLL: Duration = Duration::from_millis(50);
/// Kafka's own: what it fetches ahead for a target that may be down for hours.
const QUEUED_KBYTES: &str = "4096";

/// All partitions of one topic.
pub struct Topic {
    consumer: Option<BaseConsumer<Told>>,
    name: String,
}

impl Topic {
    /// Where each partition ends: where a new target begins.
    ///
    /// # Errors
    /// A broker that does not answer, or a topic that is not there.
    pub fn ends(cluster: &Cluster, topic: &str) -> Result<BTreeMap<i32, i64>, KafkaError> {
        let consumer: BaseConsumer<Told> = cluster.reader().create_with_context(Told)?;
        let metadata = consumer.fetch_metadata(Some(topic), ANSWER)?;
        let found = metadata.topics().iter().find(|found| found.name() == topic);
        let partitions = found.map(|found| found.partitions()).unwrap_or_default();
        if partitions.is_empty() {
            return Err(KafkaError::MetadataFetch(RDKafkaErrorCode::UnknownTopic));
        }
        let mut ends = BTreeMap::new();
        for partition in partitions {
            let (_, end) = consumer.fetch_watermarks(topic, partition.id(), ANSWER)?;
            ends.insert(partition.id(), end);
        }
        retire(consumer, "reader of ends");
        Ok(ends)
    }

    /// From these offsets on. What has left retention unread is passed over with a word.
    ///
    /// # Errors
    /// A broker that does not answer.
    pub fn follow(
        cluster: &Cluster,
        topic: &str,
        from: &BTreeMap<i32, i64>,
    ) -> Result<Self, KafkaError> {
        let mut config = cluster.reader();
        config.set("fetch.wait.max.ms", "100");
        config.set("enable.partition.eof", "false");
        config.set("queued.max.messages.kbytes", QUEUED_KBYTES);
        let consumer: BaseConsumer<Told> = config.create_with_context(Told)?;
        let mut list = TopicPartitionList::with_capacity(from.len());
        for (partition, next) in from {
            let (first, _) = consumer.fetch_watermarks(topic, *partition, ANSWER)?;
            if *next < first {
                let lost = first - *next;
                tracing::error!(topic, partition, lost, "records left retention undelivered");
            }
            list.add_partition_offset(topic, *partition, Offset::Offset(first.max(*next)))?;
        }
        consumer.assign(&list)?;
        Ok(Self { consumer: Some(consumer), name: topic.to_owned() })
    }
}

impl Feed for Topic {
    fn take(&mut self) -> Result<Option<Parcel>, String> {
        let Some(consumer) = &self.consumer else { return Ok(None) };
        match consumer.poll(POLL) {
            None => Ok(None),
            Some(Ok(message)) => Ok(Some(Parcel {
                key: String::from_utf8_lossy(message.key().unwrap_or_default()).into_owned(),
                line: message.payload().map(<[u8]>::to_vec),
                next: Place::Offset { partition: message.partition(), next: message.offset() + 1 },
            })),
            Some(Err(error)) => Err(format!("{}: {error}", self.name)),
        }
    }
}

impl Drop for Topic {
    fn drop(&mut self) {
        if let Some(consumer) = self.consumer.take() {
            retire(consumer, "reader of deliveries");
        }
    }
}
