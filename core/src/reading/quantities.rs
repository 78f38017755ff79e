//! What is counted: numbers with their indicator, bound, population and place.

use std::ops::Range;

use super::counting::{former, toll as toll_at};
use super::numbers::{Figure, figure};
use super::phrase::Phrases;
use super::tokens::{Kind, Pos};
use super::{Bound, Quantity, Series};
use crate::article::Span;
use crate::policy::lexicon::{Meaning, NONE, NumberWord, form, tag};

/// Quantities of one clause.
const QUANTITIES_MAX: usize = 12;
/// Modifiers between people and their verb.
const MODIFIERS_MAX: usize = 8;
/// Tokens of a part between commas.
const PART_TOKENS_MAX: usize = 20;

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

/// The indicator, by what stands behind the number or before it.
fn indicator(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    number: &Figure,
    things: &Range<usize>,
) -> Option<u16> {
    behind(phrases, range, things)
        .or_else(|| before(phrases, range, number))
        .or_else(|| toll(phrases, range, number))
}

/// "12 dead", "47 people were killed", "five are missing", "12 people killed in".
fn behind(phrases: &Phrases<'_, '_>, range: &Range<usize>, things: &Range<usize>) -> Option<u16> {
    let mut at = things.end;
    for _ in 0..3 {
        let noun = phrases.tokens.entry(at).noun_indicator;
        if noun != NONE && at < range.end {
            return Some(noun);
        }
        let listed = matches!(phrases.kind(at), Kind::Comma) || phrases.pos(at) == Pos::Conjunction;
        match listed
            .then(|| figure(phrases, at + 1 + usize::from(phrases.pos(at + 1) == Pos::Conjunction)))
            .flatten()
        {
            Some(next) => at = self::things(phrases, &next, false).end,
            None => break,
        }
    }
    at = over_parts(phrases, over_modifiers(phrases, at));
    let from = at;
    let mut passive = false;
    let mut active = None;
    while at < range.end && at < from + 12 {
        if let Some((found, _)) = meaning(phrases, at, indicator_phrase) {
            return Some(found);
        }
        let entry = phrases.tokens.entry(at);
        match phrases.pos(at) {
            Pos::Aux => passive |= phrases.is(at, tag::BE),
            Pos::Adverb | Pos::Negator | Pos::Relative => {}
            Pos::Verb | Pos::Participle | Pos::Adjective | Pos::Noun
                if entry.verb_indicator != NONE =>
            {
                let participle = phrases.tokens.all[at].forms & form::PARTICIPLE != 0;
                let object = matches!(
                    phrases.pos(at + 1),
                    Pos::Determiner | Pos::Number | Pos::Name | Pos::Noun | Pos::Pronoun
                );
                let intransitive = entry.past.is_none() && is_death(phrases, at);
                if passive || intransitive || (participle && !object) {
                    return Some(entry.verb_indicator);
                }
                return active;
            }
            Pos::Adjective | Pos::Noun | Pos::Ing | Pos::Verb
                if entry.noun_indicator != NONE && (passive || phrases.pos(at) != Pos::Verb) =>
            {
                return Some(entry.noun_indicator);
            }
            Pos::Verb
                if [
                    "remained",
                    "remain",
                    "remains",
                    "left",
                    "went",
                    "feared",
                    "confirmed",
                    "reported",
                    "believed",
                    "presumed",
                    "pronounced",
                    "found",
                    "declared",
                ]
                .iter()
                .any(|w| phrases.tokens.is_word(at, w)) =>
            {
                active = None
            }
            _ => return None,
        }
        at += 1;
    }
    None
}

