//! Which developing event an article tells of.
//!
//! The index is derived from the article rows: integer sums over frozen vectors, so an index
//! rebuilt from rows answers like the one that lived. Decisions are pure.

mod common;
mod countries;
mod evidence;
mod index;
mod place;
#[cfg(test)]
mod rebuilt;
mod scale;
pub mod summary;
mod vector;

pub use index::StoryIndex;
pub use place::{Placement, place};
pub use vector::{Vector, Weight};
