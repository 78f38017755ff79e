//! A claim as changes and documents show it.
//!
//! A withheld claim never shows its text or a quote here, whatever it was given.

use schemars::JsonSchema;
use serde::Serialize;
use writethru_core::article::{ClaimId, OriginId, SlotId};
use writethru_core::{change, claims, reading};

use super::annotation::Part;
use super::numbers::{Amount, Hex, Range, Share, Stamp};
use super::parts::{Hop, Ref, Stance, words};

/// What is said, free of who says it, and how sure one may be.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Claim")]
pub struct Claim<'a> {
    /// Which.
    pub id: Hex<ClaimId>,
    /// The question that it answers.
    pub slot: Hex<SlotId>,
    /// Event, state, quantity or statement.
    pub kind: Kind,
    /// Fact, forecast or plan.
    pub modality: Modality,
    /// The affirmed proposition; `null` where withheld.
    pub text: Option<&'a str>,
    /// The denier's clause.
    pub denial_text: Option<&'a str>,
    /// Where.
    #[serde(rename = "where")]
    pub place: Option<&'a str>,
    /// When it happened.
    pub when: Option<Stamp>,
    /// The number.
    pub quantity: Option<Quantity<'a>>,
    /// Each origin's newest value.
    pub range: Vec<OriginValue>,
    /// How sure one may be.
    pub level: Level,
    /// Who denies it.
    pub denied_by: &'a [String],
    /// On whom it rests, heaviest first.
    pub origins: Vec<Origin<'a>>,
    /// Best first, capped.
    pub evidence: Vec<Evidence<'a>>,
    /// A desk's own confirmation.
    pub desk_confirmed: Option<Confirmed<'a>>,
    /// A desk's own disbelief.
    pub desk_rejected: Option<Confirmed<'a>>,
    /// Log time of the first evidence.
    pub first_seen: Stamp,
    /// Log time of the last published change.
    pub last_changed: Stamp,
    /// The later value of its series.
    pub superseded_by: Option<Hex<ClaimId>>,
    /// `true` where a withdrawal left nothing live: do not publish.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withhold: Option<bool>,
    /// The notice of that withdrawal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<&'a str>,
}

impl<'a> From<&'a change::ClaimDoc> for Claim<'a> {
    fn from(claim: &'a change::ClaimDoc) -> Self {
        let withheld = claim.withheld.is_some();
        let evidence = if withheld { &[][..] } else { &claim.evidence[..] };
        Self {
            id: Hex(claim.id),
            slot: Hex(claim.slot),
            kind: claim.kind.into(),
            modality: claim.modality.into(),
            text: claim.text.as_deref().filter(|_| !withheld),
            denial_text: claim.denial_text.as_deref(),
            place: claim.place.as_deref(),
            when: claim.when.map(Stamp),
            quantity: claim.quantity.as_ref().map(|quantity| Quantity::of(claim, quantity)),
            range: claim.range.iter().map(OriginValue::from).collect(),
            level: (&claim.level).into(),
            denied_by: &claim.denied_by,
            origins: claim.origins.iter().map(Origin::from).collect(),
            evidence: evidence.iter().map(Evidence::from).collect(),
            desk_confirmed: claim.confirmed.as_ref().map(Confirmed::from),
            desk_rejected: claim.rejected.as_ref().map(Confirmed::from),
            first_seen: Stamp(claim.first_seen),
            last_changed: Stamp(claim.last_changed),
            superseded_by: claim.superseded_by.map(Hex),
            withhold: withheld.then_some(true),
            notice: claim.withheld.as_deref(),
        }
    }
}

/// A number with what it counts. An open end of its interval is `null`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Quantity")]
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
    /// When the number was said.
    pub as_of: Option<Stamp>,
    /// The total that this number is a part of.
    pub part_of: Option<Hex<ClaimId>>,
}

impl<'a> Quantity<'a> {
    fn of(claim: &'a change::ClaimDoc, quantity: &'a reading::Quantity) -> Self {
        Self {
            indicator: &quantity.indicator,
            value: Amount(quantity.value),
            low: quantity.low.map(Amount),
            high: quantity.high.map(Amount),
            bound: quantity.bound.into(),
            unit: quantity.unit.as_deref(),
            population: quantity.population.as_deref(),
            place: quantity.place.as_deref(),
            as_of: claim.as_of.map(Stamp),
            part_of: claim.part_of.map(Hex),
        }
    }
}

/// The newest value of one origin.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "OriginValue")]
pub struct OriginValue {
    /// Whose.
    pub origin: Hex<OriginId>,
    /// Lower end.
    pub low: Option<Amount>,
    /// Upper end.
    pub high: Option<Amount>,
    /// When it was said.
    pub as_of: Stamp,
}

