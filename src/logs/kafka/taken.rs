//! How far desks have taken each partition of the article topics, as their state says.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use rdkafka::{Message as _, Offset};

use super::client::Cluster;
use super::error::LaneError;
use super::reader::{ReadError, read_to_end};
use super::topics::Topics;
use super::wire::{StateRecord, state};

/// The highest offset that any desk has taken, by topic and partition.
pub type Taken = BTreeMap<(String, i32), i64>;

/// Reads the state of every lane. Rarely needed: it takes as long as restoring all of them.
///
/// # Errors
/// A broker that does not answer.
pub fn by_desks(
    cluster: &Cluster,
    topics: &Topics,
    partitions: NonZeroU32,
) -> Result<Taken, LaneError> {
    let mut taken = Taken::new();
    for partition in 0..i32::try_from(partitions.get()).unwrap_or(i32::MAX) {
        let read = read_to_end(cluster, &topics.state, partition, Offset::Beginning, &mut |it| {
            let key = it.key().unwrap_or_default();
            if let Ok(StateRecord::Seen(path, offset)) = state(key, it.payload()) {
                let highest = taken.entry((path.topic, path.partition)).or_insert(offset);
                *highest = offset.max(*highest);
            }
            true
        });
        match read {
            Ok(()) | Err(ReadError::Stopped) => {}
            Err(ReadError::Kafka(error)) => {
                return Err(LaneError::kafka("reading the lanes' state", error));
            }
        }
    }
    Ok(taken)
}
