//! The house's habits, checked: layers, openings, purity, settings, sources, commands.

use std::path::{Path, PathBuf};

use crate::stream::{policy, root};

/// Rooms of core in order; each sees earlier ones only.
const CORE: [&[&str]; 12] = [
    &["article", "decision"],
    &["policy"],
    &["table", "map"],
    &["text"],
    &["reading"],
    &["copies"],
    &["stories", "revisions"],
    &["claims"],
    &["change"],
    &["alerts"],
    &["state"],
    &["lane"],
];

/// Rooms of the root in order; each sees earlier ones and its own row's.
const ROOT: [&[&str]; 12] = [
    &["config"],
    &["telemetry"],
    &["formats"],
    &["log"],
    &["engine", "route"],
    &["logs", "inputs", "views"],
    &["columns"],
    &["serve", "deliver", "eval"],
    &["app"],
    &["cli"],
    &["commands"],
    &["main"],
];

#[test]
fn rooms_see_earlier_rooms_only() {
    check_layers(&root().join("core/src"), &CORE);
    check_layers(&root().join("src"), &ROOT);
}

fn check_layers(sources: &Path, rooms: &[&[&str]]) {
    let rank = |room: &str| rooms.iter().position(|row| row.contains(&room));
    for path in rust_files(sources) {
        let inside = path.strip_prefix(sources).expect("a file of this folder");
        let own = room_of(inside);
        if own == "lib" {
            continue;
        }
        let mine = rank(&own).unwrap_or_else(|| panic!("{}: no such room", path.display()));
        for seen in rooms_used(&code(&path)) {
            let theirs = rank(&seen).unwrap_or_else(|| panic!("{}: {seen}?", path.display()));
            assert!(
                theirs < mine || own == seen || (theirs == mine && rooms[mine].contains(&&*seen)),
                "{} sees the later room `{seen}`",
                path.display()
            );
        }
    }
}

/// `copies/index.rs` is of the room `copies`.
fn room_of(inside: &Path) -> String {
    let first = inside.components().next().expect("not empty").as_os_str();
    first.to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// Words after `crate::`, also in braces.
fn rooms_used(code: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
    };
    let mut used = Vec::new();
    for after in code.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            Some(list) => {
                let list = list.split("};").next().unwrap_or(list);
                used.extend(list.split(',').map(|part| word(part.trim())));
            }
            None => used.push(word(after)),
        }
    }
    let room = |name: &String| name.starts_with(|c: char| c.is_ascii_lowercase());
    used.into_iter().filter(room).collect()
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent = |path: &PathBuf| !read(path).starts_with("//! ");
    let silent: Vec<PathBuf> = all_rust_files().into_iter().filter(silent).collect();
    assert!(silent.is_empty(), "these do not open with `//!`: {silent:#?}");
}

#[test]
fn nothing_names_the_machine_it_was_written_on() {
    // In two parts, so that this file does not name them either.
    let forbidden = [["/wo", "rk/"], ["/ro", "ot/"], ["/ho", "me/"]].map(|parts| parts.concat());
    for path in all_text_files() {
        let text = read(&path);
        for word in &forbidden {
            assert!(!text.contains(word.as_str()), "{} names {word}", path.display());
        }
    }
}

#[test]
fn core_knows_only_its_arguments() {
    let impure =
        ["std::fs", "std::env", "std::net", "std::thread", "SystemTime", "Instant", " f64", " f32"];
    for path in rust_files(&root().join("core/src")) {
        let code = code(&path);
        for word in impure {
            assert!(!code.contains(word), "{} uses {word}", path.display());
        }
    }
}

#[test]
fn every_setting_has_its_sentence() {
    let mut explained = false;
    for line in writethru::config::DEFAULTS.lines() {
        if line.contains(" = ") && !line.starts_with('#') {
            assert!(explained, "no sentence above: {line}");
            explained = false;
        } else {
            explained = line.starts_with('#');
        }
    }
}

#[test]
fn sources_are_many_and_each_has_its_reason() {
    let sources = policy().sources.list();
    assert!(sources.len() >= 150, "{} sources", sources.len());
    for source in sources {
        assert!(source.reason.split_whitespace().count() >= 3, "{}: why that letter?", source.id);
    }
}

#[test]
fn the_commands_of_the_readme_exist() {
    let readme = root().join("README.md");
    let Ok(text) = std::fs::read_to_string(readme) else { return };
    let known = [
        "run", "demo", "pipe", "annotate", "asof", "explain", "eval", "replay", "dlq", "doctor",
        "config", "schemas",
    ];
    for after in text.lines().filter_map(|line| line.trim().split_once("writethru ")) {
        let shell = after.0.ends_with("$ ") || after.0.ends_with('`') || after.0.is_empty();
        let word: String = after.1.chars().take_while(char::is_ascii_lowercase).collect();
        if shell && !word.is_empty() {
            assert!(known.contains(&word.as_str()), "no command `writethru {word}`");
        }
    }
}

/// A file's code, without comments and without its tests.
fn code(path: &Path) -> String {
    let text = read(path);
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(&text);
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

fn all_rust_files() -> Vec<PathBuf> {
    let folders = ["core/src", "core/tests", "src", "tests", "benches"];
    folders.iter().flat_map(|folder| rust_files(&root().join(folder))).collect()
}

fn all_text_files() -> Vec<PathBuf> {
    let endings = ["rs", "toml", "md", "json", "ndjson", "snap", "yml", "sh"];
    let folders = ["core", "src", "tests", "config", "docs", "schemas", "benches"];
    let mut all: Vec<PathBuf> =
        folders.iter().flat_map(|folder| files(&root().join(folder), &endings)).collect();
    let top = std::fs::read_dir(root()).expect("the repository");
    let top = top.map(|entry| entry.expect("readable").path());
    all.extend(top.filter(|path| path.extension().is_some_and(|it| it == "md" || it == "toml")));
    all
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    files(folder, &["rs"])
}

fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            found.extend(files(&path, endings));
        } else if path.extension().is_some_and(|it| endings.iter().any(|ending| it == *ending)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
