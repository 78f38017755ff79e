//! Decisions on a real broker, by HTTP and by the topic: appended to the desk's log, in force after
//! a kill, and the same bytes as the plain fold.

use std::time::{Duration, Instant};

use rdkafka::producer::{BaseRecord, Producer as _};
use serde_json::{Value, json};

use super::broker::{Broker, WIRES, flush, send};
use super::oracle;
use super::served::address;
use super::service::{Service, wait_until_done};
use crate::http_get;

/// No answer takes longer.
const DEADLINE: Duration = Duration::from_secs(60);

/// What an address answers once it fits.
fn once(address: &str, path: &str, fits: impl Fn(&Value) -> bool) -> Value {
    let begin = Instant::now();
    loop {
        let answer = http_get(address, path);
        if fits(&answer) {
            return answer;
        }
        assert!(begin.elapsed() < DEADLINE, "{path}: {answer}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn post(address: &str, decision: &Value) -> u16 {
    let sent = ureq::post(format!("http://{address}/v1/decisions"))
        .header("Content-Type", "application/json")
        .send(decision.to_string());
    sent.unwrap().status().as_u16()
}

#[test]
fn decisions_are_in_the_log_and_outlive_a_kill() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 4);
    let anywhere = [("WRITETHRU__SERVE__LISTEN", "127.0.0.1:0")];
    let service = Service::start(&broker, "desk", &[], &anywhere);
    let at = address(&service);
    let producer = broker.producer();
    let article = json!({ "uri": "urn:one", "publisher": "example.net", "language": "en",
        "headline": "Bridge closed at Mostar",
        "body": "Police closed the bridge at Mostar, a spokesman said." });
    send(&producer, "urn:one", article.to_string().as_bytes());
    flush(&producer);
    let is_there = |it: &Value| it["stories"].as_array().is_some_and(|it| !it.is_empty());
    let stories = once(&at, "/v1/stories", is_there);
    let story = stories["stories"][0]["id"].as_str().unwrap().to_owned();
    let document = once(&at, &format!("/v1/stories/{story}"), |it| it["claims"].is_array());
    let claim = document["claims"][0]["id"].as_str().unwrap().to_owned();

    let confirm = json!({ "id": "d1", "desk": "en", "by": "anna", "action": "confirm",
        "target": claim, "reason": "our own reporter saw it" });
    assert_eq!(post(&at, &confirm), 202);
    let pin = json!({ "id": "d2", "desk": "en", "by": "ben", "action": "pin_headline",
        "target": story, "value": "Mostar loses its bridge", "reason": "clearer" });
    let stale = json!({ "id": "d3", "desk": "en", "by": "ben", "action": "pin_headline",
        "target": story, "value": "Too late", "reason": "x", "ifSequence": 1 });
    for decision in [&pin, &stale] {
        let bytes = decision.to_string();
        let record = BaseRecord::<[u8], [u8]>::to("desk.decisions").payload(bytes.as_bytes());
        producer.send(record).unwrap();
    }
    producer.flush(DEADLINE).unwrap();
    let applied = "/v1/changes?type=decision.";
    once(&at, applied, |it| it["changes"].as_array().is_some_and(|it| it.len() == 2));
    service.kill();

    let mut services = [Service::start(&broker, "desk", &[], &anywhere)];
    let at = address(&services[0]);
    let path = format!("/v1/stories/{story}");
    let now = once(&at, &path, |it| it["headline"] == "Mostar loses its bridge");
    assert_eq!(now["claims"][0]["deskConfirmed"]["by"], "anna", "{now}");
    assert_eq!(now["decisions"][0]["reason"], "our own reporter saw it");
    // Sent again it is the same decision.
    assert_eq!(post(&at, &confirm), 202);
    wait_until_done(&broker, "desk", &mut services);
    let [service] = services;
    let (code, said) = service.end();
    assert_eq!(code, Some(0), "{said}");
    let checked = oracle::check(&broker, "desk");
    assert_eq!(checked.dead, 1, "the stale one: {checked:?}");
    let decided = broker.all("desk.routed").concat();
    let ours = |it: &&writethru::logs::kafka::feed::Fetched| {
        String::from_utf8_lossy(&it.value).contains("\"action\"")
    };
    assert_eq!(decided.iter().filter(ours).count(), 4, "each that was sent is in the desk's log");
}