impl From<&change::RangeDoc> for OriginValue {
    fn from(range: &change::RangeDoc) -> Self {
        Self {
            origin: Hex(range.origin),
            low: range.low.map(Amount),
            high: range.high.map(Amount),
            as_of: Stamp(range.as_of),
        }
    }
}

/// What is published about how sure one may be.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Level")]
pub struct Level {
    /// What stands.
    pub status: Status,
    /// How likely, in the terms of ICD-203.
    pub likelihood: Likelihood,
    /// How good the grounds for that are.
    pub confidence: Confidence,
    /// Own act, first hand or attributed.
    pub basis: Basis,
    /// Open, outweighed or none.
    pub dispute: Dispute,
    /// Independent origins that assert it.
    pub origins: u32,
    /// Projected probability.
    pub p: Share,
    /// Share of not knowing.
    pub uncertainty: Share,
    /// Conflict, 0 to 1.
    pub conflict: Share,
}

impl From<&claims::Level> for Level {
    fn from(level: &claims::Level) -> Self {
        Self {
            status: level.status.into(),
            likelihood: level.likelihood.into(),
            confidence: level.confidence.into(),
            basis: level.basis.into(),
            dispute: level.dispute.into(),
            origins: level.origins,
            p: Share(level.p),
            uncertainty: Share(level.uncertainty),
            conflict: Share(level.conflict),
        }
    }
}

/// One origin, weighed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Origin")]
pub struct Origin<'a> {
    /// Which class of roots.
    pub id: Hex<OriginId>,
    /// The name of its best root.
    pub name: &'a str,
    /// Assert or deny.
    pub stance: Stance,
    /// Its weight on that side.
    pub weight: Share,
    /// The rule that joined its roots.
    pub rule: &'a str,
}

impl<'a> From<&'a change::OriginDoc> for Origin<'a> {
    fn from(origin: &'a change::OriginDoc) -> Self {
        Self {
            id: Hex(origin.id),
            name: &origin.name,
            stance: origin.stance.into(),
            weight: Share(origin.weight),
            rule: origin.rule,
        }
    }
}

/// One revision's support of a claim, or its denial.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Evidence")]
pub struct Evidence<'a> {
    /// Where it stands.
    pub article: Ref<'a>,
    /// Assert or deny.
    pub stance: Stance,
    /// The exact words.
    pub quote: &'a str,
    /// Headline or body.
    #[serde(rename = "in")]
    pub part: Part,
    /// Code points into the text or the headline of that revision.
    pub span: Range,
    /// From the publisher to the root.
    pub chain: Vec<Hop<'a>>,
    /// When it was first said.
    pub as_of: Stamp,
}

impl<'a> From<&'a change::Because> for Evidence<'a> {
    fn from(evidence: &'a change::Because) -> Self {
        Self {
            article: (&evidence.article).into(),
            stance: evidence.stance.into(),
            quote: &evidence.quote,
            part: evidence.part.into(),
            span: Range(evidence.span),
            chain: evidence.chain.iter().map(Hop::from).collect(),
            as_of: Stamp(evidence.as_of),
        }
    }
}

/// A desk's own word, beside the level.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Confirmed")]
pub struct Confirmed<'a> {
    /// Who.
    pub by: &'a str,
    /// When.
    pub at: Stamp,
}

impl<'a> From<&'a (String, writethru_core::article::Time)> for Confirmed<'a> {
    fn from((by, at): &'a (String, writethru_core::article::Time)) -> Self {
        Self { by, at: Stamp(*at) }
    }
}

words! {
    /// What a claim is about.
    Kind = reading::ClaimKind { Event, State, Quantity, Statement }
    /// Fact, forecast or plan.
    Modality = reading::Modality { Fact, Forecast, Plan }
    /// How a number is bounded.
    Bound = reading::Bound { Exactly, About, AtLeast, MoreThan, AtMost, FewerThan, Between }
    /// What stands.
    Status = claims::Status {
        Retracted, Corrected, Superseded, Disputed, Denied, Official, NotJudged,
        StronglyCorroborated, Corroborated, SeveralOrigins, SingleOrigin,
    }
    /// The seven terms of ICD-203, or that it cannot be judged.
    Likelihood = claims::Likelihood {
        NotJudged, AlmostNoChance, VeryUnlikely, Unlikely, RoughlyEvenChance, Likely, VeryLikely,
        AlmostCertain,
    }
    /// Analytic confidence.
    Confidence = claims::Confidence { Low, Moderate, High }
    /// What a claim rests on.
    Basis = reading::Basis { Attributed, FirstHand, OwnAct }
    /// Whether a conflict is open.
    Dispute = claims::Dispute { None, Outweighed, Open }
}
