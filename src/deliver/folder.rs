//! A folder that a CMS reads: one ninjs 1 file for each version of a story, written in a folder of
//! its own within and renamed in, so that no reader ever sees half a file.
//!
//! Where something was taken back, older versions that nobody has read yet are taken out.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::stories::{StoryTarget, Version};
use super::{Failure, placed};

/// Where files are written before they are renamed in; readers of the folder take files only.
const ELSEWHERE: &str = ".writing";

/// A folder.
pub struct Folder {
    path: PathBuf,
    /// Items have `guid`, which Superdesk reads and IPTC's schema does not know.
    has_guid: bool,
}

impl Folder {
    /// This one; it is made where it is missing.
    #[must_use]
    pub fn new(path: &Path, has_guid: bool) -> Self {
        Self { path: path.to_owned(), has_guid }
    }

    fn put(&self, version: &Version) -> io::Result<()> {
        let elsewhere = self.path.join(ELSEWHERE);
        fs::create_dir_all(&elsewhere)?;
        let mut item = version.item.clone();
        if !self.has_guid {
            item.shift_remove("guid");
        }
        let bytes = serde_json::to_vec_pretty(&item)?;
        let name = format!("{}-{}.json", version.story, version.at);
        placed::put(&self.path.join(&name), &elsewhere.join(&name), &bytes)?;
        version.replaces.iter().try_for_each(|(story, before)| self.take_out(story, *before))
    }

    /// Takes out a story's versions before a time that nobody has read yet.
    fn take_out(&self, story: &str, before: i64) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let name = entry.file_name();
            let version = name.to_str().and_then(|name| name.strip_suffix(".json"));
            let Some((id, at)) = version.and_then(|name| name.split_once('-')) else { continue };
            if id != story || !at.parse::<i64>().is_ok_and(|at| at < before) {
                continue;
            }
            match fs::remove_file(entry.path()) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

impl StoryTarget for Folder {
    fn deliver(&mut self, version: &Version) -> Result<(), Failure> {
        let failed = |error| Failure::Passing(format!("{}: {error}", self.path.display()), None);
        self.put(version).map_err(failed)
    }
}
