//! THE SEAM between a desk and whatever keeps its records: what the engine may rely on.
//!
//! A log gives batches of entries in an order that never changes and takes what folding them
//! brought about. Everything a desk knows is derived from its entries, so a log that loses no
//! entry loses nothing. The contract of each call stands at [`Log`]; the logs keep it under a
//! kill at any moment, and `tests/it/simulation.rs` holds them to it.

mod entry;
mod marker;
mod tally;

use writethru_core::article::StoryId;
use writethru_core::lane::LaneRow;
use writethru_core::table::RowError;

pub use entry::{Entry, Oversized, Record};
pub use marker::{Epoch, Marker, Progress, Stream};
pub use tally::{Fate, Tally};

/// What one batch brought about, to be kept as a whole.
#[derive(Debug)]
pub struct Commit<'a> {
    /// Every row that changed, each at most once.
    pub rows: Vec<LaneRow>,
    /// Bytes to be published, in order, by stream.
    pub outputs: &'a [(Stream, Vec<u8>)],
    /// Where each line of the outputs ends, in order within its stream.
    pub lines: &'a [Published],
    /// The newest document of every story that changed, once each; `None` where it has none any
    /// more. Empty where nobody asked for documents.
    pub stories: Vec<(StoryId, Option<Vec<u8>>)>,
    /// Where folding stands after the batch.
    pub marker: &'a Marker,
    /// The digest of all rows after the batch.
    pub digest: u128,
}

/// One line of the outputs, for a log that keeps lines apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// In which stream.
    pub stream: Stream,
    /// About which story.
    pub story: Option<StoryId>,
    /// How long it is.
    pub bytes: usize,
}

/// Takes up stored rows; the other end of [`Log::restore`].
pub trait Rows {
    /// Forgets everything.
    fn clear(&mut self);

    /// Takes up one row.
    ///
    /// # Errors
    /// A row that no table knows or can read.
    fn load(&mut self, row: &LaneRow) -> Result<(), RowError>;

    /// Called when all rows are loaded; answers the digest of what was loaded.
    fn settle(&mut self) -> u128;
}

/// Keeps the records of a lane. Blocking; used by one thread.
pub trait Log {
    /// Loads the rows of the newest committed state that can be read and answers its marker; the
    /// entries after it are polled next. Called once, first.
    ///
    /// # Errors
    /// [`LogError::Broken`] where no state and no complete log can be read.
    fn restore(&mut self, rows: &mut dyn Rows) -> Result<Marker, LogError>;

    /// Loads the rows as of the last commit once more, after a step dropped the state. What is
    /// polled next does not change.
    ///
    /// # Errors
    /// As [`Log::restore`].
    fn reload(&mut self, rows: &mut dyn Rows) -> Result<(), LogError>;

    /// The oldest batch that was not polled yet, or `None` at the end. In a batch the order of
    /// entries is theirs for ever; where batches begin and end is not.
    ///
    /// # Errors
    /// [`LogError::Broken`] where an entry cannot be read.
    fn poll(&mut self) -> Result<Option<Vec<Entry>>, LogError>;

    /// Puts entries at the end. They are durable, and polled, once this returns; on an error all,
    /// some first ones or none of them are, and the log must not be used again.
    ///
    /// # Errors
    /// [`LogError::Broken`], a full disk among others.
    fn append(&mut self, entries: Vec<Entry>) -> Result<(), LogError>;

    /// Keeps what the oldest uncommitted batch brought about and publishes its outputs. After a
    /// crash the published bytes of each stream are a prefix of what folding again gives.
    ///
    /// # Errors
    /// [`LogError::Gone`] where nobody reads the output any more, else [`LogError::Broken`].
    fn commit(&mut self, commit: Commit<'_>) -> Result<(), LogError>;

    /// All that was in the log at the start is committed: from here on outputs are new.
    ///
    /// # Errors
    /// As [`Log::commit`].
    fn caught_up(&mut self) -> Result<(), LogError>;

    /// Makes the next start short; `marker` and `digest` are those of the last commit.
    ///
    /// # Errors
    /// As [`Log::append`].
    fn checkpoint(&mut self, marker: &Marker, digest: u128) -> Result<(), LogError>;

    /// Adds to a stream what no entry gave and no marker counts: a restart takes it back.
    ///
    /// # Errors
    /// As [`Log::commit`].
    fn close_with(&mut self, stream: Stream, bytes: &[u8]) -> Result<(), LogError>;
}

/// What escapes a log; it has done by itself what could be done.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Another owner has it now: drop the lane and restore.
    #[error("the log has another owner now")]
    Lost,
    /// Nobody reads the output any more (a closed pipe): end quietly.
    #[error("nobody reads the output any more")]
    Gone,
    /// Stop; the message says what a person can do.
    #[error(transparent)]
    Broken(Box<dyn std::error::Error + Send + Sync>),
}

impl LogError {
    /// Wraps what went wrong for good.
    pub fn broken(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Broken(Box::new(error))
    }
}
