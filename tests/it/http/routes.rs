//! Every address answers as the description says, once, and tells clearly what it cannot.

use serde_json::{Value, json};

use super::server::{Answer, Server, case_lines};

#[test]
fn every_described_address_answers_within_its_schema() {
    let server = Server::over("demo", &[]);
    let described = server.json("/openapi.json");
    let stories = server.json("/v1/stories?limit=200");
    let story = stories["stories"][0]["id"].as_str().unwrap().to_owned();
    let claim = server.json(&format!("/v1/stories/{story}"))["claims"][0]["id"].clone();
    let alert = server.json("/v1/alerts")["alerts"][0]["id"].clone();
    for (path, at) in described["paths"].as_object().unwrap() {
        if path == "/v1/stream" || at["get"].is_null() {
            continue;
        }
        let id = match path.split('/').nth(2) {
            Some("claims") => claim.as_str().unwrap(),
            Some("alerts") => alert.as_str().unwrap(),
            _ => &story,
        };
        let answer = server.get(&path.replace("{id}", id));
        assert_eq!(answer.status, 200, "{path}");
        let content = &at["get"]["responses"]["200"]["content"];
        let kind = answer.header("content-type").split(';').next().unwrap().to_owned();
        assert!(content[&kind].is_object(), "{path} answers {kind}");
        if kind == "application/json" {
            holds(&described, &content[&kind]["schema"], &answer.json(), path);
        }
    }
    let moved = stories["stories"][0]["moved"].as_str().unwrap();
    let then = server.json(&format!("/v1/stories/{story}?at={moved}"));
    let at = &described["paths"]["/v1/stories/{id}"]["get"]["responses"]["200"]["content"];
    holds(&described, &at["application/json"]["schema"], &then, "at");
}

/// A value is what a schema of the description says.
fn holds(described: &Value, schema: &Value, value: &Value, path: &str) {
    let whole = json!({ "components": described["components"], "allOf": [schema] });
    let validator = jsonschema::validator_for(&whole).unwrap();
    let faults: Vec<String> = validator.iter_errors(value).map(|it| it.to_string()).collect();
    assert!(faults.is_empty(), "{path}: {faults:#?}");
}

#[test]
fn what_cannot_be_answered_is_told_as_a_problem() {
    let server = Server::over("denial", &[]);
    let nothing = "0".repeat(24);
    for (path, status) in [
        ("/nothing".to_owned(), 404),
        ("/page/../Cargo.toml".to_owned(), 404),
        ("/v1/stories?colour=red".to_owned(), 400),
        ("/v1/stories?limit=0".to_owned(), 400),
        ("/v1/stories?limit=many".to_owned(), 400),
        ("/v1/stories?after=%00".to_owned(), 404),
        ("/v1/stories?since=yesterday".to_owned(), 400),
        ("/v1/stories?type=claim.".to_owned(), 400),
        ("/v1/stories?rule=strong-event".to_owned(), 400),
        ("/v1/stories/%ff".to_owned(), 400),
        ("/v1/stories/%ff/times".to_owned(), 400),
        ("/v1/claims/%c3%28".to_owned(), 400),
        ("/v1/alerts/%ff".to_owned(), 400),
        ("/feeds/%ff".to_owned(), 400),
        ("/feeds/desk/%ff.atom".to_owned(), 400),
        ("/page/%ff".to_owned(), 400),
        (format!("/v1/stories?desk={}", "x".repeat(300)), 400),
        ("/v1/changes?after=nonsense".to_owned(), 404),
        ("/v1/stream?after=nonsense".to_owned(), 404),
        ("/v1/stories/short".to_owned(), 404),
        (format!("/v1/stories/{nothing}"), 404),
        (format!("/v1/stories/{nothing}/times"), 404),
        (format!("/v1/claims/{nothing}"), 404),
    ] {
        let answer = server.get(&path);
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        is_problem(&answer, status);
    }
}

#[test]
fn a_time_that_no_clock_holds_is_the_end_of_all() {
    let server = Server::over("denial", &[]);
    let count = |query: &str| {
        let stories = server.json(&format!("/v1/stories?{query}"));
        stories["stories"].as_array().unwrap().len()
    };
    assert_eq!(count("since=9999-12-31T23:59:59Z"), 0);
    assert_eq!(count("until=9999-12-31T23:59:59Z"), count(""));
    assert!(count("") > 0);
}

