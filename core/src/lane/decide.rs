//! A human's decision: understood in full before anything moves, or refused with its reason.
//!
//! Evidence is never altered: a decision moves articles between stories, chooses words, or stands
//! beside a level. Each can be taken back by another decision.

use std::collections::BTreeSet;

use super::turn::Turn;
use super::{Outcome, Output, life, part};
use crate::article::{ArticleId, ClaimId, Id, StoryId};
use crate::change::Body;
use crate::claims::Occasion;
use crate::decision::{Action, Decision, Refusal};
use crate::policy::Policy;
use crate::state::{DecisionRow, State, Target};

/// What is to be done, with everything it takes.
enum Plan {
    Pin { story: StoryId, words: String },
    Merge { story: StoryId, with: StoryId },
    Split { story: StoryId, articles: BTreeSet<ArticleId> },
    Mute(Target),
    Confirm(ClaimId),
    Reject(ClaimId),
    Revoke { id: String, row: Box<DecisionRow>, articles: BTreeSet<ArticleId> },
}

/// Does what was decided, or says why not.
pub(super) fn obey(
    state: &mut State,
    policy: &Policy,
    desk: &str,
    decision: &Decision,
    out: &mut Output,
) -> Outcome {
    if state.decisions.get(&decision.id).is_some_and(|it| it.digest == decision.digest()) {
        return Outcome::Decision;
    }
    match plan(state, policy, decision) {
        Ok(plan) => act(&mut Turn::by_decision(state, policy, desk, decision, out), decision, plan),
        Err(refusal) => {
            out.refused = Some(refusal);
            return Outcome::Decision;
        }
    }
    Outcome::Decision
}

fn plan(state: &State, policy: &Policy, decision: &Decision) -> Result<Plan, Refusal> {
    if state.decisions.get(&decision.id).is_some() {
        let detail = format!("\"{}\" was the id of another decision", decision.id);
        return Err(Refusal::new("id_taken", detail));
    }
    let most = policy.limits.decisions_max;
    if state.decisions.len() >= most {
        let detail = format!("this desk keeps {most} decisions, and has so many");
        return Err(Refusal::new("too_many", detail));
    }
    let plan = match decision.action {
        Action::PinHeadline => pin(state, policy, decision)?,
        Action::Merge => merge(state, decision)?,
        Action::Split => split(state, decision)?,
        Action::Mute => Plan::Mute(target(state, &decision.target)?),
        Action::Confirm => Plan::Confirm(claim(state, &decision.target)?),
        Action::Reject => Plan::Reject(claim(state, &decision.target)?),
        Action::Revoke => revoke(state, &decision.target)?,
    };
    check_sequence(state, decision, plan.story(state))?;
    Ok(plan)
}

fn check_sequence(state: &State, decision: &Decision, story: StoryId) -> Result<(), Refusal> {
    let now = state.story(story).map_or(0, |row| row.sequence);
    match decision.if_sequence {
        Some(wanted) if wanted != now => {
            let detail = format!("the story stands at sequence {now}, not at {wanted} any more");
            Err(Refusal::new("stale", detail))
        }
        _ => Ok(()),
    }
}

fn unknown(what: &str, target: &str) -> Refusal {
    Refusal::new("unknown_target", format!("there is no {what} \"{target}\" at this desk"))
}

fn story(state: &State, target: &str) -> Result<StoryId, Refusal> {
    let id = Id::parse(target).map(|id| state.resolve(StoryId(id)));
    id.filter(|id| state.story(*id).is_some()).ok_or_else(|| unknown("story", target))
}

fn claim(state: &State, target: &str) -> Result<ClaimId, Refusal> {
    let id = Id::parse(target).map(|id| state.claims.resolve(ClaimId(id)));
    id.filter(|id| state.claims.get(*id).is_some_and(|row| row.published))
        .ok_or_else(|| unknown("claim", target))
}

fn target(state: &State, target: &str) -> Result<Target, Refusal> {
    story(state, target)
        .map(Target::Story)
        .or_else(|_| claim(state, target).map(Target::Claim))
        .map_err(|_| unknown("story or claim", target))
}

fn pin(state: &State, policy: &Policy, decision: &Decision) -> Result<Plan, Refusal> {
    let story = story(state, &decision.target)?;
    let words = decision.value.first().map(|it| it.trim().to_owned()).unwrap_or_default();
    let most = policy.limits.headline_chars_max;
    if words.is_empty() || words.chars().count() > most || decision.value.len() > 1 {
        let detail = format!("\"value\" must be one headline of at most {most} characters");
        return Err(Refusal::new("bad_value", detail));
    }
    if state.members(story).all(|(_, row)| !state.is_live(row)) {
        let detail = "all articles of the story were withdrawn; it has no headline any more";
        return Err(Refusal::new("nothing_live", detail));
    }
    Ok(Plan::Pin { story, words })
}

