//! Alerts over HTTP: as they stand, with their chains, in order, and as feeds.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::server::Server;

fn list(value: &Value) -> Vec<Value> {
    value.as_array().unwrap().clone()
}

fn word<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("no {key}: {value}"))
}

/// The events of each alert, as the file has them.
fn chains(server: &Server) -> BTreeMap<String, Vec<Value>> {
    let mut chains: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for event in server.alerts() {
        chains.entry(word(&event["data"], "alert").to_owned()).or_default().push(event);
    }
    chains
}

#[test]
fn alerts_stand_as_their_last_event_says() {
    let server = Server::over("demo", &[]);
    let chains = chains(&server);
    assert!(chains.len() > 3, "the demo has alerts");
    let server = server.again(&[]);
    let all = list(&server.json("/v1/alerts?limit=200")["alerts"]);
    assert_eq!(all.len(), chains.len());
    let updated: Vec<&str> = all.iter().map(|it| word(it, "updated")).collect();
    assert!(updated.is_sorted_by(|one, two| one >= two), "the last told first: {updated:?}");
    for alert in &all {
        let events = &chains[word(alert, "id")];
        let last = events.last().unwrap();
        let is_cancelled = last["type"] == "writethru.alert.cancelled.v1";
        assert_eq!(word(alert, "state"), if is_cancelled { "cancelled" } else { "open" });
        assert_eq!(alert["reason"], last["data"]["reason"]);
        assert_eq!(alert["events"].to_string(), word(last, "sequence"));
        assert_eq!(alert["raised"], events[0]["recordedtime"]);
        let one = server.json(&format!("/v1/alerts/{}", word(alert, "id")));
        assert_eq!(one["alert"], *alert);
        let told = list(&one["events"]);
        let ids: Vec<&Value> = told.iter().map(|it| &it["id"]).collect();
        assert_eq!(ids, events.iter().map(|it| &it["id"]).collect::<Vec<_>>());
        let before = list(&told.last().unwrap()["data"]["references"]);
        assert_eq!(ids[..ids.len() - 1], before.iter().collect::<Vec<_>>());
    }
}

