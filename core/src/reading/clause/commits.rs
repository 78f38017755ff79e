//! How far a clause goes: hedges, plans, negation, opinion, what is told again, a body's own act.

use std::ops::Range;

use super::verb::follow_infinitive;
use super::{Clause, meaning_in};
use crate::article::Time;
use crate::policy::lexicon::{Meaning, NONE, Predicate, form, tag};
use crate::reading::numbers::figure;
use crate::reading::phrase::Phrases;
use crate::reading::quantities::contrasts;
use crate::reading::tokens::{Kind, Pos};
use crate::reading::unreal::{counterfactual, nearly};
use crate::reading::{Factuality, Modality};

/// A year in milliseconds, near enough.
const YEAR_MS: i64 = 31_556_952_000;

/// Modality and the weakest hedge.
pub(super) fn hedges(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    verb: Option<usize>,
    made: &mut Clause,
) {
    made.factuality = Factuality::Stated;
    let upto = verb.map_or(range.end, |verb| (verb + 2).min(range.end));
    for at in range.start..upto {
        let token = &phrases.tokens.all[at];
        let weaker =
            if token.is(tag::POSSIBLE) && !(token.pos == Pos::Name || token.pos == Pos::Time) {
                if can_past(phrases, at) { Factuality::Stated } else { Factuality::Possible }
            } else if token.is(tag::LIKELY)
                && matches!(token.pos, Pos::Adverb | Pos::Adjective | Pos::Verb)
            {
                Factuality::Likely
            } else if token.is(tag::CLAIMED) && matches!(token.pos, Pos::Adverb | Pos::Adjective) {
                Factuality::Claimed
            } else if token.is(tag::SAID) && matches!(token.pos, Pos::Adverb) {
                Factuality::Said
            } else {
                continue;
            };
        made.factuality = made.factuality.min(weaker);
    }
    made.unverified = meaning_in(phrases, range, Meaning::Unverified).is_some();
    let Some(verb) = verb else { return };
    let group = phrases.group(verb);
    let will =
        (group.start..=verb).any(|at| phrases.is(at, tag::WILL) && phrases.pos(at) == Pos::Aux);
    let window = group.start..(verb + 3).min(range.end);
    let later = range.clone().any(|at| {
        phrases.tokens.is_word(at, "tomorrow")
            || (phrases.tokens.is_word(at, "next") && phrases.is(at + 1, tag::TIME | tag::WEEKDAY))
    });
    made.modality = if meaning_in(phrases, &window, Meaning::Forecast).is_some() {
        Modality::Forecast
    } else if meaning_in(phrases, &window, Meaning::Plan).is_some() && !sensed(phrases, &window) {
        Modality::Plan
    } else if will {
        if agent(phrases, group.start) { Modality::Plan } else { Modality::Forecast }
    } else if would(phrases, verb) && !phrases.is(verb, tag::BE) {
        let it = phrases.tokens.is_word(group.start.wrapping_sub(1), "it");
        let event = phrases.subject(group.start).is_some_and(|subject| {
            subject.into_iter().any(|at| phrases.tokens.entry(at).noun_class != NONE)
        });
        if it || !event && agent(phrases, group.start) {
            Modality::Plan
        } else {
            Modality::Forecast
        }
    } else if later && made.factuality < Factuality::Said {
        Modality::Forecast
    } else {
        Modality::Fact
    };
}

/// "were to be seen": it could be seen, nobody plans it.
fn sensed(phrases: &Phrases<'_, '_>, window: &Range<usize>) -> bool {
    window.clone().any(|at| {
        phrases.tokens.is_word(at, "be")
            && ["seen", "heard", "found", "felt"]
                .iter()
                .any(|word| phrases.tokens.is_word(at + 1, word))
    })
}

/// "could not", "could hear": past ability, not a possibility.
fn can_past(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    phrases.tokens.is_word(at, "could")
        && (phrases.pos(at + 1) == Pos::Negator
            || ["hear", "see", "be"].iter().any(|w| phrases.tokens.is_word(at + 1, w))
                && phrases.tokens.is_word(at + 2, "heard")
                    | phrases.tokens.is_word(at + 2, "seen")
                    | phrases.tokens.is_word(at + 1, "hear")
                    | phrases.tokens.is_word(at + 1, "see"))
}

