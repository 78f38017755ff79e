//! What the configuration says: sources, lexicons, weights and limits, compiled and digested.
//!
//! A desk's output is a function of its log and of this, so nothing else may steer a decision.

pub mod alerts;
pub mod boilerplate;
pub mod lexicon;
pub mod sources;

pub use alerts::{AlertRule, AlertRules};
pub use boilerplate::{Boilerplate, Furniture};
pub use lexicon::Lexicon;
pub use sources::{Letter, Side, Source, Sources};

/// Everything that deciding depends on.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Known sources and the sides they speak for.
    pub sources: Sources,
    /// Cues, hedges, denials, indicators and predicates by language.
    pub lexicon: Lexicon,
    /// Page furniture that is cut from bodies.
    pub boilerplate: Boilerplate,
    /// The evidence calculus.
    pub calculus: Calculus,
    /// Story placement and life cycle.
    pub stories: StoryRules,
    /// Copy detection.
    pub copies: CopyRules,
    /// What a desk wants to be told at once.
    pub alerts: AlertRules,
    /// Named limits.
    pub limits: Limits,
    /// Digest of the whole configuration that decides, as hexadecimal digits.
    pub digest: String,
}

/// One in fixed point: shares, probabilities and weights are in millionths.
pub const ONE: i64 = 1_000_000;

/// The evidence calculus (DESIGN section 5). All shares in millionths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calculus {
    /// ρ by letter, A to F.
    pub reliability: [i64; 6],
    /// τ of a carrier that the configuration lists as agency or outlet.
    pub carrier_listed: i64,
    /// τ of any other carrier.
    pub carrier_other: i64,
    /// f by factuality, in the order of the enum: possible, claimed, likely, said, stated.
    pub factuality: [i64; 5],
    /// Factor for "could not be independently verified".
    pub unverified: i64,
    /// Cap of one piece of evidence.
    pub mass_max: i64,
    /// W, the weight of not knowing, in whole units.
    pub prior_weight: i64,
    /// a, the base rate.
    pub base_rate: i64,
    /// Half-life of a state's evidence in log time.
    pub state_half_life_ms: i64,
    /// Half-lives after which a state has faded and its timer ends.
    pub state_half_lives_max: u8,
}

impl Default for Calculus {
    fn default() -> Self {
        Self {
            reliability: [950_000, 800_000, 600_000, 350_000, 100_000, 500_000],
            carrier_listed: 970_000,
            carrier_other: 800_000,
            factuality: [400_000, 600_000, 700_000, 900_000, 1_000_000],
            unverified: 500_000,
            mass_max: 900_000,
            prior_weight: 2,
            base_rate: 500_000,
            state_half_life_ms: 48 * HOUR_MS,
            state_half_lives_max: 8,
        }
    }
}

/// An hour of log time.
pub const HOUR_MS: i64 = 3_600_000;

/// Story placement and life cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoryRules {
    /// Similarity in millionths at which an article joins a story if nothing else speaks for or
    /// against it: higher makes more and smaller stories.
    pub join_similarity: i64,
    /// Similarity in millionths from which two stories that one article fits equally are one.
    pub merge_similarity: i64,
    /// Articles (not copies) or origins from which a story counts as active.
    pub active_articles: u32,
    /// Silence after which a story is dormant.
    pub dormant_after_ms: i64,
    /// Silence after which it is closed.
    pub closed_after_ms: i64,
    /// How long after closing a story and its articles stay in the state.
    pub lineage_ms: i64,
    /// Summary sentences in a document.
    pub summary_sentences_max: usize,
}

impl Default for StoryRules {
    fn default() -> Self {
        Self {
            join_similarity: 200_000,
            merge_similarity: 200_000,
            active_articles: 2,
            dormant_after_ms: 24 * HOUR_MS,
            closed_after_ms: 96 * HOUR_MS,
            lineage_ms: 90 * 24 * HOUR_MS,
            summary_sentences_max: 3,
        }
    }
}

