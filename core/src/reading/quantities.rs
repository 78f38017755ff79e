//! What is counted: numbers with their indicator, bound, population and place.

mod age;
mod indicator;

use std::ops::Range;

use super::bodies::country_of;
use super::counting::former;
use super::numbers::{Figure, figure};
use super::phrase::Phrases;
use super::tokens::{Kind, Pos};
use super::unreal::unreal;
use super::{Bound, Quantity, Series};
use crate::article::Span;
use crate::policy::lexicon::{Meaning, NONE, NumberWord, tag};
use age::is_age_at_death;
use indicator::{indicator, is_death as dies};

/// Units in which the size of a quake is told.
const MAGNITUDES: [&str; 2] = ["degrees", "magnitude"];
/// Quantities of one clause.
const QUANTITIES_MAX: usize = 12;

/// A quantity whose place in the text is still counted in bytes.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The quantity, its span empty.
    pub quantity: Quantity,
    /// Bytes of the number.
    pub bytes: Range<usize>,
    /// The verb or noun by which it counts.
    pub by: Option<usize>,
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
        if let Some((quantity, by)) = quantity(phrases, range, &number, &found, predicate) {
            let bytes = phrases.tokens.bytes(&number.tokens);
            found.push(Counted { quantity, bytes, by });
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
) -> Option<(Quantity, Option<usize>)> {
    if is_date(phrases, number) || phrases.is(number.tokens.start.wrapping_sub(1), tag::NOT_COUNTED)
    {
        return None;
    }
    if former(phrases, range, number.tokens.start) || set_aside(phrases, range, number) {
        return None;
    }
    let unit = unit(phrases, number);
    if unit.as_deref() == Some("years") {
        return None;
    }
    let things = things(phrases, number, unit.as_deref());
    if unit.is_none() && is_age_at_death(phrases, number, &things) {
        return None;
    }
    let measured = unit.as_deref() == Some("magnitude");
    let counted = indicator(phrases, range, number, &things).filter(|_| !measured);
    if counted.is_some_and(|(_, by)| unreal(phrases, range, by)) {
        return None;
    }
    if other_of_two(phrases, range, number, counted.map(|(_, by)| by)) {
        return None;
    }
    let last = before.last().map(|counted| &counted.quantity);
    let part = is_part(phrases, number, counted.is_some());
    let more = is_more(phrases, number) && !beside_others(phrases, number, counted);
    let (indicator, gauge) = if let Some(whole) = last.filter(|_| part) {
        (whole.indicator.clone(), whole.series == Series::Gauge)
    } else if let Some((at, _)) = counted {
        let known = &phrases.tokens.words.indicators[usize::from(at)];
        (known.name.clone(), known.gauge)
    } else if let Some(last) = last.filter(|_| again(phrases, number) || is_sum(phrases, number)) {
        (last.indicator.clone(), last.series == Series::Gauge)
    } else if unit.is_none() && vague(phrases, number, &things) {
        return None;
    } else {
        other_indicator(unit.as_deref(), &things, predicate)?
    };
    // "killed 12 on Monday and another 5 on Tuesday": neither is the total.
    if more && last.is_some_and(|last| last.indicator == indicator) {
        return None;
    }
    let animals = counted.is_some() && of_animals(phrases, &things);
    let indicator = if animals { format!("animals_{indicator}") } else { indicator };
    let unit = match unit {
        Some(unit) if indicator == "magnitude" && !MAGNITUDES.contains(&&*unit) => return None,
        _ if indicator == "magnitude" => Some(indicator.clone()),
        unit => unit,
    };
    let (low, high) = ends(number);
    let quantity = Quantity {
        population: population(phrases, &things).filter(|_| indicator != "magnitude"),
        indicator,
        series: if gauge { Series::Gauge } else { Series::Cumulative },
        value: number.low,
        low,
        high,
        bound: number.bound,
        unit,
        place: place(phrases, number.digits.end..range.end),
        part: part || more && before.is_empty(),
        span: Span::default(),
    };
    Some((quantity, counted.map(|(_, by)| by)))
}

