//! A human's decision over HTTP goes into the desk's log and acts like any other record.

use serde_json::{Value, json};

use super::server::{Answer, Server};

const DECIDER: &str = "decider-token-0123456789";
const READER: &str = "reader-token-0123456789";

fn confirm(claim: &str) -> Value {
    json!({ "id": "d1", "desk": "en", "by": "anna", "action": "confirm", "target": claim,
            "reason": "our own reporter saw it" })
}

fn post(server: &Server, body: &str, headers: &[(&str, &str)]) -> Answer {
    let json = ("Content-Type", "application/json");
    server.post("/v1/decisions", body, &[&[json], headers].concat())
}

#[test]
fn a_claim_is_confirmed_and_the_decision_is_told_and_kept() {
    // Received now, as the decision is: what is a year old is not known any more.
    let article = json!({ "uri": "urn:now", "publisher": "example.net", "language": "en",
        "headline": "Bridge closed at Mostar",
        "body": "Police closed the bridge at Mostar, a spokesman said." });
    let server = Server::with(&[article.to_string()], &[]);
    let story = server.json("/v1/stories")["stories"][0]["id"].as_str().unwrap().to_owned();
    let document = server.json(&format!("/v1/stories/{story}"));
    let claim = document["claims"][0]["id"].as_str().unwrap();
    let mut events = server.stream("/v1/stream?type=decision.", None);
    events.next();
    let answer = post(&server, &confirm(claim).to_string(), &[]);
    assert_eq!((answer.status, answer.json()), (202, json!({ "id": "d1" })), "{}", answer.body);
    let applied: Value = serde_json::from_str(&events.next().unwrap().data).unwrap();
    assert_eq!(applied["type"], "writethru.decision.applied.v1");
    assert_eq!(applied["data"]["decision"]["by"], "anna");
    assert_eq!(applied["data"]["decision"]["reason"], "our own reporter saw it");
    let confirmed = |server: &Server| {
        let told = server.json(&format!("/v1/claims/{claim}"));
        assert_eq!(told["claim"]["deskConfirmed"]["by"], "anna", "{told}");
    };
    confirmed(&server);
    confirmed(&server.again(&[]));
}

/// Behind a backlog, and killed as soon as it is answered: it is in the log all the same.
#[test]
fn what_was_answered_with_202_outlives_a_kill() {
    let article = |number: usize| {
        json!({ "uri": format!("urn:now:{number}"), "publisher": "example.net", "language": "en",
            "headline": format!("Bridge {number} closed at Mostar"),
            "body": format!("Police closed bridge {number} at Mostar, a spokesman said.") })
        .to_string()
    };
    let server = Server::with(&[article(0)], &[]);
    let story = server.json("/v1/stories")["stories"][0]["id"].as_str().unwrap().to_owned();
    let document = server.json(&format!("/v1/stories/{story}"));
    let claim = document["claims"][0]["id"].as_str().unwrap();
    let backlog: Vec<String> = (1..400).map(article).collect();
    server.add(&backlog.join("\n"));
    let answer = post(&server, &confirm(claim).to_string(), &[]);
    assert_eq!(answer.status, 202, "{}", answer.body);
    let server = server.again(&[]);
    let begin = std::time::Instant::now();
    loop {
        let told = server.json(&format!("/v1/claims/{claim}"));
        if told["claim"]["deskConfirmed"]["by"] == "anna" {
            break;
        }
        assert!(begin.elapsed().as_secs() < 30, "the decision is gone: {told}");
    }
}

/// Who decided what, and why, stands in the document until it is taken back, and then says so.
#[test]
fn what_was_decided_is_shown_with_its_reason() {
    let article = json!({ "uri": "urn:now", "publisher": "example.net", "language": "en",
        "headline": "Bridge closed at Mostar",
        "body": "Police closed the bridge at Mostar, a spokesman said." });
    let server = Server::with(&[article.to_string()], &[]);
    let story = server.json("/v1/stories")["stories"][0]["id"].as_str().unwrap().to_owned();
    let mut events = server.stream("/v1/stream?type=decision.", None);
    events.next();
    let document = || server.json(&format!("/v1/stories/{story}"));
    let pin = json!({ "id": "p1", "desk": "en", "by": "anna", "action": "pin_headline",
        "target": story, "value": "Mostar loses its bridge", "reason": "clearer",
        "ifSequence": document()["version"] });
    assert_eq!(post(&server, &pin.to_string(), &[]).status, 202);
    events.next();
    assert_eq!(document()["headline"], "Mostar loses its bridge");
    let decided = &document()["decisions"][0];
    assert_eq!((&decided["by"], &decided["reason"]), (&json!("anna"), &json!("clearer")));
    assert_eq!(decided["headline"], "Mostar loses its bridge");
    let revoke = json!({ "id": "r1", "desk": "en", "by": "ben", "action": "revoke",
        "target": "p1", "reason": "too soon" });
    assert_eq!(post(&server, &revoke.to_string(), &[]).status, 202);
    events.next();
    let now = document();
    assert_eq!(now["headline"], "Bridge closed at Mostar");
    assert_eq!(now["decisions"][0]["revokedBy"], "r1");
    assert_eq!(now["decisions"][1]["reason"], "too soon");
    let at = now["updated"].as_str().unwrap();
    let then = server.json(&format!("/v1/stories/{story}?at={at}"));
    assert_eq!(then["decisions"][0]["revokedBy"], "r1", "{then}");
}

#[test]
fn what_is_no_decision_is_refused_with_its_reason() {
    let server = Server::over("denial", &[]);
    let good = confirm(&"a".repeat(24)).to_string();
    for (body, status) in [
        ("", 400),
        ("{}", 400),
        ("[1]", 400),
        ("{\"action\":\"explode\",\"target\":\"x\",\"id\":\"1\",\"by\":\"a\"}", 400),
        (&good.replace("\"by\"", "\"buy\""), 400),
        (&format!("{{\"x\":\"{}\"}}", "y".repeat(70_000)), 413),
    ] {
        let answer = post(&server, body, &[]);
        assert_eq!(answer.status, status, "{body:.60}: {}", answer.body);
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    let plain = server.post("/v1/decisions", &good, &[("Content-Type", "text/plain")]);
    assert_eq!(plain.status, 415);
    let foreign = post(&server, &good, &[("Origin", "https://evil.example")]);
    assert_eq!(foreign.status, 403, "{}", foreign.body);
    let own = format!("http://{}", server.address);
    assert_eq!(post(&server, &good, &[("Origin", &own)]).status, 202);
    assert_eq!(server.get("/v1/decisions").status, 405);
}

#[test]
fn deciding_needs_its_own_token() {
    let settings = [("SERVE__READ_TOKENS", READER), ("SERVE__DECIDE_TOKENS", DECIDER)];
    let server = Server::over("denial", &settings);
    let good = confirm(&"a".repeat(24)).to_string();
    assert_eq!(post(&server, &good, &[]).status, 401);
    let (reader, decider) = (format!("Bearer {READER}"), format!("Bearer {DECIDER}"));
    let refused = post(&server, &good, &[("Authorization", &reader)]);
    assert_eq!(refused.status, 403, "{}", refused.body);
    assert_eq!(post(&server, &good, &[("Authorization", &decider)]).status, 202);
}
