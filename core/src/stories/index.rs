//! Sums of vectors by story, transposed: term → the stories that use it.
//!
//! Everything here is a function of the set of (story, article, vector, time) that was added and
//! not removed. Slots order nothing and never leave.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::article::{ArticleId, StoryId, Time};
use crate::map::Map;
use crate::policy::{ONE, Policy};
use crate::reading::Reading;
use crate::stories::countries;
use crate::stories::vector::{Vector, Weight, sums};

/// A story is known by its newest articles only, so that it can move on.
const NEWEST_MAX: usize = 48;

/// Articles of each side when two stories are compared.
const COMPARED_MAX: usize = 12;

/// What a story's newest articles say of one term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    /// Sum of the values; far below what fits, as only so many articles are summed.
    pub value: u32,
    /// Articles with it.
    pub articles: u16,
    /// Articles with it in the headline.
    pub headlines: u16,
}

#[derive(Clone, Copy, Debug)]
struct Posting {
    slot: u32,
    sum: Sum,
}

/// One story.
#[derive(Clone, Debug)]
pub(super) struct Shelf {
    pub id: StoryId,
    members: BTreeMap<(Time, ArticleId), Vector>,
    /// Sum of the squared values of all terms.
    pub norm: u128,
}

impl Shelf {
    /// How alike two stories are: the cosine of the sums of their newest articles, in millionths.
    pub fn likeness(&self, other: &Self) -> i64 {
        let (one, other) = (self.newest_sum(), other.newest_sum());
        let square = |sum: &[(u32, u128)]| sum.iter().map(|(_, it)| it * it).sum::<u128>();
        let product: u128 = one
            .iter()
            .filter_map(|(term, value)| {
                let at = other.binary_search_by_key(term, |it| it.0).ok()?;
                Some(value * other.get(at)?.1)
            })
            .sum();
        let lengths = (square(&one).isqrt() * square(&other).isqrt()).max(1);
        i64::try_from(product * u128::from(ONE.unsigned_abs()) / lengths).unwrap_or(ONE)
    }

    /// The sum over a few of the newest articles, sorted by term.
    fn newest_sum(&self) -> Vec<(u32, u128)> {
        let newest = self.members.values().rev().take(COMPARED_MAX).flat_map(Vector::weights);
        sums(newest).into_iter().map(|(term, value)| (term, u128::from(value))).collect()
    }

    /// Articles whose vectors are summed.
    pub fn summed(&self) -> usize {
        self.members.len().min(NEWEST_MAX)
    }

    /// What its articles say, the oldest first.
    pub fn vectors(&self) -> impl Iterator<Item = &Vector> {
        self.members.values()
    }

    /// How many articles are of this time or later, counted up to a limit.
    pub fn articles_since(&self, time: Time, max: usize) -> usize {
        self.members.range((time, ArticleId::default())..).take(max).count()
    }

    /// The time of the oldest article.
    pub fn oldest(&self) -> Time {
        self.members.first_key_value().map_or(Time::EPOCH, |(key, _)| key.0)
    }
}

/// All stories of a desk, by their terms.
#[derive(Clone, Debug, Default)]
pub struct StoryIndex {
    shelves: Vec<Option<Shelf>>,
    /// The length of each shelf's sum, apart, since a query looks at many.
    lengths: Vec<u64>,
    free: Vec<u32>,
    slot_of: Map<StoryId, u32>,
    postings: Map<u32, Vec<Posting>>,
    frequency: Map<u32, u32>,
    articles: u32,
    scratch: RefCell<Scratch>,
}

/// Room for the products of one query, all zero between two of them.
#[derive(Clone, Debug, Default)]
struct Scratch {
    products: Vec<u64>,
    touched: Vec<u32>,
}

impl StoryIndex {
    /// Weighs an article's terms as of now.
    #[must_use]
    pub fn vector(&self, policy: &Policy, reading: &Reading) -> Vector {
        super::vector::weigh(policy, reading, self.articles, |term| {
            self.frequency.get(&term).copied().unwrap_or(0)
        })
    }

    /// Takes up an article of a story.
    pub fn add(&mut self, story: StoryId, article: ArticleId, vector: &Vector, time: Time) {
        let slot = self.slot(story);
        let Some(shelf) = self.shelf_mut(slot) else { return };
        if shelf.members.insert((time, article), vector.clone()).is_some() {
            return;
        }
        let leaves = shelf.members.iter().rev().nth(NEWEST_MAX);
        let leaves = leaves.map(|(key, old)| (*key, old.clone()));
        self.articles += 1;
        for weight in vector.weights() {
            *self.frequency.entry(weight.term) += 1;
        }
        match leaves {
            Some((key, _)) if (time, article) <= key => {}
            Some((_, old)) => {
                self.sum(slot, vector);
                self.subtract(slot, &old);
            }
            None => self.sum(slot, vector),
        }
        self.measure(slot);
    }

