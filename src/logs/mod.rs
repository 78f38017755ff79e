//! The logs that keep a lane's records: on disk, or nothing but memory; one tells readers.

pub mod disk;
pub mod kafka;
pub mod memory;
mod outlets;
pub mod told;

pub use outlets::{Outlet, Outlets};