/// "No one was killed", "the blast killed nobody", "there were no deaths": none, as a number.
#[must_use]
pub fn none_counted(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    verb: Option<usize>,
) -> Option<Counted> {
    let verb = verb?;
    let word = |at: usize, words: &[&str]| words.iter().any(|it| phrases.tokens.is_word(at, it));
    let nobody = |at: usize| match phrases.tokens.is_word(at, "no") {
        true if word(at + 1, &["fewer", "less", "more"]) => None,
        true if phrases.tokens.is_word(at + 1, "one") => Some(at + 2..at + 2),
        true if matches!(phrases.pos(at + 1), Pos::Number) => None,
        true => Some(at + 1..phrases.forward(at + 1)),
        false => word(at, &["nobody"]).then_some(at + 1..at + 1),
    };
    let entry = phrases.tokens.entry(verb);
    let group = phrases.group(verb);
    let passive = (group.start..verb).any(|at| phrases.is(at, tag::BE));
    let first = (range.start..=verb).find(|at| phrases.finite(*at));
    let subject = nobody(range.start).filter(|things| Some(things.end) == first);
    let object = nobody(verb + 1);
    let counts = entry.verb_indicator != NONE && phrases.pos(verb) == Pos::Verb;
    let (things, indicator, from) = match (subject, object) {
        (Some(things), _) if counts && (passive || entry.past.is_none() && dies(phrases, verb)) => {
            (things, entry.verb_indicator, range.start)
        }
        (None, Some(things)) if counts && !passive => (things, entry.verb_indicator, verb + 1),
        (None, Some(things)) if is_there(phrases, verb) => {
            let noun =
                things.clone().find(|at| phrases.tokens.entry(*at).noun_indicator != NONE)?;
            (noun..noun, phrases.tokens.entry(noun).noun_indicator, verb + 1)
        }
        _ => return None,
    };
    let known = phrases.tokens.words.indicators.get(usize::from(indicator))?;
    let quantity = Quantity {
        indicator: known.name.clone(),
        series: if known.gauge { Series::Gauge } else { Series::Cumulative },
        low: Some(0),
        high: Some(0),
        population: population(phrases, &things),
        place: place(phrases, verb + 1..range.end),
        ..Quantity::default()
    };
    let bytes = phrases.tokens.bytes(&(from..things.end.max(from + 1)));
    Some(Counted { quantity, bytes, by: Some(verb) })
}

fn is_there(phrases: &Phrases<'_, '_>, verb: usize) -> bool {
    let group = phrases.group(verb);
    let there = group.start.checked_sub(1).filter(|at| *at >= phrases.start);
    phrases.is(verb, tag::BE) && there.is_some_and(|at| phrases.tokens.is_word(at, "there"))
}

/// "14, not 40", "not 40 but 14", "rather than 40", "rose by 30", "none of the 12": the number is
/// not the one that is told.
fn set_aside(phrases: &Phrases<'_, '_>, range: &Range<usize>, number: &Figure) -> bool {
    let from = number.tokens.start;
    let word = |back: usize, words: &[&str]| {
        let at = from.checked_sub(back).filter(|at| *at >= range.start);
        at.is_some_and(|at| words.iter().any(|word| phrases.tokens.is_word(at, word)))
    };
    let marked = from.checked_sub(2).is_some_and(|at| {
        at >= range.start && matches!(phrases.kind(at), Kind::Comma | Kind::Dash | Kind::Bracket)
    });
    let other = word(1, &["not"]) && (marked || contrasts(phrases, number))
        || word(2, &["rather"]) && word(1, &["than"])
        || word(2, &["instead"]) && word(1, &["of"]);
    let step = word(1, &["by"]) && phrases.tokens.is_word(number.digits.end, "to");
    let none = word(1, &["the"]) && word(2, &["of"]) && word(3, &["neither", "none"])
        || word(1, &["the"]) && word(2, &["of"]) && word(3, &["one"]) && word(4, &["not"]);
    other || step || none
}

/// Of "12 of the 40 hostages were freed" the 12 are counted, and of "one of three men wounded in
/// the attack has died" the three are wounded.
fn other_of_two(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    number: &Figure,
    by: Option<usize>,
) -> bool {
    let over = |at: usize| at + usize::from(phrases.pos(at) == Pos::Determiner);
    let of = |at: usize| phrases.tokens.is_word(at, "of");
    let is_part = of(number.digits.end) && phrases.pos(over(number.digits.end + 1)) == Pos::Number;
    let from = number.tokens.start;
    let back = 1 + usize::from(phrases.pos(from.wrapping_sub(1)) == Pos::Determiner);
    let whole = from.checked_sub(back).filter(|at| of(*at) && *at > range.start);
    let is_whole = whole.is_some_and(|of| phrases.pos(of - 1) == Pos::Number);
    if !(is_part || is_whole) {
        return false;
    }
    // "a third of the 154 passengers", "not one of the 12 hostages"
    let none = from.checked_sub(1).is_some_and(|at| phrases.tokens.is_word(at, "not"));
    if is_part && (number.high < 1_000 || none) {
        return true;
    }
    let Some(by) = by else { return is_whole || number.high == 1_000 };
    let bare = phrases.pos(by) != Pos::Noun && phrases.group(by).start == by && !dies(phrases, by);
    let others = || range.clone().any(|at| at != by && phrases.finite(at));
    let related = (number.digits.end..by)
        .any(|at| phrases.pos(at) == Pos::Relative || phrases.pos(at) == Pos::That);
    let hangs = by >= number.digits.end && (related || bare && others());
    if hangs { is_part } else { is_whole }
}

