//! A kill stays killed over HTTP: six words in a row of what was withdrawn are in no answer, save
//! for the retraction itself.

use serde_json::{Value, json};

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

/// What a copy was taken from is known after a restart, too, where the change that told it is older
/// than what readers are shown.
#[test]
fn a_kill_reaches_copies_that_joined_long_before() {
    let article = |uri: &str, minute: usize, headline: &str, body: &str| {
        json!({"uri": uri, "publisher": format!("{uri}.example"), "headline": headline, "body": body,
               "receivedAt": format!("2026-03-03T06:{minute:02}:00Z"), "language": "en"})
        .to_string()
    };
    let secret = "Harbour master Olaf Brandt was arrested on Tuesday on suspicion of smuggling, \
                  police said. Officers seized 14 crates of papers from the customs house.";
    let mut lines = vec![
        article("root", 0, "Harbour master of Tarvo arrested", secret),
        article("copy", 10, "Tarvo harbour master Brandt arrested by police", secret),
    ];
    let storm = |n: usize| {
        let (headline, killed) = (format!("Storm {n} hits Port{n}"), n + 3);
        let body = format!("A storm hit Port{n}, injuring {killed} sailors, the coast guard said.");
        article(&format!("storm{n}"), 20 + n, &headline, &body)
    };
    lines.extend((0..4).map(storm));
    let own = "Harbour master Olaf Brandt was arrested on Tuesday, prosecutors said.";
    lines.push(article("own", 40, "Tarvo harbour master Brandt arrested - prosecutors", own));
    lines.push(
        json!({"uri": "root", "version": 2, "pubStatus": "canceled", "publisher": "root.example",
               "receivedAt": "2026-03-03T06:50:00Z"})
        .to_string(),
    );
    let few = [("SERVE__CHANGES_MAX", "9")];
    let server = Server::with(&lines, &few);
    let told = |server: &Server| {
        let changes = server.json("/v1/changes?limit=1000")["changes"].clone();
        let is_kept = |it: &&Value| it["data"]["withhold"] != true;
        let mut all: Vec<String> =
            changes.as_array().unwrap().iter().filter(is_kept).map(Value::to_string).collect();
        for story in server.json("/v1/stories")["stories"].as_array().unwrap() {
            let id = story["id"].as_str().unwrap();
            all.push(server.get(&format!("/v1/stories/{id}?at=2026-03-03T07:00:00Z")).body);
        }
        all
    };
    let killed: std::collections::BTreeSet<_> =
        runs(secret).difference(&runs(own)).cloned().collect();
    assert!(server.file().lines().count() > 9);
    let before = told(&server);
    let server = server.again(&few);
    for text in before.into_iter().chain(told(&server)) {
        assert!(runs(&text).is_disjoint(&killed), "{text}");
    }
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
