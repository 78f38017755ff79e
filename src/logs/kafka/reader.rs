//! Reads a partition from an offset to its end, once.
//!
//! The end is where the client says so, never "high watermark less one": control records stand in
//! between.

use std::time::{Duration, Instant};

use rdkafka::consumer::Consumer;
use rdkafka::consumer::base_consumer::BaseConsumer;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::BorrowedMessage;
use rdkafka::{Offset, TopicPartitionList};

use super::client::{Cluster, Told, without_secrets};
use super::retire::retire;

/// A broker that gives nothing for so long is not going to.
const SILENT_SECONDS_MAX: u64 = 60;
const METADATA_SECONDS_MAX: u64 = 10;
const POLL: Duration = Duration::from_millis(100);

/// Why reading ended before the end.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The broker.
    #[error("{}", without_secrets(.0))]
    Kafka(#[from] KafkaError),
    /// Whoever was given the records did not want more.
    #[error("told to stop")]
    Stopped,
}

/// Gives each record from an offset on to `each`, until the end or until it answers `false`.
///
/// # Errors
/// See [`ReadError`].
pub fn read_to_end(
    cluster: &Cluster,
    topic: &str,
    partition: i32,
    from: Offset,
    each: &mut dyn FnMut(&BorrowedMessage<'_>) -> bool,
) -> Result<(), ReadError> {
    let consumer: BaseConsumer<Told> = cluster.reader().create_with_context(Told)?;
    let result = read(&consumer, topic, partition, from, each);
    retire(consumer, "reader");
    result
}

fn read(
    consumer: &BaseConsumer<Told>,
    topic: &str,
    partition: i32,
    from: Offset,
    each: &mut dyn FnMut(&BorrowedMessage<'_>) -> bool,
) -> Result<(), ReadError> {
    // Without this the first look for the leader fails and waits half a second.
    consumer.fetch_metadata(Some(topic), Duration::from_secs(METADATA_SECONDS_MAX))?;
    let mut list = TopicPartitionList::with_capacity(1);
    list.add_partition_offset(topic, partition, from)?;
    consumer.assign(&list)?;
    let mut heard = Instant::now();
    loop {
        match consumer.poll(POLL) {
            Some(Ok(message)) => {
                heard = Instant::now();
                if !each(&message) {
                    return Err(ReadError::Stopped);
                }
            }
            Some(Err(KafkaError::PartitionEOF(_))) => return Ok(()),
            Some(Err(error)) if is_passing(&error) => {
                tracing::debug!(topic, partition, error = %error, "reading goes on");
            }
            Some(Err(error)) => return Err(error.into()),
            None => {}
        }
        if heard.elapsed().as_secs() > SILENT_SECONDS_MAX {
            return Err(KafkaError::MessageConsumption(RDKafkaErrorCode::OperationTimedOut).into());
        }
    }
}

/// The broker went away and may come back.
pub(super) const fn is_passing(error: &KafkaError) -> bool {
    matches!(
        error,
        KafkaError::MessageConsumption(
            RDKafkaErrorCode::AllBrokersDown
                | RDKafkaErrorCode::BrokerTransportFailure
                | RDKafkaErrorCode::Resolve
                | RDKafkaErrorCode::OperationTimedOut
                | RDKafkaErrorCode::NotLeaderForPartition
                | RDKafkaErrorCode::LeaderNotAvailable
        )
    )
}
