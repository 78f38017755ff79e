//! Each role asks only for what it needs; what becomes of a record that cannot be decided.

use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::BaseRecord;

use super::broker::{Broker, WIRES, flush, send};
use super::service::{Service, command, wait_until_done};
use super::{oracle, sent};
use crate::wire_news;

#[test]
fn whoever_only_serves_needs_no_article_topics() {
    let Some(broker) = Broker::start() else { return };
    // There is no such topic on this broker, and nobody asks for one.
    let with =
        [("WRITETHRU__KAFKA__ARTICLE_TOPICS", ""), ("WRITETHRU__SERVE__LISTEN", "127.0.0.1:0")];
    let mut service = Service::start(&broker, "desk", &["serve"], &with);
    service.until("the page is at http://");
    service.until("running");
    assert_eq!(service.end().0, Some(0));
    // Whoever routes does.
    let mut command = command(&broker, "desk");
    command.env("WRITETHRU__KAFKA__ARTICLE_TOPICS", "").args(["run", "--role", "route"]);
    let done = command.output().unwrap();
    assert_eq!(done.status.code(), Some(2));
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(said.contains("must name at least one topic"), "{said}");
}

#[test]
fn a_dead_letter_of_route_keeps_its_key_and_headers_on_the_way_back() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 1);
    let producer = broker.producer();
    let headers = OwnedHeaders::new().insert(Header { key: "trace", value: Some("abc-1") });
    let broken: BaseRecord<'_, str, [u8]> = BaseRecord::to(WIRES).key("urn:broken").payload(b"{no");
    producer.send(broken.headers(headers)).unwrap();
    flush(&producer);
    let mut services = [Service::start(&broker, "desk", &[], &[])];
    wait_until_done(&broker, "desk", &mut services);
    let header = |record: &super::broker::Record, name: &str| {
        record.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    };
    let letters = broker.all("desk.dlq").concat();
    assert_eq!(letters.len(), 1);
    assert_eq!(header(&letters[0], "dlq.key"), Some(b"urn:broken".to_vec()));
    assert_eq!(header(&letters[0], "trace"), Some(b"abc-1".to_vec()));
    let done = command(&broker, "desk").args(["dlq", "send-back", "--all"]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let wires = broker.all(WIRES).concat();
    assert_eq!(wires.len(), 2);
    assert_eq!((&wires[1].key, &wires[1].value), (&wires[0].key, &wires[0].value));
    assert_eq!(wires[1].headers, wires[0].headers);
}

#[test]
fn what_has_no_value_has_none_when_it_is_sent_back() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 1);
    let producer = broker.producer();
    let none: Option<&[u8]> = None;
    let headers = || {
        let empty = Header { key: "empty", value: Some(&b""[..]) };
        OwnedHeaders::new().insert(Header { key: "none", value: none }).insert(empty)
    };
    let to = || BaseRecord::<[u8], [u8]>::to(WIRES);
    // A tombstone, the same without a key, and a record that is merely empty.
    producer.send(to().key(b"urn:gone").headers(headers())).unwrap();
    producer.send(to().headers(headers())).unwrap();
    producer.send(to().key(b"urn:empty").payload(b"")).unwrap();
    flush(&producer);
    let mut services = [Service::start(&broker, "desk", &["route"], &[])];
    services[0].until("article partitions assigned");
    while !broker.is_read("desk.route", WIRES) {
        assert!(services[0].runs(), "{}", services[0].said());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let run = |args: &[&str]| {
        let done = command(&broker, "desk").args(args).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    };
    let listed = run(&["dlq", "list"]);
    assert_eq!(listed.matches("  no value  ").count(), 2, "{listed}");
    assert_eq!(listed.matches("  0 bytes  ").count(), 1, "{listed}");
    let id = listed.split_whitespace().next().unwrap();
    assert!(run(&["dlq", "show", id]).contains("it is a tombstone"));
    run(&["dlq", "send-back", "--all"]);
    let wires = broker.originals(WIRES, 0);
    assert_eq!(wires.len(), 6);
    assert_eq!(wires[3..], wires[..3]);
}

#[test]
fn a_record_at_which_deciding_panics_is_a_dead_letter() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 1);
    sent(&broker, 0..30);
    let (key, bytes) = wire_news::record(30);
    let mut article: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    article["headline"] = "Gravedigger finds a clock".into();
    let producer = broker.producer();
    send(&producer, &key, article.to_string().as_bytes());
    flush(&producer);
    sent(&broker, 31..60);
    let with = [("WRITETHRU_TEST_PANIC_AT", "Gravedigger")];
    let mut services = [Service::start(&broker, "desk", &[], &with)];
    wait_until_done(&broker, "desk", &mut services);
    let said = services[0].said();
    assert_eq!(said.matches("a step panicked").count(), 2, "{said}");
    let is_internal = |record: &&super::broker::Record| {
        record.headers.iter().any(|(key, value)| key == "dlq.reason" && value == b"internal")
    };
    let letters = broker.all("desk.dlq").concat();
    let internal: Vec<_> = letters.iter().filter(is_internal).collect();
    assert_eq!(internal.len(), 1);
    assert_eq!(internal[0].value, article.to_string().into_bytes());
    // All that was published is the fold of the log without that record.
    oracle::check_without(&broker, "desk", "Gravedigger");
}
