//! From two states of a claim to what happened in between, and why.

use crate::article::{ClaimId, OriginId, Time};
use crate::reading::Stance;

use super::super::event::{Occasion, What, Why};
use super::super::rows::{ClaimRow, Dispute, EvidenceKey, Level, Status};
use super::super::weigh::{Origin, Weighed};

/// One claim of a slot that is being settled.
pub(super) struct Case<'a> {
    pub weighed: &'a Weighed,
    pub all: &'a [Weighed],
    pub occasion: Occasion,
    pub now: Time,
}

impl<'a> Case<'a> {
    /// Another claim of the slot.
    pub fn other(&self, claim: ClaimId) -> Option<&'a Weighed> {
        self.all.iter().find(|one| one.claim == claim)
    }
}

/// A denying origin, as opposed to one that asserts a rival value.
pub(super) fn denies(origin: &Origin) -> bool {
    origin.stance == Stance::Deny && !origin.rival
}

pub(super) fn roots(one: &Weighed, side: impl Fn(&Origin) -> bool) -> Vec<OriginId> {
    let mut roots: Vec<OriginId> = one
        .origins
        .iter()
        .filter(|origin| side(origin) && origin.counted)
        .flat_map(|origin| origin.roots.iter().copied())
        .collect();
    roots.sort_unstable();
    roots.dedup();
    roots
}

/// Evidence of the claim's new origins on one side.
pub(super) fn new_evidence(
    one: &Weighed,
    known: &[OriginId],
    side: impl Fn(&Origin) -> bool,
) -> Vec<EvidenceKey> {
    new_origins(one, known, side)
        .flat_map(|origin| origin.evidence.iter().map(|(key, _)| *key))
        .collect()
}

pub(super) fn new_origins<'a>(
    one: &'a Weighed,
    known: &'a [OriginId],
    side: impl Fn(&Origin) -> bool + 'a,
) -> impl Iterator<Item = &'a Origin> {
    one.origins
        .iter()
        .filter(move |origin| side(origin) && origin.counted)
        .filter(|origin| !origin.roots.iter().any(|root| known.binary_search(root).is_ok()))
}

/// Whether a conflict of this claim has only one side left.
pub(super) fn one_sided(case: &Case<'_>) -> bool {
    let one = case.weighed;
    let against = one.origins.iter().any(|origin| origin.stance == Stance::Deny);
    let rivals = case.all.iter().any(|other| other.rivals.contains(&one.claim) && other.asserted());
    !one.asserted() || !(against || rivals)
}

/// Whether what readers act on moved.
pub(super) fn moved(from: &Level, to: &Level) -> bool {
    let key = |level: &Level| {
        (
            level.status,
            level.likelihood,
            level.confidence,
            level.basis,
            level.dispute,
            level.origins,
        )
    };
    key(from) != key(to)
}

/// What happened, in the order of publication; without the move of the level.
pub(super) fn happenings(case: &Case<'_>, before: &ClaimRow, after: &ClaimRow) -> Vec<What> {
    let one = case.weighed;
    let mut list = Vec::new();
    if !after.published {
        return list;
    }
    let added = !before.published;
    if added {
        list.push(What::Added);
    }
    let superseded = after.superseded_by.filter(|_| before.superseded_by.is_none());
    let returned = matches!(case.occasion, Occasion::Reinstatement);
    let asserting = |origin: &Origin| origin.stance == Stance::Assert;
    let new = new_origins(one, &before.asserting, asserting).next().is_some();
    if new && !added && !returned && after.superseded_by.is_none() {
        list.push(What::Corroborated);
    }
    if new_origins(one, &before.denying, denies).next().is_some() && (added || !returned) {
        list.push(What::Denied);
    }
    if after.disputed && !before.disputed {
        list.push(What::Disputed);
    }
    if before.disputed && !after.disputed {
        list.push(What::Resolved);
    }
    if let Some(by) = superseded {
        list.push(What::Superseded { by });
    }
    if before.level.status != after.level.status || added {
        match after.level.status {
            Status::Corrected => list.push(What::Corrected { by: corrected_by(case) }),
            Status::Retracted => {
                list.push(What::Retracted { withhold: after.withheld.is_some() });
            }
            _ => {}
        }
    }
    list
}

/// What the correcting article now asserts in the slot.
fn corrected_by(case: &Case<'_>) -> Option<ClaimId> {
    let gone = |key: &EvidenceKey| case.weighed.silent.iter().any(|own| own.article == key.article);
    let asserted =
        case.all.iter().filter(|other| other.claim != case.weighed.claim && other.asserted());
    asserted.filter(|other| other.speaking.iter().any(gone)).map(|other| other.claim).next_back()
}

pub(super) fn why(case: &Case<'_>, before: &ClaimRow, after: &ClaimRow) -> Why {
    match case.occasion {
        Occasion::Withdrawal => return Why::Withdrawal,
        Occasion::Reinstatement => return Why::Reinstatement,
        Occasion::Correction => return Why::Correction,
        Occasion::OriginsMerged => return Why::OriginsMerged,
        Occasion::Decay => return Why::Decay,
        Occasion::Decision => return Why::Decision,
        Occasion::Revision => {}
    }
    let one = case.weighed;
    let (from, to) = (&before.level, &after.level);
    let asserting = |origin: &Origin| origin.stance == Stance::Assert;
    if from.dispute == Dispute::Open && to.dispute == Dispute::Outweighed {
        Why::Outweighed
    } else if new_origins(one, &before.asserting, asserting).next().is_some() {
        Why::NewOrigin
    } else if new_origins(one, &before.denying, denies).next().is_some() {
        Why::Denial
    } else if after.superseded_by != before.superseded_by
        || (!one.rivals.is_empty() && to.p <= from.p)
    {
        Why::RivalValue
    } else if to.p > from.p {
        Why::BetterPath
    } else if to.origins < from.origins && one.silent.len() == one.fallen.len() {
        Why::OriginsMerged
    } else {
        Why::Revision
    }
}
