//! Updates with the facts that they state, from the three files of the field's data.
//!
//! An update and its duplicates state the same: the assessors listed only one of them, or each
//! with a part.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead as _;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use thiserror::Error;
use writethru_core::article::Time;

use crate::inputs::reader;

/// All updates of a file, of all its topics in one stream.
#[derive(Clone, Debug, Default)]
pub struct Pool {
    /// In the order of their times; those of the same second as in the file.
    pub updates: Vec<Update>,
    /// Of each fact, by its number.
    pub importance: Vec<u32>,
}

/// One sentence of a page with the second it was crawled.
#[derive(Clone, Debug, Default)]
pub struct Update {
    /// The line of its file, from 1.
    pub line: u64,
    /// The event that it was judged for.
    pub topic: String,
    /// Its name within the topic.
    pub id: String,
    /// The page.
    pub doc: String,
    /// When it was crawled, as written.
    pub crawled: String,
    /// The same, as a time.
    pub at: Time,
    /// The sentence.
    pub text: String,
    /// Numbers of the facts that it states.
    pub states: BTreeSet<usize>,
}

/// Why the files cannot be scored.
#[derive(Debug, Error)]
pub enum PoolError {
    /// A file is missing or cannot be read to its end.
    #[error("cannot read {file}{}: {cause}", after(*.line))]
    Unreadable {
        /// Its path.
        file: String,
        /// The last line that was read; 0 before any.
        line: u64,
        /// What the system says.
        #[source]
        cause: std::io::Error,
    },
    /// A line is not what its file should hold.
    #[error("{file}, line {line}: {cause}")]
    Line {
        /// The path of the file.
        file: String,
        /// From 1.
        line: u64,
        /// What is wrong with it.
        cause: String,
    },
    /// A file has no line in it.
    #[error("{file}: there are no {what} in it")]
    Empty {
        /// Its path.
        file: String,
        /// What it should hold.
        what: &'static str,
    },
}

fn after(line: u64) -> String {
    if line == 0 { String::new() } else { format!(" after line {line}") }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateLine {
    topic: String,
    id: String,
    doc: String,
    version_created: String,
    text: String,
    #[serde(rename = "duplicate_of")]
    duplicate_of: Option<String>,
}

#[derive(Deserialize)]
struct NuggetLine {
    topic: String,
    nugget: String,
    importance: u32,
}

#[derive(Deserialize)]
struct MatchLine {
    topic: String,
    update: String,
    nugget: String,
}

impl Pool {
    /// Reads updates, nuggets (the facts) and matches (which update states which), packed or not.
    ///
    /// # Errors
    /// A file that cannot be read or is empty; a line that is no such record, repeats one, or names
    /// something that the other files do not have.
    pub fn read(updates: &Path, nuggets: &Path, matches: &Path) -> Result<Self, PoolError> {
        let mut pool = Self::default();
        let mut facts = Names::new("nugget");
        each(nuggets, "nuggets", |_, record: NuggetLine| {
            facts.put(record.topic, record.nugget)?;
            pool.importance.push(record.importance);
            Ok(())
        })?;
        let mut names = Names::new("update");
        let mut originals = Vec::new();
        each(updates, "updates", |line, record: UpdateLine| {
            names.put(record.topic.clone(), record.id.clone())?;
            originals.push(record.duplicate_of.clone());
            pool.updates.push(record.update(line)?);
            Ok(())
        })?;
        each(matches, "matches", |_, record: MatchLine| {
            let update = names.get(&record.topic, record.update)?;
            let fact = facts.get(&record.topic, record.nugget)?;
            pool.updates[update].states.insert(fact);
            Ok(())
        })?;
        let mut alike = Alike::of(pool.updates.len());
        for (number, original) in originals.into_iter().enumerate() {
            let (Some(original), update) = (original, &pool.updates[number]) else { continue };
            let original = names
                .get(&update.topic, original)
                .map_err(|cause| of_line(updates, update.line, cause))?;
            alike.join(number, original);
        }
        alike.share(&mut pool.updates);
        pool.updates.sort_by_key(|update| update.at);
        Ok(pool)
    }
}

impl UpdateLine {
    fn update(self, line: u64) -> Result<Update, String> {
        let time = Time::parse(&self.version_created);
        let at = time.ok_or_else(|| format!("\"{}\" is no time", self.version_created))?;
        let Self { topic, id, doc, version_created: crawled, text, .. } = self;
        Ok(Update { line, topic, id, doc, crawled, at, text, states: BTreeSet::new() })
    }
}

/// Numbers in the order of a file, by topic and name.
struct Names {
    what: &'static str,
    numbers: BTreeMap<(String, String), usize>,
}

impl Names {
    const fn new(what: &'static str) -> Self {
        Self { what, numbers: BTreeMap::new() }
    }

    fn put(&mut self, topic: String, name: String) -> Result<(), String> {
        let number = self.numbers.len();
        match self.numbers.entry((topic, name)) {
            Entry::Vacant(place) => {
                place.insert(number);
                Ok(())
            }
            Entry::Occupied(there) => {
                let (topic, name) = there.key();
                Err(format!("{} \"{name}\" of topic \"{topic}\" is there twice", self.what))
            }
        }
    }

    fn get(&self, topic: &str, name: String) -> Result<usize, String> {
        let key = (topic.to_owned(), name);
        let number = self.numbers.get(&key).copied();
        number
            .ok_or_else(|| format!("there is no {} \"{}\" in topic \"{topic}\"", self.what, key.1))
    }
}

/// Which updates have the same words: each points to another of its group, the last to itself.
struct Alike(Vec<usize>);

impl Alike {
    fn of(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn group(&self, mut number: usize) -> usize {
        while self.0[number] != number {
            number = self.0[number];
        }
        number
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.group(one), self.group(other));
        self.0[one] = other;
    }

    fn share(&self, updates: &mut [Update]) {
        let mut states: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (number, update) in updates.iter().enumerate() {
            states.entry(self.group(number)).or_default().extend(&update.states);
        }
        for (number, update) in updates.iter_mut().enumerate() {
            update.states.clone_from(&states[&self.group(number)]);
        }
    }
}

/// Calls `take` with each line's number and record; blank lines are skipped.
fn each<T: DeserializeOwned>(
    file: &Path,
    what: &'static str,
    mut take: impl FnMut(u64, T) -> Result<(), String>,
) -> Result<(), PoolError> {
    let name = || file.display().to_string();
    let unreadable = |line, cause| PoolError::Unreadable { file: name(), line, cause };
    let (mut number, mut is_empty) = (0, true);
    for line in reader(file).map_err(|cause| unreadable(0, cause))?.lines() {
        let line = line.map_err(|cause| unreadable(number, cause))?;
        number += 1;
        if line.trim().is_empty() {
            continue;
        }
        is_empty = false;
        let record = serde_json::from_str(&line).map_err(|error| plain(&error));
        let taken = record.and_then(|record| take(number, record));
        taken.map_err(|cause| of_line(file, number, cause))?;
    }
    if is_empty { Err(PoolError::Empty { file: name(), what }) } else { Ok(()) }
}

fn of_line(file: &Path, line: u64, cause: String) -> PoolError {
    PoolError::Line { file: file.display().to_string(), line, cause }
}

/// Without "at line 1 column 9": the record is one line, and it has a number of its own.
fn plain(error: &serde_json::Error) -> String {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let told = error.to_string();
    told.strip_suffix(&place).unwrap_or(&told).to_owned()
}
