//! Quiet hours and limits: held by the target's own clock, told as a digest, the same after a kill.

use std::path::Path;
use std::sync::{Arc, Mutex};

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use writethru::config::{HoldRules, Limit, Quiet, Whom};
use writethru::deliver::{Courier, Event, Failure, Journal, Tally, Target};
use writethru::telemetry::Metrics;
use writethru_core::article::Time;

use super::{Hasty, Wire};

/// Keeps what it was told.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<Event>>>);

impl Target for Told {
    fn deliver(&mut self, event: &Event, _: &mut Journal) -> Result<(), Failure> {
        self.0.lock().unwrap().push(event.clone());
        Ok(())
    }
}

impl Told {
    /// "alert a1", "digest 3"
    fn lines(&self) -> Vec<String> {
        let line = |event: &Event| match event.data.msg_type.as_str() {
            "digest" => {
                let value: Value = serde_json::from_slice(&event.bytes).unwrap();
                format!("digest of {} at {}", value["data"]["held"], event.recorded)
            }
            kind => format!("{kind} {}", event.id),
        };
        self.0.lock().unwrap().iter().map(line).collect()
    }
}

/// An event of an alert: `a.2` is the second event of alert `a`.
fn event(kind: &str, id: &str, at: &str, rule: &str, priority: u8) -> Vec<u8> {
    let (alert, number) = id.split_once('.').unwrap();
    let number: u32 = number.parse().unwrap();
    let references: Vec<String> = (1..number).map(|it| format!("{alert}.{it}")).collect();
    let line = json!({
        "specversion": "1.0", "id": id, "source": "/desk/en",
        "type": "writethru.alert.raised.v1", "recordedtime": at,
        "data": { "alert": alert, "msgType": kind, "references": references, "rule": rule,
            "priority": priority, "headline": format!("headline {alert}"), "text": "text",
            "language": "en", "story": { "id": "s", "slug": "s", "headline": "h" },
            "claims": [], "sources": [], "reason": "reason" },
    });
    format!("{line}\n").into_bytes()
}

fn whom(rules: &[&str], passes_priority: u8) -> Whom {
    Whom { rules: rules.iter().map(|it| (*it).to_owned()).collect(), passes_priority }
}

/// Athens sleeps from 23:00 to 07:00, which is 21:00 to 05:00 in winter; three events an hour.
fn rules() -> HoldRules {
    HoldRules {
        zone: TimeZone::get("Europe/Athens").unwrap(),
        quiet: vec![Quiet {
            from: "23:00".parse().unwrap(),
            to: "07:00".parse().unwrap(),
            whom: whom(&[], 1),
        }],
        limits: vec![Limit { events_max: 3, within_ms: 3_600_000, whom: whom(&[], 1) }],
    }
}

fn run(wire: &Wire, told: &Told, now: &str) {
    let mut courier = open(wire, told);
    courier.run(&mut Hasty { now: Time::parse(now).unwrap(), ..Hasty::default() });
}

fn open(wire: &Wire, told: &Told) -> Courier {
    wire.courier(told.clone()).holding(rules())
}

/// Made before the first event, so that the target has begun.
fn wire(told: &Told) -> Wire {
    let wire = Wire::new();
    drop(open(&wire, told));
    wire
}

#[test]
fn at_night_only_the_gravest_go_out_and_the_morning_brings_the_rest() {
    let told = Told::default();
    let wire = wire(&told);
    let mut events = vec![
        event("alert", "a.1", "2025-01-10T20:50:00Z", "toll", 3),
        event("alert", "b.1", "2025-01-10T22:00:00Z", "official-act", 3),
        event("alert", "c.1", "2025-01-10T23:00:00Z", "toll", 1),
        event("update", "b.2", "2025-01-11T01:00:00Z", "official-act", 3),
        event("alert", "d.1", "2025-01-11T02:00:00Z", "toll", 3),
        // What the target was told is taken back at once.
        event("cancel", "a.2", "2025-01-11T02:30:00Z", "toll", 3),
        // What it was not told is never told.
        event("cancel", "d.2", "2025-01-11T03:00:00Z", "toll", 3),
    ];
    wire.write(&events);
    run(&wire, &told, "2025-01-11T03:00:00Z");
    assert_eq!(told.lines(), ["alert a.1", "alert c.1", "cancel a.2"]);
    run(&wire, &told, "2025-01-11T05:00:00Z");
    let digest = "digest of 2 at 2025-01-11T05:00:00Z";
    assert_eq!(told.lines(), ["alert a.1", "alert c.1", "cancel a.2", digest]);
    let value: Value = serde_json::from_slice(&told.0.lock().unwrap()[3].bytes).unwrap();
    assert_eq!(value["data"]["events"][0]["id"], "b.2", "the newest of each alert");
    assert_eq!(value["data"]["events"].as_array().map(Vec::len), Some(1));
    assert_eq!(value["data"]["takenBack"], 1);
    // By day all is as ever.
    events.push(event("update", "b.3", "2025-01-11T06:00:00Z", "official-act", 3));
    wire.write(&events);
    run(&wire, &told, "2025-01-11T06:00:00Z");
    assert_eq!(told.lines().last().unwrap(), "update b.3");
}

