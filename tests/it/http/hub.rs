//! A WebSub hub is named by every feed, and told which of them has changed, also after it failed.

use serde_json::json;

use super::server::{Server, case_lines};
use crate::deliveries::stand_in::StandIn;
use crate::until;

#[test]
fn a_hub_is_told_what_has_changed() {
    let mut asked = 0;
    let hub = StandIn::start(move |_| {
        asked += 1;
        (if asked == 1 { 503 } else { 202 }, Vec::new(), String::new())
    });
    let address = hub.url("/hub");
    let settings =
        [("SERVE__HUB", address.as_str()), ("SERVE__PUBLIC_URL", "https://wire.example.org/")];
    let server = Server::with(&case_lines("denial"), &settings);
    let atom = server.get("/feeds/stories.atom");
    assert!(
        atom.body.contains(&format!("<link rel=\"hub\" href=\"{address}\"/>")),
        "{}",
        atom.body
    );
    let own = "https://wire.example.org/feeds/stories.atom";
    assert!(atom.body.contains(&format!("<link rel=\"self\" href=\"{own}\"/>")));
    assert_eq!(atom.header("link"), format!("<{address}>; rel=\"hub\", <{own}>; rel=\"self\""));
    let feed = server.json("/feeds/desk/en.json");
    assert_eq!(feed["hubs"], json!([{ "type": "WebSub", "url": address }]));
    server.add(
        &json!({ "uri": "urn:new", "publisher": "example.net", "language": "en",
            "headline": "Ferry sinks off Samos", "receivedAt": "2025-01-09T01:00:00Z",
            "body": "At least 12 people were killed when a ferry sank off Samos, police said." })
        .to_string(),
    );
    let wanted =
        ["stories.atom", "stories.json", "desk%2Fen.atom", "alerts.atom", "rule%2Ftoll.json"];
    until(|| {
        let told: Vec<String> = hub
            .requests()
            .iter()
            .skip(1)
            .map(|it| String::from_utf8(it.body.clone()).unwrap())
            .collect();
        let is_told = |feed: &&str| {
            let feed = format!("hub.url=https%3A%2F%2Fwire.example.org%2Ffeeds%2F{feed}");
            told.iter().any(|it| it.starts_with("hub.mode=publish&") && it.contains(&feed))
        };
        wanted.iter().all(is_told).then_some(()).ok_or_else(|| format!("{told:?}"))
    });
}

#[test]
fn a_hub_needs_an_address_to_tell_of() {
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_writethru"))
        .args(["run"])
        .env_clear()
        .env("WRITETHRU__INPUTS", "nothing.ndjson")
        .env("WRITETHRU__SERVE__HUB", "https://hub.example.org")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(2), "{said}");
    assert!(said.contains("serve.public_url"), "{said}");
}
