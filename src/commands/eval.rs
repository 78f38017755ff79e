//! `writethru eval`: the field's standard scores on labelled data.
//!
//! The answers are taken off before a record enters the desk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use serde_json::Value;
use writethru_core::article::StoryId;
use writethru_core::change::{Body, Change};
use writethru_core::policy::Policy;

use super::fold::{Fold, lines};
use crate::cli::{EvalArgs, Gold};
use crate::config::Settings;
use crate::eval::stories::{Report, score};

/// Prints one table, a row a file.
///
/// # Errors
/// A file that cannot be read or has no answers in it.
pub fn eval(args: EvalArgs, settings: Settings, policy: Policy) -> anyhow::Result<ExitCode> {
    match args.what {
        Gold::Stories => stories(&args.files, &settings, &policy),
    }
}

fn stories(files: &[PathBuf], settings: &Settings, policy: &Policy) -> anyhow::Result<ExitCode> {
    println!(
        "{:<28} {:<20} {:<20} {:>5} {:>5}  stories found / gold",
        "file", "BCubed P / R / F1", "pairwise P / R / F1", "ARI", "NMI"
    );
    for file in files {
        let report = story_report(file, settings.clone(), policy.clone())?;
        println!("{}", row(file, &report));
    }
    Ok(ExitCode::SUCCESS)
}

/// Feeds the articles in the order of the file. One that got no story is a story of its own.
fn story_report(file: &Path, settings: Settings, policy: Policy) -> anyhow::Result<Report> {
    let mut fold = Fold::new(settings, policy);
    let mut placed = Placed::default();
    let mut gold: Vec<(String, String)> = Vec::new();
    lines(&[file.to_owned()], &mut |name, number, bytes| {
        let place = || format!("{name}, line {number}");
        let mut record: Value = serde_json::from_slice(bytes).with_context(place)?;
        let answer = record.as_object_mut().and_then(|fields| fields.remove("gold"));
        let story = answer.as_ref().and_then(|gold| gold.get("story")).and_then(Value::as_str);
        let Some(story) = story else { bail!("{}: no `gold.story`", place()) };
        let uri = record.get("uri").or(record.get("url")).and_then(Value::as_str);
        gold.push((story.to_owned(), uri.unwrap_or_default().to_owned()));
        let taken = fold.take(record.to_string().as_bytes());
        if let Some(problem) = taken.dead {
            eprintln!("writethru: {}: {problem}", place());
        }
        placed.follow(&taken.output.changes);
        Ok(())
    })?;
    let pairs: Vec<(String, String)> = gold
        .into_iter()
        .enumerate()
        .map(|(at, (story, uri))| (story, placed.story(&uri).unwrap_or(format!("alone {at}"))))
        .collect();
    Ok(score(&pairs))
}

/// Which story each article is in, followed over merges, also of stories long gone.
#[derive(Debug, Default)]
struct Placed {
    stories: BTreeMap<String, StoryId>,
    merged: BTreeMap<StoryId, StoryId>,
}

impl Placed {
    fn follow(&mut self, changes: &[Change]) {
        for change in changes {
            match &change.body {
                Body::ArticleJoined { article, .. } => {
                    self.stories.insert(article.uri.clone(), change.story.id);
                }
                Body::ArticleLeft { article, to: Some(to) } => {
                    self.stories.insert(article.uri.clone(), to.id);
                }
                Body::StoryMerged { into } => {
                    self.merged.insert(change.story.id, into.id);
                }
                _ => {}
            }
        }
    }

    fn story(&self, uri: &str) -> Option<String> {
        let mut story = self.stories.get(uri)?;
        while let Some(into) = self.merged.get(story) {
            story = into;
        }
        Some(story.to_string())
    }
}

fn row(file: &Path, report: &Report) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let three = |ratio: &crate::eval::stories::Ratio| {
        format!("{} / {} / {}", short(ratio.precision), short(ratio.recall), short(ratio.f1))
    };
    format!(
        "{name:<28} {:<20} {:<20} {:>5} {:>5}  {} / {}",
        three(&report.bcubed),
        three(&report.pairwise),
        short(report.ari),
        short(report.nmi),
        report.found,
        report.gold
    )
}

/// ".921", "1.000"
fn short(share: f64) -> String {
    let shown = format!("{share:.3}");
    shown.strip_prefix('0').map_or(shown.clone(), str::to_owned)
}
