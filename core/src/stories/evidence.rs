//! What speaks for and against an article belonging to a story, and what it comes to.
//!
//! The weights are round figures set by hand, looking at full texts, first sentences and headlines
//! at once.

use crate::article::Time;
use crate::policy::{ONE, Policy};
use crate::stories::countries;
use crate::stories::index::{Found, Query, Shelf, Sum};
use crate::stories::scale::{ln_1p_days, ln_share, surprise};

/// Articles up to so long before this one make a story one that is told lately.
const LATELY_MS: i64 = 3 * 86_400_000;
/// Of which no more are counted.
const LATELY_MAX: usize = 128;

/// What speaks for and against one article belonging to one story; all in millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Evidence {
    /// Cosine of the article's terms and the sum of the story's.
    likeness: i64,
    /// Logarithm of how much better the story explains the terms than the news at large does,
    /// over the square root of their number.
    ratio: i64,
    /// Share of the article's weight on terms, each by the share of the story's articles with it.
    core: i64,
    /// Share of the headline's rarity that the story has anywhere.
    headline: i64,
    /// Share of the headline's rarity, each term by the share of the story's headlines with it.
    headlines: i64,
    /// Share of the names' weight that the story has; half where there are none.
    names: i64,
    /// How far the article's names are others than the story's: from 0 where a third or more of
    /// their weight is shared to 1 where none is; 0 for fewer than two names.
    clash: i64,
    /// 1 where the story knows neither of the article's two weightiest names.
    stranger: i64,
    /// Share of the story's articles that name one other country, where it knows none of those that
    /// the article names: two quakes of one day.
    abroad: i64,
    /// Logarithm of the number of the article's terms.
    length: i64,
    /// Logarithm of the time since the story's first article.
    age: i64,
    /// Square of the logarithm of the number of the story's articles of the last days. What many
    /// tell, the next one tells the likelier (the prior of a recurrent Chinese restaurant process);
    /// the square, because a few articles may as well be of another event of the same kind.
    lately: i64,
}

/// How much each of them counts, in millionths of a unit of log-odds per unit.
const WEIGHTS: Evidence = Evidence {
    likeness: 11_000_000,
    ratio: 200_000,
    core: -5_000_000,
    headline: 900_000,
    headlines: 200_000,
    names: 600_000,
    clash: -2_000_000,
    stranger: -1_000_000,
    abroad: -5_000_000,
    length: -150_000,
    age: -500_000,
    lately: 90_000,
};

/// Log-odds that the article belongs, in millionths; above zero it does.
pub(super) fn balance(policy: &Policy, it: &Evidence) -> i64 {
    let w = &WEIGHTS;
    let sum = w.likeness * (it.likeness - policy.stories.join_similarity)
        + w.ratio * it.ratio
        + w.core * it.core
        + w.headline * it.headline
        + w.headlines * it.headlines
        + w.names * it.names
        + w.clash * it.clash
        + w.stranger * it.stranger
        + w.abroad * it.abroad
        + w.length * it.length
        + w.age * it.age
        + w.lately * it.lately;
    sum / ONE
}

pub(super) fn evidence(query: &Query<'_>, found: &Found<'_>, published: Time) -> Evidence {
    let shelf = found.shelf;
    let summed = i64::try_from(shelf.summed()).unwrap_or(i64::MAX / ONE).max(1);
    let mut tally = Tally::default();
    for at in 0..query.terms() {
        tally.add(query, at, query.sum(at, found.slot), summed);
    }
    tally.at_home |= tally.countries.is_empty();
    let terms = i64::try_from(query.terms()).unwrap_or(1).max(1);
    let root = i64::try_from((query.terms().max(1) << 20).isqrt()).unwrap_or(i64::MAX);
    let names = if tally.named == 0 { ONE / 2 } else { share(tally.names_found, tally.names) };
    Evidence {
        likeness: likeness(&tally, shelf),
        ratio: tally.surprise * ONE / root,
        core: share(tally.core, tally.weight),
        headline: share(tally.headline_found, tally.headline),
        headlines: share(tally.headline_core, tally.headline),
        names,
        clash: if tally.named < 2 { 0 } else { (ONE - names * 3).max(0) },
        stranger: if tally.named >= 2 && tally.weightiest.iter().all(|(_, known)| !known) {
            ONE
        } else {
            0
        },
        abroad: if tally.at_home { 0 } else { query.abroad(found, &tally.countries) },
        length: -ln_share(1, terms),
        age: ln_1p_days(published.since_ms(shelf.oldest()), 14),
        lately: lately(shelf, published),
    }
}

fn lately(shelf: &Shelf, published: Time) -> i64 {
    let articles = shelf.articles_since(published.plus_ms(-LATELY_MS), LATELY_MAX).max(1);
    let ln = -ln_share(1, i64::try_from(articles).unwrap_or(1));
    ln * ln / ONE
}

/// Sums over the terms of the article.
#[derive(Default)]
struct Tally {
    product: u128,
    square: u128,
    surprise: i64,
    weight: i64,
    core: i64,
    headline: i64,
    headline_found: i64,
    headline_core: i64,
    names: i64,
    names_found: i64,
    named: i64,
    /// The two weightiest names, and whether the story has them.
    weightiest: [(i64, bool); 2],
    /// Countries that the article names.
    countries: Vec<u8>,
    /// The story names one of them; also where the article names none.
    at_home: bool,
}

impl Tally {
    fn add(&mut self, query: &Query<'_>, at: usize, sum: Option<Sum>, summed: i64) {
        let Some(weight) = query.weight(at) else { return };
        let sum = sum.unwrap_or_default();
        let value = u128::from(weight.value());
        self.square += value * value;
        self.product += value * u128::from(sum.value);
        let found = sum.articles > 0;
        let value = i64::from(weight.value());
        let rarity = i64::from(weight.rarity);
        // Of one article in the story, a third of the weight stays with what it does not say.
        let of_all = |count: u16| i64::from(count) * 2 * ONE / (summed * 2 + 1);
        self.surprise += surprise(rarity, ln_share(i64::from(sum.articles) * 2, summed * 2 + 1));
        self.weight += value;
        self.core += value * of_all(sum.articles) / ONE;
        if weight.headline {
            self.headline += rarity;
            self.headline_found += if found { rarity } else { 0 };
            self.headline_core += rarity * of_all(sum.headlines) / ONE;
        }
        if let Some(of) = countries::of(weight.term) {
            self.at_home |= found;
            if of.is_name {
                self.countries.push(of.country);
            }
        }
        if weight.name {
            self.named += 1;
            self.names += value;
            self.names_found += if found { value } else { 0 };
            if value > self.weightiest[0].0 {
                self.weightiest = [(value, found), self.weightiest[0]];
            } else if value > self.weightiest[1].0 {
                self.weightiest[1] = (value, found);
            }
        }
    }
}

fn likeness(tally: &Tally, shelf: &Shelf) -> i64 {
    let lengths = (tally.square.isqrt() * shelf.norm.isqrt()).max(1);
    let one = u128::from(ONE.unsigned_abs());
    i64::try_from(tally.product * one / lengths).unwrap_or(ONE).min(ONE)
}

fn share(part: i64, whole: i64) -> i64 {
    part * ONE / whole.max(1)
}