/// "not 40 but 14": another number takes its place.
#[must_use]
pub fn contrasts(phrases: &Phrases<'_, '_>, number: &Figure) -> bool {
    const NEAR_TOKENS_MAX: usize = 5;
    let near = number.digits.end..phrases.end.min(number.digits.end + NEAR_TOKENS_MAX);
    let but = near.into_iter().find(|at| phrases.tokens.is_word(*at, "but"));
    but.is_some_and(|but| figure(phrases, but + 1).is_some())
}

/// "another 23", "a further 12", "12 more": what comes to those counted before.
fn is_more(phrases: &Phrases<'_, '_>, number: &Figure) -> bool {
    let before = number.digits.start.wrapping_sub(1);
    ["another", "further", "additional", "extra"]
        .iter()
        .any(|word| before >= phrases.start && phrases.tokens.is_word(before, word))
        || phrases.tokens.is_word(number.digits.end, "more")
            && !phrases.tokens.is_word(number.digits.end + 1, "than")
}

/// "killed 12. Another 30 were injured": the first of its kind, beside those of another.
fn beside_others(
    phrases: &Phrases<'_, '_>,
    number: &Figure,
    counted: Option<(u16, usize)>,
) -> bool {
    const BEFORE_TOKENS_MAX: usize = 60;
    let Some((own, by)) = counted else { return false };
    let floor = number.tokens.start.saturating_sub(BEFORE_TOKENS_MAX);
    let others = (floor..number.tokens.start).rev().filter(|at| *at != by);
    let told = others.flat_map(|at| {
        let entry = phrases.tokens.entry(at);
        [entry.verb_indicator, entry.noun_indicator]
    });
    told.into_iter().find(|it| *it != NONE).is_some_and(|last| last != own)
}

/// "bringing the total to 60": of what was counted before.
fn is_sum(phrases: &Phrases<'_, '_>, number: &Figure) -> bool {
    const NEAR_TOKENS_MAX: usize = 4;
    let to = number.tokens.start.wrapping_sub(1);
    let near = to.saturating_sub(NEAR_TOKENS_MAX).max(phrases.start)..to;
    phrases.tokens.is_word(to, "to")
        && near.into_iter().any(|at| {
            ["count", "figure", "number", "tally", "total"]
                .iter()
                .any(|word| phrases.tokens.is_word(at, word))
        })
}

/// "40 cows", but not "40 cattle farmers".
fn of_animals(phrases: &Phrases<'_, '_>, things: &Range<usize>) -> bool {
    let head = things.clone().rev().find(|at| phrases.pos(*at) == Pos::Noun);
    head.is_some_and(|at| {
        phrases.tokens.words.animals.contains(&phrases.tokens.str(at).to_lowercase())
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
    let is_magnitude = |at: usize| phrases.tokens.is_word(at, "magnitude");
    let dash = usize::from(phrases.kind(number.digits.end) == Kind::Dash);
    let magnitude = (number.digits.start.saturating_sub(3)..number.digits.start).any(is_magnitude)
        || dash == 1 && is_magnitude(number.digits.end + 1);
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
fn things(phrases: &Phrases<'_, '_>, number: &Figure, unit: Option<&str>) -> Range<usize> {
    let behind = unit.is_some_and(|unit| unit != "magnitude");
    let mut at = number.digits.end
        + usize::from(behind && phrases.kind(number.digits.start.wrapping_sub(1)) != Kind::Sign);
    let of = phrases.tokens.is_word(at, "of");
    at += usize::from(of);
    // "40 of the 60 | seats"
    while phrases.pos(at) == Pos::Determiner || of && phrases.pos(at) == Pos::Number {
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

fn is_part(phrases: &Phrases<'_, '_>, number: &Figure, counted: bool) -> bool {
    let from = number.tokens.start;
    ["including", "among"].iter().any(|word| {
        (1..=2).any(|back| {
            from.checked_sub(back)
                .is_some_and(|at| at >= phrases.start && phrases.tokens.is_word(at, word))
        })
    }) || (!counted
        && phrases.tokens.is_word(number.digits.end, "of")
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
                let first = phrases.tokens.slice(&(from..from + 1));
                let country = country_of(first);
                return country.or_else(|| Some(phrases.tokens.slice(&(from..end)).to_owned()));
            }
        }
        at += 1;
    }
    None
}
