//! The grounds of a level in words. Likelihood and confidence never share a sentence.

use writethru_core::article::{ClaimId, StoryId};
use writethru_core::claims::explain::{Explanation, Worth, explain};
use writethru_core::claims::{ClaimRow, EvidenceRow, Rule};
use writethru_core::policy::Policy;
use writethru_core::reading::Stance;
use writethru_core::state::State;

use crate::commands::line::{Line, Look};
use crate::commands::words;
use crate::formats::words as terms;

/// Quotes shown for one origin.
const QUOTES_MAX: usize = 3;
/// Digits of an id in a list.
const DIGITS: usize = 10;

/// A story with its claims, so that one can be asked for.
pub fn story(state: &State, id: StoryId) -> Vec<Line> {
    let headline = state.story(id).map_or("", |story| story.headline.as_str());
    let mut lines = vec![
        Line::at(0, 2).with(Look::Bold, headline.to_owned()),
        Line::at(0, 2).with(Look::Quiet, format!("story {id}")),
        Line::blank(),
    ];
    for claim in state.claims.claims_of(id) {
        let Some(row) = state.claims.get(claim) else { continue };
        let digits: String = claim.to_string().chars().take(DIGITS).collect();
        let status = words::status(row.level.status);
        lines.push(
            Line::at(0, 36)
                .with(Look::Quiet, format!("{digits}  "))
                .with(words::look(row.level.status), format!("{status:<22}  "))
                .with(Look::Plain, text(row)),
        );
    }
    lines.push(Line::blank());
    lines.push(Line::at(0, 0).with(Look::Quiet, "Ask for one of them by its digits."));
    lines
}

/// Why a claim stands where it stands.
pub fn claim(policy: &Policy, state: &State, id: ClaimId) -> Option<Vec<Line>> {
    let why = explain(policy, &state.claims, id)?;
    let row = state.claims.get(why.claim)?;
    let mut lines = heading(state, &why, row);
    lines.extend(alerts(state, why.claim));
    lines.extend(side(state, row, &why, Stance::Assert, "Who says so, heaviest first"));
    lines.extend(side(state, row, &why, Stance::Deny, "What speaks against it"));
    lines.push(Line::blank());
    lines.extend(pivotal(&why));
    lines.push(Line::at(0, 2).with(Look::Bold, why.sentence.clone()));
    Some(lines)
}

fn heading(state: &State, why: &Explanation, row: &ClaimRow) -> Vec<Line> {
    let level = &why.level;
    let story = state.story(row.story).map_or("", |story| story.headline.as_str());
    let status = words::status(level.status);
    let mut lines = vec![
        Line::at(0, 2).with(Look::Bold, text(row)),
        Line::at(0, 2).with(Look::Quiet, format!("claim {}, in: {story}", why.claim)),
        Line::blank(),
        Line::at(0, 2)
            .with(words::look(level.status), status)
            .with(Look::Plain, format!(": {}", words::standing(level))),
        Line::at(0, 2).with(Look::Plain, words::grounds(level.confidence)),
        Line::at(0, 2).with(Look::Quiet, sums(why)),
    ];
    if !row.denied_by.is_empty() {
        let names = format!("Denied by {}.", row.denied_by.join(", "));
        lines.push(Line::at(0, 2).with(Look::Contested, names));
    }
    lines
}

/// The open alerts that rest on it.
fn alerts(state: &State, claim: ClaimId) -> Vec<Line> {
    let open = state.alerts.on_claim(claim);
    let rows = open.filter_map(|id| state.alerts.get(id).map(|row| (id, row)));
    rows.map(|(id, row)| {
        let told = format!(
            "Alert \"{}\", priority {}, open since {}, told {} times ({id})",
            row.rule, row.priority, row.raised, row.events
        );
        Line::at(0, 2).with(Look::Quiet, told)
    })
    .collect()
}

/// "P .887, uncertainty .226, conflict .000; Admiralty B2"
fn sums(why: &Explanation) -> String {
    let letter = why.grade.letter.map_or("-".to_owned(), |letter| format!("{letter:?}"));
    format!(
        "P {}, uncertainty {}, conflict {}; Admiralty grade {letter}{}",
        share(why.level.p),
        share(why.level.uncertainty),
        share(why.level.conflict),
        why.grade.digit
    )
}

