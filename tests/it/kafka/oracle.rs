//! What must have been published: the plain fold of the log, with nothing of the service's own
//! path but the reading of a record and the lane.

use std::collections::{BTreeMap, BTreeSet};

use writethru::formats;
use writethru::formats::articles::{Decoded, decode};
use writethru::formats::decisions;
use writethru::logs::kafka::feed::Fetched;
use writethru::logs::kafka::wire::{StateRecord, state};
use writethru_core::article::{Article, StoryId, Time};
use writethru_core::lane::{Input, Intake, Lane, Output};
use writethru_core::reading::read;

use super::broker::{Broker, WIRES};
use crate::stream::policy;

/// What a lane must have given.
#[derive(Default)]
struct Folded {
    changes: Vec<Vec<u8>>,
    alerts: Vec<Vec<u8>>,
    stories: BTreeMap<String, Option<Vec<u8>>>,
    dead: BTreeSet<String>,
    digest: String,
    next: i64,
}

/// Every partition's output is the fold of its log, and every article reached its log.
pub fn check(broker: &Broker, app: &str) -> Checked {
    check_log(broker, app, &|_| true)
}

/// The same where articles with this word in their headline cannot be decided.
pub fn check_without(broker: &Broker, app: &str, word: &str) -> Checked {
    check_log(broker, app, &|article| !article.headline.contains(word))
}

/// Whether an article can be decided.
type Decidable<'a> = &'a dyn Fn(&Article) -> bool;

fn check_log(broker: &Broker, app: &str, decidable: Decidable<'_>) -> Checked {
    let routed = broker.all(&format!("{app}.routed"));
    let changes = broker.all(&format!("{app}.changes"));
    let alerts = broker.all(&format!("{app}.alerts"));
    let dead = dead_letters(broker, app);
    let mut checked = Checked { dead: dead.len(), ..Checked::default() };
    let mut ids = BTreeSet::new();
    for (partition, log) in routed.iter().enumerate() {
        let wanted = fold(log, decidable);
        let found: Vec<Vec<u8>> =
            changes[partition].iter().map(|record| record.value.clone()).collect();
        compare(partition, &wanted.changes, &found);
        let told: Vec<Vec<u8>> =
            alerts[partition].iter().map(|record| record.value.clone()).collect();
        compare(partition, &wanted.alerts, &told);
        checked.alerts += told.len();
        for record in &found {
            let change: serde_json::Value = serde_json::from_slice(record).unwrap();
            assert!(ids.insert(change["id"].as_str().unwrap().to_owned()), "twice: {change}");
        }
        let number = i32::try_from(partition).unwrap();
        compare_stories(&wanted, broker, app, number);
        compare_state(&wanted, broker, app, number);
        assert!(wanted.dead.iter().all(|key| dead.contains(key)), "a dead letter is missing");
        checked.changes += found.len();
        checked.desks.extend(
            log.iter()
                .filter(|record| !record.key.is_empty())
                .map(|record| (partition, String::from_utf8(record.key.clone()).unwrap())),
        );
    }
    all_arrived(broker, &routed, &dead);
    checked
}

/// What was looked at, so that a test can say it was not nothing.
#[derive(Debug, Default)]
pub struct Checked {
    /// How many changes.
    pub changes: usize,
    /// How many events of alerts.
    pub alerts: usize,
    /// Which desks, by partition.
    pub desks: BTreeSet<(usize, String)>,
    /// How many dead letters, each counted once.
    pub dead: usize,
}

fn compare(partition: usize, wanted: &[Vec<u8>], found: &[Vec<u8>]) {
    for (n, (wanted, found)) in wanted.iter().zip(found).enumerate() {
        assert_eq!(
            String::from_utf8_lossy(wanted),
            String::from_utf8_lossy(found),
            "line {n} of partition {partition}"
        );
    }
    assert_eq!(wanted.len(), found.len(), "lines of partition {partition}");
}

fn fold(log: &[Fetched], decidable: Decidable<'_>) -> Folded {
    let mut lane = Lane::default();
    let mut folded = Folded::default();
    let mut seen: BTreeMap<(String, String, String), i64> = BTreeMap::new();
    let mut touched: BTreeMap<StoryId, String> = BTreeMap::new();
    let mut last: BTreeMap<StoryId, Vec<u8>> = BTreeMap::new();
    for record in log {
        folded.next = record.offset + 1;
        let desk = String::from_utf8(record.key.clone()).unwrap();
        let kind = header(record, "kind");
        if kind == "article" {
            let offset: i64 = header(record, "source.offset").parse().unwrap();
            let (topic, from) =
                (header(record, "source.topic"), header(record, "source.partition"));
            let before = seen.entry((desk.clone(), topic, from)).or_insert(-1);
            if offset <= *before {
                continue;
            }
            *before = offset;
        }
        let Some((at, input)) = input(record, &kind, decidable, &mut folded) else { continue };
        let mut out = Output::default();
        lane.step(policy(), Intake { desk, at, input }, &mut out);
        folded.changes.extend(out.changes.iter().map(|it| trimmed(formats::changes::line(it))));
        folded.alerts.extend(out.alerts.iter().map(|it| trimmed(formats::alerts::line(it))));
        if out.refused.is_some() {
            folded.dead.insert(place(record));
        }
        touched.extend(out.touched.into_iter().map(|(desk, story)| (story, desk)));
        last.extend(
            out.evicted.iter().map(|it| (it.story.id, trimmed(formats::stories::line(it)))),
        );
    }
    for (story, desk) in touched {
        let document = lane.story(policy(), &desk, story);
        let document = document.map(|it| trimmed(formats::stories::line(&it)));
        folded.stories.insert(story.to_string(), document.or_else(|| last.remove(&story)));
    }
    lane.drain(&mut |_| {});
    folded.digest = format!("{:032x}", lane.digest());
    folded
}

