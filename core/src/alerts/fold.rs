//! One turn's changes: first what open alerts rest on is followed, then the rules are asked, then
//! each alert tells at most one event.

use super::facts::ChangeFacts;
use super::told::{Alert, Message, Move};
use super::turn::{Stir, Turn};
use super::{AlertRow, Alerts, Basis, Desk, StoryFacts};
use crate::article::{AlertId, ChangeId, ClaimId, Id, StoryId};
use crate::change::{Body, Change};
use crate::policy::alerts::{AlertRule, Scope};
use crate::policy::{Limits, Policy};

impl Alerts {
    /// Takes up what one cause published; gives the alerts' events in the order of the changes
    /// that brought them about.
    pub fn fold(&mut self, policy: &Policy, changes: &[Change], desk: &dyn Desk) -> Vec<Alert> {
        if changes.is_empty() || (self.open.is_empty() && policy.alerts.rules.is_empty()) {
            return Vec::new();
        }
        let mut turn = Turn::new(policy, changes, desk);
        let held = self.ask(&mut turn);
        self.follow(&mut turn);
        for (at, rule) in held {
            self.hold(&mut turn, at, rule);
        }
        self.compare(&mut turn);
        self.tell(turn)
    }

    /// Which rules hold for which changes, as the alerts stand before this turn.
    fn ask<'a>(&self, turn: &mut Turn<'a>) -> Vec<(usize, &'a AlertRule)> {
        let rules = &turn.policy.alerts;
        let whole = rules.look_at("story.");
        let nothing = StoryFacts::default();
        let mut held = Vec::new();
        for (at, change) in turn.changes.iter().enumerate() {
            let claim = change.body.claim().map(|claim| claim.id);
            let alerted = claim.is_some_and(|claim| self.on_claim(claim).next().is_some());
            let story = if whole { turn.story(change.story.id, true) } else { &nothing };
            let facts = ChangeFacts::new(change, story, alerted);
            held.extend(rules.holding(&facts).map(|rule| (at, rule)));
        }
        held
    }

    fn rule_of(&self, alert: AlertId) -> Option<&str> {
        self.open.get(&alert).map(|row| row.rule.as_str())
    }

    /// Brings along what changed its id, and what a series went on with.
    fn follow(&mut self, turn: &mut Turn<'_>) {
        for (at, change) in turn.changes.iter().enumerate() {
            match &change.body {
                Body::StoryMerged { into } => {
                    let alerts: Vec<AlertId> = self.of_story(change.story.id).collect();
                    for alert in alerts {
                        let Some(row) = self.open.get(&alert).cloned() else { continue };
                        self.put(alert, AlertRow { story: into.id, ..row });
                    }
                }
                Body::ClaimMerged { claim, into } => self.rename(claim.id, *into, at, turn),
                Body::ClaimSuperseded { claim, by } => self.go_on(claim.id, *by, at, turn),
                body => {
                    if let Some(claim) = body.claim() {
                        self.move_along(claim.id, change.story.id);
                    }
                }
            }
        }
    }

    /// Two claims are one: what rested on the one rests on the other.
    fn rename(&mut self, from: ClaimId, into: ClaimId, at: usize, turn: &mut Turn<'_>) {
        let alerts: Vec<AlertId> = self.on_claim(from).collect();
        for alert in alerts {
            let Some(mut row) = self.open.get(&alert).cloned() else { continue };
            let known = row.basis.iter().any(|basis| basis.claim == into);
            if known {
                row.basis.retain(|basis| basis.claim != from);
            } else if let Some(basis) = row.basis.iter_mut().find(|basis| basis.claim == from) {
                basis.claim = into;
            }
            self.put(alert, row);
            turn.stir(alert, at, Some(into));
        }
    }

    /// A later value of a series: an alert on the earlier one goes on with it.
    fn go_on(&mut self, claim: ClaimId, by: ClaimId, at: usize, turn: &mut Turn<'_>) {
        let alerts: Vec<AlertId> = self.on_claim(claim).collect();
        for alert in alerts {
            let Some(mut row) = self.open.get(&alert).cloned() else { continue };
            let rule = row.rule.clone();
            let told = |other: AlertId| self.rule_of(other) == Some(rule.as_str());
            if self.on_claim(by).any(told) {
                continue;
            }
            let before = row.basis.iter().find(|basis| basis.claim == claim);
            let before = before.and_then(|basis| basis.value);
            let Some(basis) = turn.basis(by, None) else { continue };
            let moved = before.zip(basis.value).filter(|(from, to)| from != to);
            if !rest_on(&mut row, basis, &turn.policy.limits) {
                continue;
            }
            self.put(alert, row);
            let stir = turn.stir(alert, at, Some(by));
            stir.moves.extend(moved.map(|(from, to)| Move::Value(from.0, to.0)));
        }
    }

    /// A claim's own alerts go where the claim goes.
    fn move_along(&mut self, claim: ClaimId, story: StoryId) {
        let alerts: Vec<AlertId> = self.on_claim(claim).collect();
        for alert in alerts {
            let Some(row) = self.open.get(&alert) else { continue };
            if !row.of_story && row.story != story {
                let row = AlertRow { story, ..row.clone() };
                self.put(alert, row);
            }
        }
    }

    /// A rule holds for a change: an alert is raised, unless there is one.
    fn hold(&mut self, turn: &mut Turn<'_>, at: usize, rule: &AlertRule) {
        let change = &turn.changes[at];
        let claim = match &change.body {
            Body::ClaimMerged { .. } => return,
            body => body.claim().map(|claim| claim.id),
        };
        let story = turn.story_of(change);
        let kind = change.body.name();
        let is_own = |alert: &AlertId| self.rule_of(*alert) == Some(rule.name.as_str());
        let rejected =
            claim.and_then(|claim| turn.claim(claim)).is_some_and(|it| it.rejected.is_some());
        if rejected || self.is_muted(story, claim) {
            return;
        }
        let open = match (rule.scope, claim) {
            (Scope::Claim, None) => return,
            (Scope::Claim, Some(claim)) => {
                let later = turn.claim(claim).and_then(|doc| doc.superseded_by);
                let on = |claim: ClaimId| self.on_claim(claim).find(is_own);
                on(claim).or_else(|| later.and_then(on))
            }
            (Scope::Story, _) => self
                .of_story(story)
                .find(|it| is_own(it) && self.open.get(it).is_some_and(|row| row.of_story)),
        };
        match open {
            None => self.raise(turn, at, rule, (story, claim)),
            Some(_) if rule.scope == Scope::Claim => {}
            Some(alert) => self.hold_again(turn, at, alert, claim, kind),
        }
    }

    fn raise(
        &mut self,
        turn: &mut Turn<'_>,
        at: usize,
        rule: &AlertRule,
        (story, claim): (StoryId, Option<ClaimId>),
    ) {
        if self.open.len() >= turn.policy.limits.alerts_max {
            return;
        }
        let change = &turn.changes[at];
        let scope = match (rule.scope, claim) {
            (Scope::Claim, Some(claim)) => claim.0,
            _ => story.0,
        };
        let id = AlertId(Id::of(&[b"alert", rule.name.as_bytes(), &scope.0, &change.id.0.0]));
        let basis = claim.and_then(|claim| turn.basis(claim, None));
        let row = AlertRow {
            rule: rule.name.clone(),
            priority: rule.priority,
            of_story: rule.scope == Scope::Story,
            story,
            events: 0,
            raised: change.recorded,
            basis: basis.into_iter().collect(),
        };
        self.put(id, row);
        let stir = turn.stir(id, at, claim);
        stir.is_new = true;
        stir.moves.push(Move::Held(change.body.name()));
    }

    /// The rule of a story's alert holds once more: for another claim, or for another article.
    fn hold_again(
        &mut self,
        turn: &mut Turn<'_>,
        at: usize,
        alert: AlertId,
        claim: Option<ClaimId>,
        kind: &'static str,
    ) {
        let Some(mut row) = self.open.get(&alert).cloned() else { return };
        let moved = match claim {
            None => Move::Held(kind),
            Some(claim) if row.basis.iter().any(|basis| basis.claim == claim) => return,
            Some(claim) => {
                let Some(basis) = turn.basis(claim, None) else { return };
                if !rest_on(&mut row, basis, &turn.policy.limits) {
                    return;
                }
                self.put(alert, row);
                Move::Joined
            }
        };
        turn.stir(alert, at, claim).moves.push(moved);
    }

    /// What moved of the claims under open alerts since they were told last.
    fn compare(&mut self, turn: &mut Turn<'_>) {
        for (at, change) in turn.changes.iter().enumerate() {
            let (claim, alerts): (_, Vec<AlertId>) = match &change.body {
                // What was muted or not believed meanwhile is told now.
                Body::DecisionApplied { .. } => (None, self.of_story(change.story.id).collect()),
                body => match body.claim().map(|claim| claim.id) {
                    Some(claim) => (Some(claim), self.on_claim(claim).collect()),
                    None => continue,
                },
            };
            alerts.into_iter().for_each(|alert| {
                turn.stir(alert, at, claim);
            });
        }
        let stirred: Vec<AlertId> = turn.stirred.keys().copied().collect();
        for alert in stirred {
            let Some(mut row) = self.open.get(&alert).cloned() else { continue };
            let mut moves = Vec::new();
            for basis in &mut row.basis {
                let Some(now) = turn.basis(basis.claim, Some(basis)) else { continue };
                moves.extend(moved(basis, &now));
                *basis = now;
            }
            let Some(stir) = turn.stirred.get_mut(&alert) else { continue };
            if !stir.is_new {
                stir.moves.extend(moves);
            }
            stir.row = Some(row);
        }
    }

    /// One event of each alert that something happened to.
    fn tell(&mut self, mut turn: Turn<'_>) -> Vec<Alert> {
        let stirred = std::mem::take(&mut turn.stirred);
        let mut order: Vec<(AlertId, Stir)> =
            stirred.into_iter().filter(|(_, stir)| !stir.moves.is_empty()).collect();
        order.sort_by_key(|(id, stir)| (stir.first, *id));
        order.into_iter().filter_map(|(id, stir)| self.event(&mut turn, id, stir)).collect()
    }

    fn event(&mut self, turn: &mut Turn<'_>, id: AlertId, stir: Stir) -> Option<Alert> {
        let mut row = stir.row.clone()?;
        let fell =
            stir.moves.iter().any(|it| matches!(it, Move::Status(..) | Move::Rejected(true)));
        let message = if stir.is_new {
            Message::Raised
        } else if fell && !row.basis.is_empty() && row.basis.iter().all(Basis::has_fallen) {
            Message::Cancelled
        } else if (row.events as usize) < turn.policy.limits.alert_events_max {
            Message::Updated
        } else {
            return None;
        };
        let own = row.basis.first().filter(|_| !row.of_story).map(|basis| basis.claim);
        if message != Message::Cancelled && self.is_muted(row.story, own) {
            return None;
        }
        let references: Vec<ChangeId> = self.events_of(id).collect();
        row.events += 1;
        let told = turn.told(id, &row, stir, message, references);
        match message {
            Message::Cancelled => self.close(id),
            _ => {
                self.events.insert((id, row.events), told.id);
                self.put(id, row);
            }
        }
        Some(told)
    }
}

/// Lets an alert rest on one more claim, within the limit.
fn rest_on(row: &mut AlertRow, basis: Basis, limits: &Limits) -> bool {
    if row.basis.len() >= limits.alert_claims_max {
        return false;
    }
    row.basis.push(basis);
    true
}

/// What readers of an alert have to be told of a claim.
fn moved(before: &Basis, now: &Basis) -> Vec<Move> {
    let mut moves = Vec::new();
    if before.status != now.status {
        moves.push(Move::Status(before.status, now.status));
    }
    if before.rejected != now.rejected {
        moves.push(Move::Rejected(now.rejected));
    }
    if before.value != now.value
        && let Some((from, to)) = before.value.zip(now.value)
    {
        moves.push(Move::Value(from.0, to.0));
    }
    if before.denied_by != now.denied_by {
        moves.push(Move::Denied(now.denied_by.clone()));
    }
    moves
}
