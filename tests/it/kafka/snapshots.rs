//! Lanes begin with their snapshots, and with the topic alone wherever a snapshot is doubtful.

use std::path::{Path, PathBuf};

use super::broker::{Broker, WIRES};
use super::service::{PARTITIONS, Service, command, wait_until_done};
use super::{oracle, sent};

/// Few records, so that short runs have snapshots.
const OFTEN: (&str, &str) = ("WRITETHRU__STATE__SNAPSHOT_RECORDS", "100");

fn folder(broker: &Broker, app: &str, partition: i32) -> PathBuf {
    broker.folder().join(format!("state/kafka/{app}/lane-{partition}"))
}

fn snapshots(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let is_one = |path: &PathBuf| path.to_string_lossy().contains("snapshot-");
    let mut all: Vec<_> = paths.filter(is_one).collect();
    all.sort();
    all
}

/// A partition with a snapshot, made by a service that has taken so many records and has ended.
fn kept(broker: &Broker, records: usize) -> i32 {
    broker.topic(WIRES, 1);
    sent(broker, 0..records);
    let mut services = [Service::start(broker, "desk", &[], &[OFTEN])];
    services[0].until("snapshot kept");
    wait_until_done(broker, "desk", &mut services);
    let [service] = services;
    assert_eq!(service.end().0, Some(0));
    (0..PARTITIONS)
        .find(|partition| !snapshots(&folder(broker, "desk", *partition)).is_empty())
        .unwrap()
}

/// Starts it once more, with more to do; answers what it said.
fn again(broker: &Broker, records: std::ops::Range<usize>) -> String {
    sent(broker, records);
    let mut services = [Service::start(broker, "desk", &[], &[OFTEN])];
    restored(&mut services[0]);
    wait_until_done(broker, "desk", &mut services);
    let [service] = services;
    let (code, said) = service.end();
    assert_eq!(code, Some(0), "{said}");
    oracle::check(broker, "desk");
    said
}

/// Waits until every lane has begun, those with nothing new, too.
fn restored(service: &mut Service) {
    for partition in 0..PARTITIONS {
        service.until(&format!("lane restored partition={partition} "));
    }
}

/// How many rows of a snapshot a lane began with.
fn of_snapshot(said: &str, partition: i32) -> u64 {
    let of_lane = format!("partition={partition} ");
    let line = said.lines().find(|it| it.contains("lane restored") && it.contains(&of_lane));
    let line = line.unwrap_or_else(|| panic!("lane {partition} was not restored: {said}"));
    let number = line.split("of_snapshot=").nth(1).unwrap().split_whitespace().next().unwrap();
    number.parse().unwrap()
}

#[test]
fn a_lane_begins_with_its_snapshot() {
    let Some(broker) = Broker::start() else { return };
    let partition = kept(&broker, 200);
    let said = again(&broker, 200..260);
    assert!(of_snapshot(&said, partition) > 0, "{said}");
    assert!(!said.contains("left out"), "{said}");
}

#[test]
fn what_is_doubtful_is_left_out_and_said() {
    let Some(broker) = Broker::start() else { return };
    let partition = kept(&broker, 200);
    let own = folder(&broker, "desk", partition);

    // Damaged within its rows: found while it is read.
    for path in snapshots(&own) {
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() - 40;
        bytes[middle] ^= 0x55;
        std::fs::write(&path, bytes).unwrap();
    }
    let said = again(&broker, 200..210);
    assert_eq!(of_snapshot(&said, partition), 0, "{said}");
    assert!(said.contains("a snapshot is left out"), "{said}");
    assert!(said.contains("damaged") || said.contains("rows are missing"), "{said}");

    // Of another lane.
    std::fs::remove_dir_all(broker.folder().join("state")).unwrap();
    let partition = remade(&broker);
    let other = (partition + 1) % PARTITIONS;
    let (own, others) = (folder(&broker, "desk", partition), folder(&broker, "desk", other));
    std::fs::remove_dir_all(&others).ok();
    std::fs::rename(own, others).unwrap();
    let said = again(&broker, 260..270);
    assert_eq!(of_snapshot(&said, other), 0, "{said}");
    let words = format!("it is of topic desk.state, partition {partition}");
    assert!(said.contains(&words), "{said}");
}

