//! Where the time of a batch goes, from its article topic to the committed change.
//!
//! For figures and messages only: nothing here decides anything.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::transactions::Spent;
use crate::telemetry::Metrics;

/// One batch on its way through a lane.
pub struct Pace {
    /// When its articles came to their topic, by the clock of whoever sent them.
    came_ms: Vec<i64>,
    /// When its oldest record came to the lane's topic, by the broker's clock.
    appended_ms: Option<i64>,
    /// When the lane took it.
    taken: Instant,
    taken_ms: i64,
}

impl Pace {
    /// Of a batch that the lane takes now.
    #[must_use]
    pub fn begin() -> Self {
        Self { came_ms: Vec::new(), appended_ms: None, taken: Instant::now(), taken_ms: now_ms() }
    }

    /// One of its records.
    pub fn note(&mut self, came_ms: Option<i64>, appended_ms: i64) {
        self.came_ms.extend(came_ms);
        self.appended_ms.get_or_insert(appended_ms);
    }

    /// It is committed, in a transaction that was begun at this moment.
    pub fn committed(&self, metrics: &Metrics, began: Instant, spent: &Spent) -> Told {
        metrics.transaction_seconds.observe(began.elapsed().as_secs_f64());
        let now = now_ms();
        for came in &self.came_ms {
            let took = Duration::from_millis(u64::try_from(now - came).unwrap_or_default());
            metrics.end_to_end_seconds.observe(took.as_secs_f64());
        }
        let oldest = self.came_ms.first();
        let appended = self.appended_ms.unwrap_or(self.taken_ms);
        Told {
            articles: self.came_ms.len(),
            routed_ms: oldest.map_or(0, |came| appended - came),
            waited_ms: self.taken_ms - appended,
            folded_us: us(began.duration_since(self.taken)),
            us: us(began.elapsed()),
            send_us: us(spent.send),
            drain_us: us(spent.drain),
            offset_us: us(spent.offset),
            commit_us: us(spent.commit),
        }
    }
}

/// What is said of a batch.
pub struct Told {
    /// How many articles were new.
    pub articles: usize,
    /// Of its oldest article: from its topic to the lane's.
    pub routed_ms: i64,
    /// Of its oldest record: from the lane's topic into the lane.
    pub waited_ms: i64,
    /// Read, decided and rendered, and what it waited for the batch before it.
    pub folded_us: u64,
    /// The whole transaction.
    pub us: u64,
    /// See [`Spent`].
    pub send_us: u64,
    /// See [`Spent`].
    pub drain_us: u64,
    /// See [`Spent`].
    pub offset_us: u64,
    /// See [`Spent`].
    pub commit_us: u64,
}

fn us(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn now_ms() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}
