//! Two settings over one log: what one publishes, matched with what the other does.
//!
//! A change is the same by its id, an alert by its rule and its claim or story. What is matched is
//! forgotten at once, so that the memory it takes is that of what differs. Words are the last that
//! either side has for a claim or a story, so what was taken back is not told.

mod alerts;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use writethru_core::article::{ChangeId, ClaimId, StoryId, Time};

use self::alerts::Alerts;
pub use self::alerts::Scopes;
use self::told::ToldChange;
pub use self::told::{Told, alert_line, change_line};
use crate::formats::comparison::{ChangeDifference, Comparison, Moved, Row, Settings, What};
use crate::formats::numbers::{Amount, Hex, Stamp};

/// Changes that differ and are listed one by one.
pub const CHANGES_LISTED_MAX: usize = 10_000;
/// Characters of a text.
const TEXT_CHARS_MAX: usize = 200;

/// Which settings published it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Those in use.
    These,
    /// Those they are compared with.
    Other,
}

/// A change that only one side has told so far.
#[derive(Debug)]
struct Waiting {
    side: Side,
    kind: usize,
    story: StoryId,
    claim: Option<ClaimId>,
    recorded: Time,
}

/// A fold of what both sides publish.
#[derive(Debug)]
pub struct Compared {
    words: Words,
    kinds: Kinds,
    waiting: BTreeMap<ChangeId, Waiting>,
    moved: Vec<(ChangeId, Waiting, Time)>,
    alerts: Alerts,
    these: Settings,
    other: Settings,
}

/// Rows by the name of a kind, in order of first appearance.
#[derive(Debug, Default)]
struct Kinds {
    names: BTreeMap<String, usize>,
    rows: Vec<Tallied>,
}

/// A row while it is counted.
#[derive(Debug, Default)]
struct Tallied {
    row: Row,
    earlier: Vec<i64>,
    later: Vec<i64>,
}

impl Compared {
    /// With nothing told yet.
    #[must_use]
    pub fn new(these: Scopes, other: Scopes) -> Self {
        Self {
            words: Words::default(),
            kinds: Kinds::default(),
            waiting: BTreeMap::new(),
            moved: Vec::new(),
            alerts: Alerts::new(these, other),
            these: Settings::default(),
            other: Settings::default(),
        }
    }

    /// Takes what one side told.
    pub fn follow(&mut self, side: Side, told: Told) {
        let settings = match side {
            Side::These => &mut self.these,
            Side::Other => &mut self.other,
        };
        match told {
            Told::Alert(alert) => {
                settings.alerts += 1;
                self.alerts.follow(side, &alert);
            }
            Told::Change(change) => {
                settings.changes += 1;
                self.words.learn(&change);
                self.change(side, &change);
            }
        }
    }

    fn change(&mut self, side: Side, change: &ToldChange) {
        let kind = self.kinds.of(&change.kind);
        let waiting = Waiting {
            side,
            kind,
            story: change.story,
            claim: change.claim,
            recorded: change.recorded,
        };
        match self.waiting.remove(&change.id) {
            Some(known) if known.side != side => {
                let (these, other) = match side {
                    Side::Other => (known, waiting),
                    Side::These => (waiting, known),
                };
                let moved_ms = other.recorded.since_ms(these.recorded);
                self.kinds.rows[kind].count(moved_ms);
                if moved_ms != 0 {
                    self.moved.push((change.id, these, other.recorded));
                }
            }
            // A side tells each change once.
            _ => {
                self.waiting.insert(change.id, waiting);
            }
        }
    }

    /// What differs.
    #[must_use]
    pub fn close(mut self, these: Settings, other: Settings) -> Comparison {
        let total = |told: &Settings, known: Settings| Settings {
            changes: told.changes,
            alerts: told.alerts,
            ..known
        };
        let (these, other) = (total(&self.these, these), total(&self.other, other));
        for waiting in self.waiting.values() {
            let row = &mut self.kinds.rows[waiting.kind].row;
            match waiting.side {
                Side::These => row.lost += 1,
                Side::Other => row.gained += 1,
            }
        }
        let change_difference_count = (self.waiting.len() + self.moved.len()) as u64;
        let change_differences = self.differences();
        let (alerts, alert_differences) = self.alerts.close(&self.words);
        let mut changes: Vec<Row> = self.kinds.rows.into_iter().map(Tallied::row).collect();
        changes.sort_by(|one, other| one.name.cmp(&other.name));
        Comparison {
            these,
            other,
            alerts,
            changes,
            alert_differences,
            change_differences,
            change_difference_count,
        }
    }

