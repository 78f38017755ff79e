//! The day that a clause names for what it counts: "killed 12 people on Tuesday".

use std::ops::Range;

use super::phrase::Phrases;
use super::tokens::Pos;
use crate::article::Time;
use crate::policy::lexicon::tag;

/// A day in milliseconds.
const DAY_MS: i64 = 86_400_000;
/// Of the week, from Monday.
const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// 1 January 1970 was a Thursday.
const FIRST: i64 = 3;
/// A night belongs to two days, and who writes "last" may mean another week.
const UNSURE: [&str; 12] = [
    "before",
    "early",
    "eve",
    "from",
    "last",
    "late",
    "midnight",
    "next",
    "night",
    "overnight",
    "since",
    "until",
];

/// The day, where one and only one is named, as it lay before the article came out.
#[must_use]
pub fn day(phrases: &Phrases<'_, '_>, range: &Range<usize>, now: Option<Time>) -> Option<Time> {
    let now = now?;
    let word = |at: usize, words: &[&str]| words.iter().any(|it| phrases.tokens.is_word(at, it));
    if range.clone().any(|at| word(at, &UNSURE)) {
        return None;
    }
    let mut named =
        range.clone().filter(|at| phrases.is(*at, tag::WEEKDAY) && phrases.pos(*at) == Pos::Time);
    let at = named.next()?;
    if named.next().is_some() {
        return None;
    }
    let day = DAYS.iter().position(|day| phrases.tokens.is_word(at, day))?;
    let today = now.0.div_euclid(DAY_MS);
    let back = (today + FIRST - i64::try_from(day).ok()?).rem_euclid(7);
    // West of the clock it is still yesterday, east of it already tomorrow.
    let back = if back == 6 { -1 } else { back };
    Some(Time((today - back) * DAY_MS))
}
