//! `writethru doctor`: looks at everything `run` needs, and says in plain words what to do.

use std::io::{Write as _, stdout};
use std::path::Path;
use std::process::ExitCode;

use writethru_core::policy::Policy;

use crate::app;
use crate::cli::DoctorArgs;
use crate::config::Settings;
use crate::logs::kafka::examine::{Finding, Grade, Patient, examine};
use crate::logs::kafka::heard::wait_for_broker;
use crate::logs::kafka::topics::{self, Topics};
use crate::telemetry;

/// Free space below which writing soon ends, and below which it has.
const FREE_MIB_MIND: u64 = 1024;
const FREE_MIB_WRONG: u64 = 64;
/// Before this the clock was never set.
const YEAR_MIN: i16 = 2026;

/// Runs `writethru doctor`.
///
/// # Errors
/// Standard output that cannot be written to.
pub fn doctor(args: &DoctorArgs, settings: &Settings, policy: &Policy) -> anyhow::Result<ExitCode> {
    let is_embedded = settings.kafka.bootstrap_servers.is_empty();
    if !is_embedded && let Some(refusal) = app::kafka::refusal(settings, true) {
        return Ok(telemetry::refused(&refusal));
    }
    let mode = if is_embedded { "embedded, without Kafka" } else { "on Kafka" };
    let digest: String = policy.digest.chars().take(12).collect();
    let mut findings = vec![Finding::well(
        "configuration",
        format!("{mode}; app \"{}\"; policy {digest}; version {}", settings.app, version()),
    )];
    findings.push(clock());
    if is_embedded {
        look_at_inputs(settings, &mut findings);
        findings.push(disk("state.dir", &settings.state.dir));
        findings.push(disk("output.dir", &settings.output_dir));
    } else {
        findings.push(disk("state.dir", &settings.state.dir));
        look_at_kafka(args, settings, &mut findings)?;
    }
    tell(&findings)
}

fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

fn look_at_kafka(
    args: &DoctorArgs,
    settings: &Settings,
    findings: &mut Vec<Finding>,
) -> anyhow::Result<()> {
    let cluster = app::kafka::cluster(settings)?;
    let topics = Topics::of(&settings.app);
    let asked = app::kafka::asked(settings, &topics, &settings.kafka.article_topics)?;
    if args.make
        && wait_for_broker(&cluster, &|| false).is_ok()
        && let Err(error) = topics::make_all(&cluster, &asked)
    {
        findings.push(Finding::wrong("topics", error.to_string(), "see below"));
    }
    let now_ms = app::wall_clock().0;
    findings.extend(examine(&Patient { cluster: &cluster, asked, now_ms }));
    Ok(())
}

fn look_at_inputs(settings: &Settings, findings: &mut Vec<Finding>) {
    if settings.inputs.is_empty() && settings.feeds.addresses.is_empty() {
        let todo = "name files or folders in `inputs`, feeds in `sources.feeds`, or a broker in \
                    kafka.bootstrap_servers";
        findings.push(Finding::wrong("inputs", "there is nothing to follow", todo));
    }
    let feeds = settings.feeds.addresses.len();
    if feeds > 0 {
        let found = "asked for once it runs";
        findings.push(Finding::well(&format!("feeds of the web: {feeds}"), found));
    }
    for input in settings.inputs.iter().filter(|input| input.as_path() != Path::new("-")) {
        let about = format!("input {}", input.display());
        let readable = if input.is_dir() {
            std::fs::read_dir(input).map(drop)
        } else {
            std::fs::File::open(input).map(drop)
        };
        findings.push(match readable {
            Ok(()) => Finding::well(&about, "can be read"),
            Err(error) => {
                Finding::mind(&about, error.to_string(), "it is followed once it can be read")
            }
        });
    }
}

/// Whether a folder can be written to, and how much room there is.
fn disk(about: &str, folder: &Path) -> Finding {
    let about = format!("{about} {}", folder.display());
    let probe = folder.join(".doctor");
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&probe, b"x"))
        .and_then(|()| std::fs::remove_file(&probe));
    if let Err(error) = written {
        return Finding::wrong(&about, error.to_string(), "name a folder that can be written to");
    }
    let Ok(room) = rustix::fs::statvfs(folder) else {
        return Finding::well(&about, "can be written to");
    };
    let free = room.f_bavail.saturating_mul(room.f_frsize) >> 20;
    let found = format!("can be written to; {free} MiB free");
    match free {
        ..FREE_MIB_WRONG => Finding::wrong(&about, found, "free some space"),
        FREE_MIB_WRONG..FREE_MIB_MIND => Finding::mind(&about, found, "free some space soon"),
        _ => Finding::well(&about, found),
    }
}

fn clock() -> Finding {
    let now = jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now());
    let shown = format!("{}Z", now.strftime("%FT%T"));
    if now.year() < YEAR_MIN {
        return Finding::wrong("clock", shown, "set the clock: log time is taken from it");
    }
    Finding::well("clock", shown)
}

fn tell(findings: &[Finding]) -> anyhow::Result<ExitCode> {
    let mut out = stdout().lock();
    for finding in findings {
        let grade = match finding.grade {
            Grade::Well => "ok   ",
            Grade::Mind => "mind ",
            Grade::Wrong => "WRONG",
        };
        writeln!(out, "{grade}  {}: {}", finding.about, finding.found)?;
        if !finding.todo.is_empty() {
            writeln!(out, "       → {}", finding.todo)?;
        }
    }
    let wrong = findings.iter().filter(|it| it.grade == Grade::Wrong).count();
    match wrong {
        0 => writeln!(out, "\n`writethru run` can start.")?,
        1 => writeln!(out, "\nOne thing must be put right first.")?,
        many => writeln!(out, "\n{many} things must be put right first.")?,
    }
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
