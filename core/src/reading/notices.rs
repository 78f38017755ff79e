//! Does a sentence of the body speak of an earlier version of the article?
//!
//! "An earlier version of this article said that 40 were killed" tells what is taken back. What
//! it says is nobody's word any more, the earlier version's least of all.

use std::ops::Range;

use super::phrase::Phrases;
use super::tokens::Pos;

/// Words between "of" and the text: "of this Reuters story".
const BETWEEN_MAX: usize = 3;

/// "An earlier version of this article …", "an earlier version misstated …".
#[must_use]
pub fn of_earlier_version(phrases: &Phrases<'_, '_>) -> bool {
    (phrases.start..phrases.end).any(|at| {
        word(phrases, at, &["earlier", "initial", "original", "previous", "prior"])
            && word(phrases, at + 1, &["edition", "version", "versions"])
            && (of_this_text(phrases, at + 2) || misstated(phrases, at + 2))
    })
}

/// Which text of the outlet's own a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnText {
    /// "This story has been corrected to show": the outlet itself speaks.
    This,
    /// "An article said", "an earlier version said": what it said is recalled, nobody says it.
    Earlier,
}

/// Whether what seems to be a source is a text of the outlet itself. "The report" and "the article
/// in the Herald" are another's.
#[must_use]
pub fn own_text(phrases: &Phrases<'_, '_>, source: &Range<usize>) -> Option<OwnText> {
    const TEXTS: [&str; 6] = ["article", "column", "dispatch", "headline", "piece", "story"];
    const EARLIER: [&str; 5] = ["earlier", "initial", "original", "previous", "prior"];
    let stands = |at: usize| matches!(phrases.pos(at), Pos::Preposition | Pos::Participle);
    let end = source.clone().find(|at| *at > source.start && stands(*at)).unwrap_or(source.end);
    let text = end.checked_sub(1).filter(|at| *at >= source.start)?;
    if (source.clone()).any(|at| phrases.pos(at) == Pos::Name) {
        return None;
    }
    let version = word(phrases, text, &["edition", "version"]);
    let earlier = text > phrases.start && word(phrases, text - 1, &EARLIER);
    if earlier && (version || word(phrases, text, &TEXTS)) {
        return Some(OwnText::Earlier);
    }
    let first = source.start;
    match text.checked_sub(first)? {
        1 if word(phrases, first, &["this"]) && word(phrases, text, &TEXTS) => Some(OwnText::This),
        1 if word(phrases, first, &["an", "our"]) && word(phrases, text, &TEXTS) => {
            Some(OwnText::Earlier)
        }
        _ => None,
    }
}

/// A bill and a report have earlier versions too, so "the" is not enough for every text.
fn of_this_text(phrases: &Phrases<'_, '_>, of: usize) -> bool {
    let texts: &[&str] = if word(phrases, of + 1, &["our", "this"]) {
        &["article", "copy", "dispatch", "headline", "item", "piece", "post", "report", "story"]
    } else if word(phrases, of + 1, &["the"]) {
        &["article", "headline", "story"]
    } else {
        return false;
    };
    word(phrases, of, &["of"]) && (of + 2..=of + 2 + BETWEEN_MAX).any(|at| word(phrases, at, texts))
}

fn misstated(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    word(phrases, at, &["erroneously", "incorrectly", "misidentified", "misspelled", "misstated"])
        || word(phrases, at, &["mistakenly", "wrongly"])
}

fn word(phrases: &Phrases<'_, '_>, at: usize, words: &[&str]) -> bool {
    at < phrases.end && words.iter().any(|word| phrases.tokens.is_word(at, word))
}
