//! Signed webhooks: in order, tried again, never to the inside.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;
use writethru::deliver::courier::Ended;
use writethru::deliver::webhook::{Webhook, signatures};

use super::stand_in::StandIn;
use super::{Hasty, Wire, events, fine};

/// "0123456789abcdef01234567" in base64.
pub const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";
const OTHER: &str = "whsec_NzY1NDMyMTBmZWRjYmE5ODc2NTQzMjEw";

pub fn webhook(url: &str, secrets: &[&str], allow_private: bool) -> Webhook {
    let secrets: Vec<String> = secrets.iter().map(|it| (*it).to_owned()).collect();
    Webhook::new(url, &secrets, allow_private, || 1_733_629_260).unwrap()
}

#[test]
fn webhooks_are_signed_and_come_in_order_once() {
    let (wire, events) = (Wire::new(), events(&["demo"]));
    let server = StandIn::start(|_| fine());
    let target = || webhook(&server.url("/hook"), &[SECRET, OTHER], true);
    let mut courier = wire.courier(target());
    wire.write(&events);
    assert_eq!(courier.run(&mut Hasty::default()), Ended::Stopped);
    drop(courier);
    assert_eq!(wire.courier(target()).run(&mut Hasty::default()), Ended::Stopped);

    let requests = server.requests();
    assert_eq!(requests.len(), events.len());
    for (request, event) in requests.iter().zip(&events) {
        let body = event.strip_suffix(b"\n").unwrap();
        assert_eq!(request.body, body);
        assert_eq!(request.headers["content-type"], "application/cloudevents+json");
        let value: Value = serde_json::from_slice(body).unwrap();
        let id = &request.headers["webhook-id"];
        assert_eq!(value["id"], id.as_str());
        let secrets = [b"0123456789abcdef01234567".to_vec(), b"76543210fedcba9876543210".to_vec()];
        let expected = signatures(&secrets, id, 1_733_629_260, body);
        assert_eq!(request.headers["webhook-signature"], expected);
        assert_eq!(expected.split(' ').count(), 2);
    }
}

#[test]
fn what_fails_is_tried_again_by_the_schedule_and_then_given_up() {
    let (wire, events) = (Wire::new(), events(&["denial"]));
    let count = AtomicUsize::new(0);
    let server = StandIn::start(move |_| match count.fetch_add(1, Ordering::Relaxed) {
        0 => (503, Vec::new(), String::new()),
        1 => (429, vec![("retry-after", "4000".to_owned())], String::new()),
        2 => fine(),
        _ => (503, Vec::new(), String::new()),
    });
    let mut courier = wire.courier(webhook(&server.url("/"), &[SECRET], true));
    wire.write(&[&events[..1], &events[..1]].concat());
    let mut pace = Hasty::default();
    courier.run(&mut pace);
    let seconds: Vec<u64> = pace.waits.iter().map(Duration::as_secs).collect();
    assert_eq!(seconds, [5, 4000, 5, 300, 1800, 7200, 18000, 36000, 36000]);
    let noted = std::fs::read_to_string(wire.journal()).unwrap();
    assert!(noted.contains("\"given_up\"") && noted.contains("HTTP 503"), "{noted}");
}

#[test]
fn an_address_of_the_inside_is_never_connected_to_and_no_redirect_followed() {
    let (wire, events) = (Wire::new(), events(&["denial"]));
    let server = StandIn::start(|_| fine());
    let mut courier = wire.courier(webhook(&server.url("/"), &[SECRET], false));
    wire.write(&events[..1]);
    courier.run(&mut Hasty::default());
    assert!(server.requests().is_empty());
    assert!(std::fs::read_to_string(wire.journal()).unwrap().contains("address of the inside"));

    let wire = Wire::new();
    let elsewhere = server.url("/elsewhere");
    let gate = StandIn::start(move |_| (302, vec![("location", elsewhere.clone())], String::new()));
    let mut courier = wire.courier(webhook(&gate.url("/"), &[SECRET], true));
    wire.write(&events[..1]);
    courier.run(&mut Hasty::default());
    assert_eq!(gate.requests().len(), 3);
    assert!(server.requests().is_empty());
}

#[test]
fn a_line_that_is_not_whole_yet_is_waited_for() {
    let (wire, events) = (Wire::new(), events(&["denial"]));
    let server = StandIn::start(|_| fine());
    let mut courier = wire.courier(webhook(&server.url("/"), &[SECRET], true));
    let (half, rest) = events[0].split_at(100);
    std::fs::write(wire.path(), half).unwrap();
    courier.run(&mut Hasty::default());
    assert!(server.requests().is_empty());
    append(&wire.path(), rest);
    courier.run(&mut Hasty::default());
    assert_eq!(server.requests().len(), 1);
}

fn append(path: &Path, bytes: &[u8]) {
    use std::io::Write as _;
    let mut file = std::fs::OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(bytes).unwrap();
}
