//! Words: what is compared, counted and looked up in lexicons.
//!
//! Tokens come in order and do not overlap; each lies on character boundaries of its text.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::fold;

/// Bytes of one token; a longer run is cut.
const WORD_BYTES_MAX: usize = 200;

/// One word, number or initialism of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    /// Bytes of the text, without a possessive `'s`.
    pub range: Range<usize>,
    /// The folded form: lower case, no diacritics, straight apostrophes, no dots in initialisms.
    pub lower: Cow<'a, str>,
    /// Digits with their separators and nothing else: `1,300`, `12.5`, `2024`.
    pub is_number: bool,
    /// The first character is a capital.
    pub starts_upper: bool,
    /// Two letters or more, all of them capitals.
    pub all_upper: bool,
    /// A possessive `'s` follows the range.
    pub possessive: bool,
}

/// All words of a text.
#[must_use]
pub fn words(text: &str) -> Vec<Word<'_>> {
    let mut found = Vec::with_capacity(text.len() / 6);
    let mut at = 0;
    while let Some(start) = next_start(text, at) {
        if let Some(word) = simple(text, start) {
            at = word.range.end;
            found.push(word);
            continue;
        }
        let token = Token::read(text, start);
        at = token.next;
        found.push(token.word(text));
    }
    found
}

fn next_start(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let byte = *text.as_bytes().get(at)?;
        if byte.is_ascii_alphanumeric() {
            return Some(at);
        }
        if byte.is_ascii() {
            at += 1;
            continue;
        }
        let letter = text.get(at..)?.chars().next()?;
        if letter.is_alphanumeric() {
            return Some(at);
        }
        at += letter.len_utf8();
    }
}

/// The plain case, which most words are: ASCII letters and digits with nothing behind them that
/// could hold the word together with the next.
fn simple(text: &str, start: usize) -> Option<Word<'_>> {
    let bytes = text.as_bytes().get(start..)?;
    let (mut capitals, mut digits, mut length) = (0, 0, 0);
    for byte in bytes.iter().take(WORD_BYTES_MAX + 1) {
        match byte {
            b'a'..=b'z' => {}
            b'A'..=b'Z' => capitals += 1,
            b'0'..=b'9' => digits += 1,
            _ => break,
        }
        length += 1;
    }
    let after = bytes.get(length..).unwrap_or_default();
    let ends = match after {
        [] => true,
        [mark, ..] if !mark.is_ascii() => false,
        [b'.', ..] if length == 1 => false,
        [b'.' | b',' | b'-' | b'\'' | b'&', rest @ ..] => {
            rest.first().is_none_or(|next| next.is_ascii() && !next.is_ascii_alphanumeric())
                && !matches!(rest, [b'-', ..])
        }
        _ => true,
    };
    if !ends || length == 0 || length > WORD_BYTES_MAX {
        return None;
    }
    let range = start..start + length;
    let written = text.get(range.clone())?;
    let lower = if capitals == 0 {
        Cow::Borrowed(written)
    } else {
        Cow::Owned(written.to_ascii_lowercase())
    };
    let letters = length - digits;
    Some(Word {
        range,
        lower,
        is_number: letters == 0,
        starts_upper: bytes.first().is_some_and(u8::is_ascii_uppercase),
        all_upper: letters >= 2 && capitals == letters,
        possessive: false,
    })
}

struct Token {
    start: usize,
    end: usize,
    /// Where to look for the next one.
    next: usize,
    possessive: bool,
}

impl Token {
    fn read(text: &str, start: usize) -> Self {
        let end = extent(text, start);
        let mut token = Self { start, end, next: end, possessive: false };
        let written = text.get(start..end).unwrap_or_default();
        if let Some(owner) = owner(written) {
            token.end = start + owner.len();
            token.possessive = true;
        } else if let Some(article) = elided(written) {
            token.end = start + article;
            token.next = token.end;
        }
        token
    }

