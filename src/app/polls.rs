//! Feeds of the web, each host by a thread of its own, so that a dead one delays no other; all go
//! the way of every other input.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use super::arrivals::{Arrival, Sender};
use super::{Stop, record};
use crate::inputs::Polled;

/// Between two looks at whether the end was asked for.
const LOOK: Duration = Duration::from_millis(100);

/// Begins to ask for these feeds, each at this pace.
pub(super) fn poll(feeds: &[String], every: Duration, sender: &Sender, stop: &Stop) {
    let mut hosts: BTreeMap<String, Vec<(Instant, Polled)>> = BTreeMap::new();
    for feed in feeds {
        let host = url::Url::parse(feed).map(|it| it.authority().to_owned()).ok();
        let polled = (Instant::now(), Polled::new(feed, every));
        hosts.entry(host.unwrap_or_default()).or_default().push(polled);
    }
    for feeds in hosts.into_values() {
        let (sender, stop) = (sender.clone(), stop.clone());
        thread::spawn(move || ask_in_turn(feeds, &sender, &stop));
    }
}

/// The feeds of one host, one after the other.
fn ask_in_turn(mut feeds: Vec<(Instant, Polled)>, sender: &Sender, stop: &Stop) {
    while !stop.is_asked() && !feeds.is_empty() {
        let now = Instant::now();
        let mut gone = Vec::new();
        for (at, (due, feed)) in feeds.iter_mut().enumerate().filter(|(_, it)| it.0 <= now) {
            match ask(feed, sender) {
                Ok(Some(again)) => *due = Instant::now() + again,
                Ok(None) => gone.push(at),
                // Nobody listens any more.
                Err(()) => return,
            }
            if stop.is_asked() {
                return;
            }
        }
        gone.into_iter().rev().for_each(|at| drop(feeds.remove(at)));
        thread::sleep(LOOK);
    }
    // The queue stays open as long as somebody may ask again: until the end.
    while !stop.is_asked() {
        thread::sleep(LOOK);
    }
}

fn ask(feed: &mut Polled, sender: &Sender) -> Result<Option<Duration>, ()> {
    let asked = feed.ask();
    if let Some(problem) = &asked.problem {
        let again_seconds = asked.again.map(|again| again.as_secs());
        tracing::warn!(feed = feed.url(), problem, again_seconds, "a feed gave nothing");
    }
    for raw in asked.records {
        if !sender.send(Arrival::Record(record(raw))) {
            return Err(());
        }
    }
    Ok(asked.again)
}
