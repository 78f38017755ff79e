//! The program's own messages, on stderr. Standard output belongs to what was asked for.
//!
//! error: someone must act; warn: we coped; info: life cycle; debug: per batch. Nothing per
//! article above trace.

use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal as _, Write as _, stderr};
use std::process::ExitCode;

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Exit code of a wrong command line or configuration.
const USAGE: u8 = 2;

/// Starts messages; `RUST_LOG` says how many, else `level`.
pub fn start(format: LogFormat, level: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let messages = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(stderr().is_terminal())
        .with_target(false)
        .with_writer(stderr);
    match format {
        LogFormat::Text => messages.init(),
        LogFormat::Json => messages.json().init(),
    }
}

/// One sentence on a wrong command line or configuration.
pub fn refused(error: &dyn Display) -> ExitCode {
    say(error);
    ExitCode::from(USAGE)
}

/// One sentence on what failed and why. A reader who closed the pipe had enough.
pub fn failed(error: &anyhow::Error) -> ExitCode {
    if closed(error) {
        return ExitCode::SUCCESS;
    }
    let mut causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    causes.dedup_by(|cause, told| told.ends_with(cause.as_str()));
    say(&causes.join(": "));
    ExitCode::FAILURE
}

fn closed(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
    })
}

fn say(sentence: &dyn Display) {
    // Nobody can be told that stderr is closed.
    if writeln!(stderr(), "writethru: {sentence}").is_err() {}
}