    fn word(self, text: &str) -> Word<'_> {
        let written = text.get(self.start..self.end).unwrap_or_default();
        let (mut letters, mut capitals, mut number) = (0_usize, 0_usize, true);
        for letter in written.chars() {
            let is_letter = letter.is_alphabetic();
            letters += usize::from(is_letter);
            capitals += usize::from(letter.is_uppercase());
            number &= !is_letter && letter != '-';
        }
        Word {
            range: self.start..self.end,
            lower: folded(written),
            is_number: number,
            starts_upper: written.chars().next().is_some_and(char::is_uppercase),
            all_upper: letters >= 2 && capitals == letters,
            possessive: self.possessive,
        }
    }
}

fn folded(written: &str) -> Cow<'_, str> {
    let is_initialism = written.ends_with('.') || written.contains(".-");
    if is_initialism {
        Cow::Owned(fold(&written.replace('.', "")).into_owned())
    } else {
        fold(written)
    }
}

/// Where the token that starts here ends, possessive and elided article included.
fn extent(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    if let Some(end) = initialism(rest) {
        return start + end;
    }
    let mut letters = rest.char_indices().peekable();
    let mut before = ' ';
    while let Some((at, letter)) = letters.next() {
        if at > WORD_BYTES_MAX || (at > 0 && (stands_alone(letter) || stands_alone(before))) {
            return start + at;
        }
        let after = letters.peek().map_or(' ', |(_, next)| *next);
        if !(in_word(letter) || joins(before, letter, after)) {
            return start + at;
        }
        before = letter;
    }
    text.len()
}

/// `U.S.`, `a.m.`, `U.N.`: single letters, each with its dot.
fn initialism(rest: &str) -> Option<usize> {
    let mut letters = rest.char_indices();
    let (mut pairs, mut end) = (0, 0);
    while let Some((at, letter)) = letters.next() {
        match letters.next() {
            Some((dot, '.')) if letter.is_alphabetic() => {
                pairs += 1;
                end = dot + 1;
            }
            // "U.S.-led" goes on; "e.g.this" is two words.
            _ if letter == '-' => return None,
            _ if in_word(letter) && pairs == 1 => return None,
            _ => break,
        }
        if at > WORD_BYTES_MAX {
            break;
        }
    }
    (pairs >= 2).then_some(end)
}

fn in_word(letter: char) -> bool {
    letter.is_alphanumeric() || (!letter.is_ascii() && is_combining_mark(letter))
}

/// Whether a mark between two characters holds a word together.
fn joins(before: char, mark: char, after: char) -> bool {
    match mark {
        '-' => (in_word(before) || before == '.') && in_word(after),
        '&' => in_word(before) && in_word(after),
        '\'' | '’' | 'ʼ' => before.is_alphabetic() && after.is_alphabetic(),
        ',' => before.is_ascii_digit() && after.is_ascii_digit(),
        '.' => {
            (before.is_ascii_digit() && after.is_ascii_digit())
                || (before.is_lowercase() && after.is_lowercase())
                || (before.is_uppercase() && (after.is_uppercase() || after == '-'))
        }
        _ => false,
    }
}

