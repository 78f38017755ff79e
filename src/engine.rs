//! Read ahead, step, commit; restore. One lane's way from entries to published lines.
//!
//! What is published is a function of the entries and the policy: neither where batches end nor how
//! many threads read shows in it. A step that panics is taken back with its whole batch, from the
//! last commit; the record that panics a second time goes to the dead letters.

mod ahead;
mod attempt;
mod documents;
mod measured;
pub mod trap;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use writethru_core::alerts::Alert;
use writethru_core::article::{ClaimId, StoryId, Time};
use writethru_core::change::{Change, StoryDoc};
use writethru_core::decision::Decision;
use writethru_core::lane::{Intake, Lane, LaneRow, Output};
use writethru_core::policy::Policy;
use writethru_core::reading::Reading;
use writethru_core::table::RowError;

use self::ahead::Readings;
pub use self::ahead::{Ahead, Worker};
use self::attempt::Folded;
pub use self::attempt::{article_time, decision_time};
use self::documents::Documents;
pub use self::measured::Measured;
use crate::log::{Commit, Entry, Epoch, Log, LogError, Marker, Record, Rows, Stream};

/// What is to be learned from one record without any state.
#[derive(Clone, Debug)]
pub enum Read {
    /// A revision for this desk.
    Article {
        /// Which desk.
        desk: String,
        /// What it says.
        reading: Box<Reading>,
    },
    /// What somebody at this desk decided.
    Decision {
        /// Which desk.
        desk: String,
        /// What was decided.
        decision: Box<Decision>,
    },
    /// An item of a type that is not read.
    PassedOver(String),
    /// A record that cannot be read.
    Dead {
        /// One word a script can match.
        reason: String,
        /// One sentence for a person.
        detail: String,
    },
}

/// Reads one record: a pure function, called on any thread and in any order.
pub trait Reader: Send + Sync {
    /// What the record says.
    fn read(&self, record: &Record) -> Read;
}

/// What entries are folded into: the lane, or a stand-in of the simulation.
pub trait Fold: Default {
    /// See [`Lane::step`].
    fn step(&mut self, policy: &Policy, intake: Intake, out: &mut Output);
    /// See [`Lane::drain`].
    fn drain(&mut self, sink: &mut dyn FnMut(LaneRow));
    /// See [`Lane::load`].
    ///
    /// # Errors
    /// A row that no table knows or can read.
    fn load(&mut self, row: &LaneRow) -> Result<(), RowError>;
    /// See [`Lane::reindex`].
    fn reindex(&mut self);
    /// See [`Lane::digest`].
    fn digest(&self) -> u128;
    /// See [`Lane::next_due`].
    fn next_due(&self) -> Option<(String, Time)>;
    /// See [`Lane::story`].
    fn story(&self, _policy: &Policy, _desk: &str, _id: StoryId) -> Option<StoryDoc> {
        None
    }
    /// See [`Lane::story_beside`].
    fn story_beside(
        &self,
        _policy: &Policy,
        _desk: &str,
        _id: StoryId,
        _is_kept: &dyn Fn(ClaimId) -> bool,
    ) -> Option<(StoryDoc, Vec<ClaimId>)> {
        None
    }
    /// How many stories it holds, and in how many bytes.
    fn size(&self) -> (usize, u64) {
        (0, 0)
    }
}

impl Fold for Lane {
    fn step(&mut self, policy: &Policy, intake: Intake, out: &mut Output) {
        self.step(policy, intake, out);
    }
    fn drain(&mut self, sink: &mut dyn FnMut(LaneRow)) {
        self.drain(sink);
    }
    fn load(&mut self, row: &LaneRow) -> Result<(), RowError> {
        self.load(row)
    }
    fn reindex(&mut self) {
        self.reindex();
    }
    fn digest(&self) -> u128 {
        self.digest()
    }
    fn next_due(&self) -> Option<(String, Time)> {
        self.next_due()
    }
    fn story(&self, policy: &Policy, desk: &str, id: StoryId) -> Option<StoryDoc> {
        self.story(policy, desk, id)
    }
    fn story_beside(
        &self,
        policy: &Policy,
        desk: &str,
        id: StoryId,
        is_kept: &dyn Fn(ClaimId) -> bool,
    ) -> Option<(StoryDoc, Vec<ClaimId>)> {
        self.story_beside(policy, desk, id, is_kept)
    }
    fn size(&self) -> (usize, u64) {
        (self.story_count(), self.bytes())
    }
}

/// How one value becomes a line.
pub type Line<T> = fn(&T) -> Vec<u8>;

