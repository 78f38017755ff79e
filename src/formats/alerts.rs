//! Alert events out: one CloudEvent 1.0 a line, with the whole chain of its alert.
//!
//! Quotes are not part of an alert. A withheld claim has its words in the cancel that tells of its
//! withdrawal, for the desk, and nowhere else.

mod wording;

use schemars::JsonSchema;
use serde::Serialize;
use writethru_core::alerts::{self, Alert, AlertClaim};
use writethru_core::article::{AlertId, ChangeId, ClaimId, StoryId};

use super::changes::{Cause, Json, Version};
use super::claims::Level;
use super::numbers::{Digits, Hex, Stamp};
use super::parts::{Ref, Story};

/// The line of one event.
#[must_use]
pub fn line(alert: &Alert) -> Vec<u8> {
    super::line(&AlertEvent::from(alert))
}

/// The type without prefix and version.
#[must_use]
pub const fn name(message: alerts::Message) -> &'static str {
    match message {
        alerts::Message::Raised => "alert.raised",
        alerts::Message::Updated => "alert.updated",
        alerts::Message::Cancelled => "alert.cancelled",
    }
}

/// A CloudEvent 1.0 with the extensions `recordedtime` and `sequence`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AlertEvent")]
pub struct AlertEvent<'a> {
    /// Of CloudEvents.
    pub specversion: Version,
    /// Stable over replays: drop what you have seen.
    pub id: Hex<ChangeId>,
    /// `/desk/` and the desk.
    pub source: String,
    /// Raised, updated or cancelled.
    #[serde(rename = "type")]
    pub kind: String,
    /// The story's id.
    pub subject: Hex<StoryId>,
    /// The cause's own time.
    pub time: Stamp,
    /// Log time.
    pub recordedtime: Stamp,
    /// Number within the alert, from 1, without gaps.
    pub sequence: Digits,
    /// Of `data`.
    pub datacontenttype: Json,
    /// What a desk is told.
    pub data: Data<'a>,
}

/// What a desk is told.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AlertData")]
pub struct Data<'a> {
    /// The same in all events of the alert.
    pub alert: Hex<AlertId>,
    /// What this event does to it.
    pub msg_type: MessageType,
    /// Every earlier event of this alert, in order: this one replaces them.
    pub references: Vec<Hex<ChangeId>>,
    /// The rule's name.
    pub rule: &'a str,
    /// From 1, the gravest.
    pub priority: u8,
    /// One line.
    pub headline: String,
    /// Names the source and the status.
    pub text: String,
    /// The story's language.
    pub language: Option<&'a str>,
    /// The story.
    pub story: Story<'a>,
    /// What it rests on; empty where the rule tells of an article or of the story itself.
    pub claims: Vec<ClaimUnder<'a>>,
    /// Where it stands, best first.
    pub sources: Vec<Ref<'a>>,
    /// What moved, in words.
    pub reason: String,
    /// `true` where a claim of it must not be published any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withhold: Option<bool>,
    /// The change that brought it about.
    pub change: Hex<ChangeId>,
    /// What brought that about.
    pub cause: Cause<'a>,
}

/// What an event does to its alert, in the words of CAP.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageType {
    /// It is new.
    Alert,
    /// It replaces what was told before.
    Update,
    /// It takes back what was told before.
    Cancel,
}

/// A claim under an alert.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ClaimUnder")]
pub struct ClaimUnder<'a> {
    /// Which.
    pub id: Hex<ClaimId>,
    /// The affirmed proposition; `null` where withheld, save in the cancel that tells of it.
    pub text: Option<&'a str>,
    /// How sure.
    pub level: Level,
    /// Who denies it.
    pub denied_by: &'a [String],
    /// `true` where a withdrawal left nothing live: do not publish.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withhold: Option<bool>,
    /// The notice of that withdrawal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<&'a str>,
}

impl<'a> From<&'a Alert> for AlertEvent<'a> {
    fn from(alert: &'a Alert) -> Self {
        let withheld = alert.claims.iter().any(|claim| claim.withheld.is_some());
        Self {
            specversion: Version,
            id: Hex(alert.id),
            source: format!("/desk/{}", alert.desk),
            kind: format!("writethru.{}.v1", name(alert.message)),
            subject: Hex(alert.story.id),
            time: Stamp(alert.time),
            recordedtime: Stamp(alert.recorded),
            sequence: Digits(u64::from(alert.sequence)),
            datacontenttype: Json,
            data: Data {
                alert: Hex(alert.alert),
                msg_type: match alert.message {
                    alerts::Message::Raised => MessageType::Alert,
                    alerts::Message::Updated => MessageType::Update,
                    alerts::Message::Cancelled => MessageType::Cancel,
                },
                references: alert.references.iter().copied().map(Hex).collect(),
                rule: &alert.rule,
                priority: alert.priority,
                headline: wording::headline(alert),
                text: wording::text(alert),
                language: alert.language.as_deref(),
                story: (&alert.story).into(),
                claims: alert.claims.iter().map(ClaimUnder::from).collect(),
                sources: alert.sources.iter().map(Ref::from).collect(),
                reason: wording::reason(alert),
                withhold: withheld.then_some(true),
                change: Hex(alert.change),
                cause: (&alert.cause).into(),
            },
        }
    }
}

impl<'a> From<&'a AlertClaim> for ClaimUnder<'a> {
    fn from(claim: &'a AlertClaim) -> Self {
        Self {
            id: Hex(claim.id),
            text: claim.text.as_deref(),
            level: (&claim.level).into(),
            denied_by: &claim.denied_by,
            withhold: claim.withheld.is_some().then_some(true),
            notice: claim.withheld.as_deref(),
        }
    }
}
