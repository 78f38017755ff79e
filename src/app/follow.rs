//! Files followed as they grow and folders watched, in a thread of their own.
//!
//! Names that begin with a dot or end in `.tmp` or `.part` are still being written by somebody and
//! are left alone. A file that cannot be read is tried again, and it is said once; nothing here ends
//! the service.

mod document;
mod tail;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use self::document::Document;
use self::tail::{Tail, Way};
use super::arrivals::{Arrival, Arrivals, Sender};
use super::files::{STDIN, tell_unread};
use super::polls::poll;
use super::resume::{Again, Resume};
use super::{Stop, record};
use crate::inputs::{Input as _, Inputs};
use crate::log::Marker;

/// Between two looks at all files.
const INTERVAL: Duration = Duration::from_millis(200);
/// Names of files that are read as a whole whenever they change; others line by line.
const DOCUMENTS: [&str; 6] = [".json", ".xml", ".rss", ".atom", ".rdf", ".gz"];

/// What is followed.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Files and folders; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// Feeds of the web.
    pub feeds: Vec<String>,
    /// How often each of them is asked for.
    pub every: Duration,
}

/// Begins to follow inputs. What the marker counts of a file is compared and passed by.
#[must_use]
pub fn follow(sources: Sources, marker: &Marker, record_bytes_max: usize, stop: &Stop) -> Arrivals {
    let (sender, arrivals) = Arrivals::new();
    let resume = Resume::new(marker.inputs.clone());
    poll(&sources.feeds, sources.every, &sender, stop);
    let (streams, paths): (Vec<_>, Vec<_>) =
        sources.paths.into_iter().partition(|path| path == Path::new("-"));
    if !streams.is_empty() {
        let (sender, again) = (sender.clone(), resume.begin(STDIN));
        thread::spawn(move || follow_stdin(&sender, again, record_bytes_max));
    }
    if !paths.is_empty() {
        paths.iter().for_each(|path| tell_unread(path));
        let (stop, followed, told) = (stop.clone(), BTreeMap::new(), BTreeMap::new());
        let mut watch = Watch { paths, followed, told, resume, sender, record_bytes_max, stop };
        thread::spawn(move || {
            while !watch.stop.is_asked() && watch.look() {
                thread::sleep(INTERVAL);
            }
            watch.end();
        });
    }
    arrivals
}

/// After a kill, the same stream given again is passed by up to where it was read.
fn follow_stdin(sender: &Sender, mut again: Again, record_bytes_max: usize) {
    let mut read = || -> anyhow::Result<bool> {
        let mut input = Inputs::open(&["-"], record_bytes_max)?;
        while let Some(raw) = input.next()? {
            let record = record(raw);
            if again.is_new(record.line, record.content())? && !sender.send(Arrival::Record(record))
            {
                return Ok(false);
            }
        }
        again.check_end()?;
        Ok(sender.send(Arrival::Anew { source: STDIN.to_owned() }))
    };
    if let Err(error) = read() {
        sender.send(Arrival::Failed(error));
    }
}

/// All files that are followed.
struct Watch {
    paths: Vec<PathBuf>,
    followed: BTreeMap<PathBuf, Followed>,
    /// What was said of a file or folder that cannot be read.
    told: BTreeMap<PathBuf, String>,
    resume: Resume,
    sender: Sender,
    record_bytes_max: usize,
    stop: Stop,
}

enum Followed {
    Lines(Tail),
    Whole(Document),
}

impl Watch {
    /// Looks at every file once; whether somebody still listens.
    fn look(&mut self) -> bool {
        for path in self.present() {
            match self.look_at(&path) {
                Ok(true) => {
                    self.told.remove(&path);
                }
                Ok(false) => return false,
                Err(error) => self.tell(&path, &error),
            }
        }
        true
    }

    /// At a stop: what stands at the end of a file is all that comes.
    fn end(&mut self) {
        let never = Stop::default();
        let (sender, record_bytes_max) = (&self.sender, self.record_bytes_max);
        let way = Way { sender, record_bytes_max, stop: &never };
        for (path, followed) in &mut self.followed {
            let Followed::Lines(tail) = followed else { continue };
            match tail.end(&way) {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::warn!(file = %path.display(), %error, "cannot be read"),
            }
        }
    }

    /// Says once what is wrong, and again when it is something else.
    fn tell(&mut self, path: &Path, error: &io::Error) {
        let problem = error.to_string();
        if self.told.get(path) != Some(&problem) {
            let file = path.display();
            tracing::warn!(%file, problem, "cannot be read; it is followed once it can be");
            self.told.insert(path.to_owned(), problem);
        }
    }

    /// Files by name, and those in folders, sorted.
    fn present(&mut self) -> Vec<PathBuf> {
        let mut present = Vec::new();
        for path in self.paths.clone() {
            let entries = match fs::read_dir(&path) {
                Ok(entries) => entries,
                Err(error) if is_no_folder(&error) => {
                    present.push(path);
                    continue;
                }
                Err(error) => {
                    self.tell(&path, &error);
                    continue;
                }
            };
            self.told.remove(&path);
            let entries = entries.filter_map(|entry| Some(entry.ok()?.path()));
            let mut files: Vec<_> = entries.filter(|path| is_finished(path)).collect();
            files.sort_unstable();
            present.extend(files);
        }
        present
    }

    fn look_at(&mut self, path: &Path) -> io::Result<bool> {
        let there = match path.metadata() {
            Ok(metadata) if metadata.is_file() => Some(metadata),
            Ok(_) => return Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if !self.followed.contains_key(path) {
            if there.is_none() {
                return Ok(true);
            }
            let followed = if is_document(path) {
                Followed::Whole(Document::new(path, &self.resume))
            } else {
                Followed::Lines(Tail::open(path, &self.resume)?)
            };
            self.followed.insert(path.to_owned(), followed);
        }
        let Some(followed) = self.followed.get_mut(path) else { return Ok(true) };
        let (sender, record_bytes_max) = (&self.sender, self.record_bytes_max);
        let way = Way { sender, record_bytes_max, stop: &self.stop };
        match followed {
            Followed::Lines(tail) => tail.look(there.as_ref(), &way),
            Followed::Whole(document) => document.look(there.as_ref(), sender, record_bytes_max),
        }
    }
}

/// A file, or nothing yet.
fn is_no_folder(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotADirectory | io::ErrorKind::NotFound)
}

fn is_finished(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    !name.starts_with('.') && !name.ends_with(".tmp") && !name.ends_with(".part")
}

fn is_document(path: &Path) -> bool {
    let name = path.to_string_lossy().to_ascii_lowercase();
    DOCUMENTS.iter().any(|ending| name.ends_with(ending))
}
