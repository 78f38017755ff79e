//! Wiring of `run` on Kafka: which roles, on which threads, and how they end together.

use std::num::NonZeroU32;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::Context as _;
use writethru_core::policy::Policy;

use super::deliveries::{Office, Published, TAKEN};
use super::{Deliveries, Readers, Stop, reading};
use crate::config::{Clock, Settings};
use crate::engine::trap;
use crate::logs::kafka::client::Cluster;
use crate::logs::kafka::heard::wait_for_broker;
use crate::logs::kafka::lane_log::Terms;
use crate::logs::kafka::lanes::{Lanes, Setup};
use crate::logs::kafka::routing::{self, Way};
use crate::logs::kafka::snapshots::Archive;
use crate::logs::kafka::topics::{self, Asked, Topics};
use crate::logs::kafka::watchdog::Watchdog;
use crate::telemetry::{self, Telemetry};

/// Characters of a topic's name.
const NAME_CHARS_MAX: usize = 200;

/// For tests only: deciding about an article with this word in its headline panics.
const PANIC_AT: &str = "WRITETHRU_TEST_PANIC_AT";

/// What this process does of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Brings articles to their desks.
    pub route: bool,
    /// Keeps the desks' stories and publishes what changes.
    pub lanes: bool,
    /// Shows what was published, over HTTP.
    pub serve: bool,
    /// Delivers alerts and stories to people's systems.
    pub deliver: bool,
}

/// Runs the roles until told to stop, or until one of them cannot go on.
///
/// # Errors
/// Why not, in a sentence.
pub fn serve(
    roles: Roles,
    settings: Settings,
    policy: Policy,
    telemetry: &Telemetry,
) -> anyhow::Result<ExitCode> {
    let stop = Stop::listen().context("cannot listen for signals")?;
    let settings = Arc::new(settings);
    let policy = Arc::new(policy);
    let cluster = cluster(&settings)?;
    tracing::info!(bootstrap_servers = cluster.bootstrap_servers(), "asking the broker");
    wait_for_broker(&cluster, &|| stop.is_asked())?;
    if stop.is_asked() {
        return Ok(ExitCode::SUCCESS);
    }
    let topics = Topics::of(&settings.app);
    let partitions = NonZeroU32::new(settings.kafka.partitions).context("kafka.partitions")?;
    // Whoever does not route has nothing to do with them, and may not even be allowed to ask.
    let article_topics: &[String] = if roles.route { &settings.kafka.article_topics } else { &[] };
    topics::ensure(&cluster, &asked(&settings, &topics, article_topics)?)?;
    let watchdog = Watchdog::start().context("cannot start the watchdog")?;
    let published = topics.clone();
    let readers = if roles.serve { Readers::listen(&settings, &policy, telemetry)? } else { None };
    let _figures =
        if roles.serve { None } else { Readers::figures(&settings, &policy, telemetry)? };
    let targets = if roles.deliver { settings.deliveries.as_slice() } else { &[] };
    let places = Published::Kafka(&cluster, &published);
    let office = Office::of(&settings, &telemetry.metrics, &stop, places);
    let deliveries = Deliveries::start(targets, &office)?;
    let only_delivers = roles == Roles { route: false, lanes: false, serve: false, deliver: true };
    if only_delivers && deliveries.count() == 0 {
        return Ok(telemetry::refused(&TAKEN));
    }
    // A role that cannot go on ends the others.
    let ended = Ended::default();
    let stopped = || stop.is_asked() || ended.is_set();
    thread::scope(|scope| {
        let mut running = Vec::new();
        if roles.route {
            let way = Way {
                settings: Arc::clone(&settings),
                policy: Arc::clone(&policy),
                topics: topics.clone(),
                partitions,
                watchdog: watchdog.clone(),
                telemetry: telemetry.clone(),
            };
            let (cluster, ended, stopped) = (&cluster, &ended, &stopped);
            running.push(thread::Builder::new().name("route".to_owned()).spawn_scoped(
                scope,
                move || {
                    let _ended = ended.at_the_end();
                    routing::serve(cluster, &way, stopped).context("route")
                },
            )?);
        }
        if roles.lanes {
            std::env::var(PANIC_AT).into_iter().for_each(trap::set);
            let (dir, records) = (&settings.state.dir, settings.state.snapshot_records);
            let snapshots = Archive::new(&cluster, &topics, dir, records)?;
            let lanes = Lanes::new(Setup {
                cluster: cluster.clone(),
                terms: Terms {
                    topics,
                    partitions,
                    batch_records_max: settings.reading.batch_records_max,
                    telemetry: telemetry.clone(),
                    snapshots: Some(snapshots),
                },
                ticks: settings.clock == Clock::Append,
                watchdog,
                ahead: reading(&settings, &policy),
                policy,
                record_bytes_max: settings.reading.record_bytes_max,
            })
            .context("setting up the lanes")?;
            let (ended, stopped) = (&ended, &stopped);
            running.push(thread::Builder::new().name("lanes".to_owned()).spawn_scoped(
                scope,
                move || {
                    let _ended = ended.at_the_end();
                    lanes.serve(stopped).context("lanes")
                },
            )?);
        }
        if let Some(readers) = &readers {
            eprintln!("the page is at http://{}/", readers.address());
            let (cluster, topics) = (&cluster, &published);
            readers.decide_on(cluster, topics);
            readers.tell_hub(&settings.serve, &stop);
            let (ended, stopped) = (&ended, &stopped);
            let changes_max = settings.serve.changes_max;
            running.push(thread::Builder::new().name("serve".to_owned()).spawn_scoped(
                scope,
                move || {
                    let _ended = ended.at_the_end();
                    readers.follow(cluster, topics, changes_max, stopped).context("serve")
                },
            )?);
        }
        tracing::info!(app = settings.app, partitions, "running");
        if running.is_empty() {
            eprintln!("delivering to {} targets", deliveries.count());
            deliveries.wait(&stopped);
        }
        for role in running {
            role.join().map_err(|_| anyhow::anyhow!("a role panicked"))??;
        }
        deliveries.end();
        tracing::info!("stopped; start again to go on");
        Ok(ExitCode::SUCCESS)
    })
}

