//! How the values of a slot stand to each other: one supports, excludes or supersedes another.

use crate::article::Time;
use crate::reading::{Bound, Quantity, Series};

use super::SlotView;
use super::origins::Classes;
use super::voice::Voice;

/// A closed interval in thousandths; `None` is an open end.
pub(in super::super) type Interval = (Option<i64>, Option<i64>);

/// The interval of a number; "more than" and "fewer than" leave out their end.
pub(in super::super) fn interval(quantity: &Quantity) -> Interval {
    match quantity.bound {
        Bound::MoreThan => (quantity.low.map(|low| low.saturating_add(1)), quantity.high),
        Bound::FewerThan => (quantity.low, quantity.high.map(|high| high.saturating_sub(1))),
        _ => (quantity.low, quantity.high),
    }
}

/// Whether `inner` lies within `outer`.
fn within(inner: Interval, outer: Interval) -> bool {
    let low = outer.0.is_none_or(|low| inner.0.is_some_and(|inner| inner >= low));
    let high = outer.1.is_none_or(|high| inner.1.is_some_and(|inner| inner <= high));
    low && high
}

/// Whether every value of `one` is below every value of `two`.
fn below(one: Interval, two: Interval) -> bool {
    matches!((one.1, two.0), (Some(high), Some(low)) if high < low)
}

/// "Dozens", "hundreds": so wide that nobody counted.
const fn is_loose(interval: Interval) -> bool {
    matches!(interval, (Some(low), Some(high)) if low > 0 && high / 2 >= low)
}

struct Value {
    number: Option<(Interval, i64, Series)>,
    /// First and last word that asserts it, of those that speak.
    said: Option<(Time, Time)>,
}

/// The values of the slot and when they were said.
pub(super) struct Relations {
    values: Vec<Value>,
}

impl Relations {
    pub fn new(view: &SlotView<'_>, voices: &[Voice<'_>], speaking: &[bool]) -> Self {
        let number = |quantity: &Quantity| (interval(quantity), quantity.value, quantity.series);
        let mut values: Vec<Value> = view
            .claims
            .iter()
            .map(|(_, row)| Value { number: row.quantity.as_ref().map(number), said: None })
            .collect();
        for (voice, _) in voices.iter().zip(speaking).filter(|(v, speaks)| **speaks && !v.denies) {
            let said = &mut values[voice.claim].said;
            let at = voice.row.as_of;
            *said = Some(said.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
        }
        Self { values }
    }

    /// Whether who asserts `told` also asserts `claim`.
    pub fn supports(&self, told: usize, claim: usize) -> bool {
        match (&self.values[told].number, &self.values[claim].number) {
            (Some((inner, ..)), Some((outer, ..))) => within(*inner, *outer),
            _ => false,
        }
    }

    /// Whether who asserted `told` at this time contradicts `claim`. Without numbers the claims of
    /// a slot exclude each other. A number excludes another one if they have nothing in common,
    /// and a cumulative one only if the lower was not said before the higher; of a gauge the later
    /// value takes the place of the earlier. Whoever says "dozens" after 260 knows no better.
    pub fn excludes(&self, told: usize, at: Time, claim: usize) -> bool {
        let (Some(this), Some(that)) = (&self.values[told].number, &self.values[claim].number)
        else {
            return told != claim;
        };
        let Some((first, last)) = self.values[claim].said else { return false };
        match (below(this.0, that.0), below(that.0, this.0), this.2) {
            (false, false, _) => false,
            (true, _, Series::Cumulative) => at >= first && !is_loose(this.0),
            (_, true, Series::Cumulative) => last >= at && !is_loose(that.0),
            (_, _, Series::Gauge) => first <= at && at <= last,
        }
    }

    /// Whether `told` can be a later value of the series in which `claim` stands. "Up to 50" is no
    /// higher than 40.
    fn succeeds(&self, told: usize, claim: usize) -> bool {
        match (&self.values[told].number, &self.values[claim].number) {
            (Some(((low, _), value, Series::Cumulative)), Some((.., earlier, _))) => {
                low.is_some() && value > earlier
            }
            (Some((interval, _, Series::Gauge)), Some((other, ..))) => interval != other,
            _ => false,
        }
    }

    /// The claims that can follow `claim`, in the order in which they were first said.
    pub fn successors(&self, claim: usize) -> Vec<usize> {
        let mut later: Vec<(Time, i64, usize)> = (0..self.values.len())
            .filter(|other| *other != claim && self.succeeds(*other, claim))
            .filter_map(|other| {
                let value = &self.values[other];
                let stated = value.number.as_ref().map_or(0, |number| number.1);
                value.said.map(|(first, _)| (first, stated, other))
            })
            .collect();
        later.sort_unstable();
        later.into_iter().map(|(_, _, other)| other).collect()
    }

    /// Whether anybody asserted `claim` after this time.
    pub fn said_after(&self, claim: usize, at: Time) -> bool {
        self.values[claim].said.is_some_and(|(_, last)| last > at)
    }

    /// Whether the later word may take the place of the earlier: of a gauge always, else from the
    /// same origin, the same article, or a root of an equal or better letter.
    pub fn eligible(
        &self,
        voices: &[Voice<'_>],
        classes: &Classes,
        later: usize,
        earlier: usize,
    ) -> bool {
        let (new, old) = (&voices[later], &voices[earlier]);
        let letter = |at: usize| voices[classes.basis(at)].letter_weight;
        let series = self.values[new.claim].number.as_ref().map(|number| number.2);
        new.row.as_of > old.row.as_of
            && (series == Some(Series::Gauge)
                || classes.same(later, earlier)
                || new.key.article == old.key.article
                || letter(later) >= letter(earlier))
    }
}
