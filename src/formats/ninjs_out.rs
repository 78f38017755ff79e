//! A story as one IPTC ninjs 3.1 item, for systems that take news items and nothing else.
//!
//! Every claim stands with its status and its source; what is withheld is left out.

use std::fmt::Write as _;

use serde::Serialize;
use writethru_core::change::{ClaimDoc, Life, NameDoc, StoryDoc};
use writethru_core::claims::Status;
use writethru_core::reading::NameKind;

use super::numbers::Stamp;

/// The line of one story's item.
#[must_use]
pub fn line(story: &StoryDoc) -> Vec<u8> {
    super::line(&item(story))
}

/// The ninjs item of a story; `uri` is stable, `version` is the sequence of its last change.
#[must_use]
pub fn item(story: &StoryDoc) -> Item<'_> {
    let named = |kind| {
        let names = story.names.iter().filter(move |name| name.kind == kind);
        names.map(|name: &NameDoc| Named { name: &name.name }).collect()
    };
    let body = body(story);
    Item {
        standard: Standard {
            name: "ninjs",
            version: "3.1",
            schema: "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json",
        },
        uri: format!("urn:writethru:{}:{}", escape(&story.desk), story.story.id),
        kind: "text",
        representation_type: "full",
        version: story.version.to_string(),
        first_created: Stamp(story.opened),
        version_created: Stamp(story.updated),
        pub_status: if story.state == Life::Withdrawn { "canceled" } else { "usable" },
        urgency: story.urgency,
        language: story.language.as_deref(),
        headlines: vec![Text { role: "main", content_type: "text/plain", value: plain(story) }],
        descriptions: summary(story),
        bodies: vec![Text { role: "main", content_type: "text/plain", value: body }],
        slugline: &story.story.slug,
        people: named(NameKind::Person),
        organisations: named(NameKind::Organisation),
        places: named(NameKind::Place),
        subjects: story.subjects.iter().map(|code| Subject { literal: code }).collect(),
        info_sources: sources(story),
    }
}

/// A ninjs 3.1 item, as far as a story fills one.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Item<'a> {
    standard: Standard,
    uri: String,
    #[serde(rename = "type")]
    kind: &'static str,
    representation_type: &'static str,
    version: String,
    first_created: Stamp,
    version_created: Stamp,
    pub_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    urgency: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    headlines: Vec<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    descriptions: Vec<Text>,
    bodies: Vec<Text>,
    slugline: &'a str,
    people: Vec<Named<'a>>,
    organisations: Vec<Named<'a>>,
    places: Vec<Named<'a>>,
    subjects: Vec<Subject<'a>>,
    info_sources: Vec<InfoSource<'a>>,
}

#[derive(Clone, Debug, Serialize)]
struct Standard {
    name: &'static str,
    version: &'static str,
    schema: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Text {
    role: &'static str,
    content_type: &'static str,
    value: String,
}

#[derive(Clone, Debug, Serialize)]
struct Named<'a> {
    name: &'a str,
}

#[derive(Clone, Debug, Serialize)]
struct Subject<'a> {
    literal: &'a str,
}

#[derive(Clone, Debug, Serialize)]
struct InfoSource<'a> {
    name: &'a str,
    role: &'static str,
}

fn plain(story: &StoryDoc) -> String {
    story.story.headline.clone()
}

fn summary(story: &StoryDoc) -> Vec<Text> {
    let lines: Vec<&str> = story.summary.iter().map(|line| line.text.as_str()).collect();
    if lines.is_empty() {
        return Vec::new();
    }
    vec![Text { role: "summary", content_type: "text/plain", value: lines.join(" ") }]
}

/// One paragraph a claim that stands: what is said, who says so, its status, who denies it.
fn body(story: &StoryDoc) -> String {
    let mut body = String::new();
    for claim in story.claims.iter().filter(|claim| stands(claim)) {
        let Some(text) = &claim.text else { continue };
        let _infallible = writeln!(body, "{}", text.trim_end_matches('.').to_owned() + ".");
        let _infallible = writeln!(body, "{}.", standing(claim));
    }
    body.trim_end().to_owned()
}

fn stands(claim: &ClaimDoc) -> bool {
    claim.withheld.is_none()
        && !matches!(claim.level.status, Status::Retracted | Status::Corrected | Status::Superseded)
}

fn standing(claim: &ClaimDoc) -> String {
    let names: Vec<&str> = claim.origins.iter().map(|origin| &*origin.name).take(3).collect();
    let mut words = super::words::status(claim.level.status).to_owned();
    if !names.is_empty() {
        words = format!("{words}: {}", names.join("; "));
    }
    if !claim.denied_by.is_empty() {
        words = format!("{words}; denied by {}", claim.denied_by.join(", "));
    }
    words
}

/// Publishers of the articles, each once, in the order of the list.
fn sources(story: &StoryDoc) -> Vec<InfoSource<'_>> {
    let mut seen = std::collections::BTreeSet::new();
    let publishers = story.articles.iter().filter(|member| !member.withdrawn);
    publishers
        .map(|member| &*member.article.publisher)
        .filter(|name| seen.insert(*name))
        .map(|name| InfoSource { name, role: "publisher" })
        .collect()
}

/// A desk's name within a URN.
fn escape(desk: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    desk.bytes().fold(String::new(), |mut urn, byte| {
        if keep(byte) {
            urn.push(char::from(byte));
        } else {
            let _infallible = write!(urn, "%{byte:02X}");
        }
        urn
    })
}
