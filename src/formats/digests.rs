//! What a delivery held back, told in one: a CloudEvent of its own, for webhooks.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

use super::changes::{Json, Version};
use super::numbers::Stamp;

/// Its type without prefix and version.
pub const NAME: &str = "alert.digest";

/// The line of one digest.
#[must_use]
pub fn line(digest: &Digest<'_>) -> Vec<u8> {
    super::line(digest)
}

/// A CloudEvent 1.0 with the extension `recordedtime`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AlertDigest")]
pub struct Digest<'a> {
    /// Of CloudEvents.
    pub specversion: Version,
    /// Stable: a digest of the ids of all that it holds.
    pub id: &'a str,
    /// `/deliveries/` and the target's name.
    pub source: String,
    /// Says that it is one.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it was due.
    pub time: Stamp,
    /// The same.
    pub recordedtime: Stamp,
    /// Of `data`.
    pub datacontenttype: Json,
    /// What it says.
    pub data: DigestData<'a>,
}

/// What a digest says.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DigestData<'a> {
    /// `digest`.
    pub msg_type: &'static str,
    /// The gravest of its alerts.
    pub priority: u8,
    /// One line.
    pub headline: &'a str,
    /// A line for each alert.
    pub text: &'a str,
    /// From when until when it was held.
    pub reason: &'a str,
    /// Since when.
    pub since: Stamp,
    /// How many events were held, those among them that were replaced by newer ones.
    pub held: usize,
    /// How many alerts were raised and taken back meanwhile; they are not told.
    pub taken_back: usize,
    /// The newest event of each alert, the gravest first.
    #[schemars(with = "Vec<serde_json::Value>")]
    pub events: Vec<Box<RawValue>>,
}
