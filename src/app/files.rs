//! Files, folders and standard input, read one after the other to their ends in a thread.

use std::path::{Path, PathBuf};
use std::thread;

use super::arrivals::{Arrival, Arrivals, Sender};
use super::record;
use super::resume::Resume;
use crate::inputs::{self, Input, InputError, Inputs};
use crate::log::Marker;

/// How standard input is asked for.
const DASH: &str = "-";
/// Its name as a source.
pub const STDIN: &str = "stdin";

/// Begins to read these files; standard input where there is none. Records that the marker counts
/// are compared and passed by.
#[must_use]
pub fn read_files(paths: Vec<PathBuf>, marker: &Marker, record_bytes_max: usize) -> Arrivals {
    let (sender, arrivals) = Arrivals::new();
    let mut resume = Resume::new(marker.inputs.clone());
    let paths = if paths.is_empty() { vec![PathBuf::from(DASH)] } else { paths };
    thread::spawn(move || {
        if let Err(error) = read_all(&paths, &mut resume, &sender, record_bytes_max) {
            sender.send(Arrival::Failed(error));
        }
    });
    arrivals
}

fn read_all(
    paths: &[PathBuf],
    resume: &mut Resume,
    sender: &Sender,
    record_bytes_max: usize,
) -> anyhow::Result<()> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            tell_unread(path);
            files.extend(inputs::article_files(path)?);
        } else {
            files.push(path.clone());
        }
    }
    for file in files {
        match read_one(&file, resume, sender, record_bytes_max) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) if error.is::<InputError>() => {
                sender.send(Arrival::Unreadable(error));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// What lies in folders of a folder is nobody's by itself: they are not read, and it is said.
pub(super) fn tell_unread(folder: &Path) {
    for within in inputs::folders_within(folder) {
        tracing::warn!(
            folder = %within.display(),
            "a folder within a folder is not read: name it, too, if it is meant"
        );
    }
}

/// Whether somebody still listens.
fn read_one(
    file: &Path,
    resume: &mut Resume,
    sender: &Sender,
    record_bytes_max: usize,
) -> anyhow::Result<bool> {
    let is_stdin = file == Path::new(DASH);
    let source = if is_stdin { STDIN.to_owned() } else { file.display().to_string() };
    let mut input = Inputs::open(&[file], record_bytes_max)?;
    let mut again = resume.begin(&source);
    while let Some(raw) = input.next()? {
        let record = record(raw);
        let mut is_new = again.is_new(record.line, record.content());
        if is_new.is_err()
            && let Some(before) = again.is_grown(record.content())
        {
            // The last line was given before its end had come.
            again.go_back(before);
            sender.send(Arrival::Grown { source: source.clone(), before });
            is_new = again.is_new(record.line, record.content());
        }
        let is_new = is_new?;
        if is_new && !sender.send(Arrival::Record(record)) {
            return Ok(false);
        }
    }
    again.check_end()?;
    resume.end(again);
    Ok(sender.send(Arrival::End { source, forget: is_stdin }))
}
