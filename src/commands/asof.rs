//! `writethru asof`: what was known at a time, with the levels as they stood then.
//!
//! Reads published changes, never the desk's state; what was taken back since is not shown.

mod tell;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use serde_json::Value;
use writethru_core::article::{StoryId, Time};

use super::line::{Line, columns, screen};
use crate::cli::AsofArgs;
use crate::config::Settings;
use crate::formats::times;
use crate::telemetry;
use crate::views::Facts;
use crate::views::asof::{Known, Then};
use crate::views::withheld::{Withheld, Words};

/// Digits from which an id may be cut off.
const DIGITS_MIN: usize = 6;
/// What embedded `run` calls its changes.
const CHANGES: &str = "changes.ndjson";

/// Tells what was known.
///
/// # Errors
/// A file that cannot be read, or an id that no story or more than one has.
pub fn asof(args: AsofArgs, settings: &Settings) -> anyhow::Result<ExitCode> {
    let files = files(&args, settings);
    let log = Log::read(&files)?;
    let Some(at) = time(&args.time, log.newest) else {
        let problem = format!(
            "\"{}\" is no time; write it as 2024-12-08T06:00:00Z, or as 06:00 for that time on \
             the last day",
            args.time
        );
        return Ok(telemetry::refused(&problem));
    };
    let known = log.known(&files, at)?;
    let stories: Vec<Value> = match &args.story {
        Some(digits) => vec![one(known, digits)?.document(at)],
        None => all(known, at),
    };
    if args.json {
        let mut out = std::io::stdout().lock();
        for story in &stories {
            writeln!(out, "{story}")?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let told: Vec<Line> = match &args.story {
        Some(_) => stories.iter().flat_map(tell::story).collect(),
        None => tell::stories(&stories, at),
    };
    let mut screen = screen(false);
    for line in told {
        writeln!(screen, "{}", line.paint(columns()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Files as given; a folder stands for the changes in it.
fn files(args: &AsofArgs, settings: &Settings) -> Vec<PathBuf> {
    let given = match args.changes.as_slice() {
        [] => std::slice::from_ref(&settings.output_dir),
        given => given,
    };
    given.iter().map(|path| if path.is_dir() { path.join(CHANGES) } else { path.clone() }).collect()
}

/// A whole time, or the time of day on the last day that the changes tell of.
fn time(text: &str, newest: Time) -> Option<Time> {
    let is_clock = text.len() <= 8 && text.contains(':');
    if !is_clock {
        return times::time(text);
    }
    let (day, _) = newest.to_string().split_once('T').map(|(d, t)| (d.to_owned(), t.to_owned()))?;
    let seconds = if text.matches(':').count() == 1 { ":00" } else { "" };
    let hours = if text.find(':') == Some(1) { "0" } else { "" };
    Time::parse(&format!("{day}T{hours}{text}{seconds}Z"))
}

/// What all changes together say: what fell, and what may be said in its place.
#[derive(Default)]
struct Log {
    newest: Time,
    withheld: Withheld,
    fell: BTreeMap<StoryId, Words>,
}

impl Log {
    fn read(files: &[PathBuf]) -> anyhow::Result<Self> {
        let mut log = Self::default();
        let mut number = 0;
        changes(files, &mut |change| {
            if let Some(facts) = Facts::of(&change) {
                log.newest = log.newest.max(facts.recorded);
            }
            for story in log.withheld.follow(&change, number) {
                log.fell.entry(story).or_default();
            }
            number += 1;
        })?;
        if !log.fell.is_empty() {
            changes(files, &mut |change| {
                let facts = Facts::of(&change);
                let words = facts.and_then(|facts| log.fell.get_mut(&facts.story));
                if let Some(words) = words {
                    log.withheld.learn(&change, words);
                }
            })?;
        }
        Ok(log)
    }

    fn known(&self, files: &[PathBuf], at: Time) -> anyhow::Result<Known> {
        let mut known = Known::default();
        changes(files, &mut |mut change| {
            let Some(facts) = Facts::of(&change) else { return };
            if facts.recorded > at {
                return;
            }
            if let Some(words) = self.fell.get(&facts.story) {
                self.withheld.blank(&mut change, words);
            }
            known.follow(&change);
        })?;
        Ok(known)
    }
}

/// Gives every change of some files in order; each has to be there and to be ours.
fn changes(files: &[PathBuf], each: &mut dyn FnMut(Value)) -> anyhow::Result<()> {
    for path in files {
        let shown = path.display();
        let file = File::open(path).with_context(|| hint(path))?;
        for (number, line) in (1..).zip(BufReader::new(file).lines()) {
            let line = line.with_context(|| format!("reading {shown}, line {number}"))?;
            if line.trim().is_empty() {
                continue;
            }
            let change: Value = serde_json::from_str(&line)
                .with_context(|| format!("{shown}, line {number} is no change"))?;
            if Facts::of(&change).is_none() {
                bail!(
                    "{shown}, line {number} is no change: name the output of `run` or `pipe` with \
                     --changes"
                );
            }
            each(change);
        }
    }
    Ok(())
}

fn hint(path: &Path) -> String {
    format!(
        "cannot read the changes in {}; name the output of `run` or `pipe` with --changes",
        path.display()
    )
}

/// The one story whose id begins so.
fn one(mut known: Known, digits: &str) -> anyhow::Result<Then> {
    let wanted = digits.trim().to_lowercase();
    if wanted.len() < DIGITS_MIN || !wanted.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        bail!("\"{digits}\" is no id: give at least {DIGITS_MIN} of its 24 digits (0-9, a-f)");
    }
    let ids = known.ids();
    let found: Vec<StoryId> = ids.iter().copied().filter(|id| begins(*id, &wanted)).collect();
    match found.as_slice() {
        [] => bail!("no story with the id {digits} was known then"),
        [id] => known.take(*id).with_context(|| format!("nothing was known of {digits} then")),
        many => bail!("{} ids begin with {digits}: give more digits", many.len()),
    }
}

fn begins(id: StoryId, digits: &str) -> bool {
    id.to_string().starts_with(digits)
}

/// All stories, the last that changed first.
fn all(known: Known, at: Time) -> Vec<Value> {
    let mut stories: Vec<Value> = known.all().map(|then| then.document(at)).collect();
    stories.sort_by(|one, other| {
        let key = |it: &Value| (it["updated"].as_str().map(str::to_owned), it["id"].to_string());
        key(other).cmp(&key(one))
    });
    stories
}