/// How values become lines. A stream without a way is not written and not counted.
#[derive(Clone, Copy, Default)]
pub struct Lines {
    /// Changes, in order.
    pub changes: Option<Line<Change>>,
    /// Alert events, in order.
    pub alerts: Option<Line<Alert>>,
    /// Last documents of stories that leave the state.
    pub documents: Option<(Stream, Line<StoryDoc>)>,
    /// The newest document of every story that changed, with each commit.
    pub stories: bool,
}

impl Lines {
    /// Streams that are written, with or without a line in them.
    #[must_use]
    pub fn streams(&self) -> Vec<Stream> {
        let changes = self.changes.map(|_| Stream::Changes);
        let alerts = self.alerts.map(|_| Stream::Alerts);
        let documents = self.documents.map(|(stream, _)| stream);
        changes.into_iter().chain(alerts).chain(documents).chain([Stream::DeadLetters]).collect()
    }
}

/// Is shown every change, once its batch is folded and before it is published.
pub type Watcher = Box<dyn FnMut(&Change)>;

/// Batches that are read ahead of the one that is folded.
const AHEAD_BATCHES_MAX: usize = 2;

/// One lane with its log.
pub struct Engine<F, L> {
    fold: F,
    log: L,
    policy: Arc<Policy>,
    lines: Lines,
    ahead: Ahead,
    in_flight: VecDeque<Readings>,
    marker: Marker,
    watcher: Option<Watcher>,
    /// What claims look like in documents.
    documents: Documents,
    /// Buffers of earlier outputs, emptied, for later ones.
    spare: Vec<Vec<u8>>,
    measured: Option<Measured>,
}

/// Buffers that are kept, and how large each may be.
const SPARE_MAX: usize = 4;
const SPARE_BYTES_MAX: usize = 32 << 20;

impl<F: Fold, L: Log> Engine<F, L> {
    /// Restores the lane and folds what the log has beyond the restored state. The first start
    /// caps the records' own times at `until`; other settings begin an epoch.
    ///
    /// # Errors
    /// What the log cannot do.
    pub fn open(
        log: L,
        policy: Arc<Policy>,
        lines: Lines,
        ahead: Ahead,
        until: Time,
        watcher: Option<Watcher>,
    ) -> Result<Self, LogError> {
        let fold = F::default();
        let mut engine = Self {
            fold,
            log,
            policy,
            lines,
            ahead,
            in_flight: VecDeque::new(),
            marker: Marker::default(),
            watcher,
            documents: Documents::default(),
            spare: Vec::new(),
            measured: None,
        };
        let mut rows = Restoring { fold: &mut engine.fold };
        engine.marker = engine.log.restore(&mut rows)?;
        engine.marker.puts_out(&lines.streams());
        engine.catch_up(until)?;
        Ok(engine)
    }

    fn catch_up(&mut self, until: Time) -> Result<(), LogError> {
        let before = self.marker.entries;
        let epoch = Epoch {
            policy: self.policy.digest.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        self.settle()?;
        self.log.caught_up()?;
        let folded = self.marker.entries - before;
        if folded > 0 {
            tracing::info!(entries = folded, "folded what came after the last snapshot");
        }
        let mut opening = Vec::new();
        if self.marker.entries == 0 {
            opening.push(Entry::Cap { until });
        }
        if self.marker.epoch != epoch {
            if before > 0 || folded > 0 {
                tracing::info!(
                    policy = epoch.policy,
                    "other settings or another version from here on"
                );
            }
            let Epoch { policy, version } = epoch;
            opening.push(Entry::Epoch { policy, version });
        }
        if opening.is_empty() {
            return Ok(());
        }
        self.accept(opening)?;
        self.checkpoint()
    }

    /// Puts entries into the log and folds what is read by now.
    ///
    /// # Errors
    /// What the log cannot do.
    pub fn accept(&mut self, entries: Vec<Entry>) -> Result<(), LogError> {
        self.log.append(entries)?;
        self.read_ahead()?;
        while self.in_flight.len() >= AHEAD_BATCHES_MAX {
            self.fold_oldest()?;
            self.read_ahead()?;
        }
        Ok(())
    }

    /// Folds all that is in the log.
    ///
    /// # Errors
    /// What the log cannot do.
    pub fn settle(&mut self) -> Result<(), LogError> {
        self.read_ahead()?;
        while !self.in_flight.is_empty() {
            self.fold_oldest()?;
            self.read_ahead()?;
        }
        Ok(())
    }

    /// From here on, figures are kept of what it does.
    pub fn measure(&mut self, measured: Measured) {
        measured.holds(self.fold.size());
        self.measured = Some(measured);
    }

    /// Settles and makes the next start short.
    ///
    /// # Errors
    /// What the log cannot do.
    pub fn checkpoint(&mut self) -> Result<(), LogError> {
        self.settle()?;
        self.log.checkpoint(&self.marker, self.fold.digest())
    }

    /// Adds to a stream what no entry gave, for this end only.
    ///
    /// # Errors
    /// What the log cannot do.
    pub fn close_with(&mut self, stream: Stream, bytes: &[u8]) -> Result<(), LogError> {
        self.log.close_with(stream, bytes)
    }

    /// Where folding stands.
    #[must_use]
    pub const fn marker(&self) -> &Marker {
        &self.marker
    }

    /// The lane.
    #[must_use]
    pub const fn fold(&self) -> &F {
        &self.fold
    }

    /// Its log.
    #[must_use]
    pub const fn log(&self) -> &L {
        &self.log
    }

    /// Its log, to be listened to.
    pub const fn log_mut(&mut self) -> &mut L {
        &mut self.log
    }

    /// What decides.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    fn read_ahead(&mut self) -> Result<(), LogError> {
        while self.in_flight.len() < AHEAD_BATCHES_MAX {
            let Some(entries) = self.log.poll()? else { break };
            self.in_flight.push_back(self.ahead.hand_over(entries));
        }
        Ok(())
    }

