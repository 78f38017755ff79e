//! The deliveries' threads: one for each target, so that none waits for another.

mod patience;
mod targets;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::Context as _;
use writethru_core::article::StoryId;

use self::patience::Patience;
use super::outbox::{self, Outbox};
use super::{Desk, Stop};
use crate::config::{AlertWay, Delivery, Settings, StoryWay, Told, Way};
use crate::deliver::courier::Ended;
use crate::deliver::document::Document;
use crate::deliver::feed::Feed;
use crate::deliver::notes::Note;
use crate::deliver::tail::Tail;
use crate::deliver::topic::Topic;
use crate::deliver::{Courier, Journal, Pace, StoryCourier, Tally, stories};
use crate::formats;
use crate::log::Log;
use crate::logs::kafka::client::Cluster;
use crate::logs::kafka::topics::Topics;
use crate::telemetry::Metrics;

/// While it waits for a stop, this often it looks up.
const SLICE: Duration = Duration::from_millis(100);

/// All couriers that were started.
pub struct Deliveries {
    ending: Arc<AtomicBool>,
    couriers: Vec<JoinHandle<()>>,
    outboxes: Outboxes,
}

/// What story targets of an embedded desk are still to be given.
#[derive(Clone, Default)]
pub struct Outboxes(Arc<Mutex<Vec<Outbox>>>);

/// Documents of all stories.
pub type Standing = Vec<(StoryId, Vec<u8>)>;

/// Where alerts and stories are published.
pub enum Published<'a> {
    /// In a file, and by the desk next door.
    Embedded {
        /// The file of alerts.
        alerts: PathBuf,
        /// Every story as it stands, where the desk is in this process.
        stories: Option<&'a dyn Fn() -> Standing>,
    },
    /// On topics.
    Kafka(&'a Cluster, &'a Topics),
}

/// What all couriers of one process share.
pub struct Office<'a> {
    /// Where progress is kept.
    pub folder: PathBuf,
    /// Figures.
    pub metrics: Arc<Metrics>,
    /// Asks to stop.
    pub stop: &'a Stop,
    /// Where it comes from.
    pub published: Published<'a>,
}

impl<'a> Office<'a> {
    /// With progress beside the state of this installation.
    #[must_use]
    pub fn of(
        settings: &Settings,
        metrics: &Arc<Metrics>,
        stop: &'a Stop,
        published: Published<'a>,
    ) -> Self {
        let folder = settings.state.dir.join("deliveries");
        Self { folder, metrics: Arc::clone(metrics), stop, published }
    }
}

impl Deliveries {
    /// Starts a courier for each target that no other process delivers to.
    ///
    /// # Errors
    /// Progress that cannot be read or written, or a secret that is none.
    pub fn start(targets: &[Delivery], office: &Office<'_>) -> anyhow::Result<Self> {
        let ending = Arc::new(AtomicBool::new(false));
        let mut deliveries = Self { ending, couriers: Vec::new(), outboxes: Outboxes::default() };
        for one in targets {
            let path = office.folder.join(format!("{}.ndjson", one.name));
            let begin = match &office.published {
                Published::Embedded { alerts, .. } => Tail::end(alerts),
                Published::Kafka(..) => 0,
            };
            let journal = match Journal::open(&path, begin) {
                Ok(journal) => journal,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    tracing::warn!(target = one.name, %error, "not delivered by this process");
                    continue;
                }
                Err(error) => {
                    let problem = format!("cannot keep progress in {}", path.display());
                    return Err(error).context(problem);
                }
            };
            deliveries
                .begin(one, journal, office)
                .with_context(|| format!("the delivery \"{}\"", one.name))?;
        }
        Ok(deliveries)
    }

    fn begin(
        &mut self,
        one: &Delivery,
        journal: Journal,
        office: &Office<'_>,
    ) -> anyhow::Result<()> {
        let tally = Tally::new(Arc::clone(&office.metrics), &one.name);
        match &one.way {
            Way::Alerts(way, told) => self.alerts(&one.name, way, told, journal, office, tally),
            Way::Stories { way, desks } => {
                self.stories(&one.name, way, desks, journal, office, tally)
            }
        }
    }

    fn alerts(
        &mut self,
        name: &str,
        way: &AlertWay,
        told: &Told,
        mut journal: Journal,
        office: &Office<'_>,
        tally: Tally,
    ) -> anyhow::Result<()> {
        let feed: Box<dyn Feed> = match &office.published {
            Published::Embedded { alerts, .. } => {
                Box::new(Tail::at(alerts, journal.standing().byte))
            }
            Published::Kafka(cluster, topics) => {
                Box::new(followed(cluster, &topics.alerts, &mut journal)?)
            }
        };
        let target = targets::alerts(way, &office.metrics)?;
        let courier = Courier::of(name, feed, journal, target, told.priority_max);
        let mut courier = courier.holding(told.holds.clone()).counting(tally.clone());
        self.spawn(name, office, tally, move |pace| courier.run(pace))
    }

    fn stories(
        &mut self,
        name: &str,
        way: &StoryWay,
        desks: &[String],
        mut journal: Journal,
        office: &Office<'_>,
        tally: Tally,
    ) -> anyhow::Result<()> {
        let feed: Box<dyn Feed> = match &office.published {
            Published::Kafka(cluster, topics) => {
                Box::new(followed(cluster, &topics.stories, &mut journal)?)
            }
            Published::Embedded { stories: None, .. } => {
                tracing::warn!(target = name, "stories are delivered by the desk's own process");
                return Ok(());
            }
            Published::Embedded { stories: Some(stories), .. } => {
                let (mut outbox, inbox) = outbox::pair();
                let standing = stories();
                if journal.standing().has_begun {
                    // What moved before a kill may not have been told yet.
                    standing.iter().for_each(|(story, _)| outbox.moved(*story));
                } else {
                    begun(&standing, &mut journal)?;
                }
                self.outboxes.lock(|all| all.push(outbox));
                Box::new(inbox)
            }
        };
        let target = targets::stories(way);
        let courier = StoryCourier::of(name, feed, journal, target, desks.to_vec());
        let mut courier = courier.counting(tally.clone());
        self.spawn(name, office, tally, move |pace| courier.run(pace))
    }

    fn spawn(
        &mut self,
        name: &str,
        office: &Office<'_>,
        tally: Tally,
        mut run: impl FnMut(&mut dyn Pace) -> Ended + Send + 'static,
    ) -> anyhow::Result<()> {
        let mut patience = Patience::new(office.stop.clone(), Arc::clone(&self.ending), tally);
        let target = name.to_owned();
        let work = move || match run(&mut patience) {
            Ended::Stopped => {}
            Ended::Gone => tracing::error!(target, "delivers no more until the next start"),
            Ended::Broken(reason) => tracing::error!(target, reason, "delivers no more"),
        };
        let thread = thread::Builder::new().name(format!("to {name}"));
        self.couriers.push(thread.spawn(work).context("cannot start a courier")?);
        Ok(())
    }

    /// How many targets this process delivers to.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.couriers.len()
    }

    /// What story targets are still to be given.
    #[must_use]
    pub fn outboxes(&self) -> Outboxes {
        self.outboxes.clone()
    }

    /// Lets each end what it is doing.
    pub fn end(self) {
        self.ending.store(true, Ordering::Relaxed);
        for courier in self.couriers {
            drop(courier.join());
        }
    }

    /// Waits until somebody asks to stop.
    pub fn wait(&self, stopped: &dyn Fn() -> bool) {
        while !stopped() {
            thread::sleep(SLICE);
        }
    }
}

