//! Files followed as they grow and folders watched, like `tail -F`, in a thread of their own.
//!
//! A line counts when its end has come. A file that was replaced or cut short begins anew, after
//! the rest of the old one was read. Names that begin with a dot or end in `.tmp` or `.part` are
//! still being written by somebody and are left alone.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::arrivals::{Arrival, Arrivals, Sender};
use super::resume::{Again, Resume};
use super::standin::{STDIN, each_line};
use super::{Stop, record};
use crate::log::Marker;

/// Between two looks at all files.
const INTERVAL: Duration = Duration::from_millis(200);
/// Bytes that one file may give before the next one's turn.
const TURN_BYTES_MAX: u64 = 4 << 20;

/// Begins to follow these files and folders; `-` is standard input. What the marker counts is
/// compared and passed by.
#[must_use]
pub fn follow(inputs: Vec<PathBuf>, marker: &Marker, stop: &Stop) -> Arrivals {
    let (sender, arrivals) = Arrivals::new();
    let resume = Resume::new(marker.inputs.clone());
    let (streams, paths): (Vec<_>, Vec<_>) =
        inputs.into_iter().partition(|path| path.as_os_str() == STDIN);
    if !streams.is_empty() {
        let sender = sender.clone();
        let again = resume.begin(STDIN);
        thread::spawn(move || follow_stdin(&sender, again));
    }
    if !paths.is_empty() {
        let stop = stop.clone();
        thread::spawn(move || {
            let mut followed = Followed { paths, files: BTreeMap::new(), resume, sender };
            while !stop.is_asked() && followed.look() {
                thread::sleep(INTERVAL);
            }
        });
    }
    arrivals
}

fn follow_stdin(sender: &Sender, mut again: Again) {
    let mut wanted = true;
    let read = each_line(Path::new(STDIN), &mut |line, bytes| {
        // Another stream than before is what one expects of a stream.
        if again.is_new(line, &bytes).unwrap_or(true) {
            wanted = sender.send(Arrival::Record(record(STDIN, line, bytes)));
        }
        Ok(wanted)
    });
    if let Err(error) = read {
        sender.send(Arrival::Failed(error));
    } else if wanted {
        sender.send(Arrival::Anew { source: STDIN.to_owned() });
    }
}

struct Followed {
    paths: Vec<PathBuf>,
    files: BTreeMap<PathBuf, Tail>,
    resume: Resume,
    sender: Sender,
}

/// One file, read up to somewhere.
struct Tail {
    source: String,
    /// Device and inode: which file stood under the name.
    identity: (u64, u64),
    file: File,
    offset: u64,
    line: u64,
    /// The beginning of a line whose end has not come.
    partial: Vec<u8>,
    again: Again,
}

impl Followed {
    /// Looks at all files until none gives anything; whether somebody still listens.
    fn look(&mut self) -> bool {
        loop {
            let mut gave = false;
            for path in self.present() {
                match self.look_at(&path) {
                    Ok(Turn::Gave) => gave = true,
                    Ok(Turn::Nothing) => {}
                    Ok(Turn::Unwanted) => return false,
                    Err(error) => {
                        tracing::warn!(file = %path.display(), %error, "cannot read; trying again");
                    }
                }
            }
            if !gave {
                return true;
            }
        }
    }

    /// Files by name, and those in folders, sorted.
    fn present(&self) -> Vec<PathBuf> {
        let mut present = Vec::new();
        for path in &self.paths {
            match fs::read_dir(path) {
                Ok(entries) => {
                    let start = present.len();
                    let entries = entries.filter_map(|entry| Some(entry.ok()?.path()));
                    present.extend(entries.filter(|path| is_finished(path)));
                    present[start..].sort_unstable();
                }
                Err(_) => present.push(path.clone()),
            }
        }
        present
    }

    fn look_at(&mut self, path: &Path) -> io::Result<Turn> {
        let now = match path.metadata() {
            Ok(metadata) if metadata.is_file() => Some(metadata),
            Ok(_) => return Ok(Turn::Nothing),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let Some(tail) = self.files.get_mut(path) else {
            if now.is_some() {
                let tail = Tail::open(path, &self.resume)?;
                self.files.insert(path.to_owned(), tail);
                return self.look_at(path);
            }
            return Ok(Turn::Nothing);
        };
        let turn = tail.read(&self.sender)?;
        if !matches!(turn, Turn::Nothing) {
            return Ok(turn);
        }
        match now {
            Some(now) if tail.was_replaced(&now) => {
                tracing::info!(file = %path.display(), "begins anew");
                if !tail.end(&self.sender) {
                    return Ok(Turn::Unwanted);
                }
                let source = tail.source.clone();
                self.resume.forget(&source);
                self.files.insert(path.to_owned(), Tail::open(path, &self.resume)?);
                Ok(Turn::Gave)
            }
            _ => Ok(Turn::Nothing),
        }
    }
}

enum Turn {
    Gave,
    Nothing,
    Unwanted,
}

impl Tail {
    fn open(path: &Path, resume: &Resume) -> io::Result<Self> {
        let source = path.display().to_string();
        let file = File::open(path)?;
        let again = resume.begin(&source);
        Ok(Self {
            identity: identity(&file.metadata()?),
            file,
            offset: 0,
            line: 0,
            partial: Vec::new(),
            again,
            source,
        })
    }

    fn was_replaced(&self, now: &Metadata) -> bool {
        identity(now) != self.identity || now.len() < self.offset
    }

    /// Reads what has come, up to a turn's limit.
    fn read(&mut self, sender: &Sender) -> io::Result<Turn> {
        if self.file.metadata()?.len() <= self.offset {
            return Ok(Turn::Nothing);
        }
        self.file.seek(SeekFrom::Start(self.offset))?;
        let mut reader = BufReader::with_capacity(1 << 16, &self.file).take(TURN_BYTES_MAX);
        let mut wanted = true;
        while wanted {
            let read = reader.read_until(b'\n', &mut self.partial)?;
            if read == 0 {
                break;
            }
            self.offset += read as u64;
            if self.partial.last() == Some(&b'\n') {
                let bytes = std::mem::take(&mut self.partial);
                wanted = give(&self.source, &mut self.line, &mut self.again, bytes, sender);
            }
        }
        Ok(if wanted { Turn::Gave } else { Turn::Unwanted })
    }

    /// The old file's last line, then the notice that its name stands for another one.
    fn end(&mut self, sender: &Sender) -> bool {
        let bytes = std::mem::take(&mut self.partial);
        give(&self.source, &mut self.line, &mut self.again, bytes, sender)
            && sender.send(Arrival::Anew { source: self.source.clone() })
    }
}

/// Hands over one line; whether somebody still listens.
fn give(
    source: &str,
    line: &mut u64,
    again: &mut Again,
    mut bytes: Vec<u8>,
    sender: &Sender,
) -> bool {
    while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
        bytes.pop();
    }
    *line += 1;
    if bytes.is_empty() {
        return true;
    }
    match again.is_new(*line, &bytes) {
        Ok(false) => true,
        Ok(true) => sender.send(Arrival::Record(record(source, *line, bytes))),
        Err(error) => {
            tracing::warn!(%error, "taken as a new file from its beginning");
            true
        }
    }
}

fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

fn is_finished(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    !name.starts_with('.') && !name.ends_with(".tmp") && !name.ends_with(".part")
}
