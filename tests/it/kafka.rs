//! On a real broker: whatever happens to the processes and to the broker, the committed output is
//! the plain fold of the log, no change is there twice, and no record is lost.
//!
//! `WRITETHRU_KILLS=200 cargo test --release kafka` is the long form.

mod broker;
mod commands;
mod decided;
mod delivered;
mod oracle;
mod ready;
mod refusals;
mod restarts;
mod roles;
mod secured;
mod served;
mod service;
mod snapshots;

use std::time::Duration;

use self::broker::{Broker, WIRES, flush, send};
use self::service::{Service, wait_until_done};
use crate::simulation::chance::Chance;
use crate::wire_news;

fn sent(broker: &Broker, records: std::ops::Range<usize>) {
    let producer = broker.producer();
    for n in records {
        let (key, bytes) = wire_news::record(n);
        send(&producer, &key, &bytes);
    }
    flush(&producer);
}

/// How often the long forms kill.
fn kills(short: usize) -> usize {
    std::env::var("WRITETHRU_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(short)
}

#[test]
fn embedded_and_kafka_give_the_same_bytes() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 4);
    sent(&broker, 0..400);
    // Two processes for each role.
    let mut services: Vec<Service> = ["route", "route", "lanes", "lanes"]
        .map(|role| Service::start(&broker, "desk", &[role], &[]))
        .into();
    sent(&broker, 400..800);
    wait_until_done(&broker, "desk", &mut services);
    for service in services {
        let (code, said) = service.end();
        assert_eq!(code, Some(0), "{said}");
    }
    let checked = oracle::check(&broker, "desk");
    assert!(checked.changes > 800, "{checked:?}");
    assert!(checked.desks.len() >= 6, "{checked:?}");
    assert_eq!(checked.dead, wire_news::unreadable(800));
}

#[test]
fn the_service_is_killed_under_load() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 4);
    let mut chance = Chance::new(7);
    let mut from = 0;
    for _ in 0..kills(6) {
        let service = Service::start(&broker, "desk", &[], &[]);
        let producer = broker.producer();
        for _ in 0..chance.below(20) + 20 {
            let (key, bytes) = wire_news::record(from);
            send(&producer, &key, &bytes);
            from += 1;
            std::thread::sleep(Duration::from_millis(chance.below(120)));
        }
        flush(&producer);
        service.kill();
    }
    let mut services = [Service::start(&broker, "desk", &[], &[])];
    wait_until_done(&broker, "desk", &mut services);
    let checked = oracle::check(&broker, "desk");
    assert!(checked.changes > from, "{checked:?}");
    assert_eq!(checked.dead, wire_news::unreadable(from));
}

/// Sends in the background until told to stop; answers how many records there were.
struct Load {
    stop: std::sync::Arc<std::sync::atomic::AtomicBool>,
    thread: std::thread::JoinHandle<usize>,
}

impl Load {
    fn start(broker: &Broker, pause: Duration) -> Self {
        let producer = broker.producer();
        let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let stopped = std::sync::Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut n = 0;
            while !stopped.load(std::sync::atomic::Ordering::Relaxed) {
                let (key, bytes) = wire_news::record(n);
                send(&producer, &key, &bytes);
                n += 1;
                std::thread::sleep(pause);
            }
            flush(&producer);
            n
        });
        Self { stop, thread }
    }

    fn end(self) -> usize {
        self.stop.store(true, std::sync::atomic::Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

#[test]
fn the_broker_is_killed_under_load() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 4);
    let load = Load::start(&broker, Duration::from_millis(20));
    let mut chance = Chance::new(11);
    let mut services = [Service::start(&broker, "desk", &[], &[])];
    for _ in 0..kills(3).min(20) {
        std::thread::sleep(Duration::from_millis(1_500 + chance.below(1_500)));
        broker.crash();
        // Whoever watches over the service starts it again when it has ended.
        if !services[0].runs() {
            services = [Service::start(&broker, "desk", &[], &[])];
        }
    }
    let sent = load.end();
    wait_until_done(&broker, "desk", &mut services);
    let checked = oracle::check(&broker, "desk");
    assert_eq!(checked.dead, wire_news::unreadable(sent));
}

#[test]
fn a_zombie_publishes_nothing() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 4);
    let load = Load::start(&broker, Duration::from_millis(10));
    let mut services = vec![Service::start(&broker, "desk", &[], &[])];
    std::thread::sleep(Duration::from_millis(3_000));
    services.push(Service::start(&broker, "desk", &[], &[]));
    for service in services.iter().take(2) {
        std::thread::sleep(Duration::from_millis(2_000));
        service.signal("STOP");
        // Longer than its session: the other takes all of it over.
        std::thread::sleep(Duration::from_millis(4_000));
        service.signal("CONT");
    }
    std::thread::sleep(Duration::from_millis(2_000));
    let sent = load.end();
    wait_until_done(&broker, "desk", &mut services);
    let checked = oracle::check(&broker, "desk");
    assert_eq!(checked.dead, wire_news::unreadable(sent));
}

