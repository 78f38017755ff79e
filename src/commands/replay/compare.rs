//! `writethru replay --compare`: two settings over one past, told as text, JSON or a page.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;

use super::{page, tell};
use crate::app::places;
use crate::app::replay::{Configured, Wanted, is_folder};
use crate::cli::{ReplayArgs, ReportFormat};
use crate::commands::line::{columns, screen};
use crate::formats::comparison::Comparison;
use crate::{app, config, telemetry};

/// Width of a text that is written into a file.
const FILE_COLUMNS: usize = 100;

/// Compares with the settings of another file.
///
/// # Errors
/// What cannot be read or written, in a sentence.
pub fn compare(
    args: &ReplayArgs,
    wanted: &Wanted,
    these: Configured,
    other: &Path,
) -> anyhow::Result<ExitCode> {
    if args.output.as_deref().is_some_and(|it| it.starts_with("topic:")) {
        let problem = "--compare writes a report: give --output a file or a folder, not a topic";
        return Ok(telemetry::refused(&problem));
    }
    let files = args.output.as_deref().map(report_files).unwrap_or_default();
    if let Some(refusal) = files.iter().find_map(|file| places::refusal(file, &these.settings)) {
        return Ok(telemetry::refused(&refusal));
    }
    let (settings, policy) = match config::load(Some(other)) {
        Ok(loaded) => loaded,
        Err(error) => return Ok(telemetry::refused(&error)),
    };
    let name = Some(other.display().to_string());
    let other = Configured { name, settings, policy };
    let (comparison, tally) = app::replay::compare(wanted, these, other)?;
    match &args.output {
        None => print(&comparison, args.format)?,
        Some(output) => write(&comparison, Path::new(output), args.format)?,
    }
    eprintln!("{tally}");
    Ok(ExitCode::SUCCESS)
}

fn print(comparison: &Comparison, format: Option<ReportFormat>) -> anyhow::Result<()> {
    match format {
        None | Some(ReportFormat::Text) => {
            let mut screen = screen(false);
            for line in tell::comparison(comparison) {
                writeln!(screen, "{}", line.paint(columns()))?;
            }
        }
        Some(format) => std::io::stdout().write_all(rendered(comparison, format).as_bytes())?,
    }
    Ok(())
}

/// The reports that a folder gets.
const REPORTS: [(&str, ReportFormat); 3] = [
    ("comparison.txt", ReportFormat::Text),
    ("comparison.json", ReportFormat::Json),
    ("comparison.html", ReportFormat::Html),
];

/// What is written.
fn report_files(output: &str) -> Vec<PathBuf> {
    match is_folder(output) {
        true => REPORTS.map(|(name, _)| Path::new(output).join(name)).to_vec(),
        false => vec![PathBuf::from(output)],
    }
}

/// A folder gets all three; a file what its ending says.
fn write(
    comparison: &Comparison,
    output: &Path,
    format: Option<ReportFormat>,
) -> anyhow::Result<()> {
    if is_folder(&output.to_string_lossy()) {
        fs::create_dir_all(output).with_context(|| format!("cannot make {}", output.display()))?;
        for (name, format) in REPORTS {
            put(&output.join(name), &rendered(comparison, format))?;
        }
        return Ok(());
    }
    let by_ending = match output.extension().and_then(|it| it.to_str()) {
        Some("json") => ReportFormat::Json,
        Some("html" | "htm") => ReportFormat::Html,
        _ => ReportFormat::Text,
    };
    put(output, &rendered(comparison, format.unwrap_or(by_ending)))
}

fn put(path: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn rendered(comparison: &Comparison, format: ReportFormat) -> String {
    match format {
        ReportFormat::Json => comparison.json(),
        ReportFormat::Html => page::page(comparison),
        ReportFormat::Text => tell::comparison(comparison)
            .iter()
            .map(|line| {
                let painted = line.paint(FILE_COLUMNS);
                anstream::adapter::strip_str(&painted).to_string() + "\n"
            })
            .collect(),
    }
}
