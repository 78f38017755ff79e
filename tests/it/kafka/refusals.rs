//! What a service does not go on with: one clear sentence each, with the way out; and that other
//! settings are no such thing.

use rdkafka::producer::BaseRecord;
use writethru::logs::kafka::wire::{FORMAT, StateRecord, state};

use super::broker::{Broker, WIRES, flush};
use super::sent;
use super::service::{Service, wait_until_done};

/// A service that has taken these records and stopped in good order.
fn worked(broker: &Broker, records: std::ops::Range<usize>) {
    sent(broker, records);
    let mut services = [Service::start(broker, "desk", &[], &[])];
    wait_until_done(broker, "desk", &mut services);
    let [service] = services;
    assert_eq!(service.end().0, Some(0));
}

fn refused(broker: &Broker, roles: &[&str], with: &[(&str, &str)], words: &[&str]) {
    let (code, said) = Service::start(broker, "desk", roles, with).ended();
    assert_eq!(code, Some(1), "{said}");
    let sentence = said.lines().rfind(|line| line.starts_with("writethru: ")).unwrap_or_default();
    for word in words {
        assert!(sentence.contains(word), "no \"{word}\" in: {sentence}\n{said}");
    }
}

#[test]
fn what_was_deleted_before_it_was_read_is_told() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 1);
    worked(&broker, 0..60);
    sent(&broker, 60..200);
    broker.forget_before(WIRES, 0, 150);
    let words = ["article topic wires begins at offset 150", "route stopped at 60", "retention"];
    refused(&broker, &["route"], &[], &words);
    refused(
        &broker,
        &[],
        &[("WRITETHRU__KAFKA__PARTITIONS", "3")],
        &["has 4 partitions", "set kafka.partitions to 4"],
    );

    broker.delete(WIRES);
    broker.topic(WIRES, 1);
    sent(&broker, 0..200);
    let words = ["group \"<app>.route\" has no offset", "deleted and made anew", "another name"];
    refused(&broker, &["route"], &[], &words);

    // Of the lanes: routed records that were deleted unread, in the partition that has most.
    let routed = broker.all("desk.routed");
    let busiest = (0..routed.len()).max_by_key(|at| routed[*at].len()).unwrap();
    let partition = i32::try_from(busiest).unwrap();
    let end = routed[busiest].last().unwrap().offset + 1;
    let producer = broker.producer();
    for _ in 0..5 {
        let record = BaseRecord::<[u8], [u8]>::to("desk.routed").partition(partition);
        producer.send(record.key(b"en").payload(b"{}")).unwrap();
    }
    flush(&producer);
    broker.forget_before("desk.routed", partition, end + 3);
    let words =
        ["topic desk.routed begins at offset", "the lane stopped at", "deleted before it was read"];
    refused(&broker, &["lanes"], &[], &words);
}

#[test]
fn another_topic_under_the_same_name_is_told() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 1);
    worked(&broker, 0..120);
    broker.delete("desk.routed");
    broker.topic("desk.routed", 4);
    // Longer than the one before, so that its length says nothing.
    let producer = broker.producer();
    for n in 0..4 * 200 {
        let record = BaseRecord::<[u8], [u8]>::to("desk.routed").partition(n % 4);
        producer.send(record.key(b"en").payload(b"{}")).unwrap();
    }
    flush(&producer);
    let words = ["desk.routed has another record at offset", "made anew", "another `app`"];
    refused(&broker, &["lanes"], &[], &words);
}

#[test]
fn a_newer_state_is_left_alone_and_the_other_lanes_go_on() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 1);
    worked(&broker, 0..120);
    let (partition, key, mut value) = (0..4)
        .find_map(|partition| {
            let records = broker.partition("desk.state", partition);
            let (marker, _) = records.into_iter().rfind(|(record, _)| {
                matches!(state(&record.key, Some(&record.value)), Ok(StateRecord::Marker(_)))
            })?;
            Some((partition, marker.key, marker.value))
        })
        .unwrap();
    value.splice(0..4, (FORMAT + 1).to_le_bytes());
    let producer = broker.producer();
    let record = BaseRecord::<[u8], [u8]>::to("desk.state").partition(partition);
    producer.send(record.key(&key).payload(&value)).unwrap();
    flush(&producer);
    sent(&broker, 120..160);
    let before = broker.partition("desk.changes", partition).len();
    let mut service = Service::start(&broker, "desk", &[], &[]);
    service.until("lane left alone");
    service.until("newer version of writethru");
    for _ in 0..3 {
        service.until("lane caught up");
    }
    assert!(service.runs(), "{}", service.said());
    assert_eq!(service.end().0, Some(0));
    assert_eq!(broker.partition("desk.changes", partition).len(), before, "it was touched");
}

#[test]
fn other_settings_begin_an_epoch() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 1);
    worked(&broker, 0..100);
    let epochs = || {
        let is_epoch = |record: &&super::broker::Record| {
            record.headers.iter().any(|(key, value)| key == "kind" && value == b"epoch")
        };
        broker.all("desk.routed").concat().iter().filter(is_epoch).count()
    };
    assert_eq!(epochs(), 4, "each lane says who decides, once");
    worked(&broker, 100..120);
    assert_eq!(epochs(), 4, "the same settings are no news");
    sent(&broker, 120..160);
    let with = [("WRITETHRU__STORIES__DORMANT_AFTER_HOURS", "12")];
    let mut services = [Service::start(&broker, "desk", &[], &with)];
    services[0].until("other settings or another version");
    wait_until_done(&broker, "desk", &mut services);
    assert_eq!(epochs(), 8);
}

#[test]
fn a_state_that_is_deleted_by_age_is_refused() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 1);
    broker.topic("desk.state", 4);
    refused(&broker, &[], &[], &["\"desk.state\" has cleanup.policy=delete", "compact"]);
}

#[test]
fn what_the_broker_does_not_take_from_route_is_not_passed_over() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 1);
    let small = [("max.message.bytes", "20000"), ("message.timestamp.type", "LogAppendTime")];
    broker.topic_with("desk.routed", 4, &small);
    // Nothing that compresses well.
    let word = |n: u64| format!("{:x} ", n.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let body: String = (1..6_000).map(word).collect();
    let article = serde_json::json!({ "uri": "urn:long", "publisher": "afp.com", "language": "en",
        "headline": "A long day", "body": body });
    let producer = broker.producer();
    let bytes = article.to_string();
    let record: BaseRecord<'_, str, [u8]> =
        BaseRecord::to(WIRES).key("urn:long").payload(bytes.as_bytes());
    producer.send(record).unwrap();
    flush(&producer);
    let mut service = Service::start(&broker, "desk", &["route"], &[]);
    service.until("MessageSizeTooLarge");
    std::thread::sleep(std::time::Duration::from_secs(2));
    service.end();
    assert!(!broker.is_read("desk.route", WIRES), "its offset was committed");
}
