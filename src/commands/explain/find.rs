//! Which claim or story an id, or its first digits, means.

use anyhow::bail;
use writethru_core::article::{ClaimId, Id, StoryId};
use writethru_core::lane::Lane;
use writethru_core::state::State;

/// Digits from which an id may be cut off.
const DIGITS_MIN: usize = 6;
/// Digits of a whole id.
const DIGITS: usize = 24;

/// What an id means.
#[derive(Debug)]
pub enum Found<'a> {
    /// A story of this desk.
    Story(&'a State, StoryId),
    /// A claim of this desk.
    Claim(&'a State, ClaimId),
}

/// Finds it among all desks; merged ids lead to what goes on.
pub fn find<'a>(lane: &'a Lane, digits: &str) -> anyhow::Result<Found<'a>> {
    let wanted = digits.trim().to_lowercase();
    let fits = (DIGITS_MIN..=DIGITS).contains(&wanted.len());
    if !fits || !wanted.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        bail!(
            "\"{digits}\" is no id: give at least {DIGITS_MIN} of its {DIGITS} digits (0-9, a-f)"
        );
    }
    let mut found = Vec::new();
    for (_, state) in lane.desks() {
        found.extend(in_desk(state, &wanted));
    }
    match found.len() {
        0 => bail!("no claim and no story has the id {digits}"),
        1 => Ok(found.remove(0)),
        many => bail!("{many} ids begin with {digits}: give more digits"),
    }
}

fn in_desk<'a>(state: &'a State, wanted: &str) -> Vec<Found<'a>> {
    let begins = |id: String| id.starts_with(wanted);
    let mut found = Vec::new();
    for (story, _) in state.stories() {
        if begins(story.to_string()) {
            found.push(Found::Story(state, story));
        }
        let claims = state.claims.claims_of(story).filter(|claim| begins(claim.to_string()));
        found.extend(claims.map(|claim| Found::Claim(state, claim)));
    }
    if found.is_empty() {
        found.extend(redirected(state, wanted));
    }
    found
}

/// A whole id that was merged into another one.
fn redirected<'a>(state: &'a State, wanted: &str) -> Option<Found<'a>> {
    let id = Id::parse(wanted)?;
    let story = state.resolve(StoryId(id));
    if state.story(story).is_some() {
        return Some(Found::Story(state, story));
    }
    let claim = state.claims.resolve(ClaimId(id));
    state.claims.get(claim).map(|_| Found::Claim(state, claim))
}
