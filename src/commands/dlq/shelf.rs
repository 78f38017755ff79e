//! Where dead letters stand: a topic, or a file.

use std::fs::{self, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use writethru_core::article::Time;

use super::embedded;
use crate::app;
use crate::cli::Picked;
use crate::config::Settings;
use crate::formats::dead_letters::Found;
use crate::logs::kafka::client::Cluster;
use crate::logs::kafka::letters;
use crate::logs::kafka::topics::{Topics, partitions_of};

/// One dead letter, wherever it stands.
pub struct Letter {
    /// How a person names it: `partition:offset` in the topic, a line of the file.
    pub id: String,
    /// One word.
    pub reason: String,
    /// One sentence.
    pub detail: String,
    /// Where the record came from.
    pub from: String,
    /// When it was put here, where that is known.
    pub at: Option<Time>,
    /// The original bytes, where they are kept.
    pub bytes: Option<Vec<u8>>,
    /// The record had no value at all, which is not the same as an empty one.
    pub is_null: bool,
    /// In their place.
    pub sha256: Option<String>,
    /// The way back, with Kafka.
    origin: Option<letters::Letter>,
}

/// See the module.
pub enum Shelf {
    /// Of Kafka.
    Topic {
        /// The broker.
        cluster: Cluster,
        /// Its name.
        topic: String,
    },
    /// Without.
    File {
        /// Its path.
        path: PathBuf,
        /// What is followed.
        inputs: Vec<PathBuf>,
    },
}

impl Shelf {
    /// As the settings say; a file that is named wins.
    pub fn of(settings: &Settings, file: Option<PathBuf>) -> anyhow::Result<Self> {
        let inputs = settings.inputs.clone();
        if let Some(path) = file {
            return Ok(Self::File { path, inputs });
        }
        if settings.kafka.bootstrap_servers.is_empty() {
            return Ok(Self::File { path: embedded(settings), inputs });
        }
        let cluster = app::kafka::answering(settings)?;
        Ok(Self::Topic { cluster, topic: Topics::of(&settings.app).dlq })
    }

    /// Those that were picked.
    pub fn read(&self, picked: &Picked) -> anyhow::Result<Vec<Letter>> {
        let mut found = Vec::new();
        let mut each = |letter: Letter| {
            if picked.has(&letter.id, &letter.reason) {
                found.push(letter);
            }
        };
        match self {
            Self::Topic { cluster, topic } => {
                let Some(partitions) = partitions_of(cluster, topic)? else {
                    bail!("there is no topic {topic}; `writethru doctor` says what is missing");
                };
                letters::read(cluster, topic, partitions, &mut |it| each(of_topic(it)))?;
            }
            Self::File { path, .. } => read_file(path, &mut each)?,
        }
        for id in &picked.ids {
            if !found.iter().any(|letter| letter.id == *id) {
                bail!("there is no dead letter {id}; `writethru dlq list` shows all");
            }
        }
        Ok(found)
    }

    /// Sends them to where they came from; says where that is.
    pub fn send_back(&self, kept: &[&Letter], into: Option<&Path>) -> anyhow::Result<String> {
        match self {
            Self::Topic { cluster, .. } => {
                let back: Vec<_> = kept.iter().filter_map(|letter| letter.origin.clone()).collect();
                letters::send_back(cluster, &back)?;
                Ok("to their article topics".to_owned())
            }
            Self::File { inputs, .. } => {
                let into = match (into, inputs.as_slice()) {
                    (Some(path), _) => path,
                    (None, [folder]) if folder.is_dir() => folder,
                    _ => bail!("name the file or the folder that is followed: --into PATH"),
                };
                write_back(kept, into)
            }
        }
    }
}

fn of_topic(letter: letters::Letter) -> Letter {
    let from = &letter.origin;
    Letter {
        id: format!("{}:{}", letter.place.0, letter.place.1),
        reason: letter.reason.clone(),
        detail: letter.detail.clone(),
        from: format!("{}, partition {}, offset {}", from.topic, from.partition, from.offset),
        at: Some(Time(letter.at_ms)),
        bytes: letter.sha256.is_none().then(|| letter.bytes.clone().unwrap_or_default()),
        is_null: letter.bytes.is_none(),
        sha256: letter.sha256.clone(),
        origin: Some(letter),
    }
}

fn read_file(path: &Path, each: &mut dyn FnMut(Letter)) -> anyhow::Result<()> {
    let file = fs::File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    for (number, line) in (1..).zip(BufReader::new(file).split(b'\n')) {
        let line = line.with_context(|| format!("cannot read {}", path.display()))?;
        // The last line may be half written.
        let Some(found) = Found::read(&line) else { continue };
        each(Letter {
            id: format!("{number}"),
            from: format!("{}, line {}", found.source, found.line),
            at: None,
            bytes: found.bytes(),
            is_null: false,
            sha256: found.sha256.clone(),
            origin: None,
            reason: found.reason,
            detail: found.detail,
        });
    }
    Ok(())
}

/// One a line at the end of a file, or in a new file of a folder; a record with line breaks gets a
/// file of its own, which is followed as a whole.
fn write_back(kept: &[&Letter], into: &Path) -> anyhow::Result<String> {
    let failed = || format!("cannot write into {}", into.display());
    let is_folder = into.is_dir();
    let stamp = app::wall_clock().0;
    let mut lines = Vec::new();
    for letter in kept {
        let bytes = letter.bytes.as_deref().unwrap_or_default();
        if !bytes.contains(&b'\n') {
            lines.extend(bytes);
            lines.push(b'\n');
        } else if is_folder {
            let name = format!("sent-back-{stamp}-{}.json", letter.id);
            let part = into.join(format!(".{name}"));
            fs::write(&part, bytes).with_context(failed)?;
            fs::rename(&part, into.join(name)).with_context(failed)?;
        } else {
            bail!("{} has several lines: give a folder with --into", letter.from);
        }
    }
    if !is_folder {
        let file = OpenOptions::new().create(true).append(true).open(into);
        file.and_then(|mut file| file.write_all(&lines)).with_context(failed)?;
    } else if !lines.is_empty() {
        let name = format!("sent-back-{stamp}.ndjson");
        // Whoever follows the folder leaves names with a dot alone.
        let part = into.join(format!(".{name}"));
        fs::write(&part, &lines).with_context(failed)?;
        fs::rename(&part, into.join(name)).with_context(failed)?;
    }
    Ok(format!("into {}", into.display()))
}
