//! What is told about a claim when its slot is settled.

use serde::{Deserialize, Serialize};

use crate::article::ClaimId;

use super::rows::{EvidenceKey, Level};

/// What happened to a claim. In the order in which events of one cause are published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It was said for the first time.
    Added,
    /// A new origin asserts it.
    Corroborated,
    /// A source says that it is not so.
    Denied,
    /// Conflict reached the bound.
    Disputed,
    /// A side of a dispute has nothing live any more.
    Resolved,
    /// A later value of its series.
    Superseded {
        /// That value.
        by: ClaimId,
    },
    /// A correction replaced it.
    Corrected {
        /// What the correction says instead, where that is a claim of the slot.
        by: Option<ClaimId>,
    },
    /// Nothing live asserts it any more.
    Retracted {
        /// Its texts are withheld.
        withhold: bool,
    },
    /// It turned out to be another claim.
    Merged {
        /// That claim.
        into: ClaimId,
    },
    /// What is published of it moved.
    LevelChanged {
        /// Before.
        from: Level,
        /// Now.
        to: Level,
        /// The cause.
        why: Why,
    },
}

/// Why a level moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the terms are those of the design")]
pub enum Why {
    NewOrigin,
    BetterPath,
    Denial,
    RivalValue,
    Revision,
    Withdrawal,
    Reinstatement,
    Correction,
    Outweighed,
    OriginsMerged,
    Decay,
    Decision,
}

/// What brings a slot to be weighed anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// A new article or a later revision.
    Revision,
    /// A revision that says it corrects, or that changed a fact without saying so.
    Correction,
    /// An article was withdrawn.
    Withdrawal,
    /// A withdrawn article returned.
    Reinstatement,
    /// Origins or stories turned out to be one, or a copy's true original was found.
    OriginsMerged,
    /// Time passed.
    Decay,
    /// A desk decided.
    Decision,
}

/// One event of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimEvent {
    /// Which claim.
    pub claim: ClaimId,
    /// What happened.
    pub what: What,
    /// The evidence for it, best first.
    pub because: Vec<EvidenceKey>,
    /// The level before, where the claim had been published.
    pub previous: Option<Level>,
}
