//! What a number counts, by the words behind it and before it.

use std::ops::Range;

use super::meaning;
use crate::policy::lexicon::{Meaning, NONE, form, tag};
use crate::reading::counting::toll as toll_at;
use crate::reading::numbers::{Figure, figure};
use crate::reading::phrase::Phrases;
use crate::reading::tokens::{Kind, Pos};

/// Modifiers between people and their verb.
const MODIFIERS_MAX: usize = 8;
/// Tokens of a part between commas.
const PART_TOKENS_MAX: usize = 20;
/// Prepositions that say which people are counted.
const WHERE: [&str; 13] = [
    "aboard", "across", "around", "at", "from", "in", "inside", "near", "of", "on", "outside",
    "under", "with",
];

/// The indicator, by what stands behind the number or before it, and the token that gives it.
pub(super) fn indicator(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    number: &Figure,
    things: &Range<usize>,
) -> Option<(u16, usize)> {
    behind(phrases, range, things)
        .or_else(|| before(phrases, range, number))
        .or_else(|| toll(phrases, range, number))
}

/// "12 dead", "47 people were killed", "five are missing", "12 people killed in".
fn behind(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    things: &Range<usize>,
) -> Option<(u16, usize)> {
    let mut at = things.end;
    // "6.3 on the Richter scale"
    if let Some((found, _)) = meaning(phrases, at, indicator_phrase).filter(|_| at < range.end) {
        return Some((found, at));
    }
    for _ in 0..3 {
        let noun = phrases.tokens.entry(at).noun_indicator;
        if noun != NONE && at < range.end {
            return Some((noun, at));
        }
        let listed = matches!(phrases.kind(at), Kind::Comma) || phrases.pos(at) == Pos::Conjunction;
        match listed
            .then(|| figure(phrases, at + 1 + usize::from(phrases.pos(at + 1) == Pos::Conjunction)))
            .flatten()
        {
            Some(next) => at = super::things(phrases, &next, None).end,
            None => break,
        }
    }
    at = over_parts(phrases, over_modifiers(phrases, at));
    let from = at;
    let mut passive = false;
    let mut active = None;
    while at < range.end && at < from + 12 {
        if let Some((found, _)) = meaning(phrases, at, indicator_phrase) {
            return Some((found, at));
        }
        let entry = phrases.tokens.entry(at);
        match phrases.pos(at) {
            Pos::Aux => passive |= phrases.is(at, tag::BE),
            Pos::Adverb | Pos::Negator | Pos::Relative => {}
            // "40 'killed' in strike"
            Pos::Mark if phrases.kind(at) == Kind::Open && phrases.kind(at + 2) == Kind::Close => {}
            Pos::Verb | Pos::Participle | Pos::Adjective | Pos::Noun
                if entry.verb_indicator != NONE =>
            {
                let participle = phrases.tokens.all[at].forms & form::PARTICIPLE != 0;
                let object = matches!(
                    phrases.pos(at + 1),
                    Pos::Determiner | Pos::Number | Pos::Name | Pos::Noun | Pos::Pronoun
                );
                let intransitive = entry.past.is_none() && is_death(phrases, at);
                if passive || intransitive || (participle && !object) {
                    return Some((entry.verb_indicator, at));
                }
                return active;
            }
            Pos::Adjective | Pos::Noun | Pos::Ing | Pos::Verb
                if entry.noun_indicator != NONE && (passive || phrases.pos(at) != Pos::Verb) =>
            {
                return Some((entry.noun_indicator, at));
            }
            Pos::Verb
                if [
                    "remained",
                    "remain",
                    "remains",
                    "left",
                    "went",
                    "feared",
                    "confirmed",
                    "reported",
                    "believed",
                    "presumed",
                    "pronounced",
                    "found",
                    "declared",
                ]
                .iter()
                .any(|w| phrases.tokens.is_word(at, w)) =>
            {
                active = None
            }
            _ => return None,
        }
        at += 1;
    }
    None
}

/// "154 people aboard a plane that crashed near Verno were killed": to the verb of the people.
fn over_modifiers(phrases: &Phrases<'_, '_>, from: usize) -> usize {
    let mut at = from;
    for _ in 0..MODIFIERS_MAX {
        at = match phrases.pos(at) {
            Pos::Preposition if WHERE.iter().any(|word| phrases.tokens.is_word(at, word)) => {
                // "on board | the plane"
                let board = usize::from(phrases.tokens.is_word(at + 1, "board"));
                let end = phrases.forward(at + 1 + board).max(at + 1 + board);
                // "saved 40 from | being killed"
                if phrases.tokens.is_word(at + 1, "being") {
                    return from;
                }
                // "154 people aboard | were killed"
                if end == at + 1 && !phrases.finite(end) { return from } else { end }
            }
            Pos::Participle | Pos::Ing
                if phrases.tokens.entry(at).verb_indicator == NONE
                    && phrases.pos(at + 1) == Pos::Preposition =>
            {
                at + 1
            }
            Pos::Time => at + 1,
            Pos::Relative | Pos::That if at > from && phrases.finite(at + 1) => {
                let last = (at + 1..phrases.end).find(|a| !phrases.finite(*a));
                match last.filter(|_| !indicates(phrases, at + 1)) {
                    Some(last) => last,
                    None => return from,
                }
            }
            _ => break,
        };
    }
    let others = (from..at).any(|a| {
        phrases.pos(a) == Pos::Number && !phrases.is(a - 1, tag::NOT_COUNTED | tag::MONTH)
    });
    if phrases.finite(at) && !others { at } else { from }
}

