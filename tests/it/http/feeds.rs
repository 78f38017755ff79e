//! Feeds: they can be read by another's parser, move only with what a reader can see, and tell what
//! was withdrawn.

use serde_json::{Value, json};

use super::server::{Server, case_lines};

/// The first of them again from another publisher, at the time of the last.
fn copy_of(lines: &[String]) -> String {
    let article = |line: &String| serde_json::from_str::<Value>(line).unwrap();
    let (mut first, last) = (article(&lines[0]), article(lines.last().unwrap()));
    first["uri"] = json!("urn:copy:of:it");
    first["publisher"] = json!("harbourtimes.example");
    for time in ["receivedAt", "versionCreated"] {
        first[time] = last[time].clone();
    }
    first.to_string()
}

#[test]
fn a_copy_that_joins_changes_no_byte() {
    let lines = case_lines("copies");
    let server = Server::with(&lines, &[]);
    let feeds = ["/feeds/stories.atom", "/feeds/stories.json", "/feeds/desk/en.atom"];
    let tags: Vec<String> =
        feeds.iter().map(|feed| server.get(feed).header("etag").to_owned()).collect();
    let cursor = server.json("/v1/stories")["cursor"].as_str().unwrap().to_owned();
    let mut events = server.stream(&format!("/v1/stream?after={cursor}"), None);
    events.next();
    server.add(&copy_of(&lines));
    let joined: Value = serde_json::from_str(&events.next().unwrap().data).unwrap();
    assert_eq!(joined["type"], "writethru.article.joined.v1");
    assert_eq!(joined["data"]["article"]["novelty"], "copy", "{joined}");
    for (feed, tag) in feeds.iter().zip(&tags) {
        assert_eq!(server.ask(feed, &[("If-None-Match", tag)]).status, 304, "{feed}");
    }
    // Nor does a restart.
    let server = server.again(&[]);
    for (feed, tag) in feeds.iter().zip(&tags) {
        assert_eq!(
            server.ask(feed, &[("If-None-Match", tag)]).status,
            304,
            "{feed} after a restart"
        );
    }
}

#[test]
fn anothers_parser_reads_them() {
    let server = Server::over("demo", &[]);
    let stories = server.json("/v1/stories?limit=200");
    // A withdrawn one has a tombstone, which is no entry.
    let is_told = |story: &&Value| story["state"] != "withdrawn";
    let count = stories["stories"].as_array().unwrap().iter().filter(is_told).count();
    for feed in ["/feeds/stories.atom", "/feeds/stories.json"] {
        let answer = server.get(feed);
        let parsed = feed_rs::parser::parse(answer.body.as_bytes()).unwrap();
        assert_eq!(parsed.entries.len(), count, "{feed}");
        let first = &stories["stories"][0];
        let entry = &parsed.entries[0];
        assert_eq!(entry.title.as_ref().unwrap().content, first["headline"].as_str().unwrap());
        assert!(entry.id.ends_with(first["id"].as_str().unwrap()));
        let moved = first["moved"].as_str().unwrap();
        assert_eq!(entry.updated.unwrap().to_rfc3339().replace("+00:00", "Z"), moved, "{feed}");
    }
    let homs = server.get("/feeds/place/Homs.json").json();
    assert!(homs["items"].as_array().unwrap().len() < count);
    for (path, status) in [("/feeds/stories.rss", 404), ("/feeds/colour/red.atom", 404)] {
        assert_eq!(server.get(path).status, status, "{path}");
    }
}

#[test]
fn what_was_withdrawn_leaves_a_tombstone() {
    let article = json!({
        "uri": "urn:one", "publisher": "example.net", "headline": "Bridge closed at Mostar",
        "body": "Police closed the bridge at Mostar, a spokesman said.",
        "receivedAt": "2024-12-08T01:00:00Z", "version": 1,
    });
    let kill = json!({
        "uri": "urn:one", "publisher": "example.net", "pubStatus": "canceled",
        "edNote": "KILL", "receivedAt": "2024-12-08T02:00:00Z",
    });
    let server = Server::with(&[article.to_string(), kill.to_string()], &[]);
    let id = server.json("/v1/stories")["stories"][0]["id"].as_str().unwrap().to_owned();
    let atom = server.get("/feeds/stories.atom").body;
    assert!(
        atom.contains(&format!("<at:deleted-entry ref=\"urn:writethru:story:{id}\"")),
        "{atom}"
    );
    assert!(!atom.contains("Mostar"), "{atom}");
    let feed = server.json("/feeds/stories.json");
    assert_eq!(feed["items"].as_array().unwrap().len(), 0);
    assert_eq!(feed["_writethru"]["deleted"][0]["why"], "withdrawn");
}
