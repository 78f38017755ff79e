//! Articles with their answers, fed to a desk in the order of the file.

use std::path::Path;

use anyhow::{Context as _, bail};
use serde_json::Value;
use writethru_core::policy::Policy;

use crate::commands::fold::{Fold, records};
use crate::config::Settings;
use crate::eval::stories::{Report, score};
use crate::views::Placed;

/// Scores the stories that the desk makes. An article that got no story is a story of its own.
///
/// # Errors
/// A file that cannot be read, a record without an answer.
pub fn clusters(file: &Path, settings: Settings, policy: Policy) -> anyhow::Result<Report> {
    let bytes_max = settings.reading.record_bytes_max;
    let mut fold = Fold::new(settings, policy);
    let mut placed = Placed::default();
    let mut gold: Vec<(String, String)> = Vec::new();
    let all = records(&[file.to_owned()], bytes_max, &mut |name, number, bytes| {
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
        taken.output.changes.iter().for_each(|change| placed.follow(change));
        Ok(())
    })?;
    if !all {
        bail!("there is no score without all of {}", file.display());
    }
    let pairs: Vec<(String, String)> = gold
        .into_iter()
        .enumerate()
        .map(|(at, (story, uri))| {
            let found = placed.story(&uri).map(|id| id.to_string());
            (story, found.unwrap_or(format!("alone {at}")))
        })
        .collect();
    Ok(score(&pairs))
}
