//! `writethru eval`: the field's standard scores on labelled data.
//!
//! The answers are taken off before a record enters the desk.

mod clusters;
mod updates;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use writethru_core::policy::Policy;

use self::clusters::clusters;
use self::updates::updates;
use super::print;
use crate::cli::{EvalArgs, Gold};
use crate::config::Settings;
use crate::eval::attribution::{self, Scores};
use crate::eval::factuality;
use crate::eval::stories::Ratio;
use crate::telemetry;

/// Lines of a table, its head first.
type Rows = Vec<String>;

/// Prints one table, a row a file; of updates one, a row a way of putting them out.
///
/// # Errors
/// A file that cannot be read or has no answers in it.
pub fn eval(args: EvalArgs, settings: Settings, policy: Policy) -> anyhow::Result<ExitCode> {
    // The table is printed once it is whole: a file that cannot be scored leaves no half of it.
    let rows = match args.what {
        Gold::Stories => stories(&args.files, &settings, &policy)?,
        Gold::Attribution => attributions(&args.files, &policy)?,
        Gold::Factuality => certainty(&args.files, &policy)?,
        Gold::Updates => {
            let [all, nuggets, matches] = &*args.files else {
                let problem = "eval updates takes three files: updates, nuggets and matches";
                return Ok(telemetry::refused(&problem));
            };
            updates([all, nuggets, matches], settings, policy)?
        }
    };
    rows.iter().try_for_each(print::line)?;
    Ok(ExitCode::SUCCESS)
}

fn stories(files: &[PathBuf], settings: &Settings, policy: &Policy) -> anyhow::Result<Rows> {
    let mut rows = vec![format!(
        "{:<28} {:<20} {:<20} {:>5} {:>5}  stories found / gold",
        "file", "BCubed P / R / F1", "pairwise P / R / F1", "ARI", "NMI"
    )];
    for file in files {
        let report = clusters(file, settings.clone(), policy.clone())?;
        let three = |it: Ratio| three(it.precision, it.recall, it.f1);
        rows.push(format!(
            "{:<28} {:<20} {:<20} {:>5} {:>5}  {} / {}",
            name(file),
            three(report.bcubed),
            three(report.pairwise),
            short(report.ari),
            short(report.nmi),
            report.found,
            report.gold
        ));
    }
    Ok(rows)
}

fn attributions(files: &[PathBuf], policy: &Policy) -> anyhow::Result<Rows> {
    let mut rows = vec![format!(
        "{:<28} {:<8} {:>9} {:>6} {:<20} source accuracy",
        "file", "overlap", "source F1", "cue F1", "content P / R / F1"
    )];
    for file in files {
        let report = attribution::score(file, policy).with_context(|| scoring(file))?;
        for (overlap, scores) in [(">= 0.3", report.loose), (">= 0.8", report.strict)] {
            rows.push(format!("{:<28} {overlap:<8} {}", name(file), spans(&scores)));
        }
    }
    Ok(rows)
}

fn spans(scores: &Scores) -> String {
    let content = scores.content;
    format!(
        "{:>9} {:>6} {:<20} {}",
        short(scores.source.f1()),
        short(scores.cue.f1()),
        three(content.precision(), content.recall(), content.f1()),
        short(scores.source_accuracy())
    )
}

fn certainty(files: &[PathBuf], policy: &Policy) -> anyhow::Result<Rows> {
    let mut rows = vec![format!("{:<28} {:>8} {:>6} {:>6}", "file", "events", "MAE", "r")];
    for file in files {
        let report = factuality::score(file, policy).with_context(|| scoring(file))?;
        let (events, mae, r) = (report.events, short(report.mae), short(report.r));
        rows.push(format!("{:<28} {events:>8} {mae:>6} {r:>6}", name(file)));
    }
    Ok(rows)
}

fn scoring(file: &Path) -> String {
    format!("scoring {}", file.display())
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn three(precision: f64, recall: f64, f1: f64) -> String {
    format!("{} / {} / {}", short(precision), short(recall), short(f1))
}

/// ".921", "1.000", "-.012"
fn short(share: f64) -> String {
    let shown = format!("{share:.3}");
    match shown.strip_prefix("-0") {
        Some(rest) => format!("-{rest}"),
        None => shown.strip_prefix('0').map_or(shown.clone(), str::to_owned),
    }
}
