//! Which passages an article shares with earlier ones: wire reprints, rewrites, teasers repeated.
//!
//! What counts is containment (papers abridge what they reprint), never symmetric likeness.
//! The index is derived from the article rows; equal sets of rows answer alike, however the
//! index came to hold them.

mod index;
mod judge;
mod sketch;

pub use index::CopyIndex;
pub use judge::{Judgement, Novelty, Seen, Shared, judge};
pub use sketch::Sketch;
