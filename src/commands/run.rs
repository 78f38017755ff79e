//! `writethru run`

use std::process::ExitCode;

use crate::cli::RunArgs;
use crate::config::Settings;
use writethru_core::policy::Policy;

/// To come.
///
/// # Errors
/// None yet.
pub fn run(_: RunArgs, _: Settings, _: Policy) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not merged yet")
}
