//! Certainty as the field scores it: mean absolute error and Pearson's r against averaged
//! judgments from 3 (it happened) to -3 (it did not).

use std::io::{BufRead as _, Error, ErrorKind};
use std::path::Path;

use serde::Deserialize;
use writethru_core::article::Span;
use writethru_core::policy::Policy;
use writethru_core::reading::commitment::commitment;

use crate::inputs::reader;

/// What came out for one file.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Report {
    /// Events scored.
    pub events: usize,
    /// Mean absolute error.
    pub mae: f64,
    /// Pearson's correlation.
    pub r: f64,
}

#[derive(Deserialize)]
struct Record {
    sentence: String,
    event: Place,
    score: f64,
}

#[derive(Deserialize)]
struct Place {
    start: u32,
    end: u32,
}

/// Scores the reading of English against the file's judgments.
///
/// # Errors
/// A file that cannot be read; a line that is no such record.
pub fn score(gold: &Path, policy: &Policy) -> Result<Report, Error> {
    let Some(words) = policy.lexicon.language("en") else {
        return Err(Error::new(ErrorKind::NotFound, "there is no English lexicon"));
    };
    let mut pairs = Vec::new();
    for (number, line) in reader(gold)?.lines().enumerate() {
        let record: Record = serde_json::from_str(&line?).map_err(|error| {
            Error::new(ErrorKind::InvalidData, format!("line {}: {error}", number + 1))
        })?;
        let event = Span::new(record.event.start, record.event.end);
        let told = commitment(words, &record.sentence, event);
        let told = i32::try_from(told).map_or(0.0, f64::from) / 1000.0;
        pairs.push((told, record.score));
    }
    Ok(report(&pairs))
}

#[expect(clippy::cast_precision_loss, reason = "counts of one file")]
fn report(pairs: &[(f64, f64)]) -> Report {
    if pairs.is_empty() {
        return Report::default();
    }
    let count = pairs.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / count;
    let (mean_told, mean_gold) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let (mut both, mut told, mut gold, mut error) = (0.0, 0.0, 0.0, 0.0);
    for (ours, theirs) in pairs {
        let (a, b) = (ours - mean_told, theirs - mean_gold);
        both += a * b;
        told += a * a;
        gold += b * b;
        error += (ours - theirs).abs();
    }
    let spread = (told * gold).sqrt();
    Report {
        events: pairs.len(),
        mae: error / count,
        r: if spread > 0.0 { both / spread } else { 0.0 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_order_correlates_whatever_the_distance() {
        let report = report(&[(1.0, 2.0), (2.0, 3.0), (3.0, 4.0)]);
        assert!((report.mae - 1.0).abs() < 1e-9);
        assert!((report.r - 1.0).abs() < 1e-9);
    }
}
