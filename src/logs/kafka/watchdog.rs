//! Ends the process when a call to the broker never returns.
//!
//! `send_offsets_to_transaction` ignores its time-out while the coordinator is down, for one. To
//! end is safe: the next start recovers from what is committed.

use std::process;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Longer than any call's own time-out.
const SILENT_SECONDS_MAX: u64 = 120;
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// `EX_TEMPFAIL`: whoever started the process may start it again.
const EXIT_CODE: i32 = 75;

/// What one thread is waiting for.
#[derive(Clone, Debug, Default)]
pub struct Watch(Arc<Mutex<Option<(&'static str, Instant)>>>);

impl Watch {
    /// Until the answer is dropped, the thread is in this call.
    #[must_use]
    pub fn calling(&self, what: &'static str) -> Calling<'_> {
        self.set(Some((what, Instant::now())));
        Calling(self)
    }

    fn set(&self, call: Option<(&'static str, Instant)>) {
        if let Ok(mut current) = self.0.lock() {
            *current = call;
        }
    }

    fn overdue(&self) -> Option<&'static str> {
        let call = self.0.lock().ok().and_then(|call| *call)?;
        (call.1.elapsed().as_secs() >= SILENT_SECONDS_MAX).then_some(call.0)
    }
}

/// A call that is under way.
#[derive(Debug)]
pub struct Calling<'a>(&'a Watch);

impl Drop for Calling<'_> {
    fn drop(&mut self) {
        self.0.set(None);
    }
}

/// All threads that are watched.
#[derive(Clone, Debug, Default)]
pub struct Watchdog(Arc<Mutex<Vec<std::sync::Weak<Mutex<Option<(&'static str, Instant)>>>>>>);

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
                    tracing::error!(
                        call,
                        seconds = SILENT_SECONDS_MAX,
                        "a call never returned; ending, the next start recovers"
                    );
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
        if let Ok(mut all) = self.0.lock() {
            all.retain(|other| other.strong_count() > 0);
            all.push(Arc::downgrade(&watch.0));
        }
        watch
    }

    fn overdue(&self) -> Option<&'static str> {
        let all = self.0.lock().ok()?;
        all.iter().filter_map(std::sync::Weak::upgrade).find_map(|call| Watch(call).overdue())
    }
}
