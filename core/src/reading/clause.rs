//! What one clause commits itself to: polarity, modality, firmness, time, and the proposition.
//!
//! A clause that says nothing about the world (a question, a condition, an opinion, the absence of
//! word) gives `None`.

use std::ops::Range;

use super::counting::counter;
use super::names::Mention;
use super::phrase::Phrases;
use super::quantities::{Counted, place, quantities};
use super::tokens::{Kind, Pos};
use super::{Basis, ClaimKind, Factuality, Modality, Proposition};
use crate::article::Time;
use crate::policy::lexicon::{Meaning, NONE, form, tag};

/// Content words of one proposition.
const TERMS_MAX: usize = 40;
/// A year in milliseconds, near enough.
const YEAR_MS: i64 = 31_556_952_000;

/// A clause as it was understood.
#[derive(Clone, Debug, Default)]
pub struct Clause {
    /// Tokens without "that", commas and the like.
    pub tokens: Range<usize>,
    /// The affirmed proposition.
    pub text: String,
    /// The clause denies it.
    pub denies: bool,
    /// "has not", "not yet"
    pub not_yet: bool,
    /// Fact, forecast or plan.
    pub modality: Modality,
    /// The weakest word in it.
    pub factuality: Factuality,
    /// Could not be verified.
    pub unverified: bool,
    /// Told again.
    pub background: bool,
    /// A body's own act.
    pub own_act: bool,
    /// Who gives the count that it tells of.
    pub counter: Option<Range<usize>>,
    /// The act of whoever tells it: "it had closed the border".
    pub self_act: bool,
    /// The reporter saw it.
    pub first_hand: bool,
    /// Event, state, quantity or statement.
    pub kind: ClaimKind,
    /// Numbers.
    pub quantities: Vec<Counted>,
    /// For matching.
    pub proposition: Proposition,
    /// Where.
    pub place: Option<String>,
    /// Whether a known predicate or a number makes it worth telling.
    pub telling: bool,
    /// Whether it has a finite verb.
    pub finite: bool,
}

impl Clause {
    /// What it rests on, if nobody else says it.
    #[must_use]
    pub const fn basis(&self) -> Basis {
        if self.first_hand {
            Basis::FirstHand
        } else if self.own_act {
            Basis::OwnAct
        } else {
            Basis::Attributed
        }
    }
}

/// Somebody or something that a pronoun may stand for.
#[derive(Clone, Debug, Default)]
pub struct Referent {
    /// In words.
    pub name: String,
    /// Key of the name or head noun.
    pub key: Option<u32>,
    /// One human, several, or a body or thing.
    pub number: Number,
    /// "he" or "she", where it was called so: then it is nobody of the other.
    pub called: Option<String>,
}

/// Which pronouns fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Number {
    /// he, she
    Human,
    /// they
    Several,
    /// it
    #[default]
    Thing,
}

/// What surrounds a clause.
#[derive(Clone, Debug)]
pub struct Around<'a> {
    /// Names in the text.
    pub mentions: &'a [Mention],
    /// The article's own time.
    pub now: Option<Time>,
    /// Words before the clause that belong to its text: the subject of an infinitive.
    pub subject: Option<&'a str>,
    /// Tokens of that subject.
    pub holder: Option<Range<usize>>,
    /// Who says it: whom "I" means, and "we" of a body.
    pub speaker: Option<&'a Referent>,
    /// Whom "he", "they" or "it" as the subject may mean, the likeliest first.
    pub referents: &'a [Referent],
    /// In a headline, where present means past and articles are left out.
    pub headline: bool,
}

