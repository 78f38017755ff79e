//! On a real broker: whatever happens to the processes and to the broker, the committed output is
//! the plain fold of the log, no change is there twice, and no record is lost.
//!
//! `WRITETHRU_KILLS=200 cargo test --release kafka` is the long form.

mod broker;
mod oracle;
mod service;
mod wire_news;

use std::time::Duration;

use self::broker::{Broker, WIRES, flush, send};
use self::service::{Service, wait_until_done};
use crate::simulation::chance::Chance;

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
