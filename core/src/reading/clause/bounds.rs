//! Where a clause begins and ends, and whether it says anything.

use std::ops::Range;

use super::meaning_in;
use super::verb::main_verb;
use crate::policy::lexicon::{Meaning, tag};
use crate::reading::phrase::Phrases;
use crate::reading::tokens::{Kind, Pos};

/// Without "that", conjunctions and marks at the ends.
pub(super) fn bare(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> Range<usize> {
    let mut range = range.clone();
    while range.start < range.end
        && (is_mark(phrases.kind(range.start))
            || matches!(phrases.pos(range.start), Pos::Conjunction)
            || (phrases.pos(range.start) == Pos::That
                && range.len() > 2
                && !phrases.finite(range.start + 1))
            || (phrases.pos(range.start) == Pos::Adverb
                && phrases.kind(range.start + 1) == Kind::Comma))
    {
        range.start += 1;
    }
    while range.start < range.end
        && is_mark(phrases.kind(range.end - 1))
        && phrases.tokens.str(range.end - 1) != "?"
    {
        range.end -= 1;
    }
    // "… as", where what stood behind it is another's claim.
    if range.len() > 2 && phrases.tokens.is_word(range.end - 1, "as") {
        range.end -= 1;
    }
    range
}

const fn is_mark(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Comma
            | Kind::Dash
            | Kind::Open
            | Kind::Close
            | Kind::Colon
            | Kind::Semicolon
            | Kind::Other
            | Kind::Stop
    )
}

/// "It is not true that …": where the denied clause begins.
pub(super) fn untrue_that(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> Option<usize> {
    let (at, length) = meaning_in(phrases, range, Meaning::Untrue)?;
    (phrases.pos(at + length) == Pos::That && at + length + 2 < range.end).then_some(at + length)
}

/// Questions, conditions and the absence of word.
pub(super) fn silent(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> bool {
    let first = &phrases.tokens.all[range.start];
    let last = range.end - 1;
    let asks = phrases.tokens.str(last).contains('?')
        || (phrases.tokens.str(range.end).contains('?') && range.end < phrases.end);
    let condition = first.is(tag::CONDITION) && !first.is(tag::MODAL);
    let wh = first.pos == Pos::Subordinator
        && ["how", "why", "where", "what", "whether"]
            .iter()
            .any(|w| phrases.tokens.is_word(range.start, w));
    // "Do not use it" asks; it denies nothing.
    let order =
        phrases.tokens.is_word(range.start, "do") && phrases.pos(range.start + 1) == Pos::Negator;
    asks || condition
        || order
        || wh
        || meaning_in(phrases, range, Meaning::Absence).is_some()
        || meaning_in(phrases, range, Meaning::NoComment).is_some()
}

/// "The mayor resigned but gave no reason": the first part still tells something.
pub(super) fn cut_absence(phrases: &Phrases<'_, '_>, range: &mut Range<usize>) {
    let absent = [Meaning::Absence, Meaning::NoComment]
        .into_iter()
        .filter_map(|meaning| meaning_in(phrases, range, meaning))
        .map(|(at, _)| at)
        .min();
    let Some(absent) = absent else { return };
    let joint = (range.start + 2..=absent)
        .rev()
        .find(|at| phrases.pos(*at) == Pos::Conjunction || phrases.tokens.is_word(*at, "without"));
    let Some(joint) = joint else { return };
    let front = bare(phrases, &(range.start..joint));
    if main_verb(phrases, &front).is_some() {
        *range = front;
    }
}

/// "did not want to", "it was not": what is left out stands elsewhere.
pub(super) fn elliptic(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> bool {
    let before = group_before(phrases, range);
    let bare = range.len() <= 4
        && phrases.pos(range.end - 1) == Pos::Negator
        && phrases.pos(before) == Pos::Aux;
    bare || phrases.tokens.is_word(range.end - 1, "to") && phrases.finite(before)
}

/// The word before the last one.
fn group_before(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> usize {
    range.end.saturating_sub(2).max(range.start).min(phrases.end)
}
