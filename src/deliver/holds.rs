//! Quiet hours and limits of a target: which alert goes out at once, what is held back, and until
//! when.
//!
//! An event's fate is a function of the alerts' log and the settings: the time that counts is the
//! event's own log time, in the target's time zone. Graver alerts always pass, and so does a
//! cancel of what the target was told. Of what is held of one alert only the newest is kept; what
//! was raised and taken back while it was held is counted and never told.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use writethru_core::article::Time;

use super::Event;
use super::notes::Note;
use crate::config::{HoldRules, Quiet, Whom};

/// Alerts that one rule holds; the next one brings the digest at once.
const ALERTS_MAX: usize = 500;
/// Sent events that are remembered for limits.
const SENT_MAX: usize = 10_000;

fn counts(whom: &Whom, rule: &str) -> bool {
    whom.rules.is_empty() || whom.rules.iter().any(|it| it == rule)
}

fn holds(whom: &Whom, event: &Event) -> bool {
    counts(whom, &event.data.rule) && event.data.priority > whom.passes_priority
}

/// Of these the last may have been sent without being noted as done.
const LAST_SENT: usize = 8;

/// What becomes of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes out.
    Passes,
    /// It waits for a digest.
    Waits(HeldEvent),
    /// It takes back what was never told and waits with this rule.
    TakesBack(String),
}

/// An event that waits, and by which rule until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldEvent {
    /// `quiet 0`, `limit 1`.
    pub hold: String,
    /// When the digest is due.
    pub until_ms: i64,
    /// Log time of the first event that waits with it.
    pub since_ms: i64,
    /// Which alert.
    pub alert: String,
    /// Which event.
    pub event: String,
    /// The event itself.
    pub line: String,
}

/// What one rule holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// When the digest is due.
    pub until_ms: i64,
    /// When it began.
    pub since_ms: i64,
    /// The newest event of each alert, and the ids of all of them.
    pub alerts: Vec<(HeldEvent, Vec<String>)>,
    /// Cancels of alerts that were never told.
    pub taken_back: BTreeSet<String>,
}

/// What a target is not told yet, and what it was told lately.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    waiting: BTreeMap<String, Waiting>,
    /// Oldest first: event, rule, log time.
    sent: VecDeque<(String, String, i64)>,
}

impl Held {
    /// What becomes of an event.
    #[must_use]
    pub fn fate(&self, rules: &HoldRules, event: &Event) -> Fate {
        if self.was_sent(&event.id) {
            return Fate::Passes;
        }
        if event.data.msg_type == "cancel" {
            return self.untold(event).map_or(Fate::Passes, Fate::TakesBack);
        }
        let quiet = rules.quiet.iter().enumerate().filter(|(_, it)| holds(&it.whom, event));
        let mut held = quiet.filter_map(|(number, quiet)| {
            Some((format!("quiet {number}"), end(quiet, &rules.zone, event.recorded)?))
        });
        let first = held.next().or_else(|| self.over_limit(rules, event));
        let Some((hold, until)) = first else { return Fate::Passes };
        let waiting = self.waiting.get(&hold);
        Fate::Waits(HeldEvent {
            until_ms: waiting.map_or(until.0, |waiting| waiting.until_ms),
            since_ms: waiting.map_or(event.recorded.0, |waiting| waiting.since_ms),
            hold,
            alert: event.data.alert.clone(),
            event: event.id.clone(),
            line: String::from_utf8_lossy(&event.bytes).into_owned(),
        })
    }