/// Understands the tokens as one clause.
#[must_use]
pub fn clause(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    around: &Around<'_>,
) -> Option<Clause> {
    let mut range = bare(phrases, range);
    let untrue = untrue_that(phrases, &range);
    if let Some(that) = untrue {
        range.start = that + 1;
    }
    cut_absence(phrases, &mut range);
    if range.len() < 2 || silent(phrases, &range) || elliptic(phrases, &range) {
        return None;
    }
    let verb = main_verb(phrases, &range).or_else(|| infinitive(phrases, &range, around));
    let mut made = Clause { tokens: range.clone(), finite: verb.is_some(), ..Clause::default() };
    let class = predicate(phrases, &range, verb, &mut made, around.headline);
    hedges(phrases, &range, verb, &mut made);
    if opinion(phrases, &range, class.is_some()) {
        return None;
    }
    negation(phrases, &range, verb, &mut made);
    if made.denies && denied_again(phrases, &range, verb) {
        return None;
    }
    made.denies ^= untrue.is_some();
    made.background = background(phrases, &range, around.now);
    let name = class.map(|class| class.class.as_str());
    made.quantities = quantities(phrases, &range, name);
    made.first_hand = meaning_in(phrases, &range, Meaning::FirstHand).is_some();
    made.counter = verb.and_then(|verb| counter(phrases, &range, verb));
    (made.own_act, made.self_act) = own_act(phrases, verb, &made);
    made.place = place(phrases, range.clone());
    names_and_terms(phrases, &range, around, &mut made);
    made.kind = kind(&made, class.is_some_and(|class| class.state));
    made.telling = class.is_some() || !made.quantities.is_empty() || made.first_hand;
    made.text = text(phrases, &range, verb, &made, around.subject);
    refer(phrases, &range, around, &mut made);
    Some(made)
}

