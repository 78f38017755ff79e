//! A text taken apart into words, numbers and marks, letter by letter.

use std::ops::Range;

use super::{Kind, Pos, Token};
use crate::policy::lexicon::{Words, tag};

pub(super) struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    words: &'a Words,
    pub(super) all: Vec<Token>,
    quotes: u16,
    double: bool,
    single: bool,
    end: usize,
    last_end: usize,
    lower: String,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str, words: &'a Words) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            words,
            all: Vec::with_capacity(text.len() / 5),
            quotes: 0,
            double: false,
            single: false,
            end: 0,
            last_end: 0,
            lower: String::new(),
        }
    }

    pub(super) fn sentence(&mut self, range: Range<usize>) {
        let between = self.text.get(self.last_end..range.start).unwrap_or_default();
        if between.contains('\n') {
            self.double = false;
            self.single = false;
        }
        self.last_end = range.end;
        self.end = range.end;
        let mut at = range.start;
        while at < range.end {
            at = self.token(at);
        }
    }

    fn char_at(&self, at: usize) -> Option<char> {
        match self.bytes.get(at) {
            Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
            Some(_) => self.text.get(at..)?.chars().next(),
            None => None,
        }
    }

    fn char_before(&self, at: usize) -> Option<char> {
        self.text.get(..at)?.chars().next_back()
    }

    fn token(&mut self, at: usize) -> usize {
        let Some(letter) = self.char_at(at) else { return self.end };
        let end = at + letter.len_utf8();
        match letter {
            _ if letter.is_whitespace() => end,
            _ if letter.is_numeric() => self.number(at),
            _ if letter.is_alphabetic() => self.word(at),
            '"' | '“' | '”' | '„' | '«' | '»' => self.quote(at, end, letter),
            '\'' | '‘' | '’' | '`' => self.apostrophe(at, end, letter),
            _ => self.mark(at, end, letter),
        }
    }

    fn mark(&mut self, at: usize, end: usize, letter: char) -> usize {
        let kind = match letter {
            ',' => Kind::Comma,
            '.' | '!' | '?' | '…' => return self.stop(at, end),
            ':' => Kind::Colon,
            ';' => Kind::Semicolon,
            '–' | '—' | '―' => Kind::Dash,
            '-' => return self.hyphen(at, end),
            '(' | ')' | '[' | ']' => Kind::Bracket,
            '$' | '€' | '£' | '%' | '¥' | '₹' => Kind::Sign,
            _ => Kind::Other,
        };
        self.push(at, end, kind, 0);
        end
    }

    fn hyphen(&mut self, at: usize, end: usize) -> usize {
        let mut end = end;
        while self.char_at(end) == Some('-') {
            end += 1;
        }
        let spaced = self.char_before(at).is_none_or(char::is_whitespace);
        let between = self.all.last().is_some_and(|t| t.kind == Kind::Number && t.end == at);
        if spaced || end > at + 1 || between {
            self.push(at, end, Kind::Dash, 0);
        }
        end
    }

    /// A full stop ends something only at the end, or before a capital and after a whole word.
    fn stop(&mut self, at: usize, end: usize) -> usize {
        let mut end = end;
        while matches!(self.char_at(end), Some('.' | '!' | '?')) && end < self.end {
            end += 1;
        }
        let last = self
            .text
            .get(end..self.end)
            .is_none_or(|rest| rest.chars().all(|c| !c.is_alphanumeric()));
        let long =
            self.all.last().is_some_and(|token| token.end == at && token.end - token.start > 3);
        if last || long || end > at + 1 {
            self.push(at, end, Kind::Stop, 0);
        }
        end
    }

    fn quote(&mut self, at: usize, end: usize, letter: char) -> usize {
        let opens = match letter {
            '“' | '„' | '«' => true,
            '”' | '»' => false,
            _ => self.opens(at, end) && !self.double,
        };
        self.set_quote(at, end, opens)
    }

    fn set_quote(&mut self, at: usize, end: usize, opens: bool) -> usize {
        if opens {
            self.quotes = self.quotes.saturating_add(1);
            self.push(at, end, Kind::Open, 0);
            self.double = true;
        } else {
            self.double = false;
            self.push(at, end, Kind::Close, 0);
        }
        end
    }

    fn opens(&self, at: usize, end: usize) -> bool {
        let before = self.char_before(at).is_none_or(|c| c.is_whitespace() || "([—–-".contains(c));
        before && self.char_at(end).is_some_and(|c| !c.is_whitespace())
    }

    fn apostrophe(&mut self, at: usize, end: usize, letter: char) -> usize {
        if self.char_at(end) == Some(letter) {
            let after = end + letter.len_utf8();
            let opens = self.opens(at, after) && !self.double;
            return self.set_quote(at, after, opens);
        }
        if self.opens(at, end) && letter != '’' && !self.single {
            if letter == '‘' || self.closes_later(end) {
                self.single = true;
                if !self.double {
                    self.quotes = self.quotes.saturating_add(1);
                    self.push(at, end, Kind::Open, 0);
                }
            }
            return end;
        }
        if self.single {
            self.single = false;
            if !self.double {
                self.push(at, end, Kind::Close, 0);
            }
        } else if self.all.last().is_some_and(|token| token.end == at && token.kind == Kind::Word) {
            self.push(at, end, Kind::Owner, 0);
        }
        end
    }

    /// Whether a straight apostrophe that may open a quotation is closed within the sentence.
    fn closes_later(&self, from: usize) -> bool {
        let rest = self.text.get(from..self.end).unwrap_or_default();
        rest.char_indices().any(|(at, c)| {
            c == '\''
                && !self.char_before(from + at).is_some_and(char::is_whitespace)
                && !self.char_at(from + at + 1).is_some_and(char::is_alphanumeric)
        })
    }

    fn number(&mut self, at: usize) -> usize {
        let mut end = at;
        while let Some(letter) = self.char_at(end) {
            let next_digit = self.char_at(end + letter.len_utf8()).is_some_and(char::is_numeric);
            if !(letter.is_numeric() || (matches!(letter, ',' | '.' | ':') && next_digit)) {
                break;
            }
            end += letter.len_utf8();
        }
        let joined = self.char_at(end) == Some('-')
            && self.char_at(end + 1).is_some_and(char::is_alphabetic);
        let ordinal = self.text.get(end..).is_some_and(|rest| {
            ["st", "nd", "rd", "th"].iter().any(|tail| {
                rest.get(..2).is_some_and(|head| head.eq_ignore_ascii_case(tail))
                    && !rest
                        .get(2..)
                        .and_then(|r| r.chars().next())
                        .is_some_and(char::is_alphanumeric)
            })
        });
        // "6.3-magnitude": the number counts by itself.
        let measured = self.text.get(end..).is_some_and(|rest| {
            rest.get(.."-magnitude".len()).is_some_and(|it| it.eq_ignore_ascii_case("-magnitude"))
        });
        if joined && !measured || ordinal {
            return self.word(at);
        }
        self.push(at, end, Kind::Number, 0);
        end
    }

    fn word(&mut self, at: usize) -> usize {
        let mut end = at;
        while let Some(letter) = self.char_at(end) {
            if !self.continues(end, letter) || end >= self.end {
                break;
            }
            end += letter.len_utf8();
        }
        let written = self.text.get(at..end).unwrap_or_default();
        if let Some(cut) = contraction(written) {
            if cut > 0 {
                self.known(at, at + cut);
            }
            self.known(at + cut, end);
            let owner = written.get(cut..).is_some_and(|s| s.ends_with(['s', 'S'])) && cut > 0;
            if owner
                && !self.before_is_pronoun()
                && let Some(last) = self.all.last_mut()
            {
                last.kind = Kind::Owner;
                last.tags = 0;
            }
            return end;
        }
        self.known(at, end);
        end
    }

    /// Whether the token before the last is a pronoun, "that", "there", "who": then 's is a verb.
    fn before_is_pronoun(&self) -> bool {
        let bits = tag::PRONOUN | tag::THAT | tag::RELATIVE | tag::ADVERB | tag::SUBORDINATOR;
        self.all.iter().rev().nth(1).is_some_and(|token| token.is(bits))
    }

    fn continues(&self, at: usize, letter: char) -> bool {
        if letter.is_alphanumeric() {
            return true;
        }
        let next = self.char_at(at + letter.len_utf8());
        let next_word = next.is_some_and(char::is_alphanumeric);
        match letter {
            '-' | '\'' | '’' | '&' | '_' | '@' | '/' => next_word,
            '.' => self.initial(at, next),
            '\u{300}'..='\u{36f}' => true,
            _ => false,
        }
    }

    /// A dot inside or at the end of "U.S." or inside "example.org".
    fn initial(&self, at: usize, next: Option<char>) -> bool {
        let one_before = self.char_before(at).is_some_and(char::is_alphabetic)
            && self
                .text
                .get(..at.saturating_sub(1))
                .and_then(|t| t.chars().next_back())
                .is_none_or(|c| !c.is_alphanumeric());
        let dotted = self.text.get(..at.saturating_sub(1)).is_some_and(|t| t.ends_with('.'));
        match next {
            Some(c) if c.is_alphabetic() => one_before || c.is_lowercase(),
            _ => one_before && dotted,
        }
    }

    fn known(&mut self, start: usize, end: usize) {
        let written = self.text.get(start..end).unwrap_or_default();
        self.lower.clear();
        if written.is_ascii() {
            self.lower.push_str(written);
            self.lower.make_ascii_lowercase();
        } else {
            for letter in written.chars() {
                match letter {
                    '’' => self.lower.push('\''),
                    _ => self.lower.extend(letter.to_lowercase()),
                }
            }
        }
        let mut word = self.words.find(&self.lower);
        if word == 0 && self.lower.len() > 1 && self.lower.ends_with('.') {
            let bare: String = self.lower.chars().filter(|c| *c != '.').collect();
            word = self.words.find(&bare);
        }
        if word == 0
            && let Some((_, last)) = self.lower.rsplit_once('-')
        {
            word = self.words.find(last);
            if self.words.entry(word).number.is_none() && self.words.entry(word).forms != 0 {
                word = 0;
            }
        }
        self.push(start, end, Kind::Word, word);
    }

    fn push(&mut self, start: usize, end: usize, kind: Kind, word: u32) {
        let entry = self.words.entry(word);
        let capital = self.char_at(start).is_some_and(char::is_uppercase)
            || end - start > 4 && prefixed_name(self.text.get(start..end).unwrap_or_default());
        let quote = if self.double || self.single { self.quotes } else { 0 };
        let pos = Pos::Mark;
        self.all.push(Token {
            start,
            end,
            kind,
            word,
            tags: entry.tags,
            forms: entry.forms,
            capital,
            quote,
            pos,
        });
    }
}

/// "al-Assad": a name that begins with a small particle.
fn prefixed_name(written: &str) -> bool {
    written.split_once('-').is_some_and(|(particle, rest)| {
        particle.len() == 2 && rest.chars().next().is_some_and(char::is_uppercase)
    })
}

/// Where "didn't", "he's", "they've" come apart.
fn contraction(written: &str) -> Option<usize> {
    let at = written.rfind(['\'', '’'])?;
    let tail = written.get(at..)?.trim_start_matches(['\'', '’']);
    match tail.to_ascii_lowercase().as_str() {
        "t" if written.get(..at)?.ends_with(['n', 'N']) => Some(at - 1),
        "s" | "re" | "ve" | "ll" | "d" | "m" => Some(at),
        _ => None,
    }
}
