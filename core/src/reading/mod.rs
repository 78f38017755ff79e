//! ONE ARTICLE by itself: what it says, who says so and how surely.
//!
//! A pure function of the revision and the policy: any thread, any order, no state.

pub mod attribution;
mod bodies;
mod clause;
pub mod commitment;
mod counting;
mod days;
mod echo;
mod grammar;
pub mod label;
mod names;
mod nesting;
mod notices;
mod numbers;
pub mod passages;
mod phrase;
mod pieces;
mod plain;
mod quantities;
mod read;
mod statements;
pub mod terms;
pub mod tokens;
mod unreal;
mod voices;

pub use bodies::{countries, is_country, nation_in, nation_of};
pub use read::{label_of, read};

#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::article::{Article, Span, Time};

/// What one revision says, ready for the desk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The revision's metadata. Headline and body are emptied: the normalised ones are below.
    pub article: Article,
    /// What headline, editor's note and opening words call this revision.
    pub label: Label,
    /// The normalised headline.
    pub headline: String,
    /// The normalised body; spans count code points into it.
    pub text: String,
    /// Sentences of the body.
    pub sentences: Vec<Span>,
    /// Primary subtag: declared, else told from the text, else `und`. Never used for the desk.
    pub language: String,
    /// SHA-256 of headline and text.
    pub digest: [u8; 32],
    /// Hashes of the body's passages, sentence by sentence, for finding copies.
    pub passages: Vec<Passage>,
    /// Weighted terms of headline, opening, body and names, for placing; sorted by term.
    pub terms: Vec<Term>,
    /// People, places and organisations, most prominent first.
    pub names: Vec<Name>,
    /// What is said, in order of the text, headline first.
    pub statements: Vec<Statement>,
}

/// What the publisher calls a revision, told from `pubStatus`, `edNote`, headline, opening words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Label {
    /// Nothing special.
    #[default]
    None,
    /// KILL, WITHDRAWN, or a publication status that says so.
    Withdrawal,
    /// CORRECTED, CORRECTION.
    Correction,
    /// REFILE.
    Refile,
    /// REPEAT.
    Repeat,
}

/// The sampled word-shingle hashes of one sentence of the body.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// Index into the sentences.
    pub sentence: u16,
    /// Hashes in order of the text.
    pub hashes: Vec<u32>,
}

/// One term and how often, and how prominently, the article uses it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// Hash of the stem.
    pub hash: u32,
    /// Occurrences in the headline.
    pub headline: u8,
    /// Occurrences in the first sentences.
    pub lede: u8,
    /// Occurrences in all.
    pub count: u8,
    /// Whether it is a part of a name.
    pub name: bool,
}

/// What a name names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum NameKind {
    /// A human.
    Person,
    /// A city, country, region.
    Place,
    /// A body of people.
    Organisation,
    /// A name of something that cannot be told.
    #[default]
    Other,
}

/// A name in the article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// The longest form used.
    pub text: String,
    /// Hash of the folded key (for a person the family name).
    pub key: u32,
    /// Person, place, organisation or other.
    pub kind: NameKind,
    /// Mentions.
    pub count: u16,
}

/// Where in the article something stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Part {
    /// In the headline.
    Headline,
    /// In the body.
    #[default]
    Body,
}

/// Fact, forecast or plan: never merged with one another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Modality {
    /// Something that is said to be or to have happened.
    #[default]
    Fact,
    /// Something that is expected.
    Forecast,
    /// Something that somebody intends.
    Plan,
}

/// What the source does with the proposition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Stance {
    /// Says that it is so.
    #[default]
    Assert,
    /// Says that it is not so.
    Deny,
    /// Asks whether it is so, or recalls what an earlier version of the article said.
    Question,
    /// Declines to say.
    NoComment,
}

/// How firmly the words commit themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Factuality {
    /// May, might, possible.
    Possible,
    /// Claimed, alleged.
    Claimed,
    /// Likely, probably, believed.
    Likely,
    /// Said, told, reported, according to.
    Said,
    /// Stated plainly, confirmed, or a body's own act.
    #[default]
    Stated,
}

/// What a claim is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ClaimKind {
    /// Something that happened.
    #[default]
    Event,
    /// Something that holds for a while and fades: an airport closed, a town held.
    State,
    /// A number.
    Quantity,
    /// Somebody's words as an act of their own (a threat, a call, a vow).
    Statement,
}

/// What the claim rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Basis {
    /// Somebody said so.
    #[default]
    Attributed,
    /// The reporter saw it.
    FirstHand,
    /// A named body's own decision, appointment, filing, order or verdict, stated by itself.
    OwnAct,
}

