//! How attributions of one sentence share it, and how quotations run on over sentences.

use super::Attribution;
use crate::policy::lexicon::Act;
use crate::reading::phrase::Phrases;
use crate::reading::tokens::{Kind, Pos, Tokens};

/// Ends each content where the next attribution of the same rank begins.
pub fn trim(phrases: &Phrases<'_, '_>, found: &mut Vec<Attribution>, first: usize) {
    for a in first..found.len() {
        for b in first..found.len() {
            if a == b {
                continue;
            }
            if let Some(end) = end_before(phrases, &found[a], &found[b]) {
                for piece in &mut found[a].content {
                    if piece.contains(&end) {
                        piece.end = end;
                    }
                }
                found[a].content.retain(|piece| !piece.is_empty());
            }
        }
    }
    let mut at = first;
    while at < found.len() {
        let citer = found.iter().any(|a| a.cited_by == Some(at));
        if found[at].content.is_empty() && !citer && !colon_before_end(phrases, &found[at]) {
            remove(found, at);
        } else {
            at += 1;
        }
    }
}

fn colon_before_end(phrases: &Phrases<'_, '_>, one: &Attribution) -> bool {
    (one.cue.end..phrases.end).any(|at| phrases.kind(at) == Kind::Colon)
}

fn remove(found: &mut Vec<Attribution>, at: usize) {
    found.remove(at);
    for one in found {
        one.cited_by = match one.cited_by {
            Some(by) if by == at => None,
            Some(by) if by > at => Some(by - 1),
            by => by,
        };
    }
}

/// Where the content of `a` must end because `b` begins there.
fn end_before(phrases: &Phrases<'_, '_>, a: &Attribution, b: &Attribution) -> Option<usize> {
    let inside = a.content.iter().find(|piece| piece.contains(&b.cue.start))?;
    if phrases.tokens.all[b.cue.start].quote != phrases.tokens.all[a.cue.start].quote {
        return None;
    }
    let shared = a.source.is_some() && a.source == b.source && b.cue.start > a.cue.start;
    let start = match &b.source {
        Some(source) if !shared && inside.contains(&source.start) => source.start.min(b.cue.start),
        _ => b.cue.start,
    };
    if start <= inside.start || a.cue.start > start {
        return None;
    }
    let covers = b.content.iter().any(|piece| piece.start <= a.cue.start && piece.end <= start);
    let before = start - 1;
    let coordinated = matches!(phrases.pos(before), Pos::Conjunction)
        || (shared && phrases.kind(before) == Kind::Comma)
        || phrases.kind(before) == Kind::Semicolon;
    if !(covers || coordinated) || b.act == Act::Seem {
        return None;
    }
    let mut end = start;
    while end > inside.start
        && (matches!(phrases.kind(end - 1), Kind::Comma | Kind::Semicolon | Kind::Dash)
            || (end == start && phrases.pos(end - 1) == Pos::Conjunction))
    {
        end -= 1;
    }
    Some(end)
}

/// Adds sentences that go on with a quotation, and those announced by a colon.
pub fn continue_quotes(tokens: &Tokens<'_>, found: &mut [Attribution]) {
    let mut speaker: Option<usize> = None;
    for sentence in 0..tokens.sentences.len() {
        let range = tokens.sentences[sentence].clone();
        let own = found
            .iter()
            .rposition(|a| a.sentence == sentence && tokens.all[a.cue.start].quote == 0);
        let covered = found.iter().any(|a| {
            a.content.iter().any(|piece| piece.start <= range.start && piece.end > range.start)
        });
        if let Some(own) = own {
            speaker = says(&found[own], tokens).then_some(own).or(speaker);
            continue;
        }
        let Some(first) = tokens.all.get(range.start) else { continue };
        let quoted = first.kind == Kind::Open || first.quote != 0;
        if !quoted {
            speaker = None;
            continue;
        }
        if covered {
            continue;
        }
        if let Some(speaker) = speaker {
            found[speaker].content.push(trimmed(tokens, range));
        }
    }
}

fn trimmed(tokens: &Tokens<'_>, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let mut end = range.end;
    while end > range.start && tokens.all[end - 1].kind == Kind::Stop {
        end -= 1;
    }
    range.start..end
}

/// Somebody who speaks, in whose quotation the next sentence may stand.
fn says(one: &Attribution, tokens: &Tokens<'_>) -> bool {
    let quoted = one.content.is_empty()
        || one.content.iter().any(|piece| {
            piece.clone().any(|at| matches!(tokens.all[at].kind, Kind::Open | Kind::Close))
        });
    one.source.is_some() && quoted
}
