//! Every alert with the chain of its events, by the last of them.
//!
//! Bounded in number and bytes; what was cancelled longest ago leaves first, then what was told
//! longest ago.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde_json::Value;
use writethru_core::article::{AlertId, StoryId, Time};

use super::facts::Facts;
use super::withheld::hushed;

/// What an event is told as from now on, where it changes.
pub type Anew<'a> = &'a mut dyn FnMut(&[u8]) -> Option<(Facts, Bytes)>;

/// Events that are kept of one alert: the first, and the newest ones.
const EVENTS_MAX: usize = 200;

/// One alert.
#[derive(Clone, Debug)]
pub struct Alerted {
    /// Which.
    pub id: AlertId,
    /// Log time of its first event that is known.
    pub raised: Time,
    /// What its last event says, in short.
    pub last: Facts,
    /// Whether it was taken back.
    pub is_cancelled: bool,
    /// Its events as they are shown, the oldest first.
    pub events: Vec<Bytes>,
}

impl Alerted {
    /// How it stands: the data of its last event, without words that only a cancel may tell.
    #[must_use]
    pub fn stands(&self) -> Value {
        let last = self.events.last().map(|json| serde_json::from_slice(json).unwrap_or_default());
        let mut event: Value = last.unwrap_or_default();
        let mut data = event["data"].take();
        hushed(&mut data);
        data
    }
}

/// All alerts that are kept.
#[derive(Debug)]
pub struct Board {
    alerts: BTreeMap<AlertId, Alerted>,
    order: BTreeSet<(Time, AlertId)>,
    cancelled: BTreeSet<(Time, AlertId)>,
    stories: BTreeSet<(StoryId, AlertId)>,
    bytes: usize,
    alerts_max: usize,
    bytes_max: usize,
}

impl Board {
    /// With nothing on it.
    #[must_use]
    pub fn new(alerts_max: usize, bytes_max: usize) -> Self {
        Self {
            alerts: BTreeMap::new(),
            order: BTreeSet::new(),
            cancelled: BTreeSet::new(),
            stories: BTreeSet::new(),
            bytes: 0,
            alerts_max: alerts_max.max(1),
            bytes_max,
        }
    }

    /// Takes up one event, the newest of its alert.
    pub fn put(&mut self, id: AlertId, facts: Facts, json: Bytes) {
        self.bytes += json.len();
        let is_cancelled = facts.kind == "alert.cancelled";
        let mut alert = self.take(id).unwrap_or_else(|| Alerted {
            id,
            raised: facts.recorded,
            last: Facts::default(),
            is_cancelled: false,
            events: Vec::new(),
        });
        alert.last = facts;
        alert.is_cancelled = is_cancelled;
        alert.events.push(json);
        if alert.events.len() > EVENTS_MAX {
            self.bytes -= alert.events.remove(1).len();
        }
        self.order.insert((alert.last.recorded, id));
        self.stories.insert((alert.last.story, id));
        if is_cancelled {
            self.cancelled.insert((alert.last.recorded, id));
        }
        self.alerts.insert(id, alert);
        self.make_room();
    }

    fn take(&mut self, id: AlertId) -> Option<Alerted> {
        let alert = self.alerts.remove(&id)?;
        let key = (alert.last.recorded, id);
        self.order.remove(&key);
        self.cancelled.remove(&key);
        self.stories.remove(&(alert.last.story, id));
        Some(alert)
    }

    fn make_room(&mut self) {
        while self.alerts.len() > self.alerts_max || self.bytes > self.bytes_max {
            let oldest = self.cancelled.first().or_else(|| self.order.first()).copied();
            let Some((_, oldest)) = oldest.filter(|_| self.alerts.len() > 1) else { break };
            let gone = self.take(oldest);
            self.bytes -= gone.iter().flat_map(|it| &it.events).map(Bytes::len).sum::<usize>();
        }
    }

    /// Alerts by their last event, the newest first; after one of them.
    pub fn newest(&self, after: Option<(Time, AlertId)>) -> impl Iterator<Item = &Alerted> {
        let upper = match after {
            Some(key) => std::ops::Bound::Excluded(key),
            None => std::ops::Bound::Unbounded,
        };
        let range = self.order.range((std::ops::Bound::Unbounded, upper));
        range.rev().filter_map(|(_, id)| self.alerts.get(id))
    }

    /// One alert.
    #[must_use]
    pub fn get(&self, id: AlertId) -> Option<&Alerted> {
        self.alerts.get(&id)
    }

    /// Alerts of a story, in order of id.
    #[must_use]
    pub fn of_story(&self, story: StoryId) -> Vec<AlertId> {
        let (from, to) = ((story, AlertId::MIN), (story, AlertId::MAX));
        self.stories.range(from..=to).map(|(_, id)| *id).collect()
    }

    /// How many alerts are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.alerts.len()
    }

    /// Writes the events of an alert anew, where `each` answers something else for one.
    pub fn rewrite(&mut self, id: AlertId, each: Anew<'_>) {
        let Some(alert) = self.alerts.get_mut(&id) else { return };
        let last = alert.events.len().saturating_sub(1);
        for (at, json) in alert.events.iter_mut().enumerate() {
            let Some((facts, told)) = each(json) else { continue };
            self.bytes = self.bytes - json.len() + told.len();
            *json = told;
            if at == last {
                alert.last = facts;
            }
        }
    }
}
