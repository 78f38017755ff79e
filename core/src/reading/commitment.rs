//! How far a text commits itself to one event word, for the field's scale of certainty.
//!
//! From 3,000 (it happened) over 0 (nothing is said) to -3,000 (it did not happen).

use super::attribution::{Attribution, attributions};
use super::phrase::Phrases;
use super::tokens::{Kind, Pos, Tokens, tag_parts};
use crate::article::Span;
use crate::policy::lexicon::{Act, Words, tag, tag::takes};
use crate::text::Points;

/// It happened.
const CERTAIN: i64 = 3_000;
/// Tokens from the beginning of a wish that it is sure to govern.
const NEAR: usize = 7;
/// "did not deny" leaves it open.
const UNDENIED: i64 = 500;
/// "did not doubt"
const UNDOUBTED: i64 = 750;
/// A share of all, in thousandths.
const ONE: i64 = 1_000;

/// The commitment to the event word at this place of a sentence.
#[must_use]
pub fn commitment(words: &Words, text: &str, event: Span) -> i64 {
    let mut tokens = Tokens::new(text, words, std::slice::from_ref(&(0..text.len())));
    tag_parts(&mut tokens);
    let byte = Points::new(text).byte(event.start);
    let end = tokens.all.len();
    let at = tokens.all.iter().position(|token| token.end > byte).unwrap_or(end);
    let found = attributions(&tokens, None);
    let phrases = Phrases { tokens: &tokens, start: 0, end };
    if at == end {
        return CERTAIN;
    }
    let own = own(&phrases, at);
    let around = found.iter().filter(|one| holds(one, at)).fold(ONE, |share, one| {
        let here = act_share(one.act);
        let near = one.content.iter().any(|piece| piece.contains(&at) && at < piece.start + NEAR);
        let wish = matches!(one.act, Act::Intend | Act::Urge | Act::Seem);
        let here = if wish && !near { (here + 2 * ONE) / 3 } else { here };
        let here = match (one.negated, one.act) {
            (true, Act::Deny) => UNDENIED,
            (true, Act::Doubt) => UNDOUBTED,
            (true, _) => here / 2,
            (false, _) => here,
        };
        share * here / ONE
    });
    let conditional = if in_condition(&phrases, at) { 250 } else { ONE };
    scaled(own * around / ONE * conditional / ONE)
}

/// Readers give doubt and denial less weight than their words have: half a step back to the
/// middle of what is left.
fn scaled(share: i64) -> i64 {
    match share {
        ..0 => -CERTAIN * (500 - share / 5) / ONE,
        0..ONE => CERTAIN * (300 + share * 7 / 10) / ONE,
        _ => CERTAIN,
    }
}

fn holds(one: &Attribution, at: usize) -> bool {
    one.content.iter().any(|piece| piece.contains(&at)) && !one.cue.contains(&at)
}

/// What remains of an event inside what somebody says, believes or wants.
const fn act_share(act: Act) -> i64 {
    match act {
        Act::Judge | Act::Confirm | Act::Show => ONE,
        Act::Say => 950,
        Act::Think | Act::Seem => 750,
        Act::Claim => 700,
        Act::Intend | Act::Urge => 500,
        Act::Ask | Act::Doubt => 300,
        Act::Deny => -700,
    }
}

/// The event word's own verb group or noun phrase.
fn own(phrases: &Phrases<'_, '_>, at: usize) -> i64 {
    match phrases.pos(at) {
        Pos::Verb | Pos::Aux => of_group(phrases, at),
        Pos::Infinitive => of_infinitive(phrases, at),
        Pos::Noun | Pos::Adjective | Pos::Name => of_noun(phrases, at),
        Pos::Ing => of_ing(phrases, at),
        _ => 900,
    }
}

/// "selling": less sure behind a preposition.
fn of_ing(phrases: &Phrases<'_, '_>, at: usize) -> i64 {
    let before = at.checked_sub(1).map(|before| phrases.pos(before));
    if before == Some(Pos::Preposition) { 600 } else { 800 }
}