/// "154 people aboard a plane that crashed near Verno were killed": to the verb of the people.
fn over_modifiers(phrases: &Phrases<'_, '_>, from: usize) -> usize {
    let mut at = from;
    for _ in 0..MODIFIERS_MAX {
        at = match phrases.pos(at) {
            Pos::Preposition if WHERE.iter().any(|word| phrases.tokens.is_word(at, word)) => {
                let end = phrases.forward(at + 1);
                // "154 people aboard | were killed"
                if end == at + 1 && !phrases.finite(end) { return from } else { end }
            }
            Pos::Participle | Pos::Ing
                if phrases.tokens.entry(at).verb_indicator == NONE
                    && phrases.pos(at + 1) == Pos::Preposition =>
            {
                at + 1
            }
            Pos::Time => at + 1,
            Pos::Relative | Pos::That if at > from && phrases.finite(at + 1) => {
                let last = (at + 1..phrases.end).find(|a| !phrases.finite(*a));
                match last.filter(|_| !indicates(phrases, at + 1)) {
                    Some(last) => last,
                    None => return from,
                }
            }
            _ => break,
        };
    }
    let others = (from..at).any(|a| {
        phrases.pos(a) == Pos::Number && !phrases.is(a - 1, tag::NOT_COUNTED | tag::MONTH)
    });
    if phrases.finite(at) && !others { at } else { from }
}

/// The verb group that begins here has an indicator of its own.
fn indicates(phrases: &Phrases<'_, '_>, from: usize) -> bool {
    (from..phrases.end)
        .take_while(|at| phrases.finite(*at))
        .any(|at| phrases.tokens.entry(at).verb_indicator != NONE)
}

/// "94 people, including 35 children, were killed": to the verb behind the part.
fn over_parts(phrases: &Phrases<'_, '_>, at: usize) -> usize {
    let part = phrases.kind(at) == Kind::Comma
        && ["including", "among", "most", "mostly"]
            .iter()
            .any(|word| phrases.tokens.is_word(at + 1, word));
    let close = part.then(|| {
        (at + 1..phrases.end.min(at + PART_TOKENS_MAX))
            .find(|a| phrases.kind(*a) == Kind::Comma && phrases.finite(a + 1))
    });
    close.flatten().map_or(at, |close| close + 1)
}

fn is_death(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    ["died", "perished", "drowned", "die", "dies"]
        .iter()
        .any(|word| phrases.tokens.is_word(at, word))
}

const fn indicator_phrase(meaning: Meaning) -> Option<u16> {
    match meaning {
        Meaning::Indicator(at) => Some(at),
        _ => None,
    }
}

/// "killing at least 12", "injured 30 others", "left 12 …".
fn before(phrases: &Phrases<'_, '_>, range: &Range<usize>, number: &Figure) -> Option<u16> {
    let mut at = number.tokens.start;
    for _ in 0..4 {
        at = at.checked_sub(1).filter(|at| *at >= range.start)?;
        let entry = phrases.tokens.entry(at);
        let passive = at > range.start && phrases.is(at - 1, tag::BE);
        if entry.verb_indicator != NONE && !passive && phrases.pos(at) != Pos::Noun {
            return Some(entry.verb_indicator);
        }
        let lives = (at.saturating_sub(4)..at).find_map(|from| {
            meaning(phrases, from, indicator_phrase)
                .filter(|(_, n)| from + n == at || from + n == at + 1)
        });
        if let Some((found, _)) = lives {
            return Some(found);
        }
        if !matches!(
            phrases.pos(at),
            Pos::Determiner | Pos::Adverb | Pos::Adjective | Pos::Preposition | Pos::Number
        ) {
            return None;
        }
    }
    None
}

/// "the death toll rose to 47"
fn toll(phrases: &Phrases<'_, '_>, range: &Range<usize>, number: &Figure) -> Option<u16> {
    let from = number.tokens.start.saturating_sub(14).max(range.start);
    let to = [
        "to", "at", "of", "is", "was", "past", "reached", "hit", "hits", "above", "passed",
        "passes", "near", "nears", "reaches", "now", "stood", "topped", "tops",
    ];
    let linked = number.tokens.start > range.start
        && to.iter().any(|w| phrases.tokens.is_word(number.tokens.start - 1, w));
    if !linked {
        return None;
    }
    (from..number.tokens.start).rev().find_map(|at| toll_at(phrases, at))
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

/// Prepositions that say which people are counted.
const WHERE: [&str; 13] = [
    "aboard", "across", "around", "at", "from", "in", "inside", "near", "of", "on", "outside",
    "under", "with",
];
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