    /// The limit that an event is beyond, and when there is room again.
    fn over_limit(&self, rules: &HoldRules, event: &Event) -> Option<(String, Time)> {
        for (number, limit) in rules.limits.iter().enumerate() {
            if !holds(&limit.whom, event) {
                continue;
            }
            let since = event.recorded.0.saturating_sub(limit.within_ms);
            let lately = self
                .sent
                .iter()
                .rev()
                .filter(|(_, rule, at)| *at > since && counts(&limit.whom, rule));
            let oldest_in_the_way = lately.take(limit.events_max).map(|(_, _, at)| *at);
            let times: Vec<i64> = oldest_in_the_way.collect();
            if times.len() < limit.events_max {
                continue;
            }
            let room = times.iter().min().map_or(event.recorded.0, |at| at + limit.within_ms);
            let room = Time(room);
            // A digest keeps quiet hours, too.
            let quiet = rules.quiet.iter().filter(|it| holds(&it.whom, event));
            let until = quiet.filter_map(|it| end(it, &rules.zone, room)).max().unwrap_or(room);
            return Some((format!("limit {number}"), until));
        }
        None
    }

    /// The rule that holds all that was said of an event's alert so far, if one does.
    fn untold(&self, event: &Event) -> Option<String> {
        let waiting = self.waiting.values().flat_map(|waiting| &waiting.alerts);
        let (held, events) = waiting.into_iter().find(|(it, _)| it.alert == event.data.alert)?;
        let is_all = event.data.references.iter().all(|it| events.contains(it));
        is_all.then(|| held.hold.clone())
    }

    /// A rule whose digest is due by this time, or that holds too much; the one due first.
    #[must_use]
    pub fn due(&self, now: Time) -> Option<(&str, &Waiting)> {
        let is_due =
            |waiting: &&Waiting| waiting.until_ms <= now.0 || waiting.alerts.len() >= ALERTS_MAX;
        let due = self.waiting.iter().filter(|(_, waiting)| is_due(waiting));
        let first = due.min_by_key(|(hold, waiting)| (waiting.until_ms, hold.as_str()))?;
        Some((first.0, first.1))
    }

    /// How many events wait.
    #[must_use]
    pub fn count(&self) -> usize {
        let alerts = self.waiting.values().flat_map(|waiting| &waiting.alerts);
        alerts.map(|(_, events)| events.len()).sum()
    }

    /// Whether anything of an alert waits.
    #[must_use]
    pub fn has(&self, alert: &str) -> bool {
        self.waiting.values().flat_map(|it| &it.alerts).any(|(held, _)| held.alert == alert)
    }

    /// An event waits; it takes the place of what waited of its alert.
    pub fn hold(&mut self, event: HeldEvent) {
        let mut events = self.take_out(&event.alert);
        if !events.contains(&event.event) {
            events.push(event.event.clone());
        }
        let waiting = self.waiting.entry(event.hold.clone()).or_insert_with(|| Waiting {
            until_ms: event.until_ms,
            since_ms: event.since_ms,
            ..Waiting::default()
        });
        waiting.alerts.push((event, events));
    }

    /// Nothing of an alert waits any more.
    pub fn release(&mut self, alert: &str) {
        self.take_out(alert);
    }

    /// The same, because it was taken back.
    pub fn take_back(&mut self, hold: &str, alert: &str, cancel: String) {
        self.take_out(alert);
        if let Some(waiting) = self.waiting.get_mut(hold) {
            waiting.taken_back.insert(cancel);
        }
    }

    fn take_out(&mut self, alert: &str) -> Vec<String> {
        let mut events = Vec::new();
        for waiting in self.waiting.values_mut() {
            waiting.alerts.retain_mut(|(held, ids)| {
                let is_other = held.alert != alert;
                if !is_other {
                    events.append(ids);
                }
                is_other
            });
        }
        events
    }

    /// What a rule held is told.
    pub fn digested(&mut self, hold: &str) {
        self.waiting.remove(hold);
    }

    /// An event went out.
    pub fn sent(&mut self, event: String, rule: String, at_ms: i64) {
        if self.was_sent(&event) {
            return;
        }
        self.sent.push_back((event, rule, at_ms));
        if self.sent.len() > SENT_MAX {
            self.sent.pop_front();
        }
    }

    /// Whether an event went out just before a kill.
    fn was_sent(&self, event: &str) -> bool {
        self.sent.iter().rev().take(LAST_SENT).any(|(known, ..)| known == event)
    }

