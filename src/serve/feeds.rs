//! Feeds: all stories, one desk's or one place's, as Atom and as JSON Feed.
//!
//! An entry is made of what a reader can see (headline, summary, claims with their levels) and its
//! `updated` moves with that alone: a copy that joins changes no byte. A story that was withdrawn or
//! merged has a tombstone (RFC 6721) in its place.

mod atom;
mod json;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Value;
use writethru_core::article::Time;

use super::problem::Problem;
use super::{Serving, answer};
use crate::views::{Filter, Shelved};

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
    updated: Time,
    entries: Vec<Entry>,
    gone: Vec<Gone>,
}

/// One story.
struct Entry {
    id: String,
    title: String,
    published: Time,
    updated: Time,
    summary: Vec<String>,
    claims: Vec<Claim>,
    desk: String,
    places: Vec<String>,
}

/// A claim in an entry: likelihood and confidence never share a sentence.
struct Claim {
    text: String,
    level: String,
    confidence: String,
}

/// A story that is not told any more.
struct Gone {
    id: String,
    when: Time,
    why: &'static str,
}

/// `GET /feeds/stories.atom`, `.json`
pub async fn stories(
    State(serving): State<Serving>,
    headers: HeaderMap,
    Path(file): Path<String>,
) -> Result<Response, Problem> {
    let (name, write) = format(&file)?;
    if name != "stories" {
        return Err(Problem::not_found("there is stories.atom and stories.json"));
    }
    let feed = feed(&serving, "All stories", &format!("/feeds/{file}"), &Filter::default());
    Ok(write(&headers, &feed))
}

/// `GET /feeds/desk/{name}.atom`, `/feeds/place/{name}.json`
pub async fn narrowed(
    State(serving): State<Serving>,
    headers: HeaderMap,
    Path((by, file)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (name, write) = format(&file)?;
    let (filter, title) = match by.as_str() {
        "desk" => (Filter { desk: Some(name.to_owned()), ..Filter::default() }, "Desk"),
        "place" => (Filter { place: Some(name.to_owned()), ..Filter::default() }, "Place"),
        _ => return Err(Problem::not_found("there are feeds by desk and by place")),
    };
    let path = format!("/feeds/{by}/{}", escaped(&file));
    let feed = feed(&serving, &format!("{title}: {name}"), &path, &filter);
    Ok(write(&headers, &feed))
}

type Write = fn(&HeaderMap, &Feed) -> Response;

fn format(file: &str) -> Result<(&str, Write), Problem> {
    let atom: Write = |headers, feed| answer::bytes(headers, atom::KIND, atom::bytes(feed));
    let json: Write = |headers, feed| answer::bytes(headers, json::KIND, json::bytes(feed));
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
        updated,
        entries: Vec::new(),
        gone: Vec::new(),
    };
    for story in wanted {
        let document: Value = serde_json::from_slice(&story.json).unwrap_or_default();
        let merged = document["mergedFrom"].as_array().into_iter().flatten();
        feed.gone.extend(merged.filter_map(Value::as_str).map(|id| Gone {
            id: id.to_owned(),
            when: story.brief.opened,
            why: "merged into another story",
        }));
        if story.brief.state == "withdrawn" {
            let id = story.brief.id.to_string();
            feed.gone.push(Gone { id, when: story.moved, why: "withdrawn" });
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
    Entry {
        id: story.brief.id.to_string(),
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
