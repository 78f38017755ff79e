//! A place in the published changes, opaque to whoever holds it.
//!
//! It counts, for each partition, the changes and the alert events that lie before it, and names
//! the log that it counts in; so it holds over restarts, and on another log it is refused instead
//! of misread.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// Counts up when the stored form changes.
const VERSION: u8 = 2;
/// No cursor of ours is longer.
const TEXT_BYTES_MAX: usize = 4096;

/// One of the two streams that readers follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Track {
    /// Changes of stories.
    Changes,
    /// Events of alerts.
    Alerts,
}

/// Where a reader stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    version: u8,
    /// Which log it counts in; 0 where nothing was counted yet.
    pub log: u32,
    /// By partition, the position of the change that comes next.
    pub positions: Vec<u64>,
    /// By partition, the position of the alert event that comes next.
    pub alerts: Vec<u64>,
}

impl Cursor {
    /// At these positions of that log, before all alerts.
    #[must_use]
    pub fn new(log: u32, positions: Vec<u64>) -> Self {
        Self { version: VERSION, log, positions, alerts: Vec::new() }
    }

    /// At these positions of one stream.
    #[must_use]
    pub fn at(mut self, track: Track, positions: Vec<u64>) -> Self {
        *self.track_mut(track) = positions;
        self
    }

    /// The position of the change that comes next in a partition.
    #[must_use]
    pub fn position(&self, partition: u32) -> u64 {
        self.position_in(Track::Changes, partition)
    }

    /// The position that comes next in a partition of a stream.
    #[must_use]
    pub fn position_in(&self, track: Track, partition: u32) -> u64 {
        let at = usize::try_from(partition).unwrap_or(usize::MAX);
        self.track(track).get(at).copied().unwrap_or_default()
    }

    /// By partition, the position that comes next in a stream.
    #[must_use]
    pub fn track(&self, track: Track) -> &[u64] {
        match track {
            Track::Changes => &self.positions,
            Track::Alerts => &self.alerts,
        }
    }

    const fn track_mut(&mut self, track: Track) -> &mut Vec<u64> {
        match track {
            Track::Changes => &mut self.positions,
            Track::Alerts => &mut self.alerts,
        }
    }

    /// Goes on behind one record of a stream.
    pub fn pass(&mut self, track: Track, partition: u32, position: u64) {
        let at = usize::try_from(partition).expect("a partition fits into an index");
        let positions = self.track_mut(track);
        if positions.len() <= at {
            positions.resize(at + 1, 0);
        }
        positions[at] = positions[at].max(position + 1);
    }

    /// Whether it stands before everything.
    #[must_use]
    pub fn is_at_the_beginning(&self) -> bool {
        self.positions.iter().chain(&self.alerts).all(|position| *position == 0)
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
        let cursor = Cursor::new(7, vec![0, 3, 1 << 40]).at(Track::Alerts, vec![5]);
        assert_eq!(Cursor::parse(&cursor.text()), Some(cursor.clone()));
        assert_eq!((cursor.position(1), cursor.position(9)), (3, 0));
        assert_eq!(cursor.position_in(Track::Alerts, 0), 5);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "x", "AAAA", "not a cursor", &"A".repeat(10_000)] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
    }
}
