//! Time to ready with many live stories.

use std::path::Path;
use std::time::Instant;

use serde_json::json;

use crate::bench_broker::{Broker, PARTITIONS, flush, load, send};
use crate::service::Service;

/// Words that, four at a time, tell one event from another.
const SYLLABLES: [&str; 16] = [
    "ba", "ko", "ri", "tan", "vel", "mu", "sha", "dor", "pin", "lez", "qua", "gof", "hin", "jur",
    "wex", "yol",
];

/// Lanes that the four languages below are in.
const LANES: usize = 3;

pub fn measure(stories: u64) {
    let broker = Broker::start();
    let producer = broker.producer();
    for n in 0..stories {
        send(&producer, &format!("urn:bench:{n}"), &article(n));
    }
    flush(&producer);
    let began = Instant::now();
    let state = broker.state_of("bench");
    let mut service = Service::start(&broker, "bench", "info", &state);
    broker.wait_until_done("bench");
    let seconds = began.elapsed().as_secs_f64();
    service.until("snapshot kept", LANES);
    let (_, cpu) = service.end();
    println!("{stories} articles folded in {seconds:.0} s, {cpu:.0} CPU s; load {}", load());
    for _ in 0..2 {
        start(&broker, &state, "from the snapshots and what came after them");
        start(&broker, &broker.state_of("none"), "from the state topic alone");
        std::fs::remove_dir_all(broker.state_of("none")).ok();
    }
}

/// From the start of the process until every lane is ready.
fn start(broker: &Broker, state: &Path, from: &str) {
    let began = Instant::now();
    let mut service = Service::start(broker, "bench", "info", state);
    service.until("lane caught up", usize::try_from(PARTITIONS).unwrap_or(1));
    let (seconds, cpu) = (began.elapsed().as_secs_f64(), service.cpu_seconds());
    let (said, _) = service.end();
    println!("every lane ready after {seconds:.1} s, {cpu:.1} CPU s, {from}; load {}", load());
    for line in said.lines().filter(|line| line.contains("lane restored")) {
        println!("  {}", line.split("INFO").nth(1).unwrap_or(line).trim());
    }
}

/// A short article about an event of its own, in one of four languages.
fn article(n: u64) -> String {
    let name = |salt: u64| -> String {
        let mut rest = (n + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15 ^ salt);
        let mut word = String::new();
        for _ in 0..4 {
            word.push_str(SYLLABLES[(rest >> 60) as usize]);
            rest = rest.wrapping_mul(0xD129_0E55_4F3B_2C17).rotate_left(9);
        }
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect()
    };
    let (place, person, firm) = (name(1), name(2), name(3));
    json!({
        "uri": format!("urn:bench:{n}"),
        "publisher": "apnews.com",
        "headline": format!("{firm} mill in {place} burns"),
        "body": format!(
            "A fire at the {firm} mill in {place} killed {} people, police said.\n{person} {firm}, \
             who owns the mill, said the cause was not known.",
            2 + n % 9
        ),
        "language": (["en", "de", "fr", "es"][(n % 4) as usize]),
        "versionCreated": "2026-03-03T08:00:00Z",
    })
    .to_string()
}
