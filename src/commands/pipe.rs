//! `writethru pipe`

use std::process::ExitCode;

use crate::cli::PipeArgs;
use crate::config::Settings;
use writethru_core::policy::Policy;

/// To come.
///
/// # Errors
/// None yet.
pub fn pipe(_: PipeArgs, _: Settings, _: Policy) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not merged yet")
}
