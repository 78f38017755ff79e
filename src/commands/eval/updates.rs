//! Updates fed to a desk in the order of time, and what it puts out of them as news.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;
use writethru_core::alerts::Message;
use writethru_core::change::{Body, Cause, Change};
use writethru_core::policy::Policy;

use super::{Rows, short, three};
use crate::commands::fold::{Fold, Taken};
use crate::config::Settings;
use crate::eval::stories;
use crate::eval::updates::pool::{Pool, Update};
use crate::eval::updates::{Report, score};
use crate::views::Placed;

/// What a desk made of all updates, by their numbers.
#[derive(Default)]
struct PutOut {
    changes: BTreeSet<usize>,
    new_facts: BTreeSet<usize>,
    alerts: BTreeSet<usize>,
    placed: Placed,
}

/// Scores three ways of putting out news, and the stories.
///
/// # Errors
/// A file that cannot be read or does not fit the others.
pub fn updates(
    [updates, nuggets, matches]: [&Path; 3],
    settings: Settings,
    policy: Policy,
) -> anyhow::Result<Rows> {
    let pool = Pool::read(updates, nuggets, matches)?;
    let put_out = feed(&pool, updates, Fold::new(settings, policy));
    let mut rows = vec![format!(
        "{:<26} {:>7} {:>6} {:>8} {:>5} {:>9} {:>10} {:>5} {:>10}",
        "put out",
        "outputs",
        "recall",
        "weighted",
        "novel",
        "off topic",
        "redundancy",
        "F1",
        "median lag"
    )];
    let all = (0..pool.updates.len()).collect();
    for (name, outputs) in [
        ("every update", &all),
        ("any change of a claim", &put_out.changes),
        ("new facts", &put_out.new_facts),
        ("alerts raised or updated", &put_out.alerts),
    ] {
        rows.push(row(name, &score(&pool, outputs)));
    }
    rows.push(stories(&pool, &put_out.placed));
    Ok(rows)
}

/// An update is put out where its own arrival brought it about; what time alone does later is not
/// its news.
fn feed(pool: &Pool, file: &Path, mut fold: Fold) -> PutOut {
    let mut put_out = PutOut::default();
    for (number, update) in pool.updates.iter().enumerate() {
        let uri = uri(update);
        let Taken { output, dead, .. } = fold.take(article(update, &uri).as_bytes());
        if let Some(problem) = dead {
            eprintln!("writethru: {}, line {}: {problem}", file.display(), update.line);
        }
        let is_own =
            |cause: &Cause| matches!(cause, Cause::Article { uri: by, .. } if **by == *uri);
        for change in output.changes.iter().filter(|change| is_own(&change.cause)) {
            if change.body.claim().is_some() {
                put_out.changes.insert(number);
            }
            if is_new_fact(change) {
                put_out.new_facts.insert(number);
            }
        }
        let told = |message| matches!(message, Message::Raised | Message::Updated);
        if output.alerts.iter().any(|alert| told(alert.message) && is_own(&alert.cause)) {
            put_out.alerts.insert(number);
        }
        output.changes.iter().for_each(|change| put_out.placed.follow(change));
    }
    put_out
}

const fn is_new_fact(change: &Change) -> bool {
    matches!(
        change.body,
        Body::ClaimAdded { .. } | Body::ClaimSuperseded { .. } | Body::ClaimCorrected { .. }
    )
}

fn uri(update: &Update) -> String {
    format!("{}|{}", update.topic, update.id)
}

/// The publisher is the page: its sentences are of one source. The set is English.
fn article(update: &Update, uri: &str) -> String {
    let publisher = format!("{}.example", update.doc);
    json!({
        "uri": uri,
        "publisher": publisher,
        "language": "en",
        "versionCreated": update.crawled,
        "body": update.text,
    })
    .to_string()
}

fn row(name: &str, report: &Report) -> String {
    format!(
        "{name:<26} {:>7} {:>6} {:>8} {:>5} {:>9} {:>10} {:>5} {:>10}",
        report.outputs,
        short(report.recall),
        short(report.weighted_recall),
        short(report.novel),
        short(report.off_topic),
        short(report.redundancy),
        short(report.f1),
        report.median_lag_ms.map_or("-".to_owned(), lag)
    )
}

/// "40 s", "12 min", "23.2 h"
fn lag(ms: i64) -> String {
    match ms / 1000 {
        seconds @ ..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds => format!("{}.{} h", seconds / 3600, seconds % 3600 / 360),
    }
}

/// The stories over the updates that state a fact, where the topic is the right story. An update
/// that got no story is a story of its own.
fn stories(pool: &Pool, placed: &Placed) -> String {
    let stating = pool.updates.iter().enumerate().filter(|(_, update)| !update.states.is_empty());
    let pairs: Vec<(&str, String)> = stating
        .map(|(number, update)| {
            let found = placed.story(&uri(update)).map(|id| id.to_string());
            (update.topic.as_str(), found.unwrap_or(format!("alone {number}")))
        })
        .collect();
    let report = stories::score(&pairs);
    let of = report.bcubed;
    format!(
        "stories over the {} updates that state a fact: BCubed P / R / F1 {}, {} found / {} gold",
        report.articles,
        three(of.precision, of.recall, of.f1),
        report.found,
        report.gold
    )
}
