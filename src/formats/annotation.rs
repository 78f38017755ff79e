//! What is read in one revision, on one line: `writethru annotate`.
//!
//! Spans are code points into the text or the headline as they are printed here.

use schemars::JsonSchema;
use serde::Serialize;
use writethru_core::reading::{self, Reading};

use super::claims::{Bound, Kind, Modality};
use super::numbers::{Amount, Range};
use super::parts::{Hop, Stance, words};

/// One revision with everything that was read in it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Annotation")]
pub struct Annotation<'a> {
    /// Identity of the article.
    pub uri: &'a str,
    /// The publisher's version number.
    pub version: Option<u64>,
    /// Normalised headline.
    pub headline: &'a str,
    /// Normalised body.
    pub text: &'a str,
    /// Primary subtag.
    pub language: &'a str,
    /// Sentences of the text.
    pub sentences: Vec<Range>,
    /// What is said, headline first.
    pub claims: Vec<Said<'a>>,
}

/// One thing that the article says.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Said")]
pub struct Said<'a> {
    /// Headline or body.
    #[serde(rename = "in")]
    pub part: Part,
    /// The affirmed proposition.
    pub text: &'a str,
    /// The denier's clause.
    pub denial_text: Option<&'a str>,
    /// The exact words.
    pub span: Range,
    /// Event, state, quantity or statement.
    pub kind: Kind,
    /// Fact, forecast or plan.
    pub modality: Modality,
    /// Assert, deny, question, no comment.
    pub stance: Stance,
    /// How firmly.
    pub factuality: Factuality,
    /// Could not be verified.
    pub unverified: bool,
    /// What lies before the story, told again.
    pub background: bool,
    /// Attributed, first hand or own act.
    pub basis: Basis,
    /// The place that the clause names.
    #[serde(rename = "where")]
    pub place: Option<&'a str>,
    /// Numbers in the clause.
    pub quantities: Vec<Counted<'a>>,
    /// From the publisher to the root.
    pub chain: Vec<Hop<'a>>,
}

/// A number, with where it stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Counted")]
pub struct Counted<'a> {
    /// What is counted.
    pub indicator: &'a str,
    /// The stated number.
    pub value: Amount,
    /// Lower end.
    pub low: Option<Amount>,
    /// Upper end.
    pub high: Option<Amount>,
    /// How it is bounded.
    pub bound: Bound,
    /// `USD`, `percent`, `km`; `null` for heads.
    pub unit: Option<&'a str>,
    /// Who or what is counted.
    pub population: Option<&'a str>,
    /// Where.
    pub place: Option<&'a str>,
    /// A part of the total before it.
    pub part: bool,
    /// Where the number stands.
    pub span: Range,
}

words! {
    /// Where it stands.
    Part = reading::Part { Headline, Body }
    /// How firmly the words commit themselves.
    Factuality = reading::Factuality { Possible, Claimed, Likely, Said, Stated }
    /// What it rests on.
    Basis = reading::Basis { Attributed, FirstHand, OwnAct }
}

/// The line of one reading.
#[must_use]
pub fn annotation(reading: &Reading) -> Annotation<'_> {
    Annotation {
        uri: &reading.article.uri,
        version: reading.article.version,
        headline: &reading.headline,
        text: &reading.text,
        language: &reading.language,
        sentences: reading.sentences.iter().copied().map(Range).collect(),
        claims: reading.statements.iter().map(Said::from).collect(),
    }
}

/// The line of one reading, as bytes with its end of line.
#[must_use]
pub fn line(reading: &Reading) -> Vec<u8> {
    super::line(&annotation(reading))
}

impl<'a> From<&'a reading::Statement> for Said<'a> {
    fn from(statement: &'a reading::Statement) -> Self {
        Self {
            part: statement.part.into(),
            text: &statement.text,
            denial_text: statement.denial_text.as_deref(),
            span: Range(statement.span),
            kind: statement.kind.into(),
            modality: statement.modality.into(),
            stance: statement.stance.into(),
            factuality: statement.factuality.into(),
            unverified: statement.unverified,
            background: statement.background,
            basis: statement.basis.into(),
            place: statement.place.as_deref(),
            quantities: statement.quantities.iter().map(Counted::from).collect(),
            chain: statement.chain.iter().map(Hop::from).collect(),
        }
    }
}

impl<'a> From<&'a reading::Quantity> for Counted<'a> {
    fn from(quantity: &'a reading::Quantity) -> Self {
        Self {
            indicator: &quantity.indicator,
            value: Amount(quantity.value),
            low: quantity.low.map(Amount),
            high: quantity.high.map(Amount),
            bound: quantity.bound.into(),
            unit: quantity.unit.as_deref(),
            population: quantity.population.as_deref(),
            place: quantity.place.as_deref(),
            part: quantity.part,
            span: Range(quantity.span),
        }
    }
}
