//! Files read one after the other to their ends, in a thread of their own.

use std::path::PathBuf;
use std::thread;

use super::arrivals::{Arrival, Arrivals, Sender};
use super::resume::Resume;
use super::standin::{STDIN, each_line};
use crate::log::Marker;

/// Begins to read these files; standard input where there is none. Records that the marker counts
/// are compared and passed by.
#[must_use]
pub fn read_files(files: Vec<PathBuf>, marker: &Marker) -> Arrivals {
    let (sender, arrivals) = Arrivals::new();
    let mut resume = Resume::new(marker.inputs.clone());
    let files = if files.is_empty() { vec![PathBuf::from(STDIN)] } else { files };
    thread::spawn(move || {
        for file in files {
            match read_file(&file, &mut resume, &sender) {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    // Nobody is told where nobody listens any more.
                    sender.send(Arrival::Failed(error));
                    return;
                }
            }
        }
    });
    arrivals
}

/// Whether to go on.
fn read_file(file: &std::path::Path, resume: &mut Resume, sender: &Sender) -> anyhow::Result<bool> {
    let source = file.display().to_string();
    let mut again = resume.begin(&source);
    let mut wanted = true;
    each_line(file, &mut |line, bytes| {
        if again.is_new(line, &bytes)? {
            wanted = sender.send(Arrival::Record(super::record(&source, line, bytes)));
        }
        Ok(wanted)
    })?;
    if !wanted {
        return Ok(false);
    }
    again.check_end()?;
    resume.end(again);
    Ok(sender.send(Arrival::End { forget: source == STDIN, source }))
}
