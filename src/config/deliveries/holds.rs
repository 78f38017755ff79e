//! When a target is left in peace: quiet hours and limits, by its own clock.

use jiff::civil;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::Entry;
use crate::config::layers::ConfigError;

/// Alerts this grave are never held back, unless a target says otherwise.
const PASSES_PRIORITY: u8 = 1;
/// Minutes of a limit.
const MINUTES_MAX: i64 = 7 * 24 * 60;
/// Events of a limit.
const EVENTS_MAX: usize = 1000;

/// When a target is left in peace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldRules {
    /// Of all its times.
    pub zone: TimeZone,
    /// Hours in which it is told of grave alerts only.
    pub quiet: Vec<Quiet>,
    /// How much it is told at most.
    pub limits: Vec<Limit>,
}

impl Default for HoldRules {
    fn default() -> Self {
        Self { zone: TimeZone::UTC, quiet: Vec::new(), limits: Vec::new() }
    }
}

/// Hours of the day, also across midnight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// From this time on.
    pub from: civil::Time,
    /// Until this one.
    pub to: civil::Time,
    /// Who is held.
    pub whom: Whom,
}

/// So many events within a time, and no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many.
    pub events_max: usize,
    /// Within how long.
    pub within_ms: i64,
    /// Who counts and is held.
    pub whom: Whom,
}

/// Which alerts a rule is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whom {
    /// Names of alert rules; empty: all.
    pub rules: Vec<String>,
    /// Alerts as grave as this pass.
    pub passes_priority: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuietEntry {
    from: String,
    to: String,
    #[serde(default)]
    rules: Vec<String>,
    #[serde(default = "gravest")]
    passes_priority: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitEntry {
    events: usize,
    minutes: i64,
    #[serde(default)]
    rules: Vec<String>,
    #[serde(default = "gravest")]
    passes_priority: u8,
}

const fn gravest() -> u8 {
    PASSES_PRIORITY
}

/// What a target says of it.
pub(super) fn rules(entry: &mut Entry<'_>) -> Result<HoldRules, ConfigError> {
    let zone = match entry.maybe::<String>("time_zone")? {
        None => TimeZone::UTC,
        Some(name) => TimeZone::get(&name).map_err(|_| {
            let problem = format!("has the time zone \"{name}\"; name one like \"Europe/Athens\"");
            entry.refuse(&problem)
        })?,
    };
    let quiet: Vec<QuietEntry> = entry.maybe("quiet")?.unwrap_or_default();
    let quiet = quiet.into_iter().map(|it| hours(entry, it)).collect::<Result<_, _>>()?;
    let limits: Vec<LimitEntry> = entry.maybe("limits")?.unwrap_or_default();
    let limits = limits.into_iter().map(|it| limit(entry, it)).collect::<Result<_, _>>()?;
    Ok(HoldRules { zone, quiet, limits })
}

fn hours(entry: &Entry<'_>, quiet: QuietEntry) -> Result<Quiet, ConfigError> {
    let time = |text: &str| {
        text.parse::<civil::Time>().map_err(|_| {
            entry
                .refuse(&format!("has quiet hours with the time \"{text}\"; write it as \"22:30\""))
        })
    };
    let (from, to) = (time(&quiet.from)?, time(&quiet.to)?);
    if from == to {
        return Err(entry.refuse("has quiet hours that end when they begin"));
    }
    let whom = Whom { rules: quiet.rules, passes_priority: quiet.passes_priority };
    Ok(Quiet { from, to, whom })
}

fn limit(entry: &Entry<'_>, limit: LimitEntry) -> Result<Limit, ConfigError> {
    if !(1..=EVENTS_MAX).contains(&limit.events) || !(1..=MINUTES_MAX).contains(&limit.minutes) {
        let problem = format!(
            "has a limit of {} events in {} minutes; from 1 to {EVENTS_MAX} events in 1 to \
             {MINUTES_MAX} minutes make one",
            limit.events, limit.minutes
        );
        return Err(entry.refuse(&problem));
    }
    let whom = Whom { rules: limit.rules, passes_priority: limit.passes_priority };
    Ok(Limit { events_max: limit.events, within_ms: limit.minutes * 60_000, whom })
}
