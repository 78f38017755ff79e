//! Sentences of news text, by rule.
//!
//! Ranges are in order, do not overlap, carry no space at their ends and never cross a line end.

mod lists;

use std::ops::Range;

use lists::{BEFORE_NUMBER, MONTHS, SHORT_BYTES_MAX, SHORTENED, STARTERS, TITLES, is_in};

/// Bytes of one sentence; a longer one is cut at a space.
const SENTENCE_BYTES_MAX: usize = 4_000;
/// Characters looked at on either side of a stop.
const AROUND_CHARS_MAX: usize = 64;

/// The sentences of a normalised text, as ranges of bytes.
#[must_use]
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        split_line(line, line_start, &mut found);
        line_start += line.len();
    }
    found
}

fn split_line(line: &str, offset: usize, found: &mut Vec<Range<usize>>) {
    let mut start = 0;
    let mut at = 0;
    while let Some(stop) = next_stop(line, at) {
        at = stop.after;
        if stop.ends_sentence(line, start) {
            keep(line, start..stop.after, offset, found);
            start = stop.after;
        }
    }
    keep(line, start..line.len(), offset, found);
}

/// Takes a sentence up, trimmed, where it holds a word; cuts what is too long to be one.
fn keep(line: &str, range: Range<usize>, offset: usize, found: &mut Vec<Range<usize>>) {
    let mut rest = line.get(range.clone()).unwrap_or_default();
    let mut start = range.start;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(cut(rest));
        let trimmed = piece.trim();
        let lead = piece.len() - piece.trim_start().len();
        if trimmed.chars().any(char::is_alphanumeric) {
            let from = offset + start + lead;
            found.push(from..from + trimmed.len());
        }
        start += piece.len();
        rest = after;
    }
}

fn cut(rest: &str) -> usize {
    if rest.len() <= SENTENCE_BYTES_MAX {
        return rest.len();
    }
    let end = rest.floor_char_boundary(SENTENCE_BYTES_MAX);
    let piece = rest.get(..end).unwrap_or_default();
    piece.rfind(' ').filter(|space| *space > 0).unwrap_or(end)
}

/// A run of stops with the closing quotes and brackets behind it.
struct Stop {
    /// Where the run starts.
    at: usize,
    /// After the closers.
    after: usize,
    /// One single dot.
    single_dot: bool,
    /// A stop that no space needs to follow.
    ideographic: bool,
    /// Something closes behind it.
    closed: bool,
}

fn next_stop(line: &str, from: usize) -> Option<Stop> {
    let at = find_stop(line, from)?;
    let run = line.get(at..)?;
    let length = run.find(|letter| !is_stop(letter)).unwrap_or(run.len());
    let stops = run.get(..length)?;
    let after = closers_end(line, at + length);
    Some(Stop {
        at,
        after,
        single_dot: stops == ".",
        ideographic: stops.chars().any(is_ideographic_stop),
        closed: after > at + length,
    })
}

/// The next stop; most of a text is ASCII, of which three characters matter.
fn find_stop(line: &str, from: usize) -> Option<usize> {
    let bytes = line.as_bytes().get(from..)?.iter().enumerate();
    let candidates = bytes.filter(|(_, byte)| matches!(byte, b'.' | b'!' | b'?' | 0xC2..));
    candidates
        .map(|(at, _)| from + at)
        .find(|at| line.get(*at..).and_then(|rest| rest.chars().next()).is_some_and(is_stop))
}

const fn is_stop(letter: char) -> bool {
    matches!(
        letter,
        '.' | '!'
            | '?'
            | '…'
            | '‼'
            | '⁇'
            | '⁈'
            | '⁉'
            | '؟'
            | '۔'
            | '।'
            | '॥'
            | '።'
            | '։'
            | '။'
            | '។'
    ) || is_ideographic_stop(letter)
}

const fn is_ideographic_stop(letter: char) -> bool {
    matches!(letter, '。' | '！' | '？' | '｡' | '．')
}

/// Closing quotes and brackets at `at`; French ones also after a space.
fn closers_end(line: &str, at: usize) -> usize {
    let rest = line.get(at..).unwrap_or_default();
    let closers = rest.find(|letter| !is_closer(letter)).unwrap_or(rest.len());
    let end = at + closers;
    let spaced = line.get(end..).unwrap_or_default().strip_prefix(" »");
    match spaced {
        Some(behind) if behind.is_empty() || behind.starts_with([' ', '\n']) => end + " »".len(),
        _ => end,
    }
}

