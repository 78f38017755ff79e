//! The port of a lane on a real broker: its transactional producer, its group, its topics.

use std::sync::Arc;
use std::time::Duration;

use rdkafka::{Message, Offset, TopicPartitionList};

use super::error::LaneError;
use super::feed::Feed;
use super::lanes::Lanes;
use super::port::{EachState, Failure, Outgoing, Own, Port};
use super::reader::{ReadError, read_to_end};
use super::transactional::Transactional;

/// One owner's time at the broker.
pub struct AtBroker {
    lanes: Arc<Lanes>,
    partition: i32,
    feed: Arc<Feed>,
    producer: Transactional,
}

impl AtBroker {
    /// Takes the lane's id over.
    ///
    /// # Errors
    /// A broker that does not answer or does not allow it.
    pub fn take_over(
        lanes: Arc<Lanes>,
        partition: i32,
        feed: Arc<Feed>,
    ) -> Result<Self, LaneError> {
        let watch = lanes.with.watchdog.watch();
        let producer = Transactional::open(&lanes.with.cluster, partition, watch)
            .map_err(|error| LaneError::kafka("taking the lane over", error))?;
        Ok(Self { lanes, partition, feed, producer })
    }

    fn routed(&self) -> &str {
        &self.lanes.with.terms.topics.routed
    }
}

impl Port for AtBroker {
    fn begin(&self) -> Result<(), Failure> {
        self.producer.begin()
    }

    fn send(&self, record: &Outgoing) -> Result<(), Failure> {
        self.producer.send(record)
    }

    fn drain(&self) -> Result<(), Failure> {
        self.producer.drain()
    }

    fn send_offset(&self, next: i64) -> Result<bool, Failure> {
        let mut offsets = TopicPartitionList::with_capacity(1);
        offsets
            .add_partition_offset(self.routed(), self.partition, Offset::Offset(next))
            .map_err(|error| Failure::Abandon(error.to_string()))?;
        let metadata = self.feed.while_ours(|| self.lanes.membership.metadata());
        let Some(metadata) = metadata else { return Ok(false) };
        self.producer.send_offsets(&offsets, &metadata).map(|()| true)
    }

    fn commit(&self) -> Result<(), Failure> {
        self.producer.commit()
    }

    fn abort(&self) -> Result<(), Failure> {
        self.producer.abort()
    }

    fn pause(&self, attempt: u32) {
        std::thread::sleep(Duration::from_millis(u64::from(attempt) * 10));
    }

    fn committed(&self) -> Result<Option<i64>, LaneError> {
        self.lanes.membership.committed(self.routed(), self.partition).map_err(asking)
    }

    fn ends(&self) -> Result<(i64, i64), LaneError> {
        self.lanes.membership.ends(self.routed(), self.partition).map_err(asking)
    }

    fn appended_at(&self, offset: i64) -> Result<Option<i64>, LaneError> {
        let mut found = None;
        let from = Offset::Offset(offset);
        let cluster = &self.lanes.with.cluster;
        let read = read_to_end(cluster, self.routed(), self.partition, from, &mut |message| {
            if message.offset() == offset {
                found = message.timestamp().to_millis();
            }
            false
        });
        match read {
            Ok(()) | Err(ReadError::Stopped) => Ok(found),
            Err(ReadError::Kafka(error)) => Err(LaneError::kafka("reading the lane's log", error)),
        }
    }

    fn state_ends(&self) -> Result<(i64, i64), LaneError> {
        let state = &self.lanes.with.terms.topics.state;
        self.lanes.membership.ends(state, self.partition).map_err(asking)
    }

    fn read_state(&self, from: i64, each: EachState<'_>) -> Result<(), ReadError> {
        let state = &self.lanes.with.terms.topics.state;
        let cluster = &self.lanes.with.cluster;
        let from = if from == 0 { Offset::Beginning } else { Offset::Offset(from) };
        read_to_end(cluster, state, self.partition, from, &mut |message| {
            each(message.offset(), message.key().unwrap_or_default(), message.payload())
        })
    }

    fn seek(&self, offset: i64) -> bool {
        self.feed.seek(offset)
    }

    fn append(&self, records: &[Own]) -> Result<(), LaneError> {
        self.lanes
            .append(self.partition, records)
            .map_err(|error| LaneError::kafka("appending to the lane's own log", error))
    }
}

fn asking(error: rdkafka::error::KafkaError) -> LaneError {
    LaneError::kafka("asking for the lane's offsets", error)
}
