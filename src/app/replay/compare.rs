//! Wiring of `replay --compare`: the same past through two lanes with settings of their own, side
//! by side, each in a thread; what they tell is matched as it comes.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use anyhow::{Context as _, anyhow};
use writethru_core::policy::Policy;

use super::{Wanted, Writing, replay};
use crate::config::Settings;
use crate::engine::Lines;
use crate::formats::comparison::{self, Comparison};
use crate::log::{LogError, Stream, Tally};
use crate::logs::{Outlet, Outlets};
use crate::views::compare::{Compared, Scopes, Side, Told, alert_line, change_line};

/// Lines that one lane may tell before they are matched.
const TOLD_MAX: usize = 4096;

/// Settings of one side, with the name of their file.
pub struct Configured {
    /// The file; `None` for the defaults.
    pub name: Option<String>,
    /// How it runs.
    pub settings: Settings,
    /// What decides.
    pub policy: Policy,
}

/// Folds the past twice; it is that of these settings. Answers what differs, and what became of
/// the records under these settings.
///
/// # Errors
/// What cannot be read.
pub fn compare(
    wanted: &Wanted,
    these: Configured,
    other: Configured,
) -> anyhow::Result<(Comparison, Tally)> {
    let mut compared =
        Compared::new(Scopes::of(&these.policy.alerts), Scopes::of(&other.policy.alerts));
    let (this_end, this_lane) = ends(false);
    let (other_end, other_lane) = ends(true);
    let about = |it: &Configured| (it.name.clone(), it.policy.digest.clone());
    let (this_about, other_about) = (about(&these), about(&other));
    // Where the past is kept is for these settings to say.
    let places = these.settings.clone();
    let other_settings = Settings {
        app: places.app,
        kafka: places.kafka,
        state: places.state,
        clock: places.clock,
        ..other.settings
    };
    let (this_tally, other_tally) = thread::scope(|scope| {
        let one = scope.spawn(|| replay(wanted, these.settings, these.policy, this_lane));
        let two = scope.spawn(|| replay(wanted, other_settings, other.policy, other_lane));
        let matched = follow(&mut compared, this_end, other_end);
        let tally = |done: thread::Result<anyhow::Result<Tally>>| {
            done.map_err(|_| anyhow!("a fold ended in a panic"))?
        };
        let (one, two) = (tally(one.join()), tally(two.join()));
        // A lane that failed says more than what it left half told.
        let real = |done: &anyhow::Result<Tally>| {
            done.as_ref().is_err_and(|it| !matches!(it.downcast_ref(), Some(LogError::Gone)))
        };
        if real(&two) && !real(&one) {
            two.as_ref().map_err(|error| anyhow!("{error:#}"))?;
        }
        let one = one?;
        let two = two?;
        matched?;
        anyhow::Ok((one, two))
    })?;
    let settings = |(config, policy): (Option<String>, String), tally: &Tally| {
        comparison::Settings { config, policy, records: tally.records, ..Default::default() }
    };
    let comparison =
        compared.close(settings(this_about, &this_tally), settings(other_about, &other_tally));
    Ok((comparison, this_tally))
}

/// Takes from the lane that has read less, so that neither waits for the other's memory.
fn follow(compared: &mut Compared, these: End, other: End) -> anyhow::Result<()> {
    let mut these = Waiting::of(these);
    let mut other = Waiting::of(other);
    loop {
        let side = match (these.read(), other.read()) {
            (None, None) => return Ok(()),
            (Some(one), Some(two)) if one > two => Side::Other,
            (Some(_), _) => Side::These,
            (None, Some(_)) => Side::Other,
        };
        let line = match side {
            Side::These => these.take(),
            Side::Other => other.take(),
        };
        let told: Told = serde_json::from_slice(&line).context("matching what was told")?;
        compared.follow(side, told);
    }
}

/// Where a lane's lines arrive, each with the number of records read by then.
type End = Receiver<(u64, Vec<u8>)>;

/// An end with the line that comes next.
struct Waiting {
    end: End,
    next: Option<(u64, Vec<u8>)>,
}

impl Waiting {
    fn of(end: End) -> Self {
        let next = end.recv().ok();
        Self { end, next }
    }

    fn read(&self) -> Option<u64> {
        self.next.as_ref().map(|(read, _)| *read)
    }

    fn take(&mut self) -> Vec<u8> {
        let line = self.next.take().map(|(_, line)| line).unwrap_or_default();
        self.next = self.end.recv().ok();
        line
    }
}

fn ends(is_silent: bool) -> (End, Writing) {
    let (sender, end) = sync_channel(TOLD_MAX);
    let read = Arc::new(AtomicU64::new(0));
    let told = || {
        let (sender, read) = (sender.clone(), Arc::clone(&read));
        Outlet::Reader(Box::new(Teller { sender, read, line: Vec::new() }))
    };
    let outlets = Outlets::default().with(Stream::Changes, told()).with(Stream::Alerts, told());
    let lines = Lines { changes: Some(change_line), alerts: Some(alert_line), ..Lines::default() };
    (end, Writing { outlets, lines, with_documents: false, read, is_silent })
}

/// Sends lines as they are written.
struct Teller {
    sender: SyncSender<(u64, Vec<u8>)>,
    read: Arc<AtomicU64>,
    line: Vec<u8>,
}

impl Write for Teller {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                let told = (self.read.load(Ordering::Relaxed), line);
                self.sender.send(told).map_err(|_| io::ErrorKind::BrokenPipe)?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
