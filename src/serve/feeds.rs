//! Feeds: all stories, one desk's or one place's, all alerts or one rule's, as Atom and as JSON Feed.
//!
//! An entry is made of what a reader can see (headline, summary, claims with their levels) and its
//! `updated` moves with that alone: a copy that joins changes no byte. A story that was withdrawn or
//! merged has a tombstone (RFC 6721) in its place; an alert that was cancelled says so. Where there
//! is a WebSub hub, each names it.

mod alerts;
mod atom;
mod json;

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use serde_json::Value;
use writethru_core::article::Time;

use super::problem::Problem;
use super::query::Named;
use super::{Front, Serving, answer};
use crate::views::{Filter, Shelved, Track, View};

/// Entries of a feed.
const ENTRIES_MAX: usize = 50;
/// Claims of an entry.
const CLAIMS_MAX: usize = 12;
/// Letters of a headline or a claim in a feed.
const TEXT_CHARS_MAX: usize = 500;

/// One feed.
struct Feed {
    title: String,
    /// Its own address on this server.
    path: String,
    front: Arc<Front>,
    updated: Time,
    entries: Vec<Entry>,
    gone: Vec<Gone>,
}

/// One story, or one alert.
struct Entry {
    /// Its name for the whole world.
    uri: String,
    title: String,
    /// Where a person reads it.
    page: String,
    /// Where a program does.
    document: String,
    published: Time,
    updated: Time,
    summary: Vec<String>,
    claims: Vec<Claim>,
    desk: String,
    places: Vec<String>,
    /// Rule, priority and state of an alert.
    alert: Option<Alert>,
}

/// What makes an alert's entry.
struct Alert {
    rule: String,
    priority: u8,
    is_cancelled: bool,
}

/// A claim in an entry: likelihood and confidence never share a sentence.
struct Claim {
    text: String,
    level: String,
    confidence: String,
}

/// A story that is not told any more.
struct Gone {
    uri: String,
    when: Time,
    why: &'static str,
}

/// `GET /feeds/stories.atom`, `.json`, `/feeds/alerts.atom`, `.json`
pub async fn all(
    State(serving): State<Serving>,
    headers: HeaderMap,
    Named(file): Named<String>,
) -> Result<Response, Problem> {
    let (name, write) = format(&file)?;
    let path = format!("/feeds/{file}");
    let all = Filter::default();
    let feed = match name {
        "stories" => feed(&serving, "All stories", &path, &all),
        "alerts" => alerts::feed(&serving, "All alerts", &path, &all),
        _ => {
            let detail = "there are stories and alerts, each as .atom and .json";
            return Err(Problem::not_found(detail));
        }
    };
    Ok(write(&headers, &feed))
}

/// `GET /feeds/desk/{name}.atom`, `/feeds/place/{name}.json`, `/feeds/rule/{name}.atom`
pub async fn narrowed(
    State(serving): State<Serving>,
    headers: HeaderMap,
    Named((by, file)): Named<(String, String)>,
) -> Result<Response, Problem> {
    let (name, write) = format(&file)?;
    let asked = Some(name.to_owned());
    let path = format!("/feeds/{by}/{}", escaped(&file));
    let mut filter = Filter::default();
    let feed = match by.as_str() {
        "desk" => {
            filter.desk = asked;
            feed(&serving, &format!("Desk: {name}"), &path, &filter)
        }
        "place" => {
            filter.place = asked;
            feed(&serving, &format!("Place: {name}"), &path, &filter)
        }
        "rule" => {
            filter.rule = asked;
            alerts::feed(&serving, &format!("Alerts: {name}"), &path, &filter)
        }
        _ => return Err(Problem::not_found("there are feeds by desk, by place and by rule")),
    };
    Ok(write(&headers, &feed))
}

impl Feed {
    /// An address of this server as others reach it.
    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.front.url)
    }

    /// With its hub and its own address among the headers, for who looks no further.
    fn linked(&self, mut response: Response) -> Response {
        let Some(hub) = &self.front.hub else { return response };
        let links = format!("<{hub}>; rel=\"hub\", <{}>; rel=\"self\"", self.address(&self.path));
        if let Ok(links) = HeaderValue::from_str(&links) {
            response.headers_mut().insert(header::LINK, links);
        }
        response
    }
}

