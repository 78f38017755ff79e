//! The output file, followed line by line from an offset. A line counts when its end is there.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::feed::{Feed, Parcel, Place};

/// One file that grows.
pub struct Tail {
    path: PathBuf,
    file: Option<BufReader<File>>,
    /// Of the next line.
    at: u64,
}

impl Tail {
    /// From an offset; beyond the end means that the file began anew.
    #[must_use]
    pub fn at(path: &Path, at: u64) -> Self {
        let length = path.metadata().map_or(0, |it| it.len());
        if at > length {
            tracing::warn!(file = %path.display(), at, length, "the file began anew");
        }
        Self { path: path.to_owned(), file: None, at: if at > length { 0 } else { at } }
    }

    /// How long a file is now: where a new target begins.
    #[must_use]
    pub fn end(path: &Path) -> u64 {
        path.metadata().map_or(0, |it| it.len())
    }

    /// The next line without its end, and the offset behind it.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn take_line(&mut self) -> io::Result<Option<(Vec<u8>, u64)>> {
        if self.file.is_none() {
            match File::open(&self.path) {
                Ok(file) => self.file = Some(BufReader::new(file)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        let Some(file) = &mut self.file else { return Ok(None) };
        file.seek(SeekFrom::Start(self.at))?;
        let mut line = Vec::new();
        file.read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') {
            return Ok(None);
        }
        self.at += line.len() as u64;
        line.pop();
        Ok(Some((line, self.at)))
    }
}

impl Feed for Tail {
    fn take(&mut self) -> Result<Option<Parcel>, String> {
        let line = self.take_line().map_err(|error| error.to_string())?;
        let parcel =
            |(line, next)| Parcel { key: String::new(), line: Some(line), next: Place::Byte(next) };
        Ok(line.map(parcel))
    }
}