/// Lets a service make snapshots anew.
fn remade(broker: &Broker) -> i32 {
    sent(broker, 210..260);
    let mut services = [Service::start(broker, "desk", &[], &[OFTEN])];
    services[0].until("snapshot kept");
    wait_until_done(broker, "desk", &mut services);
    let [service] = services;
    assert_eq!(service.end().0, Some(0));
    let has = |partition: &i32| !snapshots(&folder(broker, "desk", *partition)).is_empty();
    (0..PARTITIONS).find(has).unwrap()
}

#[test]
fn an_old_snapshot_is_left_out() {
    let Some(broker) = Broker::start() else { return };
    // The topic forgets removals at once, so every snapshot is too old.
    let with = [("cleanup.policy", "compact"), ("delete.retention.ms", "1")];
    broker.topic_with("desk.state", PARTITIONS, &with);
    let partition = kept(&broker, 200);
    let said = again(&broker, 200..260);
    assert_eq!(of_snapshot(&said, partition), 0, "{said}");
    assert!(said.contains("for which the topic remembers what was removed"), "{said}");
}

#[test]
fn a_snapshot_does_not_stand_in_for_a_lost_topic() {
    let Some(broker) = Broker::start() else { return };
    kept(&broker, 200);
    broker.delete("desk.state");
    let mut service = Service::start(&broker, "desk", &[], &[OFTEN]);
    service.until("a snapshot is left out");
    service.until("the topic was made anew, or records of it were deleted");
    let (code, said) = service.ended();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("the lane's state stands at nothing"), "{said}");
}

#[test]
fn other_settings_go_on_from_a_snapshot_with_an_epoch() {
    let Some(broker) = Broker::start() else { return };
    let partition = kept(&broker, 200);
    sent(&broker, 200..240);
    let with = [OFTEN, ("WRITETHRU__STORIES__DORMANT_AFTER_HOURS", "12")];
    let mut services = [Service::start(&broker, "desk", &[], &with)];
    services[0].until("other settings or another version");
    restored(&mut services[0]);
    wait_until_done(&broker, "desk", &mut services);
    let [service] = services;
    let (code, said) = service.end();
    assert_eq!(code, Some(0), "{said}");
    assert!(of_snapshot(&said, partition) > 0, "{said}");
}

#[test]
fn a_replay_of_what_is_new_begins_with_a_snapshot_and_gives_the_same() {
    let Some(broker) = Broker::start() else { return };
    let partition = kept(&broker, 200);
    let records = || broker.partition("desk.routed", partition);
    let before = records().len();
    sent(&broker, 200..260);
    // It makes no more snapshots.
    let mut services = [Service::start(&broker, "desk", &[], &[])];
    wait_until_done(&broker, "desk", &mut services);
    assert!(records().len() > before, "the lane has something new");
    let replayed = |with: &[(&str, &str)], args: &[&str]| {
        let from = before.to_string();
        let mut command = command(&broker, "desk");
        command.args(["replay", "--from", &from]).args(args).env("RUST_LOG", "info");
        let done = command.envs(with.iter().copied()).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{said}");
        (String::from_utf8(done.stdout).unwrap(), said)
    };
    let begins = format!("begins with a snapshot partition={partition} ");
    let (short, said) = replayed(&[], &[]);
    assert!(said.contains(&begins), "{said}");
    assert!(!short.is_empty(), "the lane published nothing new");
    // Other settings, and whoever is to know nothing, do without.
    let other = [("WRITETHRU__STORIES__DORMANT_AFTER_HOURS", "12")];
    assert!(!replayed(&other, &[]).1.contains("begins with a snapshot"));
    assert!(!replayed(&[], &["--fresh"]).1.contains("begins with a snapshot"));
    // A damaged one is left out, and without any it is all folded again.
    for path in snapshots(&folder(&broker, "desk", partition)) {
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() - 40;
        bytes[middle] ^= 0x55;
        std::fs::write(&path, bytes).unwrap();
    }
    let (damaged, said) = replayed(&[], &[]);
    assert!(!said.contains(&begins) && said.contains("a snapshot is left out"), "{said}");
    let elsewhere = broker.folder().join("elsewhere").display().to_string();
    let (whole, said) = replayed(&[("WRITETHRU__STATE__DIR", &elsewhere)], &[]);
    assert!(!said.contains("begins with a snapshot"), "{said}");
    assert!(short == whole && damaged == whole, "other bytes");
}
