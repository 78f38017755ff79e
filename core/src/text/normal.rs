//! Normal form: what is hashed, quoted and counted in spans.
//!
//! Idempotent. One kind of space, one kind of line end, no characters that cannot be seen, and no
//! line that is broken within a sentence only because it was full.

use std::borrow::Cow;

use super::wraps::{continues, wrap_width};
use unicode_normalization::char::{decompose_compatible, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Marks on one letter; real spelling needs no more.
const MARKS_MAX: usize = 4;
/// Raw characters looked at for each one that may be kept: bounds the work on hostile input.
const RAW_FACTOR: usize = 8;

/// A headline: one line.
#[must_use]
pub fn normalise_line(text: &str, chars_max: usize) -> String {
    fold_spaces(&canonical(text, chars_max), chars_max, Lines::Joined)
}

/// A body: paragraphs on lines of their own, no empty lines.
#[must_use]
pub fn normalise_body(text: &str, chars_max: usize) -> String {
    let text = canonical(text, chars_max);
    fold_spaces(&text, chars_max, Lines::Kept { wrapped_at: wrap_width(&text) })
}

/// Visible characters only, composed (NFC), letters without typographic form.
fn canonical(text: &str, chars_max: usize) -> Cow<'_, str> {
    let raw = beginning(text, chars_max.saturating_mul(RAW_FACTOR));
    if raw.is_ascii() {
        return Cow::Borrowed(raw);
    }
    let mut visible = String::with_capacity(raw.len());
    let mut composed = true;
    let mut rest = raw;
    while let Some(letter) = rest.chars().next() {
        let ascii = rest.bytes().position(|byte| !byte.is_ascii()).unwrap_or(rest.len());
        let taken = if ascii > 0 { ascii } else { letter.len_utf8() };
        let (piece, after) = rest.split_at_checked(taken).unwrap_or((rest, ""));
        if ascii > 0 {
            visible.push_str(piece);
        } else {
            composed &= stays_composed(letter);
            plain(letter, &mut visible);
        }
        rest = after;
    }
    if composed || is_nfc_quick(visible.chars()) == IsNormalized::Yes {
        return Cow::Owned(visible);
    }
    Cow::Owned(visible.nfc().collect())
}

/// The first characters of a text.
fn beginning(text: &str, chars_max: usize) -> &str {
    if text.len() <= chars_max {
        return text;
    }
    let end = text.char_indices().nth(chars_max).map(|(end, _)| end);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// Frequent characters that composing leaves as they are, whatever stands beside them: letters
/// below the combining marks, typographic punctuation, Cyrillic and Chinese base letters.
const fn stays_composed(letter: char) -> bool {
    matches!(letter,
        '\0'..='\u{2FF}' | '\u{400}'..='\u{482}' | '\u{2012}'..='\u{2027}' | '\u{20AC}'
        | '\u{3001}'..='\u{3029}' | '\u{4E00}'..='\u{9FFF}')
}

fn plain(letter: char, out: &mut String) {
    match letter {
        // Frequent ones first.
        '\u{C0}'..='\u{2FF}' | '\u{2012}'..='\u{2027}' => out.push(letter),
        _ if is_invisible(letter) => {}
        // Hyphens that only say how to break the line.
        '\u{2010}' | '\u{2011}' => out.push('-'),
        '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
        _ if has_plain_twin(letter) => decompose_compatible(letter, |part| {
            if !is_invisible(part) {
                out.push(part);
            }
        }),
        _ => out.push(letter),
    }
}

/// Formatting that a reader cannot see: zero-width characters, bidirectional overrides, tags,
/// variation selectors, fillers, C1 controls.
const fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{80}'..='\u{84}' | '\u{86}'..='\u{9F}'
        | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// Letters that are another letter in costume: ligatures, full-width and mathematical letters,
/// Arabic presentation forms. Not full-width punctuation, which is how Chinese is written.
const fn has_plain_twin(letter: char) -> bool {
    matches!(letter,
        '\u{FB00}'..='\u{FB06}' | '\u{FF10}'..='\u{FF19}' | '\u{FF21}'..='\u{FF3A}'
        | '\u{FF41}'..='\u{FF5A}' | '\u{FF66}'..='\u{FF9D}' | '\u{1D400}'..='\u{1D7FF}'
        | '\u{FB50}'..='\u{FDF9}' | '\u{FE70}'..='\u{FEFC}')
}

/// What becomes of line ends.
#[derive(Clone, Copy)]
enum Lines {
    Joined,
    /// Kept, but for those that only break a full line.
    Kept {
        wrapped_at: Option<usize>,
    },
}

/// What stands between two words.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Gap {
    #[default]
    Nothing,
    Space,
    LineEnd,
    EmptyLine,
}

