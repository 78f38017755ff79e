//! Dead letters as records: the original bytes, and in headers what was wrong and where.
//!
//! The key is the record's place in its article topic, so a letter that is sent twice (route works
//! at least once) is told by it.

use super::port::Outgoing;
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
