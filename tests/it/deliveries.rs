//! Deliveries against stand-ins: signed and in order, tried again by the schedule, never to an
//! address of the inside; in chat one message an alert, edited, with a thread; killed at any answer;
//! held back in quiet hours; mails in threads; stories as files of a CMS.

mod cap_schema;
mod chat;
mod documents;
mod flood;
mod holds;
mod mail;
mod service;
mod smtp;
pub mod stand_in;
mod stories;
pub mod superdesk;
pub mod webhooks;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;
use writethru::deliver::{Courier, Pace, Target};
use writethru::formats::alerts;
use writethru_core::article::Time;
use writethru_core::lane::Output;

use self::stand_in::Answer;
use crate::stream;

/// Waits for nothing; ends when there is nothing new, or when it is told to.
#[derive(Default)]
struct Hasty {
    waits: Vec<Duration>,
    is_dead: Arc<AtomicBool>,
    /// What its clock says.
    now: Time,
}

impl Pace for Hasty {
    fn wait(&mut self, time: Duration) -> bool {
        if time < Duration::from_secs(1) || self.is_dead.load(Ordering::Relaxed) {
            return false;
        }
        self.waits.push(time);
        true
    }

    fn now(&self) -> Time {
        self.now
    }
}

/// The alerts of all golden cases in one file, written after the target began.
struct Wire {
    folder: tempfile::TempDir,
}

impl Wire {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("alerts.ndjson")
    }

    fn journal(&self) -> PathBuf {
        self.folder.path().join("deliveries/target.ndjson")
    }

    /// What the target's progress says.
    fn noted(&self) -> String {
        std::fs::read_to_string(self.journal()).unwrap()
    }

    fn write(&self, events: &[Vec<u8>]) {
        std::fs::write(self.path(), events.concat()).unwrap();
    }

    fn courier(&self, target: impl Target + 'static) -> Courier {
        Courier::open("target", &self.path(), &self.journal(), Box::new(target), 9).unwrap()
    }
}

fn events(cases: &[&str]) -> Vec<Vec<u8>> {
    let mut events = Vec::new();
    for case in stream::cases().into_iter().filter(|it| cases.contains(&it.name.as_str())) {
        let mut lane = stream::lane();
        for intake in case.intakes() {
            let mut out = Output::default();
            lane.step(stream::policy(), intake, &mut out);
            events.extend(out.alerts.iter().map(alerts::line));
        }
    }
    events
}

pub fn fine() -> Answer {
    (200, Vec::new(), String::new())
}

/// Alerts that are open after these events, for who knows only `references`.
fn open_alerts(events: &[Vec<u8>]) -> BTreeMap<String, Value> {
    let mut open = BTreeMap::new();
    for line in events {
        let event: Value = serde_json::from_slice(line).unwrap();
        for replaced in event["data"]["references"].as_array().unwrap() {
            open.remove(replaced.as_str().unwrap());
        }
        if event["data"]["msgType"] != "cancel" {
            open.insert(event["id"].as_str().unwrap().to_owned(), event);
        }
    }
    open
}
