//! What readers keep of the published records: folds of changes, alert events and documents, with
//! no state of the desk.
//!
//! [`View`] is what the HTTP interface and the page read; [`asof`] tells what was known at a time;
//! [`compare`] matches what two settings publish; all blank what a kill took back ([`withheld`]),
//! so no reader shows it again.

pub mod asof;
mod board;
pub mod compare;
mod cursor;
mod facts;
mod filter;
mod placed;
mod ring;
mod shelf;
mod view;
pub mod withheld;

pub use board::Alerted;
pub use cursor::{Cursor, Track};
pub use facts::{Facts, LastChange, story_id};
pub use filter::Filter;
pub use placed::Placed;
pub use ring::{Held, Lost};
pub use shelf::{Brief, Shelved};
pub use view::{Limits, Page, View};
