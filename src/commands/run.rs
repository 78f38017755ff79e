//! `run`: the service. With Kafka its roles are in [`crate::app::kafka`]; here is embedded mode. It follows inputs until it is told to stop.
//!
//! Log time is the wall clock, stamped before the log; a quiet desk gets its ticks from it. All
//! else is a function of the log.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use writethru_core::change::StoryDoc;
use writethru_core::policy::Policy;

use crate::app::kafka::Roles;
use crate::app::{self, Arrivals, Deliveries, Desk, Feeding, Progress, Readers, Sources, Stop};
use crate::cli::{Role, RunArgs};
use crate::config::{Clock, Settings};
use crate::engine::{Line, Lines, Measured};
use crate::formats;
use crate::log::{Entry, Log, LogError, Stream};
use crate::logs::disk::{DiskLog, Files};
use crate::logs::told::Told;
use crate::logs::{Outlet, Outlets};
use crate::telemetry::{self, Metrics, Telemetry};

/// Timers are looked at this often while records come.
const TIMERS: Duration = Duration::from_millis(250);

/// Runs `writethru run`.
///
/// # Errors
/// What cannot be read or written, in a sentence.
pub fn run(args: RunArgs, settings: Settings, policy: Policy) -> anyhow::Result<ExitCode> {
    let telemetry = Telemetry::default();
    if !settings.kafka.bootstrap_servers.is_empty() {
        return on_kafka(&args.roles, settings, policy, &telemetry);
    }
    if args.roles == [Role::Deliver] {
        return deliver_only(&settings);
    }
    if settings.inputs.is_empty() && settings.feeds.addresses.is_empty() {
        return Ok(telemetry::refused(
            &"nothing to follow: name files or folders in the setting \"inputs\" \
              (or WRITETHRU__INPUTS=wires/), or feeds in \"sources.feeds\"",
        ));
    }
    let settings = Arc::new(settings);
    let folder = &settings.output_dir;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let log = DiskLog::open(Files::default(), settings.state.clone(), outlets(folder))?;
    let policy = Arc::new(policy);
    let mut readers = Readers::listen(&settings, &policy, &telemetry)?;
    let stories: Option<Line<StoryDoc>> = readers.is_some().then_some(formats::stories::line);
    let lines = Lines {
        changes: Some(formats::changes::line),
        alerts: Some(formats::alerts::line),
        stories,
        ..Lines::default()
    };
    let stop = Stop::listen().context("cannot listen for signals")?;
    let mut desk = app::open(Told::new(log), &settings, policy, lines, app::wall_clock(), None)?;
    let bytes_max = settings.reading.record_bytes_max;
    let sources = Sources {
        paths: settings.inputs.clone(),
        feeds: settings.feeds.addresses.clone(),
        every: Duration::from_secs(settings.feeds.poll_seconds),
    };
    let arrivals = app::follow(sources, desk.marker(), bytes_max, &stop);
    if let Some(readers) = &mut readers {
        let listener = readers.take_up(&desk, folder, &settings.serve)?;
        desk.log_mut().listen(listener);
        readers.decide_at(&arrivals);
        readers.tell_hub(&settings.serve, &stop);
        eprintln!("the page is at http://{}/", readers.address());
    }
    let deliveries = deliveries(&settings, &stop)?;
    for missing in settings.inputs.iter().filter(|input| !input.exists()) {
        eprintln!("{}: nothing is there yet; it is followed once it comes", missing.display());
    }
    let inputs = match settings.inputs.len() + settings.feeds.addresses.len() {
        1 => "1 input".to_owned(),
        inputs => format!("{inputs} inputs"),
    };
    eprintln!("following {inputs}; changes go to {}", folder.join("changes.ndjson").display());
    desk.measure(Measured::new(Arc::clone(&telemetry.metrics), 0));
    telemetry.health.ready_is("desk");
    let served = serve(&mut desk, &arrivals, &settings, &stop, &telemetry);
    deliveries.end();
    served?;
    desk.checkpoint()?;
    eprintln!("{}", desk.marker().tally);
    eprintln!("stopped; all that came in is kept: start again to go on");
    Ok(ExitCode::SUCCESS)
}

