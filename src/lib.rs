//! The world around the desk: files in, records out, and the commands.
//!
//! In reading order, each room seeing earlier rooms only:
//!
//! - [`config`]: files and environment → what decides and how it runs.
//! - [`telemetry`]: what the program says of itself: messages, figures, health.
//! - [`formats`]: the public shapes of everything that crosses the border.
//! - [`log`]: the seam between a desk and what keeps its records.
//! - [`engine`] and [`route`]: read ahead, step, commit; which desk an article belongs to.
//! - [`logs`]: the write-ahead log on disk, and one in memory.
//! - [`inputs`]: files, folders and feeds as a stream of raw records.
//! - [`views`]: what readers keep of the published records.
//! - [`columns`]: published lines as Parquet files.
//! - [`serve`]: what readers get over HTTP.
//! - [`deliver`]: alert events to people's systems, each target by itself.
//! - [`eval`]: the field's scores on labelled data.
//! - [`app`]: threads and wiring.
//! - [`cli`] and [`commands`]: what a person can ask for.

pub mod app;
pub mod cli;
pub mod columns;
pub mod commands;
pub mod config;
pub mod deliver;
pub mod engine;
pub mod eval;
pub mod formats;
pub mod inputs;
pub mod log;
pub mod logs;
pub mod route;
pub mod serve;
pub mod telemetry;
pub mod views;

/// Reading makes many small strings; this allocator is quicker with them than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