/// One attributed thing that the article says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Headline or body.
    pub part: Part,
    /// Index of the sentence; 0 in a headline.
    pub sentence: u16,
    /// The exact quote: code points into the headline or the text.
    pub span: Span,
    /// The affirmed proposition: the clause without attribution and negation, modality words kept.
    pub text: String,
    /// The denier's clause, where the stance is deny.
    pub denial_text: Option<String>,
    /// Event, state, quantity or statement.
    pub kind: ClaimKind,
    /// Fact, forecast or plan.
    pub modality: Modality,
    /// What the root of the chain does with it.
    pub stance: Stance,
    /// How firmly.
    pub factuality: Factuality,
    /// "could not be independently verified"
    pub unverified: bool,
    /// "has not", "not yet": the denial speaks for its own time only.
    pub not_yet: bool,
    /// What lies before the story, told again.
    pub background: bool,
    /// A headline that the body restates: the body speaks.
    pub echo: bool,
    /// Attributed, first hand or own act.
    pub basis: Basis,
    /// Numbers in the clause.
    pub quantities: Vec<Quantity>,
    /// From the publisher (first) to the root (last).
    pub chain: Arc<[Hop]>,
    /// What it is about, for matching.
    pub proposition: Proposition,
    /// The place that the clause names.
    pub place: Option<String>,
    /// The time that the clause names, as far as it can be told.
    pub when: Option<Time>,
}

/// The content of a statement in a form that two wordings share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposition {
    /// The class of the main verb or event noun (`leave` for flee, depart, board a plane), hashed.
    pub predicate: Option<u32>,
    /// The predicate class that it excludes (`remain` for `leave`), hashed.
    pub excludes: Option<u32>,
    /// Key of the subject's name or head noun.
    pub subject: Option<u32>,
    /// The subject's words, to tell parties.
    pub subject_text: String,
    /// Whether it harms (-1) or serves (1) its subject.
    pub valence: i8,
    /// A subject does this once in a story (flee, resign, die), so the rest of the clause need not
    /// agree for two wordings to meet.
    pub once: bool,
    /// Only one subject can do this to its object at a time (hold, control, win), so two subjects
    /// exclude each other.
    pub sole: bool,
    /// Keys of all names, sorted.
    pub names: Vec<u32>,
    /// Stems of the content words, sorted, without the names.
    pub terms: Vec<u32>,
}

/// How a number is bounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Bound {
    /// Just this many.
    #[default]
    Exactly,
    /// About, around, some, nearly.
    About,
    /// At least.
    AtLeast,
    /// More than, over.
    MoreThan,
    /// At most, up to.
    AtMost,
    /// Fewer than, under.
    FewerThan,
    /// Between two numbers, or an interval word such as "dozens".
    Between,
}

/// How values of one indicator follow each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Series {
    /// Only rises: killed, injured, arrested, rescued.
    #[default]
    Cumulative,
    /// Goes both ways: missing, trapped, without power, a price.
    Gauge,
}

/// A number with what it counts. Values are in thousandths of the unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    /// What is counted: `killed`, `injured`, `missing`, `arrested`, `displaced`, `price`, …
    pub indicator: String,
    /// Whether it only rises.
    pub series: Series,
    /// The stated number, in thousandths; for an interval its lower end.
    pub value: i64,
    /// Lower end of the interval, `None` if open.
    pub low: Option<i64>,
    /// Upper end of the interval, `None` if open.
    pub high: Option<i64>,
    /// How it is bounded.
    pub bound: Bound,
    /// `USD`, `percent`, `km`, `magnitude`; `None` for heads.
    pub unit: Option<String>,
    /// Who or what is counted: `people`, `children`, `soldiers`, `buildings`.
    pub population: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// A part ("including 35 children") of the total that stands before it in the clause.
    pub part: bool,
    /// Where the number stands, in the same text as the statement.
    pub span: Span,
}

/// What kind of source a hop is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SourceKind {
    /// The article's own publisher.
    Publisher,
    /// A wire agency.
    Agency,
    /// Another outlet.
    Outlet,
    /// A government, ministry, army, police, court, or somebody speaking for it.
    Official,
    /// Any other body: a company, a monitor, an armed group, an aid organisation.
    Organisation,
    /// Somebody who saw it.
    Witness,
    /// Somebody who is not named.
    #[default]
    Anonymous,
    /// Residents, analysts, activists, insurgents: many, not named.
    Collective,
}

/// Words with their place in the headline or the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// As written.
    pub text: String,
    /// Code points, in the same text as the statement.
    pub span: Span,
}

/// One step of an attribution chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// The source as written (for the publisher its name).
    pub text: String,
    /// Where; `None` for the publisher.
    pub span: Option<Span>,
    /// Whom a pronoun or short form means; else the same as the text.
    pub resolved: String,
    /// The id of the source in the configuration.
    pub id: Option<String>,
    /// The words that attribute; `None` for the publisher.
    pub cue: Option<Words>,
    /// Publisher, agency, official, anonymous, …
    pub kind: SourceKind,
    /// Has a name.
    pub named: bool,
    /// Several unnamed people with stated access ("two senior officers familiar with …").
    pub plural_with_access: bool,
    /// Party to the event.
    pub party: bool,
}
