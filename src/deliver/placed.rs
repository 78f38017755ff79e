//! Files that appear as a whole or not at all: written elsewhere, synced, renamed in.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// Puts a file at its place, written at another of the same file system first.
///
/// # Errors
/// A folder or file that cannot be written.
pub fn put(path: &Path, elsewhere: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(elsewhere)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(elsewhere, path)?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
