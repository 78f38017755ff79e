//! Articles folded in memory, nothing kept: what `demo`, `explain` and `eval` need of a desk.

use std::path::PathBuf;
use std::sync::Arc;

use writethru_core::article::Time;
use writethru_core::change::StoryDoc;
use writethru_core::lane::{Input, Intake, Lane, Output};
use writethru_core::policy::Policy;

use crate::app;
use crate::config::Settings;
use crate::engine::{Read, Reader as _};
use crate::inputs::{Input as _, Inputs};
use crate::log::Record;
use crate::route::Routed;

/// A lane with what it needs to take articles one by one.
pub struct Fold {
    reader: Routed,
    lane: Lane,
    /// No article's own time counts beyond this.
    until: Time,
}

/// What one article brought about.
#[derive(Debug, Default)]
pub struct Taken {
    /// When it was received, by its own word.
    pub at: Time,
    /// Changes and touched stories.
    pub output: Output,
    /// Why it could not be read.
    pub dead: Option<String>,
}

impl Fold {
    /// With nothing taken yet.
    #[must_use]
    pub fn new(settings: Settings, policy: Policy) -> Self {
        let reader = Routed { settings: Arc::new(settings), policy: Arc::new(policy) };
        Self { reader, lane: Lane::default(), until: app::wall_clock() }
    }

    /// Takes one article as it was sent.
    pub fn take(&mut self, bytes: &[u8]) -> Taken {
        let record = Record { bytes: bytes.to_vec(), ..Record::default() };
        let (desk, reading) = match self.reader.read(&record) {
            Read::Article { desk, reading } => (desk, reading),
            Read::Decision { desk, decision } => {
                let at = decision.at.unwrap_or(Time::EPOCH).min(self.until);
                return self.step(desk, at, Input::Decision(decision));
            }
            Read::PassedOver(_) => return Taken::default(),
            Read::Dead { reason, detail } => {
                return Taken { dead: Some(format!("{reason}: {detail}")), ..Taken::default() };
            }
        };
        let said = reading.article.received.or(reading.article.published);
        let at = said.unwrap_or(Time::EPOCH).min(self.until);
        self.step(desk, at, Input::Article(reading))
    }

    fn step(&mut self, desk: String, at: Time, input: Input) -> Taken {
        let mut output = Output::default();
        self.lane.step(&self.reader.policy, Intake { desk, at, input }, &mut output);
        let dead = output.refused.take().map(|it| format!("{}: {}", it.reason, it.detail));
        Taken { at, output, dead }
    }

    /// All documents as they stand, in order of desk and id.
    #[must_use]
    pub fn documents(&self) -> Vec<StoryDoc> {
        let ids: Vec<_> = self.lane.stories().map(|(desk, id)| (desk.to_owned(), id)).collect();
        ids.iter()
            .filter_map(|(desk, id)| self.lane.story(&self.reader.policy, desk, *id))
            .collect()
    }

    /// The lane.
    #[must_use]
    pub const fn lane(&self) -> &Lane {
        &self.lane
    }

    /// What decides.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.reader.policy
    }
}

/// What takes a record: its file, its line from 1, its bytes.
pub type Each<'a> = &'a mut dyn FnMut(&str, u64, &[u8]) -> anyhow::Result<()>;

/// Calls `each` with every record of files and folders in order, or of standard input, as `pipe`
/// reads them. What is too large is told; so is a file that cannot be read, and the others are.
/// Answers whether all could be read.
///
/// # Errors
/// What `each` fails with.
pub fn records(files: &[PathBuf], record_bytes_max: usize, each: Each<'_>) -> anyhow::Result<bool> {
    let stdin = [PathBuf::from("-")];
    let mut all = true;
    for path in if files.is_empty() { &stdin } else { files } {
        let mut input = match Inputs::open(&[path], record_bytes_max) {
            Ok(input) => input,
            Err(error) => {
                eprintln!("writethru: {error}");
                all = false;
                continue;
            }
        };
        loop {
            match input.next() {
                Ok(Some(record)) => {
                    let name =
                        if record.source == app::STDIN { "standard input" } else { &record.source };
                    match record.oversized {
                        None => each(name, record.line, &record.bytes)?,
                        Some(oversized) => eprintln!(
                            "writethru: {name}, line {}: too_large: {} bytes, where \
                             {record_bytes_max} are read",
                            record.line, oversized.bytes
                        ),
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    eprintln!("writethru: {error}");
                    all = false;
                }
            }
        }
    }
    Ok(all)
}