    /// The first ones by log time.
    fn differences(&mut self) -> Vec<ChangeDifference> {
        let alone = std::mem::take(&mut self.waiting)
            .into_iter()
            .map(|(id, waiting)| (waiting.recorded, id, waiting, None));
        let moved = self.moved.drain(..).map(|(id, these, other)| {
            let first = these.recorded.min(other);
            (first, id, these, Some(other))
        });
        let mut all: Vec<(Time, ChangeId, Waiting, Option<Time>)> = alone.chain(moved).collect();
        all.sort_unstable_by_key(|(first, id, ..)| (*first, *id));
        all.truncate(CHANGES_LISTED_MAX);
        let names: BTreeMap<usize, &String> =
            self.kinds.names.iter().map(|(name, at)| (*at, name)).collect();
        all.into_iter()
            .map(|(_, id, it, other)| {
                let (what, recorded, other_recorded) = match (it.side, other) {
                    (_, Some(other)) if other < it.recorded => {
                        (What::Earlier, Some(it.recorded), Some(other))
                    }
                    (_, Some(other)) => (What::Later, Some(it.recorded), Some(other)),
                    (Side::These, None) => (What::Lost, Some(it.recorded), None),
                    (Side::Other, None) => (What::Gained, None, Some(it.recorded)),
                };
                let shift = recorded.zip(other_recorded);
                ChangeDifference {
                    what,
                    kind: names[&it.kind].clone(),
                    id: Hex(id),
                    story: Hex(it.story),
                    headline: self.words.headline(it.story),
                    claim: it.claim.map(Hex),
                    text: it.claim.and_then(|claim| self.words.text(claim)),
                    recorded: recorded.map(Stamp),
                    other_recorded: other_recorded.map(Stamp),
                    shift_seconds: shift.map(|(these, other)| Amount(other.since_ms(these))),
                }
            })
            .collect()
    }
}

impl Kinds {
    fn of(&mut self, name: &str) -> usize {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let at = self.rows.len();
        self.names.insert(name.to_owned(), at);
        let row = Row { name: name.to_owned(), ..Row::default() };
        self.rows.push(Tallied { row, ..Tallied::default() });
        at
    }
}

impl Tallied {
    /// One that is in both, so much later in the other's.
    fn count(&mut self, moved_ms: i64) {
        match moved_ms {
            0 => self.row.same += 1,
            ..0 => self.earlier.push(-moved_ms),
            1.. => self.later.push(moved_ms),
        }
    }

    fn row(self) -> Row {
        Row { earlier: moved(self.earlier), later: moved(self.later), ..self.row }
    }
}

fn moved(mut by_ms: Vec<i64>) -> Moved {
    by_ms.sort_unstable();
    let median = by_ms.get(by_ms.len().saturating_sub(1) / 2);
    Moved {
        count: by_ms.len() as u64,
        median_seconds: median.copied().map(Amount),
        most_seconds: by_ms.last().copied().map(Amount),
    }
}

/// The last words of each story and claim.
#[derive(Debug, Default)]
struct Words {
    headlines: BTreeMap<StoryId, String>,
    texts: BTreeMap<ClaimId, String>,
    withheld: BTreeSet<ClaimId>,
}

impl Words {
    fn learn(&mut self, change: &ToldChange) {
        self.headlines.insert(change.story, cut(&change.headline));
        let Some(claim) = change.claim else { return };
        match &change.text {
            Some(text) => {
                self.withheld.remove(&claim);
                self.texts.insert(claim, cut(text));
            }
            None if change.is_withheld => {
                self.withheld.insert(claim);
                self.texts.remove(&claim);
            }
            None => {}
        }
    }

    fn headline(&self, story: StoryId) -> String {
        self.headlines.get(&story).cloned().unwrap_or_default()
    }

    fn text(&self, claim: ClaimId) -> Option<String> {
        self.texts.get(&claim).cloned()
    }
}

fn cut(text: &str) -> String {
    text.chars().take(TEXT_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests;
