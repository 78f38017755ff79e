//! How records stand in the topics that are ours alone: `routed` and `state`.
//!
//! A routed record's value is the original bytes; all we know of them travels in headers, so a
//! mirror, a person and a later version can read it. A state record is one row, keyed, never a
//! difference.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use writethru_core::article::Time;
use writethru_core::lane::LaneRow;
use writethru_core::table::Row;

use super::feed::Fetched;
use crate::log::{Entry, Marker, Record};

/// The version of everything in `state`. A program with a lower one leaves the lane alone.
pub const FORMAT: u32 = 1;

const KIND: &str = "kind";
const ARTICLE: &str = "article";
const TICK: &str = "tick";
const EPOCH: &str = "epoch";
const SOURCE_TOPIC: &str = "source.topic";
const SOURCE_PARTITION: &str = "source.partition";
const SOURCE_OFFSET: &str = "source.offset";
/// When the article topic got it, milliseconds since 1970.
const SOURCE_TIME: &str = "source.ms";
/// Log time in milliseconds, where it is not the broker's.
const RECEIVED: &str = "received.ms";
const DUE: &str = "due.ms";

/// A header to be sent.
pub type Header = (&'static str, String);

/// Where an article came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// An article topic.
    pub topic: String,
    /// Its partition.
    pub partition: i32,
    /// The offset there.
    pub offset: i64,
    /// When it came there, milliseconds since 1970, as that topic tells it; 0 where it does not.
    pub came_ms: i64,
}

/// One partition of an article topic as one desk sees it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Path {
    /// Whose.
    pub desk: String,
    /// An article topic.
    pub topic: String,
    /// Its partition.
    pub partition: i32,
}

/// The headers of a routed article. `received` is its log time where that is not the broker's.
#[must_use]
pub fn article_headers(origin: &Origin, received: Option<Time>) -> Vec<Header> {
    let mut headers = vec![
        (KIND, ARTICLE.to_owned()),
        (SOURCE_TOPIC, origin.topic.clone()),
        (SOURCE_PARTITION, origin.partition.to_string()),
        (SOURCE_OFFSET, origin.offset.to_string()),
        (SOURCE_TIME, origin.came_ms.to_string()),
    ];
    headers.extend(received.map(|time| (RECEIVED, time.0.to_string())));
    headers
}

/// A record for the lane's own partition of `routed`: key, value, headers. `None` for what has no
/// place in a topic.
#[must_use]
pub fn own_entry(entry: &Entry) -> Option<(String, Vec<u8>, Vec<Header>)> {
    match entry {
        Entry::Tick { desk, due } => {
            let headers = vec![(KIND, TICK.to_owned()), (DUE, due.0.to_string())];
            Some((desk.clone(), Vec::new(), headers))
        }
        Entry::Epoch { policy, version } => {
            let value = serde_json::json!({ "policy": policy, "version": version });
            let headers = vec![(KIND, EPOCH.to_owned())];
            Some((String::new(), value.to_string().into_bytes(), headers))
        }
        _ => None,
    }
}

/// What a record of `routed` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routed {
    /// The entry of the lane's log.
    pub entry: Entry,
    /// For an article, where it was read: by this the lane drops what it has seen.
    pub from: Option<(Path, i64)>,
    /// For an article, when it came to the article topic, milliseconds since 1970.
    pub came_ms: Option<i64>,
}

/// Reads a record of `routed`. What we did not write is taken for an article without coordinates,
/// so it ends among the dead letters unless it is one.
#[must_use]
pub fn routed(topic: &str, partition: i32, record: Fetched) -> Routed {
    let headers: BTreeMap<&str, &str> = record
        .headers
        .iter()
        .filter_map(|(key, value)| Some((key.as_str(), std::str::from_utf8(value).ok()?)))
        .collect();
    let number = |key: &str| headers.get(key).and_then(|text| text.parse::<i64>().ok());
    let desk = String::from_utf8_lossy(&record.key).into_owned();
    match headers.get(KIND).copied() {
        Some(TICK) => {
            let due = Time(number(DUE).unwrap_or_default());
            Routed { entry: Entry::Tick { desk, due }, from: None, came_ms: None }
        }
        Some(EPOCH) => {
            let value: serde_json::Value =
                serde_json::from_slice(&record.value).unwrap_or_default();
            let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
            let entry = Entry::Epoch { policy: text("policy"), version: text("version") };
            Routed { entry, from: None, came_ms: None }
        }
        _ => {
            let appended = Time(record.appended_ms);
            let at = number(RECEIVED).map_or(appended, |received| Time(received).min(appended));
            let origin = origin(&headers);
            let from = origin.as_ref().map(|origin| {
                let Origin { topic, partition, offset, .. } = origin.clone();
                (Path { desk: desk.clone(), topic, partition }, offset)
            });
            let (source, line) = match &origin {
                Some(origin) => source(&origin.topic, origin.partition, origin.offset),
                None => source(topic, partition, record.offset),
            };
            let record = Record { stamp: None, source, line, bytes: record.value, oversized: None };
            let came_ms = origin.map(|origin| origin.came_ms).filter(|came| *came > 0);
            Routed { entry: Entry::Routed { desk, at, record }, from, came_ms }
        }
    }
}