fn is_problem(answer: &Answer, status: u16) {
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = answer.json();
    assert_eq!(problem["status"], status);
    assert!(problem["detail"].as_str().is_some_and(|it| it.len() > 5), "{problem}");
}

#[test]
fn the_same_bytes_are_not_sent_twice() {
    let server = Server::over("denial", &[]);
    let story = server.json("/v1/stories")["stories"][0]["id"].as_str().unwrap().to_owned();
    for path in ["/v1/stories".to_owned(), format!("/v1/stories/{story}"), "/".to_owned()] {
        let first = server.get(&path);
        let etag = first.header("etag").to_owned();
        assert!(etag.starts_with('"'), "a strong tag: {etag}");
        let again = server.ask(&path, &[("If-None-Match", &etag)]);
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
        assert_eq!(again.header("etag"), etag);
        assert_eq!(server.ask(&path, &[("If-None-Match", "\"other\"")]).status, 200);
    }
}

#[test]
fn paging_gives_every_change_once_in_the_order_of_the_file() {
    let server = Server::over("demo", &[]);
    let mut after = String::new();
    let mut got = Vec::new();
    loop {
        let page = server.json(&format!("/v1/changes?limit=7{after}"));
        let changes = page["changes"].as_array().unwrap();
        got.extend(changes.iter().map(|it| it["id"].as_str().unwrap().to_owned()));
        after = format!("&after={}", page["next"].as_str().unwrap());
        if page["more"] == false {
            break;
        }
    }
    let file: Vec<Value> =
        server.file().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let wanted: Vec<&str> = file.iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(got, wanted);
}