/// The feeds that changes from these numbers on have changed, and the numbers that come next.
#[must_use]
pub fn topics(view: &View, from: [u64; 2]) -> (BTreeSet<String>, [u64; 2]) {
    let mut names = BTreeSet::new();
    let changes = view.ring(Track::Changes);
    for (_, held) in changes.from(from[0]).filter(|(_, held)| held.facts.is_material) {
        names.extend(["stories".to_owned(), format!("desk/{}", escaped(&held.facts.desk))]);
        let story = view.stories().get(held.facts.story);
        let places = story.into_iter().flat_map(|story| &story.brief.places);
        names.extend(places.map(|place| format!("place/{}", escaped(place))));
    }
    let alerts = view.ring(Track::Alerts);
    for (_, held) in alerts.from(from[1]) {
        names.insert("alerts".to_owned());
        let rule = held.facts.rule.as_ref();
        names.extend(rule.map(|(rule, _)| format!("rule/{}", escaped(rule))));
    }
    let paths = ["atom", "json"];
    let path = |name: &String| paths.map(|ending| format!("/feeds/{name}.{ending}"));
    (names.iter().flat_map(path).collect(), [changes.next(), alerts.next()])
}

type Write = fn(&HeaderMap, &Feed) -> Response;

fn format(file: &str) -> Result<(&str, Write), Problem> {
    let atom: Write =
        |headers, feed| feed.linked(answer::bytes(headers, atom::KIND, atom::bytes(feed)));
    let json: Write =
        |headers, feed| feed.linked(answer::bytes(headers, json::KIND, json::bytes(feed)));
    match file.rsplit_once('.') {
        Some((name, "atom")) => Ok((name, atom)),
        Some((name, "json")) => Ok((name, json)),
        _ => Err(Problem::not_found("a feed ends in .atom or .json")),
    }
}

/// A name as a part of an address.
fn escaped(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    name.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

fn feed(serving: &Serving, title: &str, path: &str, filter: &Filter) -> Feed {
    let view = serving.published.view();
    let wanted: Vec<Shelved> = view
        .stories()
        .newest(None)
        .filter(|story| filter.wants_story(&story.brief, story.moved))
        .take(ENTRIES_MAX)
        .cloned()
        .collect();
    drop(view);
    let updated = wanted.iter().map(|story| story.moved).max().unwrap_or(Time::EPOCH);
    let mut feed = Feed {
        title: title.to_owned(),
        path: path.to_owned(),
        front: Arc::clone(&serving.front),
        updated,
        entries: Vec::new(),
        gone: Vec::new(),
    };
    for story in wanted {
        let document: Value = serde_json::from_slice(&story.json).unwrap_or_default();
        let merged = document["mergedFrom"].as_array().into_iter().flatten();
        feed.gone.extend(merged.filter_map(Value::as_str).map(|id| Gone {
            uri: uri(id),
            when: story.brief.opened,
            why: "merged into another story",
        }));
        if story.brief.state == "withdrawn" {
            let uri = uri(&story.brief.id.to_string());
            feed.gone.push(Gone { uri, when: story.moved, why: "withdrawn" });
            continue;
        }
        feed.entries.push(entry(&story, &document));
    }
    feed
}

fn entry(story: &Shelved, document: &Value) -> Entry {
    let list = |key: &str| document[key].as_array().map(Vec::as_slice).unwrap_or_default().to_vec();
    let texts = list("summary");
    let texts = texts.iter().filter_map(|line| line["text"].as_str());
    let id = story.brief.id.to_string();
    Entry {
        uri: uri(&id),
        page: format!("/#{id}"),
        document: format!("/v1/stories/{id}"),
        title: clipped(if story.brief.headline.is_empty() {
            &story.brief.slug
        } else {
            &story.brief.headline
        }),
        published: story.brief.opened,
        updated: story.moved,
        summary: texts.map(clipped).collect(),
        claims: list("claims").iter().filter_map(claim).take(CLAIMS_MAX).collect(),
        desk: story.brief.desk.clone(),
        places: list("places").iter().filter_map(|it| it["name"].as_str()).map(clipped).collect(),
        alert: None,
    }
}

fn claim(claim: &Value) -> Option<Claim> {
    let word = |key: &str| claim["level"][key].as_str().unwrap_or_default().replace('_', " ");
    let status = word("status");
    if matches!(status.as_str(), "superseded" | "corrected" | "retracted") {
        return None;
    }
    let denied = claim["deniedBy"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let denied: Vec<&str> = denied.collect();
    let mut level = format!("{status}; likelihood: {}", word("likelihood"));
    if !denied.is_empty() {
        level.push_str(&format!("; denied by {}", denied.join(", ")));
    }
    Some(Claim {
        text: clipped(claim["text"].as_str()?),
        level,
        confidence: format!("{} confidence", word("confidence")),
    })
}

fn clipped(text: &str) -> String {
    text.chars().take(TEXT_CHARS_MAX).collect()
}

/// What a feed calls a story.
fn uri(id: &str) -> String {
    format!("urn:writethru:story:{id}")
}
