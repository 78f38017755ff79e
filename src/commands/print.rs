//! Lines on the standard output, which may be full or closed.

use std::fmt::Display;
use std::io::Write as _;

use anyhow::Context as _;

/// Prints one line.
///
/// # Errors
/// An output that takes nothing.
pub fn line(text: impl Display) -> anyhow::Result<()> {
    writeln!(anstream::stdout(), "{text}").context("cannot write to the standard output")
}
