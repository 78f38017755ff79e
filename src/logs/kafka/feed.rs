//! What the polling thread and one lane's thread share: records one way, wishes the other.
//!
//! Invariant: a lane that was let go gets no group metadata any more, so nothing that it still
//! tries to commit can pass for the work of the partition's next owner.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Bytes that wait for a lane before its partition is paused; half of it resumes.
pub const QUEUED_BYTES_MAX: usize = 16 << 20;
/// Records that wait for a lane before its partition is paused; half of it resumes.
pub const QUEUED_RECORDS_MAX: usize = 20_000;

/// One record of the lane's partition, taken out of the client's memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// Where it stands.
    pub offset: i64,
    /// When the broker appended it, milliseconds since 1970.
    pub appended_ms: i64,
    /// The desk.
    pub key: Vec<u8>,
    /// The original bytes.
    pub value: Vec<u8>,
    /// Coordinates and kind.
    pub headers: Vec<(String, Vec<u8>)>,
}

impl Fetched {
    fn weight(&self) -> usize {
        const COORDINATES: usize = 128;
        self.value.len() + COORDINATES
    }
}

/// Whether the partition is this process's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// It is ours.
    Held,
    /// Finish what is begun, then let go.
    LettingGo,
    /// It is another's: commit nothing.
    Gone,
}

/// Whether the client fetches the partition; the polling thread's own note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Paused since it was assigned: the lane is not restored.
    Unrestored,
    /// Records come.
    Flowing,
    /// Paused until the lane has taken half of what waits.
    Full,
}

#[derive(Debug)]
struct Inside {
    hold: Hold,
    flow: Flow,
    queue: VecDeque<Fetched>,
    bytes: usize,
    /// Where the lane wants to be read from; the polling thread seeks.
    wanted: Option<i64>,
    /// What was read may not be all there is: the lane must look where it stands.
    disturbed: bool,
    /// The lane's thread has ended.
    ended: bool,
}

/// See the module.
#[derive(Debug)]
pub struct Feed {
    inside: Mutex<Inside>,
    changed: Condvar,
}

impl Default for Feed {
    fn default() -> Self {
        let inside = Inside {
            hold: Hold::Held,
            flow: Flow::Unrestored,
            queue: VecDeque::new(),
            bytes: 0,
            wanted: None,
            disturbed: false,
            ended: false,
        };
        Self { inside: Mutex::new(inside), changed: Condvar::new() }
    }
}

/// The polling thread's end.
impl Feed {
    /// Puts records at the end; the polling thread looks at [`Feed::fullness`] and pauses.
    pub fn push(&self, records: Vec<Fetched>) {
        let mut inside = self.lock();
        inside.bytes += records.iter().map(Fetched::weight).sum::<usize>();
        inside.queue.extend(records);
        self.changed.notify_all();
    }

    /// How full it is, in percent of what pauses the partition.
    #[must_use]
    pub fn fullness(&self) -> usize {
        let inside = self.lock();
        let by_bytes = inside.bytes * 100 / QUEUED_BYTES_MAX;
        by_bytes.max(inside.queue.len() * 100 / QUEUED_RECORDS_MAX)
    }

    /// Whether the partition is fetched.
    #[must_use]
    pub fn flow(&self) -> Flow {
        self.lock().flow
    }

    /// Notes whether the partition is fetched.
    pub fn set_flow(&self, flow: Flow) {
        self.lock().flow = flow;
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lock().queue.is_empty()
    }

    /// How many records wait.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.lock().queue.len()
    }

    /// The broker does not have what is to be read next: the lane looks where it stands, anew.
    pub fn disturb(&self) {
        self.lock().disturbed = true;
        self.changed.notify_all();
    }

    /// Where the lane wants to be read from, if it has said so since [`Feed::sought`].
    #[must_use]
    pub fn wanted(&self) -> Option<i64> {
        self.lock().wanted
    }

    /// From here on, what is pushed stands at the wanted offset or after it.
    pub fn sought(&self) {
        let mut inside = self.lock();
        inside.wanted = None;
        inside.disturbed = false;
        inside.queue.clear();
        inside.bytes = 0;
        self.changed.notify_all();
    }

    /// Tells the lane to finish, or that it is too late.
    pub fn let_go(&self, hold: Hold) {
        let mut inside = self.lock();
        if inside.hold != Hold::Gone {
            inside.hold = hold;
        }
        self.changed.notify_all();
    }

    /// Waits until the lane's thread has ended; answers whether it has.
    pub fn wait_until_ended(&self, within: Duration) -> bool {
        let deadline = Instant::now() + within;
        let mut inside = self.lock();
        while !inside.ended {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            inside = self.wait_for(inside, left);
        }
        true
    }
}

