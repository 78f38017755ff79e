//! Attribution as the field scores it: spans of source, cue and content, and whose content it is.
//!
//! Overlap is the code points in both over those in either, all pieces together; spans of one
//! document are matched one to one, the best overlap first.

use std::io::{BufRead as _, Error, ErrorKind};
use std::path::Path;

use serde::Deserialize;
use writethru_core::article::Span;
use writethru_core::policy::Policy;
use writethru_core::reading::attribution::{Pieces, pieces};

use crate::inputs::reader;

/// Right, found and wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Found and wanted.
    pub right: usize,
    /// Found.
    pub found: usize,
    /// Wanted.
    pub wanted: usize,
}

impl Counts {
    /// Right over found.
    #[must_use]
    pub fn precision(&self) -> f64 {
        share(self.right, self.found)
    }

    /// Right over wanted.
    #[must_use]
    pub fn recall(&self) -> f64 {
        share(self.right, self.wanted)
    }

    /// The harmonic mean of both.
    #[must_use]
    pub fn f1(&self) -> f64 {
        share(2 * self.right, self.found + self.wanted)
    }
}

/// The scores at one overlap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scores {
    /// Sources.
    pub source: Counts,
    /// Cues.
    pub cue: Counts,
    /// Contents.
    pub content: Counts,
    /// Matched contents whose sources overlap too, or where neither side has one.
    pub source_right: usize,
}

impl Scores {
    /// Among matched contents, the share with the right source.
    #[must_use]
    pub fn source_accuracy(&self) -> f64 {
        share(self.source_right, self.content.right)
    }
}

/// What came out for one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Documents read.
    pub documents: usize,
    /// At an overlap of three tenths.
    pub loose: Scores,
    /// At an overlap of eight tenths.
    pub strict: Scores,
}

#[derive(Deserialize)]
struct Record {
    text: String,
    attributions: Vec<Gold>,
}

#[derive(Deserialize)]
struct Gold {
    source: Vec<(u32, u32)>,
    cue: Vec<(u32, u32)>,
    content: Vec<(u32, u32)>,
}

/// Scores the reading of English against the file's attributions.
///
/// # Errors
/// A file that cannot be read; a line that is no such record.
pub fn score(gold: &Path, policy: &Policy) -> Result<Report, Error> {
    let Some(words) = policy.lexicon.language("en") else {
        return Err(Error::new(ErrorKind::NotFound, "there is no English lexicon"));
    };
    let mut report = Report::default();
    for (number, line) in reader(gold)?.lines().enumerate() {
        let record: Record = serde_json::from_str(&line?).map_err(|error| {
            Error::new(ErrorKind::InvalidData, format!("line {}: {error}", number + 1))
        })?;
        let wanted: Vec<Pieces> = record.attributions.iter().map(Pieces::from).collect();
        let found = pieces(words, &record.text);
        report.documents += 1;
        tally(&mut report.loose, &found, &wanted, 3);
        tally(&mut report.strict, &found, &wanted, 8);
    }
    Ok(report)
}

impl From<&Gold> for Pieces {
    fn from(gold: &Gold) -> Self {
        let spans = |list: &[(u32, u32)]| list.iter().map(|(s, e)| Span::new(*s, *e)).collect();
        Self { source: spans(&gold.source), cue: spans(&gold.cue), content: spans(&gold.content) }
    }
}

/// Adds one document at an overlap of so many tenths.
fn tally(scores: &mut Scores, found: &[Pieces], wanted: &[Pieces], tenths: u64) {
    let part = |counts: &mut Counts, of: fn(&Pieces) -> &[Span]| {
        let matched = matched(found, wanted, of, tenths);
        counts.right += matched.len();
        counts.found += found.iter().filter(|one| !of(one).is_empty()).count();
        counts.wanted += wanted.iter().filter(|one| !of(one).is_empty()).count();
        matched
    };
    part(&mut scores.source, |one| &one.source);
    part(&mut scores.cue, |one| &one.cue);
    let contents = part(&mut scores.content, |one| &one.content);
    scores.source_right += contents
        .iter()
        .filter(|(f, w)| {
            let (ours, theirs) = (&found[*f].source, &wanted[*w].source);
            (ours.is_empty() && theirs.is_empty()) || overlaps(ours, theirs, 3).is_some()
        })
        .count();
}

/// Pairs of found and wanted, each in one pair at most, the best overlap first.
fn matched(
    found: &[Pieces],
    wanted: &[Pieces],
    of: fn(&Pieces) -> &[Span],
    tenths: u64,
) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for (f, ours) in found.iter().enumerate() {
        for (w, theirs) in wanted.iter().enumerate() {
            if let Some(overlap) = overlaps(of(ours), of(theirs), tenths) {
                pairs.push((std::cmp::Reverse(overlap), f, w));
            }
        }
    }
    pairs.sort_unstable();
    let (mut taken_found, mut taken_wanted) = (vec![false; found.len()], vec![false; wanted.len()]);
    let mut matched = Vec::new();
    for (_, f, w) in pairs {
        if !taken_found[f] && !taken_wanted[w] {
            taken_found[f] = true;
            taken_wanted[w] = true;
            matched.push((f, w));
        }
    }
    matched
}

/// Millionths of overlap, if it is at least so many tenths.
fn overlaps(ours: &[Span], theirs: &[Span], tenths: u64) -> Option<u64> {
    let (ours, theirs) = (united(ours), united(theirs));
    let length =
        |spans: &[Span]| spans.iter().map(|span| u64::from(span.end - span.start)).sum::<u64>();
    let mut both = 0;
    for a in &ours {
        for b in &theirs {
            both += u64::from(a.end.min(b.end).saturating_sub(a.start.max(b.start)));
        }
    }
    let either = length(&ours) + length(&theirs) - both;
    (both > 0 && both * 10 >= either * tenths).then(|| both * 1_000_000 / either)
}

/// The same code points in pieces that do not overlap.
fn united(spans: &[Span]) -> Vec<Span> {
    let mut sorted: Vec<Span> =
        spans.iter().copied().filter(|span| span.start < span.end).collect();
    sorted.sort_unstable();
    let mut united: Vec<Span> = Vec::with_capacity(sorted.len());
    for span in sorted {
        match united.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => united.push(span),
        }
    }
    united
}

#[expect(clippy::cast_precision_loss, reason = "counts of one file")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(source: (u32, u32), content: (u32, u32)) -> Pieces {
        let span = |(s, e)| vec![Span::new(s, e)];
        Pieces { source: span(source), cue: span((90, 94)), content: span(content) }
    }

    #[test]
    fn spans_are_matched_one_to_one() {
        let wanted = [one((0, 10), (20, 40))];
        let found = [one((0, 10), (20, 38)), one((50, 60), (20, 30))];
        let mut scores = Scores::default();
        tally(&mut scores, &found, &wanted, 3);
        assert_eq!(scores.content, Counts { right: 1, found: 2, wanted: 1 });
        assert_eq!(scores.source_right, 1);
        let mut strict = Scores::default();
        tally(&mut strict, &[one((0, 10), (20, 30))], &wanted, 8);
        assert_eq!(strict.content.right, 0);
    }
}
