//! Deliveries: alert events and stories to people's systems, each target by itself.
//!
//! A [`Courier`] takes alert events in order from where they were published, a [`StoryCourier`]
//! documents, each with durable progress of its own ([`journal`]); what fails is tried again by a
//! schedule, so everything is delivered at least once. Quiet hours and limits ([`holds`]) gather
//! what is less grave into a digest. A target that is down delays nobody else: each has its own
//! thread, which `app` starts.

pub mod apprise;
pub mod cap;
pub mod chat;
pub mod courier;
pub mod digest;
pub mod document;
pub mod event;
pub mod feed;
pub mod folder;
pub mod holds;
pub mod http;
pub mod journal;
pub mod mail;
pub mod ninjs;
pub mod notes;
mod placed;
pub mod push;
pub mod stories;
pub mod tail;
pub mod tally;
pub mod topic;
pub mod tries;
pub mod webhook;

use std::time::Duration;

pub use courier::{Courier, Pace};
pub use event::Event;
pub use journal::Journal;
pub use stories::StoryCourier;
pub use tally::Tally;

/// Where events go.
pub trait Target: Send {
    /// Delivers one event. What it has to remember it writes into the journal at once.
    ///
    /// # Errors
    /// Why not, and whether trying again may help.
    fn deliver(&mut self, event: &Event, journal: &mut Journal) -> Result<(), Failure>;
}

/// Why a delivery failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It may work later; not before this much time, where the target says so.
    Passing(String, Option<Duration>),
    /// The target does not take it; trying again seldom helps.
    Refused(String),
    /// The target wants nothing any more.
    Gone(String),
    /// Our own record cannot be written.
    Journal(String),
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Journal(error.to_string())
    }
}
