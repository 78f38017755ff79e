//! The world around the desk: files in, records out, and the commands.
//!
//! In reading order, each room seeing earlier rooms only:
//!
//! - [`config`]: files and environment → what decides and how it runs.
//! - [`formats`]: the public shapes of everything that crosses the border.
//! - [`cli`] and [`commands`]: what a person can ask for.

pub mod cli;
pub mod commands;
pub mod config;
pub mod formats;
pub mod telemetry;
