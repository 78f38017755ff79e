//! Page furniture: lines of a body that are no part of the story, as data by language.
//!
//! All languages are looked for at once, since a text is cut before its language is told. Cutting
//! looks at one line at a time, so what is cut does not depend on the rest of the text, and cutting
//! twice changes nothing.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use serde::Deserialize;

/// Bytes of a line that may be furniture as a whole; a longer one is a paragraph.
const LINE_BYTES_MAX: usize = 300;
/// Bytes of a line that is furniture for what it contains.
const CONTAINING_BYTES_MAX: usize = 220;
/// Bytes of a line in which what it begins with stands; phrases of the lists are shorter.
const HEAD_BYTES_MAX: usize = 120;
/// Endings that are cut from one line.
const ENDS_MAX: usize = 4;

/// The furniture of one language, as the configuration lists it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Furniture {
    /// The line is nothing but this.
    #[serde(default)]
    pub whole: Vec<String>,
    /// The line is this, or begins with this and a colon, dash, bar or arrow.
    #[serde(default)]
    pub label: Vec<String>,
    /// The line begins with this.
    #[serde(default)]
    pub start: Vec<String>,
    /// A short line holds this.
    #[serde(default)]
    pub contain: Vec<String>,
    /// What a paragraph ends with; only these words are cut.
    #[serde(default)]
    pub end: Vec<String>,
    /// Words, separated by blanks: a line with nothing else is a row of buttons.
    #[serde(default)]
    pub buttons: String,
}

/// What a line begins with.
#[derive(Clone, Debug)]
struct Opening {
    phrase: String,
    /// Nothing but a separator may follow.
    label: bool,
}

/// The furniture of all languages, compiled.
#[derive(Clone, Debug, Default)]
pub struct Boilerplate {
    whole: BTreeSet<String>,
    /// By first word.
    openings: BTreeMap<String, Vec<Opening>>,
    contained: Option<AhoCorasick>,
    /// By last word.
    ends: BTreeMap<String, Vec<String>>,
    buttons: BTreeSet<String>,
}

impl Boilerplate {
    /// Compiles the lists, by language.
    ///
    /// # Errors
    /// A sentence that says which phrase cannot be used.
    pub fn new(languages: &BTreeMap<String, Furniture>) -> Result<Self, String> {
        let mut made = Self::default();
        let mut contained = Vec::new();
        for (language, furniture) in languages {
            made.add(furniture)
                .map_err(|error| format!("boilerplate of \"{language}\": {error}"))?;
            contained.extend(furniture.contain.iter().map(|phrase| lowered(phrase)));
        }
        if contained.iter().any(|phrase| phrase.trim().is_empty()) {
            return Err("boilerplate: an empty phrase is contained in every line".to_owned());
        }
        let compiled = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(contained)
            .map_err(|error| format!("boilerplate: cannot compile what lines contain: {error}"))?;
        made.contained = Some(compiled);
        Ok(made)
    }

    fn add(&mut self, furniture: &Furniture) -> Result<(), String> {
        self.whole.extend(furniture.whole.iter().map(|line| bare(&lowered(line)).to_owned()));
        self.buttons.extend(furniture.buttons.split_whitespace().map(lowered));
        for (phrases, label) in [(&furniture.label, true), (&furniture.start, false)] {
            for phrase in phrases {
                let phrase = lowered(phrase);
                let first = first_word(&phrase).ok_or_else(|| format!("\"{phrase}\" is empty"))?;
                let openings = self.openings.entry(first.to_owned()).or_default();
                openings.push(Opening { phrase, label });
            }
        }
        for phrase in &furniture.end {
            let phrase = lowered(phrase);
            let last = last_word(&phrase).ok_or_else(|| format!("\"{phrase}\" is empty"))?;
            if is_sentence(&phrase) {
                return Err(format!("\"{phrase}\" ends like a sentence, which stays"));
            }
            self.ends.entry(last.to_owned()).or_default().push(phrase);
        }
        Ok(())
    }

