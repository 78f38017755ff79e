//! A kill stays killed over HTTP: six words in a row of what was withdrawn are in no answer, save
//! for the retraction itself.

use serde_json::Value;

use super::server::{Server, case_lines};
use crate::kill::{self, runs};

/// Answers that are looked at, with the text of each.
fn everything(server: &Server) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut get = |path: String| {
        let answer = server.get(&path);
        all.push((path, answer.body.clone()));
        answer.json()
    };
    for feed in ["stories.atom", "stories.json", "alerts.atom", "alerts.json"] {
        get(format!("/feeds/{feed}"));
    }
    let alerts = get("/v1/alerts?limit=200".to_owned());
    let stories = get("/v1/stories?limit=200".to_owned());
    for story in stories["stories"].as_array().unwrap() {
        let id = story["id"].as_str().unwrap();
        let document = get(format!("/v1/stories/{id}"));
        for claim in document["claims"].as_array().unwrap() {
            get(format!("/v1/claims/{}", claim["id"].as_str().unwrap()));
        }
        let times = get(format!("/v1/stories/{id}/times"));
        for time in times["times"].as_array().unwrap() {
            get(format!("/v1/stories/{id}?at={}", time.as_str().unwrap()));
        }
    }
    let begin = writethru::views::Cursor::new(0, vec![0]).text();
    let count = server.written() + server.alerts().len();
    let events = server.stream(&format!("/v1/stream?after={begin}"), None).take(1 + count);
    let changes = server.json("/v1/changes?limit=1000");
    let changes = changes["changes"].as_array().unwrap().iter().map(|it| ("page", it.to_string()));
    let changes: Vec<_> =
        events.skip(1).map(|event| ("stream", event.data)).chain(changes).collect();
    let events = server.json("/v1/alerts/events?limit=1000");
    let chains = alerts["alerts"].as_array().unwrap().iter().map(|alert| {
        server.json(&format!("/v1/alerts/{}", alert["id"].as_str().unwrap()))["events"].clone()
    });
    let events: Vec<Value> = chains
        .chain([events["events"].clone()])
        .flat_map(|events| events.as_array().unwrap().clone())
        .collect();
    let events = events.iter().map(|event| ("alerts", event.to_string()));
    for (from, text) in changes.into_iter().chain(events) {
        let change: Value = serde_json::from_str(&text).unwrap();
        let is_alert = change["data"]["msgType"].is_string();
        let is_cancel = !is_alert || change["data"]["msgType"] == "cancel";
        let is_retraction = change["data"]["withhold"] == true && is_cancel;
        if !is_retraction {
            all.push((format!("{from}: {}", change["type"]), text));
        }
    }
    all
}

#[test]
fn no_answer_has_six_words_in_a_row_of_what_was_withdrawn() {
    let mut looked_at = 0;
    for (case, killed) in kill::streams() {
        let server = Server::with(&case_lines(&case.name), &[]);
        // As it happened, and read again from the file.
        let before = everything(&server);
        let server = server.again(&[]);
        for (path, text) in before.into_iter().chain(everything(&server)) {
            looked_at += 1;
            let leaked: Vec<_> = runs(&text).intersection(&killed).cloned().collect();
            assert!(leaked.is_empty(), "{}, {path}: {leaked:?}", case.name);
        }
    }
    assert!(looked_at > 200, "too few answers: {looked_at}");
}
