//! What may be said of a text in a language without a lexicon: sentences with numbers, by the
//! publisher.

use std::ops::Range;

use super::{ClaimKind, Hop, Part, Proposition, Statement};
use crate::text::{self, Points};

/// Letters of a sentence that may be a statement.
const SENTENCE_BYTES: Range<usize> = 20..600;

/// One statement for each sentence that holds a number.
#[must_use]
pub fn numbers(
    body: &str,
    sentences: &[Range<usize>],
    points: &Points<'_>,
    chain: &[Hop],
    statements_max: usize,
) -> Vec<Statement> {
    let mut told = Vec::new();
    for (at, range) in sentences.iter().enumerate() {
        let sentence = body.get(range.clone()).unwrap_or_default().trim_end();
        let words = text::words(sentence);
        let counts = words.iter().any(|word| word.is_number) && !sentence.ends_with('?');
        if !counts || !SENTENCE_BYTES.contains(&sentence.len()) || told.len() >= statements_max {
            continue;
        }
        let span = points.span(&(range.start..range.start + sentence.len()));
        let mut terms: Vec<u32> = words
            .iter()
            .filter(|word| !word.is_number)
            .map(|word| text::term_hash(&word.lower))
            .collect();
        terms.sort_unstable();
        terms.dedup();
        told.push(Statement {
            part: Part::Body,
            sentence: u16::try_from(at).unwrap_or(u16::MAX),
            span,
            text: sentence.trim_end_matches(['.', '!', '…']).to_owned(),
            kind: ClaimKind::Event,
            chain: chain.into(),
            proposition: Proposition { terms, ..Proposition::default() },
            ..Statement::default()
        });
    }
    told
}
