//! Tells a WebSub hub which feeds have changed, in a thread of its own.
//!
//! What changed while the hub could not be reached is told once it can.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use ureq::Agent;

use super::Stop;
use crate::serve::{Published, topics};

/// Between two looks at what changed; a hub is told no more often.
const LOOK: Duration = Duration::from_secs(1);
/// Between two looks at whether the end was asked for.
const BREATH: Duration = Duration::from_millis(100);
/// A hub answers within this.
const ANSWER: Duration = Duration::from_secs(10);
/// A hub that fails is tried again after a second, then ever later, up to this.
const PAUSE_MAX: Duration = Duration::from_secs(300);
/// Feeds that are told of in one request.
const FEEDS_MAX: usize = 50;
/// Feeds that wait for a hub; it is told of others once they change again.
const WAITING_MAX: usize = 10_000;

/// Begins with what changes from now on.
pub(super) fn start(hub: &str, public_url: &str, published: Arc<Published>, stop: &Stop) {
    let (hub, public_url, stop) = (hub.to_owned(), public_url.to_owned(), stop.clone());
    let config = Agent::config_builder().timeout_global(Some(ANSWER)).build();
    let agent = Agent::from(config);
    thread::spawn(move || {
        let mut next = None;
        let mut waiting = BTreeSet::new();
        let (mut pause, mut due) = (LOOK, Instant::now());
        while !stop.is_asked() {
            thread::sleep(BREATH);
            if Instant::now() < due || !published.is_ready() {
                continue;
            }
            let view = published.view();
            let (changed, after) = topics(&view, next.unwrap_or([u64::MAX; 2]));
            drop(view);
            next = Some(after);
            waiting.extend(changed);
            while waiting.len() > WAITING_MAX {
                waiting.pop_last();
            }
            pause = match tell(&agent, &hub, &public_url, &mut waiting) {
                Ok(()) => LOOK,
                Err(error) => {
                    tracing::warn!(hub, %error, feeds = waiting.len(), "the hub was not told");
                    pause.saturating_mul(2).min(PAUSE_MAX)
                }
            };
            due = Instant::now() + pause;
        }
    });
}

/// Tells of what waits; what was told waits no more.
fn tell(
    agent: &Agent,
    hub: &str,
    public_url: &str,
    waiting: &mut BTreeSet<String>,
) -> Result<(), ureq::Error> {
    while !waiting.is_empty() {
        let some: Vec<String> = waiting.iter().take(FEEDS_MAX).cloned().collect();
        let addresses: Vec<String> =
            some.iter().map(|path| format!("{public_url}{path}")).collect();
        let mode = ("hub.mode", "publish");
        let feeds = addresses.iter().map(|address| ("hub.url", address.as_str()));
        agent.post(hub).send_form(std::iter::once(mode).chain(feeds))?;
        some.iter().for_each(|path| {
            waiting.remove(path);
        });
    }
    Ok(())
}
