//! What one clause commits itself to: polarity, modality, firmness, time, and the proposition.
//!
//! A clause that says nothing about the world (a question, a condition, an opinion, the absence of
//! word) gives `None`.

mod about;
mod bounds;
mod commits;
mod verb;
mod wording;

use std::ops::Range;

use super::counting::{counter, toll};
use super::days::day;
use super::names::Mention;
use super::phrase::Phrases;
use super::quantities::{Counted, none_counted, place, quantities};
use super::tokens::Pos;
use super::{Basis, ClaimKind, Factuality, Modality, Proposition};
use crate::article::Time;
use crate::policy::lexicon::Meaning;
use about::names_and_terms;
use bounds::{bare, cut_absence, elliptic, silent, untrue_that};
use commits::{
    background, denied_again, hedges, lies_ahead, negation, never_was, opinion, own_act,
};
use verb::{infinitive, main_verb, predicate};
use wording::{refer, text};

pub use wording::capitalised;

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
    /// That verb.
    verb: Option<usize>,
    /// The day of what it counts.
    pub when: Option<Time>,
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

impl Clause {
    /// Of what is denied, only what the clause itself counts: "no one admitted the attack that
    /// killed 40" leaves the 40.
    pub fn keep_denied(&mut self, phrases: &Phrases<'_, '_>) {
        let verb = self.verb;
        let hangs = |at: usize| matches!(phrases.pos(at), Pos::Verb | Pos::Participle | Pos::Ing);
        self.quantities
            .retain(|counted| counted.by.is_none_or(|by| Some(by) == verb || !hangs(by)));
        if self.quantities.is_empty() && self.kind == ClaimKind::Quantity {
            self.kind = ClaimKind::Event;
            self.telling = self.proposition.predicate.is_some() || self.first_hand;
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
    if verb.is_some_and(|verb| never_was(phrases, verb, class)) {
        return None;
    }
    if made.modality == Modality::Fact
        && class.is_some_and(|class| !class.state)
        && verb.is_some_and(|verb| lies_ahead(phrases, verb))
    {
        made.modality = Modality::Forecast;
    }
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
    if let Some(none) = none_counted(phrases, &range, verb) {
        made.quantities = vec![none];
        made.denies = untrue.is_some();
    }
    made.verb = verb;
    made.first_hand = meaning_in(phrases, &range, Meaning::FirstHand).is_some();
    made.counter = verb.and_then(|verb| counter(phrases, &range, verb));
    (made.own_act, made.self_act) = own_act(phrases, verb, &made);
    made.place = place(phrases, range.clone());
    names_and_terms(phrases, &range, around, &mut made);
    made.kind = kind(&made, class.is_some_and(|class| class.state));
    let happened = made.kind == ClaimKind::Event && made.modality == Modality::Fact;
    if counts_by_verb(phrases, &made) || (happened && made.finite) {
        made.when = day(phrases, &range, around.now);
    }
    made.telling = class.is_some() || !made.quantities.is_empty() || made.first_hand;
    if made.denies {
        made.keep_denied(phrases);
    }
    made.text = text(phrases, &range, verb, &made, around.subject);
    refer(phrases, &range, around, &mut made);
    Some(made)
}

/// An event that is told counts, not a toll: "the toll rose on Tuesday" tells no day of the event.
fn counts_by_verb(phrases: &Phrases<'_, '_>, made: &Clause) -> bool {
    let verbal = |at: usize| matches!(phrases.pos(at), Pos::Verb | Pos::Participle | Pos::Ing);
    let tolls = (made.tokens.clone()).any(|at| toll(phrases, at).is_some());
    let fact = made.modality == Modality::Fact && made.counter.is_none();
    fact && !tolls
        && !made.quantities.is_empty()
        && made.quantities.iter().all(|counted| counted.by.is_some_and(verbal))
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