impl Gap {
    /// This gap and one more character of it.
    const fn with(self, letter: char, after: char) -> Self {
        match (letter, self) {
            ('\n', Self::LineEnd) if after == '\r' => self,
            ('\n' | '\r' | '\x0B' | '\x0C', Self::LineEnd | Self::EmptyLine) => Self::EmptyLine,
            ('\n' | '\r' | '\x0B' | '\x0C', _) => Self::LineEnd,
            (_, Self::Nothing) if letter.is_whitespace() => Self::Space,
            _ => self,
        }
    }
}

/// Every run of spaces is one space, every run of line ends one line end (or a space where lines
/// are not kept); no space at the end of a line; storms of marks are capped.
fn fold_spaces(text: &str, chars_max: usize, lines: Lines) -> String {
    let mut page = Page { out: String::with_capacity(text.len()), lines, line: 0, row: 0 };
    let (mut kept, mut marks) = (0, 0);
    let mut gap = Gap::Nothing;
    let mut before = ' ';
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let run = visible_run(rest.as_bytes());
        let (piece, after) =
            rest.split_at_checked(run.max(letter.len_utf8())).unwrap_or((rest, ""));
        rest = after;
        if run == 0 && (letter.is_whitespace() || letter.is_control()) {
            gap = gap.with(letter, before);
            before = letter;
            continue;
        }
        marks = if run == 0 && is_combining_mark(letter) { marks + 1 } else { 0 };
        if marks > MARKS_MAX {
            continue;
        }
        let between = page.between(gap, letter);
        let room = chars_max.saturating_sub(kept + usize::from(between.is_some()));
        let piece = beginning(piece, room).trim_end_matches(' ');
        if piece.is_empty() {
            break;
        }
        kept += run.max(1) + usize::from(between.is_some());
        page.push(between, piece, gap);
        gap = Gap::Nothing;
    }
    page.out
}

/// Bytes of visible ASCII with single spaces, which are normal as they are.
fn visible_run(bytes: &[u8]) -> usize {
    let mut run = 0;
    loop {
        match (bytes.get(run), bytes.get(run + 1)) {
            (Some(byte), _) if byte.is_ascii_graphic() => run += 1,
            (Some(b' '), Some(next)) if run > 0 && next.is_ascii_graphic() => run += 1,
            _ => return run,
        }
    }
}

/// The text as far as it is written.
struct Page {
    out: String,
    lines: Lines,
    /// Where the last line of the text starts.
    line: usize,
    /// Where the last row of the raw text starts.
    row: usize,
}

impl Page {
    /// What to write before this letter.
    fn between(&self, gap: Gap, letter: char) -> Option<char> {
        if self.out.is_empty() || gap == Gap::Nothing {
            return None;
        }
        let Lines::Kept { wrapped_at } = self.lines else { return Some(' ') };
        if gap == Gap::Space {
            return Some(' ');
        }
        let last = self.out.chars().next_back().unwrap_or(' ');
        let full = wrapped_at.is_some_and(|width| (self.out.len() - self.row) * 10 >= width * 7);
        let broken = full && gap == Gap::LineEnd && letter.is_alphanumeric();
        let joined = broken || continues(self.out.len() - self.line, last, letter);
        Some(if joined { ' ' } else { '\n' })
    }

