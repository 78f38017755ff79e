//! Flags → command → exit code: 0 done, 1 failed, 2 usage or configuration.

use std::process::ExitCode;

use clap::Parser as _;
use writethru::cli::{Cli, Command};
use writethru::commands::pipe;
use writethru::{config, telemetry};

fn main() -> ExitCode {
    let cli = Cli::parse();
    telemetry::start(cli.log_format);
    let (settings, policy) = match config::load(cli.config.as_deref()) {
        Ok(loaded) => loaded,
        Err(error) => return telemetry::refused(&error),
    };
    let done = match cli.command {
        Command::Pipe(args) => pipe::pipe(args, settings, policy),
        _ => return telemetry::refused(&"not yet"),
    };
    match done {
        Ok(code) => code,
        Err(error) => telemetry::failed(&error),
    }
}
