//! Content that stands before its source: "…, X said" and "…," said X.

use std::ops::Range;

use super::Attribution;
use super::verb::{Behind, inverted_source};
use crate::reading::phrase::Phrases;
use crate::reading::tokens::{Kind, Pos};

/// Tokens before ", X said" that are a clause even where none of them was taken for its verb.
const UNTAGGED_TOKENS_MIN: usize = 6;

/// The content stands before the source: "…, X said" and "…," said X.
#[expect(clippy::too_many_arguments, reason = "one call, all parts of one attribution")]
pub fn left(
    phrases: &Phrases<'_, '_>,
    group: &Range<usize>,
    after: usize,
    all: u8,
    source: Option<Range<usize>>,
    behind: &Behind,
    mut made: Attribution,
    found: &mut Vec<Attribution>,
) {
    let before = phrases.kind(group.start.wrapping_sub(1));
    let marked = matches!(before, Kind::Close | Kind::Comma | Kind::Stop | Kind::Dash);
    // "Holm, the mayor, told reporters": whoever is told does not tell.
    let told = source.is_some() && behind.addressee.is_some();
    let inverted = if !told && (marked || source.is_none()) {
        inverted_source(phrases, group, after, all)
    } else {
        None
    };
    let (source, start, resume) = match (inverted, source) {
        (Some(inverted), _) => (inverted.clone(), group.start, inverted.end),
        (None, Some(source)) => (source.clone(), source.start.min(group.start), behind.at),
        (None, None) => return,
    };
    let last = resume >= phrases.close() && source.start < group.start;
    made.source = Some(source);
    left_pieces(phrases, start, last, &mut made.content);
    let comma = phrases.kind(resume) == Kind::Comma;
    if comma && !made.content.is_empty() {
        resume_piece(phrases, resume + 1, &mut made.content);
    }
    if !made.content.is_empty() {
        found.push(made);
    }
}

/// `last`: nothing stands behind the cue, so what is before it can only be its content.
fn left_pieces(
    phrases: &Phrases<'_, '_>,
    start: usize,
    last: bool,
    content: &mut Vec<Range<usize>>,
) {
    let mut end = start;
    while end > phrases.start && matches!(phrases.kind(end - 1), Kind::Comma | Kind::Dash) {
        end -= 1;
    }
    let closed = end > phrases.start && matches!(phrases.kind(end - 1), Kind::Close | Kind::Stop);
    if end == start && !closed {
        if start == phrases.start && start > 0 && phrases.tokens.all[start - 1].kind == Kind::Close
        {
            content.push(quotation_start(phrases, start - 1)..start);
        }
        return;
    }
    let from = quotation_start(phrases, phrases.start);
    let piece = from..end;
    let whole = last
        && piece.len() >= UNTAGGED_TOKENS_MIN
        && end < start
        && !matches!(phrases.pos(piece.start), Pos::Preposition | Pos::Ing | Pos::Participle);
    let says = closed || whole || phrases.has_finite(piece.clone());
    if !piece.is_empty() && says {
        content.push(piece);
    }
}

/// Where the quotation that holds the token opens, maybe some sentences before.
fn quotation_start(phrases: &Phrases<'_, '_>, at: usize) -> usize {
    let all = &phrases.tokens.all;
    let quote = match all[at].kind {
        Kind::Close => at.checked_sub(1).map_or(0, |b| all[b].quote),
        Kind::Open => return at,
        _ => all[at].quote,
    };
    if quote == 0 {
        return at;
    }
    let mut at = at;
    while at > 0
        && (all[at - 1].quote == quote
            || (all[at - 1].kind == Kind::Open && all[at].quote == quote))
    {
        at -= 1;
    }
    at
}

/// "The plan, X said, would fail" and `"A," X said, "B"`.
fn resume_piece(phrases: &Phrases<'_, '_>, from: usize, content: &mut Vec<Range<usize>>) {
    let goes_on = phrases.kind(from) == Kind::Open
        || (phrases.finite(from)
            || (!matches!(
                phrases.pos(from),
                Pos::Ing
                    | Pos::Conjunction
                    | Pos::Relative
                    | Pos::Subordinator
                    | Pos::Preposition
                    | Pos::Adverb
                    | Pos::Determiner
                    | Pos::Name
                    | Pos::Mark
            ) && phrases.has_finite(from..phrases.end)));
    let piece = from..phrases.close();
    if goes_on && piece.len() > 1 {
        content.push(piece);
    }
}
