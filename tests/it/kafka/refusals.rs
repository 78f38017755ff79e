//! What a service does not go on with: one clear sentence each, with the way out; and that other
//! settings are no such thing.

use rdkafka::producer::BaseRecord;
use writethru::logs::kafka::wire::{FORMAT, StateRecord, state};

use super::broker::{Broker, WIRES, flush};
use super::sent;
use super::service::{Service, command, wait_until_done};

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
    let words = ["group \"desk.route\" has no offset", "deleted and made anew", "another name"];
    refused(&broker, &["route"], &[], &words);
    let (code, said) = doctor(&broker, &[]);
    assert_eq!(code, Some(1), "{said}");
    let found = said.lines().find(|it| it.contains("group desk.route: ")).unwrap_or_default();
    assert!(words.iter().all(|word| found.contains(word)), "{said}");

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
    let (_, said) = doctor(&broker, &[]);
    let found = said.lines().find(|it| it.contains("group desk.lanes: ")).unwrap_or_default();
    assert!(words.iter().all(|word| found.contains(word)), "{said}");
}

#[test]
fn another_topic_under_the_same_name_is_told() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 1);
    worked(&broker, 0..120);
    broker.delete("desk.routed");
    broker.topic_with("desk.routed", 4, &[("message.timestamp.type", "LogAppendTime")]);
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
fn what_doctor_calls_wrong_run_refuses_in_the_same_words() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 1);
    let (_, said) = doctor(&broker, &["--make"]);
    assert!(said.contains("can start"), "{said}");
    let log = [("message.timestamp.type", "LogAppendTime"), ("max.message.bytes", "16777216")];
    let whole = [("max.message.bytes", "16777216")];
    let small = [log[0], ("max.message.bytes", "1048588")];
    let compacted = [("cleanup.policy", "compact"), whole[0]];
    for (topic, right, wrong, words) in [
        ("desk.routed", &log[..], &small[..], "max.message.bytes=1048588, but needs at least"),
        ("desk.routed", &log, &whole, "message.timestamp.type=CreateTime, but needs LogAppendTime"),
        ("desk.routed", &log, &[log[0], whole[0], compacted[0]], "cleanup.policy=compact"),
        ("desk.changes", &whole, &compacted, "cleanup.policy=compact, but needs delete"),
        ("desk.changes", &whole, &[small[1]], "max.message.bytes=1048588, but needs at least"),
        ("desk.stories", &compacted, &whole, "cleanup.policy=delete, but needs compact"),
    ] {
        broker.alter(topic, wrong);
        let (code, said) = doctor(&broker, &[]);
        assert_eq!(code, Some(1), "{said}");
        let found = said.lines().find(|it| it.starts_with("WRONG")).unwrap_or_default();
        assert!(found.contains(topic) && found.contains(words), "{words}: {said}");
        let found = found.split_once(": ").unwrap().1;
        refused(&broker, &[], &[], &[topic, found, "kafka-configs.sh", "--add-config"]);
        broker.alter(topic, right);
    }
    // What only shortens the memory is told and lived with.
    broker.alter("desk.routed", &[log[0], log[1], ("retention.ms", "3600000")]);
    let mut service = Service::start(&broker, "desk", &[], &[]);
    service.until("retention.ms=3600000, but needs at least");
    service.until("running");
    assert_eq!(service.end().0, Some(0));
    let (code, said) = doctor(&broker, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("mind   topic desk.routed: retention.ms=3600000"), "{said}");
}

fn doctor(broker: &Broker, args: &[&str]) -> (Option<i32>, String) {
    let done = command(broker, "desk").arg("doctor").args(args).output().unwrap();
    (done.status.code(), String::from_utf8_lossy(&done.stdout).into_owned())
}

/// An article that does not compress.
fn long_article(words: u64) -> String {
    let word = |n: u64| format!("{:x} ", n.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let body: String = (1..words).map(word).collect();
    serde_json::json!({ "uri": "urn:long", "publisher": "afp.com", "language": "en",
        "headline": "A long day", "body": body })
    .to_string()
}

#[test]
fn a_topic_that_takes_less_while_it_runs_stops_it_and_nothing_is_lost() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 1);
    let log = ("message.timestamp.type", "LogAppendTime");
    for (topic, right, from) in [("desk.routed", &[log][..], 0), ("desk.changes", &[], 100)] {
        worked(&broker, from..from + 40);
        let mut service = Service::start(&broker, "desk", &[], &[]);
        service.until("lane caught up");
        let bytes = |bytes| [right, &[("max.message.bytes", bytes)]].concat();
        broker.alter(topic, &bytes(if topic == "desk.changes" { "200" } else { "20000" }));
        let producer = broker.producer();
        let article = long_article(6_000);
        let record: BaseRecord<'_, str, [u8]> = BaseRecord::to(WIRES).key("urn:long");
        producer.send(record.payload(article.as_bytes())).unwrap();
        flush(&producer);
        sent(&broker, from + 40..from + 60);
        let (code, said) = service.ended();
        assert_eq!(code, Some(1), "{said}");
        let sentence = said.lines().rfind(|line| line.starts_with("writethru: ")).unwrap();
        for word in [topic, "max.message.bytes=", "needs at least", "kafka-configs.sh", "is lost"] {
            assert!(sentence.contains(word), "no \"{word}\" in: {sentence}");
        }
        assert!(!broker.is_read("desk.route", WIRES) || topic == "desk.changes", "committed");
        broker.alter(topic, &bytes("16777216"));
        let mut services = [Service::start(&broker, "desk", &[], &[])];
        wait_until_done(&broker, "desk", &mut services);
        super::oracle::check(&broker, "desk");
    }
}
