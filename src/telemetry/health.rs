//! Whether the process lives and is ready, and if not, why, in words.
//!
//! Each part (a role, a lane) speaks for itself; the process is ready when every part is. A process
//! in which no part has spoken yet is starting.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A loop that has not come round for so long hangs.
const ROUND_SECONDS_MAX: u64 = 180;

/// Shared by all parts of one process.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<Mutex<Parts>>);

#[derive(Debug, Default)]
struct Parts {
    /// Each part with what keeps it from being ready.
    spoken: BTreeMap<String, Option<String>>,
    /// When each loop came round last.
    rounds: BTreeMap<&'static str, Instant>,
}

impl Health {
    /// This part is ready.
    pub fn ready_is(&self, part: &str) {
        self.lock().spoken.insert(part.to_owned(), None);
    }

    /// This part is not ready; `why` completes "it is not ready: lane 3 …".
    pub fn waits(&self, part: &str, why: impl Into<String>) {
        self.lock().spoken.insert(part.to_owned(), Some(why.into()));
    }

    /// This part is no part of the process any more.
    pub fn forget(&self, part: &str) {
        self.lock().spoken.remove(part);
    }

    /// The loop of a role has come round.
    pub fn round(&self, role: &'static str) {
        self.lock().rounds.insert(role, Instant::now());
    }

    /// The loop of a role has ended in good order.
    pub fn ended(&self, role: &'static str) {
        self.lock().rounds.remove(role);
    }

    /// Whether every loop still comes round.
    ///
    /// # Errors
    /// Which does not, and since when.
    pub fn alive(&self) -> Result<(), String> {
        self.alive_after(Duration::from_secs(ROUND_SECONDS_MAX))
    }

    fn alive_after(&self, longest: Duration) -> Result<(), String> {
        let parts = self.lock();
        let hangs = |(role, at): (&&str, &Instant)| {
            let since = at.elapsed();
            (since > longest).then(|| format!("{role} has stood still for {} s", since.as_secs()))
        };
        parts.rounds.iter().find_map(hangs).map_or(Ok(()), Err)
    }

    /// Whether every part is ready.
    ///
    /// # Errors
    /// What each of the others waits for.
    pub fn ready(&self) -> Result<(), String> {
        let parts = self.lock();
        if parts.spoken.is_empty() {
            return Err("starting".to_owned());
        }
        let why =
            |(part, why): (&String, &Option<String>)| Some(format!("{part} {}", why.as_ref()?));
        let all: Vec<String> = parts.spoken.iter().filter_map(why).collect();
        if all.is_empty() { Ok(()) } else { Err(all.join("; ")) }
    }

    fn lock(&self) -> MutexGuard<'_, Parts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_ready_when_every_part_is() {
        let health = Health::default();
        assert_eq!(health.ready(), Err("starting".to_owned()));
        health.ready_is("route");
        health.waits("lane 3", "restores its state");
        assert_eq!(health.ready(), Err("lane 3 restores its state".to_owned()));
        health.waits("lane 4", "is 12 records behind");
        let both = "lane 3 restores its state; lane 4 is 12 records behind";
        assert_eq!(health.ready(), Err(both.to_owned()));
        health.ready_is("lane 3");
        health.forget("lane 4");
        assert_eq!(health.ready(), Ok(()));
    }

    #[test]
    fn a_loop_that_stands_still_is_told() {
        let health = Health::default();
        assert_eq!(health.alive(), Ok(()));
        health.round("route");
        assert_eq!(health.alive(), Ok(()));
        let why = health.alive_after(Duration::ZERO).expect_err("time has passed");
        assert!(why.starts_with("route has stood still"), "{why}");
        health.ended("route");
        assert_eq!(health.alive_after(Duration::ZERO), Ok(()));
    }
}
