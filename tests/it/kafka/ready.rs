//! `/readyz` says so only while every lane of the process is restored and caught up.

use std::time::Duration;

use super::broker::{Broker, WIRES};
use super::sent;
use super::served::address;
use super::service::Service;

const LOOKS_MAX: u32 = 600;

/// The answer of `/readyz`: whether it is ready, and the words.
fn readyz(address: &str) -> (bool, String) {
    let agent = ureq::Agent::config_builder().http_status_as_error(false).build();
    let answer = ureq::Agent::from(agent).get(format!("http://{address}/readyz")).call();
    let mut answer = answer.unwrap();
    (answer.status() == 200, answer.body_mut().read_to_string().unwrap())
}

/// Waits until it is ready, or says each of these words as to why not.
fn until(service: &Service, words: &[&str]) {
    let address = address(service);
    let mut last = String::new();
    for _ in 0..LOOKS_MAX {
        let (is_ready, why) = readyz(&address);
        if is_ready == words.is_empty() && words.iter().all(|word| why.contains(word)) {
            return;
        }
        last = why;
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("never {words:?}: {last}\n{}", service.said());
}

#[test]
fn whoever_lost_its_lanes_is_not_ready_until_it_has_them_again() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 4);
    sent(&broker, 0..40);
    let anywhere = [("WRITETHRU__SERVE__LISTEN", "127.0.0.1:0")];
    let first = Service::start(&broker, "desk", &[], &anywhere);
    until(&first, &[]);
    // Longer than the session: its partitions may be another's by now.
    broker.signal("STOP");
    until(&first, &["lanes lost their partitions, and wait for their group", "route "]);
    broker.signal("CONT");
    until(&first, &[]);
    // Whoever shares them is ready with its part, and with all of them once the other has gone.
    let second = Service::start(&broker, "desk", &[], &anywhere);
    until(&second, &[]);
    until(&first, &[]);
    assert_eq!(first.end().0, Some(0));
    until(&second, &[]);
    let (code, said) = second.end();
    assert_eq!(code, Some(0), "{said}");
}
