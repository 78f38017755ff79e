//! The role of the lanes: a member of their group, and for each partition a thread of its own that
//! restores, folds and commits.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::error::KafkaError;
use writethru_core::article::Time;
use writethru_core::lane::Lane;
use writethru_core::policy::Policy;

use super::client::Cluster;
use super::feed::{Feed, Hold};
use super::lane_log::LaneLog;
use super::member::{Member, Membership};
use super::producer::Gapless;
use super::topics::Topics;
use super::watchdog::Watchdog;
use super::wire::Header;
use crate::engine::{Ahead, Engine, Lines};
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

/// What all lanes of one process share.
pub struct Lanes {
    /// Where the broker is.
    pub cluster: Cluster,
    /// By name.
    pub topics: Topics,
    /// Of `routed`.
    pub partitions: NonZeroU32,
    /// Records that are folded and committed together.
    pub batch_records_max: usize,
    /// Whether quiet desks get ticks: not where log time is the articles' own.
    pub ticks: bool,
    /// The way to the group.
    pub membership: Membership,
    /// Ends the process when a call never returns.
    pub watchdog: Watchdog,
    own: Mutex<Gapless>,
    policy: Arc<Policy>,
    ahead: Ahead,
    ended: AtomicBool,
    failure: Mutex<Option<LogError>>,
}

impl Lanes {
    /// Sets up what they share.
    ///
    /// # Errors
    /// Settings that the client refuses.
    #[expect(clippy::too_many_arguments, reason = "it is the wiring of one role")]
    pub fn new(
        cluster: Cluster,
        topics: Topics,
        partitions: NonZeroU32,
        batch_records_max: usize,
        ticks: bool,
        watchdog: Watchdog,
        policy: Arc<Policy>,
        ahead: Ahead,
    ) -> Result<Arc<Self>, KafkaError> {
        let own = Mutex::new(Gapless::open(&cluster)?);
        Ok(Arc::new(Self {
            cluster,
            topics,
            partitions,
            batch_records_max,
            ticks,
            membership: Membership::default(),
            watchdog,
            own,
            policy,
            ahead,
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
        let member =
            Member::join(&self.cluster, GROUP, &self.topics.routed, &self.membership, start)
                .map_err(|error| super::error::LaneError::kafka("joining the group", error))?;
        let stop = || stop() || self.ended.load(Ordering::Relaxed);
        let polled = member.run(&stop);
        if let Some(failure) = self.failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Err(failure);
        }
        polled.map_err(|error| super::error::LaneError::kafka("polling", error).into())
    }

    /// Puts records into a lane's own partition of `routed`.
    ///
    /// # Errors
    /// A broker that does not take them.
    pub fn append(
        &self,
        partition: i32,
        records: &[(String, Vec<u8>, Vec<Header>)],
    ) -> Result<(), KafkaError> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = records
            .iter()
            .try_for_each(|(key, value, headers)| {
                own.send(&self.topics.routed, partition, key.as_bytes(), value, headers)
            })
            .and_then(|()| own.drain());
        if sent.is_err() {
            // It keeps its order by never sending anything again.
            *own = Gapless::open(&self.cluster)?;
        }
        sent
    }

    fn start(self: &Arc<Self>, partition: i32, feed: Arc<Feed>) {
        let lanes = Arc::clone(self);
        let (fed, name) = (Arc::clone(&feed), format!("lane {partition}"));
        let started = thread::Builder::new().name(name).spawn(move || {
            // Also when the thread panics: whoever lets the lane go waits for this.
            let _end = Ending(&fed);
            if let Err(error) = lanes.live(partition, &fed) {
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

    /// Takes the lane over, again if need be, for as long as it is ours.
    fn live(self: &Arc<Self>, partition: i32, feed: &Arc<Feed>) -> Result<(), LogError> {
        let mut pause = TAKE_AGAIN;
        while feed.hold() == Hold::Held {
            match self.fold(partition, feed) {
                Err(LogError::Lost) => {
                    tracing::info!(partition, "lane left, to be taken again if it is still ours");
                    feed.wait_unless_let_go(pause);
                    pause = (pause * 2).min(TAKE_AGAIN_MAX);
                }
                done => return done,
            }
        }
        Ok(())
    }

    /// One owner's time: restored, then batch after batch.
    fn fold(self: &Arc<Self>, partition: i32, feed: &Arc<Feed>) -> Result<(), LogError> {
        let log = LaneLog::open(Arc::clone(self), partition, Arc::clone(feed))?;
        let lines = Lines {
            changes: Some(formats::changes::line),
            alerts: Some(formats::alerts::line),
            stories: Some(formats::stories::line),
            documents: None,
        };
        let (policy, ahead) = (Arc::clone(&self.policy), self.ahead.clone());
        let mut lane: Engine<Lane, LaneLog> =
            Engine::open(log, policy, lines, ahead, Time::EPOCH, None)?;
        let mut ticks = Ticks::default();
        while feed.hold() == Hold::Held {
            feed.wait(PATIENCE);
            lane.settle()?;
            if self.ticks
                && feed.is_empty()
                && let Some(tick) = ticks.due(lane.fold().next_due())
            {
                lane.accept(vec![tick])?;
            }
        }
        lane.settle()
    }
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