/// Characters of scripts that put no spaces between words: each is taken by itself.
const fn stands_alone(letter: char) -> bool {
    matches!(letter,
        '\u{3040}'..='\u{309F}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// The word without its possessive `'s`.
fn owner(written: &str) -> Option<&str> {
    let owner = written.strip_suffix(['s', 'S'])?;
    owner.strip_suffix(['\'', '’', 'ʼ']).filter(|owner| !owner.is_empty())
}

/// Where an elided article or preposition before a word ends: `l'armée`, `d'Alep`, `dell'esercito`.
/// `D'Souza`, `N'Djamena` and `O'Brien` stay whole.
fn elided(written: &str) -> Option<usize> {
    const ELIDED: &[&str] = &[
        "l", "d", "j", "m", "t", "s", "n", "c", "qu", "dell", "all", "nell", "dall", "sull",
        "jusqu", "lorsqu", "puisqu", "quest",
    ];
    let at = written.find(['\'', '’', 'ʼ'])?;
    let (article, rest) = written.split_at_checked(at)?;
    let name = rest.chars().nth(1).is_some_and(char::is_uppercase)
        && article.starts_with(|letter: char| letter.is_uppercase() && letter != 'L');
    let known = ELIDED.iter().any(|elided| elided.eq_ignore_ascii_case(article));
    let contraction = rest.chars().count() <= 2;
    (known && !name && !contraction).then_some(at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(text: &str) -> Vec<&str> {
        words(text).into_iter().map(|word| text.get(word.range).unwrap()).collect()
    }

    #[test]
    fn words_keep_what_belongs_together() {
        for (text, expected) in [
            ("President al-Assad left.", vec!["President", "al-Assad", "left"]),
            (
                "U.S. troops, the U.N. and a.m. hours",
                vec!["U.S.", "troops", "the", "U.N.", "and", "a.m.", "hours"],
            ),
            ("a U.S.-led raid", vec!["a", "U.S.-led", "raid"]),
            ("1,300 dead, 12.5% of 2,000.", vec!["1,300", "dead", "12.5", "of", "2,000"]),
            ("the children's ward", vec!["the", "children", "ward"]),
            ("Mr. O'Brien isn't here", vec!["Mr", "O'Brien", "isn't", "here"]),
            ("l’armée d'Alep", vec!["l", "armée", "d", "Alep"]),
            ("N'Djamena, D'Souza", vec!["N'Djamena", "D'Souza"]),
            ("AT&T said--then stopped", vec!["AT&T", "said", "then", "stopped"]),
            ("example.com and end.Start", vec!["example.com", "and", "end", "Start"]),
            ("首都を離れた", vec!["首", "都", "を", "離", "れ", "た"]),
            ("J. K. Rowling", vec!["J", "K", "Rowling"]),
            ("", vec![]),
            ("--- ...", vec![]),
        ] {
            assert_eq!(written(text), expected, "{text}");
        }
    }

    #[test]
    fn words_are_folded_and_flagged() {
        let text = "Erdoğan’s U.S. trip: 1,300 DEAD, 10th F-16";
        let found = words(text);
        let lower: Vec<_> = found.iter().map(|word| word.lower.as_ref()).collect();
        assert_eq!(lower, ["erdogan", "us", "trip", "1,300", "dead", "10th", "f-16"]);
        assert!(found[0].possessive && found[0].starts_upper && !found[0].all_upper);
        assert!(found[1].all_upper && !found[1].is_number);
        assert!(found[3].is_number && !found[3].all_upper);
        assert!(found[4].all_upper && !found[5].is_number && !found[6].is_number);
    }

    #[test]
    fn hostile_runs_take_no_longer_than_their_length() {
        for run in ["a", "a.", "a-", "a'", "1,", "é", "a\u{301}", "- "] {
            let _found = words(&run.repeat(200_000));
        }
    }

    proptest! {
        #[test]
        fn the_plain_case_is_no_special_case(text in "([a-zA-Z0-9]{1,3}|[ .,'’&é-]){0,12}") {
            for word in words(&text) {
                prop_assert_eq!(Token::read(&text, word.range.start).word(&text), word);
            }
        }

        #[test]
        fn tokens_lie_in_order_on_boundaries(text in "(\\PC|[a-zA-Z.'’ -]{1,9}|[0-9,.]{1,5}){0,40}") {
            let mut end = 0;
            for word in words(&text) {
                prop_assert!(word.range.start >= end && word.range.start < word.range.end);
                prop_assert!(text.get(word.range.clone()).is_some());
                end = word.range.end;
            }
        }
    }
}