    /// The body without its furniture; lines are those of the normal form.
    #[must_use]
    pub fn cut<'a>(&self, body: &'a str) -> Cow<'a, str> {
        let mut clean = String::new();
        let mut is_clean = true;
        for (at, line) in body.split('\n').enumerate() {
            let kept = self.cut_line(line);
            is_clean &= kept.len() == line.len();
            if !kept.is_empty() {
                if at > 0 && !clean.is_empty() {
                    clean.push('\n');
                }
                clean.push_str(kept);
            }
        }
        if is_clean { Cow::Borrowed(body) } else { Cow::Owned(clean) }
    }

    /// What stays of a line.
    fn cut_line<'a>(&self, line: &'a str) -> &'a str {
        let mut kept = line;
        for _ in 0..ENDS_MAX {
            let shorter = self.without_end(kept);
            if shorter.len() == kept.len() {
                break;
            }
            kept = shorter;
        }
        if self.is_furniture(kept) { "" } else { kept }
    }

    fn is_furniture(&self, line: &str) -> bool {
        if line.len() > LINE_BYTES_MAX {
            return false;
        }
        let head = lowered(line.get(..line.floor_char_boundary(HEAD_BYTES_MAX)).unwrap_or(line));
        self.whole.contains(bare(&head)) && line.len() <= HEAD_BYTES_MAX
            || self.opens(unquoted(&head))
            || self.contains_furniture(line)
            || self.is_button_row(&head, line)
    }

    fn contains_furniture(&self, line: &str) -> bool {
        if line.len() > CONTAINING_BYTES_MAX {
            return false;
        }
        let Some(contained) = &self.contained else { return false };
        // The automaton knows the case of ASCII letters only.
        if line.is_ascii() { contained.is_match(line) } else { contained.is_match(&lowered(line)) }
    }

    fn opens(&self, line: &str) -> bool {
        let openings = first_word(line).and_then(|word| self.openings.get(word));
        openings.into_iter().flatten().any(|opening| {
            line.strip_prefix(opening.phrase.as_str())
                .is_some_and(|rest| !opening.label || separates(rest))
        })
    }

    /// `Share Tweet Email 12`: button words and numbers only.
    fn is_button_row(&self, head: &str, line: &str) -> bool {
        if !first_word(head).is_some_and(|word| self.buttons.contains(word)) {
            return false;
        }
        let lowered = lowered(line);
        let mut words = lowered
            .split(|letter: char| letter.is_whitespace() || matches!(letter, '|' | '·' | '•' | ','))
            .filter(|word| !word.is_empty());
        let is_count = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
        words.all(|word| self.buttons.contains(word) || is_count(word))
    }

    /// The line without the furniture that stands behind its last sentence.
    fn without_end<'a>(&self, line: &'a str) -> &'a str {
        if is_sentence(line) {
            return line;
        }
        let tail = last_word(line).map(lowered);
        let phrases = tail.and_then(|word| self.ends.get(&word));
        let found = phrases.into_iter().flatten().find_map(|phrase| {
            let letters = phrase.chars().count();
            let (at, _) = line.char_indices().rev().nth(letters - 1)?;
            let (before, end) = line.split_at_checked(at)?;
            let before = before.trim_end();
            let closed = before.is_empty() || before.ends_with(is_stop);
            (closed && lowered(end) == *phrase).then_some(before)
        });
        found.unwrap_or(line)
    }
}

/// Ends with one full stop: no furniture ends like this.
fn is_sentence(line: &str) -> bool {
    line.ends_with('.') && !line.ends_with("..")
}

fn is_stop(letter: char) -> bool {
    matches!(
        letter,
        '.' | '!' | '?' | '…' | ':' | ']' | ')' | '"' | '”' | '»' | '’' | '\'' | '。' | '؟'
    )
}

