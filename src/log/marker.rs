//! Where folding stands: kept with every committed state, derived from entries alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use writethru_core::article::Time;
use xxhash_rust::xxh3::xxh3_128_with_seed;

use super::{Entry, Tally};

/// Where folding stands after some entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// Entries folded since the log began.
    pub entries: u64,
    /// No record's own time counts beyond this.
    pub cap: Time,
    /// Which settings decide.
    pub epoch: Epoch,
    /// What was consumed of each source.
    pub inputs: BTreeMap<String, Progress>,
    /// Bytes published of each stream.
    pub outputs: BTreeMap<Stream, u64>,
    /// What became of all records.
    pub tally: Tally,
}

/// The settings and the version that decide.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Epoch {
    /// Digest of the policy.
    pub policy: String,
    /// Version of the program.
    pub version: String,
}

/// A stream of published lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Stream {
    /// All changes in order.
    Changes,
    /// Alert events.
    Alerts,
    /// What could not be read.
    DeadLetters,
    /// Last documents of stories that left the state, then those of all that stay.
    Stories,
    /// The same as ninjs items.
    Ninjs,
    /// The final story of each article.
    Assignments,
}

/// What was consumed of one source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// How many records.
    pub records: u64,
    /// How many bytes they had.
    pub bytes: u64,
    /// Chained over all of them, so that another input is told from the same one given again.
    pub hash: u128,
    /// The last of them.
    pub line: u64,
    /// It was read to its end.
    pub ended: bool,
}

impl Progress {
    /// Goes on by one record.
    pub fn advance(&mut self, line: u64, bytes: &[u8]) {
        let seed = (self.hash as u64).wrapping_add(self.records);
        self.hash = self.hash.rotate_left(64) ^ xxh3_128_with_seed(bytes, seed);
        self.records += 1;
        self.bytes += bytes.len() as u64;
        self.line = line;
        self.ended = false;
    }
}

impl Marker {
    /// Takes note of one entry; what became of a record is counted by the engine.
    pub fn note(&mut self, entry: &Entry) {
        self.entries += 1;
        match entry {
            Entry::Cap { until } => self.cap = *until,
            Entry::Epoch { policy, version } => {
                self.epoch = Epoch { policy: policy.clone(), version: version.clone() };
            }
            Entry::Record(record) => match self.inputs.get_mut(&record.source) {
                Some(progress) => progress.advance(record.line, record.content()),
                None => {
                    let mut progress = Progress::default();
                    progress.advance(record.line, record.content());
                    self.inputs.insert(record.source.clone(), progress);
                }
            },
            Entry::End { source, forget: true } => {
                self.inputs.remove(source);
            }
            Entry::End { source, forget: false } => {
                self.inputs.entry(source.clone()).or_default().ended = true;
            }
            Entry::Grown { source, before } => {
                self.inputs.insert(source.clone(), *before);
            }
            // What was consumed of a topic is the broker's to say.
            Entry::Routed { .. } | Entry::Tick { .. } | Entry::Decision(_) => {}
        }
    }

    /// From here on these streams are written. Another one has a gap from here on: what was put out
    /// of it is not counted any more.
    pub fn puts_out(&mut self, streams: &[Stream]) {
        self.outputs.retain(|stream, _| streams.contains(stream));
        for stream in streams {
            self.outputs.entry(*stream).or_default();
        }
    }

    /// Adds to the length of a stream.
    pub fn published(&mut self, stream: Stream, bytes: usize) {
        *self.outputs.entry(stream).or_default() += bytes as u64;
    }

    /// Bytes published of a stream so far.
    #[must_use]
    pub fn length(&self, stream: Stream) -> u64 {
        self.outputs.get(&stream).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(lines: &[&str]) -> Progress {
        let mut progress = Progress::default();
        for (line, text) in (1..).zip(lines) {
            progress.advance(line, text.as_bytes());
        }
        progress
    }

    #[test]
    fn another_input_has_another_hash() {
        let same = chain(&["one", "two", "three"]);
        assert_eq!(same, chain(&["one", "two", "three"]));
        assert_ne!(same.hash, chain(&["one", "three", "two"]).hash);
        assert_ne!(same.hash, chain(&["one", "twothree", ""]).hash);
        assert_ne!(same.hash, chain(&["one", "two", "three", ""]).hash);
    }
}