/// Couriers for all targets; they follow the alerts' file of this installation.
fn deliveries(settings: &Settings, stop: &Stop) -> anyhow::Result<Deliveries> {
    let alerts = settings.output_dir.join("alerts.ndjson");
    let folder = settings.state.dir.join("deliveries");
    Deliveries::start(&settings.deliveries, &alerts, &folder, stop)
}

/// The role by itself: beside a desk that another process keeps, on the same folders.
fn deliver_only(settings: &Settings) -> anyhow::Result<ExitCode> {
    if settings.deliveries.is_empty() {
        return Ok(telemetry::refused(
            &"nowhere to deliver to: name targets in [[deliver.webhooks]] or [[deliver.chats]]",
        ));
    }
    let stop = Stop::listen().context("cannot listen for signals")?;
    let deliveries = deliveries(settings, &stop)?;
    eprintln!("delivering to {} targets", settings.deliveries.len());
    deliveries.wait(&stop);
    deliveries.end();
    Ok(ExitCode::SUCCESS)
}

fn on_kafka(
    roles: &[Role],
    settings: Settings,
    policy: Policy,
    telemetry: &Telemetry,
) -> anyhow::Result<ExitCode> {
    if !settings.deliveries.is_empty() {
        return Ok(telemetry::refused(
            &"deliveries follow the files of embedded mode and not yet the topic of alerts: run \
              them beside an embedded desk, or take [deliver] out",
        ));
    }
    if !settings.feeds.addresses.is_empty() {
        return Ok(telemetry::refused(
            &"\"sources.feeds\" is read in embedded mode only: on Kafka bring the feeds into an \
              article topic, or take it out",
        ));
    }
    let asked = |role| roles.is_empty() || roles.contains(&role);
    let roles =
        Roles { route: asked(Role::Route), lanes: asked(Role::Lanes), serve: asked(Role::Serve) };
    if let Some(refusal) = app::kafka::refusal(&settings, roles.route) {
        return Ok(telemetry::refused(&refusal));
    }
    app::kafka::serve(roles, settings, policy, telemetry)?;
    Ok(ExitCode::SUCCESS)
}

fn outlets(folder: &Path) -> Outlets {
    let file = |name: &str| Outlet::File(folder.join(name));
    Outlets::default()
        .with(Stream::Changes, file("changes.ndjson"))
        .with(Stream::Alerts, file("alerts.ndjson"))
        .with(Stream::DeadLetters, file("dead-letters.ndjson"))
}

fn serve<L: Log>(
    desk: &mut Desk<L>,
    arrivals: &Arrivals,
    settings: &Settings,
    stop: &Stop,
    telemetry: &Telemetry,
) -> anyhow::Result<()> {
    let mut looked = Instant::now();
    let mut progress = Progress::silent();
    let feeding = Feeding { arrivals, settings, stop, stamp: Some(app::wall_clock) };
    let waiting = telemetry.metrics.queue_depth.get_or_create_owned(&Metrics::lane(0));
    app::feed(desk, &feeding, &mut progress, &mut |desk, is_quiet| {
        telemetry.health.round("desk");
        waiting.set(i64::try_from(arrivals.waiting()).unwrap_or(i64::MAX));
        if settings.clock == Clock::Received || !(is_quiet || looked.elapsed() >= TIMERS) {
            return Ok(());
        }
        looked = Instant::now();
        fire_timers(desk, arrivals)
    })?;
    Ok(())
}

/// Appends a tick for each timer that is due by the wall clock, as long as nothing comes.
fn fire_timers<L: Log>(desk: &mut Desk<L>, arrivals: &Arrivals) -> Result<(), LogError> {
    let now = app::wall_clock();
    while let Some((name, due)) = desk.fold().next_due() {
        if due > now {
            break;
        }
        desk.accept(vec![Entry::Tick { desk: name, due }])?;
        desk.settle()?;
        if !arrivals.is_empty() {
            break;
        }
    }
    Ok(())
}