fn of_group(phrases: &Phrases<'_, '_>, at: usize) -> i64 {
    let group = phrases.group(at);
    let mut share = ONE;
    let mut sign = 1;
    for here in group.start..=(at + 1).min(phrases.end - 1) {
        if here > at && phrases.pos(here) != Pos::Negator {
            break;
        }
        if phrases.pos(here) == Pos::Negator {
            sign = -1;
        }
        share = share.min(hedge(phrases, here));
    }
    sign * share
}

/// What a hedging word leaves.
fn hedge(phrases: &Phrases<'_, '_>, at: usize) -> i64 {
    if phrases.is(at, tag::WILL) {
        600
    } else if phrases.is(at, tag::POSSIBLE) {
        350
    } else if phrases.is(at, tag::MODAL) && !phrases.is(at, tag::NEGATOR) {
        250
    } else if phrases.is(at, tag::LIKELY) && matches!(phrases.pos(at), Pos::Adverb | Pos::Adjective)
    {
        700
    } else if phrases.is(at, tag::CLAIMED) && phrases.pos(at) == Pos::Adverb {
        500
    } else {
        ONE
    }
}

/// "to leave": as far as the word before it goes.
fn of_infinitive(phrases: &Phrases<'_, '_>, at: usize) -> i64 {
    let floor = at.saturating_sub(8);
    let governor = (floor..at).rev().find(|here| {
        matches!(
            phrases.pos(*here),
            Pos::Verb | Pos::Adjective | Pos::Infinitive | Pos::Ing | Pos::Participle
        ) || (phrases.pos(*here) == Pos::Noun && phrases.pos(here + 1) == Pos::To)
            || (phrases.pos(*here) == Pos::Aux && phrases.pos(here + 1) == Pos::To)
    });
    let Some(governor) = governor else { return 350 };
    let entry = phrases.tokens.entry(governor);
    let intends = entry.cues.iter().flatten().any(|cue| cue.takes & takes::INFINITIVE != 0);
    let undone = phrases.tokens.words.entry(entry.lemma).tags & tag::UNDONE != 0;
    let outer = match phrases.pos(governor) {
        Pos::Verb => of_group(phrases, governor),
        Pos::Infinitive => of_infinitive(phrases, governor),
        _ => ONE,
    };
    if undone {
        return -ONE;
    }
    let own = if intends || phrases.pos(governor) == Pos::Aux { 350 } else { 400 };
    outer * own / ONE
}

fn of_noun(phrases: &Phrases<'_, '_>, at: usize) -> i64 {
    let floor = at.saturating_sub(10);
    let none = (at.saturating_sub(3)..at)
        .any(|here| phrases.tokens.is_word(here, "no") || phrases.tokens.is_word(here, "without"));
    if none {
        return -800;
    }
    let hedged = (at.saturating_sub(2)..at).map(|here| match phrases.pos(here) {
        Pos::Adjective | Pos::Noun if phrases.is(here, tag::POSSIBLE) => 350,
        Pos::Adjective if phrases.is(here, tag::CLAIMED) => 500,
        _ => ONE,
    });
    let own = hedged.min().unwrap_or(ONE).min(850);
    let verb = (floor..at)
        .rev()
        .take_while(|here| phrases.kind(*here) != Kind::Comma)
        .find(|here| matches!(phrases.pos(*here), Pos::Verb | Pos::Infinitive));
    let outer = match verb.map(|verb| (verb, phrases.pos(verb))) {
        Some((verb, Pos::Infinitive)) => of_infinitive(phrases, verb),
        Some((verb, _)) => of_group(phrases, verb),
        None => ONE,
    };
    // An event that is named exists more surely than what is done with it.
    own * (ONE + outer.max(0)) / (2 * ONE)
}

/// "if", "unless" before it in its clause.
fn in_condition(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    (0..at)
        .rev()
        .take_while(|here| phrases.kind(*here) != Kind::Comma)
        .any(|here| phrases.is(here, tag::CONDITION) && phrases.pos(here) == Pos::Subordinator)
}
