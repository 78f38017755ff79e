//! Which voices bear on a claim, on which side, and what each origin says of it.

use std::cmp::Reverse;

use crate::article::ArticleId;

use super::Findings;
use super::origins::Classes;
use super::voice::Voice;

/// What one origin says of one claim: its best voice on each side.
#[derive(Clone, Copy)]
pub(super) struct Word {
    pub class: usize,
    pub support: Option<(i128, usize)>,
    pub against: Option<(i128, usize)>,
}

/// One voice that bears on a claim.
#[derive(Clone, Copy)]
pub(super) struct Bearing {
    pub class: usize,
    pub at: usize,
    pub supports: bool,
}

/// The voices that bear on a claim, and on which side, origin by origin, the best first.
pub(super) fn sides(found: &Findings<'_>, claim: usize) -> Vec<Bearing> {
    let mut sides = Vec::with_capacity(found.order.len());
    for (class, at) in found.order.iter().copied() {
        let voice = &found.voices[at];
        let supports = if voice.claim == claim {
            if voice.denies && !denial_counts(found, at) {
                continue;
            }
            !voice.denies
        } else if voice.denies {
            continue;
        } else if found.relations.supports(voice.claim, claim) {
            true
        } else if found.relations.excludes(voice.claim, voice.row.as_of, claim) {
            false
        } else {
            continue;
        };
        sides.push(Bearing { class, at, supports });
    }
    without_inner_conflict(found, claim, sides)
}

/// An origin that gives several values in one article ("fell from 120 to 90") does not contradict
/// itself: there it speaks for each of them.
fn without_inner_conflict(found: &Findings<'_>, claim: usize, sides: Vec<Bearing>) -> Vec<Bearing> {
    let mut told: Vec<(usize, ArticleId)> = sides
        .iter()
        .filter(|it| it.supports && found.voices[it.at].claim == claim)
        .map(|it| (it.class, found.voices[it.at].key.article))
        .collect();
    told.sort_unstable();
    let is_inner = |it: &Bearing| {
        let voice = &found.voices[it.at];
        let rival = !it.supports && voice.claim != claim;
        rival && told.binary_search(&(it.class, voice.key.article)).is_ok()
    };
    sides.into_iter().filter(|it| !is_inner(it)).collect()
}

/// A denial speaks for its own time: what happened later does not stand in conflict with it.
fn denial_counts(found: &Findings<'_>, denial: usize) -> bool {
    let denial = &found.voices[denial];
    let at = denial.row.as_of;
    let mut asserted = false;
    for other in found.own(denial.claim) {
        let voice = &found.voices[other];
        if found.speaking[other] && !voice.denies {
            asserted = true;
            let later = voice.row.when.is_some_and(|when| when > at)
                || (denial.row.not_yet && voice.row.as_of > at);
            if !later {
                return true;
            }
        }
    }
    !asserted
}

/// The best voice of each origin on each side.
pub(super) fn words(found: &Findings<'_>, sides: &[Bearing]) -> Vec<Word> {
    let of_class = |voices: &[Bearing]| {
        let best = |supports: bool| {
            let best = voices.iter().find(|it| it.supports == supports)?;
            Some((found.masses[best.at], best.at))
        };
        let class = voices.first().map_or(0, |it| it.class);
        Word { class, support: best(true), against: best(false) }
    };
    sides.chunk_by(|one, two| one.class == two.class).map(of_class).collect()
}

/// All voices that speak with the origins to which they belong: origin by origin, in each the
/// heavier first, the original, the earlier, the smaller key.
pub(super) fn order(
    voices: &[Voice<'_>],
    classes: &Classes,
    masses: &[i128],
) -> Vec<(usize, usize)> {
    let speaking = (0..voices.len()).filter_map(|at| Some((classes.of(at)?, at)));
    let mut order: Vec<(usize, usize)> = speaking.collect();
    order.sort_unstable_by_key(|(class, at)| (*class, rank(&voices[*at], masses[*at])));
    order
}

/// The heavier first, the original, the earlier, the smaller key.
pub(super) fn rank(voice: &Voice<'_>, mass: i128) -> impl Ord {
    (Reverse(mass), voice.copied(), voice.row.as_of, voice.key)
}

/// The sum of one side and its number of origins. An unresolved root counts only where it is
/// alone; what is added to it never makes the side weigh less.
pub(super) fn sum(
    found: &Findings<'_>,
    words: &[Word],
    side: impl Fn(&Word) -> Option<(i128, usize)>,
) -> (i128, u32) {
    let (mut total, mut n, mut unresolved) = (0, 0, None);
    for word in words {
        let Some((mass, _)) = side(word) else { continue };
        if found.classes.unresolved(word.class) {
            unresolved = Some(mass);
        } else {
            total += mass;
            n += 1;
        }
    }
    match unresolved {
        Some(mass) if n == 0 => (mass, 1),
        Some(mass) => (total.max(mass), n),
        None => (total, n),
    }
}

/// The number of origins on either side.
pub(super) fn in_all(found: &Findings<'_>, words: &[Word]) -> u32 {
    sum(found, words, |word| word.support.or(word.against)).1
}