impl Outboxes {
    fn lock<T>(&self, call: impl FnOnce(&mut Vec<Outbox>) -> T) -> T {
        call(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether no target wants stories.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lock(|all| all.is_empty())
    }

    /// These stories moved.
    pub fn moved(&self, stories: impl Iterator<Item = StoryId>) {
        self.lock(|all| {
            for story in stories {
                all.iter_mut().for_each(|outbox| outbox.moved(story));
            }
        });
    }

    /// Hands over what targets have room for.
    pub fn fill<L: Log>(&self, desk: &Desk<L>) {
        self.lock(|all| all.iter_mut().for_each(|outbox| outbox.fill(desk)));
    }
}

/// Every story of a desk as it stands.
pub fn standing<L: Log>(desk: &Desk<L>) -> Standing {
    let lane = desk.fold();
    let story = |(name, id)| {
        let document = lane.story(desk.policy(), name, id)?;
        Some((id, formats::stories::line(&document)))
    };
    lane.stories().filter_map(story).collect()
}

/// Notes what there is when a target begins: nothing old is poured out.
fn begun(standing: &[(StoryId, Vec<u8>)], journal: &mut Journal) -> anyhow::Result<()> {
    let known = standing.iter().filter_map(|(_, line)| Document::read(line).ok());
    let mut notes: Vec<Note> = known.map(|document| stories::known(&document)).collect();
    notes.push(Note::Begun);
    journal.note(notes).context("cannot note where it begins")
}

/// A topic from where the journal stands; a new target begins at its end.
fn followed(cluster: &Cluster, topic: &str, journal: &mut Journal) -> anyhow::Result<Topic> {
    if !journal.standing().has_begun {
        let ends = Topic::ends(cluster, topic).with_context(|| format!("cannot read {topic}"))?;
        let next = |(partition, next)| Note::Next { partition, next };
        let notes = ends.into_iter().map(next).chain([Note::Begun]).collect();
        journal.note(notes).context("cannot note where it begins")?;
    }
    let from = &journal.standing().offsets;
    Topic::follow(cluster, topic, from).with_context(|| format!("cannot follow {topic}"))
}

/// Where embedded alerts are published.
#[must_use]
pub fn alerts_file(output: &Path) -> PathBuf {
    output.join("alerts.ndjson")
}

/// What is said where nothing is left to deliver.
pub const TAKEN: &str = "another process delivers to all of these targets already";

/// Why the role cannot run by itself, if it cannot.
#[must_use]
pub fn refusal(settings: &Settings) -> Option<&'static str> {
    settings.deliveries.is_empty().then_some(
        "nowhere to deliver to: name targets in [deliver]; docs/deliveries.md has one of each kind",
    )
}
