//! The fall of Damascus, 7 to 8 December 2024, played from bundled articles in log time.
//!
//! The same path as any article takes; only the telling is the demo's own. What it told depends on
//! the articles alone, never on the speed.

mod line;
mod moment;
mod numbers;
mod table;
mod teller;
mod words;

use std::io::{IsTerminal as _, Write, stdout};
use std::process::ExitCode;
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use writethru_core::article::Time;
use writethru_core::policy::Policy;

use self::line::Line;
use self::teller::Teller;
use super::fold::Fold;
use crate::cli::{DemoArgs, Speed};
use crate::config::Settings;

/// The bundled articles, one a line.
pub const ARTICLES: &str = include_str!("articles.ndjson");

/// Columns between which the text is wrapped.
const WIDTHS: std::ops::RangeInclusive<usize> = 60..=110;
/// Columns where there is no terminal.
const WIDTH: usize = 100;
/// No pause is longer: a quiet night is not played out.
const PAUSE_MAX: Duration = Duration::from_secs(4);

/// Plays the articles.
///
/// # Errors
/// A terminal that is gone.
pub fn demo(args: DemoArgs, settings: Settings, policy: Policy) -> anyhow::Result<ExitCode> {
    let plain = args.plain || !stdout().is_terminal();
    let colours = if plain { ColorChoice::Never } else { ColorChoice::Auto };
    let mut screen = AutoStream::new(stdout(), colours);
    let width = width(stdout().is_terminal());
    let mut pace = Pace { speed: args.speed, last: None };
    play(settings, policy, &mut |at, lines| {
        pace.wait_for(at);
        for line in lines {
            writeln!(screen, "{}", line.paint(width))?;
        }
        screen.flush()
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Tells every article to `show`, with the log time at which it came, and the table at the end.
///
/// # Errors
/// What `show` cannot do.
pub fn play(
    settings: Settings,
    policy: Policy,
    show: &mut dyn FnMut(Time, &[Line]) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let mut fold = Fold::new(settings, policy);
    let mut teller = Teller::default();
    let mut now = Time::EPOCH;
    for line in ARTICLES.lines() {
        let taken = fold.take(line.as_bytes());
        now = now.max(taken.at);
        let told = teller.tell(&taken.output.changes);
        if !told.is_empty() {
            show(now, &told)?;
        }
    }
    show(now, &teller.finish())?;
    show(now, &table::table(&fold.documents(), teller.taken_back()))
}

/// What a terminal shows, as one plain text of this width.
#[must_use]
pub fn text(settings: Settings, policy: Policy, width: usize) -> String {
    let mut text = String::new();
    let told = play(settings, policy, &mut |_, lines| {
        for line in lines {
            let painted = line.paint(width);
            text.push_str(&anstream::adapter::strip_str(&painted).to_string());
            text.push('\n');
        }
        Ok(())
    });
    told.expect("text takes every line");
    text
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
        let passed = u64::try_from(at.since_ms(last)).unwrap_or_default();
        std::thread::sleep(Duration::from_millis(passed / u64::from(times)).min(PAUSE_MAX));
    }
}

fn width(terminal: bool) -> usize {
    let columns = terminal.then(terminal_size::terminal_size).flatten();
    let columns = columns.map_or(WIDTH, |(width, _)| usize::from(width.0));
    columns.clamp(*WIDTHS.start(), *WIDTHS.end())
}
