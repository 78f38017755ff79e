//! What is read in one revision: sentences, claims, chains, stance, factuality, quantities.
//!
//! Spans count code points into `text` (or into `headline`, where the claim is `in` it) as printed
//! on the same line.

use schemars::JsonSchema;
use serde::Serialize;
use writethru_core::reading;

use super::claims::{Bound, Modality};
use super::numbers::{Amount, Range};
use super::parts::{Hop, Stance, words};

/// One revision, annotated.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Annotation")]
pub struct Annotation<'a> {
    /// Identity of the article.
    pub uri: &'a str,
    /// The publisher's version number.
    pub version: Option<u64>,
    /// The normalised headline.
    pub headline: &'a str,
    /// The normalised body.
    pub text: &'a str,
    /// Primary language subtag.
    pub language: &'a str,
    /// Sentences of the text.
    pub sentences: Vec<Range>,
    /// What is said, the headline first.
    pub claims: Vec<Claim<'a>>,
}

/// One attributed thing that the revision says.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "AnnotatedClaim")]
pub struct Claim<'a> {
    /// Headline or body.
    #[serde(rename = "in")]
    pub part: Part,
    /// The affirmed proposition.
    pub text: &'a str,
    /// The exact quote.
    pub span: Range,
    /// Fact, forecast or plan.
    pub modality: Modality,
    /// What the root of the chain does with it.
    pub stance: Stance,
    /// How firmly.
    pub factuality: Factuality,
    /// What lies before the story, told again.
    pub background: bool,
    /// Numbers in the clause.
    pub quantities: Vec<Quantity<'a>>,
    /// From the publisher to the root.
    pub chain: Vec<Hop<'a>>,
}

/// A number with what it counts. An open end of its interval is `null`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AnnotatedQuantity")]
pub struct Quantity<'a> {
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
    /// A part of the total that stands before it in the clause.
    pub part: bool,
    /// Where the number stands.
    pub span: Range,
}

words! {
    /// Where something stands.
    Part = reading::Part { Headline, Body }
    /// How firmly the words commit themselves.
    Factuality = reading::Factuality { Possible, Claimed, Likely, Said, Stated }
}

impl<'a> From<&'a reading::Reading> for Annotation<'a> {
    fn from(read: &'a reading::Reading) -> Self {
        Self {
            uri: &read.article.uri,
            version: read.article.version,
            headline: &read.headline,
            text: &read.text,
            language: &read.language,
            sentences: read.sentences.iter().copied().map(Range).collect(),
            claims: read.statements.iter().map(Claim::from).collect(),
        }
    }
}

impl<'a> From<&'a reading::Statement> for Claim<'a> {
    fn from(statement: &'a reading::Statement) -> Self {
        Self {
            part: statement.part.into(),
            text: &statement.text,
            span: Range(statement.span),
            modality: statement.modality.into(),
            stance: statement.stance.into(),
            factuality: statement.factuality.into(),
            background: statement.background,
            quantities: statement.quantities.iter().map(Quantity::from).collect(),
            chain: statement.chain.iter().map(Hop::from).collect(),
        }
    }
}

impl<'a> From<&'a reading::Quantity> for Quantity<'a> {
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

/// One annotation on a line.
#[must_use]
pub fn line(read: &reading::Reading) -> Vec<u8> {
    super::line(&Annotation::from(read))
}