    fn fold_oldest(&mut self) -> Result<(), LogError> {
        let Some(mut readings) = self.in_flight.pop_front() else { return Ok(()) };
        let entries = readings.entries();
        let mut suspects = BTreeSet::new();
        let mut doomed = BTreeMap::new();
        let folded = loop {
            match self.attempt(&entries, &mut readings, &doomed) {
                Ok(folded) => break folded,
                Err(panic) => {
                    tracing::error!(at = panic.at, why = panic.message, "a step panicked");
                    let mut rows = Restoring { fold: &mut self.fold };
                    self.log.reload(&mut rows)?;
                    if !suspects.insert(panic.at) {
                        doomed.insert(panic.at, panic.message);
                    }
                    readings = self.ahead.hand_over_again(&entries);
                }
            }
        };
        for (entry, fate) in entries.iter().zip(&folded.fates) {
            self.marker.note(entry);
            if let Some(fate) = fate {
                self.marker.tally.count(fate.clone());
            }
        }
        if let Some(watcher) = &mut self.watcher {
            folded.changes.iter().for_each(watcher);
        }
        for (stream, bytes) in &folded.outputs {
            self.marker.published(*stream, bytes.len());
        }
        let mut rows = Vec::new();
        self.fold.drain(&mut |row| rows.push(row));
        let stories = self.documents(&folded);
        let (outputs, lines, marker) = (&folded.outputs, &folded.lines, &self.marker);
        let digest = self.fold.digest();
        self.log.commit(Commit { rows, outputs, lines, stories, marker, digest })?;
        if let Some(measured) = &self.measured {
            measured.committed(&entries, &folded);
            measured.holds(self.fold.size());
        }
        self.keep(folded.outputs);
        Ok(())
    }

    fn keep(&mut self, outputs: Vec<(Stream, Vec<u8>)>) {
        let small = outputs.into_iter().filter(|(_, bytes)| bytes.capacity() <= SPARE_BYTES_MAX);
        self.spare.extend(small.map(|(_, mut bytes)| {
            bytes.clear();
            bytes
        }));
        self.spare.truncate(SPARE_MAX);
    }

    /// A story that left the state keeps its last document, wherever the batch ends.
    fn documents(&mut self, folded: &Folded) -> Vec<(StoryId, Option<Vec<u8>>)> {
        if !self.lines.stories {
            return Vec::new();
        }
        let kept_bytes_max = self.policy.limits.kept_claims_bytes_max;
        self.documents.forget(&folded.moved, kept_bytes_max);
        let document = |(desk, id): &(String, StoryId)| {
            let line = self.documents.line(&self.fold, &self.policy, desk, *id);
            (*id, line.or_else(|| folded.last.get(id).cloned()))
        };
        folded.touched.iter().map(document).collect()
    }
}

/// Loads rows into a fold.
struct Restoring<'a, F> {
    fold: &'a mut F,
}

impl<F: Fold> Rows for Restoring<'_, F> {
    fn clear(&mut self) {
        *self.fold = F::default();
    }

    fn load(&mut self, row: &LaneRow) -> Result<(), RowError> {
        self.fold.load(row)
    }

    fn settle(&mut self) -> u128 {
        self.fold.reindex();
        self.fold.digest()
    }
}
