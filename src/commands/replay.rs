//! `writethru replay`: a part of the past, folded again beside the running service.

mod compare;
mod page;
mod tell;

use std::path::Path;
use std::process::ExitCode;

use writethru_core::policy::Policy;

use crate::app;
use crate::app::replay::{Wanted, Writing, outlets};
use crate::cli::{ReplayArgs, Speed};
use crate::columns;
use crate::config::Settings;
use crate::log::LogError;
use crate::logs::replay::{Moment, Playing};
use crate::telemetry;

/// Runs `writethru replay`.
///
/// # Errors
/// What cannot be read or written, in a sentence.
pub fn replay(
    args: ReplayArgs,
    config: Option<&Path>,
    settings: Settings,
    policy: Policy,
) -> anyhow::Result<ExitCode> {
    let is_empty = match (args.from, args.to) {
        (Some(Moment::At(from)), Some(Moment::At(to))) => to <= from,
        (Some(Moment::Offset(from)), Some(Moment::Offset(to))) => to <= from,
        (_, Some(Moment::Offset(to))) => to == 0,
        _ => false,
    };
    if is_empty {
        return Ok(telemetry::refused(&"--to must be after --from: nothing lies between them"));
    }
    let wanted = wanted(&args, &settings);
    if let Some(other) = &args.compare {
        let these = app::replay::Configured {
            name: config.map(|path| path.display().to_string()),
            settings,
            policy,
        };
        return compare::compare(&args, &wanted, these, other);
    }
    let (outlets, with_documents) = match outlets(args.output.as_deref(), &settings)? {
        Ok(outlets) => outlets,
        Err(refusal) => return Ok(telemetry::refused(&refusal)),
    };
    let writing = Writing::published(outlets, with_documents);
    match app::replay::replay(&wanted, settings, policy, writing) {
        Ok(tally) => {
            if with_documents && let Some(folder) = &args.output {
                columns::write(Path::new(folder))?;
            }
            eprintln!("{tally}");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) if matches!(error.downcast_ref(), Some(LogError::Gone)) => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error),
    }
}

fn wanted(args: &ReplayArgs, settings: &Settings) -> Wanted {
    Wanted {
        from: args.from,
        to: args.to,
        is_fresh: args.fresh,
        article_topic: args.topic.clone(),
        playing: Playing {
            batch_records_max: settings.reading.batch_records_max,
            times_faster: match args.speed {
                Speed::Max => None,
                Speed::Times(times) => Some(times),
            },
            desk: args.desk.clone(),
        },
    }
}
