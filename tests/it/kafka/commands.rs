//! `doctor`, `dlq` and `replay` beside a service that has worked.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use super::broker::{Broker, WIRES};
use super::service::{Service, command, wait_until_done};
use super::{oracle, sent};
use crate::wire_news;

fn run(broker: &Broker, args: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command(broker, "desk").args(args).output().unwrap();
    let said = [stdout, stderr].concat();
    (status.code(), String::from_utf8_lossy(&said).into_owned())
}

fn ids(lines: &[u8]) -> Vec<String> {
    let id = |line: &[u8]| -> String {
        let change: serde_json::Value = serde_json::from_slice(line).unwrap();
        change["id"].as_str().unwrap().to_owned()
    };
    lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(id).collect()
}

#[test]
fn whoever_finds_no_broker_says_where_it_looked() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["run", "doctor"] {
        // Nobody listens there.
        let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_writethru"))
            .arg(command)
            .env("RUST_LOG", "warn")
            .env("WRITETHRU__STATE__DIR", folder.path())
            .env("WRITETHRU__SERVE__LISTEN", "")
            .env("WRITETHRU__KAFKA__BOOTSTRAP_SERVERS", "127.0.0.1:1")
            .env("WRITETHRU__KAFKA__ARTICLE_TOPICS", WIRES)
            .output()
            .unwrap();
        assert_eq!(status.code(), Some(1));
        let said = String::from_utf8_lossy(&[stderr, stdout].concat()).into_owned();
        let first = said.lines().next().unwrap_or_default();
        assert!(first.contains("no Kafka broker answers at 127.0.0.1:1 yet"), "{said}");
        let words = ["answer", "127.0.0.1:1", "Connection refused", "kafka.bootstrap_servers"];
        for word in words {
            assert!(said.split_once('\n').unwrap().1.contains(word), "no {word}: {said}");
        }
    }
}

#[test]
fn the_past_is_replayed_and_dead_letters_are_sent_back() {
    let Some(broker) = Broker::start() else { return };
    let (code, said) = run(&broker, &["doctor"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("topic wires: does not exist"), "{said}");
    let (code, said) = run(&broker, &["doctor", "--make"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("topic wires: 4 partitions of articles"), "{said}");
    assert!(said.contains("a transaction can be begun, written and taken back"), "{said}");

    sent(&broker, 0..300);
    let mut services = [Service::start(&broker, "desk", &[], &[])];
    wait_until_done(&broker, "desk", &mut services);
    let live: Vec<u8> = broker
        .all("desk.changes")
        .concat()
        .iter()
        .flat_map(|record| [record.value.as_slice(), b"\n"].concat())
        .collect();
    let before = broker.all("desk.state").concat().len();
    replayed(&broker, &live);
    fresh(&broker, live.len());
    assert_eq!(broker.all("desk.state").concat().len(), before, "live state was touched");
    back(&broker, &mut services);
    let (code, said) = run(&broker, &["doctor"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("group desk.lanes: 0 records behind"), "{said}");
    oracle::check(&broker, "desk");
}

/// All of it, and a part of it, are what was published.
fn replayed(broker: &Broker, live: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let output = format!("{}/", folder.path().display());
    let (code, said) = run(broker, &["replay", "--output", &output]);
    assert_eq!(code, Some(0), "{said}");
    let all = std::fs::read(folder.path().join("changes.ndjson")).unwrap();
    assert!(all == live, "a replay of what was live gives other bytes");
    let stories = std::fs::read_to_string(folder.path().join("stories.ndjson")).unwrap();
    assert!(stories.lines().count() > 3, "{stories}");
    let dead = std::fs::read_to_string(folder.path().join("dead-letters.ndjson")).unwrap();
    assert_eq!(dead, "", "what route could not read was never routed");

    let file = folder.path().join("part.ndjson");
    let path = file.to_str().unwrap();
    let args = ["replay", "--from", "10", "--to", "25", "--desk", "de", "--output", path];
    let (code, said) = run(broker, &args);
    assert_eq!(code, Some(0), "{said}");
    let part = ids(&std::fs::read(&file).unwrap());
    let known: BTreeSet<String> = ids(live).into_iter().collect();
    assert!(!part.is_empty() && part.len() < known.len());
    assert!(part.iter().all(|id| known.contains(id)), "other ids than live");

    broker.topic("trial", 2);
    for (args, code, words) in [
        (&["--from", "25", "--to", "10"][..], 2, "--to must be after --from"),
        (
            &["--from", "5000"],
            1,
            "no record of desk.routed lies in that range; offsets: partition ",
        ),
        (&["--from", "2100-01-01T00:00:00Z"], 1, "no record of desk.routed lies in that range"),
        (&["--to", "2001-01-01T00:00:00Z"], 1, "no record of desk.routed lies in that range"),
        (&["--desk", "xx-none"], 1, "of desk \"xx-none\""),
        (&["--topic", "trial"], 1, "there is nothing to replay: trial has no records"),
        (&["--topic", "nowhere"], 1, "there is no topic nowhere"),
        (&["--topic", WIRES, "--from", "5000"], 1, "no record of wires lies in that range"),
    ] {
        std::fs::write(&file, "kept").unwrap();
        let (given, said) = run(broker, &[&["replay", "--output", path], args].concat());
        assert_eq!(given, Some(code), "{args:?}: {said}");
        assert!(said.contains(words), "{args:?}: {said}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "kept", "{args:?}");
    }
    let (code, said) = run(broker, &["replay", "--output", "topic:trial"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(broker.all("trial").concat().len(), known.len());
    let (code, said) = run(broker, &["replay", "--output", "topic:desk.changes"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("a replay never writes there"), "{said}");
}

/// The article topic again, through fresh lanes.
fn fresh(broker: &Broker, live_bytes: usize) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("again.ndjson");
    let (code, said) =
        run(broker, &["replay", "--topic", WIRES, "--output", file.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{said}");
    let again = std::fs::read(&file).unwrap();
    assert!(again.len() > live_bytes / 2, "{said}");
    assert!(said.contains("300 records in"), "{said}");
}

fn back(broker: &Broker, services: &mut [Service]) {
    let count = wire_news::unreadable(300);
    let (code, said) = run(broker, &["dlq", "list"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&format!("{count} dead letters")), "{said}");
    let id = said.split_whitespace().next().unwrap().to_owned();
    let (code, said) = run(broker, &["dlq", "show", &id]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("reason  ") && said.contains("from    wires, partition"), "{said}");
    assert_eq!(run(broker, &["dlq", "send-back"]).0, Some(2));
    assert_eq!(run(broker, &["dlq", "show", "9:99999"]).0, Some(1));
    let before = broker.all(WIRES).concat().len();
    let (code, said) = run(broker, &["dlq", "send-back", &id]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(broker.all(WIRES).concat().len(), before + 1);
    wait_until_done(broker, "desk", services);
    let (_, said) = run(broker, &["dlq", "list"]);
    assert!(
        said.contains(&format!("{} dead letters", count + 1)),
        "it is as bad as it was: {said}"
    );
}
