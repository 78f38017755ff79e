//! Where a service reads and writes: nothing else may write there.
//!
//! Paths are compared by what they lead to: `..` and symbolic links are followed, also where the
//! end of a path does not exist yet.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};

use super::deliveries::alerts_file;
use crate::config::Settings;

/// Symbolic links that lead from one to the next.
const LINKS_MAX: usize = 16;

/// Why a file must not be written by anybody but a service with these settings.
#[must_use]
pub fn refusal(file: &Path, settings: &Settings) -> Option<String> {
    let whose = if lies_in(file, &settings.state.dir) {
        "lies in the state folder of the service with these settings"
    } else if written(&settings.output_dir).iter().any(|own| is_same(own, file)) {
        "is written by the service with these settings"
    } else if settings.inputs.iter().any(|input| lies_in(file, input)) {
        "is read by the service with these settings"
    } else {
        return None;
    };
    let shown = file.display();
    Some(format!("{shown} {whose} and stays as it is: name another file or folder with --output"))
}

/// Whether a file lies in a folder, or is it.
#[must_use]
pub fn lies_in(file: &Path, folder: &Path) -> bool {
    resolved(file, 0).starts_with(resolved(folder, 0))
}

/// What `run` writes into its folder.
fn written(folder: &Path) -> [PathBuf; 3] {
    let others = ["changes.ndjson", "dead-letters.ndjson"].map(|name| folder.join(name));
    let [changes, dead_letters] = others;
    [changes, alerts_file(folder), dead_letters]
}

/// Whether two names lead to one file, be they two links to it.
#[must_use]
pub fn is_same(one: &Path, other: &Path) -> bool {
    let identity = |path: &Path| fs::metadata(path).ok().map(|it| (it.dev(), it.ino()));
    resolved(one, 0) == resolved(other, 0)
        || identity(one).is_some_and(|it| identity(other) == Some(it))
}

/// The path without links and `..`, as far as it exists.
fn resolved(path: &Path, links: usize) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut real = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                real.pop();
            }
            part => real.push(part),
        }
        if links < LINKS_MAX
            && let Ok(target) = real.read_link()
        {
            real.pop();
            real = resolved(&real.join(target), links + 1);
        }
    }
    real
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn what_is_the_services_is_told_by_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["output", "state", "wires", "free"] {
            fs::create_dir(at(name)).unwrap();
        }
        fs::write(at("output/changes.ndjson"), "{}\n").unwrap();
        fs::hard_link(at("output/changes.ndjson"), at("free/same.ndjson")).unwrap();
        symlink("../output", at("free/there")).unwrap();
        symlink("../state/new", at("free/dangling")).unwrap();
        let (mut settings, _) = crate::config::load(None).unwrap();
        settings.output_dir = at("output");
        settings.inputs = vec![at("wires"), at("one.ndjson")];
        settings.state.dir = at("state");
        let is_refused = |name: &str| refusal(&at(name), &settings).is_some();
        for name in [
            "output/changes.ndjson",
            "output/alerts.ndjson",
            "free/../output/dead-letters.ndjson",
            "free/there/changes.ndjson",
            "free/same.ndjson",
            "free/dangling",
            "state/snapshot-1",
            "nowhere/../state/x",
            "wires/a.ndjson",
            "one.ndjson",
        ] {
            assert!(is_refused(name), "{name}");
        }
        // Beside them there is room.
        for name in ["free/changes.ndjson", "output/then.ndjson", "state-of-things", "wires2/a"] {
            assert!(!is_refused(name), "{name}");
        }
    }
}