/// Copy detection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyRules {
    /// Share of an article's passages, in millionths, found in one earlier article from which it
    /// is a copy.
    pub containment: i64,
    /// The same share where both are of one publisher, whose reporters reuse their background.
    pub containment_own: i64,
    /// Share of one sentence's hashes from which the sentence is a shared passage.
    pub passage: i64,
    /// How long one publisher's repeated headline without a body is the same item.
    pub headline_window_ms: i64,
    /// Articles of one publisher from which a shared passage is furniture.
    pub furniture_articles: usize,
    /// Sampled hashes below which an article is too short to be a copy by passages alone.
    pub hashes_min: usize,
    /// How long an article can be copied from.
    pub window_ms: i64,
    /// Articles per hash from which the hash says nothing (boilerplate).
    pub postings_max: usize,
}

impl Default for CopyRules {
    fn default() -> Self {
        Self {
            containment: 300_000,
            containment_own: 600_000,
            passage: 700_000,
            headline_window_ms: 24 * HOUR_MS,
            furniture_articles: 8,
            hashes_min: 6,
            window_ms: 14 * 24 * HOUR_MS,
            postings_max: 200,
        }
    }
}

/// Limits, so that no single message floods a desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Characters of a body that are read; the rest is cut.
    pub body_chars_max: usize,
    /// Characters of a headline.
    pub headline_chars_max: usize,
    /// Sentences of one article.
    pub sentences_max: usize,
    /// Statements of one article.
    pub statements_max: usize,
    /// Hops of one chain.
    pub hops_max: usize,
    /// Terms of one article.
    pub terms_max: usize,
    /// Passage hashes of one article.
    pub hashes_max: usize,
    /// Names of one article.
    pub names_max: usize,
    /// Claims of one story; later ones are not taken up.
    pub story_claims_max: usize,
    /// Values of one slot; later ones are not taken up.
    pub slot_claims_max: usize,
    /// Articles of one story that a document lists.
    pub story_articles_listed_max: usize,
    /// Claims of one story that a document lists.
    pub story_claims_listed_max: usize,
    /// Live articles of one desk; the oldest leave.
    pub desk_articles_max: usize,
    /// Evidence of one claim and origin.
    pub origin_evidence_max: usize,
    /// Evidence of one claim.
    pub claim_evidence_max: usize,
    /// Slots whose weighing one desk keeps for documents.
    pub weighed_slots_max: usize,
    /// Bytes of claims that one lane keeps as documents show them.
    pub kept_claims_bytes_max: usize,
    /// Evidence shown for one claim.
    pub claim_evidence_listed_max: usize,
    /// Timeline entries of a document.
    pub timeline_max: usize,
    /// Revisions remembered of one article.
    pub revisions_max: usize,
    /// Stories compared with one article.
    pub candidates_max: usize,
    /// Open alerts of one desk; a rule that holds beyond that raises none.
    pub alerts_max: usize,
    /// Events of one alert; beyond that only its cancel is published.
    pub alert_events_max: usize,
    /// Claims that one alert rests on.
    pub alert_claims_max: usize,
    /// Decisions that one desk keeps.
    pub decisions_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_chars_max: 100_000,
            headline_chars_max: 1_000,
            sentences_max: 1_000,
            statements_max: 200,
            hops_max: 5,
            terms_max: 400,
            hashes_max: 600,
            names_max: 60,
            story_claims_max: 1_000,
            slot_claims_max: 100,
            story_articles_listed_max: 200,
            story_claims_listed_max: 300,
            desk_articles_max: 300_000,
            origin_evidence_max: 8,
            claim_evidence_max: 64,
            weighed_slots_max: 20_000,
            kept_claims_bytes_max: 64_000_000,
            claim_evidence_listed_max: 12,
            timeline_max: 100,
            revisions_max: 20,
            candidates_max: 20,
            alerts_max: 100_000,
            alert_events_max: 10_000,
            alert_claims_max: 100,
            decisions_max: 100_000,
        }
    }
}
