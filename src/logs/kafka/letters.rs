//! Dead letters read from their topic, and sent back to where they came from.

use std::collections::BTreeMap;

use rdkafka::message::BorrowedMessage;
use rdkafka::{Message as _, Offset};

use super::client::Cluster;
use super::dead::{self, Named, Original};
use super::error::LaneError;
use super::producer::Gapless;
use super::reader::{ReadError, read_to_end};
use super::wire::Origin;

/// One record of the dead-letter topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Where it stands there: partition and offset.
    pub place: (i32, i64),
    /// When it was put there, milliseconds since 1970.
    pub at_ms: i64,
    /// One word.
    pub reason: String,
    /// One sentence.
    pub detail: String,
    /// Where the record stands in its article topic.
    pub origin: Origin,
    /// In place of bytes that are too many.
    pub sha256: Option<String>,
    /// The original key, where it is known.
    pub key: Option<Vec<u8>>,
    /// The original headers, where they are known.
    pub headers: Named,
    /// The original bytes; none where the record had none, and was a tombstone.
    pub bytes: Option<Vec<u8>>,
}

/// Gives every dead letter to `each`, partition by partition, each once: route works at least once
/// and may have sent some twice.
///
/// # Errors
/// A broker that does not answer.
pub fn read(
    cluster: &Cluster,
    topic: &str,
    partitions: u32,
    each: &mut dyn FnMut(Letter),
) -> Result<(), LaneError> {
    for partition in 0..i32::try_from(partitions).unwrap_or(i32::MAX) {
        let mut known = BTreeMap::new();
        let read = read_to_end(cluster, topic, partition, Offset::Beginning, &mut |message| {
            let key = message.key().unwrap_or_default().to_vec();
            if known.insert(key, ()).is_none() {
                each(letter(message));
            }
            true
        });
        if let Err(ReadError::Kafka(error)) = read {
            return Err(LaneError::kafka("reading the dead letters", error));
        }
    }
    Ok(())
}

fn letter(message: &BorrowedMessage<'_>) -> Letter {
    let Original { value, headers, .. } = Original::of(message);
    let header = |name: &str| {
        let found = headers.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| String::from_utf8_lossy(value.unwrap_or_default()).into_owned())
    };
    let text = |name: &str| header(name).unwrap_or_default();
    let own =
        |(name, value): &(&str, Option<&[u8]>)| ((*name).to_owned(), value.map(<[u8]>::to_vec));
    let (key, theirs) = dead::originals(headers.iter().map(own).collect());
    Letter {
        place: (message.partition(), message.offset()),
        at_ms: message.timestamp().to_millis().unwrap_or_default(),
        reason: text("dlq.reason"),
        detail: text("dlq.detail"),
        origin: Origin {
            topic: text("dlq.topic"),
            partition: text("dlq.partition").parse().unwrap_or_default(),
            offset: text("dlq.offset").parse().unwrap_or_default(),
            came_ms: 0,
        },
        sha256: header("dlq.sha256"),
        key,
        headers: theirs,
        bytes: value.map(<[u8]>::to_vec),
    }
}

/// Sends the original bytes, with key and headers where these are known, to the partition of the
/// article topic that they came from, where they are a new record; all are there once this returns.
///
/// # Errors
/// A broker that does not take them.
pub fn send_back(cluster: &Cluster, letters: &[Letter]) -> Result<(), LaneError> {
    let failed = |error| LaneError::kafka("sending dead letters back", error);
    let producer = Gapless::open(cluster).map_err(failed)?;
    for letter in letters {
        let Origin { topic, partition, .. } = &letter.origin;
        let theirs = letter.headers.iter().map(|(name, value)| (name.as_str(), value.as_deref()));
        let headers = dead::with_originals(&[], None, theirs);
        let (key, bytes) = (letter.key.as_deref(), letter.bytes.as_deref());
        producer.send_as_it_was(topic, *partition, key, bytes, headers).map_err(failed)?;
    }
    producer.drain().map_err(failed)
}