const fn is_closer(letter: char) -> bool {
    matches!(
        letter,
        '"' | '\''
            | '”'
            | '’'
            | '»'
            | '›'
            | '“'
            | ')'
            | ']'
            | '}'
            | '」'
            | '』'
            | '）'
            | '】'
            | '》'
    )
}

impl Stop {
    fn ends_sentence(&self, line: &str, sentence_start: usize) -> bool {
        let behind = line.get(self.after..).unwrap_or_default();
        if behind.trim().is_empty() {
            return true;
        }
        if self.ideographic {
            return true;
        }
        let word = word_before(line, sentence_start, self.at);
        let Some(next) = behind.strip_prefix(char::is_whitespace) else {
            return self.single_dot && !self.closed && is_missing_space(word, behind);
        };
        if !may_start(next) {
            return false;
        }
        !self.single_dot
            || self.closed
            || dot_ends(word, opens_line(line, sentence_start, self.at - word.len()), next)
    }
}

/// "said.The": a stop whose space was lost.
fn is_missing_space(word: &str, behind: &str) -> bool {
    let mut next = behind.chars();
    word.chars().count() >= 3
        && word.chars().all(char::is_lowercase)
        && next.next().is_some_and(char::is_uppercase)
        && next.next().is_some_and(char::is_lowercase)
}

/// Whether a sentence may begin like this: not in lower case, not with a comma.
fn may_start(next: &str) -> bool {
    let opening = |letter: char| {
        matches!(letter, '"' | '\'' | '“' | '‘' | '„' | '«' | '»' | '‹' | '(' | '[' | '¿' | '¡')
            || letter.is_whitespace()
    };
    match next.chars().take(AROUND_CHARS_MAX).find(|letter| !opening(*letter)) {
        Some(letter) if letter.is_alphanumeric() => !letter.is_lowercase(),
        Some(letter) => !matches!(letter, ',' | ';' | ':' | ')' | ']' | '&'),
        None => true,
    }
}

/// The word that the dot follows, inner dots included, opening quotes and brackets not.
fn word_before(line: &str, from: usize, dot: usize) -> &str {
    let before = line.get(from..dot).unwrap_or_default();
    let start = before
        .char_indices()
        .rev()
        .take(AROUND_CHARS_MAX)
        .take_while(|(_, letter)| {
            letter.is_alphanumeric() || matches!(letter, '.' | '\'' | '’' | ',')
        })
        .last()
        .map_or(before.len(), |(at, _)| at);
    before.get(start..).unwrap_or_default()
}

/// Whether nothing stands between the start of the sentence and this word.
fn opens_line(line: &str, sentence_start: usize, word_start: usize) -> bool {
    line.get(sentence_start..word_start).is_some_and(|between| between.trim().is_empty())
}

/// Whether a single dot behind this word ends the sentence.
fn dot_ends(word: &str, opens: bool, next: &str) -> bool {
    let next_word = first_word(next);
    if word.is_empty() {
        return true;
    }
    if word.chars().all(|letter| letter.is_ascii_digit()) {
        return !(opens || word.len() <= 2 && is_in(MONTHS, next_word));
    }
    let mut letters = word.chars();
    if let (Some(only), None) = (letters.next(), letters.next()) {
        return !only.is_alphabetic() || is_in(&["i"], word) && is_starter(next_word);
    }
    if is_initialism(word) {
        return is_starter(next_word);
    }
    if word.len() > SHORT_BYTES_MAX {
        return true;
    }
    if is_in(TITLES, word) && !word.starts_with(char::is_lowercase) {
        return false;
    }
    if is_in(BEFORE_NUMBER, word) {
        return !next.starts_with(|letter: char| letter.is_ascii_digit());
    }
    !is_in(SHORTENED, word) || is_starter(next_word)
}

/// `U.S`, `a.m`, `z.B`, `EE.UU`: short pieces between dots.
fn is_initialism(word: &str) -> bool {
    word.contains('.')
        && word.split('.').all(|piece| piece.chars().count() <= 2)
        && word.chars().any(char::is_alphabetic)
}

