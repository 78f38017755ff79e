//! `run`: the service. With Kafka its roles are in [`crate::app::kafka`]; here is embedded mode. It follows inputs until it is told to stop.
//!
//! Log time is the wall clock, stamped before the log; a quiet desk gets its ticks from it. All
//! else is a function of the log.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use writethru_core::article::Time;
use writethru_core::policy::Policy;

use crate::app::deliveries::{Office, Outboxes, Published, TAKEN, alerts_file, standing};
use crate::app::kafka::Roles;
use crate::app::{self, Arrivals, Deliveries, Desk, Feeding, Progress, Readers, Sources, Stop};
use crate::cli::{Role, RunArgs};
use crate::config::{Clock, Delivery, Settings, Way};
use crate::engine::{Lines, Measured};
use crate::formats;
use crate::log::{Entry, Log, LogError, Stream};
use crate::logs::disk::{DiskLog, Files};
use crate::logs::told::{Listener, Told};
use crate::logs::{Outlet, Outlets};
use crate::telemetry::{self, Metrics, Telemetry};

/// Timers are looked at this often while records come.
const TIMERS: Duration = Duration::from_millis(250);
/// How long a stop waits for the last lines of files that are followed.
const LAST_WORDS: Duration = Duration::from_millis(500);

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
        return deliver_only(&settings, &Arc::new(policy), &telemetry);
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
    let stories = readers.is_some() || wants_stories(&args.roles, &settings);
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
    let deliveries = deliveries(&args.roles, &settings, &desk, &telemetry, &stop)?;
    if wants_stories(&args.roles, &settings) {
        desk.log_mut().listen(mover(deliveries.outboxes()));
    }
    if let Some(readers) = &mut readers {
        let listener = readers.take_up(&desk, folder, &settings.serve)?;
        desk.log_mut().listen(listener);
        readers.decide_at(&arrivals);
        readers.tell_hub(&settings.serve, &stop);
        eprintln!("the page is at http://{}/", readers.address());
    }
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
    let outboxes = deliveries.outboxes();
    let served = serve(&mut desk, &arrivals, &settings, &stop, &telemetry, &outboxes);
    deliveries.end();
    served?;
    desk.checkpoint()?;
    eprintln!("{}", desk.marker().tally);
    eprintln!("stopped; all that came in is kept: start again to go on");
    Ok(ExitCode::SUCCESS)
}

/// Whether this process delivers.
fn delivers(roles: &[Role]) -> bool {
    roles.is_empty() || roles.contains(&Role::Deliver)
}

/// Whether some target wants the documents of stories.
fn wants_stories(roles: &[Role], settings: &Settings) -> bool {
    let is_story = |one: &Delivery| matches!(one.way, Way::Stories { .. });
    delivers(roles) && settings.deliveries.iter().any(is_story)
}

/// Couriers for all targets; they follow the alerts' file of this installation, and its desk.
fn deliveries<L: Log>(
    roles: &[Role],
    settings: &Settings,
    desk: &Desk<L>,
    telemetry: &Telemetry,
    stop: &Stop,
) -> anyhow::Result<Deliveries> {
    let targets = if delivers(roles) { settings.deliveries.as_slice() } else { &[] };
    let alerts = alerts_file(&settings.output_dir);
    let standing = || standing(desk);
    let published = Published::Embedded { alerts, stories: Some(&standing) };
    Deliveries::start(targets, &Office::of(settings, &telemetry.metrics, stop, published))
}

/// Tells the deliveries which stories moved.
fn mover(outboxes: Outboxes) -> Listener {
    Box::new(move |committed| outboxes.moved(committed.stories.iter().map(|(story, _)| *story)))
}

/// The role by itself: beside a desk that another process keeps, on the same folders.
fn deliver_only(
    settings: &Settings,
    policy: &Arc<Policy>,
    telemetry: &Telemetry,
) -> anyhow::Result<ExitCode> {
    if let Some(refusal) = app::deliveries::refusal(settings) {
        return Ok(telemetry::refused(&refusal));
    }
    let stop = Stop::listen().context("cannot listen for signals")?;
    let _figures = Readers::figures(settings, policy, telemetry)?;
    let alerts = alerts_file(&settings.output_dir);
    let published = Published::Embedded { alerts, stories: None };
    let office = Office::of(settings, &telemetry.metrics, &stop, published);
    let deliveries = Deliveries::start(&settings.deliveries, &office)?;
    if deliveries.count() == 0 {
        return Ok(telemetry::refused(&format!(
            "{TAKEN}, or they want stories, which the desk's own process delivers in embedded mode"
        )));
    }
    eprintln!("delivering to {} targets", deliveries.count());
    deliveries.wait(&|| stop.is_asked());
    deliveries.end();
    Ok(ExitCode::SUCCESS)
}

fn on_kafka(
    roles: &[Role],
    settings: Settings,
    policy: Policy,
    telemetry: &Telemetry,
) -> anyhow::Result<ExitCode> {
    if *roles == [Role::Deliver]
        && let Some(refusal) = app::deliveries::refusal(&settings)
    {
        return Ok(telemetry::refused(&refusal));
    }
    if !settings.feeds.addresses.is_empty() {
        return Ok(telemetry::refused(
            &"\"sources.feeds\" is read in embedded mode only: on Kafka bring the feeds into an \
              article topic, or take it out",
        ));
    }
    let asked = |role| roles.is_empty() || roles.contains(&role);
    let roles = Roles {
        route: asked(Role::Route),
        lanes: asked(Role::Lanes),
        serve: asked(Role::Serve),
        deliver: asked(Role::Deliver) && !settings.deliveries.is_empty(),
    };
    if let Some(refusal) = app::kafka::refusal(&settings, roles.route) {
        return Ok(telemetry::refused(&refusal));
    }
    app::kafka::serve(roles, settings, policy, telemetry)
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
    outboxes: &Outboxes,
) -> anyhow::Result<()> {
    let mut looked = Instant::now();
    let mut progress = Progress::silent();
    let (last_words, stamp) = (LAST_WORDS, Some(app::wall_clock as fn() -> Time));
    let feeding = Feeding { arrivals, settings, stop, last_words, stamp };
    let waiting = telemetry.metrics.queue_depth.get_or_create_owned(&Metrics::lane(0));
    app::feed(desk, &feeding, &mut progress, &mut |desk, is_quiet| {
        telemetry.health.round("desk");
        outboxes.fill(desk);
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
