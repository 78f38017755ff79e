//! Ranges of tokens cut to what one statement is made of.

use std::ops::Range;

use super::phrase::Phrases;
use super::tokens::Pos;
use crate::policy::lexicon::NONE;

/// Words of a content below which nothing is told.
pub const CONTENT_TOKENS_MIN: usize = 3;

/// One of several clauses that "and" joins.
pub struct Split {
    /// The clause.
    pub tokens: Range<usize>,
    /// The subject of the clause before it, where it has none of its own.
    pub subject: Option<Range<usize>>,
}

impl Split {
    /// All of it.
    #[must_use]
    pub const fn whole(tokens: Range<usize>) -> Self {
        Self { tokens, subject: None }
    }
}

/// The clauses of a range: "A was evacuated and B suspended", "X entered A and seized B".
#[must_use]
pub fn split(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> Vec<Split> {
    let mut parts = vec![Split::whole(range.clone())];
    for at in range.start + 3..range.end.saturating_sub(2) {
        let and = phrases.tokens.is_word(at, "and") || phrases.tokens.is_word(at, "but");
        let Some(last) = parts.last().filter(|_| and) else { continue };
        let Some(verb) = (last.tokens.start..at).find(|a| phrases.finite(*a)) else { continue };
        if (last.tokens.start..verb)
            .any(|a| matches!(phrases.pos(a), Pos::Relative | Pos::Subordinator))
        {
            continue;
        }
        if range.end < at + 1 + CONTENT_TOKENS_MIN {
            break;
        }
        let next = phrases.forward(at + 1);
        let told = |verb: usize| {
            phrases.finite(verb)
                && verb + 1 < range.end
                && (verb..(verb + 4).min(range.end))
                    .any(|a| phrases.tokens.entry(a).verb_class != NONE)
        };
        let negated = |verb: usize| {
            phrases.finite(verb)
                && (verb + 1..(verb + 3).min(range.end)).any(|a| phrases.pos(a) == Pos::Negator)
        };
        let told_last =
            |verb: usize| phrases.finite(verb) && phrases.tokens.entry(verb).verb_class != NONE;
        let subject = if next > at + 1 && (told(next) || told_last(next) || negated(next)) {
            None
        } else if next == at + 1 && (told(next) || negated(next)) {
            let Some(subject) = phrases.subject(phrases.group(verb).start.max(last.tokens.start))
            else {
                continue;
            };
            Some(subject)
        } else {
            continue;
        };
        let end = range.end;
        if let Some(last) = parts.last_mut() {
            last.tokens.end = at;
        }
        parts.push(Split { tokens: at + 1..end, subject });
    }
    parts
}

/// Without "they had no" and "there is no reason": what there is not tells nothing.
#[must_use]
pub fn without_absent(
    phrases: &Phrases<'_, '_>,
    rest: Vec<Range<usize>>,
    cue: usize,
) -> Vec<Range<usize>> {
    let keep = |range: Range<usize>| {
        if range.end != cue {
            return Some(range);
        }
        let joint = range.clone().rev().find(|at| phrases.pos(*at) == Pos::Conjunction)?;
        Some(range.start..joint)
    };
    rest.into_iter().filter_map(keep).collect()
}

/// What lies within the bounds.
#[must_use]
pub fn within(piece: &Range<usize>, bounds: &Range<usize>) -> Option<Range<usize>> {
    let cut = piece.start.max(bounds.start)..piece.end.min(bounds.end);
    (cut.start < cut.end).then_some(cut)
}

/// The ranges without the hole.
#[must_use]
pub fn cut(ranges: &[Range<usize>], hole: &Range<usize>) -> Vec<Range<usize>> {
    let mut rest = Vec::with_capacity(ranges.len() + 1);
    for range in ranges {
        if hole.end <= range.start || range.end <= hole.start || hole.is_empty() {
            rest.push(range.clone());
            continue;
        }
        for part in [range.start..hole.start.max(range.start), hole.end.min(range.end)..range.end] {
            if part.start < part.end {
                rest.push(part);
            }
        }
    }
    rest
}
