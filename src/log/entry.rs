//! What stands in a log. Everything else is derived from it.
//!
//! The order of variants and fields is the stored format: add at the end, and count up
//! [`FORMAT`](crate::logs::disk::FORMAT) when a program of before could not read it.

use serde::{Deserialize, Serialize};
use writethru_core::article::Time;

use super::Progress;

/// One record as it came in: the original bytes with their coordinates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The wall clock when it came, stamped by `run`; `None` where log time is the record's own.
    pub stamp: Option<Time>,
    /// The file, folder entry or stream.
    pub source: String,
    /// Its line there (or the number of the item), from 1.
    pub line: u64,
    /// As they came; empty where they are too many.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    /// In place of bytes that are too many.
    pub oversized: Option<Oversized>,
}

/// What is kept of a record that is too large to be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Oversized {
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: [u8; 32],
}

impl Record {
    /// What tells this record from another: its bytes, or the digest of too many.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        match &self.oversized {
            Some(oversized) => &oversized.sha256,
            None => &self.bytes,
        }
    }
}

/// One entry of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entry {
    /// No record's own time counts beyond this; the first entry of a log.
    Cap {
        /// `--until`, else the wall clock of the first start.
        until: Time,
    },
    /// Other settings or another version decide from here on.
    Epoch {
        /// Digest of the policy.
        policy: String,
        /// Version of the program.
        version: String,
    },
    /// Something came in.
    Record(Record),
    /// A timer is due and nothing came.
    Tick {
        /// Whose timer.
        desk: String,
        /// When.
        due: Time,
    },
    /// Never written: decisions come as records. It keeps its number in the stored format.
    Decision(#[serde(with = "serde_bytes")] Vec<u8>),
    /// An input was read to its end.
    End {
        /// Which.
        source: String,
        /// It cannot be given again (a stream): what comes under its name next is another input.
        forget: bool,
    },
    /// A record that was routed: its desk and its log time are decided.
    Routed {
        /// Whose.
        desk: String,
        /// Log time, before the running maximum.
        at: Time,
        /// What came, with the coordinates of its article topic.
        record: Record,
    },
    /// The last record of an input was a line whose rest came later: the whole line comes next, as
    /// a record of its own, and the input is compared without that part.
    Grown {
        /// Which.
        source: String,
        /// What was consumed of it before the part.
        before: Progress,
    },
}

impl Entry {
    /// About how much memory it takes.
    #[must_use]
    pub fn weight(&self) -> usize {
        const COORDINATES: usize = 64;
        match self {
            Self::Record(record) | Self::Routed { record, .. } => record.bytes.len() + COORDINATES,
            Self::Decision(bytes) => bytes.len() + COORDINATES,
            _ => COORDINATES,
        }
    }
}
