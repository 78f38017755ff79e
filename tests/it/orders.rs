//! Partitions of a topic reach a desk in an order of their own each time. Whatever the order, no
//! change has the id of another, and the numbers of a desk and of a story have no gaps.
//!
//! `WRITETHRU_ORDERS=500 cargo test --release --test it orders` is the long form.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use writethru::formats::articles::{Decoded, decode};
use writethru_core::article::Time;
use writethru_core::change::{Body, Change};
use writethru_core::lane::{Input, Intake, Lane, Output};
use writethru_core::reading::{Reading, read};

use crate::simulation::chance::Chance;
use crate::stream::{intake, policy, settings};
use crate::wire_news;

const PARTITIONS: usize = 4;

/// One record, read, with its desk.
type Routed = (String, Reading);

#[test]
fn no_change_is_there_twice() {
    let orders = std::env::var("WRITETHRU_ORDERS").ok().and_then(|text| text.parse().ok());
    for seed in 0..orders.unwrap_or(3) {
        let mut chance = Chance::new(seed);
        let changes = folded(queues(800, chance.next()), &mut chance);
        assert!(changes.len() > 800, "order {seed}: {}", changes.len());
        check(&changes, seed);
    }
}

#[test]
fn a_report_that_was_copied_and_then_copies_is_in_one_group() {
    let harbour = "The harbour of Brest closed on Monday after a crane fell on the quay.\n\
         Three dockers were taken to hospital with broken bones, the port authority said.\n\
         Ferries to Plymouth will leave from Roscoff until the end of the week.";
    let library = "The city library of Ghent reopened on Sunday after two years of repairs.\n\
         Visitors queued around the block to see the reading room with its painted ceiling.\n\
         The mayor said that the works had cost nine million euros.";
    let sent = [
        ("a", 1, "livemint.com", "09:00", harbour.to_owned()),
        ("b", 1, "livemint.com", "09:10", harbour.to_owned()),
        ("c", 1, "dawn.com", "09:20", library.to_owned()),
        ("a", 2, "livemint.com", "09:30", library.to_owned()),
        // The agency that both texts are from comes last.
        ("d", 1, "reuters.com", "08:00", format!("{harbour}\n{library}")),
    ];
    let mut lane = Lane::default();
    let mut changes = Vec::new();
    for (uri, version, publisher, time, body) in sent {
        let line = serde_json::json!({
            "uri": uri, "version": version, "publisher": publisher, "body": body,
            "headline": "News of the day", "language": "en",
            "versionCreated": format!("2026-03-03T{time}:00Z"),
            "receivedAt": "2026-03-03T10:00:00Z",
        });
        let mut out = Output::default();
        lane.step(policy(), intake(&line.to_string()), &mut out);
        changes.extend(out.changes);
    }
    let moved = |change: &&Change| matches!(change.body, Body::ArticleReclassified { .. });
    assert_eq!(changes.iter().filter(moved).count(), 3, "{changes:#?}");
    check(&changes, 0);
}

fn check(changes: &[Change], seed: u64) {
    let mut ids = BTreeSet::new();
    let mut desks: BTreeMap<&str, u64> = BTreeMap::new();
    let mut stories = BTreeMap::new();
    for change in changes {
        let told = format!("order {seed}, {} {}", change.desk, change.desk_sequence);
        assert!(ids.insert(change.id), "{told}: twice, {} {:?}", change.id, change.body);
        let desk = desks.entry(&change.desk).or_default();
        *desk += 1;
        assert_eq!(change.desk_sequence, *desk, "{told}");
        let story = stories.entry(change.story.id).or_insert(0);
        *story += 1;
        assert_eq!(change.sequence, *story, "{told}");
    }
}

/// The partitions of an article topic that is keyed by uri.
fn queues(records: usize, salt: u64) -> Vec<VecDeque<Routed>> {
    let mut queues = vec![VecDeque::new(); PARTITIONS];
    for n in 0..records {
        let (key, bytes) = wire_news::record(n);
        let Ok(Decoded::Article(article)) = decode(&bytes) else { continue };
        let spread = key.bytes().fold(salt, |sum, byte| sum.rotate_left(7) ^ u64::from(byte));
        let partition = Chance::new(spread).below(PARTITIONS as u64) as usize;
        let desk = settings().desks.desk(&article);
        queues[partition].push_back((desk, read(policy(), *article)));
    }
    queues
}

fn folded(mut queues: Vec<VecDeque<Routed>>, chance: &mut Chance) -> Vec<Change> {
    let mut lane = Lane::default();
    let mut changes = Vec::new();
    let mut now = Time(1_772_524_800_000);
    while queues.iter().any(|queue| !queue.is_empty()) {
        // A consumer takes a run of one partition, then of another.
        let partition = chance.below(PARTITIONS as u64) as usize;
        let run = chance.below(300) as usize;
        for _ in 0..run {
            let Some((desk, reading)) = queues[partition].pop_front() else { break };
            now = now.plus_ms(chance.below(20) as i64);
            let mut out = Output::default();
            let input = Input::Article(Box::new(reading));
            lane.step(policy(), Intake { desk, at: now, input }, &mut out);
            changes.extend(out.changes);
        }
    }
    changes
}
