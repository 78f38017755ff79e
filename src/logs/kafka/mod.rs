//! Kafka as the log: exactly once, on a real broker.
//!
//! In reading order:
//!
//! - [`client`]: how every client of the broker is set up; [`topics`]: the topics and what each
//!   must be.
//! - [`wire`]: how records stand in `routed` and `state`; [`dead`]: in the dead letters.
//! - [`routing`]: from the article topics to each desk's partition, at least once.
//! - [`lanes`]: the role of the lanes. [`member`] is the one thread that polls, [`feed`] what it
//!   shares with a lane's thread, [`lane_log`] the seam of the engine, [`transactions`] what makes
//!   a batch visible as a whole, [`reader`] how state is restored.
//! - [`published`]: what was published, for readers.
//! - [`retire`] and [`watchdog`]: for calls that do not return.

pub mod client;
pub mod dead;
pub mod error;
pub mod feed;
pub mod lane_log;
pub mod lanes;
pub mod member;
pub mod producer;
pub mod published;
pub mod reader;
mod retire;
pub mod routing;
pub mod spread;
pub mod topics;
pub mod transactions;
pub mod watchdog;
pub mod wire;
