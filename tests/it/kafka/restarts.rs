//! Restarts that people plan, and a coordinator that is away while somebody commits.

use std::collections::BTreeMap;
use std::time::Duration;

use super::broker::{Broker, WIRES};
use super::service::{Service, wait_until_done};
use super::{Load, oracle};
use crate::wire_news;

/// Longer than a call of the transactional producer may take, so that its outcome is unknown.
const AWAY: Duration = Duration::from_secs(20);

#[test]
fn the_coordinator_is_away_while_a_lane_commits() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 4);
    let load = Load::start(&broker, Duration::from_millis(10));
    let mut services = [Service::start(&broker, "desk", &[], &[])];
    services[0].until("DEBUG committed ");
    // With a record every ten milliseconds some lane is always within a transaction.
    broker.signal("STOP");
    std::thread::sleep(AWAY);
    broker.signal("CONT");
    std::thread::sleep(Duration::from_secs(3));
    let sent = load.end();
    if !services[0].runs() {
        // The watchdog may have ended it; whoever watches over it starts it again.
        services = [Service::start(&broker, "desk", &[], &[])];
    }
    wait_until_done(&broker, "desk", &mut services);
    let said = services[0].said();
    println!(
        "commits of which the outcome was not known: {}",
        said.matches("lane begins anew").count()
    );
    let checked = oracle::check(&broker, "desk");
    assert_eq!(checked.dead, wire_news::unreadable(sent));
}

/// When each lane committed, milliseconds of the day.
fn commits(said: &str, into: &mut BTreeMap<i32, Vec<i64>>) {
    for line in said.lines().filter(|line| line.contains("DEBUG committed ")) {
        let at: jiff::Timestamp = line.split_whitespace().next().unwrap().parse().unwrap();
        let partition = line.split("partition=").nth(1).unwrap().split_whitespace().next().unwrap();
        into.entry(partition.parse().unwrap()).or_default().push(at.as_millisecond());
    }
}

#[test]
fn a_rolling_restart_to_other_settings() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 4);
    let load = Load::start(&broker, Duration::from_millis(20));
    let old = || Service::start(&broker, "desk", &[], &[]);
    let new = || {
        let with = [("WRITETHRU__STORIES__DORMANT_AFTER_HOURS", "12")];
        Service::start(&broker, "desk", &[], &with)
    };
    let mut all = BTreeMap::new();
    let mut services = vec![old().begun(), old().begun()];
    for service in &mut services {
        service.until("lane caught up");
    }
    for _ in 0..2 {
        std::thread::sleep(Duration::from_secs(3));
        services.push(new().begun());
        let mut newest = services.pop().unwrap();
        newest.until("lane caught up");
        services.push(newest);
        let (code, said) = services.remove(0).end();
        assert_eq!(code, Some(0), "{said}");
        commits(&said, &mut all);
    }
    std::thread::sleep(Duration::from_secs(3));
    load.end();
    wait_until_done(&broker, "desk", &mut services);
    services.iter().for_each(|service| commits(&service.said(), &mut all));
    for (partition, mut at) in all {
        at.sort_unstable();
        let still = at.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default();
        println!("lane {partition}: {} commits, stood still for {still} ms at most", at.len());
        assert!(still < 60_000, "lane {partition} stood still for {still} ms");
    }
    let is_epoch = |record: &&super::broker::Record| {
        record.headers.iter().any(|(key, value)| key == "kind" && value == b"epoch")
    };
    let epochs = broker.all("desk.routed").concat().iter().filter(is_epoch).count();
    assert!(epochs >= 8, "each lane says who decides, before and after: {epochs}");
    nothing_twice(&broker);
}

/// Within an epoch the plain fold is the oracle; over several, what no settings change is left:
/// no change twice, numbers without gaps.
fn nothing_twice(broker: &Broker) {
    let mut ids = std::collections::BTreeSet::new();
    let mut next: BTreeMap<String, u64> = BTreeMap::new();
    for record in broker.all("desk.changes").concat() {
        let change: serde_json::Value = serde_json::from_slice(&record.value).unwrap();
        assert!(ids.insert(change["id"].to_string()), "twice: {change}");
        let number: u64 = change["desksequence"].as_str().unwrap().parse().unwrap();
        let desk = change["source"].to_string();
        let before = next.insert(desk.clone(), number).unwrap_or(0);
        assert_eq!(number, before + 1, "a gap in {desk}");
    }
    assert!(ids.len() > 100);
}
