//! A folder of articles: which files are read, in which order.

use std::path::{Path, PathBuf};

use super::{InputError, shown, unreadable};

/// How names of article files end; each may be followed by `.gz`.
pub(super) const ENDINGS: &[&str] = &[".ndjson", ".jsonl", ".json", ".xml", ".rss", ".atom"];

/// The article files of a folder, by name; hidden files and folders in it are left out.
///
/// # Errors
/// Where the folder cannot be listed or has no such file.
pub fn article_files(folder: &Path) -> Result<Vec<PathBuf>, InputError> {
    let failed = |cause| unreadable(&shown(folder), 0, cause);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if is_article_file(&path) && path.is_file() {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(InputError::EmptyFolder { folder: shown(folder) });
    }
    files.sort();
    Ok(files)
}

/// Folders in a folder, by name; they are not read.
#[must_use]
pub fn folders_within(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let is_hidden = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
    };
    let mut folders: Vec<PathBuf> =
        paths.filter(|path| path.is_dir() && !is_hidden(path)).collect();
    folders.sort();
    folders
}

/// Whether a file's name says that it holds articles.
#[must_use]
pub fn is_article_file(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase());
    let name = name.unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    !name.starts_with('.') && ENDINGS.iter().any(|ending| name.ends_with(ending))
}
