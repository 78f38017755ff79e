//! The role of the lanes: a member of their group, and for each partition a thread of its own that
//! restores, folds and commits.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::error::KafkaError;
use writethru_core::article::Time;
use writethru_core::lane::Lane;
use writethru_core::policy::Policy;

use super::at_broker::AtBroker;
use super::client::Cluster;
use super::error::{LaneError, is_newer};
use super::feed::{Feed, Hold};
use super::lag::{self, Positions};
use super::lane_log::{LaneLog, Terms};
use super::member::{Member, Membership};
use super::port::Own;
use super::producer::Gapless;
use super::snapshots;
use super::watchdog::Watchdog;
use crate::engine::{Ahead, Engine, Lines, Measured};
use crate::formats;
use crate::log::{Entry, LogError};

/// How long a lane waits for a record before it looks at its timers.
const PATIENCE: Duration = Duration::from_millis(100);
/// A tick that was asked for is not asked for again sooner.
const TICK_AGAIN: Duration = Duration::from_secs(5);
/// After losing a lane that still seems ours, before taking it again: whoever took it may be right.
const TAKE_AGAIN: Duration = Duration::from_millis(250);
const TAKE_AGAIN_MAX: Duration = Duration::from_secs(5);

/// The group of the lanes.
pub const GROUP: &str = "lanes";

/// What the role is given.
pub struct Setup {
    /// Where the broker is.
    pub cluster: Cluster,
    /// Topics, partitions, sizes.
    pub terms: Terms,
    /// Whether quiet desks get ticks: not where log time is the articles' own.
    pub ticks: bool,
    /// Ends the process when a call never returns.
    pub watchdog: Watchdog,
    /// What decides.
    pub policy: Arc<Policy>,
    /// Where articles are read.
    pub ahead: Ahead,
    /// The largest record that is read.
    pub record_bytes_max: usize,
}

/// What all lanes of one process share.
pub struct Lanes {
    /// What the role was given.
    pub with: Setup,
    /// The way to the group.
    pub membership: Membership,
    own: Mutex<Gapless>,
    positions: Arc<Positions>,
    /// The newest feed of each partition: what an older one's thread says counts no more.
    newest: Mutex<BTreeMap<i32, Arc<Feed>>>,
    ended: AtomicBool,
    failure: Mutex<Option<LogError>>,
}

impl Lanes {
    /// Sets up what they share.
    ///
    /// # Errors
    /// Settings that the client refuses.
    pub fn new(with: Setup) -> Result<Arc<Self>, KafkaError> {
        let own = Mutex::new(Gapless::open(&with.cluster)?);
        let positions = Arc::new(Positions::default());
        lag::watch(&with.cluster, &positions, Arc::clone(&with.terms.telemetry.metrics))?;
        if let Some(archive) = &with.terms.snapshots {
            snapshots::keep(&with.cluster, archive.clone(), &positions)?;
        }
        Ok(Arc::new(Self {
            with,
            membership: Membership::default(),
            own,
            positions,
            newest: Mutex::default(),
            ended: AtomicBool::new(false),
            failure: Mutex::new(None),
        }))
    }