fn origin(headers: &BTreeMap<&str, &str>) -> Option<Origin> {
    Some(Origin {
        topic: (*headers.get(SOURCE_TOPIC)?).to_owned(),
        partition: headers.get(SOURCE_PARTITION)?.parse().ok()?,
        offset: headers.get(SOURCE_OFFSET)?.parse().ok()?,
        came_ms: headers.get(SOURCE_TIME).and_then(|text| text.parse().ok()).unwrap_or_default(),
    })
}

fn source(topic: &str, partition: i32, offset: i64) -> (String, u64) {
    (format!("{topic}/{partition}"), u64::try_from(offset).unwrap_or_default())
}

/// The coordinates that [`routed`] put into a record's source and line.
#[must_use]
pub fn coordinates(source: &str) -> Option<(&str, i32)> {
    let (topic, partition) = source.rsplit_once('/')?;
    Some((topic, partition.parse().ok()?))
}

/// The key of a state record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum StateKey {
    /// Where the lane stands.
    Marker,
    /// The highest offset that a desk has taken from a partition of an article topic.
    Seen(Path),
    /// A row of a desk.
    Row {
        /// Whose.
        desk: String,
        /// Which table.
        table: u8,
        /// Its key there.
        key: Vec<u8>,
    },
}

/// What stands in a state record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StateRecord {
    /// See [`StateKey::Marker`].
    Marker(Box<LaneMarker>),
    /// See [`StateKey::Seen`].
    Seen(Path, i64),
    /// See [`StateKey::Row`].
    Row(LaneRow),
}

/// Where a lane stands, one record for each transaction, the newest of which stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneMarker {
    /// The input offset that is taken next.
    pub next: i64,
    /// When the broker appended the record before it: another time there is another topic.
    pub last_ms: Option<i64>,
    /// Partitions of `routed`: with another number a desk would be elsewhere.
    pub partitions: u32,
    /// The digest of all rows, in hexadecimal.
    pub digest: String,
    /// Where folding stands.
    pub marker: Marker,
}

/// Why a state record cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// It is of a later version of the program.
    #[error("the state was written by a newer version of writethru (format {0}, ours is {FORMAT})")]
    Newer(u32),
    /// It is damaged, or not ours.
    #[error("a state record cannot be read")]
    Unreadable,
}

impl StateKey {
    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        encode(self)
    }
}

/// Key and value of a row's record.
#[must_use]
pub fn row_record(row: LaneRow) -> (Vec<u8>, Option<Vec<u8>>) {
    let Row { table, key, value } = row.row;
    (StateKey::Row { desk: row.desk, table, key }.bytes(), value)
}

/// Key and value of a seen offset's record.
#[must_use]
pub fn seen_record(path: &Path, offset: i64) -> (Vec<u8>, Vec<u8>) {
    (StateKey::Seen(path.clone()).bytes(), encode(&offset))
}

/// Key and value of the marker's record.
#[must_use]
pub fn marker_record(marker: &LaneMarker) -> (Vec<u8>, Vec<u8>) {
    let mut value = FORMAT.to_le_bytes().to_vec();
    value.extend(encode(marker));
    (StateKey::Marker.bytes(), value)
}

