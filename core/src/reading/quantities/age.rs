//! "dies at 91", "dead at the age of 91": how old somebody was, not how many died.

use std::ops::Range;

use crate::reading::Bound;
use crate::reading::counting::toll;
use crate::reading::numbers::Figure;
use crate::reading::phrase::Phrases;
use crate::reading::tokens::Pos;

/// In thousandths: nobody is older.
const AGE_MAX: i64 = 125_000;
/// Words of a toll: "number of people dead".
const TOLL_TOKENS_MAX: usize = 5;
/// What is told of one human who died.
const DEATHS: [&str; 9] =
    ["dead", "death", "die", "died", "dies", "killed", "drowned", "murdered", "perished"];

/// Whether the number is the age of somebody who died.
pub(super) fn is_age_at_death(
    phrases: &Phrases<'_, '_>,
    number: &Figure,
    things: &Range<usize>,
) -> bool {
    let word = |at: usize, words: &[&str]| words.iter().any(|it| phrases.tokens.is_word(at, it));
    let Some(mut before) = number.tokens.start.checked_sub(1).filter(|at| *at > phrases.start)
    else {
        return false;
    };
    let exact = number.bound == Bound::Exactly && number.high <= AGE_MAX;
    // "aged 91 and 94"
    if phrases.pos(before) == Pos::Conjunction
        && phrases.pos(before - 1) == Pos::Number
        && before >= phrases.start + 2
        && word(before - 2, &["aged", "ages"])
    {
        return exact;
    }
    let aged = word(before, &["of"]) && word(before - 1, &["age", "ages"]);
    if aged {
        return exact;
    }
    if !(exact && things.is_empty() && word(before, &["at"])) {
        return false;
    }
    before -= 1;
    if word(before, &["suddenly", "peacefully"]) && before > phrases.start {
        before -= 1;
    }
    let floor = before.saturating_sub(TOLL_TOKENS_MAX).max(phrases.start);
    let counted = (floor..=before).any(|at| toll(phrases, at).is_some());
    let others = before > phrases.start && phrases.pos(before - 1) == Pos::Number;
    word(before, &DEATHS) && !counted && !others
}