fn merge(state: &State, decision: &Decision) -> Result<Plan, Refusal> {
    let one = story(state, &decision.target)?;
    let [with] = decision.value.as_slice() else {
        return Err(Refusal::new("bad_value", "\"value\" must be the id of the other story"));
    };
    let with = story(state, with)?;
    if one == with {
        let detail = "the two stories are one already";
        return Err(Refusal::new("bad_value", detail));
    }
    Ok(Plan::Merge { story: one, with })
}

fn split(state: &State, decision: &Decision) -> Result<Plan, Refusal> {
    let story = story(state, &decision.target)?;
    let mut articles = BTreeSet::new();
    for uri in &decision.value {
        let id = ArticleId::of(uri);
        if state.article(id).is_none_or(|row| row.story != story) {
            let detail = format!("the article \"{uri}\" is not in this story");
            return Err(Refusal::new("unknown_article", detail));
        }
        articles.insert(id);
        // Copies go with their original.
        let copies = state.copies_of(id).into_iter();
        articles.extend(copies.filter(|it| state.article(*it).is_some_and(|it| it.story == story)));
    }
    if articles.is_empty() {
        let detail = "\"value\" must list the uris of the articles that are another story";
        return Err(Refusal::new("bad_value", detail));
    }
    if state.members(story).all(|(id, _)| articles.contains(&id)) {
        let detail = "no article would stay behind";
        return Err(Refusal::new("nothing_stays", detail));
    }
    Ok(Plan::Split { story, articles })
}

fn revoke(state: &State, id: &str) -> Result<Plan, Refusal> {
    let Some(row) = state.decisions.get(id) else { return Err(unknown("decision", id)) };
    if row.action == Action::Revoke {
        let detail = "a revoke cannot be revoked; decide the same anew";
        return Err(Refusal::new("not_revocable", detail));
    }
    if let Some(by) = &row.revoked_by {
        let detail = format!("the decision was taken back already, by {by}");
        return Err(Refusal::new("already_revoked", detail));
    }
    let story = state.resolve(row.story);
    let inside = |id: &&ArticleId| state.article(**id).is_some_and(|it| it.story == story);
    let articles: BTreeSet<ArticleId> = row.moved.iter().filter(inside).copied().collect();
    let stays = state.members(story).any(|(id, _)| !articles.contains(&id));
    if row.action == Action::Merge && (articles.is_empty() || !stays) {
        let detail = "the articles of the two stories are not together any more";
        return Err(Refusal::new("not_revocable", detail));
    }
    Ok(Plan::Revoke { id: id.to_owned(), row: Box::new(row.clone()), articles })
}

impl Plan {
    /// The story that it is about.
    fn story(&self, state: &State) -> StoryId {
        match self {
            Self::Pin { story, .. } | Self::Merge { story, .. } | Self::Split { story, .. } => {
                *story
            }
            Self::Mute(target) => target.story(state),
            Self::Confirm(claim) | Self::Reject(claim) => Target::Claim(*claim).story(state),
            Self::Revoke { row, .. } => match row.target {
                Target::Story(_) => state.resolve(row.story),
                target => target.story(state),
            },
        }
    }

    fn target(&self) -> Target {
        match self {
            Self::Pin { story, .. } | Self::Merge { story, .. } | Self::Split { story, .. } => {
                Target::Story(*story)
            }
            Self::Mute(target) => *target,
            Self::Confirm(claim) | Self::Reject(claim) => Target::Claim(*claim),
            Self::Revoke { row, .. } => row.target,
        }
    }
}

impl Target {
    fn story(self, state: &State) -> StoryId {
        match self {
            Self::Story(story) => state.resolve(story),
            Self::Claim(claim) => {
                let claim = state.claims.get(state.claims.resolve(claim));
                claim.map(|row| row.story).unwrap_or_default()
            }
        }
    }
}

