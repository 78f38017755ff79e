//! The weighted terms of one article, frozen when it arrived.
//!
//! Weights never change afterwards, so sums over them can be taken apart again exactly.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::policy::Policy;
use crate::reading::{Reading, Term};
use crate::stories::common;
use crate::stories::scale::log2_sixteenths;

/// One term of a vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weight {
    /// Hash of the stem.
    pub term: u32,
    /// How rare it was in the desk's window when the article arrived, in sixteenths of a nat.
    pub rarity: u8,
    /// How prominent it is in the article, in eighths.
    pub prominence: u8,
    /// Whether it stands in the headline.
    pub headline: bool,
    /// Whether it is a part of a name.
    pub name: bool,
}

impl Weight {
    /// What the term adds to a sum.
    #[must_use]
    pub fn value(self) -> u32 {
        u32::from(self.rarity) * u32::from(self.prominence)
    }
}
/// Weighted terms, sorted by term; cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vector(Arc<[Weight]>);

impl Default for Vector {
    fn default() -> Self {
        Self(Arc::from([]))
    }
}

impl Vector {
    /// A vector of these weights; of several for one term the first stays.
    #[must_use]
    pub fn new(mut weights: Vec<Weight>) -> Self {
        weights.sort_by_key(|it| it.term);
        weights.dedup_by_key(|it| it.term);
        Self(weights.into())
    }

    /// The weights, sorted by term.
    #[must_use]
    pub fn weights(&self) -> &[Weight] {
        &self.0
    }
}

/// The values of all these weights, added up by term; sorted by term.
pub(super) fn sums<'a>(weights: impl Iterator<Item = &'a Weight>) -> Vec<(u32, u64)> {
    let mut sums: Vec<(u32, u64)> =
        weights.map(|weight| (weight.term, u64::from(weight.value()))).collect();
    sums.sort_unstable();
    sums.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    sums
}

impl Serialize for Vector {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Vector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<Weight>::deserialize(deserializer).map(Self::new)
    }
}

/// Terms that an article keeps.
const TERMS_MAX: usize = 64;

/// Weighs the terms of an article; `frequency` says how many of the desk's `articles` use a term.
pub(super) fn weigh(
    _policy: &Policy,
    reading: &Reading,
    articles: u32,
    frequency: impl Fn(u32) -> u32,
) -> Vector {
    let mut weights: Vec<Weight> = reading
        .terms
        .iter()
        .map(|term| Weight {
            term: term.hash,
            rarity: rarity(articles, frequency(term.hash), common::expected(term.hash)),
            prominence: prominence(term),
            headline: term.headline > 0,
            name: term.name,
        })
        .collect();
    weights.sort_by_key(|it| (std::cmp::Reverse(it.value()), it.term));
    weights.truncate(TERMS_MAX);
    Vector::new(weights)
}

/// Articles that the prior counts for.
const PRIOR_ARTICLES: u64 = 2000;

/// How rare a term is: `-ln` of its share of articles, in sixteenths.
fn rarity(articles: u32, frequency: u32, expected: u32) -> u8 {
    let all = (u64::from(articles) + PRIOR_ARTICLES) * 10_000;
    let using = u64::from(frequency) * 10_000 + PRIOR_ARTICLES * u64::from(expected);
    let ratio = (all << 16) / using.max(1);
    u8::try_from(log2_sixteenths(ratio).saturating_sub(256) * 7 / 10).unwrap_or(u8::MAX).max(1)
}

/// Sublinear in the count; headline and opening count once more each.
fn prominence(term: &Term) -> u8 {
    let count = u64::from(term.count.max(1)) << 16;
    let base = 16 + log2_sixteenths(count).saturating_sub(256);
    let base = base + if term.headline > 0 { 24 } else { 0 } + if term.lede > 0 { 12 } else { 0 };
    u8::try_from(base / 2).unwrap_or(u8::MAX)
}
