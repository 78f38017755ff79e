//! Dead letters as records: the original bytes, and in headers what was wrong and where.
//!
//! Route has the record itself and keeps its headers beside ours and its key in one of ours.
//! A lane has what was routed: the bytes alone.
//!
//! The key is the record's place in its article topic, so a letter that is sent twice (route works
//! at least once) is told by it.

use rdkafka::message::OwnedHeaders;

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

/// Headers of a record, by name.
pub type Named = Vec<(String, Vec<u8>)>;

/// A record's own headers and its key, to stand beside ours.
#[must_use]
pub fn with_originals(
    ours: &[Header],
    key: Option<&[u8]>,
    originals: &[(String, Vec<u8>)],
) -> OwnedHeaders {
    let put = |into: OwnedHeaders, key: &str, value: &[u8]| {
        into.insert(rdkafka::message::Header { key, value: Some(value) })
    };
    let mut all = transactional::headers(ours);
    if let Some(key) = key {
        all = put(all, KEY, key);
    }
    let theirs = originals.iter().filter(|(name, _)| !name.starts_with(OURS));
    theirs.fold(all, |all, (name, value)| put(all, name, value))
}

/// The original key and headers, as far as a dead letter has them.
#[must_use]
pub fn originals(headers: Named) -> (Option<Vec<u8>>, Named) {
    let (ours, theirs): (Vec<_>, Vec<_>) =
        headers.into_iter().partition(|(name, _)| name.starts_with(OURS));
    let key = ours.into_iter().find(|(name, _)| name == KEY).map(|(_, value)| value);
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
    use rdkafka::message::Headers as _;

    use super::*;

    #[test]
    fn a_record_keeps_its_key_and_headers() {
        let origin = Origin { topic: "wires".to_owned(), partition: 1, offset: 7, came_ms: 0 };
        let ours = headers("unreadable", "no JSON", &origin, None);
        let given = [("trace", "7"), ("dlq.reason", "of an earlier life"), ("trace", "8")];
        let given = given.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()));
        let all = with_originals(&ours, Some(b"urn:x"), &given);
        let owned = |it: rdkafka::message::Header<'_, &[u8]>| {
            (it.key.to_owned(), it.value.unwrap_or_default().to_vec())
        };
        let (key, theirs) = originals(all.iter().map(owned).collect());
        assert_eq!(key.as_deref(), Some(&b"urn:x"[..]));
        assert_eq!(theirs, [given[0].clone(), given[2].clone()]);
    }
}
