//! Dead letters as records: the original bytes, and in headers what was wrong and where.
//!
//! Route has the record itself and keeps its headers beside ours and its key in one of ours.
//! A lane has what was routed: the bytes alone.
//!
//! The key is the record's place in its article topic, so a letter that is sent twice (route works
//! at least once) is told by it.

use rdkafka::Message as _;
use rdkafka::message::{BorrowedMessage, Header as Sent, Headers as _, OwnedHeaders};

use super::port::Outgoing;
use super::transactional;
use super::wire::{Header, Origin, coordinates};
use crate::formats::dead_letters::Found;

/// The record of a dead letter from its line in embedded mode.
#[must_use]
pub fn letter(topic: &str, line: &[u8]) -> Outgoing {
    let line = Found::read(line).expect("the engine wrote it");
    let (source, partition) = coordinates(&line.source).unwrap_or((line.source.as_str(), 0));
    let offset = i64::try_from(line.line).unwrap_or(i64::MAX);
    let origin = Origin { topic: source.to_owned(), partition, offset, came_ms: 0 };
    let bytes = line.bytes();
    Outgoing {
        topic: topic.to_owned(),
        key: key(&origin),
        value: Some(bytes.unwrap_or_default()),
        headers: headers(&line.reason, &line.detail, &origin, line.sha256.as_deref()),
    }
}

/// All names of ours begin so; a record that was a dead letter before may have some.
const OURS: &str = "dlq.";
/// The original key.
const KEY: &str = "dlq.key";

/// A record as it came: no key, no value and a header without one are told from empty ones.
pub struct Original<'a> {
    /// Its key.
    pub key: Option<&'a [u8]>,
    /// Its value; none is a tombstone.
    pub value: Option<&'a [u8]>,
    /// Its headers, by name.
    pub headers: Vec<(&'a str, Option<&'a [u8]>)>,
}

impl<'a> Original<'a> {
    /// As the client has it.
    #[must_use]
    pub fn of(message: &'a BorrowedMessage<'_>) -> Self {
        let headers = message.headers();
        let headers = headers.map(|all| all.iter().map(|it| (it.key, it.value)).collect());
        let (key, value) = (message.key(), message.payload());
        Self { key, value, headers: headers.unwrap_or_default() }
    }
}

/// Headers of a record, by name.
pub type Named = Vec<(String, Option<Vec<u8>>)>;

/// A record's own headers and its key, to stand beside ours.
#[must_use]
pub fn with_originals<'a>(
    ours: &[Header],
    key: Option<&[u8]>,
    originals: impl IntoIterator<Item = (&'a str, Option<&'a [u8]>)>,
) -> OwnedHeaders {
    let mut all = transactional::headers(ours);
    if let Some(key) = key {
        all = all.insert(Sent { key: KEY, value: Some(key) });
    }
    let theirs = originals.into_iter().filter(|(name, _)| !name.starts_with(OURS));
    theirs.fold(all, |all, (key, value)| all.insert(Sent { key, value }))
}

/// The original key and headers, as far as a dead letter has them.
#[must_use]
pub fn originals(headers: Named) -> (Option<Vec<u8>>, Named) {
    let (ours, theirs): (Vec<_>, Vec<_>) =
        headers.into_iter().partition(|(name, _)| name.starts_with(OURS));
    let key = ours.into_iter().find(|(name, _)| name == KEY).and_then(|(_, value)| value);
    (key, theirs)
}

/// Told by the place in the article topic.
#[must_use]
pub fn key(origin: &Origin) -> Vec<u8> {
    format!("{}/{}/{}", origin.topic, origin.partition, origin.offset).into_bytes()
}

/// What was wrong, and where.
#[must_use]
pub fn headers(reason: &str, detail: &str, origin: &Origin, sha256: Option<&str>) -> Vec<Header> {
    let mut headers = vec![
        ("dlq.reason", reason.to_owned()),
        ("dlq.detail", detail.to_owned()),
        ("dlq.topic", origin.topic.clone()),
        ("dlq.partition", origin.partition.to_string()),
        ("dlq.offset", origin.offset.to_string()),
    ];
    headers.extend(sha256.map(|digest| ("dlq.sha256", digest.to_owned())));
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_keeps_its_key_and_headers() {
        let origin = Origin { topic: "wires".to_owned(), partition: 1, offset: 7, came_ms: 0 };
        let ours = headers("unreadable", "no JSON", &origin, None);
        let given =
            [("trace", Some("7")), ("dlq.reason", Some("of an earlier life")), ("none", None)];
        let given = given.map(|(name, value)| (name, value.map(str::as_bytes)));
        let all = with_originals(&ours, Some(b"urn:x"), given);
        let owned = |it: Sent<'_, &[u8]>| (it.key.to_owned(), it.value.map(<[u8]>::to_vec));
        let (key, theirs) = originals(all.iter().map(owned).collect());
        assert_eq!(key.as_deref(), Some(&b"urn:x"[..]));
        let kept = [("trace".to_owned(), Some(b"7".to_vec())), ("none".to_owned(), None)];
        assert_eq!(theirs, kept);
    }
}