    /// Whether what is sent has to be remembered: only limits ask for it.
    #[must_use]
    pub fn note_sent(rules: &HoldRules, event: &Event, at: Time) -> Option<Note> {
        let (event, rule) = (event.id.clone(), event.data.rule.clone());
        (!rules.limits.is_empty()).then_some(Note::Sent { event, rule, at_ms: at.0 })
    }

    /// The fewest notes that say the same.
    pub fn notes(&self) -> impl Iterator<Item = Note> + '_ {
        let sent = self.sent.iter().map(|(event, rule, at_ms)| Note::Sent {
            event: event.clone(),
            rule: rule.clone(),
            at_ms: *at_ms,
        });
        let waiting = self.waiting.iter().flat_map(|(hold, waiting)| {
            let alerts = waiting.alerts.iter().flat_map(held_notes);
            let taken_back = waiting.taken_back.iter().map(|event| Note::TakenBack {
                hold: hold.clone(),
                alert: String::new(),
                event: event.clone(),
            });
            alerts.chain(taken_back)
        });
        sent.chain(waiting)
    }
}

/// All ids that are held of one alert, the newest with its event.
fn held_notes((held, events): &(HeldEvent, Vec<String>)) -> Vec<Note> {
    let earlier = events.iter().filter(|id| **id != held.event);
    let earlier =
        earlier.map(|id| HeldEvent { event: id.clone(), line: String::new(), ..held.clone() });
    earlier.chain(std::iter::once(held.clone())).map(Note::Held).collect()
}

/// When the quiet hours end that a moment lies in.
fn end(quiet: &Quiet, zone: &TimeZone, at: Time) -> Option<Time> {
    let stamp = jiff::Timestamp::from_millisecond(at.0).ok()?;
    let here = stamp.to_zoned_datetime(zone.clone());
    let clock = here.time();
    let (is_within, is_before_midnight) = if quiet.from > quiet.to {
        (clock >= quiet.from || clock < quiet.to, clock >= quiet.from)
    } else {
        (clock >= quiet.from && clock < quiet.to, false)
    };
    if !is_within {
        return None;
    }
    let date = if is_before_midnight { here.date().tomorrow().ok()? } else { here.date() };
    let end = date.to_datetime(quiet.to).to_zoned_datetime(zone.clone()).ok()?;
    Some(Time(end.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiet(from: &str, to: &str) -> Quiet {
        let whom = Whom { rules: Vec::new(), passes_priority: 1 };
        Quiet { from: from.parse().unwrap(), to: to.parse().unwrap(), whom }
    }

    /// By a clock that changes twice a year.
    #[test]
    fn quiet_hours_end_by_the_targets_own_clock() {
        let zone = TimeZone::get("Europe/Athens").unwrap();
        let at = |text: &str| Time::parse(text).unwrap();
        let night = quiet("23:00", "06:30");
        let end = |text: &str| super::end(&night, &zone, at(text)).map(|it| it.to_string());
        assert_eq!(end("2025-01-10T20:59:59Z"), None);
        assert_eq!(end("2025-01-10T21:00:00Z").as_deref(), Some("2025-01-11T04:30:00Z"));
        assert_eq!(end("2025-01-11T04:29:59Z").as_deref(), Some("2025-01-11T04:30:00Z"));
        assert_eq!(end("2025-01-11T04:30:00Z"), None);
        // The night in which summer time begins, and the one in which it ends.
        assert_eq!(end("2025-03-29T22:00:00Z").as_deref(), Some("2025-03-30T03:30:00Z"));
        assert_eq!(end("2025-10-25T21:00:00Z").as_deref(), Some("2025-10-26T04:30:00Z"));
        let noon = quiet("12:00", "13:00");
        assert_eq!(
            super::end(&noon, &zone, at("2025-07-01T09:30:00Z"))
                .map(|it| it.to_string())
                .as_deref(),
            Some("2025-07-01T10:00:00Z")
        );
    }
}
