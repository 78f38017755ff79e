//! Which story each article ended up in.

use schemars::JsonSchema;
use serde::Serialize;
use writethru_core::article::StoryId;

use super::numbers::Hex;

/// The final story of one article.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Assignment")]
pub struct Assignment<'a> {
    /// The article's identity.
    pub uri: &'a str,
    /// Merged ids are resolved.
    pub story: Hex<StoryId>,
}

/// The line of one article.
#[must_use]
pub fn line(uri: &str, story: StoryId) -> Vec<u8> {
    super::line(&Assignment { uri, story: Hex(story) })
}
