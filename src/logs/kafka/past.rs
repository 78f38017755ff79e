//! Ranges of a topic, read beside the running service: no group, no offsets, nothing committed.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use rdkafka::consumer::Consumer as _;
use rdkafka::consumer::base_consumer::BaseConsumer;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::{Message as _, Offset, TopicPartitionList};

use super::client::{Cluster, Told};
use super::feed::Fetched;
use super::member::fetched;
use super::retire::retire;

const ANSWER: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_millis(100);
/// A broker that gives nothing for so long is not going to.
const SILENT_SECONDS_MAX: u64 = 60;

/// One end of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The first record there is.
    Beginning,
    /// After the last one there is now.
    End,
    /// This one.
    Offset(i64),
    /// The first one appended at this time or later, milliseconds since 1970.
    Appended(i64),
}

/// One partition, from its first record to a bound.
pub struct Past {
    consumer: Option<BaseConsumer<Told>>,
    waiting: VecDeque<Fetched>,
    /// The first offset that is there, and the one after the last.
    first: i64,
    last: i64,
    /// Read next, and where reading ends.
    next: i64,
    end: i64,
    ended: bool,
}

impl Past {
    /// Begins at the first record of the partition, or at `from`.
    ///
    /// # Errors
    /// A broker that does not answer.
    pub fn open(
        cluster: &Cluster,
        topic: &str,
        partition: i32,
        (from, to): (Bound, Bound),
    ) -> Result<Self, KafkaError> {
        let consumer: BaseConsumer<Told> = cluster.reader().create_with_context(Told)?;
        consumer.fetch_metadata(Some(topic), ANSWER)?;
        let (first, last) = consumer.fetch_watermarks(topic, partition, ANSWER)?;
        let place = |bound| place(&consumer, topic, partition, bound, (first, last));
        let (next, end) = (place(from)?, place(to)?);
        let mut list = TopicPartitionList::with_capacity(1);
        list.add_partition_offset(topic, partition, Offset::Offset(next))?;
        consumer.assign(&list)?;
        let ended = next >= end;
        Ok(Self {
            consumer: Some(consumer),
            waiting: VecDeque::new(),
            first,
            last,
            next,
            end,
            ended,
        })
    }

    /// The offset of a bound, within what there is.
    ///
    /// # Errors
    /// A broker that does not answer.
    pub fn place(&self, topic: &str, partition: i32, bound: Bound) -> Result<i64, KafkaError> {
        let Some(consumer) = &self.consumer else { return Ok(self.first) };
        let ends = consumer.fetch_watermarks(topic, partition, ANSWER)?;
        place(consumer, topic, partition, bound, ends)
    }

    /// The first offset that is there.
    #[must_use]
    pub const fn first(&self) -> i64 {
        self.first
    }

    /// Where reading ends: the offset after the last that is in the range.
    #[must_use]
    pub const fn end(&self) -> i64 {
        self.end
    }

    /// What is read next.
    #[must_use]
    pub const fn begins(&self) -> i64 {
        self.next
    }

    /// The first offset that the partition has, and the one after its last.
    #[must_use]
    pub const fn held(&self) -> (i64, i64) {
        (self.first, self.last)
    }

    /// Reads on from this offset.
    ///
    /// # Errors
    /// A broker that does not answer.
    pub fn begin_at(&mut self, topic: &str, partition: i32, offset: i64) -> Result<(), KafkaError> {
        let Some(consumer) = &self.consumer else { return Ok(()) };
        let mut list = TopicPartitionList::with_capacity(1);
        list.add_partition_offset(topic, partition, Offset::Offset(offset))?;
        consumer.assign(&list)?;
        self.waiting.clear();
        (self.next, self.ended) = (offset, offset >= self.end);
        Ok(())
    }

    /// About how many records are still to come.
    #[must_use]
    pub const fn remaining(&self) -> i64 {
        if self.ended { 0 } else { self.end - self.next }
    }

    /// The next record without taking it.
    ///
    /// # Errors
    /// A broker that does not answer.
    pub fn peek(&mut self) -> Result<Option<&Fetched>, KafkaError> {
        self.fill()?;
        Ok(self.waiting.front())
    }

