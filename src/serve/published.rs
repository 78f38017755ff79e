//! What was published, shared by all readers: one writer folds, everybody else reads.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit, watch};

use crate::views::{Limits, View};

/// Readers of the stream whose next piece is made at the same time. The others wait for their turn
/// without a place in the queue of tasks, so a request never waits behind all of them.
const TURNS: usize = 2;

/// A view with those who wait for news of it.
pub struct Published {
    view: RwLock<View>,
    news: watch::Sender<u64>,
    ready: AtomicBool,
    streams: Arc<Semaphore>,
    streams_max: usize,
    turns: Semaphore,
}

impl Published {
    /// With nothing published yet.
    #[must_use]
    pub fn new(limits: Limits, streams_max: usize) -> Self {
        Self {
            view: RwLock::new(View::new(limits)),
            news: watch::Sender::new(0),
            ready: AtomicBool::new(false),
            streams: Arc::new(Semaphore::new(streams_max)),
            streams_max,
            turns: Semaphore::new(TURNS),
        }
    }

    /// Folds something in. Readers see all of it or nothing, and what fell is blanked by then.
    pub fn fold(&self, take: impl FnOnce(&mut View)) {
        let mut view = self.view.write().unwrap_or_else(PoisonError::into_inner);
        take(&mut view);
        view.settle();
        let next = view.changes().next();
        drop(view);
        self.news.send_replace(next);
    }

    /// The view, for a moment: never across a wait.
    pub fn view(&self) -> RwLockReadGuard<'_, View> {
        self.view.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// All that was published before the start is in.
    pub fn set_ready(&self) {
        self.ready.store(true, Ordering::Release);
    }

    /// Whether all that was published before the start is in.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    /// Wakes whoever waits when something was folded in.
    #[must_use]
    pub fn news(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
    }

    /// A place for one more reader of the stream, if there is one.
    #[must_use]
    pub fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.streams).try_acquire_owned().ok()
    }

    /// The turn of a reader of the stream, in the order in which they asked.
    pub async fn turn(&self) -> SemaphorePermit<'_> {
        self.turns.acquire().await.expect("turns are never closed")
    }

    /// How much is held, and for how many.
    #[must_use]
    pub fn metrics(&self) -> String {
        let view = self.view();
        let changes = view.changes().next() - view.changes().oldest();
        let streams = self.streams_max - self.streams.available_permits();
        let gauges = [
            ("held_changes", "Changes held for readers.", changes),
            ("held_alerts", "Alerts held for readers.", view.alert_count() as u64),
            ("held_stories", "Stories held for readers.", view.stories().len() as u64),
            ("stream_readers", "Readers of the stream.", streams as u64),
        ];
        let mut text = String::new();
        for (name, help, value) in gauges {
            let name = format!("writethru_{name}");
            writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}")
                .expect("a text takes whatever is written to it");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[test]
    fn two_have_their_turn_and_the_others_follow_in_their_order() {
        let published = Published::new(Limits::LEAST, 10);
        let mut look = Context::from_waker(Waker::noop());
        let [mut first, mut second, mut third, mut fourth] =
            [(); 4].map(|()| Box::pin(published.turn()));
        let Poll::Ready(one) = first.as_mut().poll(&mut look) else {
            panic!("nobody is before it")
        };
        let Poll::Ready(two) = second.as_mut().poll(&mut look) else { panic!("there are two") };
        assert!(third.as_mut().poll(&mut look).is_pending());
        assert!(fourth.as_mut().poll(&mut look).is_pending());
        drop(two);
        // Who asks now is behind those that wait, though a turn is over.
        let mut late = pin!(published.turn());
        assert!(late.as_mut().poll(&mut look).is_pending());
        assert!(fourth.as_mut().poll(&mut look).is_pending());
        let Poll::Ready(three) = third.as_mut().poll(&mut look) else { panic!("it is the next") };
        assert!(fourth.as_mut().poll(&mut look).is_pending());
        // Who goes away while it waits holds nobody up.
        drop(fourth);
        drop((one, three));
        assert!(late.as_mut().poll(&mut look).is_ready());
    }
}
