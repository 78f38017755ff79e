//! Do the words around a cue take back that anybody asserts its content?
//!
//! "did not say", "refused to say", "nobody said", "no evidence that": then nothing is asserted,
//! and nothing is denied either. Two such words undo each other: "did not hesitate to say".

use std::ops::Range;

use crate::policy::lexicon::{Act, tag};
use crate::reading::phrase::Phrases;
use crate::reading::tokens::Pos;

/// Verbs that "or" may join before one whose negation is looked for.
const JOINED_MAX: usize = 3;
/// Words between "no" and its noun.
const MODIFIERS_MAX: usize = 4;
/// Tokens back from "any" where its negation stands.
const ANY_TOKENS_MAX: usize = 10;

/// Whether the verb group, what governs it or its subject says that it is not so.
pub fn of_verb(
    phrases: &Phrases<'_, '_>,
    group: &Range<usize>,
    source: Option<&Range<usize>>,
) -> bool {
    let nobody = source.is_some_and(|source| nobody(phrases, source));
    nobody || of_group(phrases, group, JOINED_MAX) % 2 == 1
}

/// "wrongly reported", "reported erroneously": whoever tells of it says that it is not so.
pub fn wrongly(phrases: &Phrases<'_, '_>, group: &Range<usize>) -> bool {
    let before = (phrases.start..group.start)
        .rev()
        .take_while(|at| phrases.pos(*at) == Pos::Adverb)
        .chain(group.clone());
    let behind = (group.end..phrases.end).take_while(|at| phrases.pos(*at) == Pos::Adverb);
    before.chain(behind).any(|at| phrases.is(at, tag::WRONGLY))
}

/// "no evidence", "little evidence", "not any evidence", "did not believe reports".
pub fn of_noun(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    let start = first_modifier(phrases, at);
    let untrue = (start..at).any(|at| phrases.is(at, tag::UNTRUE));
    none(phrases, start) || untrue || undone_by_verb(phrases, start)
}

/// How many words of a verb group, and before it, take it back.
fn of_group(phrases: &Phrases<'_, '_>, group: &Range<usize>, joined_max: usize) -> usize {
    let verb = group.end - 1;
    let own =
        group.clone().filter(|at| negates(phrases, *at) || *at < verb && undone(phrases, *at));
    let own = own.count();
    let Some(before) = group.start.checked_sub(1).filter(|at| *at >= phrases.start) else {
        return own;
    };
    // "has yet to say"
    if phrases.tokens.is_word(before, "yet") && phrases.pos(group.start) == Pos::To {
        return own + 1;
    }
    if phrases.pos(before) == Pos::Conjunction {
        return own + joined(phrases, before, joined_max);
    }
    let to = (group.start..verb).rev().find(|at| phrases.pos(*at) == Pos::To);
    let governor = match to {
        Some(to) if to == group.start => phrases.before_adverbials(to).checked_sub(1),
        _ if phrases.pos(verb) == Pos::Ing => Some(before),
        _ => None,
    };
    own + governor.filter(|at| *at >= phrases.start).map_or(0, |at| governed(phrases, at))
}

/// "not", "never", but not the "not" of "not only".
fn negates(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    let only = ["only", "just"].iter().any(|word| phrases.tokens.is_word(at + 1, word));
    phrases.pos(at) == Pos::Negator && !only
}

/// "refused", "unable": what follows did not happen.
fn undone(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    let lemma = phrases.tokens.words.entry(phrases.tokens.entry(at).lemma);
    phrases.tokens.all[at].word != 0 && lemma.tags & tag::UNDONE != 0
}

/// What the word before "to say" or "saying" takes back.
fn governed(phrases: &Phrases<'_, '_>, at: usize) -> usize {
    match phrases.pos(at) {
        Pos::Adjective => usize::from(undone(phrases, at)),
        Pos::Verb | Pos::Infinitive | Pos::Ing | Pos::Participle if undone(phrases, at) => {
            let group = phrases.group(at);
            1 + group.filter(|at| negates(phrases, *at)).count()
        }
        Pos::Noun => {
            let start = first_modifier(phrases, at);
            usize::from(none(phrases, start) || undone_by_verb(phrases, start))
        }
        Pos::Negator => usize::from(phrases.tokens.is_word(at, "nothing")),
        // "stopped short of saying"
        Pos::Preposition => usize::from(
            ["short", "instead"]
                .iter()
                .any(|word| at > phrases.start && phrases.tokens.is_word(at - 1, word)),
        ),
        _ => 0,
    }
}

