//! The main verb of a clause and the class of what happens.

use std::ops::Range;

use super::{Around, Clause};
use crate::policy::lexicon::{Meaning, NONE, Predicate, form, tag};
use crate::reading::phrase::Phrases;
use crate::reading::tokens::{Kind, Pos};

/// The last token of the first finite verb group that is not in a relative or adverbial clause.
pub(super) fn main_verb(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> Option<usize> {
    let mut at = range.start;
    while at < range.end {
        if matches!(phrases.pos(at), Pos::Relative) && at > range.start {
            at = after_relative(phrases, range, at);
            continue;
        }
        if phrases.pos(at) == Pos::Subordinator
            && phrases.is(at, tag::CONDITION | tag::SUBORDINATOR)
        {
            let comma = (at..range.end).find(|a| phrases.kind(*a) == Kind::Comma);
            match comma {
                Some(comma) => at = comma,
                None => return None,
            }
        }
        if phrases.finite(at) {
            return Some(group_end(phrases, range, at));
        }
        at += 1;
    }
    None
}

/// "to enter", where the subject stands outside.
pub(super) fn infinitive(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    around: &Around<'_>,
) -> Option<usize> {
    around.subject?;
    (range.start..range.end.min(range.start + 4)).find(|at| phrases.pos(*at) == Pos::Infinitive)
}

/// Past the verb of a relative clause.
fn after_relative(phrases: &Phrases<'_, '_>, range: &Range<usize>, at: usize) -> usize {
    let comma = at > range.start && phrases.kind(at - 1) == Kind::Comma;
    if comma {
        return (at..range.end)
            .find(|a| phrases.kind(*a) == Kind::Comma)
            .map_or(range.end, |a| a + 1);
    }
    let verb = (at..range.end)
        .find(|a| phrases.finite(*a))
        .map_or(range.end, |verb| group_end(phrases, range, verb));
    verb + 1
}

fn group_end(phrases: &Phrases<'_, '_>, range: &Range<usize>, from: usize) -> usize {
    let mut last = from;
    let mut at = from + 1;
    while at < range.end {
        match phrases.pos(at) {
            Pos::Aux => last = at,
            Pos::Verb => return at,
            Pos::Adverb | Pos::Negator => {}
            _ => break,
        }
        at += 1;
    }
    last
}

/// The class of what happens: a phrase of the verb, the verb, else a noun.
pub(super) fn predicate<'t>(
    phrases: &Phrases<'t, '_>,
    range: &Range<usize>,
    verb: Option<usize>,
    made: &mut Clause,
    headline: bool,
) -> Option<&'t Predicate> {
    let words = phrases.tokens.words;
    let (class, passive) = match verb {
        Some(verb) => of_verb(phrases, range, verb),
        None => (NONE, false),
    };
    let class = if class == NONE && (verb.is_none() || weak(phrases, verb)) {
        of_noun(phrases, range, headline)
    } else {
        class
    };
    let found = words.predicate(class)?;
    made.proposition.predicate = Some(found.key);
    made.proposition.excludes = found.excludes;
    made.proposition.once = found.once;
    made.proposition.sole =
        found.sole && !passive && verb.is_some_and(|verb| one_of_its_kind(phrases, verb));
    made.proposition.valence =
        if passive && found.valence > 0 && !found.state { -found.valence } else { found.valence };
    if !passive
        && matches!(
            found.class.as_str(),
            "kill" | "injure" | "arrest" | "attack" | "destroy" | "defeat" | "charge" | "fine"
        )
    {
        made.proposition.valence = 0;
    }
    Some(found)
}

/// "won the election", "seized Dorn"; not "won a seat", "won her third medal", "won two awards".
fn one_of_its_kind(phrases: &Phrases<'_, '_>, verb: usize) -> bool {
    const PRIZES: [&str; 9] =
        ["award", "awards", "bronze", "gold", "medal", "medals", "prize", "prizes", "silver"];
    let from = (verb + 1..phrases.end).find(|at| phrases.pos(*at) != Pos::Adverb);
    let Some(from) = from else { return true };
    let one_of_many = ["a", "an", "another"].iter().any(|it| phrases.tokens.is_word(from, it))
        || phrases.pos(from) == Pos::Number
        || phrases.is(from, tag::POSSESSIVE);
    let mut object = from..phrases.forward(from);
    !one_of_many && !object.any(|at| PRIZES.iter().any(|it| phrases.tokens.is_word(at, it)))
}

/// A verb that says little by itself: be, have, make, take.
fn weak(phrases: &Phrases<'_, '_>, verb: Option<usize>) -> bool {
    verb.is_some_and(|at| {
        let lemma = phrases.tokens.words.entry(phrases.tokens.entry(at).lemma);
        phrases.pos(at) == Pos::Aux || lemma.tags & tag::LIGHT != 0
    })
}

fn of_verb(phrases: &Phrases<'_, '_>, range: &Range<usize>, verb: usize) -> (u16, bool) {
    let passive = phrases.tokens.all[verb].forms & form::PARTICIPLE != 0 && verb > range.start && {
        let group = phrases.group(verb);
        group.start < verb && (group.start..verb).any(|at| phrases.is(at, tag::BE))
    };
    for at in [verb, follow_infinitive(phrases, range, verb)] {
        if let Some(class) = verb_phrase(phrases, range, at) {
            return (class, passive);
        }
        let class = phrases.tokens.entry(at).verb_class;
        let light = phrases.pos(at) == Pos::Aux;
        if class != NONE && !light {
            return (class, passive);
        }
    }
    (NONE, passive)
}

/// "began to leave", "is to close": the verb that counts stands behind "to".
pub(super) fn follow_infinitive(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    verb: usize,
) -> usize {
    let to = (verb + 1..range.end.min(verb + 4)).find(|at| phrases.pos(*at) == Pos::To);
    match to {
        Some(to) => (to + 1..range.end.min(to + 4))
            .find(|at| phrases.pos(*at) == Pos::Infinitive)
            .unwrap_or(verb),
        None => verb,
    }
}

/// "boarded a plane": the phrase's words in order, with a few words between.
fn verb_phrase(phrases: &Phrases<'_, '_>, range: &Range<usize>, at: usize) -> Option<u16> {
    phrases.tokens.entry(at).phrases.iter().find_map(|phrase| {
        let Meaning::Predicate(class) = phrase.meaning else { return None };
        let mut here = at + 1;
        // "found the former minister | guilty", but not "moved a step | to"
        let object = phrases.forward(here);
        let first = phrases.tokens.words.entry(*phrase.rest.first()?).tags;
        let governs =
            phrase.rest.len() > 1 || first & (tag::PREPOSITION | tag::TO | tag::ADVERB) == 0;
        for word in &phrase.rest {
            let behind = (governs && here == at + 1).then_some(object).filter(|it| *it < range.end);
            let near = (here..range.end.min(here + 3)).chain(behind).find(|a| {
                let token = &phrases.tokens.all[*a];
                token.word == *word || (token.word != 0 && phrases.tokens.entry(*a).lemma == *word)
            })?;
            here = near + 1;
        }
        Some(class)
    })
}

fn of_noun(phrases: &Phrases<'_, '_>, range: &Range<usize>, _headline: bool) -> u16 {
    range
        .clone()
        .filter(|at| phrases.pos(*at) == Pos::Noun)
        .map(|at| phrases.tokens.entry(at).noun_class)
        .find(|class| *class != NONE)
        .unwrap_or(NONE)
}
