//! Lines of a file, one JSON value each, and what of them was taken back.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use serde_json::Value;
use writethru_core::article::StoryId;

use super::ColumnsError;
use crate::views::Facts;
use crate::views::withheld::{Withheld, Words};

/// Gives every value of a file; a file that is not there has none.
pub fn each(
    file: &Path,
    take: &mut dyn FnMut(Value) -> Result<(), ColumnsError>,
) -> Result<(), ColumnsError> {
    raw(file, &mut |line, text| {
        let value =
            serde_json::from_str(text).map_err(|error| unreadable(file, line, error.into()))?;
        take(value)
    })
}

fn raw(
    file: &Path,
    take: &mut dyn FnMut(u64, &str) -> Result<(), ColumnsError>,
) -> Result<(), ColumnsError> {
    let open = match File::open(file) {
        Ok(open) => open,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unreadable(file, 0, error)),
    };
    let mut reader = BufReader::new(open);
    let mut text = String::new();
    for line in 1.. {
        text.clear();
        let read = reader.read_line(&mut text).map_err(|error| unreadable(file, line, error))?;
        if read == 0 {
            break;
        }
        if !text.trim().is_empty() {
            take(line, &text)?;
        }
    }
    Ok(())
}

fn unreadable(file: &Path, line: u64, cause: std::io::Error) -> ColumnsError {
    ColumnsError::Line { file: file.to_owned(), line, cause }
}

/// What fell anywhere in a file of changes. Where nothing did, nothing is remembered of it.
#[derive(Default)]
pub struct Fallen {
    withheld: Withheld,
    words: BTreeMap<StoryId, Words>,
}

impl Fallen {
    /// Looks for what fell, then for what may be said in its place.
    pub fn read(file: &Path) -> Result<Self, ColumnsError> {
        let mut any = false;
        raw(file, &mut |_, text| {
            any |=
                text.contains("writethru.article.withdrawn") || text.contains("\"withhold\":true");
            Ok(())
        })?;
        let mut fallen = Self::default();
        if !any {
            return Ok(fallen);
        }
        let mut number = 0;
        each(file, &mut |change| {
            for story in fallen.withheld.follow(&change, number) {
                fallen.words.entry(story).or_default();
            }
            number += 1;
            Ok(())
        })?;
        each(file, &mut |change| {
            let words = Facts::of(&change).and_then(|facts| fallen.words.get_mut(&facts.story));
            if let Some(words) = words {
                fallen.withheld.learn(&change, words);
            }
            Ok(())
        })?;
        Ok(fallen)
    }

    /// Takes out of a change what must not be shown.
    pub fn blank(&self, change: &mut Value) {
        if let Some(words) = self.of(change) {
            self.withheld.blank(change, words);
        }
    }

    /// Takes out of an alert's event what must not be shown.
    pub fn blank_alert(&self, alert: &mut Value) {
        if let Some(words) = self.of(alert) {
            self.withheld.blank_alert(alert, words);
        }
    }

    fn of(&self, event: &Value) -> Option<&Words> {
        crate::views::story_id(&event["subject"]).and_then(|story| self.words.get(&story))
    }
}