/// The broker as the settings name it.
///
/// # Errors
/// A property that cannot be set from outside.
pub fn cluster(settings: &Settings) -> anyhow::Result<Cluster> {
    let kafka = &settings.kafka;
    Ok(Cluster::new(&settings.app, &kafka.bootstrap_servers, kafka.properties.0.clone())?)
}

/// The same once it answers.
///
/// # Errors
/// A property that cannot be set from outside, or a broker that does not answer.
pub fn answering(settings: &Settings) -> anyhow::Result<Cluster> {
    let cluster = cluster(settings)?;
    wait_for_broker(&cluster, &|| false)?;
    Ok(cluster)
}

/// What the settings want of the topics.
///
/// # Errors
/// More partitions than can be counted.
pub fn asked<'a>(
    settings: &Settings,
    topics: &'a Topics,
    articles: &'a [String],
) -> anyhow::Result<Asked<'a>> {
    Ok(Asked {
        topics,
        articles,
        partitions: usize::try_from(settings.kafka.partitions).context("kafka.partitions")?,
        replication: settings.kafka.replication,
        record_bytes_max: settings.reading.record_bytes_max,
    })
}

/// What is wrong with the settings of Kafka, if anything, for a process that routes or not.
#[must_use]
pub fn refusal(settings: &Settings, routes: bool) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let app = &settings.app;
    if app.len() > NAME_CHARS_MAX || !app.chars().all(fits) {
        return Some(format!(
            "\"app\" begins the name of every topic, so it may have letters, digits, '.', '_' and \
             '-' only, but is \"{app}\""
        ));
    }
    if routes && settings.kafka.article_topics.is_empty() {
        return Some("\"kafka.article_topics\" must name at least one topic".to_owned());
    }
    let ours = settings
        .kafka
        .article_topics
        .iter()
        .find(|topic| Topics::of(app).names().contains(&topic.as_str()));
    ours.map(|topic| format!("\"kafka.article_topics\" has \"{topic}\", which writethru writes"))
}

/// Whether a role has ended.
#[derive(Default)]
struct Ended(AtomicBool);

impl Ended {
    fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Sets it when dropped, also by a panic.
    const fn at_the_end(&self) -> Ending<'_> {
        Ending(&self.0)
    }
}

struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
