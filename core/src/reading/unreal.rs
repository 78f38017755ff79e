//! What a verb names that did not happen: "could have killed 40", "nearly killed", "plotted to
//! kill", "without killing", "a drill in which 40 were 'killed'".
//!
//! Nothing is counted by such a verb. A verb that may be of either kind is taken at its word.

use std::ops::Range;

use super::phrase::Phrases;
use super::tokens::{Kind, Pos};
use crate::policy::lexicon::{Act, NONE, tag, tag::takes};

/// Words of an object between a verb and its infinitive: "ordered the soldiers to fire".
const OBJECT_TOKENS_MAX: usize = 5;
/// Words between a charge and what somebody is charged with.
const CHARGED_TOKENS_MAX: usize = 8;
/// Gerunds that "and" joins.
const JOINED_MAX: usize = 3;

/// Whether the verb at `at` tells of something that did not happen.
#[must_use]
pub fn unreal(phrases: &Phrases<'_, '_>, range: &Range<usize>, at: usize) -> bool {
    let group = phrases.group(at);
    let told = match phrases.pos(at) {
        Pos::Infinitive => at.checked_sub(1).is_some_and(|to| meant(phrases, range, to)),
        Pos::Ing => averted(phrases, range, at, JOINED_MAX),
        Pos::Verb if phrases.tokens.is_word(group.start, "being") => {
            averted(phrases, range, group.start, JOINED_MAX)
        }
        // "ordered them to be killed"
        Pos::Verb if phrases.tokens.is_word(group.start, "be") => {
            group.start.checked_sub(1).is_some_and(|to| meant(phrases, range, to))
        }
        Pos::Verb | Pos::Participle => counterfactual(phrases, at) || nearly(phrases, at),
        _ => false,
    };
    told || staged(phrases, at) || tried(phrases, range, at) || long_ago(phrases, range, at)
}

/// "ten years after a fire killed 14", "marked ten years since bombings killed 32".
fn long_ago(phrases: &Phrases<'_, '_>, range: &Range<usize>, at: usize) -> bool {
    const CLAUSE_TOKENS_MAX: usize = 10;
    let word = |at: usize, words: &[&str]| words.iter().any(|it| phrases.tokens.is_word(at, it));
    let relative = |at: usize| matches!(phrases.pos(at), Pos::Relative | Pos::That);
    let floor = at.saturating_sub(CLAUSE_TOKENS_MAX).max(range.start);
    let near = (floor..at).rev().take_while(|at| phrases.kind(*at) != Kind::Comma);
    let joint = near.into_iter().find(|at| word(*at, &["after", "since"]));
    joint.is_some_and(|joint| {
        joint > range.start
            && word(joint - 1, &["years", "decades", "decade", "year", "anniversary"])
            && (relative(phrases.group(at).start.saturating_sub(1))
                || (joint + 1..phrases.group(at).start).all(|at| !phrases.finite(at)))
    })
}

/// "charged with killing 12", "jailed for killing 12", "executes man who killed 12": that they died
/// is older than the news, and told by whoever told of the deed.
fn tried(phrases: &Phrases<'_, '_>, range: &Range<usize>, at: usize) -> bool {
    const CHARGES: [&str; 3] = ["accuse", "charge", "suspect"];
    const COURTS: [&str; 8] =
        ["convict", "execute", "hang", "imprison", "jail", "prosecute", "sentence", "try"];
    let is = |at: usize, words: &[&str]| {
        let lemma = phrases.tokens.entry(at).lemma;
        lemma != 0 && words.iter().any(|word| phrases.tokens.words.find(word) == lemma)
    };
    let acts = |at: usize| !matches!(phrases.pos(at), Pos::Noun | Pos::Name);
    let court = |at: usize| acts(at) && is(at, &COURTS);
    let group = phrases.group(at);
    let Some(before) = group.start.checked_sub(1).filter(|at| *at > range.start) else {
        return false;
    };
    match phrases.pos(before) {
        Pos::Preposition if phrases.pos(at) == Pos::Ing => {
            let floor = before.saturating_sub(CHARGED_TOKENS_MAX).max(range.start);
            let guilty = phrases.tokens.is_word(before - 1, "guilty");
            let word = |words: &[&str]| words.iter().any(|it| phrases.tokens.is_word(before, it));
            let near = (floor..before).rev().take_while(|at| phrases.kind(*at) != Kind::Comma);
            let mut near = near.filter(|at| acts(*at));
            guilty
                || word(&["of", "with", "over", "for"])
                    && near.any(|at| is(at, &CHARGES) || court(at))
        }
        Pos::Relative if phrases.tokens.is_word(before, "who") => {
            let trial = |at: usize| {
                ["appeal", "parole", "trial", "verdict"]
                    .iter()
                    .any(|word| phrases.tokens.is_word(at, word))
            };
            (range.start..before).chain(at + 1..range.end).any(|at| court(at) || trial(at))
        }
        // "charged with planting a bomb that killed 15"
        Pos::Relative | Pos::That => (range.start + 1..before).any(|at| {
            phrases.pos(at) == Pos::Ing
                && phrases.pos(at - 1) == Pos::Preposition
                && tried(phrases, range, at)
        }),
        _ => false,
    }
}