    fn push(&mut self, between: Option<char>, piece: &str, gap: Gap) {
        self.out.extend(between);
        if between == Some('\n') {
            self.line = self.out.len();
        }
        if matches!(gap, Gap::LineEnd | Gap::EmptyLine) {
            self.row = self.out.len();
        }
        self.out.push_str(piece);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_and_spaces_are_folded() {
        let body =
            "\u{FEFF} Troops\u{a0}entered \t the city.\r\n\r\n\r\nNobody  was hurt. \u{2028}End\r";
        assert_eq!(normalise_body(body, 999), "Troops entered the city.\nNobody was hurt.\nEnd");
        assert_eq!(normalise_line(" Troops\n enter \n", 999), "Troops enter");
    }

    #[test]
    fn full_lines_are_joined() {
        let wire = "HOMS, Syria - Government troops left their posts around the city\n\
            on Saturday, two officers said, and columns of trucks moved towards\n\
            Damascus. The army did not comment. Residents heard gunfire until\n\
            the early morning and stayed in their homes, as shops were closed\n\
            and the streets empty.\n\n\
            A convoy was seen near Rastan, where the bridge had been destroyed\n\
            two days earlier.\n\n\
            Nobody was hurt.";
        let body = normalise_body(wire, 9_999);
        assert_eq!(body.lines().count(), 3, "{body}");
        assert!(body.contains("towards Damascus. The army"));
        let web = "What is known\nRebels entered the city.\nWhat is not\nWhere he went.";
        assert_eq!(normalise_body(web, 9_999), web);
        let broken = "The army left its posts around the city late on\nsaturday night.\nMore soon";
        assert_eq!(normalise_body(broken, 9_999).lines().count(), 2);
    }

    #[test]
    fn what_cannot_be_seen_goes() {
        assert_eq!(
            normalise_line("ki\u{200b}ll\u{ad}ed \u{202e}five\u{202c}\u{7}", 99),
            "killed five"
        );
        assert_eq!(normalise_line("a\u{0}b", 99), "ab");
    }

    #[test]
    fn letters_lose_their_costume() {
        assert_eq!(
            normalise_line("o\u{FB03}ce ＡＢＣ１２ 𝐁𝐨𝐥𝐝 e\u{301}", 99),
            "office ABC12 Bold é"
        );
        assert_eq!(normalise_line("他说：“没有！”", 99), "他说：“没有！”");
    }

    #[test]
    fn storms_of_marks_are_capped() {
        let storm = format!("Z{}algo", "\u{353}".repeat(5000));
        assert_eq!(normalise_line(&storm, 999), format!("Z{}algo", "\u{353}".repeat(4)));
    }

    #[test]
    fn the_limit_counts_what_is_kept() {
        assert_eq!(normalise_line("abc def", 4), "abc");
        assert_eq!(normalise_line("abc def", 5), "abc d");
        assert_eq!(normalise_body("", 5), "");
    }

    fn wild() -> impl Strategy<Value = String> {
        "([a-z]{30,60}|[ ,.A-Z\\n\\r]|[\\PC\\n\\t \u{300}\u{353}\u{200b}\u{202e}\u{FB01}\u{FDF2}\u{FE70}\u{1100}\u{1161}\u{11A8}]|a\u{308}|\\n\\n){0,80}"
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in wild(), max in 0usize..90) {
            let line = normalise_line(&text, max);
            prop_assert_eq!(&normalise_line(&line, max), &line);
            prop_assert!(!line.contains('\n') && line.chars().count() <= max);
            let body = normalise_body(&text, max);
            prop_assert_eq!(&normalise_body(&body, max), &body);
            prop_assert!(!body.contains("\n\n") && body.chars().count() <= max);
        }
    }
}