    /// Serves until told to stop, or until a lane cannot go on.
    ///
    /// # Errors
    /// Why a lane cannot go on.
    pub fn serve(self: &Arc<Self>, stop: &dyn Fn() -> bool) -> Result<(), LogError> {
        let lanes = Arc::clone(self);
        let start = Box::new(move |partition, feed: Arc<Feed>| lanes.start(partition, feed));
        let (cluster, terms) = (&self.with.cluster, &self.with.terms);
        let topic = &terms.topics.routed;
        let telemetry = terms.telemetry.clone();
        let member = Member::join(cluster, GROUP, topic, &self.membership, telemetry, start)
            .map_err(|error| LaneError::kafka("joining the group", error))?;
        let stop = || stop() || self.ended.load(Ordering::Relaxed);
        let polled = member.run(&stop);
        if let Some(failure) = self.failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Err(self.explained(failure));
        }
        polled.map_err(|error| LaneError::kafka("polling", error).into())
    }

    /// The same with the reason, where it is that a topic has changed.
    fn explained(&self, failure: LogError) -> LogError {
        let LogError::Broken(error) = failure else { return failure };
        match error.downcast::<LaneError>() {
            Ok(error) => {
                let Setup { cluster, terms, record_bytes_max, .. } = &self.with;
                error.explained(cluster, &terms.topics, *record_bytes_max).into()
            }
            Err(error) => LogError::Broken(error),
        }
    }

    /// Puts records into a lane's own partition of `routed`.
    ///
    /// # Errors
    /// A broker that does not take them.
    pub fn append(&self, partition: i32, records: &[Own]) -> Result<(), KafkaError> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = records
            .iter()
            .try_for_each(|(key, value, headers)| {
                own.send(&self.with.terms.topics.routed, partition, key.as_bytes(), value, headers)
            })
            .and_then(|()| own.drain());
        if sent.is_err() {
            // It keeps its order by never sending anything again.
            *own = Gapless::open(&self.with.cluster)?;
        }
        sent
    }

    /// Not ready from here on, until it has caught up.
    fn start(self: &Arc<Self>, partition: i32, feed: Arc<Feed>) {
        self.newest().insert(partition, Arc::clone(&feed));
        self.waits(partition, "is being taken over");
        let lanes = Arc::clone(self);
        let (fed, name) = (Arc::clone(&feed), format!("lane {partition}"));
        let started = thread::Builder::new().name(name).spawn(move || {
            // Also when the thread panics: whoever lets the lane go waits for this.
            let _end = Ending(&fed);
            let lived = catch_unwind(AssertUnwindSafe(|| lanes.live(partition, &fed)));
            let lived = lived.unwrap_or_else(|_| {
                Err(LogError::Broken("the lane's thread panicked; start again".into()))
            });
            lanes.forget(partition, &fed);
            if let Err(error) = lived {
                lanes.fail(partition, error);
            }
        });
        if let Err(error) = started {
            feed.end();
            self.fail(partition, LogError::broken(error));
        }
    }

    fn fail(&self, partition: i32, error: LogError) {
        tracing::error!(partition, error = %error, "a lane cannot go on");
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        self.ended.store(true, Ordering::Relaxed);
    }

    /// The lane is no part of this process any more, unless it has come back meanwhile.
    fn forget(&self, partition: i32, feed: &Arc<Feed>) {
        let mut newest = self.newest();
        if !newest.get(&partition).is_some_and(|newest| Arc::ptr_eq(newest, feed)) {
            return;
        }
        newest.remove(&partition);
        let Terms { topics, telemetry, .. } = &self.with.terms;
        telemetry.health.forget(&part(partition));
        telemetry.metrics.forget_lane(partition);
        self.positions.forget(&telemetry.metrics, &topics.routed, partition);
    }

    fn newest(&self) -> MutexGuard<'_, BTreeMap<i32, Arc<Feed>>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waits(&self, partition: i32, why: impl Into<String>) {
        self.with.terms.telemetry.health.waits(&part(partition), why);
    }

    /// Takes the lane over, again if need be, for as long as it is ours.
    fn live(self: &Arc<Self>, partition: i32, feed: &Arc<Feed>) -> Result<(), LogError> {
        let mut pause = TAKE_AGAIN;
        while feed.hold() == Hold::Held {
            match self.fold(partition, feed) {
                Err(LogError::Lost) => {
                    tracing::info!(partition, "lane left, to be taken again if it is still ours");
                    if feed.hold() == Hold::Held {
                        self.waits(partition, "was lost, and is taken over again");
                    }
                    feed.wait_unless_let_go(pause);
                    pause = (pause * 2).min(TAKE_AGAIN_MAX);
                }
                // Whoever has the newer version goes on with it; the other lanes are none the worse.
                Err(LogError::Broken(error)) if is_newer(&*error) => {
                    tracing::error!(partition, error = %error, "lane left alone");
                    self.waits(partition, format!("is left alone: {error}"));
                    feed.wait_until_let_go();
                }
                done => return done,
            }
        }
        Ok(())
    }

    /// One owner's time: restored, then batch after batch.
    fn fold(self: &Arc<Self>, partition: i32, feed: &Arc<Feed>) -> Result<(), LogError> {
        let began = Instant::now();
        let telemetry = &self.with.terms.telemetry;
        self.waits(partition, "is being taken over");
        let port = AtBroker::take_over(Arc::clone(self), partition, Arc::clone(feed))?;
        let log = LaneLog::new(port, self.with.terms.clone(), partition, Arc::clone(feed));
        let lines = Lines {
            changes: Some(formats::changes::line),
            alerts: Some(formats::alerts::line),
            stories: true,
            documents: None,
        };
        let (policy, ahead) = (Arc::clone(&self.with.policy), self.with.ahead.clone());
        let mut lane: Engine<Lane, LaneLog<AtBroker>> =
            Engine::open(log, policy, lines, ahead, Time::EPOCH, None)?;
        lane.measure(Measured::new(Arc::clone(&telemetry.metrics), partition));
        telemetry.metrics.restore_seconds.observe(began.elapsed().as_secs_f64());
        let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(partition, ms, "lane taken over");
        let mut ticks = Ticks::default();
        while feed.hold() == Hold::Held {
            feed.wait(PATIENCE);
            lane.settle()?;
            let topic = &self.with.terms.topics.routed;
            self.positions.reached(topic, partition, lane.log().next());
            if self.with.ticks
                && feed.is_empty()
                && let Some(tick) = ticks.due(lane.fold().next_due())
            {
                lane.accept(vec![tick])?;
            }
        }
        lane.settle()
    }
}

/// A lane as a part of the process.
fn part(partition: i32) -> String {
    format!("lane {partition}")
}

/// Says that the lane's thread has ended, however it ends.
struct Ending<'a>(&'a Feed);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Ticks that were asked for.
#[derive(Default)]
struct Ticks {
    asked: Option<(String, Time, Instant)>,
}

impl Ticks {
    /// The tick for a timer that is due by the wall clock, unless it was asked for.
    fn due(&mut self, next: Option<(String, Time)>) -> Option<Entry> {
        let (desk, due) = next?;
        if due > Time(jiff::Timestamp::now().as_millisecond()) {
            return None;
        }
        let asked = self.asked.as_ref().is_some_and(|(before, when, at)| {
            *before == desk && *when == due && at.elapsed() < TICK_AGAIN
        });
        if asked {
            return None;
        }
        self.asked = Some((desk.clone(), due, Instant::now()));
        Some(Entry::Tick { desk, due })
    }
}
