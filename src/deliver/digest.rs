//! What was held back, as one event that any target can tell.

use serde_json::value::RawValue;
use writethru_core::article::Time;

use super::Event;
use super::event::Data;
use super::holds::Waiting;
use crate::formats::changes::{Json, Version};
use crate::formats::digests::{self, Digest, DigestData};
use crate::formats::numbers::Stamp;

/// What its message type and its rule are called.
pub const DIGEST: &str = "digest";
/// Alerts that a digest names in its text; the others are counted.
const NAMED_MAX: usize = 30;
/// Characters of its id.
const ID_CHARS: usize = 32;

/// The digest of what one rule held; none where all of it was taken back.
#[must_use]
pub fn of(target: &str, hold: &str, waiting: &Waiting, at: Time) -> Option<Event> {
    let held = waiting.alerts.iter();
    let mut events: Vec<Event> =
        held.filter_map(|(held, _)| Event::read(held.line.as_bytes()).ok()).collect();
    events.sort_by_key(|event| event.data.priority);
    let priority = events.first()?.data.priority;
    let ids: Vec<&str> =
        waiting.alerts.iter().flat_map(|(_, ids)| ids).map(String::as_str).collect();
    let id = id([target, hold].into_iter().chain(ids.iter().copied()));
    let headline = match ids.len() {
        1 => "1 alert event was held back".to_owned(),
        held => format!("{held} alert events were held back"),
    };
    let since = Time(waiting.since_ms);
    let (text, reason) = (text(&events, waiting), format!("held from {since} to {at}"));
    let line = digests::line(&Digest {
        specversion: Version,
        id: &id,
        source: format!("/deliveries/{target}"),
        kind: format!("writethru.{}.v1", digests::NAME),
        time: Stamp(at),
        recordedtime: Stamp(at),
        datacontenttype: Json,
        data: DigestData {
            msg_type: DIGEST,
            priority,
            headline: &headline,
            text: &text,
            reason: &reason,
            since: Stamp(since),
            held: ids.len(),
            taken_back: waiting.taken_back.len(),
            events: events.iter().filter_map(raw).collect(),
        },
    });
    let word = || DIGEST.to_owned();
    let (alert, msg_type, rule) = (id.clone(), word(), word());
    let data = Data { alert, msg_type, rule, priority, headline, text, reason, ..Data::default() };
    let bytes = line.strip_suffix(b"\n").unwrap_or(&line).to_vec();
    Some(Event { id, recorded: at, bytes, data })
}

fn id<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part.as_bytes()).update(b"\n");
    }
    hasher.finalize().to_hex().chars().take(ID_CHARS).collect()
}

fn raw(event: &Event) -> Option<Box<RawValue>> {
    RawValue::from_string(String::from_utf8(event.bytes.clone()).ok()?).ok()
}

/// One line for each alert, the gravest first.
fn text(events: &[Event], waiting: &Waiting) -> String {
    let mut lines: Vec<String> =
        events.iter().take(NAMED_MAX).map(|event| format!("• {}", event.data.headline)).collect();
    if let Some(more @ 1..) = events.len().checked_sub(NAMED_MAX) {
        lines.push(format!("and {more} more"));
    }
    match waiting.taken_back.len() {
        0 => {}
        1 => lines.push("One more was raised and taken back meanwhile.".to_owned()),
        many => lines.push(format!("{many} more were raised and taken back meanwhile.")),
    }
    lines.join("\n")
}
