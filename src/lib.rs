//! The world around the desk: files in, records out, and the commands.
//!
//! In reading order, each room seeing earlier rooms only:
//!
//! - [`formats`]: the public shapes of everything that crosses the border.
//! - [`inputs`]: files, folders and feeds as a stream of raw records.

pub mod formats;
pub mod inputs;
