//! What could not be read, with its original bytes and where they came from.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::Serialize;

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
