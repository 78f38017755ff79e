//! How far long work has come, on stderr: a bar on a terminal, a plain line every few seconds
//! elsewhere, nothing for what is done at once.

use std::io::{IsTerminal as _, stderr};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::log::Record;

/// Shorter work shows nothing.
const QUIET: Duration = Duration::from_secs(2);
/// Between two plain lines.
const INTERVAL: Duration = Duration::from_secs(10);

/// How far it has come.
pub struct Progress {
    begun: Instant,
    told: Instant,
    records: u64,
    bytes: u64,
    bytes_all: Option<u64>,
    records_all: Option<u64>,
    bar: Option<ProgressBar>,
    silent: bool,
}

impl Progress {
    /// Of an input with so many bytes, where that is known.
    #[must_use]
    pub fn of(bytes_all: Option<u64>) -> Self {
        let now = Instant::now();
        Self {
            begun: now,
            told: now,
            records: 0,
            bytes: 0,
            bytes_all,
            records_all: None,
            bar: None,
            silent: false,
        }
    }

    /// Of an input with so many records.
    #[must_use]
    pub fn of_records(records_all: u64) -> Self {
        Self { records_all: Some(records_all), ..Self::of(None) }
    }

    /// Counts and shows nothing.
    #[must_use]
    pub fn silent() -> Self {
        Self { silent: true, ..Self::of(None) }
    }

    /// One more record.
    pub fn count(&mut self, record: &Record) {
        self.records += 1;
        self.bytes += record.bytes.len() as u64 + 1;
    }

    /// One more record, of which the size does not matter.
    pub const fn count_one(&mut self) {
        self.records += 1;
    }

    /// How far it has come and how far it goes, in the unit that is known.
    fn stand(&self) -> (u64, Option<u64>) {
        match self.records_all {
            Some(all) => (self.records, Some(all)),
            None => (self.bytes, self.bytes_all),
        }
    }

    /// Shows it, where it is time to.
    pub fn show(&mut self) {
        if self.silent || self.begun.elapsed() < QUIET {
            return;
        }
        if stderr().is_terminal() {
            let (done, all) = self.stand();
            let bar = self.bar.get_or_insert_with(|| bar(all, self.records_all.is_some()));
            bar.set_position(done);
            bar.set_message(format!("{} records", self.records));
        } else if self.told.elapsed() >= INTERVAL {
            self.told = Instant::now();
            let rate = self.records * 1000 / (self.begun.elapsed().as_millis() as u64).max(1);
            let (done, all) = self.stand();
            let share = all.filter(|all| *all > 0);
            let share = share.map(|all| format!(", {} %", done.min(all) * 100 / all));
            let share = share.unwrap_or_default();
            eprintln!("{} records{share}, {rate} a second", self.records);
        }
    }

    /// Takes the bar away.
    pub fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

fn bar(all: Option<u64>, is_records: bool) -> ProgressBar {
    let (bar, template) = match all {
        Some(records) if is_records => {
            (ProgressBar::new(records), "{bar:30} {percent:>3} %  {msg}  {per_sec}  {eta} left")
        }
        Some(bytes) => (
            ProgressBar::new(bytes),
            "{bar:30} {percent:>3} %  {msg}  {binary_bytes_per_sec}  {eta} left",
        ),
        None => (ProgressBar::new_spinner(), "{spinner} {msg}  {binary_bytes_per_sec}"),
    };
    let style = ProgressStyle::with_template(template).expect("the template is a constant");
    bar.with_style(style)
}