/// The verb group that begins here has an indicator of its own.
fn indicates(phrases: &Phrases<'_, '_>, from: usize) -> bool {
    (from..phrases.end)
        .take_while(|at| phrases.finite(*at))
        .any(|at| phrases.tokens.entry(at).verb_indicator != NONE)
}

/// "94 people, including 35 children, were killed": to the verb behind the part.
fn over_parts(phrases: &Phrases<'_, '_>, at: usize) -> usize {
    let part = phrases.kind(at) == Kind::Comma
        && ["including", "among", "most", "mostly"]
            .iter()
            .any(|word| phrases.tokens.is_word(at + 1, word));
    let close = part.then(|| {
        (at + 1..phrases.end.min(at + PART_TOKENS_MAX))
            .find(|a| phrases.kind(*a) == Kind::Comma && phrases.finite(a + 1))
    });
    close.flatten().map_or(at, |close| close + 1)
}

pub(super) fn is_death(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    ["died", "perished", "drowned", "die", "dies"]
        .iter()
        .any(|word| phrases.tokens.is_word(at, word))
}

const fn indicator_phrase(meaning: Meaning) -> Option<u16> {
    match meaning {
        Meaning::Indicator(at) => Some(at),
        _ => None,
    }
}

/// "killing at least 12", "injured 30 others", "left 12 …".
fn before(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    number: &Figure,
) -> Option<(u16, usize)> {
    let mut at = over_everyone(phrases, range, number.tokens.start);
    for _ in 0..4 {
        at = at.checked_sub(1).filter(|at| *at >= range.start)?;
        let entry = phrases.tokens.entry(at);
        let passive = at > range.start && phrases.is(at - 1, tag::BE);
        if entry.verb_indicator != NONE && !passive && phrases.pos(at) != Pos::Noun {
            return Some((entry.verb_indicator, at));
        }
        let lives = (at.saturating_sub(4)..at).find_map(|from| {
            meaning(phrases, from, indicator_phrase)
                .filter(|(_, n)| from + n == at || from + n == at + 1)
        });
        if let Some((found, _)) = lives {
            return Some((found, at));
        }
        if !matches!(
            phrases.pos(at),
            Pos::Determiner | Pos::Adverb | Pos::Adjective | Pos::Preposition | Pos::Number
        ) {
            return None;
        }
    }
    None
}

/// "killing everyone on board, | 154 people": who is counted was named in words.
fn over_everyone(phrases: &Phrases<'_, '_>, range: &Range<usize>, number: usize) -> usize {
    const EVERYONE_TOKENS_MAX: usize = 6;
    let mark = number.checked_sub(1).filter(|at| {
        *at > range.start && matches!(phrases.kind(*at), Kind::Comma | Kind::Dash | Kind::Bracket)
    });
    let Some(mark) = mark else { return number };
    let floor = mark.saturating_sub(EVERYONE_TOKENS_MAX).max(range.start);
    let everyone = |at: &usize| {
        ["all", "everybody", "everyone"].iter().any(|word| phrases.tokens.is_word(*at, word))
    };
    let free = |at: &usize| !phrases.finite(*at) && phrases.kind(*at) != Kind::Comma;
    (floor..mark).rev().take_while(free).find(everyone).unwrap_or(number)
}

/// "the death toll rose to 47"
fn toll(phrases: &Phrases<'_, '_>, range: &Range<usize>, number: &Figure) -> Option<(u16, usize)> {
    let from = number.tokens.start.saturating_sub(14).max(range.start);
    let to = [
        "to",
        "at",
        "of",
        "is",
        "was",
        "past",
        "reached",
        "hit",
        "hits",
        "above",
        "passed",
        "passes",
        "near",
        "nears",
        "reaches",
        "now",
        "stood",
        "topped",
        "tops",
        "exceeds",
        "exceeded",
        "surpassed",
        "surpasses",
    ];
    // "was not 40 but 14"
    let contrast = || {
        let but = number.tokens.start - 1;
        let near = but.saturating_sub(3).max(range.start)..but;
        phrases.tokens.is_word(but, "but")
            && near.into_iter().any(|at| phrases.tokens.is_word(at, "not"))
    };
    // "passed 1,000" bounds the number too.
    let over = number.tokens.start < number.digits.start
        && to.iter().any(|word| phrases.tokens.is_word(number.tokens.start, word));
    let linked = number.tokens.start > range.start
        && (over
            || contrast()
            || to.iter().any(|w| phrases.tokens.is_word(number.tokens.start - 1, w)));
    if !linked {
        return None;
    }
    (from..number.tokens.start).rev().find_map(|at| Some((toll_at(phrases, at)?, at)))
}
