//! What a lane needs of the broker, call by call: the part of the protocol that a simulation can
//! stand in for.
//!
//! A port is one owner's time: it is opened by taking the lane's id over, which aborts and fences
//! whoever had it, and is dropped after anything of which the outcome is not known.

use super::error::LaneError;
use super::reader::ReadError;
use super::wire::Header;

/// A record for the lane's own partition of a topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// Which topic.
    pub topic: String,
    /// The story, the row.
    pub key: Vec<u8>,
    /// `None` removes the key from a compacted topic.
    pub value: Option<Vec<u8>>,
    /// As the topic's readers expect.
    pub headers: Vec<(&'static str, String)>,
}

impl Outgoing {
    /// About how many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.key.len() + self.value.as_ref().map_or(0, Vec::len)
    }
}

/// Why a call of a transaction did not succeed, by what is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Nothing of the transaction was applied, and the producer can go on after aborting it.
    Abort(String),
    /// What was applied is not known: only another producer can tell.
    Abandon(String),
    /// Nothing of the transaction was applied; the broker would refuse a record of it again.
    Refused(String),
}

/// A record of the lane's own log: desk, bytes, headers.
pub type Own = (String, Vec<u8>, Vec<Header>);

/// Takes one state record: its offset, key and value; answers whether to go on.
pub type EachState<'a> = &'a mut dyn FnMut(i64, &[u8], Option<&[u8]>) -> bool;

/// See the module. Used by the lane's own thread.
pub trait Port {
    /// Begins a transaction.
    ///
    /// # Errors
    /// See [`Failure`].
    fn begin(&self) -> Result<(), Failure>;

    /// Puts a record on its way.
    ///
    /// # Errors
    /// See [`Failure`].
    fn send(&self, record: &Outgoing) -> Result<(), Failure>;

    /// Waits until the broker has every record.
    ///
    /// # Errors
    /// See [`Failure`].
    fn drain(&self) -> Result<(), Failure>;

    /// Adds the input offset, in the name of the group as it stands now; `false` where the
    /// partition is not ours any more, and nothing was added.
    ///
    /// # Errors
    /// See [`Failure`].
    fn send_offset(&self, next: i64) -> Result<bool, Failure>;

    /// Makes all of it visible.
    ///
    /// # Errors
    /// See [`Failure`]; after [`Failure::Abandon`] it may be visible or not.
    fn commit(&self) -> Result<(), Failure>;

    /// Takes all of it back.
    ///
    /// # Errors
    /// See [`Failure`].
    fn abort(&self) -> Result<(), Failure>;

    /// Waits before the same batch is tried again: the group may be between two generations.
    fn pause(&self, attempt: u32);

    /// The group's committed input offset.
    ///
    /// # Errors
    /// A broker that does not answer.
    fn committed(&self) -> Result<Option<i64>, LaneError>;

    /// The first input offset there is, and the one after the last.
    ///
    /// # Errors
    /// A broker that does not answer.
    fn ends(&self) -> Result<(i64, i64), LaneError>;

    /// When the broker appended the input record at this offset; `None` where there is none.
    ///
    /// # Errors
    /// A broker that does not answer.
    fn appended_at(&self, offset: i64) -> Result<Option<i64>, LaneError>;

    /// The first offset of the lane's state, and the one after its last.
    ///
    /// # Errors
    /// A broker that does not answer.
    fn state_ends(&self) -> Result<(i64, i64), LaneError>;

    /// Gives every committed record of the lane's state from this offset on, oldest first.
    ///
    /// # Errors
    /// See [`ReadError`].
    fn read_state(&self, from: i64, each: EachState<'_>) -> Result<(), ReadError>;

    /// From here on the input is read from this offset; `false` where the lane was let go.
    fn seek(&self, offset: i64) -> bool;

    /// Puts records at the end of the lane's own log, outside any transaction.
    ///
    /// # Errors
    /// A broker that does not take them: all, some first ones or none of them are there.
    fn append(&self, records: &[Own]) -> Result<(), LaneError>;
}