/// Reads a state record; no value removes the key.
///
/// # Errors
/// See [`StateError`].
pub fn state(key: &[u8], value: Option<&[u8]>) -> Result<StateRecord, StateError> {
    let key: StateKey = postcard::from_bytes(key).map_err(|_| StateError::Unreadable)?;
    match (key, value) {
        (StateKey::Row { desk, table, key }, value) => {
            let row = Row { table, key, value: value.map(<[u8]>::to_vec) };
            Ok(StateRecord::Row(LaneRow { desk, row }))
        }
        (StateKey::Seen(path), Some(value)) => decode(value).map(|it| StateRecord::Seen(path, it)),
        (StateKey::Marker, Some(value)) => {
            let (format, rest) = value.split_first_chunk().ok_or(StateError::Unreadable)?;
            match u32::from_le_bytes(*format) {
                newer if newer > FORMAT => Err(StateError::Newer(newer)),
                _ => decode(rest).map(|it| StateRecord::Marker(Box::new(it))),
            }
        }
        (StateKey::Seen(_) | StateKey::Marker, None) => Err(StateError::Unreadable),
    }
}

fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_stdvec(value).expect("plain data always encodes")
}

fn decode<T: for<'a> Deserialize<'a>>(bytes: &[u8]) -> Result<T, StateError> {
    postcard::from_bytes(bytes).map_err(|_| StateError::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetched(key: &str, value: &[u8], headers: Vec<Header>) -> Fetched {
        Fetched {
            offset: 41,
            appended_ms: 1_000,
            key: key.as_bytes().to_vec(),
            value: value.to_vec(),
            headers: headers
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value.into_bytes()))
                .collect(),
        }
    }

    #[test]
    fn an_article_keeps_its_coordinates() {
        let origin =
            Origin { topic: "wires/eu".to_owned(), partition: 3, offset: 77, came_ms: 900 };
        let headers = article_headers(&origin, None);
        let routed = routed("desk.routed", 0, fetched("en", b"{}", headers));
        let path = Path { desk: "en".to_owned(), topic: "wires/eu".to_owned(), partition: 3 };
        assert_eq!((routed.from, routed.came_ms), (Some((path, 77)), Some(900)));
        let Entry::Routed { desk, at, record } = routed.entry else { panic!("an article") };
        assert_eq!((desk.as_str(), at, record.line), ("en", Time(1_000), 77));
        assert_eq!(coordinates(&record.source), Some(("wires/eu", 3)));
    }

    #[test]
    fn the_articles_own_time_never_lies_after_the_brokers() {
        let origin = Origin { topic: "wires".to_owned(), partition: 0, offset: 0, came_ms: 0 };
        for (received, wanted) in [(400, 400), (4_000, 1_000)] {
            let headers = article_headers(&origin, Some(Time(received)));
            let routed = routed("desk.routed", 0, fetched("en", b"{}", headers));
            let Entry::Routed { at, .. } = routed.entry else { panic!("an article") };
            assert_eq!(at, Time(wanted));
        }
    }

    #[test]
    fn what_a_lane_appends_comes_back_as_it_was() {
        let entries = [
            Entry::Tick { desk: "en".to_owned(), due: Time(5_000) },
            Entry::Epoch { policy: "p".to_owned(), version: "0.1.0".to_owned() },
        ];
        for entry in entries {
            let (key, value, headers) = own_entry(&entry).expect("both have a place there");
            assert_eq!(routed("desk.routed", 0, fetched(&key, &value, headers)).entry, entry);
        }
    }

    #[test]
    fn what_is_not_ours_is_taken_for_an_article() {
        let routed = routed("desk.routed", 2, fetched("en", b"\xff\xfe", Vec::new()));
        let Entry::Routed { record, .. } = routed.entry else { panic!("an article") };
        assert_eq!((record.source.as_str(), record.line), ("desk.routed/2", 41));
        assert_eq!(routed.from, None);
    }

    #[test]
    fn a_state_of_a_newer_version_is_told_from_a_damaged_one() {
        let marker = LaneMarker {
            next: 9,
            last_ms: Some(1_000),
            partitions: 12,
            digest: "0".to_owned(),
            marker: Marker::default(),
        };
        let (key, mut value) = marker_record(&marker);
        assert_eq!(state(&key, Some(&value)), Ok(StateRecord::Marker(Box::new(marker))));
        value[0] = 9;
        assert_eq!(state(&key, Some(&value)), Err(StateError::Newer(9)));
        assert_eq!(state(&key, Some(b"x")), Err(StateError::Unreadable));
        assert_eq!(state(b"\xff", Some(&value)), Err(StateError::Unreadable));
    }
}