    /// Takes an article out of its story, with the vector and time it came with.
    pub fn remove(&mut self, story: StoryId, article: ArticleId, vector: &Vector, time: Time) {
        let Some(slot) = self.slot_of.get(&story).copied() else { return };
        let Some(shelf) = self.shelf_mut(slot) else { return };
        let key = (time, article);
        let newest = shelf.members.keys().rev().nth(NEWEST_MAX - 1).copied();
        let summed = newest.is_none_or(|newest| key >= newest);
        if shelf.members.remove(&key).is_none() {
            return;
        }
        let enters = shelf.members.iter().rev().nth(NEWEST_MAX - 1).map(|(_, it)| it.clone());
        let empty = shelf.members.is_empty();
        self.articles -= 1;
        for weight in vector.weights() {
            self.forget(weight.term);
        }
        if summed {
            self.subtract(slot, vector);
            if let Some(enters) = enters {
                self.sum(slot, &enters);
            }
            self.measure(slot);
        }
        if empty {
            self.slot_of.remove(&story);
            if let Some(shelf) = self.shelves.get_mut(slot as usize) {
                *shelf = None;
            }
            self.free.push(slot);
        }
    }

    /// Moves an article to another story.
    pub fn move_article(
        &mut self,
        from: StoryId,
        into: StoryId,
        article: ArticleId,
        vector: &Vector,
        time: Time,
    ) {
        self.remove(from, article, vector, time);
        self.add(into, article, vector, time);
    }

    /// Moves all articles of a story to another.
    pub fn merge(&mut self, from: StoryId, into: StoryId) {
        if from == into {
            return;
        }
        let Some(slot) = self.slot_of.get(&from).copied() else { return };
        let Some(shelf) = self.shelf_mut(slot) else { return };
        for ((time, article), vector) in shelf.members.clone() {
            self.move_article(from, into, article, &vector, time);
        }
    }

    /// How many stories it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slot_of.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slot_of.is_empty()
    }

    /// Looks up an article's terms, once for all stories.
    pub(super) fn query<'a>(&'a self, vector: &'a Vector) -> Query<'a> {
        let look = |weight: &'a Weight| {
            let postings = self.postings.get(&weight.term).map_or(&[][..], Vec::as_slice);
            (*weight, postings)
        };
        Query { index: self, lists: vector.weights().iter().map(look).collect() }
    }

    /// A story by its id.
    pub(super) fn found(&self, story: StoryId) -> Option<Found<'_>> {
        let slot = *self.slot_of.get(&story)?;
        Some(Found { slot, shelf: self.shelf(slot)? })
    }

    #[cfg(test)]
    pub(super) fn sum_of(&self, story: StoryId, term: u32) -> Option<Sum> {
        let slot = self.slot_of.get(&story)?;
        let postings = self.postings.get(&term)?;
        let at = postings.binary_search_by_key(slot, |it| it.slot).ok()?;
        Some(postings.get(at)?.sum)
    }

    #[cfg(test)]
    pub(super) fn frequency(&self, term: u32) -> u32 {
        self.frequency.get(&term).copied().unwrap_or(0)
    }

    #[cfg(test)]
    pub(super) fn articles(&self) -> u32 {
        self.articles
    }

    fn slot(&mut self, story: StoryId) -> u32 {
        if let Some(slot) = self.slot_of.get(&story) {
            return *slot;
        }
        let shelf = Shelf { id: story, members: BTreeMap::new(), norm: 0 };
        let slot = if let Some(slot) = self.free.pop() {
            self.shelves[slot as usize] = Some(shelf);
            slot
        } else {
            self.shelves.push(Some(shelf));
            u32::try_from(self.shelves.len() - 1).expect("a desk has far fewer stories than 2^32")
        };
        self.slot_of.insert(story, slot);
        slot
    }

    fn shelf(&self, slot: u32) -> Option<&Shelf> {
        self.shelves.get(slot as usize)?.as_ref()
    }

    fn shelf_mut(&mut self, slot: u32) -> Option<&mut Shelf> {
        self.shelves.get_mut(slot as usize)?.as_mut()
    }

    fn forget(&mut self, term: u32) {
        let left = self.frequency.entry(term);
        *left -= 1;
        if *left == 0 {
            self.frequency.remove(&term);
        }
    }

    fn sum(&mut self, slot: u32, vector: &Vector) {
        for weight in vector.weights() {
            let postings = self.postings.entry(weight.term);
            let at = match postings.binary_search_by_key(&slot, |it| it.slot) {
                Ok(at) => at,
                Err(at) => {
                    postings.insert(at, Posting { slot, sum: Sum::default() });
                    at
                }
            };
            let sum = &mut postings[at].sum;
            let old = *sum;
            sum.value += weight.value();
            sum.articles += 1;
            sum.headlines += u16::from(weight.headline);
            let new = *sum;
            self.renorm(slot, old, new);
        }
    }

    fn subtract(&mut self, slot: u32, vector: &Vector) {
        for weight in vector.weights() {
            let Some(postings) = self.postings.get_mut(&weight.term) else { continue };
            let Ok(at) = postings.binary_search_by_key(&slot, |it| it.slot) else { continue };
            let sum = &mut postings[at].sum;
            let old = *sum;
            sum.value -= weight.value();
            sum.articles -= 1;
            sum.headlines -= u16::from(weight.headline);
            let new = *sum;
            if new.articles == 0 {
                postings.remove(at);
                if postings.is_empty() {
                    self.postings.remove(&weight.term);
                }
            }
            self.renorm(slot, old, new);
        }
    }

    fn measure(&mut self, slot: u32) {
        let norm = self.shelf(slot).map_or(0, |it| it.norm);
        self.lengths.resize(self.shelves.len(), 0);
        if let Some(length) = self.lengths.get_mut(slot as usize) {
            *length = u64::try_from(norm.isqrt()).unwrap_or(u64::MAX);
        }
    }

    fn renorm(&mut self, slot: u32, old: Sum, new: Sum) {
        let Some(shelf) = self.shelf_mut(slot) else { return };
        let square = |sum: Sum| u128::from(sum.value) * u128::from(sum.value);
        shelf.norm = shelf.norm + square(new) - square(old);
    }
}