#[test]
fn they_are_narrowed_and_paged() {
    let server = Server::over("demo", &[]);
    let count = |path: &str| list(&server.json(path)["alerts"]).len();
    let all = list(&server.json("/v1/alerts?limit=200")["alerts"]);
    let which = |is: &dyn Fn(&Value) -> bool| all.iter().filter(|it| is(it)).count();
    for (path, wanted) in [
        ("/v1/alerts?state=open", which(&|it| it["state"] == "open")),
        ("/v1/alerts?state=cancelled", which(&|it| it["state"] == "cancelled")),
        ("/v1/alerts?rule=toll", which(&|it| it["rule"] == "toll")),
        ("/v1/alerts?priority=1", which(&|it| it["priority"] == 1)),
        ("/v1/alerts?desk=nowhere", 0),
    ] {
        assert_eq!(count(path), wanted, "{path}");
    }
    let story = word(&all[0]["story"], "id");
    assert!(count(&format!("/v1/alerts?story={story}")) > 0);
    let (mut after, mut paged) = (String::new(), Vec::new());
    loop {
        let page = server.json(&format!("/v1/alerts?limit=2{after}"));
        paged.extend(list(&page["alerts"]));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(paged, all);
    for (path, status) in [
        ("/v1/alerts?priority=0", 400),
        ("/v1/alerts?state=asleep", 400),
        ("/v1/alerts?colour=red", 400),
        ("/v1/alerts?after=x", 404),
        ("/v1/alerts/000000000000000000000000", 404),
    ] {
        assert_eq!(server.get(path).status, status, "{path}");
    }
}

#[test]
fn every_event_is_given_once_in_the_order_of_the_file() {
    let server = Server::over("demo", &[]);
    let wanted: Vec<Value> = server.alerts().iter().map(|it| it["id"].clone()).collect();
    let (mut after, mut got) = (String::new(), Vec::new());
    loop {
        let page = server.json(&format!("/v1/alerts/events?limit=3{after}"));
        got.extend(list(&page["events"]).iter().map(|it| it["id"].clone()));
        after = format!("&after={}", word(&page, "next"));
        if page["more"] == false {
            break;
        }
    }
    assert_eq!(got, wanted);
    // A cursor of the changes stands before the alerts that came since.
    let cursor = word(&server.json("/v1/changes?limit=1"), "next").to_owned();
    let rest = server.json(&format!("/v1/alerts/events?limit=1000&after={cursor}"));
    assert_eq!(list(&rest["events"]).len(), wanted.len());
}

#[test]
fn a_feed_has_an_entry_for_each_alert() {
    let server = Server::over("demo", &[]);
    let all = list(&server.json("/v1/alerts?limit=50")["alerts"]);
    for feed in ["/feeds/alerts.atom", "/feeds/alerts.json"] {
        let parsed = feed_rs::parser::parse(server.get(feed).body.as_bytes()).unwrap();
        let titles: Vec<String> =
            parsed.entries.iter().map(|it| it.title.as_ref().unwrap().content.clone()).collect();
        let wanted: Vec<&str> = all.iter().map(|it| word(it, "headline")).collect();
        assert_eq!(titles, wanted, "{feed}");
    }
    let tolls = server.json("/feeds/rule/toll.json");
    let is_toll = |it: &Value| it["_writethru"]["rule"] == "toll";
    assert!(!list(&tolls["items"]).is_empty() && list(&tolls["items"]).iter().all(is_toll));
    let state = |items: Value, state: &str| {
        list(&items).iter().filter(|it| it["_writethru"]["state"] == state).count()
    };
    let cancelled = all.iter().filter(|it| it["state"] == "cancelled").count();
    assert_eq!(state(server.json("/feeds/alerts.json")["items"].clone(), "cancelled"), cancelled);
    let atom = server.get("/feeds/rule/toll.atom");
    assert!(atom.body.contains("<category term=\"priority-1\"/>"), "{}", atom.body);
    let etag = atom.header("etag");
    assert_eq!(server.ask("/feeds/rule/toll.atom", &[("If-None-Match", etag)]).status, 304);
}

/// The event that was raised before the kill loses its words, the cancel alone keeps them.
#[test]
fn a_kill_blanks_what_was_told_before_it() {
    let lines = [
        json!({
            "uri": "urn:w:1", "version": 1, "publisher": "reuters.com", "language": "en",
            "headline": "Ferry sinks off Samos", "receivedAt": "2025-05-06T04:00:00Z",
            "body": "At least 47 people were killed when a ferry sank off Samos, police said.",
        }),
        json!({
            "uri": "urn:w:1", "version": 2, "publisher": "reuters.com", "edNote": "KILL: wrong",
            "pubStatus": "canceled", "receivedAt": "2025-05-06T05:00:00Z",
        }),
    ]
    .map(|line| line.to_string());
    let server = Server::with(&lines, &[]);
    let server = server.again(&[("SERVE__CHANGES_MAX", "1")]);
    let toll = &server.json("/v1/alerts?rule=toll")["alerts"][0];
    assert_eq!((word(toll, "state"), &toll["withhold"]), ("cancelled", &json!(true)));
    assert_eq!(word(toll, "headline"), "Cancelled: withheld");
    assert!(!toll.to_string().contains("47 people"), "{toll}");
    let one = server.json(&format!("/v1/alerts/{}", word(toll, "id")));
    let [raised, cancelled] = &*list(&one["events"]) else { panic!("{one}") };
    assert!(!raised.to_string().contains("Samos"), "{raised:#}");
    assert!(word(&cancelled["data"]["claims"][0], "text").contains("47 people"));
    for feed in ["/feeds/alerts.atom", "/feeds/rule/toll.json"] {
        let feed = server.get(feed).body;
        assert!(!feed.contains("47 people") && !feed.contains("Samos"), "{feed}");
    }
}
