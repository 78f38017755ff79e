//! An alert's event as it is published. Values; the root renders them.

use std::sync::Arc;

use serde::Serialize;

use crate::article::{AlertId, ChangeId, ClaimId, Time};
use crate::change::{ArticleRef, Cause, StoryRef};
use crate::claims::{Level, Status};

/// One event of one alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alert {
    /// Stable over replays.
    pub id: ChangeId,
    /// Which alert; the same in all its events.
    pub alert: AlertId,
    /// Raised, updated or cancelled.
    pub message: Message,
    /// Every earlier event of this alert, in order.
    pub references: Vec<ChangeId>,
    /// Number within the alert, from 1.
    pub sequence: u32,
    /// Which desk.
    pub desk: String,
    /// The rule's name.
    pub rule: String,
    /// From 1, the gravest.
    pub priority: u8,
    /// The story today.
    pub story: StoryRef,
    /// The story's language.
    pub language: Option<Arc<str>>,
    /// The cause's own time.
    pub time: Time,
    /// Log time.
    pub recorded: Time,
    /// What brought it about.
    pub cause: Cause,
    /// The change that did.
    pub change: ChangeId,
    /// What it rests on.
    pub claims: Vec<AlertClaim>,
    /// Where it stands, best first.
    pub sources: Vec<ArticleRef>,
    /// What moved.
    pub moves: Vec<Move>,
    /// What its words are made of.
    pub telling: Telling,
}

/// What an event does to its alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Message {
    /// It is new.
    Raised,
    /// It stands, and something of its basis moved.
    Updated,
    /// Its basis has fallen.
    Cancelled,
}

/// A claim under an alert.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AlertClaim {
    /// Which.
    pub id: ClaimId,
    /// The affirmed proposition; of a withheld claim in a cancel only.
    pub text: Option<String>,
    /// How sure.
    pub level: Level,
    /// Who denies it.
    pub denied_by: Vec<String>,
    /// The notice of the withdrawal that left nothing live: do not publish.
    pub withheld: Option<String>,
}

/// What moved under an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Move {
    /// The rule held for a change of this kind.
    Held(&'static str),
    /// It rests on one more claim.
    Joined,
    /// What stands moved.
    Status(Status, Status),
    /// The number moved, in thousandths.
    Value(i64, i64),
    /// The desk rejected it, or took that back.
    Rejected(bool),
    /// Others deny it than before.
    Denied(Vec<String>),
}

/// What the words of an event are made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Telling {
    /// The rule's templates; empty where the rule is gone.
    pub headline: String,
    /// The rule's templates; empty where the rule is gone.
    pub text: String,
    /// Which of the claims moved last.
    pub lead: usize,
    /// Who says so, or said so last.
    pub names: Vec<String>,
    /// The article's publisher, where a change of an article brought it about.
    pub publisher: String,
    /// The notice of a withdrawal.
    pub notice: String,
    /// Where.
    pub place: String,
    /// The number that leads, in thousandths.
    pub value: Option<i64>,
}
