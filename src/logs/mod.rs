//! The logs that keep a lane's records: on disk, in Kafka, or nothing but memory; one plays the
//! past of another, and one tells readers.

pub mod disk;
pub mod kafka;
mod kept;
pub mod memory;
mod outlets;
pub mod replay;
pub mod told;

pub use outlets::{Outlet, Outlets};
