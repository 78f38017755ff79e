//! An alert's words: its rule's templates filled in, and what moved.

use writethru_core::alerts::{Alert, Message, Move};
use writethru_core::claims::Status;

use crate::formats::words::{confidence, likelihood, status};

/// For alerts whose rule is gone.
const HEADLINE: &str = "{claim}";
const TEXT: &str = "{claim} ({sources}). Status: {status}.{denied}{notice}";

/// One line; says first what an update or a cancel is.
pub(super) fn headline(alert: &Alert) -> String {
    let words = filled(alert, template(&alert.telling.headline, HEADLINE));
    match alert.message {
        Message::Raised => words,
        Message::Updated => format!("Update: {words}"),
        Message::Cancelled => format!("Cancelled: {words}"),
    }
}

/// Names the source and the status.
pub(super) fn text(alert: &Alert) -> String {
    filled(alert, template(&alert.telling.text, TEXT))
}

fn template<'a>(own: &'a str, default: &'a str) -> &'a str {
    if own.is_empty() { default } else { own }
}

/// Each placeholder is filled in once, so that words of an article are never taken for one.
fn filled(alert: &Alert, template: &str) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}') {
            Some((name, after)) => {
                filled.push_str(&word(alert, name));
                rest = after;
            }
            None => rest = after,
        }
    }
    filled.push_str(rest);
    filled.trim().to_owned()
}

fn word(alert: &Alert, placeholder: &str) -> String {
    let telling = &alert.telling;
    let claim = alert.claims.get(telling.lead);
    let level = claim.map(|claim| claim.level);
    match placeholder {
        "claim" => match claim {
            Some(claim) => claim.text.clone().unwrap_or_else(|| "withheld".to_owned()),
            None => alert.story.headline.clone(),
        },
        "sources" => match telling.names.as_slice() {
            [] if telling.publisher.is_empty() => "no source is left".to_owned(),
            [] => telling.publisher.clone(),
            names => names.join(", "),
        },
        "status" => match level {
            Some(level) => status(level.status).to_owned(),
            None if telling.notice.is_empty() && telling.publisher.is_empty() => {
                "no claim".to_owned()
            }
            None => held(alert).unwrap_or("no claim").to_owned(),
        },
        "likelihood" => level.map_or("not judged", |level| likelihood(level.likelihood)).to_owned(),
        "confidence" => {
            level.map_or("low confidence", |level| confidence(level.confidence)).to_owned()
        }
        "denied" => match claim.map_or(&[][..], |claim| &claim.denied_by) {
            [] => String::new(),
            names => format!(" Denied by {}.", names.join(" and ")),
        },
        "notice" if telling.notice.is_empty() => String::new(),
        "notice" => format!(" Notice: {}", telling.notice),
        "story" => alert.story.headline.clone(),
        "publisher" => telling.publisher.clone(),
        "place" => telling.place.clone(),
        "value" => telling.value.map(amount).unwrap_or_default(),
        "desk" => alert.desk.clone(),
        "rule" => alert.rule.clone(),
        _ => String::new(),
    }
}

/// What happened to the article that an alert without claims tells of.
fn held(alert: &Alert) -> Option<&'static str> {
    alert.moves.iter().rev().find_map(|it| match it {
        Move::Held("article.withdrawn") => Some("withdrawn"),
        Move::Held("article.revised") => Some("revised"),
        Move::Held("article.joined") => Some("published"),
        _ => None,
    })
}

/// What moved, in the order in which it did. That a value was overtaken shows by the value.
pub(super) fn reason(alert: &Alert) -> String {
    let mut told: Vec<String> = Vec::new();
    let told_by_value = |it: &&Move| {
        matches!(it, Move::Status(_, Status::Superseded))
            && alert.moves.iter().any(|other| matches!(other, Move::Value(..)))
    };
    for reason in alert.moves.iter().filter(|it| !told_by_value(it)).map(moved) {
        if !told.contains(&reason) {
            told.push(reason);
        }
    }
    told.join("; ")
}

fn moved(reason: &Move) -> String {
    match reason {
        Move::Held(kind) => happened(kind).to_owned(),
        Move::Joined => "another claim".to_owned(),
        Move::Status(from, to) => format!("{} → {}", status(*from), status(*to)),
        Move::Value(from, to) => format!("{} → {}", amount(*from), amount(*to)),
        Move::Rejected(true) => "rejected by the desk".to_owned(),
        Move::Rejected(false) => "no longer rejected by the desk".to_owned(),
        Move::Denied(names) if names.is_empty() => "nobody denies it any more".to_owned(),
        Move::Denied(names) => format!("denied by {}", names.join(" and ")),
    }
}

fn happened(kind: &str) -> &str {
    match kind {
        "claim.added" => "a new claim",
        "claim.corroborated" => "another origin",
        "claim.denied" => "a denial",
        "claim.disputed" => "a dispute",
        "claim.resolved" => "a dispute is over",
        "claim.superseded" => "a later value",
        "claim.corrected" => "a correction",
        "claim.retracted" => "a claim was taken back",
        "claim.level_changed" => "its level moved",
        "article.withdrawn" => "an article was withdrawn",
        "article.revised" => "an article was revised",
        "article.joined" => "a new article",
        other => other,
    }
}

/// Thousandths as they are written.
fn amount(thousandths: i64) -> String {
    let (whole, rest) = (thousandths / 1000, (thousandths % 1000).abs());
    if rest == 0 {
        return whole.to_string();
    }
    let sign = if thousandths < 0 && whole == 0 { "-" } else { "" };
    format!("{sign}{whole}.{rest:03}").trim_end_matches('0').to_owned()
}
