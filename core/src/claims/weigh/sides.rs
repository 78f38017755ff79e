//! Which voices bear on a claim, on which side, and what each origin says of it.

use std::cmp::Reverse;

use super::Findings;

/// What one origin says of one claim: its best voice on each side.
#[derive(Clone, Copy, Default)]
pub(super) struct Word {
    pub support: Option<(i128, usize)>,
    pub against: Option<(i128, usize)>,
}

/// The voices that bear on a claim, and on which side: true for support.
pub(super) fn sides(found: &Findings<'_>, claim: usize) -> Vec<(usize, bool)> {
    let mut sides = Vec::new();
    for (at, voice) in found.voices.iter().enumerate().filter(|(at, _)| found.speaking[*at]) {
        if voice.claim == claim {
            if !voice.denies {
                sides.push((at, true));
            } else if denial_counts(found, at) {
                sides.push((at, false));
            }
        } else if !voice.denies {
            if found.relations.supports(voice.claim, claim) {
                sides.push((at, true));
            } else if found.relations.excludes(voice.claim, voice.row.as_of, claim) {
                sides.push((at, false));
            }
        }
    }
    sides
}

/// A denial speaks for its own time: what happened later does not stand in conflict with it.
fn denial_counts(found: &Findings<'_>, denial: usize) -> bool {
    let denial = &found.voices[denial];
    let at = denial.row.as_of;
    let mut asserted = false;
    for (other, voice) in found.voices.iter().enumerate() {
        if found.speaking[other] && voice.claim == denial.claim && !voice.denies {
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

/// The best voice of each class on each side.
pub(super) fn words(found: &Findings<'_>, sides: &[(usize, bool)]) -> Vec<Word> {
    let mut words = vec![Word::default(); found.classes.len()];
    for (at, supports) in sides {
        let Some(class) = found.classes.of(*at) else { continue };
        let word = &mut words[class];
        let side = if *supports { &mut word.support } else { &mut word.against };
        let this = (found.masses[*at], *at);
        if side.is_none_or(|best| better(found, this, best)) {
            *side = Some(this);
        }
    }
    words
}

fn better(found: &Findings<'_>, one: (i128, usize), two: (i128, usize)) -> bool {
    let order = |(mass, at): (i128, usize)| {
        let voice = &found.voices[at];
        (Reverse(mass), voice.copied(), voice.row.as_of, voice.key)
    };
    order(one) < order(two)
}

/// The sum of one side and its number of origins. An unresolved root counts only where it is
/// alone; what is added to it never makes the side weigh less.
pub(super) fn sum(
    found: &Findings<'_>,
    side: impl Iterator<Item = Option<(i128, usize)>>,
) -> (i128, u32) {
    let (mut total, mut n, mut unresolved) = (0, 0, None);
    for (class, word) in side.enumerate() {
        let Some((mass, _)) = word else { continue };
        if found.classes.unresolved(class) {
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
    let any = words.iter().map(|word| word.support.or(word.against));
    sum(found, any).1
}
