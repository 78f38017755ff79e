//! `writethru dlq`: what could not be read, shown and sent back.
//!
//! With Kafka the letters stand in a topic and go back to the partition of the article topic that
//! they came from; without it they stand in a file and go back into a file that is followed.

mod shelf;

use std::fmt::Write as _;
use std::io::{Write as _, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use writethru_core::article::Time;

use self::shelf::{Letter, Shelf};
use crate::cli::{DlqArgs, DlqCommand, Picked};
use crate::commands::print;
use crate::config::Settings;
use crate::telemetry;

/// Characters of a detail in a list.
const DETAIL_CHARS_MAX: usize = 100;

/// Runs `writethru dlq`.
///
/// # Errors
/// What cannot be read or written, in a sentence.
pub fn dlq(args: DlqArgs, settings: &Settings) -> anyhow::Result<ExitCode> {
    let shelf = Shelf::of(settings, args.file)?;
    match args.command {
        DlqCommand::List { picked } => list(&shelf.read(&picked)?),
        DlqCommand::Show { id, bytes } => show(&shelf, id, bytes),
        DlqCommand::SendBack { picked, all, into, dry_run } => {
            if picked.is_all() && !all {
                return Ok(telemetry::refused(
                    &"say which: ids, --reason REASON, or --all for every one of them",
                ));
            }
            let letters = shelf.read(&picked)?;
            if dry_run { list(&letters) } else { send_back(&shelf, &letters, into.as_deref()) }
        }
    }
}

fn list(letters: &[Letter]) -> anyhow::Result<ExitCode> {
    let mut out = stdout().lock();
    for letter in letters {
        let mut detail: String = letter.detail.chars().take(DETAIL_CHARS_MAX).collect();
        detail.retain(|c| !c.is_control());
        writeln!(
            out,
            "{}  {}  {}  {}  {}  {detail}",
            letter.id,
            letter.at.map(|at| time(at) + "  ").unwrap_or_default().trim_end(),
            letter.reason,
            letter.from,
            size(letter),
        )?;
    }
    eprintln!("{} dead letters", letters.len());
    Ok(ExitCode::SUCCESS)
}

/// As a list says it.
fn size(letter: &Letter) -> String {
    match &letter.bytes {
        _ if letter.is_null => "no value".to_owned(),
        bytes => format!("{} bytes", bytes.as_ref().map_or(0, Vec::len)),
    }
}

fn show(shelf: &Shelf, id: String, only_bytes: bool) -> anyhow::Result<ExitCode> {
    let picked = Picked { ids: vec![id.clone()], reason: None };
    let letters = shelf.read(&picked)?;
    let letter = letters.first().with_context(|| format!("there is no dead letter {id}"))?;
    let mut out = stdout().lock();
    if only_bytes {
        let bytes = letter.bytes.as_ref().with_context(|| not_kept(letter))?;
        out.write_all(bytes)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = String::new();
    writeln!(
        text,
        "reason  {}\ndetail  {}\nfrom    {}",
        letter.reason, letter.detail, letter.from
    )?;
    if let Some(at) = letter.at {
        writeln!(text, "since   {}", time(at))?;
    }
    match &letter.bytes {
        Some(_) if letter.is_null => writeln!(text, "value   none: it is a tombstone")?,
        Some(bytes) => {
            let shown = String::from_utf8_lossy(bytes);
            let visible = |c: char| if c.is_control() && c != '\n' { '\u{fffd}' } else { c };
            writeln!(text, "\n{}", shown.chars().map(visible).collect::<String>())?;
        }
        None => writeln!(text, "sha256  {}", letter.sha256.as_deref().unwrap_or("unknown"))?,
    }
    out.write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn send_back(shelf: &Shelf, letters: &[Letter], into: Option<&Path>) -> anyhow::Result<ExitCode> {
    let (kept, gone): (Vec<&Letter>, Vec<&Letter>) =
        letters.iter().partition(|letter| letter.bytes.is_some());
    for letter in gone {
        eprintln!("{}: {}", letter.id, not_kept(letter));
    }
    if kept.is_empty() {
        bail!("there is nothing to send back");
    }
    let place = shelf.send_back(&kept, into)?;
    print::line(format_args!("{} dead letters sent back {place}", kept.len()))?;
    Ok(ExitCode::SUCCESS)
}

fn not_kept(letter: &Letter) -> String {
    format!("its bytes were too many to be kept; the original is at {}", letter.from)
}

fn time(at: Time) -> String {
    jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().strftime("%FT%TZ").to_string()
}

/// The file of embedded mode.
fn embedded(settings: &Settings) -> PathBuf {
    settings.output_dir.join("dead-letters.ndjson")
}