#[test]
fn what_goes_beyond_a_limit_is_told_when_there_is_room() {
    let told = Told::default();
    let wire = wire(&told);
    let minute = |minute: u32, id: &str, priority| {
        event("alert", id, &format!("2025-01-10T10:{minute:02}:00Z"), "toll", priority)
    };
    let events = [
        minute(0, "a.1", 3),
        minute(1, "b.1", 3),
        minute(2, "c.1", 3),
        minute(3, "d.1", 3),
        minute(4, "e.1", 1),
        minute(5, "f.1", 3),
        event("alert", "g.1", "2025-01-10T11:10:00Z", "toll", 3),
    ];
    wire.write(&events);
    run(&wire, &told, "2025-01-10T11:10:00Z");
    let digest = "digest of 2 at 2025-01-10T11:00:00Z";
    let expected = ["alert a.1", "alert b.1", "alert c.1", "alert e.1", digest, "alert g.1"];
    assert_eq!(told.lines(), expected);
}

/// The same words in the same order, whenever the process was killed.
#[test]
fn a_kill_changes_nothing_that_is_told() {
    let mut events = Vec::new();
    for number in 0..60_u32 {
        let alert = number % 17;
        let nth = number / 17 + 1;
        let kind = match nth {
            1 => "alert",
            4 => "cancel",
            _ => "update",
        };
        let at = format!("2025-01-10T{:02}:{:02}:00Z", 18 + number / 12, number % 12 * 5);
        let priority = if alert == 3 { 1 } else { 3 };
        events.push(event(kind, &format!("a{alert}.{nth}"), &at, "toll", priority));
    }
    let whole = Told::default();
    let wire_whole = wire(&whole);
    wire_whole.write(&events);
    run(&wire_whole, &whole, "2025-01-11T05:00:00Z");
    assert!(whole.lines().iter().any(|line| line.starts_with("digest")), "{:?}", whole.lines());
    let journal = std::fs::read_to_string(wire_whole.journal()).unwrap();
    let notes = journal.lines().count();
    assert!(notes > 60, "{notes}");
    // Killed after each note that was synced; what it was told afterwards is the rest.
    for left in 1..=notes {
        let told = Told::default();
        let wire = wire(&told);
        wire.write(&events);
        let kept: Vec<&str> = journal.lines().take(left).collect();
        std::fs::write(wire.journal(), kept.join("\n") + "\n").unwrap();
        run(&wire, &told, "2025-01-11T05:00:00Z");
        let (all, rest) = (whole.lines(), told.lines());
        assert!(all.ends_with(&rest), "killed after note {left}: {rest:?}\nof {all:?}");
    }
}

#[test]
fn a_limit_can_be_of_one_rule_alone() {
    let told = Told::default();
    let wire = Wire::new();
    let limit = Limit { events_max: 1, within_ms: 3_600_000, whom: whom(&["toll"], 1) };
    let rules = HoldRules { limits: vec![limit], ..HoldRules::default() };
    let open = || wire.courier(told.clone()).holding(rules.clone());
    drop(open());
    wire.write(&[
        event("alert", "a.1", "2025-01-10T10:00:00Z", "toll", 2),
        event("alert", "b.1", "2025-01-10T10:01:00Z", "official-act", 2),
        event("alert", "c.1", "2025-01-10T10:02:00Z", "toll", 2),
        event("alert", "d.1", "2025-01-10T10:03:00Z", "official-act", 2),
    ]);
    let now = Time::parse("2025-01-10T10:30:00Z").unwrap();
    open().run(&mut Hasty { now, ..Hasty::default() });
    assert_eq!(told.lines(), ["alert a.1", "alert b.1", "alert d.1"]);
}

