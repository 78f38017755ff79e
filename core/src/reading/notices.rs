//! Does a sentence of the body speak of an earlier version of the article?
//!
//! "An earlier version of this article said that 40 were killed" tells what is taken back. What
//! it says is nobody's word any more, the earlier version's least of all.

use super::phrase::Phrases;

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
