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
    bar: Option<ProgressBar>,
    silent: bool,
}

impl Progress {
    /// Of an input with so many bytes, where that is known.
    #[must_use]
    pub fn of(bytes_all: Option<u64>) -> Self {
        let now = Instant::now();
        Self { begun: now, told: now, records: 0, bytes: 0, bytes_all, bar: None, silent: false }
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

    /// Shows it, where it is time to.
    pub fn show(&mut self) {
        if self.silent || self.begun.elapsed() < QUIET {
            return;
        }
        if stderr().is_terminal() {
            let bar = self.bar.get_or_insert_with(|| bar(self.bytes_all));
            bar.set_position(self.bytes);
            bar.set_message(format!("{} records", self.records));
        } else if self.told.elapsed() >= INTERVAL {
            self.told = Instant::now();
            let rate = self.records * 1000 / (self.begun.elapsed().as_millis() as u64).max(1);
            let share = self.bytes_all.filter(|all| *all > 0);
            let share = share.map(|all| format!(", {} %", self.bytes.min(all) * 100 / all));
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

fn bar(bytes: Option<u64>) -> ProgressBar {
    let (bar, template) = match bytes {
        Some(bytes) => (
            ProgressBar::new(bytes),
            "{bar:30} {percent:>3} %  {msg}  {binary_bytes_per_sec}  {eta} left",
        ),
        None => (ProgressBar::new_spinner(), "{spinner} {msg}  {binary_bytes_per_sec}"),
    };
    let style = ProgressStyle::with_template(template).expect("the template is a constant");
    bar.with_style(style)
}
