//! Ends the process when a call to the broker never returns.
//!
//! `send_offsets_to_transaction` ignores its time-out while the coordinator is down, for one. To
//! end is safe: the next start recovers from what is committed.

use std::process;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

/// Looks at one and the same call after which it counts as never returning; longer than any call's
/// own time-out. Looks are counted, not seconds: a machine that slept finds nothing overdue.
const LOOKS_MAX: u32 = 120;
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// `EX_TEMPFAIL`: whoever started the process may start it again.
const EXIT_CODE: i32 = 75;

/// The call that one thread is in, and how often it was seen there.
type Call = Mutex<Option<(&'static str, u32)>>;

/// What one thread is waiting for.
#[derive(Clone, Debug, Default)]
pub struct Watch(Arc<Call>);

impl Watch {
    /// Until the answer is dropped, the thread is in this call.
    #[must_use]
    pub fn calling(&self, what: &'static str) -> Calling<'_> {
        *lock(&self.0) = Some((what, 0));
        Calling(self)
    }
}

/// A call that is under way.
#[derive(Debug)]
pub struct Calling<'a>(&'a Watch);

impl Drop for Calling<'_> {
    fn drop(&mut self) {
        *lock(&self.0.0) = None;
    }
}

/// All threads that are watched.
#[derive(Clone, Debug, Default)]
pub struct Watchdog(Arc<Mutex<Vec<Weak<Call>>>>);

impl Watchdog {
    /// Begins to watch.
    ///
    /// # Errors
    /// A system without room for one more thread.
    pub fn start() -> std::io::Result<Self> {
        let watchdog = Self::default();
        let watched = watchdog.clone();
        thread::Builder::new().name("watchdog".to_owned()).spawn(move || {
            // Ends when nobody else can add a thread to be watched.
            while Arc::strong_count(&watched.0) > 1 {
                thread::sleep(LOOK_EVERY);
                if let Some(call) = watched.overdue() {
                    tracing::error!(call, "a call never returned; ending, the next start recovers");
                    process::exit(EXIT_CODE);
                }
            }
        })?;
        Ok(watchdog)
    }

    /// A watch for one more thread.
    #[must_use]
    pub fn watch(&self) -> Watch {
        let watch = Watch::default();
        let mut all = lock(&self.0);
        all.retain(|other| other.strong_count() > 0);
        all.push(Arc::downgrade(&watch.0));
        watch
    }

    /// Looks at every thread once.
    fn overdue(&self) -> Option<&'static str> {
        let look = |call: Arc<Call>| {
            let mut call = lock(&call);
            let (what, looks) = call.as_mut()?;
            *looks += 1;
            (*looks > LOOKS_MAX).then_some(*what)
        };
        lock(&self.0).iter().filter_map(Weak::upgrade).find_map(look)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_call_that_stays_is_overdue() {
        let watchdog = Watchdog::default();
        let (busy, stuck) = (watchdog.watch(), watchdog.watch());
        let stays = stuck.calling("commit_transaction");
        for _ in 0..LOOKS_MAX {
            let _returns = busy.calling("begin_transaction");
            assert_eq!(watchdog.overdue(), None);
        }
        assert_eq!(watchdog.overdue(), Some("commit_transaction"));
        drop(stays);
        assert_eq!(watchdog.overdue(), None);
    }
}
