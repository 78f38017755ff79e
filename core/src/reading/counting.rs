//! "Police lowered the death toll to 17": whoever counts says how many, and decides nothing.

use std::ops::Range;

use super::phrase::Phrases;
use super::tokens::Pos;
use crate::policy::lexicon::{Meaning, NONE, tag};

/// Verbs by which a count is given or changed.
const COUNTS: [&str; 11] = [
    "cut", "increase", "lower", "place", "put", "raise", "reduce", "revise", "set", "update",
    "upgrade",
];
/// Words between the verb and the count.
const OBJECT_TOKENS_MAX: usize = 4;

/// Who counts, where the clause tells that somebody gives or changes a toll.
#[must_use]
pub fn counter(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    verb: usize,
) -> Option<Range<usize>> {
    let words = phrases.tokens.words;
    let lemma = phrases.tokens.entry(verb).lemma;
    let counts = phrases.pos(verb) == Pos::Verb
        && lemma != 0
        && COUNTS.iter().any(|word| words.find(word) == lemma);
    let object = verb + 1..range.end.min(verb + 1 + OBJECT_TOKENS_MAX);
    let group = phrases.group(verb);
    let passive = group.clone().any(|at| phrases.is(at, tag::BE));
    if !counts || passive || !object.clone().any(|at| toll(phrases, at).is_some()) {
        return None;
    }
    let subject = phrases.subject(group.start).filter(|subject| subject.start >= range.start)?;
    let roles = tag::OFFICIAL
        | tag::ORGANISATION
        | tag::BODY
        | tag::SHORT
        | tag::COLLECTIVE
        | tag::SPEAKER
        | tag::WITNESS;
    let speaks = subject.clone().any(|at| phrases.is(at, roles) || phrases.pos(at) == Pos::Name)
        || phrases.pos(subject.start) == Pos::Pronoun;
    // "The fire raised the toll": an event counts nobody.
    let event = subject.clone().any(|at| phrases.tokens.entry(at).noun_class != NONE);
    (speaks && !event).then_some(subject)
}

/// The indicator of a toll whose phrase begins here: "death toll", "number of injured".
#[must_use]
pub fn toll(phrases: &Phrases<'_, '_>, at: usize) -> Option<u16> {
    if at < phrases.start || at >= phrases.end {
        return None;
    }
    phrases.tokens.entry(at).phrases.iter().find_map(|phrase| {
        let Meaning::Toll(found) = phrase.meaning else { return None };
        let fits = phrase.rest.iter().enumerate().all(|(n, word)| {
            at + 1 + n < phrases.end && phrases.tokens.all[at + 1 + n].word == *word
        });
        fits.then_some(found)
    })
}

/// The number before a change: "from 30 to 62" behind a toll, "up from 30".
#[must_use]
pub fn former(phrases: &Phrases<'_, '_>, range: &Range<usize>, number: usize) -> bool {
    let Some(from) = number.checked_sub(1).filter(|at| *at > range.start) else { return false };
    if of_earlier_toll(phrases, range, from) {
        return true;
    }
    let moved = ["up", "down"].iter().any(|word| phrases.tokens.is_word(from - 1, word));
    phrases.tokens.is_word(from, "from")
        && (moved || (range.start..from).any(|at| toll(phrases, at).is_some()))
}

/// "an earlier toll | of 15", "the previous count of 15".
fn of_earlier_toll(phrases: &Phrases<'_, '_>, range: &Range<usize>, of: usize) -> bool {
    const TOLL_TOKENS_MAX: usize = 4;
    let word = |at: usize, words: &[&str]| words.iter().any(|it| phrases.tokens.is_word(at, it));
    let floor = of.saturating_sub(TOLL_TOKENS_MAX).max(range.start);
    let earlier = (floor..of)
        .rev()
        .find(|at| word(*at, &["earlier", "initial", "original", "previous", "prior"]));
    let counts = |at: usize| {
        toll(phrases, at).is_some() || word(at, &["count", "estimate", "figure", "number", "tally"])
    };
    word(of, &["of"]) && earlier.is_some_and(|earlier| (earlier..of).any(counts))
}
