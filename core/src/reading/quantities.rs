//! What is counted: numbers with their indicator, bound, population and place.

mod indicator;

use std::ops::Range;

use super::counting::former;
use super::numbers::{Figure, figure};
use super::phrase::Phrases;
use super::tokens::{Kind, Pos};
use super::{Bound, Quantity, Series};
use crate::article::Span;
use crate::policy::lexicon::{Meaning, NONE, NumberWord, tag};
use indicator::indicator;

/// Quantities of one clause.
const QUANTITIES_MAX: usize = 12;

/// A quantity whose place in the text is still counted in bytes.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The quantity, its span empty.
    pub quantity: Quantity,
    /// Bytes of the number.
    pub bytes: Range<usize>,
}

/// All quantities in a token range; `predicate` names what an uncounted number belongs to.
#[must_use]
pub fn quantities(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    predicate: Option<&str>,
) -> Vec<Counted> {
    let mut found: Vec<Counted> = Vec::new();
    let mut at = range.start;
    while at < range.end && found.len() < QUANTITIES_MAX {
        let Some(number) = figure(phrases, at) else {
            at += 1;
            continue;
        };
        at = number.digits.end.max(at + 1);
        if let Some(quantity) = quantity(phrases, range, &number, &found, predicate) {
            let bytes = phrases.tokens.bytes(&number.tokens);
            found.push(Counted { quantity, bytes });
        }
    }
    found
}

fn quantity(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    number: &Figure,
    before: &[Counted],
    predicate: Option<&str>,
) -> Option<Quantity> {
    if is_date(phrases, number) || phrases.is(number.tokens.start.wrapping_sub(1), tag::NOT_COUNTED)
    {
        return None;
    }
    if former(phrases, range, number.tokens.start) {
        return None;
    }
    let unit = unit(phrases, number);
    if unit.as_deref() == Some("years") {
        return None;
    }
    let things = things(phrases, number, unit.is_some());
    let part = is_part(phrases, number);
    let whole = before.last().filter(|_| part).map(|counted| &counted.quantity);
    let (indicator, gauge) = if let Some(whole) = whole {
        (whole.indicator.clone(), whole.series == Series::Gauge)
    } else if let Some(at) = indicator(phrases, range, number, &things) {
        let known = &phrases.tokens.words.indicators[usize::from(at)];
        (known.name.clone(), known.gauge)
    } else if let Some(last) = before.last().filter(|_| again(phrases, number)) {
        (last.quantity.indicator.clone(), last.quantity.series == Series::Gauge)
    } else if unit.is_none() && vague(phrases, number, &things) {
        return None;
    } else {
        other_indicator(unit.as_deref(), &things, predicate)?
    };
    let (low, high) = ends(number);
    Some(Quantity {
        indicator,
        series: if gauge { Series::Gauge } else { Series::Cumulative },
        value: number.low,
        low,
        high,
        bound: number.bound,
        unit,
        population: population(phrases, &things),
        place: place(phrases, number.digits.end..range.end),
        part,
        span: Span::default(),
    })
}

/// "several districts": counts nothing by itself, unless it counts people.
fn vague(phrases: &Phrases<'_, '_>, number: &Figure, things: &Range<usize>) -> bool {
    let interval =
        |at: usize| matches!(phrases.tokens.entry(at).number, Some(NumberWord::Interval(..)));
    number.digits.clone().any(interval) && !things.clone().any(|at| phrases.is(at, tag::COUNTED))
}

/// "eight in Texas and 14 in Louisiana"
fn again(phrases: &Phrases<'_, '_>, number: &Figure) -> bool {
    let and = phrases.pos(number.tokens.start.wrapping_sub(1)) == Pos::Conjunction;
    and && phrases.tokens.is_word(number.digits.end, "in")
}

/// The interval that a bound leaves.
fn ends(number: &Figure) -> (Option<i64>, Option<i64>) {
    let value = number.low;
    let margin = value / 10;
    match number.bound {
        Bound::Exactly => (Some(value), Some(value)),
        Bound::Between => (Some(number.low), Some(number.high)),
        Bound::About => (Some(value - margin), Some(value + margin)),
        Bound::AtLeast => (Some(value), None),
        Bound::MoreThan => {
            (Some(value.saturating_add(if value >= 1_000 { 1_000 } else { 1 })), None)
        }
        Bound::AtMost => (None, Some(value)),
        Bound::FewerThan => (None, Some(value - if value >= 1_000 { 1_000 } else { 1 })),
    }
}

/// A day of a month, a year, a time, an age, a score.
fn is_date(phrases: &Phrases<'_, '_>, number: &Figure) -> bool {
    let (first, end) = (number.digits.start, number.digits.end);
    let month = phrases.is(first.wrapping_sub(1), tag::MONTH)
        && phrases.tokens.all[first - 1].capital
        || (phrases.is(end, tag::MONTH) && phrases.tokens.all[end].capital);
    let year = number.digits.len() == 1
        && phrases.kind(first) == Kind::Number
        && phrases.tokens.str(first).len() == 4
        && (1_800_000..2_100_000).contains(&number.low)
        && !phrases.is(end, tag::COUNTED);
    let age = phrases.kind(first.wrapping_sub(1)) == Kind::Comma
        && matches!(phrases.kind(end), Kind::Comma)
        && phrases.pos(first.wrapping_sub(2)) == Pos::Name;
    let joined = phrases.tokens.all.get(end).is_some_and(|next| {
        next.start == phrases.tokens.all[end - 1].end
            && next.kind == Kind::Word
            && phrases.tokens.entry(end).phrases.is_empty()
    });
    month || year || age || joined
}

