//! What can be wrong with a state directory, each in a sentence that says what to do.

use std::io;
use std::path::{Path, PathBuf};

use crate::log::LogError;

/// What is wrong with a state directory or an output.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    /// The medium is full.
    #[error(
        "the disk is full (writing {}): nothing that was taken in is lost; free some space and \
         start again", path.display()
    )]
    Full {
        /// The file that could not grow.
        path: PathBuf,
    },
    /// The medium is full, and nothing is kept.
    #[error(
        "the disk is full (writing {}): what was written stays as far as it came, and nothing else \
         is kept; free some space and give the command again", path.display()
    )]
    FullUnkept {
        /// The file that could not grow.
        path: PathBuf,
    },
    /// The system refused.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Bytes in the middle are not what was written.
    #[error(
        "{} is damaged at byte {offset} ({detail}), and intact records follow; nothing was \
         changed: restore the file from a backup, or begin with another state directory",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The first byte that cannot be read.
        offset: u64,
        /// What was found.
        detail: String,
    },
    /// A part of the log is not there.
    #[error(
        "the log in {} has no batch {wanted} ({detail}); restore the missing file from a backup, \
         or begin with another state directory", dir.display()
    )]
    Missing {
        /// The state directory.
        dir: PathBuf,
        /// Number of the batch.
        wanted: u64,
        /// What is there.
        detail: String,
    },
    /// Written by a later version.
    #[error(
        "{} has state format {found}, and this program knows formats up to {known}: use the newer \
         version that wrote it; nothing was changed", path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest that can be read.
        known: u32,
    },
    /// Another process has it.
    #[error("the state directory {} is in use by another process", dir.display())]
    InUse {
        /// The state directory.
        dir: PathBuf,
    },
    /// A snapshot cannot be used.
    #[error("{}: {detail}", path.display())]
    Snapshot {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The output is shorter than what was written to it.
    #[error(
        "{} holds {found} bytes, but the state has already put out {wanted}: put the file back as \
         it was, or begin with another state directory", path.display()
    )]
    OutputShort {
        /// The output file.
        path: PathBuf,
        /// Its length.
        found: u64,
        /// The length that was written and synced.
        wanted: u64,
    },
}

impl DiskError {
    /// Tells a full disk from all else that the system refuses.
    #[must_use]
    pub fn doing(doing: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
            _ => Self::Io { doing, path, source },
        }
    }
}

/// As it is for a log that keeps nothing.
#[must_use]
pub fn unkept(error: LogError) -> LogError {
    let LogError::Broken(error) = error else { return error };
    match error.downcast::<DiskError>().map(|error| *error) {
        Ok(DiskError::Full { path }) => DiskError::FullUnkept { path }.into(),
        Ok(error) => error.into(),
        Err(error) => LogError::Broken(error),
    }
}

impl From<DiskError> for LogError {
    fn from(error: DiskError) -> Self {
        Self::broken(error)
    }
}
