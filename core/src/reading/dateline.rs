//! Where a dateline ends: "SEOUL - ", "AMMAN: ", "DAMASCUS, Dec 8 (Reuters) - " say where and by
//! whom, and are no part of the first sentence.

use std::ops::Range;

use super::tokens::{Kind, Tokens};

/// Tokens within which a dateline ends.
const TOKENS_MAX: usize = 16;

/// The first token after the dateline; the range's own start where there is none.
pub(super) fn end(tokens: &Tokens<'_>, sentence: &Range<usize>) -> usize {
    let near = sentence.start..sentence.end.min(sentence.start + TOKENS_MAX);
    let Some(stop) = near.clone().find(|at| is_stop(tokens, *at)) else { return sentence.start };
    let opening = near.start..stop;
    let is_place = opening.clone().next().is_some_and(|at| shouts(tokens.str(at)));
    let plain = opening.clone().all(|at| fits(tokens, at));
    let credited = opening.clone().any(|at| tokens.str(at) == "(");
    let told = is_place && !tokens.shouting || credited;
    if told && plain && stop + 1 < sentence.end { stop + 1 } else { sentence.start }
}

fn is_stop(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.all.get(at).is_some_and(|token| token.kind == Kind::Dash) || tokens.str(at) == ":"
}

/// "DAMASCUS", not "A" or "US".
fn shouts(word: &str) -> bool {
    let letters = || word.chars().filter(|it| it.is_alphabetic());
    letters().count() > 2 && letters().all(char::is_uppercase)
}

/// Capitalised words, numbers and marks; a verb would be neither.
fn fits(tokens: &Tokens<'_>, at: usize) -> bool {
    let starts = tokens.str(at).chars().next();
    starts.is_some_and(|it| !it.is_alphabetic() || it.is_uppercase())
}
