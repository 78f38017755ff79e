//! Numbers in digits and words, with the words that bound them.
//!
//! Values are in thousandths; a range is given by both ends.

use std::ops::Range;

use super::Bound;
use super::phrase::Phrases;
use super::tokens::Kind;
use crate::policy::lexicon::{Meaning, NumberWord, tag};

/// A number where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Tokens, with its bounding words.
    pub tokens: Range<usize>,
    /// Tokens of the number alone.
    pub digits: Range<usize>,
    /// Lower end in thousandths.
    pub low: i64,
    /// Upper end in thousandths.
    pub high: i64,
    /// How it is bounded.
    pub bound: Bound,
}

/// Thousandths in one.
const UNIT: i64 = 1_000;
/// Larger numbers are not read.
const VALUE_MAX: i64 = 1_000_000_000_000_000;

/// The number that begins at `at`, if one does.
#[must_use]
pub fn figure(phrases: &Phrases<'_, '_>, at: usize) -> Option<Figure> {
    let (mut low, mut high, mut end) = simple(phrases, at)?;
    let mut bound = if low == high { Bound::Exactly } else { Bound::Between };
    let mut start = at;
    let between = at > phrases.start && phrases.tokens.is_word(at - 1, "between");
    let joined = phrases.kind(end) == Kind::Dash
        || (between && phrases.tokens.is_word(end, "and"))
        || (phrases.tokens.is_word(end, "to")
            && !["by", "from"].iter().any(|word| phrases.tokens.is_word(at.wrapping_sub(1), word)));
    if joined
        && low == high
        && let Some((second, top, after)) = simple(phrases, end + 1)
    {
        let scaled = if second >= 1_000 * UNIT && low < 1_000 * UNIT {
            scale_of(phrases, end + 1, after)
        } else {
            1
        };
        if second > low && second == top {
            low = low.saturating_mul(scaled);
            high = second;
            bound = Bound::Between;
            end = after;
            start -= usize::from(between);
        }
    }
    let digits = at..end;
    if bound == Bound::Exactly
        && let Some((from, found)) = bounding(phrases, at)
    {
        start = from;
        bound = found;
    }
    Some(Figure { tokens: start..end, digits, low, high, bound })
}

/// "2-3 million": the scale of the second number is the first one's too.
fn scale_of(phrases: &Phrases<'_, '_>, from: usize, end: usize) -> i64 {
    (from..end)
        .find_map(|at| match phrases.tokens.entry(at).number {
            Some(NumberWord::Scale(n)) => Some(n),
            _ => None,
        })
        .unwrap_or(1)
}

/// The bounding phrase that ends just before the number.
fn bounding(phrases: &Phrases<'_, '_>, at: usize) -> Option<(usize, Bound)> {
    // The longest first: "no more than" is no "more than".
    for back in (1..=4).rev() {
        let Some(from) = at.checked_sub(back).filter(|from| *from >= phrases.start) else {
            continue;
        };
        for phrase in &phrases.tokens.entry(from).phrases {
            let bound = match phrase.meaning {
                Meaning::AtLeast => Bound::AtLeast,
                Meaning::MoreThan => Bound::MoreThan,
                Meaning::AtMost => Bound::AtMost,
                Meaning::FewerThan => Bound::FewerThan,
                Meaning::About => Bound::About,
                _ => continue,
            };
            let fits = phrase.rest.len() + 1 == back
                && phrase
                    .rest
                    .iter()
                    .enumerate()
                    .all(|(n, word)| phrases.tokens.all[from + 1 + n].word == *word);
            if fits {
                return Some((from, bound));
            }
        }
    }
    None
}

/// A number without bounds: low, high, one past its last token.
fn simple(phrases: &Phrases<'_, '_>, at: usize) -> Option<(i64, i64, usize)> {
    match phrases.kind(at) {
        Kind::Number => digits(phrases, at),
        Kind::Word => words(phrases, at),
        _ => None,
    }
}

fn digits(phrases: &Phrases<'_, '_>, at: usize) -> Option<(i64, i64, usize)> {
    let value = parse(phrases.tokens.str(at))?;
    let mut end = at + 1;
    let mut value = value;
    while let Some(NumberWord::Scale(scale)) =
        phrases.tokens.entry(end).number.filter(|_| end < phrases.end)
    {
        let glued = phrases.tokens.all[end].start == phrases.tokens.all[end - 1].end;
        let letter = phrases.tokens.str(end).len() <= 2;
        if letter && (!glued || (phrases.is(end, tag::NEGATOR))) {
            break;
        }
        value = value.checked_mul(scale).filter(|value| *value <= VALUE_MAX)?;
        end += 1;
    }
    Some((value, value, end))
}