#[test]
fn figures_say_what_was_sent_and_what_is_held() {
    let told = Told::default();
    let wire = wire(&told);
    wire.write(&[
        event("alert", "a.1", "2025-01-10T20:50:00Z", "toll", 3),
        event("alert", "b.1", "2025-01-10T22:00:00Z", "toll", 3),
    ]);
    let metrics = Arc::new(Metrics::default());
    let mut courier = open(&wire, &told).counting(Tally::new(Arc::clone(&metrics), "desk"));
    courier
        .run(&mut Hasty { now: Time::parse("2025-01-10T22:00:00Z").unwrap(), ..Hasty::default() });
    let text = metrics.encode();
    for line in [
        "writethru_deliveries_total{target=\"desk\",outcome=\"sent\"} 1",
        "writethru_deliveries_total{target=\"desk\",outcome=\"held\"} 1",
        "writethru_deliveries_held{target=\"desk\"} 1",
        "writethru_delivery_oldest_seconds{target=\"desk\"} 0",
    ] {
        assert!(text.lines().any(|it| it == line), "no {line} in\n{text}");
    }
}

fn refusal(settings: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("newsroom.toml");
    std::fs::write(folder.path().join("secret"), super::webhooks::SECRET).unwrap();
    std::fs::write(&path, settings).unwrap();
    load(&path).err().unwrap_or_else(|| panic!("not refused: {settings}"))
}

fn load(path: &Path) -> Result<writethru::config::Settings, String> {
    let loaded = writethru::config::load_with(Some(path), std::iter::empty());
    loaded.map(|(settings, _)| settings).map_err(|error| error.to_string())
}

#[test]
fn what_cannot_be_used_is_refused_in_a_sentence() {
    let hook = |rest: &str| {
        format!(
            "[[deliver.webhooks]]\nname = \"a\"\nurl = \"https://example.net/\"\n\
             secret_files = [\"secret\"]\n{rest}\n"
        )
    };
    let cases = [
        (hook("time_zone = \"Mars/Olympus\""), "name one like \"Europe/Athens\""),
        (hook("quiet = [{ from = \"25:00\", to = \"07:00\" }]"), "write it as \"22:30\""),
        (hook("quiet = [{ from = \"07:00\", to = \"07:00\" }]"), "end when they begin"),
        (hook("limits = [{ events = 0, minutes = 60 }]"), "a limit of 0 events"),
        (hook("limits = [{ events = 1 }]"), "missing field `minutes`"),
        (hook("prioritymax = 2"), "unknown field \"prioritymax\""),
        ("[[deliver.folders]]\nname = \"cms\"\n".to_owned(), "without \"folder\""),
        ("[[deliver.mails]]\nname = \"m\"\n".to_owned(), "without \"to\""),
        (
            "[[deliver.mails]]\nname = \"m\"\nauthority_file = \"no.pem\"\n".to_owned(),
            "no.pem, which cannot be read",
        ),
        (
            "[[deliver.caps]]\nname = \"c\"\nfolder = \"c\"\nsender = \"a b\"\n".to_owned(),
            "with a space",
        ),
        (
            "[[deliver.caps]]\nname = \"c\"\nfolder = \"c\"\nsender = \"a\"\n\
             limits = [{ events = 1, minutes = 1 }]\n"
                .to_owned(),
            "CAP has no digest",
        ),
        (
            "[[deliver.pushes]]\nname = \"n\"\nurl = \"https://example.net/push\"\n\
             key_env = \"WRITETHRU_NO_SUCH\"\n"
                .to_owned(),
            "WRITETHRU_NO_SUCH, which is not set",
        ),
    ];
    for (settings, expected) in cases {
        let refusal = refusal(&settings);
        assert!(refusal.contains(expected), "{settings}\n{refusal}");
        assert!(refusal.contains("newsroom.toml: \"deliver."), "{refusal}");
    }
}
