//! The terms of one article, with where they stand and whether they are parts of names.
//!
//! Sorted by hash. What is capitalised inside a sentence is a name, unless the article also
//! writes it small; a headline in title case says nothing about names.

use std::cmp::Reverse;
use std::ops::Range;

use crate::policy::Policy;
use crate::reading::Term;
use crate::text::{self, Word};

/// Sentences that count as the opening.
const LEDE_SENTENCES: usize = 2;
/// Letters of a term at least.
const TERM_BYTES_MIN: usize = 2;

/// Written with a capital in English, but no names.
const CALENDAR: [&str; 19] = [
    "april",
    "august",
    "december",
    "february",
    "friday",
    "january",
    "july",
    "june",
    "march",
    "may",
    "monday",
    "november",
    "october",
    "saturday",
    "september",
    "sunday",
    "thursday",
    "tuesday",
    "wednesday",
];

/// Languages that write every noun with a capital.
const CAPITAL_NOUNS: [&str; 2] = ["de", "lb"];

/// One use of a term.
#[derive(Clone, Copy)]
struct Use {
    hash: u32,
    headline: bool,
    lede: bool,
    /// Capitalised where only names are.
    capital: bool,
    /// Written small.
    small: bool,
}

/// The terms of headline and text, given the words and the sentences of the text in order.
#[must_use]
pub fn terms(
    policy: &Policy,
    language: &str,
    headline: &str,
    words: &[Word<'_>],
    sentences: &[Range<usize>],
) -> Vec<Term> {
    let mut uses = Vec::with_capacity(words.len() / 2 + 16);
    of_headline(language, headline, &mut uses);
    of_text(language, words, sentences, &mut uses);
    uses.sort_by_key(|it| it.hash);
    let mut terms: Vec<Term> = uses.chunk_by(|a, b| a.hash == b.hash).map(term).collect();
    if terms.len() > policy.limits.terms_max {
        terms.sort_by_key(|it| (Reverse((it.headline, it.lede, it.count)), it.hash));
        terms.truncate(policy.limits.terms_max);
        terms.sort_by_key(|it| it.hash);
    }
    terms
}

fn of_headline(language: &str, headline: &str, uses: &mut Vec<Use>) {
    let words = text::words(headline);
    let rest = words.get(1..).unwrap_or_default();
    let telling = rest.iter().filter(|word| !word.is_number && word.lower.len() > 3);
    let capitals = telling.clone().filter(|word| word.starts_upper).count();
    let title_case = capitals * 5 > telling.count() * 3;
    for (at, word) in words.iter().enumerate() {
        let capital = word.starts_upper && at > 0 && !title_case;
        let small = !word.starts_upper && !word.is_number;
        push(language, word, Use { hash: 0, headline: true, lede: false, capital, small }, uses);
    }
}

fn of_text(language: &str, words: &[Word<'_>], sentences: &[Range<usize>], uses: &mut Vec<Use>) {
    let capitals = words.iter().filter(|word| word.all_upper).count();
    let shouting = capitals * 2 > words.len();
    let mut sentences = sentences.iter().enumerate().peekable();
    let mut lede = true;
    for word in words {
        let mut first = false;
        while sentences.peek().is_some_and(|(_, it)| it.start <= word.range.start) {
            first = true;
            lede = sentences.next().is_some_and(|(at, _)| at < LEDE_SENTENCES);
        }
        let capital = word.starts_upper && !shouting && (!first || word.all_upper);
        let small = !word.starts_upper && !word.is_number;
        push(language, word, Use { hash: 0, headline: false, lede, capital, small }, uses);
    }
}

fn push(language: &str, word: &Word<'_>, it: Use, uses: &mut Vec<Use>) {
    if word.lower.len() < TERM_BYTES_MIN {
        return;
    }
    let Some(hash) = text::telling_stem(language, &word.lower) else { return };
    let capital = it.capital
        && !CAPITAL_NOUNS.contains(&language)
        && CALENDAR.binary_search(&word.lower.as_ref()).is_err();
    uses.push(Use { hash, capital, ..it });
}

fn term(uses: &[Use]) -> Term {
    let count = |test: fn(&Use) -> bool| {
        u8::try_from(uses.iter().filter(|it| test(it)).count()).unwrap_or(u8::MAX)
    };
    Term {
        hash: uses.first().map_or(0, |it| it.hash),
        headline: count(|it| it.headline),
        lede: count(|it| it.lede),
        count: count(|_| true),
        name: count(|it| it.capital) > count(|it| it.small),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(headline: &str, text: &str) -> Vec<Term> {
        terms(&Policy::default(), "en", headline, &text::words(text), &text::sentences(text))
    }

    fn find(terms: &[Term], word: &str) -> Option<Term> {
        terms.iter().copied().find(|it| it.hash == text::stem_hash("en", word))
    }

    #[test]
    fn a_name_is_told_by_its_capital_inside_a_sentence() {
        let terms = of(
            "Ferry Sinks Off Samos In Heavy Storm",
            "The ferry sank off Samos. Divers searched all night. A storm had hit Samos before.",
        );
        assert!(find(&terms, "samos").expect("a term").name);
        assert_eq!(find(&terms, "samos").expect("a term").count, 3);
        assert!(!find(&terms, "ferry").expect("a term").name);
        assert!(!find(&terms, "divers").expect("a term").name);
        assert!(terms.is_sorted_by_key(|it| it.hash));
    }

    #[test]
    fn function_words_are_no_terms() {
        assert_eq!(find(&of("The end of it", ""), "the"), None);
    }
}