/// Whether the subject is somebody who can intend.
fn agent(phrases: &Phrases<'_, '_>, group: usize) -> bool {
    let Some(subject) = phrases.subject(group) else { return false };
    let roles =
        tag::OFFICIAL | tag::ORGANISATION | tag::BODY | tag::TITLE | tag::SPEAKER | tag::COLLECTIVE;
    subject.clone().any(|at| phrases.is(at, roles) || phrases.pos(at) == Pos::Name)
        || ["he", "she", "they", "we", "i"]
            .iter()
            .any(|word| phrases.tokens.is_word(subject.start, word))
}

/// "would have killed", "nearly killed": nothing happened. What grows may nearly have doubled.
pub(super) fn never_was(phrases: &Phrases<'_, '_>, verb: usize, class: Option<&Predicate>) -> bool {
    const GRADED: [&str; 4] = ["cut", "fall", "raise", "rise"];
    let done = |class: &Predicate| !GRADED.contains(&class.class.as_str());
    counterfactual(phrases, verb) || class.is_some_and(done) && nearly(phrases, verb)
}

/// "said it would fine", "a quake would kill": what lies ahead, or would where something else were.
pub(super) fn would(phrases: &Phrases<'_, '_>, verb: usize) -> bool {
    let group = phrases.group(verb);
    let base = phrases.pos(verb) == Pos::Verb && phrases.tokens.all[verb].forms & form::BASE != 0;
    let have = group.clone().any(|at| at < verb && phrases.is(at, tag::HAVE));
    base && !have
        && group
            .into_iter()
            .any(|at| phrases.tokens.is_word(at, "would") && phrases.pos(at) == Pos::Aux)
}

/// "expelled no diplomats", where a body acts: it did not.
pub(super) fn acts_on_none(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    verb: Option<usize>,
) -> bool {
    let Some(verb) = verb.filter(|verb| verb + 2 < range.end) else { return false };
    let lemma = phrases.tokens.words.entry(phrases.tokens.entry(verb).lemma);
    phrases.pos(verb) == Pos::Verb
        && lemma.tags & tag::OWN_ACT != 0
        && phrases.tokens.is_word(verb + 1, "no")
        && matches!(phrases.pos(verb + 2), Pos::Noun | Pos::Adjective)
        && !bounds(phrases, verb + 1)
}

/// "could kill", "may close": of what a verb in its base form tells, it is not said that it was.
pub(super) fn lies_ahead(phrases: &Phrases<'_, '_>, verb: usize) -> bool {
    let group = phrases.group(verb);
    let base = phrases.pos(verb) == Pos::Verb && phrases.tokens.all[verb].forms & form::BASE != 0;
    let modal = group.clone().any(|at| {
        phrases.is(at, tag::POSSIBLE) && phrases.pos(at) == Pos::Aux && !can_past(phrases, at)
    });
    let helped = group.clone().any(|at| at < verb && phrases.is(at, tag::BE | tag::HAVE));
    base && modal && !helped
}

/// Evaluation: a frame such as "a blow to", or a judging word with no known predicate.
pub(super) fn opinion(phrases: &Phrases<'_, '_>, range: &Range<usize>, known: bool) -> bool {
    if meaning_in(phrases, range, Meaning::Opinion).is_some() {
        return true;
    }
    let judges =
        range.clone().any(|at| phrases.is(at, tag::OPINION) && phrases.pos(at) != Pos::Name);
    let ought = range.clone().any(|at| phrases.is(at, tag::OPINION) && phrases.pos(at) == Pos::Aux);
    ought || (judges && !known)
}

/// Whether the main verb is negated, and for how long that speaks.
pub(super) fn negation(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    verb: Option<usize>,
    made: &mut Clause,
) {
    if meaning_in(phrases, range, Meaning::Untrue).is_some() {
        made.denies = true;
        return;
    }
    let Some(verb) = verb else { return };
    let group = phrases.group(verb);
    // "rights that are not used": that denies nothing of what the clause tells.
    if group.start > range.start + 1 && that_of_noun(phrases, group.start - 1) {
        return;
    }
    let negator = (group.start.max(range.start)..=(verb + 1).min(range.end.saturating_sub(1)))
        .find(|at| {
            phrases.pos(*at) == Pos::Negator
                && !phrases.tokens.is_word(at + 1, "only")
                && !bounds(phrases, *at)
                && !not_guilty(phrases, *at)
                && !figure(phrases, at + 1).is_some_and(|number| contrasts(phrases, &number))
        });
    let no_one = (range.start..verb).any(|at| {
        ["no", "none", "nobody", "nothing", "neither"]
            .iter()
            .any(|word| phrases.tokens.is_word(at, word))
            && (at == range.start || phrases.pos(at.wrapping_sub(1)) == Pos::Aux)
            && !bounds(phrases, at)
    }) || not_one(phrases, range.start)
        || acts_on_none(phrases, range, Some(verb));
    made.denies = negator.is_some() || no_one;
    if let Some(negator) = negator {
        let have = (group.start..negator)
            .any(|at| phrases.is(at, tag::HAVE) && !phrases.tokens.is_word(at, "had"));
        let yet = range.clone().any(|at| phrases.tokens.is_word(at, "yet"));
        made.not_yet = have || yet;
    }
}

