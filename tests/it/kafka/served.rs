//! The role that serves: every committed change once, in a process of its own, with cursors that
//! hold from one process to another.

use serde_json::Value;

use super::broker::{Broker, WIRES};
use super::service::{Service, wait_until_done};
use crate::http_get;

#[test]
fn what_was_committed_is_served() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 4);
    super::sent(&broker, 0..200);
    let anywhere = [("WRITETHRU__SERVE__LISTEN", "127.0.0.1:0")];
    let mut services = [Service::start(&broker, "desk", &[], &anywhere)];
    wait_until_done(&broker, "desk", &mut services);
    let committed: usize = broker.all("desk.changes").iter().map(Vec::len).sum();
    assert!(committed > 200);
    let (ids, cursor) = all(&address(&services[0]), committed);
    assert_eq!(ids.len(), committed);

    let reader = Service::start(&broker, "desk", &["serve"], &anywhere);
    let address = address(&reader);
    let (again, _) = all(&address, committed);
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    assert_eq!(sorted(again), sorted(ids));
    // Every alert event once, too, and each alert as its last one says.
    let told: Vec<Value> = broker
        .all("desk.alerts")
        .concat()
        .iter()
        .map(|record| serde_json::from_slice(&record.value).unwrap())
        .collect();
    let events = http_get(&address, "/v1/alerts/events?limit=1000");
    let ids = |events: &[Value]| sorted(events.iter().map(|it| it["id"].to_string()).collect());
    assert!(!told.is_empty());
    assert_eq!(ids(events["events"].as_array().unwrap()), ids(&told));
    let alerts = http_get(&address, "/v1/alerts?limit=200")["alerts"].as_array().unwrap().clone();
    let raised = told.iter().filter(|it| it["data"]["msgType"] == "alert").count();
    assert_eq!(alerts.len(), raised.min(200));

    let rest = http_get(&address, &format!("/v1/changes?after={cursor}"));
    assert_eq!(rest["changes"].as_array().map(Vec::len), Some(0), "{rest}");
    assert_eq!(rest["more"], false);
    let stories = http_get(&address, "/v1/stories?limit=200");
    let story = stories["stories"][0]["id"].as_str().unwrap();
    assert_eq!(http_get(&address, &format!("/v1/stories/{story}"))["id"], story);
    let (code, said) = reader.end();
    assert_eq!(code, Some(0), "{said}");
}

pub fn address(service: &Service) -> String {
    for _ in 0..1_000 {
        let said = service.said();
        if let Some((_, after)) = said.split_once("the page is at http://") {
            return after.split('/').next().unwrap().to_owned();
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("no address: {}", service.said());
}

/// Ids of all changes, once so many are there, and the cursor behind them.
fn all(address: &str, count: usize) -> (Vec<String>, String) {
    for _ in 0..1_000 {
        let (mut ids, mut after) = (Vec::new(), String::new());
        loop {
            let page = http_get(address, &format!("/v1/changes?limit=1000{after}"));
            let Some(changes) = page["changes"].as_array() else { break };
            ids.extend(changes.iter().map(|it| it["id"].as_str().unwrap().to_owned()));
            let next = page["next"].as_str().unwrap().to_owned();
            after = format!("&after={next}");
            if page["more"] == Value::Bool(false) {
                if ids.len() >= count {
                    return (ids, next);
                }
                break;
            }
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("not all changes are served");
}
