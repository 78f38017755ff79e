//! What falls with withdrawn or corrected evidence: its copies, and the credits that rest on it.
//!
//! Told anew from the whole slot at every weighing, so it does not matter when they arrive.

use std::collections::BTreeMap;

use crate::article::{ArticleId, Time};

use super::super::rows::Standing;
use super::voice::Voice;

/// Why a piece of evidence speaks no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Death {
    Withdrawn(Time),
    Corrected(Time),
}

/// For each voice, whether and how it fell.
pub(super) fn deaths(
    voices: &[Voice<'_>],
    withdrawn: &BTreeMap<ArticleId, Time>,
) -> Vec<Option<Death>> {
    let mut deaths: Vec<Option<Death>> = voices.iter().map(own).collect();
    if withdrawn.is_empty() && deaths.iter().all(Option::is_none) {
        return deaths;
    }
    for (at, voice) in voices.iter().enumerate() {
        if deaths[at].is_none() && voice.copied() {
            deaths[at] = with_original(voices, withdrawn, voice);
        }
    }
    // A credit of a credit falls too; each round settles at least one, or is the last.
    while deaths.iter().any(Option::is_some) && credits_fall(voices, &mut deaths) {}
    deaths
}

const fn own(voice: &Voice<'_>) -> Option<Death> {
    match voice.row.standing {
        Standing::Live => None,
        Standing::Withdrawn(at) => Some(Death::Withdrawn(at)),
        Standing::Corrected(at) => Some(Death::Corrected(at)),
    }
}

/// A copy falls where its original is withdrawn, or no longer says this.
fn with_original(
    voices: &[Voice<'_>],
    withdrawn: &BTreeMap<ArticleId, Time>,
    copy: &Voice<'_>,
) -> Option<Death> {
    let original = copy.row.copy_group?;
    if let Some(at) = withdrawn.get(&original) {
        return Some(Death::Withdrawn(*at));
    }
    let mut death = None;
    for voice in voices.iter().filter(|voice| same_word(voice, copy)) {
        if voice.key.article == original {
            death = Some(own(voice)?);
        }
    }
    death
}

fn same_word(one: &Voice<'_>, two: &Voice<'_>) -> bool {
    one.claim == two.claim && one.denies == two.denies
}

/// One round: a credit falls where all that the credited publisher says of this claim fell.
fn credits_fall(voices: &[Voice<'_>], deaths: &mut [Option<Death>]) -> bool {
    let mut changed = false;
    for at in 0..voices.len() {
        if deaths[at].is_none()
            && let Some(death) = with_credited(voices, deaths, &voices[at])
        {
            deaths[at] = Some(death);
            changed = true;
        }
    }
    changed
}

fn with_credited(
    voices: &[Voice<'_>],
    deaths: &[Option<Death>],
    credit: &Voice<'_>,
) -> Option<Death> {
    let hops = credit.hops.get(1..)?;
    hops.iter().filter(|hop| **hop != credit.publisher()).find_map(|hop| {
        let mut fallen = None;
        for (voice, death) in voices.iter().zip(deaths) {
            if voice.publisher() == *hop && same_word(voice, credit) {
                // Something of the credited publisher still stands: the credit rests on that.
                let death = (*death)?;
                fallen = fallen.or_else(|| reaches(death, credit));
            }
        }
        fallen
    })
}

/// A withdrawal ends the credits that were published before it, a correction all of them.
fn reaches(death: Death, credit: &Voice<'_>) -> Option<Death> {
    match death {
        Death::Withdrawn(at) if credit.row.as_of > at => None,
        _ => Some(death),
    }
}
