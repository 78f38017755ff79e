//! What could not be read, with its original bytes and where they came from.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One dead letter, as a line of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "DeadLetter")]
pub struct DeadLetter<'a> {
    /// One word that a script can match: `not_json`, `too_large`, `internal`, …
    pub reason: &'a str,
    /// One sentence for a person, with the value that was wrong.
    pub detail: &'a str,
    /// The file, feed or stream.
    pub source: &'a str,
    /// The line or item within it, from 1.
    pub line: u64,
    /// The original bytes in base64; `null` where they are too many.
    pub bytes: Option<String>,
    /// In place of bytes that are too many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<&'a str>,
}

impl<'a> DeadLetter<'a> {
    /// With its original bytes.
    #[must_use]
    pub fn new(reason: &'a str, detail: &'a str, source: &'a str, line: u64, bytes: &[u8]) -> Self {
        Self { reason, detail, source, line, bytes: Some(STANDARD.encode(bytes)), sha256: None }
    }

    /// Too large to carry: its coordinates and its digest only.
    #[must_use]
    pub const fn too_large(detail: &'a str, source: &'a str, line: u64, sha256: &'a str) -> Self {
        Self { reason: "too_large", detail, source, line, bytes: None, sha256: Some(sha256) }
    }

    /// Its line.
    #[must_use]
    pub fn line(&self) -> Vec<u8> {
        super::line(self)
    }
}

/// A dead letter as it is read again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Found {
    /// See [`DeadLetter::reason`].
    pub reason: String,
    /// See [`DeadLetter::detail`].
    pub detail: String,
    /// See [`DeadLetter::source`].
    pub source: String,
    /// See [`DeadLetter::line`].
    pub line: u64,
    bytes: Option<String>,
    /// See [`DeadLetter::sha256`].
    pub sha256: Option<String>,
}

impl Found {
    /// Reads a line; `None` where it is no dead letter.
    #[must_use]
    pub fn read(line: &[u8]) -> Option<Self> {
        serde_json::from_slice(line).ok()
    }

    /// The original bytes, where they are kept.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        STANDARD.decode(self.bytes.as_ref()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let letter = DeadLetter::new("not_json", "no", "wires.ndjson", 7, b"\xff\x00\n");
        let found = Found::read(&letter.line()).expect("a dead letter");
        assert_eq!((found.reason.as_str(), found.line), ("not_json", 7));
        assert_eq!(found.bytes().as_deref(), Some(&b"\xff\x00\n"[..]));
        assert_eq!(Found::read(b"{}"), None);
    }
}
