//! Levels, chains and times in a reader's words.

use writethru_core::article::Time;
use writethru_core::change::{Because, ClaimDoc};
use writethru_core::claims::{Confidence, Level, Likelihood, Status};
use writethru_core::reading::Hop;

use super::line::Look;
use crate::formats::words;

/// How what stands looks.
pub const fn look(status: Status) -> Look {
    match status {
        Status::Official
        | Status::StronglyCorroborated
        | Status::Corroborated
        | Status::SeveralOrigins => Look::Firm,
        Status::NotJudged | Status::SingleOrigin => Look::Thin,
        Status::Disputed | Status::Denied => Look::Contested,
        Status::Retracted | Status::Corrected => Look::Alarm,
        Status::Superseded => Look::Quiet,
    }
}

/// "CORROBORATED"
pub fn status(status: Status) -> String {
    words::status(status).to_uppercase()
}

/// How likely and from how many, in one sentence; never with the confidence. That a single origin
/// is one needs no saying.
pub fn standing(level: &Level) -> String {
    let origins = match level.origins {
        0 => Some("no origin asserts it".to_owned()),
        1 => (level.status != Status::SingleOrigin).then(|| "1 origin".to_owned()),
        many => Some(format!("{many} origins")),
    };
    let likely = match level.likelihood {
        Likelihood::NotJudged => None,
        term => Some(words::likelihood(term).to_owned()),
    };
    let said: Vec<String> = likely.into_iter().chain(origins).collect();
    format!("{}.", said.join(", "))
}

/// How good the grounds are, in a sentence of its own.
pub const fn grounds(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "Low confidence.",
        Confidence::Moderate => "Moderate confidence.",
        Confidence::High => "High confidence.",
    }
}

/// "Mint ← Reuters ← two senior army officers"
pub fn chain(hops: &[Hop]) -> String {
    let names: Vec<&str> = hops.iter().map(name).collect();
    names.join(" ← ")
}

/// Who is meant: the referent of a pronoun or short form.
pub fn name(hop: &Hop) -> &str {
    if hop.resolved.is_empty() { &hop.text } else { &hop.resolved }
}

/// The quote that shows best who says so: of this change, else the claim's best.
pub fn voice<'a>(because: &'a [Because], claim: &'a ClaimDoc) -> Option<&'a Because> {
    because.first().or_else(|| claim.evidence.first())
}

/// "Sunday 8 December 2024"
pub fn day(time: Time) -> String {
    utc(time).strftime("%A %-d %B %Y").to_string()
}

/// "03:41"
pub fn clock(time: Time) -> String {
    utc(time).strftime("%H:%M").to_string()
}

fn utc(time: Time) -> jiff::civil::DateTime {
    let stamp = jiff::Timestamp::from_millisecond(time.0).unwrap_or_default();
    jiff::tz::Offset::UTC.to_datetime(stamp)
}

/// "1 reprint", "5 reprints"
pub fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}
