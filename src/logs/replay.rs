//! A log of the past: gives what another log holds, keeps nothing, and publishes a part of it.
//!
//! What lies before that part is folded, too, so that it is judged by what was known then.

use std::collections::VecDeque;
use std::time::Duration;

use writethru_core::article::Time;
use writethru_core::lane::LaneRow;
use writethru_core::table::RowError;

use super::Outlets;
use super::disk::{Files, unkept};
use super::kept::Kept;
use crate::log::{Commit, Entry, Log, LogError, Marker, Rows, Stream};

/// A place in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// By its number.
    Offset(i64),
    /// By log time.
    At(Time),
}

/// One entry of the past.
pub struct Step {
    /// What stood there.
    pub entry: Entry,
    /// When, as far as it is told before it is folded.
    pub at: Time,
    /// Whether what it brings about is written.
    pub is_wanted: bool,
}

/// Where the past is read.
pub trait Source {
    /// Loads what was known before the first step.
    ///
    /// # Errors
    /// What cannot be read.
    fn restore(&mut self, rows: &mut dyn Rows) -> Result<Marker, LogError>;

    /// The next entry, `None` at the end of the range.
    ///
    /// # Errors
    /// What cannot be read.
    fn next(&mut self) -> Result<Option<Step>, LogError>;
}

/// How it is played.
#[derive(Clone, Debug, Default)]
pub struct Playing {
    /// Records that are read, decided and written together.
    pub batch_records_max: usize,
    /// So many times faster than it happened; as fast as it goes where there is no number.
    pub times_faster: Option<u32>,
    /// Changes of this desk only.
    pub desk: Option<String>,
}

/// The longest wait between two records.
const WAIT_MAX: Duration = Duration::from_secs(3600);

/// See the module.
pub struct Replay<'a, S> {
    source: S,
    playing: &'a Playing,
    outlets: &'a mut Outlets,
    /// Called with every record.
    told: &'a mut dyn FnMut(&Step),
    files: Files,
    /// As of the last commit, for a step that panics.
    rows: Kept,
    waiting: Option<Step>,
    /// Of each batch that is not committed, whether it is written.
    wanted: VecDeque<bool>,
    played: Option<Time>,
    ended: bool,
}

impl<'a, S: Source> Replay<'a, S> {
    /// Plays the source into the outlets.
    pub fn new(
        source: S,
        playing: &'a Playing,
        outlets: &'a mut Outlets,
        told: &'a mut dyn FnMut(&Step),
    ) -> Self {
        Self {
            source,
            playing,
            outlets,
            told,
            files: Files::default(),
            rows: Kept::default(),
            waiting: None,
            wanted: VecDeque::new(),
            played: None,
            ended: false,
        }
    }

    fn step(&mut self) -> Result<Option<Step>, LogError> {
        if self.waiting.is_some() {
            return Ok(self.waiting.take());
        }
        if self.ended {
            return Ok(None);
        }
        let step = self.source.next()?;
        match &step {
            Some(step) => (self.told)(step),
            None => self.ended = true,
        }
        Ok(step)
    }

    /// Waits as long as it took then.
    fn keep_pace(&mut self, at: Time) {
        let Some(times) = self.playing.times_faster else { return };
        let before = self.played.unwrap_or(at);
        self.played = Some(before.max(at));
        let millis = u64::try_from(at.0 - before.0).unwrap_or_default();
        let wait = Duration::from_millis(millis) / times.max(1);
        std::thread::sleep(wait.min(WAIT_MAX));
    }
}

impl<S: Source> Log for Replay<'_, S> {
    fn restore(&mut self, rows: &mut dyn Rows) -> Result<Marker, LogError> {
        let mut both = Both { rows, kept: &mut self.rows };
        self.source.restore(&mut both)
    }

    fn reload(&mut self, rows: &mut dyn Rows) -> Result<(), LogError> {
        self.rows.reload(rows)
    }

    fn poll(&mut self) -> Result<Option<Vec<Entry>>, LogError> {
        let mut entries = Vec::new();
        let mut is_wanted = None;
        let records_max = if self.playing.times_faster.is_some() {
            1
        } else {
            self.playing.batch_records_max.max(1)
        };
        while entries.len() < records_max {
            let Some(step) = self.step()? else { break };
            // A batch is written as a whole or not at all.
            if *is_wanted.get_or_insert(step.is_wanted) != step.is_wanted {
                self.waiting = Some(step);
                break;
            }
            if step.is_wanted {
                self.keep_pace(step.at);
            }
            entries.push(step.entry);
        }
        let Some(is_wanted) = is_wanted else { return Ok(None) };
        self.wanted.push_back(is_wanted);
        Ok(Some(entries))
    }

    /// The past is as it was.
    fn append(&mut self, _entries: Vec<Entry>) -> Result<(), LogError> {
        Ok(())
    }

    fn commit(&mut self, commit: Commit<'_>) -> Result<(), LogError> {
        commit.rows.into_iter().for_each(|row| self.rows.put(row));
        if self.wanted.pop_front() != Some(true) {
            return Ok(());
        }
        for (stream, bytes) in commit.outputs {
            match &self.playing.desk {
                Some(desk) if matches!(stream, Stream::Changes | Stream::Alerts) => {
                    let own = of_desk(bytes, desk);
                    self.outlets.put(&self.files, *stream, &own).map_err(unkept)?;
                }
                _ => self.outlets.put(&self.files, *stream, bytes).map_err(unkept)?,
            }
        }
        Ok(())
    }

    fn caught_up(&mut self) -> Result<(), LogError> {
        Ok(())
    }

    fn checkpoint(&mut self, _marker: &Marker, _digest: u128) -> Result<(), LogError> {
        Ok(())
    }

    fn close_with(&mut self, stream: Stream, bytes: &[u8]) -> Result<(), LogError> {
        self.outlets.close_with(&self.files, stream, bytes).map_err(unkept)
    }
}

/// The lines of one desk: each names it as its source.
fn of_desk(lines: &[u8], desk: &str) -> Vec<u8> {
    let source = format!("\"source\":{}", serde_json::json!(format!("/desk/{desk}")));
    let of_desk = |line: &&[u8]| line.windows(source.len()).any(|it| it == source.as_bytes());
    lines.split_inclusive(|byte| *byte == b'\n').filter(of_desk).flatten().copied().collect()
}

/// Rows for the fold, and kept.
struct Both<'a> {
    rows: &'a mut dyn Rows,
    kept: &'a mut Kept,
}

impl Rows for Both<'_> {
    fn clear(&mut self) {
        self.rows.clear();
        self.kept.clear();
    }

    fn load(&mut self, row: &LaneRow) -> Result<(), RowError> {
        self.kept.put(row.clone());
        self.rows.load(row)
    }

    fn settle(&mut self) -> u128 {
        self.rows.settle()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_other_desks_are_left_out() {
        let lines = b"{\"source\":\"/desk/en\",\"n\":1}\n{\"source\":\"/desk/end\",\"n\":2}\n";
        assert_eq!(of_desk(lines, "en"), b"{\"source\":\"/desk/en\",\"n\":1}\n");
    }
}