#[test]
fn filters_narrow_and_stories_page() {
    let server = Server::over("demo", &[]);
    let denied = server.json("/v1/changes?type=claim.denied&limit=1000");
    let denied = denied["changes"].as_array().unwrap();
    assert!(!denied.is_empty());
    assert!(denied.iter().all(|it| it["type"] == "writethru.claim.denied.v1"));
    assert!(server.json("/v1/changes?desk=nowhere")["changes"].as_array().unwrap().is_empty());
    let place = server.json("/v1/stories?place=homs");
    let names = |it: &Value| it["places"].to_string().contains("Homs");
    assert!(place["stories"].as_array().unwrap().iter().all(names));

    let all = server.json("/v1/stories?limit=200")["stories"].as_array().unwrap().clone();
    let moved: Vec<&str> = all.iter().map(|it| it["moved"].as_str().unwrap()).collect();
    assert!(moved.is_sorted_by(|one, two| one >= two), "the last that moved first: {moved:?}");
    let (mut after, mut paged) = (String::new(), Vec::new());
    loop {
        let page = server.json(&format!("/v1/stories?limit=5{after}"));
        paged.extend(page["stories"].as_array().unwrap().iter().map(|it| it["id"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(paged, all.iter().map(|it| it["id"].clone()).collect::<Vec<_>>());
}

#[test]
fn a_merged_story_leads_to_the_one_that_goes_on() {
    let server = Server::over("merge", &[]);
    let merged = server.json("/v1/changes?type=story.merged");
    let change = &merged["changes"][0];
    let (from, into) = (change["subject"].as_str().unwrap(), &change["data"]["into"]["id"]);
    let answer = server.get(&format!("/v1/stories/{from}"));
    assert_eq!(answer.status, 308);
    assert_eq!(answer.header("location"), format!("/v1/stories/{}", into.as_str().unwrap()));
    assert_eq!(server.get(answer.header("location")).status, 200);
    // What the merged one knew is known of the other from then on.
    let at = change["recordedtime"].as_str().unwrap();
    let then = server.json(&format!("/v1/stories/{}?at={at}", into.as_str().unwrap()));
    assert_eq!(then["mergedFrom"][0], from);
}

#[test]
fn a_claim_is_explained_in_words_and_numbers() {
    let server = Server::over("demo", &[]);
    let stories = server.json("/v1/stories?limit=200");
    let (mut raised, mut carried) = (0, 0);
    for story in stories["stories"].as_array().unwrap() {
        let document = server.json(&format!("/v1/stories/{}", story["id"].as_str().unwrap()));
        for claim in document["claims"].as_array().unwrap() {
            let told = server.json(&format!("/v1/claims/{}", claim["id"].as_str().unwrap()));
            let why = &told["explained"];
            let (origins, worths) = (&claim["origins"], why["origins"].as_array().unwrap());
            assert_eq!(origins.as_array().unwrap().len(), worths.len(), "{why}");
            assert!(why["raise"].as_str().is_some_and(|it| it.ends_with('.')), "{why}");
            raised += usize::from(why["raiseOrigins"].is_u64());
            carried += usize::from(why["pivotal"].is_string());
            // The only one for a claim carries all of what lies above the base rate.
            if worths.len() == 1 && claim["level"]["origins"] == 1 {
                let p = claim["level"]["p"].as_f64().unwrap();
                let delta = worths[0]["delta"].as_f64().unwrap();
                assert!((delta - (p - 0.5)).abs() < 0.002, "{why} {claim}");
            }
        }
    }
    assert!(raised > 20 && carried > 2, "{raised} {carried}");
}

#[test]
fn at_a_time_levels_stand_as_they_stood() {
    let server = Server::over("denial", &[]);
    let moved = server.json("/v1/changes?type=claim.level_changed&limit=1000");
    let changes = moved["changes"].as_array().unwrap();
    assert!(changes.len() > 2, "the case has levels that move");
    for change in changes {
        let (story, at) = (&change["subject"], change["recordedtime"].as_str().unwrap());
        let claim = &change["data"]["claim"]["id"];
        let story = story.as_str().unwrap();
        let later = changes.iter().rfind(|it| {
            it["data"]["claim"]["id"] == *claim && it["recordedtime"].as_str().unwrap() <= at
        });
        let then = server.json(&format!("/v1/stories/{story}?at={at}"));
        let claims = then["claims"].as_array().unwrap();
        let stood = claims.iter().find(|it| it["id"] == *claim).unwrap();
        assert_eq!(stood["level"], later.unwrap()["data"]["to"], "{claim} at {at}");
    }
    let first = &server.json("/v1/stories")["stories"][0];
    let before = format!("/v1/stories/{}?at=2000-01-01T00:00:00Z", first["id"].as_str().unwrap());
    assert_eq!(server.get(&before).status, 404);
}

#[test]
fn hostile_headlines_are_data() {
    let hostile = [
        "<script>alert(1)</script> ferry \\\" onerror=alert(2) sinks off Samos",
        "\u{202e}Ferry sinks\u{2066} off Samos\u{0000}\u{0085}\r\nevent: gap",
        &"long ".repeat(2_000),
        "]]> &amp; <![CDATA[ ferry sinks off Samos",
    ];
    let lines: Vec<String> = (0..)
        .zip(hostile)
        .map(|(number, headline)| {
            json!({
                "uri": format!("urn:hostile:{number}"), "publisher": "example.net",
                "headline": headline, "url": "javascript:alert(1)",
                "body": "A ferry sank off Samos, the coastguard said.",
                "receivedAt": format!("2024-12-08T0{number}:00:00Z"),
            })
            .to_string()
        })
        .collect();
    let server = Server::with(&lines, &[]);
    assert!(!case_lines("kill").is_empty());
    let ids: Vec<String> = server.json("/v1/stories")["stories"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect();
    for id in ids {
        let answer = server.get(&format!("/v1/stories/{id}"));
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(answer.json()["headline"].is_string());
    }
    let count = server.written();
    let events: Vec<_> = server
        .stream(
            &format!(
                "/v1/stream?after={}",
                server.json("/v1/changes?limit=1")["next"].as_str().unwrap()
            ),
            None,
        )
        .take(count)
        .collect();
    assert!(events.iter().all(|event| event.name != "gap" && event.id != "x"));
    for event in events.iter().skip(1) {
        assert!(serde_json::from_str::<Value>(&event.data).is_ok(), "{}", event.data);
    }
}
