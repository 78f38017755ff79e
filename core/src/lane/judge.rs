//! What a revision is to what is already known of its article. Reads the state, changes nothing.

use crate::article::{ArticleId, Id, Time};
use crate::reading::{Label, Reading};
use crate::revisions::{self, FactMove, RevisionKind, Said};
use crate::state::{ArticleRow, State};

/// What to do with a revision.
pub(super) enum Verdict {
    /// Park it until then.
    Embargoed(Time),
    /// Take the article back.
    Withdrawal,
    /// The article was taken back and this does not bring it again.
    StaysWithdrawn,
    /// Nothing new: unchanged, or older than what is known.
    Repeat,
    /// The article is not known yet.
    First,
    /// A later version that differs.
    Revised(RevisionKind, Vec<FactMove>),
}

pub(super) fn judge(state: &State, id: ArticleId, reading: &Reading) -> Verdict {
    let known = state.article(id);
    if reading.label == Label::Withdrawal {
        return Verdict::Withdrawal;
    }
    let withdrawn = match known {
        Some(row) => row.withdrawn.as_ref(),
        None => state.tombstones.get(&id).map(|tombstone| &tombstone.withdrawn),
    };
    if withdrawn.is_some_and(|withdrawn| !reinstates(reading.article.version, withdrawn.version)) {
        return Verdict::StaysWithdrawn;
    }
    match reading.article.embargoed_until {
        Some(until) if until > state.now() => Verdict::Embargoed(until),
        _ => match known {
            None => Verdict::First,
            Some(row) if row.withdrawn.is_some() => {
                Verdict::Revised(RevisionKind::Reinstatement, Vec::new())
            }
            Some(row) => revised(state, id, row, reading),
        },
    }
}

/// Only a higher usable version brings back what was withdrawn.
fn reinstates(version: Option<u64>, withdrawn: Option<u64>) -> bool {
    matches!((version, withdrawn), (Some(version), Some(withdrawn)) if version > withdrawn)
}

fn revised(state: &State, id: ArticleId, row: &ArticleRow, reading: &Reading) -> Verdict {
    let digest = text_digest(reading);
    if row.newest().digest == digest || is_older(row, reading, state.now()) {
        return Verdict::Repeat;
    }
    let before = said(state, id);
    let moves = revisions::compare(&before, reading);
    let kind = revisions::kind(reading.label, &moves, rewritten(row, reading));
    Verdict::Revised(kind, moves)
}

/// By version where both have one, else by their own times, else by arrival.
fn is_older(row: &ArticleRow, reading: &Reading, now: Time) -> bool {
    match (row.seen.version, reading.article.version) {
        (Some(known), Some(version)) => version < known,
        _ => reading.article.published.is_some_and(|at| at.min(now) < row.seen.published),
    }
}

/// What the article's live evidence says, in order of the text.
fn said(state: &State, id: ArticleId) -> Vec<Said<'_>> {
    let mut said: Vec<_> = state
        .claims
        .said_by(id)
        .map(|(claim, row, evidence)| {
            let said = Said {
                claim,
                proposition: &row.proposition,
                text: &evidence.text,
                stance: evidence.stance,
                quantity: evidence.quantity.as_ref(),
            };
            ((evidence.part, evidence.span, claim), said)
        })
        .collect();
    said.sort_by_key(|(place, _)| *place);
    said.into_iter().map(|(_, said)| said).collect()
}

/// Whether a fifth or more of the passages are new.
fn rewritten(row: &ArticleRow, reading: &Reading) -> bool {
    let hashes = || reading.passages.iter().flat_map(|passage| &passage.hashes);
    let new = hashes().filter(|hash| row.sketch.hashes.binary_search(hash).is_err()).count();
    new * 5 >= hashes().count() && new > 0
}

/// The digest of headline and text, as rows keep it.
pub(super) fn text_digest(reading: &Reading) -> Id {
    Id::of(&[&reading.digest])
}