#[test]
fn members_come_and_go() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 4);
    let load = Load::start(&broker, Duration::from_millis(10));
    let mut services = vec![Service::start(&broker, "desk", &[], &[]).begun()];
    for round in 0..kills(4).min(60) {
        std::thread::sleep(Duration::from_millis(1_500));
        services.push(Service::start(&broker, "desk", &[], &[]).begun());
        std::thread::sleep(Duration::from_millis(1_500));
        let (code, said) = services.remove(round % 2).end();
        assert_eq!(code, Some(0), "{said}");
    }
    let sent = load.end();
    wait_until_done(&broker, "desk", &mut services);
    let checked = oracle::check(&broker, "desk");
    assert_eq!(checked.dead, wire_news::unreadable(sent));
}

#[test]
fn large_records_stop_nothing() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 1);
    let producer = broker.producer();
    let sizes = [8 << 20, (8 << 20) + 1, (16 << 20) - 2_000];
    for (n, size) in sizes.into_iter().enumerate() {
        let (key, bytes) = wire_news::record(n);
        let mut article: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let missing = size - bytes.len() - 1;
        article["body"] =
            format!("{}\n{}", article["body"].as_str().unwrap(), "x".repeat(missing - 1)).into();
        let bytes = article.to_string().into_bytes();
        assert_eq!(bytes.len(), size);
        send(&producer, &key, &bytes);
    }
    flush(&producer);
    sent(&broker, 3..40);
    let mut services = [Service::start(&broker, "desk", &[], &[])];
    wait_until_done(&broker, "desk", &mut services);
    let checked = oracle::check(&broker, "desk");
    assert!(checked.changes > 20, "{checked:?}");
    assert_eq!(checked.dead, 2 + wire_news::unreadable(40));
    // Where all of it is to be read, what does not fit with its headers is a dead letter, too.
    let whole = [("WRITETHRU__READING__RECORD_BYTES_MAX", "16777216")];
    let mut services = [Service::start(&broker, "wide", &[], &whole)];
    wait_until_done(&broker, "wide", &mut services);
    let letters = broker.all("wide.dlq").concat();
    assert_eq!(letters.len(), 1 + wire_news::unreadable(40));
}

#[test]
fn a_quiet_desk_gets_its_ticks() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 1);
    let service = Service::start(&broker, "desk", &[], &[]);
    let deadline = std::time::Instant::now() + Duration::from_secs(60);
    let wait = |done: &dyn Fn() -> bool| {
        while !done() {
            assert!(std::time::Instant::now() < deadline, "{}", service.said());
            std::thread::sleep(Duration::from_millis(200));
        }
    };
    // Only a service that runs can be sure to take it up before the embargo ends.
    wait(&|| service.said().contains("running"));
    let seconds = jiff::Timestamp::now().as_second() + 8;
    let until = jiff::Timestamp::from_second(seconds).expect("a time of today");
    let (key, bytes) = wire_news::record(0);
    let mut article: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    article["embargoedUntil"] = until.to_string().into();
    let producer = broker.producer();
    send(&producer, &key, article.to_string().as_bytes());
    flush(&producer);
    let changes = || broker.all("desk.changes").concat();
    wait(&|| !changes().is_empty());
    wait_until_done(&broker, "desk", &mut [service]);
    let ticks = broker.all("desk.routed").concat();
    let ticks = ticks.iter().filter(|record| record.value.is_empty()).count();
    assert_eq!(ticks, 1, "one tick for one timer");
    let checked = oracle::check(&broker, "desk");
    assert!(checked.changes > 0);
    let first: serde_json::Value = serde_json::from_slice(&changes()[0].value).unwrap();
    assert_eq!(first["recordedtime"], until.to_string(), "when the embargo ended");
}

/// Two traps cost a hundred milliseconds each: the flush within a commit, and the wait between
/// tries of its offsets.
#[test]
fn a_commit_does_not_wait() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 1);
    let mut services = [Service::start(&broker, "desk", &[], &[])];
    let producer = broker.producer();
    for n in 0..30 {
        let (key, bytes) = wire_news::record(n);
        send(&producer, &key, &bytes);
        flush(&producer);
        std::thread::sleep(Duration::from_millis(100));
    }
    wait_until_done(&broker, "desk", &mut services);
    let said = services[0].said();
    let mut waited: Vec<u64> = said
        .lines()
        .filter(|line| line.contains("committed"))
        .filter_map(|line| line.split(" us=").nth(1)?.split_whitespace().next()?.parse().ok())
        .collect();
    waited.sort_unstable();
    assert!(waited.len() >= 20, "{said}");
    // Of the quickest quarter, so that a busy machine does not matter; the traps would be in all.
    let quick = waited[waited.len() / 4];
    assert!(quick < 90_000, "three quarters of the commits take more than {quick} us");
}
