//! Words, sentences and normal form: everything that looks at characters.
//!
//! Inside the code ranges are bytes; [`Points`] turns them into code points for the outside.
//! Nothing here depends on configuration, so equal text has equal words everywhere.

mod fold;
mod language;
mod normal;
mod points;
mod runs;
mod sentences;
mod stem;
mod words;
mod wraps;

pub use fold::fold;
pub use language::language;
pub use normal::{normalise_body, normalise_line};
pub use points::Points;
pub use runs::shares_run;
pub use sentences::sentences;
pub use stem::{stem, stem_hash, stop_word, telling_stem, term_hash};
pub use words::{Word, words};
