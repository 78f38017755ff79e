//! The decision: does an article join a story, and which; or does it start one?
//!
//! Pure over the index, the same for full texts, teasers and bare headlines.

use crate::article::{StoryId, Time};
use crate::policy::{ONE, Policy};
use crate::reading::Reading;
use crate::stories::index::{Shelf, StoryIndex};
use crate::stories::vector::Vector;

/// Where an article belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placement {
    /// It tells of a known story.
    Join {
        /// That story.
        story: StoryId,
        /// Stories that this article shows to be the same, to be merged into it; sorted.
        merge: Vec<StoryId>,
    },
    /// It tells of something new.
    New,
}

/// Decides where an article belongs.
#[must_use]
pub fn place(
    policy: &Policy,
    index: &StoryIndex,
    vector: &Vector,
    _reading: &Reading,
    _now: Time,
    _published: Time,
) -> Placement {
    let nearest = index.nearest(vector, policy.limits.candidates_max);
    let best =
        nearest.first().filter(|it| cosine(index, vector, it) >= policy.stories.join_similarity);
    match best {
        Some(shelf) => Placement::Join { story: shelf.id, merge: Vec::new() },
        None => Placement::New,
    }
}

fn cosine(index: &StoryIndex, vector: &Vector, shelf: &Shelf) -> i64 {
    let mut product: u128 = 0;
    let mut norm: u128 = 0;
    for weight in vector.weights() {
        let value = u128::from(weight.value());
        norm += value * value;
        if let Some(sum) = index.sum_of(shelf.id, weight.term) {
            product += value * u128::from(sum.value);
        }
    }
    let one = u128::from(ONE.unsigned_abs());
    let lengths = (norm.isqrt() * shelf.norm.isqrt()).max(1);
    i64::try_from(product * one / lengths).unwrap_or(ONE)
}
