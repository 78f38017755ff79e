//! Published lines as Parquet files, for analysis: flat tables beside the NDJSON that they are made
//! of.
//!
//! Rows are written as they come, in groups of a limited size. A file has its name only once it is
//! whole. What was taken back is blanked, as for every other reader.

mod cells;
mod lines;
mod sheet;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use thiserror::Error;

use self::cells::Row;
use self::lines::Fallen;
use self::sheet::Sheet;
use crate::formats::columns::{TABLES, Table};

/// Why there are no columns.
#[derive(Debug, Error)]
pub enum ColumnsError {
    /// A file of lines is unreadable.
    #[error("cannot read {}, line {line}: {cause}", file.display())]
    Line {
        /// Which.
        file: PathBuf,
        /// From 1; 0 before any.
        line: u64,
        /// What the system or the JSON says.
        #[source]
        cause: std::io::Error,
    },
    /// A file of columns cannot be written.
    #[error("cannot write {}: {cause}", file.display())]
    Column {
        /// Which.
        file: PathBuf,
        /// What the system or the library says.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Files of a folder that columns are made of.
const CHANGES: &str = "changes.ndjson";
const ALERTS: &str = "alerts.ndjson";
const STORIES: &str = "stories.ndjson";

/// Makes the files of a folder from the lines in it; all of them get their names at the end.
///
/// # Errors
/// Lines that cannot be read, columns that cannot be written.
pub fn write(dir: &Path) -> Result<(), ColumnsError> {
    let fallen = Fallen::read(&dir.join(CHANGES))?;
    let open = |name: &str| Sheet::create(dir, table(name));
    let (mut changes, mut evidence, mut articles) =
        (open("changes")?, open("evidence")?, open("articles")?);
    lines::each(&dir.join(CHANGES), &mut |mut change| {
        fallen.blank(&mut change);
        changes.put(&Row::of(&change))?;
        let because = change["data"]["because"].as_array().map(Vec::as_slice).unwrap_or_default();
        for (number, quote) in because.iter().enumerate() {
            evidence.put(&Row { event: &change, own: quote, number })?;
        }
        if is_of_article(&change) {
            articles.put(&Row::of(&change))?;
        }
        Ok(())
    })?;
    let mut stories = open("stories")?;
    lines::each(&dir.join(STORIES), &mut |story| stories.put(&Row::of(&story)))?;
    let mut alerts = open("alerts")?;
    lines::each(&dir.join(ALERTS), &mut |mut alert| {
        fallen.blank_alert(&mut alert);
        alerts.put(&Row::of(&alert))
    })?;
    let written = [changes, evidence, articles, stories, alerts].map(Sheet::close);
    for whole in written.into_iter().collect::<Result<Vec<_>, _>>()? {
        whole.appear()?;
    }
    sync(dir)
}

/// Changes as they are shown to readers, as the table `changes`.
///
/// # Errors
/// A line that is no JSON, which none that was published is.
pub fn changes<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Result<Vec<u8>, ColumnsError> {
    let unwritten = |cause: Box<dyn std::error::Error + Send + Sync>| ColumnsError::Column {
        file: PathBuf::from("changes.parquet"),
        cause,
    };
    let changes = lines.map(serde_json::from_slice).collect::<Result<Vec<Value>, _>>();
    let changes = changes.map_err(|cause| unwritten(cause.into()))?;
    sheet::in_memory(table("changes"), changes.iter().map(Row::of))
        .map_err(|cause| unwritten(cause.into()))
}

fn table(name: &str) -> &'static Table {
    TABLES.iter().find(|table| table.name == name).expect("the tables are constants")
}

fn is_of_article(change: &Value) -> bool {
    change["type"].as_str().is_some_and(|kind| kind.starts_with("writethru.article."))
}

fn sync(dir: &Path) -> Result<(), ColumnsError> {
    let done = fs::File::open(dir).and_then(|dir| dir.sync_all());
    done.map_err(|cause| ColumnsError::Column { file: dir.to_owned(), cause: cause.into() })
}
