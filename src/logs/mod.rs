//! The logs that keep a lane's records: on disk, or nothing but memory.

pub mod disk;
pub mod kafka;
pub mod memory;
mod outlets;

pub use outlets::{Outlet, Outlets};