/// "would have killed", "could have killed": it did not. "May have" and "might have" leave it
/// open, and so does a fear.
#[must_use]
pub fn counterfactual(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    let group = phrases.group(at);
    let modal = |at: usize, words: &[&str]| words.iter().any(|it| phrases.tokens.is_word(at, it));
    let perfect = |from: usize| (from + 1..at).any(|at| phrases.tokens.is_word(at, "have"));
    let feared = || {
        (phrases.start..phrases.end).any(|at| {
            ["fear", "fears", "feared", "fearing"].iter().any(|it| phrases.tokens.is_word(at, it))
        })
    };
    group.clone().any(|from| {
        perfect(from)
            && (modal(from, &["would", "should", "'d"])
                || modal(from, &["could"])
                    && phrases.tokens.entry(at).verb_indicator != NONE
                    && !feared())
    })
}

/// "nearly killed", "almost been killed"; not "nearly 40", nor "almost all".
#[must_use]
pub fn nearly(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    let before = (phrases.start..at).rev().find(|at| phrases.pos(*at) != Pos::Aux);
    before
        .is_some_and(|at| ["almost", "nearly"].iter().any(|word| phrases.tokens.is_word(at, word)))
}

/// "to kill" behind what is meant only: "plotted to", "a bid to", "ordered soldiers to".
fn meant(phrases: &Phrases<'_, '_>, range: &Range<usize>, to: usize) -> bool {
    let to = (range.start..=to).rev().find(|at| phrases.pos(*at) != Pos::Adverb).unwrap_or(to);
    if phrases.pos(to) != Pos::To || to <= range.start {
        return false;
    }
    let floor = to.saturating_sub(OBJECT_TOKENS_MAX).max(range.start);
    for at in (floor..to).rev() {
        match phrases.pos(at) {
            Pos::Adverb => {}
            Pos::Verb | Pos::Infinitive | Pos::Ing | Pos::Participle => {
                return attempts(phrases, at) || intends(phrases, at);
            }
            Pos::Adjective | Pos::Noun if attempts(phrases, at) => return true,
            Pos::Noun
            | Pos::Name
            | Pos::Pronoun
            | Pos::Determiner
            | Pos::Number
            | Pos::Adjective => {}
            _ => return false,
        }
    }
    false
}

fn attempts(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    lemma_is(phrases, at, tag::ATTEMPTED | tag::UNDONE)
}

/// A verb of will with an infinitive: "vowed to", "urged them to".
fn intends(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    let wills = |act: Act| matches!(act, Act::Intend | Act::Urge);
    let cues = phrases.tokens.entry(at).cues;
    cues.iter().flatten().any(|cue| wills(cue.act) && cue.takes & takes::INFINITIVE != 0)
}

fn lemma_is(phrases: &Phrases<'_, '_>, at: usize, tags: u64) -> bool {
    let lemma = phrases.tokens.words.entry(phrases.tokens.entry(at).lemma);
    phrases.tokens.all[at].word != 0 && (lemma.tags & tags != 0 || phrases.is(at, tags))
}

/// "killing" behind "without", "from", "rather than", "acquitted of", "avoided".
fn averted(phrases: &Phrases<'_, '_>, range: &Range<usize>, at: usize, joined_max: usize) -> bool {
    let skipped = |at: &usize| !matches!(phrases.pos(*at), Pos::Adverb | Pos::Negator | Pos::Aux);
    let Some(before) = (range.start..at).rev().find(skipped) else { return false };
    let word = |at: usize, words: &[&str]| words.iter().any(|it| phrases.tokens.is_word(at, it));
    match phrases.pos(before) {
        Pos::Conjunction if joined_max > 0 => {
            let other = (range.start..before).rev().find(|at| phrases.pos(*at) == Pos::Ing);
            other.is_some_and(|other| averted(phrases, range, other, joined_max - 1))
        }
        Pos::Preposition if word(before, &["of"]) => {
            before > range.start && lemma_is(phrases, before - 1, tag::AVERTED)
        }
        // "pleaded not guilty to killing"
        Pos::Preposition if word(before, &["to"]) => {
            before > range.start + 1
                && word(before - 1, &["guilty"])
                && phrases.pos(before - 2) == Pos::Negator
        }
        Pos::Preposition => word(before, &["against", "from", "than", "without"]),
        Pos::Verb | Pos::Infinitive | Pos::Ing | Pos::Participle => {
            lemma_is(phrases, before, tag::AVERTED) || attempts(phrases, before)
        }
        _ => false,
    }
}

/// In scare quotes within a drill, or in a film "in which" it happens.
fn staged(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    let alone = at > phrases.start
        && phrases.kind(at - 1) == Kind::Open
        && phrases.kind(at + 1) == Kind::Close;
    (phrases.start..phrases.end).filter(|it| phrases.is(*it, tag::STAGED)).any(|it| {
        let told = (it + 1..it + 4).any(|at| phrases.pos(at) == Pos::Relative);
        let played = ["film", "movie", "novel", "thriller", "sitcom", "simulation"]
            .iter()
            .any(|word| phrases.tokens.is_word(it, word));
        let mock = ["mock", "simulated", "simulation", "rehearsal"]
            .iter()
            .any(|word| phrases.tokens.is_word(it, word));
        let within =
            || (at + 1..it).all(|at| !phrases.finite(at) && phrases.kind(at) != Kind::Comma);
        let inside = || (at + 1..it).any(|at| phrases.tokens.is_word(at, "in"));
        alone || played && told && it < at || mock && it > at && within() && inside()
    })
}