    /// The next record.
    ///
    /// # Errors
    /// A broker that does not answer.
    pub fn take(&mut self) -> Result<Option<Fetched>, KafkaError> {
        self.fill()?;
        Ok(self.waiting.pop_front())
    }

    fn fill(&mut self) -> Result<(), KafkaError> {
        let heard = Instant::now();
        let Some(consumer) = &self.consumer else { return Ok(()) };
        while self.waiting.is_empty() && !self.ended {
            match consumer.poll(POLL) {
                Some(Ok(message)) if message.offset() < self.end => {
                    self.next = message.offset() + 1;
                    self.ended = self.next >= self.end;
                    self.waiting.push_back(fetched(&message));
                }
                Some(Ok(_) | Err(KafkaError::PartitionEOF(_))) => self.ended = true,
                Some(Err(error)) => {
                    tracing::debug!(error = %error, "reading goes on");
                }
                None => {}
            }
            if heard.elapsed().as_secs() > SILENT_SECONDS_MAX {
                return Err(KafkaError::MessageConsumption(RDKafkaErrorCode::OperationTimedOut));
            }
        }
        Ok(())
    }
}

impl Drop for Past {
    fn drop(&mut self) {
        if let Some(consumer) = self.consumer.take() {
            retire(consumer, "reader");
        }
    }
}

/// The offset of a bound, within what there is.
fn place(
    consumer: &BaseConsumer<Told>,
    topic: &str,
    partition: i32,
    bound: Bound,
    (first, last): (i64, i64),
) -> Result<i64, KafkaError> {
    Ok(match bound {
        Bound::Beginning => first,
        Bound::End => last,
        Bound::Offset(offset) => offset.clamp(first, last),
        Bound::Appended(at_ms) => {
            let mut list = TopicPartitionList::with_capacity(1);
            list.add_partition_offset(topic, partition, Offset::Offset(at_ms))?;
            let found = consumer.offsets_for_times(list, ANSWER)?;
            match found.find_partition(topic, partition).map(|element| element.offset()) {
                Some(Offset::Offset(offset)) => offset.clamp(first, last),
                _ => last,
            }
        }
    })
}

/// Several partitions as one, oldest first; of equal times the lower partition first.
pub struct Merged(BTreeMap<i32, Past>);

impl Merged {
    /// Of these partitions.
    #[must_use]
    pub const fn of(parts: BTreeMap<i32, Past>) -> Self {
        Self(parts)
    }

    /// The next record with its partition.
    ///
    /// # Errors
    /// A broker that does not answer.
    pub fn take(&mut self) -> Result<Option<(i32, Fetched)>, KafkaError> {
        let mut oldest: Option<(i64, i32)> = None;
        for (partition, past) in &mut self.0 {
            if let Some(record) = past.peek()? {
                let here = (record.appended_ms, *partition);
                oldest = Some(oldest.map_or(here, |before| before.min(here)));
            }
        }
        let Some((_, partition)) = oldest else { return Ok(None) };
        let past = self.0.get_mut(&partition).expect("found among them");
        Ok(past.take()?.map(|record| (partition, record)))
    }

    /// About how many records are still to come.
    #[must_use]
    pub fn remaining(&self) -> i64 {
        self.0.values().map(Past::remaining).sum()
    }
}

/// When the newest record of a topic was appended.
///
/// # Errors
/// A broker that does not answer.
pub fn newest_ms(
    cluster: &Cluster,
    topic: &str,
    partitions: i32,
) -> Result<Option<i64>, KafkaError> {
    let mut newest = None;
    for partition in 0..partitions {
        let mut past = Past::open(cluster, topic, partition, (Bound::Beginning, Bound::Beginning))?;
        let last = past.last(topic, partition)?;
        newest = newest.max(last);
    }
    Ok(newest)
}

impl Past {
    /// When the last record of the partition was appended.
    fn last(&mut self, topic: &str, partition: i32) -> Result<Option<i64>, KafkaError> {
        let Some(consumer) = &self.consumer else { return Ok(None) };
        let (first, last) = consumer.fetch_watermarks(topic, partition, ANSWER)?;
        if last == first {
            return Ok(None);
        }
        self.end = last;
        self.begin_at(topic, partition, last - 1)?;
        Ok(self.take()?.map(|record| record.appended_ms))
    }
}
