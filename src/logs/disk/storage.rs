//! The few things that are done to files, with what each promises under a crash.
//!
//! Absent: seeking, locks other than the one, reading the clock. The simulation implements the
//! same contract and crashes at every effect.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// Files, as far as a log needs them. Until the sync named at each call, a power cut may undo an
/// effect wholly or in part; the end of the process alone undoes nothing.
pub trait Storage {
    /// Makes a directory where there is none, with its parents.
    ///
    /// # Errors
    /// What the system refuses.
    fn make_dir(&self, dir: &Path) -> io::Result<()>;

    /// Names of the files in a directory, sorted.
    ///
    /// # Errors
    /// What the system refuses.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;

    /// Length of a file, `None` where there is none.
    ///
    /// # Errors
    /// What the system refuses.
    fn length(&self, path: &Path) -> io::Result<Option<u64>>;

    /// Fills the buffer from an offset on; answers how much there was.
    ///
    /// # Errors
    /// What the system refuses.
    fn read(&self, path: &Path, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Adds bytes at the end, making the file where there is none. Lasting after [`Storage::sync`]
    /// (and, for a new file, [`Storage::sync_dir`]); before it any of these bytes may be lost, or
    /// be zeros, in any order.
    ///
    /// # Errors
    /// What the system refuses; some first bytes may then have been added.
    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Makes what was written to a file lasting. After an error nothing is known about the file
    /// and it must not be written again.
    ///
    /// # Errors
    /// What the system refuses.
    fn sync(&self, path: &Path) -> io::Result<()>;

    /// Shortens a file; lasting after [`Storage::sync`].
    ///
    /// # Errors
    /// What the system refuses.
    fn truncate(&self, path: &Path, length: u64) -> io::Result<()>;

    /// Gives a file another name, replacing what has it: at every moment the name stands for the
    /// old file or the new one. Lasting after [`Storage::sync_dir`].
    ///
    /// # Errors
    /// What the system refuses.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file; lasting after [`Storage::sync_dir`].
    ///
    /// # Errors
    /// What the system refuses.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes names in a directory lasting.
    ///
    /// # Errors
    /// What the system refuses.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;

    /// Takes a lock that ends with the process; `false` where another one has it.
    ///
    /// # Errors
    /// What the system refuses.
    fn lock(&self, path: &Path) -> io::Result<bool>;
}

/// The real files.
#[derive(Debug, Default)]
pub struct Files {
    open: RefCell<BTreeMap<PathBuf, File>>,
    lock: RefCell<Option<File>>,
}

/// Files kept open for appending: two segments, two snapshots, three outputs and some to spare.
const OPEN_MAX: usize = 16;

impl Files {
    fn with<T>(&self, path: &Path, act: impl FnOnce(&mut File) -> io::Result<T>) -> io::Result<T> {
        let mut open = self.open.borrow_mut();
        if let Some(file) = open.get_mut(path) {
            return act(file);
        }
        if open.len() >= OPEN_MAX {
            open.clear();
        }
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        let done = act(&mut file);
        open.insert(path.to_owned(), file);
        done
    }
}

impl Storage for Files {
    fn make_dir(&self, dir: &Path) -> io::Result<()> {
        fs::create_dir_all(dir)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(dir)? {
            names.extend(entry?.file_name().into_string());
        }
        names.sort_unstable();
        Ok(names)
    }

    fn length(&self, path: &Path) -> io::Result<Option<u64>> {
        match fs::metadata(path) {
            Ok(metadata) => Ok(Some(metadata.len())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn read(&self, path: &Path, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(offset))?;
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match file.read(rest) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.with(path, |file| file.write_all(bytes))
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        self.with(path, |file| file.sync_data())
    }

    fn truncate(&self, path: &Path, length: u64) -> io::Result<()> {
        self.with(path, |file| file.set_len(length))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.open.borrow_mut().remove(from);
        self.open.borrow_mut().remove(to);
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.open.borrow_mut().remove(path);
        fs::remove_file(path)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
        File::open(dir)?.sync_all()
    }

    fn lock(&self, path: &Path) -> io::Result<bool> {
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => {
                *self.lock.borrow_mut() = Some(file);
                Ok(true)
            }
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}
