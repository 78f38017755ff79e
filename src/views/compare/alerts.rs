//! Alerts of two settings, matched by rule and claim or story; what is raised again after a cancel
//! is matched with what the other side raises again.

use std::collections::BTreeMap;

use writethru_core::article::{AlertId, ClaimId, StoryId, Time};
use writethru_core::policy::AlertRules;
use writethru_core::policy::alerts::Scope;

use super::told::ToldAlert;
use super::{Side, Tallied, Words};
use crate::formats::comparison::{AlertDifference, Row, What};
use crate::formats::numbers::{Amount, Hex, Stamp};

/// Whether a rule is of claims or of stories, by name.
#[derive(Clone, Debug, Default)]
pub struct Scopes(BTreeMap<String, Scope>);

impl Scopes {
    /// Of the rules of some settings.
    #[must_use]
    pub fn of(rules: &AlertRules) -> Self {
        Self(rules.rules.iter().map(|rule| (rule.name.clone(), rule.scope)).collect())
    }

    /// Of rules by name.
    #[cfg(test)]
    pub fn from<const N: usize>(rules: [(&str, Scope); N]) -> Self {
        Self(rules.into_iter().map(|(name, scope)| (name.to_owned(), scope)).collect())
    }

    fn is_of_claim(&self, rule: &str) -> bool {
        self.0.get(rule).is_some_and(|scope| *scope == Scope::Claim)
    }
}

/// What an alert is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    rule: String,
    story: Option<StoryId>,
    claim: Option<ClaimId>,
}

/// One alert of one side.
#[derive(Clone, Debug)]
struct Raised {
    story: StoryId,
    priority: u8,
    at: Time,
    cancelled: Option<Time>,
}

/// All alerts of both sides.
#[derive(Debug)]
pub(super) struct Alerts {
    these: Scopes,
    other: Scopes,
    raised: BTreeMap<Key, [Vec<Raised>; 2]>,
    /// Where an alert of one side stands among those of its key.
    places: BTreeMap<(Side, AlertId), (Key, usize)>,
}

impl Alerts {
    pub const fn new(these: Scopes, other: Scopes) -> Self {
        Self { these, other, raised: BTreeMap::new(), places: BTreeMap::new() }
    }

    pub fn follow(&mut self, side: Side, alert: &ToldAlert<'_>) {
        let at = side as usize;
        if alert.is_raised {
            let key = self.key(side, alert);
            let raised = &mut self.raised.entry(key.clone()).or_default()[at];
            self.places.insert((side, alert.alert), (key, raised.len()));
            raised.push(Raised {
                story: alert.story,
                priority: alert.priority,
                at: alert.recorded,
                cancelled: None,
            });
        } else if alert.is_cancelled
            && let Some((key, number)) = self.places.remove(&(side, alert.alert))
            && let Some(raised) = self.raised.get_mut(&key)
        {
            raised[at][number].cancelled = Some(alert.recorded);
        }
    }

    fn key(&self, side: Side, alert: &ToldAlert<'_>) -> Key {
        let scopes = match side {
            Side::These => &self.these,
            Side::Other => &self.other,
        };
        let claim = alert.claim.filter(|_| scopes.is_of_claim(&alert.rule));
        let story = claim.is_none().then_some(alert.story);
        Key { rule: alert.rule.clone().into_owned(), story, claim }
    }

    /// A row for each rule, and all that differ.
    pub fn close(self, words: &Words) -> (Vec<Row>, Vec<AlertDifference>) {
        let names = self.these.0.keys().chain(self.other.0.keys());
        let mut rows: BTreeMap<String, Tallied> =
            names.map(|name| (name.clone(), Tallied::default())).collect();
        let mut differences = Vec::new();
        for (key, [these, other]) in &self.raised {
            let tallied = rows.entry(key.rule.clone()).or_default();
            for number in 0..these.len().max(other.len()) {
                let pair = (these.get(number), other.get(number));
                if let Some(what) = tallied.judge(pair) {
                    differences.push(difference(key, what, pair, words));
                }
            }
        }
        let first = |it: &AlertDifference| {
            it.raised.map(|it| it.0).into_iter().chain(it.other_raised.map(|it| it.0)).min()
        };
        differences.sort_by_key(first);
        let rows = rows.into_iter().map(|(name, tallied)| {
            let row = tallied.row();
            Row { name, ended_otherwise: Some(row.ended_otherwise.unwrap_or_default()), ..row }
        });
        (rows.collect(), differences)
    }
}

impl Tallied {
    /// How the two differ, counted.
    fn judge(&mut self, pair: (Option<&Raised>, Option<&Raised>)) -> Option<What> {
        let (these, other) = match pair {
            (Some(these), Some(other)) => (these, other),
            (Some(_), None) => {
                self.row.lost += 1;
                return Some(What::Lost);
            }
            _ => {
                self.row.gained += 1;
                return Some(What::Gained);
            }
        };
        let moved_ms = other.at.since_ms(these.at);
        self.count(moved_ms);
        let ends_otherwise = these.cancelled.is_some() != other.cancelled.is_some();
        *self.row.ended_otherwise.get_or_insert(0) += u64::from(ends_otherwise);
        match moved_ms {
            ..0 => Some(What::Earlier),
            1.. => Some(What::Later),
            0 => ends_otherwise.then_some(What::EndedOtherwise),
        }
    }
}

fn difference(
    key: &Key,
    what: What,
    (these, other): (Option<&Raised>, Option<&Raised>),
    words: &Words,
) -> AlertDifference {
    let shown = these.or(other);
    let story = shown.map(|it| it.story).unwrap_or_default();
    let shift = these.zip(other).map(|(these, other)| other.at.since_ms(these.at));
    let raised = |it: Option<&Raised>| it.map(|it| Stamp(it.at));
    let cancelled = |it: Option<&Raised>| it.and_then(|it| it.cancelled).map(Stamp);
    AlertDifference {
        what,
        rule: key.rule.clone(),
        priority: shown.map(|it| it.priority).unwrap_or_default(),
        story: Hex(story),
        headline: words.headline(story),
        claim: key.claim.map(Hex),
        text: key.claim.and_then(|claim| words.text(claim)),
        raised: raised(these),
        cancelled: cancelled(these),
        other_raised: raised(other),
        other_cancelled: cancelled(other),
        shift_seconds: shift.map(Amount),
    }
}