fn side(
    state: &State,
    row: &ClaimRow,
    why: &Explanation,
    stance: Stance,
    title: &'static str,
) -> Vec<Line> {
    let mut worths: Vec<&Worth> =
        why.origins.iter().filter(|worth| worth.origin.stance == stance).collect();
    worths.sort_by_key(|worth| (-worth.origin.weight, worth.origin.id));
    if worths.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![Line::blank(), Line::at(0, 0).with(Look::Bold, title)];
    for worth in worths {
        lines.push(origin(worth));
        lines.extend(quotes(state, row, worth));
    }
    lines
}

/// "SOHR  weight 13.75, grade B; without it P would be .031 lower and the status …"
fn origin(worth: &Worth) -> Line {
    let origin = &worth.origin;
    let letter = origin.letter.map_or(String::new(), |letter| format!(", letter {letter:?}"));
    let mut words = format!("  weight {}{letter}", share(origin.weight));
    if !origin.counted {
        words.push_str(", not counted as an origin: it cannot be told who is behind it");
    }
    if origin.rival {
        words.push_str(", by a value that excludes this one");
    }
    let way = if worth.delta < 0 { "higher" } else { "lower" };
    let status = terms::status(worth.status_without);
    let delta = share(worth.delta.abs());
    words.push_str(&format!("; without it P would be {delta} {way}, the status: {status}"));
    Line::at(2, 4).with(Look::Bold, origin.name.to_string()).with(Look::Plain, words)
}

fn quotes(state: &State, row: &ClaimRow, worth: &Worth) -> Vec<Line> {
    let evidence = &worth.origin.evidence;
    let mut lines = Vec::new();
    for (key, rule) in evidence.iter().take(QUOTES_MAX) {
        let Some(piece) = state.claims.evidence(key) else { continue };
        lines.push(voice(piece, *rule));
        if row.withheld.is_none() {
            lines.push(Line::at(6, 2).with(Look::Plain, format!("“{}”", piece.quote)));
        }
    }
    let more = evidence.len().saturating_sub(QUOTES_MAX);
    if more > 0 {
        let text = format!("… and {} of this origin", words::counted(more, "more quote"));
        lines.push(Line::at(4, 2).with(Look::Quiet, text));
    }
    lines
}

/// "Reuters ← SOHR, 7 December 21:19; joined: the same root"
fn voice(piece: &EvidenceRow, rule: Rule) -> Line {
    let joined = joined(rule).map_or(String::new(), |why| format!("; joined: {why}"));
    let when = format!("{} {}", words::day(piece.as_of), words::clock(piece.as_of));
    let text = format!("{}, {when}{joined}", words::chain(&piece.chain));
    Line::at(4, 2).with(Look::Quiet, text)
}

const fn joined(rule: Rule) -> Option<&'static str> {
    match rule {
        Rule::Alone => None,
        Rule::SameRoot => Some("the same root"),
        Rule::SameDescription => Some("the same description in one carrier"),
        Rule::SameCopyGroup => Some("it shares passages"),
        Rule::Credit => Some("one credits the other"),
        Rule::SameOwner => Some("one owner"),
        Rule::Unresolved => Some("it cannot be told who is behind it"),
    }
}

fn pivotal(why: &Explanation) -> Option<Line> {
    let worth = why.origins.iter().find(|worth| worth.pivotal)?;
    let status = terms::status(worth.status_without);
    let text = format!("It rests on {}: without it, {status}.", worth.origin.name);
    Some(Line::at(0, 2).with(Look::Plain, text))
}

fn text(row: &ClaimRow) -> String {
    match &row.withheld {
        Some(notice) => format!("(withheld: {notice})"),
        None => row.text.clone(),
    }
}

/// Millionths with three decimals, half up.
fn share(millionths: i64) -> String {
    let thousandths = (millionths + 500).div_euclid(1000);
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}
