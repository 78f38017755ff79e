//! What other settings would have published over the same log, against what these publish.

use schemars::JsonSchema;
use serde::Serialize;
use writethru_core::article::{ChangeId, ClaimId, StoryId};

use super::numbers::{Amount, Hex, Stamp};

/// Two settings over one log. "Gained" is published by the other ones only, "lost" by these only;
/// "earlier" and "later" are the other's.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Comparison")]
pub struct Comparison {
    /// The settings that are in use.
    pub these: Settings,
    /// The settings that they are compared with.
    pub other: Settings,
    /// Alerts, a row a rule: the same rule and the same claim (or story) is the same alert.
    pub alerts: Vec<Row>,
    /// Changes, a row a type: the same id is the same change.
    pub changes: Vec<Row>,
    /// Every alert that differs, in order of log time.
    pub alert_differences: Vec<AlertDifference>,
    /// Changes that differ, in order of log time, capped.
    pub change_differences: Vec<ChangeDifference>,
    /// All of them, counted.
    pub change_difference_count: u64,
}

/// Settings, and what came of the log under them.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "ComparedSettings")]
pub struct Settings {
    /// The file; `null` for the defaults.
    pub config: Option<String>,
    /// Digest of everything that decides.
    pub policy: String,
    /// Records that were folded.
    pub records: u64,
    /// Changes that are compared.
    pub changes: u64,
    /// Events of alerts that are compared.
    pub alerts: u64,
}

/// What differs of one rule or type.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ComparedRow")]
pub struct Row {
    /// The rule, or the type of change without prefix and version.
    pub name: String,
    /// In both, at the same log time.
    pub same: u64,
    /// In the other's only.
    pub gained: u64,
    /// In these only.
    pub lost: u64,
    /// In both, earlier in the other's.
    pub earlier: Moved,
    /// In both, later in the other's.
    pub later: Moved,
    /// Alerts in both that one cancels and the other leaves open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_otherwise: Option<u64>,
}

/// How many moved, and by how much.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Moved")]
pub struct Moved {
    /// How many.
    pub count: u64,
    /// Half of them moved by no more; `null` where there is none.
    pub median_seconds: Option<Amount>,
    /// None moved by more; `null` where there is none.
    pub most_seconds: Option<Amount>,
}

/// How an alert or a change differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Difference")]
pub enum What {
    /// The other's only.
    Gained,
    /// These only.
    Lost,
    /// The other's is earlier.
    Earlier,
    /// The other's is later.
    Later,
    /// Raised at the same time, cancelled by one of the two only.
    EndedOtherwise,
}

/// An alert that differs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AlertDifference")]
pub struct AlertDifference {
    /// How.
    pub what: What,
    /// The rule's name.
    pub rule: String,
    /// From 1, the gravest.
    pub priority: u8,
    /// The story.
    pub story: Hex<StoryId>,
    /// Its headline today.
    pub headline: String,
    /// The claim, where the rule is of claims.
    pub claim: Option<Hex<ClaimId>>,
    /// What it says; `null` where it is of a story, or withheld.
    pub text: Option<String>,
    /// Log time at which these raise it.
    pub raised: Option<Stamp>,
    /// Log time at which these cancel it.
    pub cancelled: Option<Stamp>,
    /// Log time at which the other ones raise it.
    pub other_raised: Option<Stamp>,
    /// Log time at which the other ones cancel it.
    pub other_cancelled: Option<Stamp>,
    /// How much later the other's is; negative: earlier.
    pub shift_seconds: Option<Amount>,
}

/// A change that differs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ChangeDifference")]
pub struct ChangeDifference {
    /// How.
    pub what: What,
    /// Without prefix and version.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its id.
    pub id: Hex<ChangeId>,
    /// The story.
    pub story: Hex<StoryId>,
    /// Its headline today.
    pub headline: String,
    /// The claim, where it is of one.
    pub claim: Option<Hex<ClaimId>>,
    /// What the claim says; `null` where it is of none, or withheld.
    pub text: Option<String>,
    /// Log time in these.
    pub recorded: Option<Stamp>,
    /// Log time in the other's.
    pub other_recorded: Option<Stamp>,
    /// How much later the other's is; negative: earlier.
    pub shift_seconds: Option<Amount>,
}

impl Comparison {
    /// As one indented JSON document.
    #[must_use]
    pub fn json(&self) -> String {
        let text = serde_json::to_string_pretty(self);
        text.expect("formats are plain data with text keys") + "\n"
    }

    /// Whether anything differs.
    #[must_use]
    pub fn differs(&self) -> bool {
        !self.alert_differences.is_empty() || self.change_difference_count > 0
    }
}