/// Nothing, or a mark that sets a label off from what follows.
fn separates(rest: &str) -> bool {
    let mut letters = rest.trim_start().chars();
    match letters.next() {
        None | Some(':' | '|' | '>' | '»' | '›' | '→' | '•' | '：' | '⟩' | '▶' | '►') => {
            true
        }
        Some('-' | '–' | '—') => {
            rest.starts_with(char::is_whitespace) || letters.next().is_none_or(char::is_whitespace)
        }
        Some(_) => bare(rest).is_empty(),
    }
}

/// Lower case with straight apostrophes.
fn lowered(text: &str) -> String {
    let lower = text.to_lowercase();
    if lower.contains(['’', '‘']) { lower.replace(['’', '‘'], "'") } else { lower }
}

/// A line without the marks around it.
fn bare(line: &str) -> &str {
    line.trim_matches(|letter: char| !letter.is_alphanumeric())
}

/// A line without quotes, brackets and bullets before it.
fn unquoted(line: &str) -> &str {
    line.trim_start_matches(|letter: char| !letter.is_alphanumeric())
}

fn first_word(phrase: &str) -> Option<&str> {
    phrase.split_whitespace().next().map(|word| word.trim_end_matches([':', '|', ',']))
}

fn last_word(phrase: &str) -> Option<&str> {
    phrase.split_whitespace().next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(phrases: &[&str]) -> Vec<String> {
        phrases.iter().map(|phrase| (*phrase).to_owned()).collect()
    }

    fn boilerplate() -> Boilerplate {
        let furniture = Furniture {
            whole: list(&["advertisement", "read more", "don't miss it", "enlarge this image"]),
            label: list(&["also read", "watch"]),
            start: list(&["catch all the ", "follow us ", "photo: "]),
            contain: list(&["all rights reserved"]),
            end: list(&["read more", "continue reading...", "[…]"]),
            buttons: "share tweet email".to_owned(),
        };
        Boilerplate::new(&BTreeMap::from([("en".to_owned(), furniture)])).unwrap()
    }

    #[test]
    fn furniture_goes_and_the_story_stays() {
        let body = "Troops entered the city.\nAlso Read: Who are they?\nADVERTISEMENT\n\
            Also read by the minister was a letter.\nShare 12 Tweet Email\n[Read more]\n\
            Watch | Scenes from the square\nWatch dealers closed shops.\n\
            Catch all the Business News on our site. Download the app.\nDon’t miss it!\n\
            © 2024 Example. All Rights Reserved.\nPhoto: A. Person\n12\n(With inputs from agencies)";
        let kept = "Troops entered the city.\nAlso read by the minister was a letter.\n\
            Watch dealers closed shops.\n12\n(With inputs from agencies)";
        let boilerplate = boilerplate();
        assert_eq!(boilerplate.cut(body), kept);
        assert!(matches!(boilerplate.cut(kept), Cow::Borrowed(_)));
        assert_eq!(boilerplate.cut("Advertisement"), "");
        assert_eq!(boilerplate.cut(""), "");
    }

    #[test]
    fn endings_are_cut_behind_a_stop_only() {
        let boilerplate = boilerplate();
        assert_eq!(boilerplate.cut("The army left. Read more"), "The army left.");
        assert_eq!(boilerplate.cut("The army left… Continue reading..."), "The army left…");
        assert_eq!(boilerplate.cut("It left. […] Read More"), "It left.");
        assert_eq!(boilerplate.cut("Children should read more"), "Children should read more");
    }

    #[test]
    fn a_long_paragraph_is_no_furniture() {
        let long = format!("Follow us {}", "and the story goes on ".repeat(20));
        assert_eq!(boilerplate().cut(&long), long);
    }

    #[test]
    fn a_phrase_that_cannot_be_meant_is_refused() {
        for furniture in [
            Furniture { contain: list(&[" "]), ..Furniture::default() },
            Furniture { start: list(&[""]), ..Furniture::default() },
            Furniture { end: list(&["read on."]), ..Furniture::default() },
        ] {
            assert!(Boilerplate::new(&BTreeMap::from([("en".to_owned(), furniture)])).is_err());
        }
    }
}