/// The lane's end.
impl Feed {
    /// Whether the partition is ours.
    #[must_use]
    pub fn hold(&self) -> Hold {
        self.lock().hold
    }

    /// Whether the lane must look where it stands.
    #[must_use]
    pub fn is_disturbed(&self) -> bool {
        self.lock().disturbed
    }

    /// Waits until the lane is let go.
    pub fn wait_until_let_go(&self) {
        let mut inside = self.lock();
        while inside.hold == Hold::Held {
            inside = self.changed.wait(inside).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Asks to be read from this offset, and waits; answers whether that happened.
    pub fn seek(&self, offset: i64) -> bool {
        let mut inside = self.lock();
        inside.wanted = Some(offset);
        while inside.wanted.is_some() && inside.hold == Hold::Held {
            inside = self.changed.wait(inside).unwrap_or_else(PoisonError::into_inner);
        }
        inside.hold == Hold::Held
    }

    /// Waits until there is a record or the lane is let go, at most so long.
    pub fn wait(&self, at_most: Duration) {
        let inside = self.lock();
        if inside.queue.is_empty() && inside.hold == Hold::Held && !inside.disturbed {
            drop(self.wait_for(inside, at_most));
        }
    }

    /// Waits so long, or until the lane is let go.
    pub fn wait_unless_let_go(&self, at_most: Duration) {
        let deadline = Instant::now() + at_most;
        let mut inside = self.lock();
        while inside.hold == Hold::Held {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            inside = self.wait_for(inside, left);
        }
    }

    /// Takes the oldest records, up to both limits and at least one if there is any.
    #[must_use]
    pub fn take(&self, records_max: usize, bytes_max: usize) -> Vec<Fetched> {
        let mut inside = self.lock();
        let mut taken = Vec::new();
        let mut bytes = 0;
        while taken.len() < records_max && (bytes < bytes_max || taken.is_empty()) {
            let Some(record) = inside.queue.pop_front() else { break };
            bytes += record.weight();
            taken.push(record);
        }
        inside.bytes -= bytes;
        taken
    }

    /// Calls only while the partition is ours; letting it go waits for that.
    pub fn while_ours<T>(&self, call: impl FnOnce() -> Option<T>) -> Option<T> {
        let inside = self.lock();
        if inside.hold == Hold::Gone { None } else { call() }
    }

    /// The lane's thread ends here.
    pub fn end(&self) {
        self.lock().ended = true;
        self.changed.notify_all();
    }
}

impl Feed {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_for<'a>(
        &self,
        inside: MutexGuard<'a, Inside>,
        at_most: Duration,
    ) -> MutexGuard<'a, Inside> {
        match self.changed.wait_timeout(inside, at_most) {
            Ok((inside, _)) => inside,
            Err(poisoned) => poisoned.into_inner().0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(offset: i64, bytes: usize) -> Fetched {
        Fetched { offset, value: vec![b'x'; bytes], ..Fetched::default() }
    }

    #[test]
    fn a_large_record_is_taken_alone_but_taken() {
        let feed = Feed::default();
        feed.push(vec![record(0, 5_000), record(1, 10), record(2, 10)]);
        assert_eq!(feed.take(100, 1_000).len(), 1);
        assert_eq!(feed.take(1, 1_000).len(), 1);
        assert_eq!(feed.take(100, 1_000).first().map(|record| record.offset), Some(2));
        assert_eq!(feed.fullness(), 0);
    }

    #[test]
    fn nothing_is_done_for_a_lane_that_is_gone() {
        let feed = Feed::default();
        assert_eq!(feed.while_ours(|| Some(1)), Some(1));
        feed.let_go(Hold::LettingGo);
        assert_eq!(feed.while_ours(|| Some(1)), Some(1));
        feed.let_go(Hold::Gone);
        assert_eq!(feed.while_ours(|| Some(1)), None);
        feed.let_go(Hold::LettingGo);
        assert_eq!(feed.hold(), Hold::Gone);
    }

    #[test]
    fn what_was_read_before_a_seek_is_forgotten() {
        let feed = std::sync::Arc::new(Feed::default());
        feed.push(vec![record(7, 10)]);
        let lane = std::sync::Arc::clone(&feed);
        let seeking = std::thread::spawn(move || lane.seek(3));
        while feed.wanted() != Some(3) {
            std::thread::yield_now();
        }
        feed.sought();
        feed.push(vec![record(3, 10)]);
        assert!(seeking.join().unwrap());
        assert_eq!(feed.take(10, 1_000).first().map(|record| record.offset), Some(3));
    }
}
