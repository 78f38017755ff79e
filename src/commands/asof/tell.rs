//! Stories of a moment in a reader's words. Likelihood and confidence never share a sentence.

use serde_json::Value;
use writethru_core::article::Time;

use crate::commands::line::{Line, Look};
use crate::commands::words;

/// Claims told of each story in the list of all.
const CLAIMS_MAX: usize = 3;
/// Digits of an id in a list.
const DIGITS: usize = 10;

/// All stories, each with its best claims.
pub fn stories(stories: &[Value], at: Time) -> Vec<Line> {
    let count = match stories.len() {
        1 => "1 story".to_owned(),
        many => format!("{many} stories"),
    };
    let title = format!("As of {}, {} UTC: {count}", words::day(at), words::clock(at));
    let mut lines = vec![Line::at(0, 0).with(Look::Bold, title)];
    for story in stories {
        lines.push(Line::blank());
        lines.push(
            Line::at(0, 7)
                .with(Look::Quiet, format!("{}  ", clock(&story["updated"])))
                .with(Look::Bold, headline(story)),
        );
        let digits: String = text(&story["id"]).chars().take(DIGITS).collect();
        let counts = format!(
            "{digits}  {}, {}",
            words::counted(count_of(&story["articleCount"]), "article"),
            words::counted(count_of(&story["claimCount"]), "claim")
        );
        lines.push(Line::at(7, 2).with(Look::Quiet, counts));
        let told = ranked(story);
        lines.extend(told.iter().take(CLAIMS_MAX).map(|claim| short(claim)));
    }
    if !stories.is_empty() {
        lines.push(Line::blank());
        lines.push(Line::at(0, 0).with(Look::Quiet, "Ask for one of them by its digits."));
    }
    lines
}

/// One story with all of its claims.
pub fn story(story: &Value) -> Vec<Line> {
    let at = text(&story["asOf"]);
    let mut lines = vec![
        Line::at(0, 2).with(Look::Bold, headline(story)),
        Line::at(0, 2).with(Look::Quiet, format!("story {}, as of {at}", text(&story["id"]))),
    ];
    if story["complete"] != true {
        let missing = "The first changes of this story are not in these files.";
        lines.push(Line::at(0, 2).with(Look::Contested, missing));
    }
    for line in story["summary"].as_array().into_iter().flatten() {
        lines.push(Line::at(0, 2).with(Look::Plain, text(&line["text"])));
    }
    for claim in ranked(story) {
        lines.push(Line::blank());
        lines.extend(long(claim));
    }
    lines
}

/// Claims that stand first, by how firmly.
fn ranked(story: &Value) -> Vec<&Value> {
    let mut claims: Vec<&Value> = story["claims"].as_array().into_iter().flatten().collect();
    claims.sort_by_key(|claim| RANKS.iter().position(|it| claim["level"]["status"] == *it));
    claims
}

/// What a desk looks at first.
const RANKS: [&str; 11] = [
    "disputed",
    "official",
    "strongly_corroborated",
    "corroborated",
    "several_origins",
    "single_origin",
    "denied",
    "not_judged",
    "superseded",
    "corrected",
    "retracted",
];

fn short(claim: &Value) -> Line {
    let (look, status) = status(claim);
    Line::at(7, 2).with(look, format!("{status}  ")).with(Look::Plain, said(claim))
}

fn long(claim: &Value) -> Vec<Line> {
    let (look, status) = status(claim);
    let level = &claim["level"];
    let likelihood = plain(&level["likelihood"]);
    let origins = words::counted(count_of(&level["origins"]), "origin");
    let mut lines = vec![
        Line::at(0, 2).with(look, format!("{status}  ")).with(Look::Plain, said(claim)),
        Line::at(2, 2).with(Look::Plain, format!("Likelihood: {likelihood}, {origins}.")),
        Line::at(2, 2).with(Look::Plain, format!("Confidence: {}.", plain(&level["confidence"]))),
    ];
    for piece in claim["evidence"].as_array().into_iter().flatten().take(CLAIMS_MAX) {
        let denies = if piece["stance"] == "deny" { "denied: " } else { "" };
        lines.push(Line::at(2, 2).with(Look::Quiet, format!("{denies}{}", chain(piece))));
    }
    let denied: Vec<&str> =
        claim["deniedBy"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if !denied.is_empty() {
        let line = format!("Denied by {}.", denied.join(", "));
        lines.push(Line::at(2, 2).with(Look::Contested, line));
    }
    lines
}

fn status(claim: &Value) -> (Look, String) {
    let term = text(&claim["level"]["status"]);
    let look = match term.as_str() {
        "official" | "strongly_corroborated" | "corroborated" | "several_origins" => Look::Firm,
        "not_judged" | "single_origin" => Look::Thin,
        "disputed" | "denied" => Look::Contested,
        "retracted" | "corrected" => Look::Alarm,
        _ => Look::Quiet,
    };
    let words = if term == "retracted" { "taken back".to_owned() } else { term.replace('_', " ") };
    (look, words.to_uppercase())
}

fn said(claim: &Value) -> String {
    match claim["text"].as_str() {
        Some(text) => text.to_owned(),
        None => match text(&claim["notice"]) {
            notice if notice.is_empty() => "(withheld)".to_owned(),
            notice => format!("(withheld: {notice})"),
        },
    }
}

fn chain(piece: &Value) -> String {
    let hops = piece["chain"].as_array().into_iter().flatten();
    let name = |hop: &Value| text(&hop["source"]["resolved"]);
    hops.map(name).collect::<Vec<_>>().join(" ← ")
}

fn headline(story: &Value) -> String {
    let headline = text(&story["headline"]);
    if headline.is_empty() { "(withdrawn)".to_owned() } else { headline }
}

fn clock(time: &Value) -> String {
    time.as_str().and_then(Time::parse).map_or_else(String::new, words::clock)
}

fn plain(term: &Value) -> String {
    text(term).replace('_', " ")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn count_of(value: &Value) -> usize {
    value.as_u64().and_then(|it| usize::try_from(it).ok()).unwrap_or_default()
}
