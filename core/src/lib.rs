//! What the news is and how it changes: pure, deterministic, integers only.
//!
//! In reading order, each room seeing earlier rooms only:
//!
//! - [`article`] and [`policy`]: the nouns, and what the configuration says of them.
//! - [`decision`]: what a human decided, as it was sent.
//! - [`table`]: rows by key with a dirty set and a digest, all that a desk remembers.
//! - [`map`]: a hash map that cannot be iterated.
//! - [`text`]: normalisation, words, sentences, language.
//! - [`reading`]: one article by itself: names, attribution chains, stance, quantities.
//! - [`copies`]: which passages an article shares with earlier ones.
//! - [`stories`]: which developing event an article tells of.
//! - [`claims`]: what is said, by whom, and how sure one may be.
//! - [`revisions`]: what a later version of an article is.
//! - [`change`]: what is published when something changed.
//! - [`alerts`]: what a desk is told at once: a fold of the changes under its rules.
//! - [`state`]: the tables of one desk, its timers, and its restoring.
//! - [`lane`]: the path of one article through all of it. Start there.

pub mod alerts;
pub mod article;
pub mod change;
pub mod claims;
pub mod copies;
pub mod decision;
pub mod lane;
pub mod map;
pub mod policy;
pub mod reading;
pub mod revisions;
pub mod state;
pub mod stories;
pub mod table;
pub mod text;
