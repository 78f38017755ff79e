//! A story as one IPTC ninjs 1 item, as Superdesk's ingest and Newshub's push read it.
//!
//! Both know an item by `guid`, which is theirs and not IPTC's; a later version is one whose
//! `versioncreated`, in whole seconds and with `Z`, is later; `pubstatus` `canceled` kills all
//! versions with the same `uri`. What was taken back is in no item.

use serde_json::{Map, Value, json};

use super::document::{Claim, Document};

/// IPTC's schema of the item.
const SCHEMA: &str = "http://www.iptc.org/std/ninjs/ninjs-schema_1.6.json";
/// Names of one kind that an item has.
const NAMES_MAX: usize = 20;
/// Origins that are named with a claim.
const ORIGINS_MAX: usize = 3;

/// The identity of a story's item.
#[must_use]
pub fn uri(desk: &str, story: &str) -> String {
    let escaped: String = url::form_urlencoded::byte_serialize(desk.as_bytes()).collect();
    format!("urn:writethru:{}:{story}", escaped.replace('+', "%20"))
}

/// All that an item says of a story, without identity, version and times.
#[must_use]
pub fn content(story: &Document) -> Map<String, Value> {
    let mut item = Map::new();
    let is_usable = !story.is_withdrawn();
    let mut put = |name: &str, value: Value| {
        item.insert(name.to_owned(), value);
    };
    put("pubstatus", json!(if is_usable { "usable" } else { "canceled" }));
    if let Some(urgency) = story.urgency {
        put("urgency", json!(urgency));
    }
    if let Some(language) = &story.language {
        put("language", json!(language));
    }
    put("headline", json!(story.headline));
    put("slugline", json!(story.slug));
    if is_usable {
        let summary: Vec<&str> = story.summary.iter().map(|line| line.text.as_str()).collect();
        if !summary.is_empty() {
            put("description_text", json!(summary.join(" ")));
        }
        put("body_html", json!(body(story)));
    }
    if let Some(note) = note(story) {
        put("ednote", json!(note));
    }
    let named = |names: &[super::document::Named]| {
        let names = names.iter().take(NAMES_MAX);
        names.map(|it| json!({ "name": it.name, "code": it.name })).collect::<Vec<_>>()
    };
    put("person", json!(named(&story.people)));
    put("organisation", json!(named(&story.organisations)));
    put("place", json!(named(&story.places)));
    put("subject", json!(story.subjects.iter().map(|it| subject(it)).collect::<Vec<_>>()));
    put("infosource", json!(publishers(story)));
    item
}

/// A version of an item, with its identity and its times in seconds since 1970.
#[must_use]
pub fn item(
    uri: &str,
    version: u64,
    opened: i64,
    at: i64,
    content: &Map<String, Value>,
) -> Map<String, Value> {
    let mut item = Map::new();
    let mut put = |name: &str, value: Value| {
        item.insert(name.to_owned(), value);
    };
    put("$standard", json!({ "name": "ninjs", "version": "1.6", "schema": SCHEMA }));
    put("guid", json!(uri));
    put("uri", json!(uri));
    put("type", json!("text"));
    put("representationtype", json!("complete"));
    put("version", json!(version.to_string()));
    put("firstcreated", json!(stamp(opened)));
    put("versioncreated", json!(stamp(at)));
    item.extend(content.clone());
    item
}

/// What takes a merged story's item back.
#[must_use]
pub fn canceled(into: &str) -> Map<String, Value> {
    let mut item = Map::new();
    item.insert("pubstatus".to_owned(), json!("canceled"));
    item.insert("headline".to_owned(), json!("Merged into another story"));
    item.insert("ednote".to_owned(), json!(format!("Merged into {into}; go on there.")));
    item
}

fn stamp(seconds: i64) -> String {
    let stamp = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    stamp.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Superdesk reads the length of every code.
fn subject(code: &str) -> Value {
    let (scheme, number) = code.split_once(':').unwrap_or(("", code));
    let mut subject = json!({ "name": code, "code": number });
    if !scheme.is_empty() {
        subject["scheme"] = json!(scheme);
    }
    subject
}

/// One paragraph a claim that stands: what is said, who says so, its status, who denies it.
fn body(story: &Document) -> String {
    let mut body = String::new();
    for claim in story.claims.iter().filter(|claim| stands(claim)) {
        let Some(text) = &claim.text else { continue };
        let text = format!("{}.", text.trim_end_matches('.'));
        let words = [escaped(&text), escaped(&standing(claim))];
        body.push_str(&format!("<p>{} <em>({})</em></p>\n", words[0], words[1]));
    }
    body
}

fn stands(claim: &Claim) -> bool {
    !claim.withhold
        && !["retracted", "corrected", "superseded"].contains(&claim.level.status.as_str())
}

fn standing(claim: &Claim) -> String {
    let asserting = claim.origins.iter().filter(|origin| origin.stance == "assert");
    let names: Vec<&str> = asserting.map(|it| it.name.as_str()).take(ORIGINS_MAX).collect();
    let mut words = claim.level.status.replace('_', " ");
    if !names.is_empty() {
        words = format!("{words}: {}", names.join("; "));
    }
    if !claim.denied_by.is_empty() {
        words = format!("{words}; denied by {}", claim.denied_by.join(", "));
    }
    words
}

/// What was taken back, in the publishers' own notices.
fn note(story: &Document) -> Option<String> {
    let mut notices: Vec<&str> = Vec::new();
    for notice in story.claims.iter().filter_map(|claim| claim.notice.as_deref()) {
        if !notice.is_empty() && !notices.contains(&notice) {
            notices.push(notice);
        }
    }
    (!notices.is_empty()).then(|| notices.join(" "))
}

/// Publishers of the articles that may be used, each once.
fn publishers(story: &Document) -> Vec<Value> {
    let mut names: Vec<&str> = Vec::new();
    for member in story.articles.iter().filter(|member| member.state != "withdrawn") {
        if !names.contains(&member.publisher.as_str()) {
            names.push(&member.publisher);
        }
    }
    names.into_iter().map(|name| json!({ "name": name })).collect()
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;")
}