fn input(
    record: &Fetched,
    kind: &str,
    decidable: Decidable<'_>,
    folded: &mut Folded,
) -> Option<(Time, Input)> {
    match kind {
        "tick" => Some((Time(header(record, "due.ms").parse().unwrap()), Input::Tick)),
        "article" if header(record, "source.topic").ends_with(".decisions") => {
            let decided = decisions::decode(&record.value)?.expect("routed only where it reads");
            let at = Time(record.appended_ms);
            Some((at, Input::Decision(Box::new(decided.decision))))
        }
        "article" => match decode(&record.value) {
            Ok(Decoded::Article(article)) if !decidable(&article) => {
                folded.dead.insert(place(record));
                None
            }
            Ok(Decoded::Article(article)) => {
                let received = header(record, "received.ms").parse().unwrap_or(i64::MAX);
                let at = Time(record.appended_ms.min(received));
                Some((at, Input::Article(Box::new(read(policy(), *article)))))
            }
            Ok(Decoded::PassedOver { .. }) => None,
            Err(_) => {
                folded.dead.insert(place(record));
                None
            }
        },
        _ => None,
    }
}

fn place(record: &Fetched) -> String {
    ["topic", "partition", "offset"].map(|part| header(record, &format!("source.{part}"))).join("/")
}

fn header(record: &Fetched, name: &str) -> String {
    let found = record.headers.iter().find(|(key, _)| key == name);
    found.map(|(_, value)| String::from_utf8(value.clone()).unwrap()).unwrap_or_default()
}

fn trimmed(mut line: Vec<u8>) -> Vec<u8> {
    assert_eq!(line.pop(), Some(b'\n'));
    line
}

/// The newest record of each story, as compaction leaves it.
fn compare_stories(wanted: &Folded, broker: &Broker, app: &str, partition: i32) {
    let mut found = BTreeMap::new();
    for (record, is_removal) in broker.partition(&format!("{app}.stories"), partition) {
        let document = (!is_removal).then_some(record.value);
        found.insert(String::from_utf8(record.key).unwrap(), document);
    }
    let text = |stories: &BTreeMap<String, Option<Vec<u8>>>| {
        let text = |document: &Vec<u8>| String::from_utf8(document.clone()).unwrap();
        let all = stories.iter();
        all.map(|(id, it)| (id.clone(), it.as_ref().map(text))).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(text(&wanted.stories), text(&found), "stories of partition {partition}");
}

/// The committed state is the state of the fold: the same digest at the same offset.
fn compare_state(wanted: &Folded, broker: &Broker, app: &str, partition: i32) {
    let records = broker.partition(&format!("{app}.state"), partition);
    let marker = records.iter().rev().find_map(|(record, _)| {
        match state(&record.key, Some(&record.value)) {
            Ok(StateRecord::Marker(marker)) => Some(marker),
            _ => None,
        }
    });
    let Some(marker) = marker else { return assert_eq!(wanted.next, 0) };
    assert_eq!((marker.next, marker.digest), (wanted.next, wanted.digest.clone()));
}

/// Places in the article topic whose record is among the dead letters, with its own bytes.
fn dead_letters(broker: &Broker, app: &str) -> BTreeSet<String> {
    let articles = broker.all(WIRES);
    let decided = broker.all(&format!("{app}.decisions"));
    let mut places = BTreeSet::new();
    for letter in broker.all(&format!("{app}.dlq")).concat() {
        let partition: usize = header(&letter, "dlq.partition").parse().unwrap();
        let offset: i64 = header(&letter, "dlq.offset").parse().unwrap();
        let records = if header(&letter, "dlq.topic") == WIRES { &articles } else { &decided };
        let original = records[partition].iter().find(|record| record.offset == offset).unwrap();
        assert!(!header(&letter, "dlq.reason").is_empty());
        if header(&letter, "dlq.sha256").is_empty() {
            assert_eq!(letter.value, original.value, "the original bytes");
        }
        places.insert(String::from_utf8(letter.key).unwrap());
    }
    places
}

/// Every record of the article topic was routed, is dead, or is of a type that is passed over.
fn all_arrived(broker: &Broker, routed: &[Vec<Fetched>], dead: &BTreeSet<String>) {
    let arrived: BTreeSet<String> = routed.iter().flatten().map(place).collect();
    for (partition, records) in broker.all(WIRES).into_iter().enumerate() {
        for record in records {
            let place = format!("{WIRES}/{partition}/{}", record.offset);
            let passed_over = matches!(decode(&record.value), Ok(Decoded::PassedOver { .. }));
            assert!(
                arrived.contains(&place) || dead.contains(&place) || passed_over,
                "lost: {place}"
            );
        }
    }
}
