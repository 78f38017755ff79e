//! What could not be read, with its original bytes, so that nothing is lost.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

/// One line of a dead-letters file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeadLetter<'a> {
    /// A machine value: `not_json`, `too_large`, `internal`, …
    pub reason: &'a str,
    /// What was wrong, in words.
    pub detail: &'a str,
    /// The file or stream.
    pub source: &'a str,
    /// Its line there, from 1.
    pub line: u64,
    /// The original bytes in base64.
    pub bytes: String,
}

impl<'a> DeadLetter<'a> {
    /// The letter for a record.
    #[must_use]
    pub fn new(record: &'a super::Record, reason: &'a str, detail: &'a str) -> Self {
        Self {
            reason,
            detail,
            source: &record.source,
            line: record.line,
            bytes: STANDARD.encode(&record.bytes),
        }
    }

    /// Writes it as one line of JSON.
    pub fn write(&self, into: &mut Vec<u8>) {
        serde_json::to_writer(&mut *into, self).expect("strings and numbers are always JSON");
        into.push(b'\n');
    }
}
