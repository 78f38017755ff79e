//! How a claim ends: taken back, corrected, or overtaken by a later value of its series.

use super::Findings;
use super::fall::Death;

/// How a claim lost what asserted it; `None` where nothing ever did and somebody denies it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Gone {
    Retracted,
    Corrected,
}

/// How this claim lost what asserted it.
pub(super) fn gone(found: &Findings<'_>, claim: usize) -> Option<Gone> {
    let (mut any, mut live, mut withdrawn, mut corrected) = (false, false, false, false);
    for at in found.own(claim) {
        live |= found.speaking[at];
        if !found.voices[at].denies && !found.speaking[at] {
            any = true;
            withdrawn |= matches!(found.deaths[at], Some(Death::Withdrawn(_)));
            corrected |= matches!(found.deaths[at], Some(Death::Corrected(_)));
        }
    }
    match (any || !live, corrected && !withdrawn) {
        (false, _) => None,
        (true, true) => Some(Gone::Corrected),
        (true, false) => Some(Gone::Retracted),
    }
}

/// The claim whose value took the place of this one: everything that asserts this one (or, where
/// nothing does any more, what newer revisions silenced) has been overtaken.
pub(super) fn succession(found: &Findings<'_>, claim: usize) -> Option<usize> {
    found.view.claims.get(claim)?.1.quantity.as_ref()?;
    let own = || found.own(claim).filter(|at| !found.voices[*at].denies);
    let mut told: Vec<usize> = own().filter(|at| found.speaking[*at]).collect();
    if told.is_empty() {
        told = own().filter(|at| found.silenced[*at]).collect();
    }
    let successors = if told.is_empty() { Vec::new() } else { found.relations.successors(claim) };
    let mut by = 0;
    for earlier in &told {
        by = by.max(overtaker(found, *earlier, &successors)?);
    }
    if told.is_empty() { None } else { successors.get(by).copied() }
}

/// The first of the later values that takes the place of one word.
fn overtaker(found: &Findings<'_>, earlier: usize, successors: &[usize]) -> Option<usize> {
    let at = found.voices[earlier].row.as_of;
    successors.iter().position(|claim| {
        found.relations.said_after(*claim, at)
            && found.own(*claim).any(|later| {
                found.speaking[later]
                    && !found.voices[later].denies
                    && found.relations.eligible(found.voices, found.classes, later, earlier)
            })
    })
}