/// "declined to confirm or | deny", "neither confirmed nor | denied".
fn joined(phrases: &Phrases<'_, '_>, conjunction: usize, joined_max: usize) -> usize {
    if phrases.tokens.is_word(conjunction, "nor") {
        return 1;
    }
    let other = conjunction.checked_sub(1).filter(|at| *at >= phrases.start);
    let or = phrases.tokens.is_word(conjunction, "or");
    let verb = other.filter(|at| {
        or && matches!(phrases.pos(*at), Pos::Verb | Pos::Infinitive | Pos::Ing | Pos::Participle)
    });
    match verb {
        Some(verb) if joined_max > 0 => of_group(phrases, &phrases.group(verb), joined_max - 1),
        _ => 0,
    }
}

/// "nobody", "no official", "none of the officials", "nobody at the ministry".
fn nobody(phrases: &Phrases<'_, '_>, source: &Range<usize>) -> bool {
    let none = |at: usize| {
        let word = ["no", "nobody", "none", "neither", "nor", "nothing"]
            .iter()
            .any(|word| phrases.tokens.is_word(at, word));
        // "No 10 said"
        word && at >= phrases.start
            && !(phrases.pos(at + 1) == Pos::Number
                && phrases.tokens.is_word(at, "no")
                && !phrases.tokens.is_word(at + 1, "one"))
    };
    let before = source.start.wrapping_sub(1);
    none(source.start)
        || source.start > phrases.start
            && (none(before)
                || phrases.pos(before) == Pos::Preposition
                    && before > phrases.start
                    && none(before - 1)
                || phrases.pos(before) == Pos::Negator)
}

/// Where the noun's phrase begins, behind its determiner.
fn first_modifier(phrases: &Phrases<'_, '_>, at: usize) -> usize {
    let floor = at.saturating_sub(MODIFIERS_MAX).max(phrases.start);
    let modifier = |at: &usize| {
        matches!(phrases.pos(*at), Pos::Adjective | Pos::Noun | Pos::Participle | Pos::Name)
            && !LITTLE.iter().any(|word| phrases.tokens.is_word(*at, word))
    };
    (floor..at).rev().take_while(modifier).last().unwrap_or(at)
}

const LITTLE: [&str; 3] = ["little", "scant", "zero"];

/// "no", "little", "not … any", "without", "a lack of" before a noun phrase.
fn none(phrases: &Phrases<'_, '_>, start: usize) -> bool {
    let Some(before) = start.checked_sub(1).filter(|at| *at >= phrases.start) else {
        return false;
    };
    let word = |at: usize, words: &[&str]| {
        at >= phrases.start && words.iter().any(|word| phrases.tokens.is_word(at, word))
    };
    let article = before > phrases.start && word(before - 1, &["a"]);
    if word(before, &["no", "without", "neither", "nor"]) || word(before, &LITTLE) && !article {
        return true;
    }
    if before > phrases.start && word(before, &["of"]) {
        return word(before - 1, &["lack", "absence", "none"]);
    }
    let any = word(before, &["any", "enough"]);
    let floor = before.saturating_sub(ANY_TOKENS_MAX).max(phrases.start);
    let clause = (floor..before)
        .rev()
        .take_while(|at| !matches!(phrases.pos(*at), Pos::Mark | Pos::That | Pos::Relative));
    any && clause
        .into_iter()
        .any(|at| phrases.pos(at) == Pos::Negator || word(at, &["no", "nor", "without"]))
}

/// "did not believe the reports", "doubted claims", "was not aware of reports".
fn undone_by_verb(phrases: &Phrases<'_, '_>, start: usize) -> bool {
    let determined = start > phrases.start && phrases.pos(start - 1) == Pos::Determiner;
    let start = start - usize::from(determined);
    let Some(before) = start.checked_sub(1).filter(|at| *at >= phrases.start) else {
        return false;
    };
    if phrases.tokens.is_word(before, "of") && before >= phrases.start + 2 {
        return phrases.pos(before - 1) == Pos::Adjective
            && phrases.pos(before - 2) == Pos::Negator;
    }
    if !matches!(phrases.pos(before), Pos::Verb | Pos::Infinitive | Pos::Ing) {
        return false;
    }
    if takes_back(phrases, before) {
        return true;
    }
    let negated = of_group(phrases, &phrases.group(before), JOINED_MAX) % 2 == 1;
    negated != acts(phrases, before, Act::Doubt)
}

/// "withdrew its report that", "retracted the claim that".
fn takes_back(phrases: &Phrases<'_, '_>, verb: usize) -> bool {
    let lemma = phrases.tokens.words.entry(phrases.tokens.entry(verb).lemma);
    phrases.tokens.all[verb].word != 0 && lemma.tags & tag::TAKEN_BACK != 0
}

fn acts(phrases: &Phrases<'_, '_>, at: usize, act: Act) -> bool {
    phrases.pos(at) != Pos::Noun
        && phrases.tokens.entry(at).cues.iter().flatten().any(|cue| cue.act == act)
}