/// An article's terms with the stories that use them.
pub(super) struct Query<'a> {
    index: &'a StoryIndex,
    lists: Vec<(Weight, &'a [Posting])>,
}

/// A story that a query found.
pub(super) struct Found<'a> {
    pub slot: u32,
    pub shelf: &'a Shelf,
}

impl<'a> Query<'a> {
    /// How many terms it has.
    pub fn terms(&self) -> usize {
        self.lists.len()
    }

    /// One of its terms.
    pub fn weight(&self, at: usize) -> Option<Weight> {
        self.lists.get(at).map(|(weight, _)| *weight)
    }

    /// What the story in this slot says of one of its terms.
    pub fn sum(&self, at: usize, slot: u32) -> Option<Sum> {
        let (_, postings) = self.lists.get(at)?;
        let at = postings.binary_search_by_key(&slot, |it| it.slot).ok()?;
        postings.get(at).map(|it| it.sum)
    }

    /// The largest share of a story's articles that name one country, of those that this article
    /// does not name; in millionths.
    pub fn abroad(&self, found: &Found<'_>, own: &[u8]) -> i64 {
        let articles = |term: &u32| {
            let postings = self.index.postings.get(term)?;
            let at = postings.binary_search_by_key(&found.slot, |it| it.slot).ok()?;
            postings.get(at).map(|it| i64::from(it.sum.articles))
        };
        let others =
            countries::terms().iter().filter(|it| it.is_name && !own.contains(&it.country));
        let most = others.filter_map(|it| articles(&it.term)).max().unwrap_or(0);
        most * ONE / i64::try_from(found.shelf.summed()).unwrap_or(1).max(1)
    }

    /// The stories whose sums point most nearly its way, best first.
    pub fn nearest(&self, nearest_max: usize) -> Vec<Found<'a>> {
        let mut scratch = self.index.scratch.borrow_mut();
        let Scratch { products, touched } = &mut *scratch;
        products.resize(self.index.shelves.len(), 0);
        self.multiply(products, touched);
        let mut best: Vec<(u64, Reverse<StoryId>, u32)> = Vec::with_capacity(nearest_max + 1);
        for slot in touched.drain(..) {
            let at = slot as usize;
            let Some(product) = products.get_mut(at).map(std::mem::take) else { continue };
            let length = self.index.lengths.get(at).copied().unwrap_or(0);
            let pointing = pointing(product, length);
            let full = best.len() == nearest_max;
            if full && best.last().is_none_or(|(least, ..)| pointing < *least) {
                continue;
            }
            let Some(shelf) = self.index.shelf(slot) else { continue };
            let entry = (pointing, Reverse(shelf.id), slot);
            let place = best.partition_point(|it| *it > entry);
            best.insert(place, entry);
            best.truncate(nearest_max);
        }
        let found = best.into_iter();
        found
            .filter_map(|(_, _, slot)| Some(Found { slot, shelf: self.index.shelf(slot)? }))
            .collect()
    }

    /// Adds up the products story by story, the rarest terms first.
    fn multiply(&self, products: &mut [u64], touched: &mut Vec<u32>) {
        let mut lists: Vec<&(Weight, &[Posting])> = self.lists.iter().collect();
        lists.sort_unstable_by_key(|(weight, postings)| (postings.len(), weight.term));
        let mut read = 0;
        for (weight, postings) in lists {
            if read > 0 && read + postings.len() > POSTINGS_READ_MAX {
                return;
            }
            read += postings.len();
            let value = u64::from(weight.value());
            for posting in *postings {
                let Some(product) = products.get_mut(posting.slot as usize) else { continue };
                if *product == 0 {
                    touched.push(posting.slot);
                }
                *product += value * u64::from(posting.sum.value);
            }
        }
    }
}

/// Entries of posting lists read for one article; the rarest terms come first.
const POSTINGS_READ_MAX: usize = 5_000;

/// A product over the length of the story's sum; the article's own length is the same for all.
fn pointing(product: u64, length: u64) -> u64 {
    product.saturating_mul(256) / length.max(1)
}