/// The unit before or behind the number.
fn unit(phrases: &Phrases<'_, '_>, number: &Figure) -> Option<String> {
    let before = number
        .digits
        .start
        .checked_sub(1)
        .filter(|at| *at >= phrases.start && phrases.kind(*at) == Kind::Sign);
    let named = match before.map(|at| phrases.tokens.str(at)) {
        Some("$") => Some("USD"),
        Some("€") => Some("EUR"),
        Some("£") => Some("GBP"),
        Some("¥") => Some("JPY"),
        Some("₹") => Some("INR"),
        _ if phrases.kind(number.digits.end) == Kind::Sign
            && phrases.tokens.str(number.digits.end) == "%" =>
        {
            Some("percent")
        }
        _ => None,
    };
    if let Some(named) = named {
        return Some(named.to_owned());
    }
    let found = meaning(phrases, number.digits.end, |meaning| match meaning {
        Meaning::Unit(at) => Some(at),
        _ => None,
    });
    let magnitude = (number.digits.start.saturating_sub(3)..number.digits.start)
        .any(|at| phrases.tokens.is_word(at, "magnitude"));
    match found {
        Some((at, _)) => phrases.tokens.words.units.get(usize::from(at)).cloned(),
        None => magnitude.then(|| "magnitude".to_owned()),
    }
}

/// What a phrase that begins at `at` means, by a filter.
fn meaning(
    phrases: &Phrases<'_, '_>,
    at: usize,
    filter: impl Fn(Meaning) -> Option<u16>,
) -> Option<(u16, usize)> {
    if at < phrases.start || at >= phrases.end {
        return None;
    }
    phrases.tokens.entry(at).phrases.iter().find_map(|phrase| {
        let found = filter(phrase.meaning)?;
        let fits = phrase.rest.iter().enumerate().all(|(n, word)| {
            at + 1 + n < phrases.end && phrases.tokens.all[at + 1 + n].word == *word
        });
        fits.then_some((found, phrase.rest.len() + 1))
    })
}

/// The tokens of the noun phrase that the number counts.
fn things(phrases: &Phrases<'_, '_>, number: &Figure, has_unit: bool) -> Range<usize> {
    let mut at = number.digits.end
        + usize::from(has_unit && phrases.kind(number.digits.start.wrapping_sub(1)) != Kind::Sign);
    if phrases.tokens.is_word(at, "of") {
        at += 1;
    }
    while phrases.pos(at) == Pos::Determiner {
        at += 1;
    }
    let start = at;
    while at < phrases.end {
        let fits = match phrases.pos(at) {
            Pos::Noun | Pos::Name => {
                phrases.tokens.entry(at).noun_indicator == NONE || phrases.is(at, tag::COUNTED)
            }
            Pos::Adjective => {
                phrases.tokens.entry(at).noun_indicator == NONE
                    && phrases.tokens.entry(at).verb_indicator == NONE
            }
            _ => false,
        };
        if !fits {
            break;
        }
        at += 1;
        if phrases.is(at - 1, tag::COUNTED) && phrases.pos(at) != Pos::Noun {
            break;
        }
    }
    start..at
}

fn is_part(phrases: &Phrases<'_, '_>, number: &Figure) -> bool {
    let from = number.tokens.start;
    ["including", "among"].iter().any(|word| {
        (1..=2).any(|back| {
            from.checked_sub(back)
                .is_some_and(|at| at >= phrases.start && phrases.tokens.is_word(at, word))
        })
    }) || (phrases.tokens.is_word(number.digits.end, "of")
        && phrases.tokens.is_word(number.digits.end + 1, "them"))
}

/// Money, percentages, and numbers that belong to what the clause tells.
fn other_indicator(
    unit: Option<&str>,
    things: &Range<usize>,
    predicate: Option<&str>,
) -> Option<(String, bool)> {
    match unit {
        Some("percent") => Some((format!("{}_percent", predicate.unwrap_or("share")), true)),
        Some("magnitude") => Some(("magnitude".to_owned(), true)),
        Some(_) => Some((predicate.unwrap_or("amount").to_owned(), true)),
        None if !things.is_empty() => predicate.map(|class| (class.to_owned(), false)),
        None => None,
    }
}

fn population(phrases: &Phrases<'_, '_>, things: &Range<usize>) -> Option<String> {
    if things.is_empty() {
        return None;
    }
    Some(phrases.tokens.slice(things).to_lowercase()).filter(|text| text != "others")
}

/// Prepositions behind which a place stands.
const PLACING: [&str; 7] = ["in", "near", "at", "outside", "across", "from", "around"];

/// The first name behind "in", "near", "at".
pub fn place(phrases: &Phrases<'_, '_>, range: Range<usize>) -> Option<String> {
    let mut at = range.start;
    while at + 1 < range.end {
        let before = phrases.pos(at) == Pos::Preposition;
        if before && PLACING.iter().any(|word| phrases.tokens.is_word(at, word)) {
            let mut from = at + 1;
            while matches!(phrases.pos(from), Pos::Determiner | Pos::Adjective) && from < range.end
            {
                from += 1;
            }
            let mut end = from;
            while end < range.end && phrases.pos(end) == Pos::Name {
                end += 1;
            }
            if end > from {
                return Some(phrases.tokens.slice(&(from..end)).to_owned());
            }
        }
        at += 1;
    }
    None
}