/// Tells that it was decided, then does it.
fn act(turn: &mut Turn<'_>, decision: &Decision, plan: Plan) {
    let story = plan.story(turn.state);
    let target = plan.target();
    let shown = match &plan {
        Plan::Revoke { id, .. } => id.clone(),
        _ => target.id().to_string(),
    };
    let applied = Body::DecisionApplied {
        decision: decision.id.clone(),
        action: decision.action.name().to_owned(),
        by: decision.by.clone(),
        target: shown,
        reason: decision.reason.clone(),
    };
    turn.publish(story, applied);
    let desk = turn.state.desk_mut();
    desk.arrivals += 1;
    let mut row = DecisionRow {
        digest: decision.digest(),
        arrival: desk.arrivals,
        action: decision.action,
        target,
        by: decision.by.clone(),
        at: turn.state.now(),
        reason: decision.reason.clone(),
        words: None,
        story,
        other: None,
        moved: Vec::new(),
        revoked_by: None,
    };
    match plan {
        Plan::Pin { story, words } => {
            row.words = Some(words.clone());
            pin_words(turn, story, Some(words));
        }
        Plan::Merge { story, with } => {
            let members = [story, with].map(|id| members(turn.state, id));
            let (one, other) = (story, with);
            row.story = life::merge(turn, one, other, Occasion::Decision).unwrap_or(story);
            let gone = if row.story == one { (other, 1) } else { (one, 0) };
            row.other = Some(gone.0);
            row.moved.clone_from(&members[gone.1]);
        }
        Plan::Split { story, articles } => {
            let child = child_of(turn, decision);
            row.other = Some(child);
            row.moved = articles.iter().copied().collect();
            part::part(turn, story, child, &articles);
        }
        Plan::Mute(target) => turn.state.alerts.mute(target.id(), true),
        Plan::Confirm(claim) | Plan::Reject(claim) => stand(turn, claim, Some(&row)),
        Plan::Revoke { id, row: revoked, articles } => {
            turn.state.decisions.revoke(&id, &decision.id);
            undo(turn, decision, &revoked, &articles);
        }
    }
    turn.state.decisions.put(decision.id.clone(), row);
    turn.finish();
}

fn members(state: &State, story: StoryId) -> Vec<ArticleId> {
    state.members(story).map(|(id, _)| id).collect()
}

fn child_of(turn: &Turn<'_>, decision: &Decision) -> StoryId {
    StoryId(Id::of(&[b"story", turn.desk.as_bytes(), b"split", decision.id.as_bytes()]))
}

fn pin_words(turn: &mut Turn<'_>, story: StoryId, words: Option<String>) {
    if let Some(row) = turn.state.story_mut(story) {
        row.pinned = words;
    }
    turn.stir(story);
}

/// The desk's own word beside a level; the newest one counts.
fn stand(turn: &mut Turn<'_>, claim: ClaimId, row: Option<&DecisionRow>) {
    let word = row.map(|row| (row.by.clone(), row.at));
    let is_rejected = row.is_some_and(|row| row.action == Action::Reject);
    let (confirmed, rejected) = if is_rejected { (None, word) } else { (word, None) };
    turn.state.claims.mark(claim, confirmed, rejected);
    turn.show_anew(claim);
}

/// Brings back what stood before a decision: the newest other one of its kind, if any.
fn undo(
    turn: &mut Turn<'_>,
    decision: &Decision,
    revoked: &DecisionRow,
    articles: &BTreeSet<ArticleId>,
) {
    let story = turn.state.resolve(revoked.story);
    match (revoked.action, revoked.target) {
        (Action::PinHeadline, _) => {
            let words = life::pinned(turn.state, story);
            pin_words(turn, story, words);
        }
        (Action::Merge, _) => {
            let child = child_of(turn, decision);
            part::part(turn, story, child, articles);
        }
        (Action::Split, _) => {
            let child = revoked.other.map(|other| turn.state.resolve(other)).unwrap_or_default();
            if turn.state.story(child).is_some() {
                life::merge(turn, story, child, Occasion::Decision);
            }
        }
        (Action::Mute, target) => {
            let before = turn.state.decisions.holding(&[Action::Mute], |it| it == target);
            let holds = before.is_some();
            turn.state.alerts.mute(target.id(), holds);
        }
        (Action::Confirm | Action::Reject, Target::Claim(claim)) => {
            let claim = turn.state.claims.resolve(claim);
            let kinds = [Action::Confirm, Action::Reject];
            let claims = &turn.state.claims;
            let is_this =
                |it: Target| matches!(it, Target::Claim(other) if claims.resolve(other) == claim);
            let before = turn.state.decisions.holding(&kinds, is_this).map(|(_, row)| row.clone());
            stand(turn, claim, before.as_ref());
        }
        (Action::Confirm | Action::Reject | Action::Revoke, _) => {}
    }
}
