//! What a comparison needs of a change and of an alert, as a short line of its own.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use writethru_core::alerts::{Alert, Message};
use writethru_core::article::{AlertId, ChangeId, ClaimId, StoryId, Time};
use writethru_core::change::Change;

/// A line that was told.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Told {
    /// Of the alerts.
    Alert(ToldAlert<'static>),
    /// Of the changes.
    Change(ToldChange<'static>),
}

/// A change. The desk stands first, as in what is published, so that a replay can pick one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ToldChange<'a> {
    pub(super) source: Cow<'a, str>,
    pub(super) id: ChangeId,
    pub(super) kind: Cow<'a, str>,
    pub(super) story: StoryId,
    pub(super) claim: Option<ClaimId>,
    pub(super) recorded: Time,
    pub(super) headline: Cow<'a, str>,
    pub(super) text: Option<Cow<'a, str>>,
    pub(super) is_withheld: bool,
}

/// An alert's event.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ToldAlert<'a> {
    pub(super) source: Cow<'a, str>,
    pub(super) alert: AlertId,
    pub(super) rule: Cow<'a, str>,
    pub(super) priority: u8,
    pub(super) story: StoryId,
    pub(super) claim: Option<ClaimId>,
    pub(super) recorded: Time,
    pub(super) is_raised: bool,
    pub(super) is_cancelled: bool,
}

/// The line of one change.
#[must_use]
pub fn change_line(change: &Change) -> Vec<u8> {
    let claim = change.body.claim();
    line(&ToldChange {
        source: desk(&change.desk),
        id: change.id,
        kind: change.body.name().into(),
        story: change.story.id,
        claim: claim.map(|claim| claim.id),
        recorded: change.recorded,
        headline: Cow::Borrowed(&change.story.headline),
        text: claim.and_then(|claim| claim.text.as_deref()).map(Cow::Borrowed),
        is_withheld: claim.is_some_and(|claim| claim.withheld.is_some()),
    })
}

/// The line of one alert's event.
#[must_use]
pub fn alert_line(alert: &Alert) -> Vec<u8> {
    line(&ToldAlert {
        source: desk(&alert.desk),
        alert: alert.alert,
        rule: Cow::Borrowed(&alert.rule),
        priority: alert.priority,
        story: alert.story.id,
        claim: alert.claims.first().map(|claim| claim.id),
        recorded: alert.recorded,
        is_raised: alert.message == Message::Raised,
        is_cancelled: alert.message == Message::Cancelled,
    })
}

fn desk(name: &str) -> Cow<'static, str> {
    format!("/desk/{name}").into()
}

fn line<T: Serialize>(told: &T) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(told).expect("plain data with text keys");
    bytes.push(b'\n');
    bytes
}
