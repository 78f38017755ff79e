//! A state directory that is looked at: whatever would change a file is not done.
//!
//! The directory may belong to a running process; a torn tail is ignored like after a crash.

use std::io;
use std::path::Path;

use super::{Files, Storage};

/// Files that are read and never written.
#[derive(Debug, Default)]
pub struct ReadOnly {
    files: Files,
}

impl Storage for ReadOnly {
    fn make_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        self.files.list(dir)
    }

    fn length(&self, path: &Path) -> io::Result<Option<u64>> {
        self.files.length(path)
    }

    fn read(&self, path: &Path, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.files.read(path, offset, buffer)
    }

    fn append(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn sync(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn truncate(&self, _: &Path, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn rename(&self, _: &Path, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn remove(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn lock(&self, _: &Path) -> io::Result<bool> {
        Ok(true)
    }
}
