//! Lets go of a client within a time.
//!
//! Dropping one closes it, and closing can wait for a broker that never answers, so it happens on
//! a thread of its own.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long the caller waits.
const RETIRE_SECONDS_MAX: u64 = 10;

/// Drops a client; after the time it is left to itself, which is safe: the broker forgets it.
pub fn retire<T: Send + 'static>(client: T, what: &'static str) {
    let (done, wait) = mpsc::channel();
    let dropping = thread::Builder::new().name(format!("retire {what}")).spawn(move || {
        drop(client);
        // Whoever waited may have gone on.
        done.send(()).ok();
    });
    let Ok(_) = dropping else { return };
    if wait.recv_timeout(Duration::from_secs(RETIRE_SECONDS_MAX)).is_err() {
        tracing::warn!(client = what, "a client does not close; it is left to itself");
    }
}
