//! The logs that keep a lane's records: on disk, in Kafka, or nothing but memory; and one that
//! plays the past of another.

pub mod disk;
pub mod kafka;
pub mod memory;
mod outlets;
pub mod replay;

pub use outlets::{Outlet, Outlets};
