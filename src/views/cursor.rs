//! A place in the published changes, opaque to whoever holds it.
//!
//! It counts, for each partition, the changes that lie before it, and names the log that it counts
//! in; so it holds over restarts, and on another log it is refused instead of misread.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// Counts up when the stored form changes.
const VERSION: u8 = 1;
/// No cursor of ours is longer.
const TEXT_BYTES_MAX: usize = 4096;

/// Where a reader stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    version: u8,
    /// Which log it counts in; 0 where nothing was counted yet.
    pub log: u32,
    /// By partition, the position that comes next.
    pub positions: Vec<u64>,
}

impl Cursor {
    /// At these positions of that log.
    #[must_use]
    pub fn new(log: u32, positions: Vec<u64>) -> Self {
        Self { version: VERSION, log, positions }
    }

    /// The position that comes next in a partition.
    #[must_use]
    pub fn position(&self, partition: u32) -> u64 {
        let at = usize::try_from(partition).unwrap_or(usize::MAX);
        self.positions.get(at).copied().unwrap_or_default()
    }

    /// Goes on behind a change.
    pub fn pass(&mut self, partition: u32, position: u64) {
        let at = usize::try_from(partition).expect("a partition fits into an index");
        if self.positions.len() <= at {
            self.positions.resize(at + 1, 0);
        }
        self.positions[at] = self.positions[at].max(position + 1);
    }

    /// Whether it stands before everything.
    #[must_use]
    pub fn is_at_the_beginning(&self) -> bool {
        self.positions.iter().all(|position| *position == 0)
    }

    /// As a word that fits into an address and a header.
    #[must_use]
    pub fn text(&self) -> String {
        let bytes = postcard::to_stdvec(self).expect("a cursor is plain data");
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads what [`Self::text`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > TEXT_BYTES_MAX {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let cursor: Self = postcard::from_bytes(&bytes).ok()?;
        (cursor.version == VERSION).then_some(cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        let cursor = Cursor::new(7, vec![0, 3, 1 << 40]);
        assert_eq!(Cursor::parse(&cursor.text()), Some(cursor.clone()));
        assert_eq!((cursor.position(1), cursor.position(9)), (3, 0));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "x", "AAAA", "not a cursor", &"A".repeat(10_000)] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
    }
}
