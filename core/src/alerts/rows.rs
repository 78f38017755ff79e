//! Rows of open alerts: what each rests on, as it was last told.

use serde::{Deserialize, Serialize};

use crate::article::{ClaimId, StoryId, Time};
use crate::change::ClaimDoc;
use crate::claims::Status;
use crate::reading::Stance;

/// Names of a claim's sources that are kept, in case that nothing live has them any more.
const NAMES_MAX: usize = 4;

/// One alert from its raising to its cancel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertRow {
    /// The rule that raised it, by name: the rule may be gone by now.
    pub rule: String,
    /// From 1, the gravest.
    pub priority: u8,
    /// It stands for its story, not for one claim.
    pub of_story: bool,
    /// Its story today.
    pub story: StoryId,
    /// How many events it has had.
    pub events: u32,
    /// Log time of its raising.
    pub raised: Time,
    /// The claims that it rests on, in the order in which they came; none where the rule told of
    /// an article or of the story itself.
    pub basis: Vec<Basis>,
}

/// A claim under an alert, as it was last told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// Which.
    pub claim: ClaimId,
    /// What stood.
    pub status: Status,
    /// The number with the ends of its interval, in thousandths.
    pub value: Option<(i64, Option<i64>, Option<i64>)>,
    /// The desk itself does not believe it.
    pub rejected: bool,
    /// Who denied it.
    pub denied_by: Vec<String>,
    /// Who said so; the last ones when nobody does any more.
    pub names: Vec<String>,
}

impl Basis {
    /// A claim as it stands; `before` keeps the names of those who said so.
    #[must_use]
    pub fn of(claim: ClaimId, doc: &ClaimDoc, before: Option<&Self>) -> Self {
        let asserting = doc.origins.iter().filter(|origin| origin.stance == Stance::Assert);
        let mut names: Vec<String> = asserting.map(|origin| origin.name.to_string()).collect();
        names.retain(|name| !name.is_empty());
        names.truncate(NAMES_MAX);
        if let (true, Some(before)) = (names.is_empty(), before) {
            names.clone_from(&before.names);
        }
        Self {
            claim,
            status: doc.level.status,
            value: doc.quantity.as_ref().map(|number| (number.value, number.low, number.high)),
            rejected: doc.rejected.is_some(),
            denied_by: doc.denied_by.clone(),
            names,
        }
    }

    /// Whether nothing holds it up any more; a later value does not bring a claim down.
    #[must_use]
    pub const fn has_fallen(&self) -> bool {
        self.rejected
            || matches!(self.status, Status::Retracted | Status::Corrected | Status::Denied)
    }
}
