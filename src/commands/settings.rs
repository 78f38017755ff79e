//! `writethru config`: the settings in use, and where each was set.

use std::path::Path;
use std::process::ExitCode;

use super::print;
use crate::cli::ConfigArgs;
use crate::{config, telemetry};

/// Prints what differs from the defaults, or everything.
///
/// # Errors
/// An output that cannot be written.
pub fn settings(args: &ConfigArgs, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    let (given, page) = match config::shown_with(file, std::env::vars()) {
        Ok(shown) => shown,
        Err(error) => return Ok(telemetry::refused(&error)),
    };
    if args.print {
        print::line(format_args!("{}", page.trim_end()))?;
        return Ok(ExitCode::SUCCESS);
    }
    if given.is_empty() {
        print::line(format_args!("Everything has its default; --print shows them."))?;
    }
    for one in given {
        let value = one.value.as_deref().unwrap_or("(a secret)");
        print::line(format_args!("{} = {value}  # {}", one.key, one.origin))?;
    }
    Ok(ExitCode::SUCCESS)
}