/// Digits with separators, in thousandths.
fn parse(written: &str) -> Option<i64> {
    if written.contains(':') || written.len() > 18 {
        return None;
    }
    let (whole, part) = match written.split_once('.') {
        Some((whole, part)) if !part.contains('.') => (whole, part),
        Some(_) => return None,
        None => (written, ""),
    };
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let mut part: String = part.chars().filter(char::is_ascii_digit).take(3).collect();
    while part.len() < 3 {
        part.push('0');
    }
    let whole: i64 = whole.parse().ok()?;
    whole.checked_mul(UNIT)?.checked_add(part.parse().ok()?).filter(|value| *value <= VALUE_MAX)
}

fn words(phrases: &Phrases<'_, '_>, at: usize) -> Option<(i64, i64, usize)> {
    let written = phrases.tokens.str(at);
    if written.eq_ignore_ascii_case("a") || written.eq_ignore_ascii_case("an") {
        return match phrases.tokens.entry(at + 1).number {
            Some(NumberWord::Scale(_)) if phrases.tokens.str(at + 1).len() > 3 => {
                words(phrases, at + 1)
            }
            Some(NumberWord::Interval(..)) => words(phrases, at + 1),
            Some(NumberWord::Fraction(n, d)) if !phrases.tokens.is_word(at + 2, "of") => {
                Some((n * UNIT / d, n * UNIT / d, at + 2))
            }
            _ => None,
        };
    }
    let (mut low, mut high) = match phrases.tokens.entry(at).number? {
        NumberWord::Unit(n) => {
            let n = hyphenated(phrases, written).unwrap_or(n) * UNIT;
            (n, n)
        }
        NumberWord::Scale(n) if written.len() > 3 => (n * UNIT, n * UNIT),
        NumberWord::Scale(_) => return None,
        NumberWord::Interval(from, to) => (from * UNIT, to * UNIT),
        NumberWord::Fraction(n, d) => {
            let times = written.split_once('-').and_then(|(times, _)| number_word(phrases, times));
            let n = if let Some(NumberWord::Unit(times)) = times { n * times } else { n };
            (n * UNIT / d, n * UNIT / d)
        }
    };
    let mut end = at + 1;
    while end < phrases.end {
        let of = usize::from(phrases.tokens.is_word(end, "of") && low != high)
            + usize::from(phrases.tokens.is_word(end, "a") && low < UNIT);
        match phrases.tokens.entry(end + of).number {
            Some(NumberWord::Scale(n))
                if phrases.tokens.str(end + of).len() > 1 && end + of < phrases.end =>
            {
                low = low.checked_mul(n).filter(|v| *v <= VALUE_MAX)?;
                high = high.checked_mul(n).filter(|v| *v <= VALUE_MAX)?;
                end += of + 1;
            }
            Some(NumberWord::Interval(from, to)) if of > 0 => {
                let scale = if from == 2 * (to + 1) / 10 { from / 2 } else { 1 };
                low = low.checked_mul(scale).filter(|v| *v <= VALUE_MAX)?;
                high = high.checked_mul(scale).filter(|v| *v <= VALUE_MAX)?;
                end += of + 1;
            }
            _ => {
                let and = usize::from(phrases.tokens.is_word(end, "and"));
                let Some(NumberWord::Unit(n)) = phrases.tokens.entry(end + and).number else {
                    break;
                };
                if low != high || low % (100 * UNIT) != 0 || low == 0 || end + and >= phrases.end {
                    break;
                }
                let n = hyphenated(phrases, phrases.tokens.str(end + and)).unwrap_or(n) * UNIT;
                low += n;
                high += n;
                end += and + 1;
            }
        }
    }
    Some((low, high, end))
}

/// "twenty-five"
fn hyphenated(phrases: &Phrases<'_, '_>, written: &str) -> Option<i64> {
    let (tens, unit) = written.split_once('-')?;
    match (number_word(phrases, tens)?, number_word(phrases, unit)?) {
        (NumberWord::Unit(tens), NumberWord::Unit(unit)) => Some(tens + unit),
        _ => None,
    }
}

fn number_word(phrases: &Phrases<'_, '_>, word: &str) -> Option<NumberWord> {
    let words = phrases.tokens.words;
    words.entry(words.find(&word.to_lowercase())).number
}
