//! What could not be read, with its original bytes and where they came from.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::Serialize;

/// One dead letter, as a line of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeadLetter {
    /// One word a script can match: `not_json`, `no_text`, `record_too_large`, `internal`.
    pub reason: String,
    /// One sentence for a person, with the value that was wrong.
    pub detail: String,
    /// The file, feed or topic.
    pub source: String,
    /// The line or record number within it, from 1.
    pub line: u64,
    /// The original bytes in base64; `null` where they are too many.
    pub bytes: Option<String>,
    /// In place of bytes that are too many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

impl DeadLetter {
    /// With its original bytes.
    #[must_use]
    pub fn new(reason: &str, detail: &str, source: &str, line: u64, bytes: &[u8]) -> Self {
        Self {
            reason: reason.to_owned(),
            detail: detail.to_owned(),
            source: source.to_owned(),
            line,
            bytes: Some(STANDARD.encode(bytes)),
            sha256: None,
        }
    }

    /// Too large to carry: its coordinates and digest only.
    #[must_use]
    pub fn too_large(detail: &str, source: &str, line: u64, sha256: &[u8; 32]) -> Self {
        let digest = sha256
            .iter()
            .fold(String::with_capacity(64), |digits, byte| digits + &format!("{byte:02x}"));
        Self {
            reason: "record_too_large".to_owned(),
            detail: detail.to_owned(),
            source: source.to_owned(),
            line,
            bytes: None,
            sha256: Some(digest),
        }
    }

    /// Its line.
    #[must_use]
    pub fn line(&self) -> Vec<u8> {
        super::line(self)
    }
}