/// Without "that", conjunctions and marks at the ends.
fn bare(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> Range<usize> {
    let mut range = range.clone();
    while range.start < range.end
        && (matches!(
            phrases.kind(range.start),
            Kind::Comma
                | Kind::Dash
                | Kind::Open
                | Kind::Close
                | Kind::Colon
                | Kind::Semicolon
                | Kind::Other
                | Kind::Stop
        ) || matches!(phrases.pos(range.start), Pos::Conjunction)
            || (phrases.pos(range.start) == Pos::That
                && range.len() > 2
                && !phrases.finite(range.start + 1))
            || (phrases.pos(range.start) == Pos::Adverb
                && phrases.kind(range.start + 1) == Kind::Comma))
    {
        range.start += 1;
    }
    while range.start < range.end
        && matches!(
            phrases.kind(range.end - 1),
            Kind::Comma
                | Kind::Dash
                | Kind::Open
                | Kind::Close
                | Kind::Colon
                | Kind::Semicolon
                | Kind::Stop
                | Kind::Other
        )
        && phrases.tokens.str(range.end - 1) != "?"
    {
        range.end -= 1;
    }
    // "… as", where what stood behind it is another's claim.
    if range.len() > 2 && phrases.tokens.is_word(range.end - 1, "as") {
        range.end -= 1;
    }
    range
}

/// "It is not true that …": where the denied clause begins.
fn untrue_that(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> Option<usize> {
    let (at, length) = meaning_in(phrases, range, Meaning::Untrue)?;
    (phrases.pos(at + length) == Pos::That && at + length + 2 < range.end).then_some(at + length)
}

/// Questions, conditions and the absence of word.
fn silent(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> bool {
    let first = &phrases.tokens.all[range.start];
    let last = range.end - 1;
    let asks = phrases.tokens.str(last).contains('?')
        || (phrases.tokens.str(range.end).contains('?') && range.end < phrases.end);
    let condition = first.is(tag::CONDITION) && !first.is(tag::MODAL);
    let wh = first.pos == Pos::Subordinator
        && ["how", "why", "where", "what", "whether"]
            .iter()
            .any(|w| phrases.tokens.is_word(range.start, w));
    // "Do not use it" asks; it denies nothing.
    let order =
        phrases.tokens.is_word(range.start, "do") && phrases.pos(range.start + 1) == Pos::Negator;
    asks || condition
        || order
        || wh
        || meaning_in(phrases, range, Meaning::Absence).is_some()
        || meaning_in(phrases, range, Meaning::NoComment).is_some()
}

/// "The mayor resigned but gave no reason": the first part still tells something.
fn cut_absence(phrases: &Phrases<'_, '_>, range: &mut Range<usize>) {
    let absent = [Meaning::Absence, Meaning::NoComment]
        .into_iter()
        .filter_map(|meaning| meaning_in(phrases, range, meaning))
        .map(|(at, _)| at)
        .min();
    let Some(absent) = absent else { return };
    let joint = (range.start + 2..=absent)
        .rev()
        .find(|at| phrases.pos(*at) == Pos::Conjunction || phrases.tokens.is_word(*at, "without"));
    let Some(joint) = joint else { return };
    let front = bare(phrases, &(range.start..joint));
    if main_verb(phrases, &front).is_some() {
        *range = front;
    }
}

/// "did not want to", "it was not": what is left out stands elsewhere.
fn elliptic(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> bool {
    let before = group_before(phrases, range);
    let bare = range.len() <= 4
        && phrases.pos(range.end - 1) == Pos::Negator
        && phrases.pos(before) == Pos::Aux;
    bare || phrases.tokens.is_word(range.end - 1, "to") && phrases.finite(before)
}

/// The word before the last one.
fn group_before(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> usize {
    range.end.saturating_sub(2).max(range.start).min(phrases.end)
}

/// The first place where a phrase with this meaning begins, and its length.
pub fn meaning_in(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    meaning: Meaning,
) -> Option<(usize, usize)> {
    let meanings = &phrases.tokens.meanings;
    let from = meanings.partition_point(|(at, ..)| *at < range.start);
    let within = meanings.iter().skip(from).take_while(|(at, ..)| *at < range.end);
    let same = within.filter(|(at, length, means)| *means == meaning && at + length <= range.end);
    same.map(|(at, length, _)| (*at, *length)).next()
}

/// The last token of the first finite verb group that is not in a relative or adverbial clause.
fn main_verb(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> Option<usize> {
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

/// "a plane that crashed": it begins a relative clause.
fn that_of_noun(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    phrases.pos(at) == Pos::That
        && phrases.finite(at + 1)
        && matches!(phrases.pos(at - 1), Pos::Noun | Pos::Name)
}

/// "to enter", where the subject stands outside.
fn infinitive(
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
fn predicate<'t>(
    phrases: &Phrases<'t, '_>,
    range: &Range<usize>,
    verb: Option<usize>,
    made: &mut Clause,
    headline: bool,
) -> Option<&'t crate::policy::lexicon::Predicate> {
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
    made.proposition.sole = found.sole && !passive;
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
fn follow_infinitive(phrases: &Phrases<'_, '_>, range: &Range<usize>, verb: usize) -> usize {
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
        for word in &phrase.rest {
            let near = (here..range.end.min(here + 3)).find(|a| {
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

/// Modality and the weakest hedge.
fn hedges(phrases: &Phrases<'_, '_>, range: &Range<usize>, verb: Option<usize>, made: &mut Clause) {
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

/// Evaluation: a frame such as "a blow to", or a judging word with no known predicate.
fn opinion(phrases: &Phrases<'_, '_>, range: &Range<usize>, known: bool) -> bool {
    if meaning_in(phrases, range, Meaning::Opinion).is_some() {
        return true;
    }
    let judges =
        range.clone().any(|at| phrases.is(at, tag::OPINION) && phrases.pos(at) != Pos::Name);
    let ought = range.clone().any(|at| phrases.is(at, tag::OPINION) && phrases.pos(at) == Pos::Aux);
    ought || (judges && !known)
}

/// Whether the main verb is negated, and for how long that speaks.
fn negation(
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
        });
    let no_one = (range.start..verb).any(|at| {
        ["no", "none", "nobody", "nothing", "neither"]
            .iter()
            .any(|word| phrases.tokens.is_word(at, word))
            && (at == range.start || phrases.pos(at.wrapping_sub(1)) == Pos::Aux)
            && !bounds(phrases, at)
    });
    made.denies = negator.is_some() || no_one;
    if let Some(negator) = negator {
        let have = (group.start..negator)
            .any(|at| phrases.is(at, tag::HAVE) && !phrases.tokens.is_word(at, "had"));
        let yet = range.clone().any(|at| phrases.tokens.is_word(at, "yet"));
        made.not_yet = have || yet;
    }
}

/// "no fewer than 12", "not more than 12": that bounds a number and denies nothing.
fn bounds(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    let more = ["fewer", "less", "more"].iter().any(|word| phrases.tokens.is_word(at + 1, word));
    more && phrases.tokens.is_word(at + 2, "than")
}

/// A second verb behind "and" that is negated too: one denial cannot hold both.
fn denied_again(phrases: &Phrases<'_, '_>, range: &Range<usize>, verb: Option<usize>) -> bool {
    let Some(verb) = verb else { return false };
    let joint = (verb + 1..range.end).find(|at| phrases.pos(*at) == Pos::Conjunction);
    joint.is_some_and(|joint| {
        (joint + 1..range.end)
            .any(|at| phrases.pos(at) == Pos::Negator && phrases.finite(at.wrapping_sub(1)))
    })
}

/// Told again: a past year, "years ago", "has ruled since".
fn background(phrases: &Phrases<'_, '_>, range: &Range<usize>, now: Option<Time>) -> bool {
    if meaning_in(phrases, range, Meaning::Background).is_some() {
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
fn own_act(phrases: &Phrases<'_, '_>, verb: Option<usize>, made: &Clause) -> (bool, bool) {
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
    let body =
        subject.clone().any(|at| phrases.is(at, tag::BODY) && phrases.pos(at) != Pos::Adjective);
    (body, subject.len() == 1 && phrases.pos(subject.start) == Pos::Pronoun)
}

fn kind(made: &Clause, state: bool) -> ClaimKind {
    if !made.quantities.is_empty() {
        ClaimKind::Quantity
    } else if state {
        ClaimKind::State
    } else {
        ClaimKind::Event
    }
}

/// Subject, names and content words.
fn names_and_terms(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    around: &Around<'_>,
    made: &mut Clause,
) {
    let mentions = around.mentions;
    let first = mentions.partition_point(|mention| mention.tokens.end <= range.start);
    let within = mentions.iter().skip(first).take_while(|mention| mention.tokens.start < range.end);
    let within: Vec<&Mention> = within.collect();
    made.proposition.names = within.iter().map(|mention| mention.key).collect();
    made.proposition.names.sort_unstable();
    made.proposition.names.dedup();
    match &around.holder {
        Some(holder) => outer_subject(phrases, holder, mentions, made),
        None => subject(phrases, range, &within, made),
    }
    let named = |at: usize| within.iter().any(|mention| mention.tokens.contains(&at));
    for at in range.clone() {
        let token = &phrases.tokens.all[at];
        let content = matches!(
            token.pos,
            Pos::Noun
                | Pos::Verb
                | Pos::Adjective
                | Pos::Ing
                | Pos::Infinitive
                | Pos::Participle
                | Pos::Name
        );
        if token.kind == Kind::Word
            && content
            && !named(at)
            && !token.is(tag::TITLE | tag::TIME)
            && made.proposition.terms.len() < TERMS_MAX
        {
            made.proposition.terms.push(term(phrases, at));
        }
    }
    made.proposition.terms.sort_unstable();
    made.proposition.terms.dedup();
}

fn subject(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    within: &[&Mention],
    made: &mut Clause,
) {
    let verb = main_verb(phrases, range);
    let found = match verb {
        Some(verb) => phrases
            .subject(phrases.group(verb).start.max(range.start))
            .filter(|subject| subject.start >= range.start),
        None => Some(range.start..phrases.forward(range.start).min(range.end)),
    };
    let Some(found) = found.filter(|found| !found.is_empty()) else { return };
    let no = found.len() > 1 && phrases.tokens.is_word(found.start, "no");
    let spoken = found.start + usize::from(no && !phrases.tokens.is_word(found.start + 1, "one"));
    phrases.tokens.slice(&(spoken..found.end)).clone_into(&mut made.proposition.subject_text);
    let name = within
        .iter()
        .rev()
        .find(|mention| mention.tokens.start >= found.start && mention.tokens.end <= found.end);
    made.proposition.subject = match name {
        Some(name) => Some(name.key),
        None => {
            found.clone().rev().find(|at| phrases.pos(*at) == Pos::Noun).map(|at| term(phrases, at))
        }
    };
}

/// The subject of an infinitive is the one who claims or plans.
fn outer_subject(
    phrases: &Phrases<'_, '_>,
    holder: &Range<usize>,
    mentions: &[Mention],
    made: &mut Clause,
) {
    phrases.tokens.slice(holder).clone_into(&mut made.proposition.subject_text);
    let name = mentions
        .iter()
        .rev()
        .find(|mention| mention.tokens.start >= holder.start && mention.tokens.end <= holder.end);
    made.proposition.subject = match name {
        Some(name) => Some(name.key),
        None => holder
            .clone()
            .rev()
            .find(|at| phrases.pos(*at) == Pos::Noun)
            .map(|at| term(phrases, at)),
    };
}

/// Hash of a word's base form.
fn term(phrases: &Phrases<'_, '_>, at: usize) -> u32 {
    let entry = phrases.tokens.entry(at);
    if phrases.tokens.all[at].word != 0 {
        return entry.term;
    }
    crate::text::stem_hash("en", &crate::text::fold(phrases.tokens.str(at)))
}

/// The affirmed proposition in words.
fn text(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    verb: Option<usize>,
    made: &Clause,
    subject: Option<&str>,
) -> String {
    let mut text = String::new();
    if let Some(subject) = subject {
        text.push_str(subject);
        text.push(' ');
    }
    let group = verb.map_or(0..0, |verb| phrases.group(verb).start.max(range.start)..verb + 1);
    let negator = group
        .clone()
        .chain(group.end..(group.end + 1).min(range.end))
        .find(|at| made.denies && phrases.pos(*at) == Pos::Negator);
    let did = negator.and_then(|n| n.checked_sub(1)).filter(|at| phrases.is(*at, tag::DO));
    let quantifier = none_of(phrases, range, made);
    let mut last = None;
    for at in range.clone() {
        let token = &phrases.tokens.all[at];
        if at == range.start && quantifier {
            text.push_str(some_of(phrases, at));
            let one_word = phrases.tokens.is_word(at + 1, "one");
            last = (!text.is_empty() && !one_word).then_some(at);
            continue;
        }
        let quote = matches!(token.kind, Kind::Open | Kind::Close);
        if Some(at) == negator
            && let Some(word) = affirmed(phrases.tokens.str(at))
        {
            text.push_str(word);
            last = Some(at);
            continue;
        }
        if Some(at) == negator
            || Some(at) == did
            || quote
            || (negator.is_some() && phrases.tokens.is_word(at, "yet"))
        {
            continue;
        }
        if last
            .is_some_and(|last: usize| phrases.tokens.all[last].end < token.start || last + 1 < at)
            && !text.is_empty()
            && token.kind != Kind::Comma
            && token.kind != Kind::Owner
        {
            text.push(' ');
        }
        if at == range.start && subject.is_some() && phrases.tokens.is_word(at, "be") {
            text.push_str(if subject.is_some_and(|who| who.ends_with('s')) { "are" } else { "is" });
            last = Some(at);
            continue;
        }
        let past = match (did, verb) {
            (Some(did), Some(verb)) if at == verb && phrases.tokens.is_word(did, "did") => {
                phrases.tokens.words.entry(phrases.tokens.entry(at).lemma).past.as_deref()
            }
            _ => None,
        };
        text.push_str(past.unwrap_or_else(|| phrases.tokens.str(at)));
        last = Some(at);
    }
    capitalised(text.trim())
}

/// The subject says "no": "no units were seen", "none of them left", "no one came".
fn none_of(phrases: &Phrases<'_, '_>, range: &Range<usize>, made: &Clause) -> bool {
    let none = ["no", "none"].iter().any(|word| phrases.tokens.is_word(range.start, word))
        && !bounds(phrases, range.start);
    made.denies && none
}

/// What "no" leaves when it is affirmed.
fn some_of(phrases: &Phrases<'_, '_>, at: usize) -> &'static str {
    if phrases.tokens.is_word(at, "none") || phrases.tokens.is_word(at + 1, "one") {
        "some"
    } else {
        ""
    }
}

/// Who or what is meant where "nobody" and "nothing" deny it.
fn affirmed(negator: &str) -> Option<&'static str> {
    match negator.to_lowercase().as_str() {
        "nobody" | "none" => Some("somebody"),
        "nothing" => Some("something"),
        _ => None,
    }
}

/// Puts a name in the place of a pronoun that is the subject.
fn refer(phrases: &Phrases<'_, '_>, range: &Range<usize>, around: &Around<'_>, made: &mut Clause) {
    let pronoun = phrases.tokens.str(range.start);
    if first_person(pronoun, around.speaker) {
        return speak(pronoun, around, made);
    }
    let Some(number) = number(pronoun) else { return };
    let single = made.proposition.subject_text.eq_ignore_ascii_case(pronoun);
    let fits = |referent: &&Referent| {
        let called = referent.called.as_deref();
        referent.number == number
            && !referent.name.is_empty()
            && called.is_none_or(|called| called.eq_ignore_ascii_case(pronoun))
    };
    let Some(referent) = around.referents.iter().find(fits).filter(|_| single) else { return };
    referent.name.clone_into(&mut made.proposition.subject_text);
    made.proposition.subject = referent.key.or(made.proposition.subject);
    if let Some(rest) = made.text.get(pronoun.len()..) {
        made.text = capitalised(&format!("{}{rest}", referent.name));
    }
}

/// Whether the pronoun means who speaks: "we" of a human may be anybody.
fn first_person(pronoun: &str, speaker: Option<&Referent>) -> bool {
    let Some(speaker) = speaker else { return false };
    match speaker.number {
        Number::Human => pronoun == "I",
        Number::Thing => pronoun.eq_ignore_ascii_case("we"),
        Number::Several => false,
    }
}

/// "I have resigned" as others tell it: "Brandt has resigned".
fn speak(pronoun: &str, around: &Around<'_>, made: &mut Clause) {
    let single = made.proposition.subject_text.eq_ignore_ascii_case(pronoun);
    let speaker = around.speaker.filter(|speaker| single && speaker.key.is_some());
    let Some(speaker) = speaker else { return };
    speaker.name.clone_into(&mut made.proposition.subject_text);
    made.proposition.subject = speaker.key;
    let Some(rest) = made.text.get(pronoun.len()..).and_then(|rest| rest.strip_prefix(' ')) else {
        return;
    };
    let (verb, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let verb = match verb {
        "am" | "are" => "is",
        "have" => "has",
        "do" => "does",
        "were" => "was",
        other => other,
    };
    made.text = capitalised(&format!("{} {verb} {rest}", speaker.name));
}

fn number(pronoun: &str) -> Option<Number> {
    let is = |word: &str| pronoun.eq_ignore_ascii_case(word);
    if is("he") || is("she") {
        Some(Number::Human)
    } else if is("they") {
        Some(Number::Several)
    } else {
        is("it").then_some(Number::Thing)
    }
}

/// First letter in upper case, no stop at the end.
#[must_use]
pub fn capitalised(text: &str) -> String {
    let mut text = text;
    while let Some(shorter) = [".", ",", ";", " "].iter().find_map(|end| text.strip_suffix(end)) {
        text = shorter;
    }
    let Some(first) = text.chars().next() else { return String::new() };
    let mut capital = String::with_capacity(text.len() + 2);
    capital.extend(first.to_uppercase());
    capital.push_str(text.get(first.len_utf8()..).unwrap_or_default());
    capital
}
