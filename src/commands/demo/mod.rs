//! The fall of Damascus, 7 to 8 December 2024, played from bundled articles in log time.
//!
//! The same path as any article takes; only the telling is the demo's own. What it told depends on
//! the articles alone, never on the speed.

mod moment;
mod numbers;
mod page;
mod table;
mod teller;
#[cfg(test)]
mod tests;

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use writethru_core::article::Time;
use writethru_core::lane::Output;
use writethru_core::policy::Policy;

use self::page::Page;
use self::teller::Teller;
use super::fold::Fold;
use super::line::{Line, Look, columns, screen};
use crate::cli::{DemoArgs, Speed};
use crate::config::Settings;

/// The bundled articles, one a line.
pub const ARTICLES: &str = include_str!("articles.ndjson");

/// What a reader should know before it begins.
const PROLOGUE: [&str; 4] = [
    "The fall of Damascus, 7 and 8 December 2024, and what else was news, in log time.",
    "The events are real; every sentence was written for this demo.",
    "+ is a new claim, ~ one that moved; \"Mint ← Reuters ← two officers\" is who says so, by whom.",
    "What stands is in capitals: how likely, from how many independent origins, on what grounds.",
];
/// No pause is longer: a quiet night is not played out.
const PAUSE_MAX: Duration = Duration::from_secs(4);

/// Plays the articles.
///
/// # Errors
/// A terminal that is gone.
pub fn demo(args: DemoArgs, settings: Settings, policy: Policy) -> anyhow::Result<ExitCode> {
    let mut screen = screen(args.plain);
    let width = columns();
    let mut pace = Pace { speed: args.speed, last: None };
    let mut page = match args.serve {
        Some(address) => Some(Page::open(address, &settings.serve, &policy)?),
        None => None,
    };
    play(
        settings,
        policy,
        &mut |at, lines| {
            pace.wait_for(at);
            for line in lines {
                writeln!(screen, "{}", line.paint(width))?;
            }
            screen.flush()
        },
        &mut |fold, output| {
            if let Some(page) = &mut page {
                page.publish(fold, output);
            }
        },
    )?;
    if let Some(page) = page {
        page.stay()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Tells every article to `show`, with the log time at which it came, and the table at the end;
/// what each brought about goes to `publish` once it was told.
///
/// # Errors
/// What `show` cannot do.
pub fn play(
    settings: Settings,
    policy: Policy,
    show: &mut dyn FnMut(Time, &[Line]) -> std::io::Result<()>,
    publish: &mut dyn FnMut(&Fold, &Output),
) -> std::io::Result<()> {
    let mut fold = Fold::new(settings, policy);
    let mut teller = Teller::default();
    let mut now = Time::EPOCH;
    show(now, &PROLOGUE.map(|text| Line::at(0, 0).with(Look::Quiet, text)))?;
    for line in ARTICLES.lines() {
        let taken = fold.take(line.as_bytes());
        now = now.max(taken.at);
        let told = teller.tell(&taken.output.changes);
        if !told.is_empty() {
            show(now, &told)?;
        }
        publish(&fold, &taken.output);
    }
    show(now, &teller.finish())?;
    show(now, &table::table(&fold.documents(), teller.taken_back()))
}

/// Log time against the wall clock.
struct Pace {
    speed: Speed,
    last: Option<Time>,
}

impl Pace {
    fn wait_for(&mut self, at: Time) {
        let last = self.last.replace(at);
        let (Speed::Times(times), Some(last)) = (self.speed, last) else { return };
        if last == Time::EPOCH {
            return;
        }
        let passed = u64::try_from(at.since_ms(last)).unwrap_or_default();
        std::thread::sleep(Duration::from_millis(passed / u64::from(times)).min(PAUSE_MAX));
    }
}
