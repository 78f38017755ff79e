//! `writethru replay`: a part of the past, folded again beside the running service.

use std::process::ExitCode;

use writethru_core::policy::Policy;

use crate::app::replay::{Wanted, outlets};
use crate::app::{self};
use crate::cli::{ReplayArgs, Speed};
use crate::config::Settings;
use crate::log::LogError;
use crate::logs::replay::{Moment, Playing};
use crate::telemetry;

/// Runs `writethru replay`.
///
/// # Errors
/// What cannot be read or written, in a sentence.
pub fn replay(args: ReplayArgs, settings: Settings, policy: Policy) -> anyhow::Result<ExitCode> {
    if let (Some(Moment::At(from)), Some(Moment::At(to))) = (args.from, args.to)
        && to <= from
    {
        return Ok(telemetry::refused(&"--to must be after --from"));
    }
    let wanted = Wanted {
        from: args.from,
        to: args.to,
        is_fresh: args.fresh,
        article_topic: args.topic,
        playing: Playing {
            batch_records_max: settings.reading.batch_records_max,
            times_faster: match args.speed {
                Speed::Max => None,
                Speed::Times(times) => Some(times),
            },
            desk: args.desk,
        },
    };
    let (outlets, with_documents) = outlets(args.output.as_deref(), &settings)?;
    match app::replay::replay(&wanted, settings, policy, outlets, with_documents) {
        Ok(tally) => {
            eprintln!("{tally}");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) if matches!(error.downcast_ref(), Some(LogError::Gone)) => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error),
    }
}
