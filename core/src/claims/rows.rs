//! Rows of claims and of their evidence, and the published level.

use std::ops::RangeInclusive;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::article::{ArticleId, ClaimId, Id, OriginId, SlotId, Span, StoryId, Time};
use crate::reading::{
    Basis, ClaimKind, Factuality, Hop, Modality, Part, Proposition, Quantity, Stance,
};

/// Which evidence: the n-th that an article gives for a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EvidenceKey {
    /// The claim.
    pub claim: ClaimId,
    /// The article.
    pub article: ArticleId,
    /// A running number within both.
    pub n: u16,
}

impl EvidenceKey {
    /// The keys of all evidence of a claim.
    #[must_use]
    pub fn all_of(claim: ClaimId) -> RangeInclusive<Self> {
        let last = ArticleId(Id([u8::MAX; 12]));
        Self { claim, article: ArticleId::default(), n: 0 }..=Self {
            claim,
            article: last,
            n: u16::MAX,
        }
    }

    /// The keys of all evidence that an article gives for a claim.
    #[must_use]
    pub const fn all_by(claim: ClaimId, article: ArticleId) -> RangeInclusive<Self> {
        Self { claim, article, n: 0 }..=Self { claim, article, n: u16::MAX }
    }
}

/// What was done to a piece of evidence. What a later revision or a reversal silences is told
/// anew at every weighing and not stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Nothing.
    #[default]
    Live,
    /// Its article was withdrawn at that time; copies and earlier credits fall with it.
    Withdrawn(Time),
    /// A correction replaced it at that time; copies and credits of the earlier version end too.
    Corrected(Time),
}

/// One revision's support of a claim, or its denial.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceRow {
    /// Whether it still speaks.
    pub standing: Standing,
    /// Ordinal of the revision within its article.
    pub revision: u32,
    /// Assert or deny.
    pub stance: Stance,
    /// How firmly.
    pub factuality: Factuality,
    /// "could not be independently verified"
    pub unverified: bool,
    /// A denial for its own time only.
    pub not_yet: bool,
    /// Attributed, first hand or own act.
    pub basis: Basis,
    /// From the publisher to the root.
    pub chain: Arc<[Hop]>,
    /// Headline or body.
    pub part: Part,
    /// Code points of the quote.
    pub span: Span,
    /// The exact words.
    pub quote: Arc<str>,
    /// The affirmed proposition in this revision's words.
    pub text: String,
    /// The denier's clause.
    pub denial_text: Option<String>,
    /// The value, where the claim is a number.
    pub quantity: Option<Quantity>,
    /// When it was first said: publication of the revision, or of the root of its copy group.
    pub as_of: Time,
    /// When it happened, as far as the clause tells.
    pub when: Option<Time>,
    /// Log time of its arrival.
    pub received: Time,
    /// The root of the copy group, where the sentence is a shared passage (may be its own article).
    pub copy_group: Option<ArticleId>,
}

/// What is said, free of who says it, and what was last published about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimRow {
    /// The story it belongs to.
    pub story: StoryId,
    /// The question that it answers.
    pub slot: SlotId,
    /// Event, state, quantity or statement.
    pub kind: ClaimKind,
    /// Fact, forecast or plan.
    pub modality: Modality,
    /// For matching.
    pub proposition: Proposition,
    /// The value, where it is a number.
    pub quantity: Option<Quantity>,
    /// The affirmed proposition in the words of the best evidence; the last one when none is live.
    pub text: String,
    /// The denier's clause.
    pub denial_text: Option<String>,
    /// The total of which its number is a part.
    pub part_of: Option<ClaimId>,
    /// Where.
    pub place: Option<String>,
    /// When it happened.
    pub when: Option<Time>,
    /// Log time of the first evidence.
    pub first_seen: Time,
    /// Log time of the last published change.
    pub last_changed: Time,
    /// As last published.
    pub level: Level,
    /// Names of those who deny it, sorted.
    pub denied_by: Vec<String>,
    /// `added` was published. A claim that never had anything live is not.
    pub published: bool,
    /// Roots that asserted it when last settled, sorted: an origin none of whose roots is here is
    /// a new one, also after origins were found to be one.
    pub asserting: Vec<OriginId>,
    /// Roots that denied it when last settled, sorted.
    pub denying: Vec<OriginId>,
    /// The later value of its series.
    pub superseded_by: Option<ClaimId>,
    /// A `disputed` was published and no `resolved` since.
    pub disputed: bool,
    /// The notice of the withdrawal that left it with nothing live: texts are withheld.
    pub withheld: Option<String>,
    /// A desk's own confirmation: who and when.
    pub confirmed: Option<(String, Time)>,
    /// A desk's own disbelief: who and when.
    pub rejected: Option<(String, Time)>,
    /// Log time up to which a state's evidence has faded (moves only at timers).
    pub faded_at: Time,
}

/// What is published about how sure one may be. Shares in millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// What stands.
    pub status: Status,
    /// The ICD-203 term.
    pub likelihood: Likelihood,
    /// Analytic confidence.
    pub confidence: Confidence,
    /// Own act, first hand or attributed.
    pub basis: Basis,
    /// Open, outweighed or none.
    pub dispute: Dispute,
    /// Origins that assert it.
    pub origins: u32,
    /// P.
    pub p: i64,
    /// u.
    pub uncertainty: i64,
    /// C.
    pub conflict: i64,
}

/// The first that holds, in the order of DESIGN section 5 (8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the terms are those of the design, one word each")]
pub enum Status {
    Retracted,
    Corrected,
    Superseded,
    Disputed,
    Denied,
    Official,
    #[default]
    NotJudged,
    StronglyCorroborated,
    Corroborated,
    SeveralOrigins,
    SingleOrigin,
}

/// ICD-203 terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the terms are those of the directive")]
pub enum Likelihood {
    #[default]
    NotJudged,
    AlmostNoChance,
    VeryUnlikely,
    Unlikely,
    RoughlyEvenChance,
    Likely,
    VeryLikely,
    AlmostCertain,
}

/// Analytic confidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "plain words")]
pub enum Confidence {
    #[default]
    Low,
    Moderate,
    High,
}

/// Whether a conflict is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "plain words")]
pub enum Dispute {
    #[default]
    None,
    Outweighed,
    Open,
}