/// "a plane that crashed": it begins a relative clause.
fn that_of_noun(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    phrases.pos(at) == Pos::That
        && phrases.finite(at + 1)
        && matches!(phrases.pos(at - 1), Pos::Noun | Pos::Name)
}

/// "Not one of the hostages was freed", "not a single shot was fired".
pub(super) fn not_one(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    let one = |at: usize| phrases.tokens.is_word(at, "one");
    let single = phrases.tokens.is_word(at + 1, "a") && phrases.tokens.is_word(at + 2, "single");
    phrases.tokens.is_word(at, "not") && (one(at + 1) || single)
}

/// "no fewer than 12", "not more than 12": that bounds a number and denies nothing.
pub(super) fn bounds(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    let more = ["fewer", "less", "more"].iter().any(|word| phrases.tokens.is_word(at + 1, word));
    more && phrases.tokens.is_word(at + 2, "than")
}

/// "pleaded not guilty", "found not guilty": a plea and a verdict, not their absence.
fn not_guilty(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    let verb = at.checked_sub(1).map(|before| phrases.pos(before));
    phrases.tokens.is_word(at + 1, "guilty") && verb == Some(Pos::Verb)
}

/// A second verb behind "and" that is negated too: one denial cannot hold both.
pub(super) fn denied_again(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    verb: Option<usize>,
) -> bool {
    let Some(verb) = verb else { return false };
    let joint = (verb + 1..range.end).find(|at| phrases.pos(*at) == Pos::Conjunction);
    joint.is_some_and(|joint| {
        (joint + 1..range.end)
            .any(|at| phrases.pos(at) == Pos::Negator && phrases.finite(at.wrapping_sub(1)))
    })
}

/// Told again: a past year, "years ago", "has ruled since".
pub(super) fn background(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    now: Option<Time>,
) -> bool {
    // "14, not 40 as previously reported" is news.
    let told = |at: usize| at > range.start && phrases.tokens.is_word(at - 1, "as");
    if meaning_in(phrases, range, Meaning::Background).is_some_and(|(at, _)| !told(at)) {
        return true;
    }
    let this_year = now.map(|now| 1970 + now.0 / YEAR_MS);
    range.clone().any(|at| {
        if phrases.kind(at) != Kind::Number
            || at == range.start
            || !(phrases.is(at - 1, tag::PAST_YEAR)
                || phrases.is(at - 1, tag::MONTH)
                || phrases.kind(at - 1) == Kind::Comma
                || phrases.tokens.is_word(at - 1, "the"))
        {
            return false;
        }
        let written = phrases.tokens.str(at);
        let digits = written.trim_end_matches('s');
        let year = if digits.len() == 4 { digits.parse::<i64>().ok() } else { None };
        year.is_some_and(|year| {
            (1000..2100).contains(&year) && this_year.is_none_or(|this| year < this)
        })
    })
}

/// A named body decides: "the court sentenced", "the bank raised".
pub(super) fn own_act(
    phrases: &Phrases<'_, '_>,
    verb: Option<usize>,
    made: &Clause,
) -> (bool, bool) {
    let Some(verb) = verb else { return (false, false) };
    if made.denies || made.modality == Modality::Forecast || made.counter.is_some() {
        return (false, false);
    }
    let at = follow_infinitive(phrases, &made.tokens, verb);
    let entry = phrases.tokens.entry(at);
    let acts = phrases.tokens.words.entry(entry.lemma).tags & tag::OWN_ACT != 0;
    let group = phrases.group(verb);
    let passive = (group.start..verb).any(|at| phrases.is(at, tag::BE));
    if !acts || passive {
        return (false, false);
    }
    let Some(subject) = phrases.subject(group.start) else { return (false, false) };
    if would(phrases, verb) {
        return (false, false);
    }
    let body =
        subject.clone().any(|at| phrases.is(at, tag::BODY) && phrases.pos(at) != Pos::Adjective);
    (body, subject.len() == 1 && phrases.pos(subject.start) == Pos::Pronoun)
}
