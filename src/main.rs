//! Flags → command → exit code: 0 done, 1 failed, 2 usage or configuration.

use std::process::ExitCode;

use clap::Parser as _;
use writethru::cli::{Cli, Command};
use writethru::commands::{
    annotate, asof, demo, dlq, doctor, eval, explain, pipe, replay, run, schemas,
};
use writethru::{config, telemetry};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let (settings, policy) = match config::load(cli.config.as_deref()) {
        Ok(loaded) => loaded,
        Err(error) => return telemetry::refused(&error),
    };
    let is_service = matches!(cli.command, Command::Run(_));
    let format = cli.log_format.unwrap_or(settings.log.format);
    telemetry::start(format, settings.log.level(is_service));
    let done = match cli.command {
        Command::Run(args) => run::run(args, settings, policy),
        Command::Demo(args) => demo::demo(args, settings, policy),
        Command::Pipe(args) => pipe::pipe(args, settings, policy),
        Command::Annotate(args) => annotate::annotate(args, settings, policy),
        Command::Asof(args) => asof::asof(args, &settings),
        Command::Explain(args) => explain::explain(args, settings, policy),
        Command::Eval(args) => eval::eval(args, settings, policy),
        Command::Replay(args) => replay::replay(args, cli.config.as_deref(), settings, policy),
        Command::Dlq(args) => dlq::dlq(args, &settings),
        Command::Doctor(args) => doctor::doctor(&args, &settings, &policy),
        Command::Schemas(args) => schemas::schemas(&args),
    };
    match done {
        Ok(code) => code,
        Err(error) => telemetry::failed(&error),
    }
}
