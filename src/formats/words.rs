//! The terms of a level in a reader's words. Likelihood and confidence never share a sentence.

use writethru_core::change::Why;
use writethru_core::claims::{Confidence, Likelihood, Status};

/// What stands.
#[must_use]
pub const fn status(status: Status) -> &'static str {
    match status {
        Status::Retracted => "taken back",
        Status::Corrected => "corrected",
        Status::Superseded => "superseded by a later value",
        Status::Disputed => "disputed",
        Status::Denied => "denied",
        Status::Official => "official",
        Status::NotJudged => "not judged",
        Status::StronglyCorroborated => "strongly corroborated",
        Status::Corroborated => "corroborated",
        Status::SeveralOrigins => "several origins",
        Status::SingleOrigin => "single origin",
    }
}

/// How likely, in the terms of ICD-203.
#[must_use]
pub const fn likelihood(likelihood: Likelihood) -> &'static str {
    match likelihood {
        Likelihood::NotJudged => "not judged",
        Likelihood::AlmostNoChance => "almost no chance",
        Likelihood::VeryUnlikely => "very unlikely",
        Likelihood::Unlikely => "unlikely",
        Likelihood::RoughlyEvenChance => "roughly even chance",
        Likelihood::Likely => "likely",
        Likelihood::VeryLikely => "very likely",
        Likelihood::AlmostCertain => "almost certain",
    }
}

/// How good the grounds are.
#[must_use]
pub const fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "low confidence",
        Confidence::Moderate => "moderate confidence",
        Confidence::High => "high confidence",
    }
}

/// What moved a level.
#[must_use]
pub const fn why(why: Why) -> &'static str {
    match why {
        Why::NewOrigin => "a new origin",
        Why::BetterPath => "a better path to the same root",
        Why::Denial => "a denial",
        Why::RivalValue => "a rival value",
        Why::Revision => "a revision",
        Why::Withdrawal => "a withdrawal",
        Why::Reinstatement => "a reinstatement",
        Why::Correction => "a correction",
        Why::Outweighed => "the other side outweighs it",
        Why::OriginsMerged => "two origins turned out to be one",
        Why::Decay => "time",
        Why::Decision => "a decision of the desk",
    }
}
