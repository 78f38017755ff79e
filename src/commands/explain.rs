//! `writethru explain`: why a claim has its level, who carries it, and what would raise it.

mod find;
mod why;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use writethru_core::article::Time;
use writethru_core::lane::Lane;
use writethru_core::policy::Policy;

use self::find::{Found, find};
use super::fold::{Fold, records};
use super::line::{Line, columns, screen};
use crate::app;
use crate::cli::ExplainArgs;
use crate::config::{Keeping, Settings};
use crate::engine::Lines;
use crate::logs::Outlets;
use crate::logs::disk::{DiskLog, ReadOnly};

/// Explains one claim, or lists the claims of one story.
///
/// # Errors
/// An id that nothing or more than one thing has; what cannot be read.
pub fn explain(args: ExplainArgs, settings: Settings, policy: Policy) -> anyhow::Result<ExitCode> {
    match &args.state {
        Some(dir) => {
            let desk = restored(dir, settings, policy)?;
            show(desk.fold(), desk.policy(), &args.id)
        }
        None => {
            let bytes_max = settings.reading.record_bytes_max;
            let mut fold = Fold::new(settings, policy);
            let all = records(&args.files, bytes_max, &mut |name, number, bytes| {
                if let Some(problem) = fold.take(bytes).dead {
                    eprintln!("writethru: {name}, line {number}: {problem}");
                }
                Ok(())
            })?;
            let shown = show(fold.lane(), fold.policy(), &args.id)?;
            Ok(if all { shown } else { ExitCode::FAILURE })
        }
    }
}

/// A state directory as it stands; nothing in it is changed, and it may be in use.
fn restored(
    dir: &Path,
    settings: Settings,
    policy: Policy,
) -> anyhow::Result<app::Desk<DiskLog<ReadOnly>>> {
    if !dir.is_dir() {
        bail!("there is no state directory {}", dir.display());
    }
    let keeping = Keeping { dir: dir.to_owned(), ..settings.state.clone() };
    let log = DiskLog::open(ReadOnly::default(), keeping, Outlets::default())?;
    let settings = Arc::new(settings);
    app::open(log, &settings, policy, Lines::default(), Time::EPOCH, None)
        .with_context(|| format!("reading the state in {}", dir.display()))
}

fn show(lane: &Lane, policy: &Policy, id: &str) -> anyhow::Result<ExitCode> {
    let told: Vec<Line> = match find(lane, id)? {
        Found::Story(state, story) => why::story(state, story),
        Found::Claim(state, claim) => why::claim(policy, state, claim)
            .with_context(|| format!("the claim {claim} has no evidence any more"))?,
    };
    let mut screen = screen(false);
    for line in told {
        writeln!(screen, "{}", line.paint(columns()))?;
    }
    Ok(ExitCode::SUCCESS)
}
