//! What became of every record: each is counted once, so the counts add up.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use writethru_core::change::RevisionKind;
use writethru_core::lane::Outcome;

/// The one thing that became of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A desk took it.
    Taken(Outcome),
    /// It is not of a type that is read (a picture, an event).
    PassedOver(String),
    /// It could not be read.
    Dead(String),
}

/// Counts of all records since the log began.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// All of them.
    pub records: u64,
    /// First of their article, with words of their own.
    pub originals: u64,
    /// First of their article, taken from another.
    pub copies: u64,
    /// Later revisions, by kind.
    pub revisions: BTreeMap<RevisionKind, u64>,
    /// Under embargo when they came.
    pub parked: u64,
    /// Withdrawals of what is not known.
    pub unknown_withdrawals: u64,
    /// Not articles, by type.
    pub passed_over: BTreeMap<String, u64>,
    /// Could not be read, by reason.
    pub dead_letters: BTreeMap<String, u64>,
    /// Humans' decisions that took effect.
    pub decisions: u64,
}

impl Tally {
    /// Adds the counts of another lane.
    pub fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.originals += other.originals;
        self.copies += other.copies;
        self.parked += other.parked;
        self.unknown_withdrawals += other.unknown_withdrawals;
        self.decisions += other.decisions;
        for (kind, count) in &other.revisions {
            *self.revisions.entry(*kind).or_default() += count;
        }
        for (kind, count) in &other.passed_over {
            *self.passed_over.entry(kind.clone()).or_default() += count;
        }
        for (reason, count) in &other.dead_letters {
            *self.dead_letters.entry(reason.clone()).or_default() += count;
        }
    }

    /// Counts one record.
    pub fn count(&mut self, fate: Fate) {
        self.records += 1;
        match fate {
            Fate::Taken(Outcome::Original | Outcome::Nothing) => self.originals += 1,
            Fate::Taken(Outcome::Copy) => self.copies += 1,
            Fate::Taken(Outcome::Revision(kind)) => *self.revisions.entry(kind).or_default() += 1,
            Fate::Taken(Outcome::Decision) => self.decisions += 1,
            Fate::Taken(Outcome::Parked) => self.parked += 1,
            Fate::Taken(Outcome::UnknownWithdrawal) => self.unknown_withdrawals += 1,
            Fate::PassedOver(kind) => *self.passed_over.entry(kind).or_default() += 1,
            Fate::Dead(reason) => {
                *self.dead_letters.entry(reason).or_default() += 1;
            }
        }
    }

    /// Whether every record is in exactly one count.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        let parts = self.originals
            + self.copies
            + self.revisions.values().sum::<u64>()
            + self.parked
            + self.unknown_withdrawals
            + self.passed_over.values().sum::<u64>()
            + self.decisions
            + self.dead_letters.values().sum::<u64>();
        self.records == parts
    }
}

impl fmt::Display for Tally {
    /// One line: all records on the left, what became of them on the right.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} records in = {} originals", self.records, self.originals)?;
        write!(
            f,
            " + {} copies + {} revisions",
            self.copies,
            self.revisions.values().sum::<u64>()
        )?;
        list(f, self.revisions.iter().map(|(kind, count)| (revision_word(*kind), *count)))?;
        write!(f, " + {} parked", self.parked)?;
        write!(f, " + {} unknown withdrawals", self.unknown_withdrawals)?;
        write!(f, " + {} passed over", self.passed_over.values().sum::<u64>())?;
        list(f, self.passed_over.iter().map(|(kind, count)| (kind.as_str(), *count)))?;
        if self.decisions > 0 {
            write!(f, " + {} decisions", self.decisions)?;
        }
        write!(f, " + {} dead letters", self.dead_letters.values().sum::<u64>())?;
        list(f, self.dead_letters.iter().map(|(reason, count)| (reason.as_str(), *count)))
    }
}

fn list<'a>(
    f: &mut fmt::Formatter<'_>,
    counts: impl Iterator<Item = (&'a str, u64)>,
) -> fmt::Result {
    let mut open = false;
    for (name, count) in counts {
        f.write_str(if open { ", " } else { " (" })?;
        write!(f, "{name} {count}")?;
        open = true;
    }
    if open { f.write_str(")") } else { Ok(()) }
}

const fn revision_word(kind: RevisionKind) -> &'static str {
    match kind {
        RevisionKind::New => "new",
        RevisionKind::Repeat => "repeat",
        RevisionKind::Refile => "refile",
        RevisionKind::Update => "update",
        RevisionKind::Correction => "correction",
        RevisionKind::SilentCorrection => "silent_correction",
        RevisionKind::Withdrawal => "withdrawal",
        RevisionKind::Reinstatement => "reinstatement",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_is_counted_once() {
        let mut tally = Tally::default();
        tally.count(Fate::Taken(Outcome::Original));
        tally.count(Fate::Taken(Outcome::Copy));
        tally.count(Fate::Taken(Outcome::Revision(RevisionKind::Update)));
        tally.count(Fate::Taken(Outcome::Revision(RevisionKind::Correction)));
        tally.count(Fate::Taken(Outcome::Parked));
        tally.count(Fate::PassedOver("picture".to_owned()));
        tally.count(Fate::Dead("not_json".to_owned()));
        assert!(tally.adds_up());
        let mut two = tally.clone();
        two.count(Fate::Taken(Outcome::Decision));
        two.add(&tally);
        two.add(&two.clone());
        assert!(two.adds_up() && two.decisions == 2, "{two}");
        assert_eq!(
            tally.to_string(),
            "7 records in = 1 originals + 1 copies + 2 revisions (update 1, correction 1) \
             + 1 parked + 0 unknown withdrawals + 1 passed over (picture 1) \
             + 1 dead letters (not_json 1)"
        );
    }
}
