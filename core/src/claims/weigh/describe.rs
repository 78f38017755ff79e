//! How a text describes a source that it does not name, so that two descriptions compare.

/// What an anonymous source is called.
pub(super) enum Description {
    /// Words that describe somebody.
    Somebody(String),
    /// "One", "the other": described elsewhere.
    Bare,
    /// Nobody in particular.
    Nobody,
}

/// Words that count or point and do not describe.
const POINTERS: [&str; 26] = [
    "a",
    "an",
    "another",
    "five",
    "four",
    "half-dozen",
    "he",
    "her",
    "him",
    "it",
    "many",
    "one",
    "other",
    "others",
    "several",
    "she",
    "some",
    "that",
    "the",
    "them",
    "these",
    "they",
    "this",
    "three",
    "two",
    "who",
];
/// Words from which on a description says how they know, not who they are.
const ACCESS: [&str; 9] =
    ["aware", "briefed", "close", "familiar", "on", "speaking", "who", "with", "citing"];
/// Nobody in particular.
const NOBODY: [&str; 6] = ["account", "media", "medium", "post", "report", "rumour"];

/// Whom they mean would stand in the text; where it does not, it is nobody that one could tell from
/// the "he" of another text.
const PRONOUNS: [&str; 6] = ["he", "it", "she", "they", "we", "who"];

/// An anonymous description without counting words and the words on access, in the singular.
pub(super) fn describe(text: &str) -> Description {
    let mut words = Vec::new();
    let lower = text.to_lowercase();
    for word in lower.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|w| !w.is_empty()) {
        if ACCESS.contains(&word) && !words.is_empty() {
            break;
        }
        if !POINTERS.contains(&word) && !word.bytes().all(|byte| byte.is_ascii_digit()) {
            words.push(singular(word));
        }
    }
    match words.last() {
        None if text.trim().is_empty() => Description::Nobody,
        None if PRONOUNS.contains(&lower.trim()) => Description::Nobody,
        None => Description::Bare,
        Some(last) if NOBODY.contains(last) => Description::Nobody,
        Some(_) => Description::Somebody(words.join(" ")),
    }
}

fn singular(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(stem) if stem.len() > 2 && !stem.ends_with('s') => stem,
        _ => word,
    }
}
