//! `writethru explain`

use std::process::ExitCode;

use crate::cli::ExplainArgs;
use crate::config::Settings;
use writethru_core::policy::Policy;

/// To come.
///
/// # Errors
/// None yet.
pub fn explain(_: ExplainArgs, _: Settings, _: Policy) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not merged yet")
}