fn first_word(next: &str) -> &str {
    let near = next.floor_char_boundary(AROUND_CHARS_MAX);
    let next = next.get(..near).unwrap_or(next);
    let next = next.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    let end = next.find(|letter: char| !letter.is_alphanumeric()).unwrap_or(next.len());
    next.get(..end).unwrap_or_default()
}

fn is_starter(word: &str) -> bool {
    is_in(STARTERS, word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Bars show where sentences are expected to end.
    fn check(marked: &str) {
        let text = marked.replace('|', "");
        let found: Vec<&str> =
            sentences(&text).into_iter().map(|range| text.get(range).unwrap()).collect();
        let expected: Vec<&str> =
            marked.split(['|', '\n']).map(str::trim).filter(|piece| !piece.is_empty()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn plain_sentences_end_at_their_stops() {
        check("Rebels took the town.| The army fell back!| Did it regroup?| Nobody knows.");
        check("A line without a stop\nAnother one.| And more\n");
        check("He asked: who did it?!| No answer came.");
    }

    #[test]
    fn short_forms_do_not_end_a_sentence() {
        check("Mr. Smith met Gen. John Doe near St. Mary on Dec. 8.| Then Dr. No left.");
        check(
            "The U.S. Army and U.N. Secretary-General met.| He lives in the U.S.| The army left.",
        );
        check("It began at 5 a.m. Monday.| It ended at 6 p.m.| The police left.");
        check("J. K. Rowling and George W. Bush spoke.");
        check("Acme Inc. Chief Executive Jane Roe resigned.| Acme Corp.| The end.");
        check("Flight No. 5 left.| He said no.| She said yes.");
        check("Prices rose 12.5 percent to $1.20.| Shares fell.");
        check("Smith v. Jones was heard.");
    }

    #[test]
    fn quotes_and_brackets_stay_with_their_sentence() {
        check("\"We left.\"| He did not.");
        check("“It is over.”| “We won,” he said.| “All of us.”");
        check("\"Why now?\" he asked.| \"Stop!\", she said.");
        check("It fell (the army says so.)| More came.");
        check("« C'est fini. »| Il est parti.");
        check("He said: “Go.”| (Reporting by A. Writer)");
    }

    #[test]
    fn dots_of_other_kinds() {
        check(
            "He waited ... and waited.| Then... nothing.| Well… The end."
                .replace("… The", "…| The")
                .as_str(),
        );
        check("1. The first point.| 2. The second one.");
        check("DAMASCUS, Dec 8 (Reuters) - Rebels entered the city.| More follows.");
        check("It was said.|The next day came.");
        check("Visit example.com for more.");
    }

    #[test]
    fn capitals_and_other_languages() {
        check("REBELS TOOK THE U.S. EMBASSY.| THE ARMY LEFT.| GEN. SMITH SPOKE.");
        check("Am 8. Dezember fiel die Stadt.| Danach z.B. Homs.| Der Präsident floh.");
        check("总统离开了首都。|军队撤退了！|为什么？");
        check("राष्ट्रपति चले गए।| सेना लौटी।");
        check("El presidente huyó.| ¿Adónde fue?| Nadie lo sabe en EE.UU. todavía.");
    }

    #[test]
    fn a_flood_is_cut() {
        let flood = "word ".repeat(5_000);
        let found = sentences(&flood);
        assert!(found.len() >= 6 && found.iter().all(|range| range.len() <= SENTENCE_BYTES_MAX));
        assert!(sentences("... !!! \n ???").is_empty());
    }

    #[test]
    fn hostile_runs_take_no_longer_than_their_length() {
        for run in [". - ", "a.", ".\"", ". (", "? «", "1. ", "… ", "U.S. "] {
            let _found = sentences(&run.repeat(200_000));
        }
    }

    proptest! {
        #[test]
        fn ranges_are_valid(text in "(\\PC|[a-zA-Z.!? \"'\\n]{1,9}|\\. |[0-9.]{1,4}){0,60}") {
            let mut end = 0;
            for range in sentences(&text) {
                prop_assert!(range.start >= end && range.start < range.end);
                let sentence = text.get(range.clone()).unwrap();
                prop_assert_eq!(sentence.trim(), sentence);
                prop_assert!(!sentence.contains('\n'));
                end = range.end;
            }
        }
    }
}
