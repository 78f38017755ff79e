//! A human's decision: an input record like any other, so it replays.

use serde::{Deserialize, Serialize};

use crate::article::{Id, Time};

/// What somebody at the desk decided, as it was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The sender's own; the same one twice is one decision.
    pub id: String,
    /// Who.
    pub by: String,
    /// When, by the sender's clock.
    pub at: Option<Time>,
    /// What is to be done.
    pub action: Action,
    /// The id of a story, a claim or a decision.
    pub target: String,
    /// A headline, a story's id, or the `uri`s of articles.
    pub value: Vec<String>,
    /// Why.
    pub reason: Option<String>,
    /// Only if the story still stands at this sequence.
    pub if_sequence: Option<u64>,
}

impl Decision {
    /// Tells it from another one under the same id.
    #[must_use]
    pub fn digest(&self) -> Id {
        let bytes = postcard::to_stdvec(self);
        Id::of(&[b"decision", &bytes.expect("a decision is plain data, which always encodes")])
    }
}

/// What is to be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// A story has this headline, whatever its articles say.
    #[default]
    PinHeadline,
    /// Two stories are one.
    Merge,
    /// Articles of a story are a story of their own.
    Split,
    /// No alerts of this story or claim, save for cancels.
    Mute,
    /// The desk has convinced itself of a claim.
    Confirm,
    /// The desk does not believe a claim.
    Reject,
    /// A decision is taken back.
    Revoke,
}

impl Action {
    /// All of them with their words.
    pub const ALL: [(&'static str, Self); 7] = [
        ("pin_headline", Self::PinHeadline),
        ("merge", Self::Merge),
        ("split", Self::Split),
        ("mute", Self::Mute),
        ("confirm", Self::Confirm),
        ("reject", Self::Reject),
        ("revoke", Self::Revoke),
    ];

    /// As it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, action)| *action == self);
        found.map_or("", |(name, _)| name)
    }
}

/// Why a decision has no effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// One word a script can match.
    pub reason: &'static str,
    /// One sentence for a person.
    pub detail: String,
}

impl Refusal {
    /// With its reason.
    #[must_use]
    pub fn new(reason: &'static str, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into() }
    }
}
