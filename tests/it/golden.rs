//! Golden folders: `tests/fixtures/<case>/articles.ndjson` in, a readable list of changes beside
//! it. A new case is a folder; accept what it gives with `cargo insta review` or
//! `INSTA_UPDATE=always cargo test golden`, and read it before you do.

use std::collections::BTreeMap;

use serde_json::Value;
use writethru::formats;
use writethru_core::article::{AlertId, StoryId};
use writethru_core::change::{Because, Body, Change, ClaimDoc};
use writethru_core::lane::{Lane, LaneRow, Output};

use crate::stream::{self, Case};

#[test]
fn every_case_gives_the_changes_beside_it() {
    for case in stream::cases() {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&case.folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!("changes", told(&case)));
        settings.bind(|| insta::assert_snapshot!("alerts", alerts(&case)));
    }
}

/// P3: for every prefix, a state restored from its rows has the digest and the next outputs of
/// the state that lived.
#[test]
fn a_state_restored_at_any_prefix_goes_on_the_same() {
    for case in stream::cases() {
        let mut rows = BTreeMap::new();
        let mut lived = stream::lane();
        for (number, intake) in case.intakes().into_iter().enumerate() {
            let mut restored = restore(&rows);
            assert_eq!(restored.digest(), lived.digest(), "{} before {number}", case.name);
            let (mut expected, mut found) = (Output::default(), Output::default());
            lived.step(stream::policy(), intake.clone(), &mut expected);
            restored.step(stream::policy(), intake, &mut found);
            assert_eq!(found.changes, expected.changes, "{} at {number}", case.name);
            assert_eq!(found.alerts, expected.alerts, "{} at {number}", case.name);
            lived.drain(&mut |row| keep(&mut rows, row));
        }
    }
}

type Rows = BTreeMap<(String, u8, Vec<u8>), Vec<u8>>;

fn keep(rows: &mut Rows, row: LaneRow) {
    let key = (row.desk, row.row.table, row.row.key);
    match row.row.value {
        Some(value) => rows.insert(key, value),
        None => rows.remove(&key),
    };
}

fn restore(rows: &Rows) -> Lane {
    let mut lane = stream::lane();
    for ((desk, table, key), value) in rows {
        let row = writethru_core::table::Row {
            table: *table,
            key: key.clone(),
            value: Some(value.clone()),
        };
        lane.load(&LaneRow { desk: desk.clone(), row }).expect("a row that was drained");
    }
    lane.reindex();
    lane
}

/// One paragraph an article, one line a change.
fn told(case: &Case) -> String {
    let mut told = String::new();
    let mut lane = stream::lane();
    let mut stories = Stories::default();
    for intake in case.intakes() {
        let heading = stream::heading(&intake);
        let mut out = Output::default();
        lane.step(stream::policy(), intake, &mut out);
        let outcome = match (&out.refused, out.outcome) {
            (Some(refusal), _) => format!("refused, {}: {}", refusal.reason, refusal.detail),
            (None, outcome) => outcome.map_or_else(String::new, |outcome| format!("{outcome:?}")),
        };
        told.push_str(&format!("{heading}  {outcome}\n"));
        for change in &out.changes {
            told.push_str(&format!("  {}\n", line(&mut stories, change)));
        }
    }
    told
}

/// One line an alert's event; alerts by number, in order of appearance.
fn alerts(case: &Case) -> String {
    let mut told = String::new();
    let mut lane = stream::lane();
    let mut known: Vec<AlertId> = Vec::new();
    for intake in case.intakes() {
        let at = intake.at;
        let mut out = Output::default();
        lane.step(stream::policy(), intake, &mut out);
        for alert in &out.alerts {
            let number = known.iter().position(|id| *id == alert.alert).unwrap_or_else(|| {
                known.push(alert.alert);
                known.len() - 1
            });
            let event: Value = serde_json::from_slice(&formats::alerts::line(alert)).unwrap();
            let say = |field: &str| event["data"][field].as_str().unwrap_or_default().to_owned();
            told.push_str(&format!(
                "{at}  A{}.{} {:?} {} p{}, replaces {}, {}\n    {}\n    {}\n",
                number + 1,
                alert.sequence,
                alert.message,
                alert.rule,
                alert.priority,
                alert.references.len(),
                say("reason"),
                say("headline"),
                say("text"),
            ));
        }
    }
    told
}

/// Stories by number, in order of appearance, so that a snapshot reads well.
#[derive(Default)]
struct Stories(Vec<StoryId>);

impl Stories {
    fn name(&mut self, id: StoryId) -> String {
        let at = self.0.iter().position(|known| *known == id).unwrap_or_else(|| {
            self.0.push(id);
            self.0.len() - 1
        });
        format!("S{}", at + 1)
    }
}

fn line(stories: &mut Stories, change: &Change) -> String {
    let story = stories.name(change.story.id);
    let kind = change.body.name();
    let says = says(stories, change);
    format!("{story}.{:<3} {kind:<20} {says}", change.sequence)
}

fn says(stories: &mut Stories, change: &Change) -> String {
    match &change.body {
        Body::StoryCreated | Body::StoryActivated | Body::StoryReopened => {
            change.story.headline.clone()
        }
        Body::StoryDormant | Body::StoryClosed => change.time.to_string(),
        Body::StoryUpdated { changed, headline, .. } => {
            format!("{} | {headline}", changed.join(", "))
        }
        Body::StoryMerged { into } => format!("into {}", stories.name(into.id)),
        Body::StorySplit { children } => {
            children.iter().map(|child| stories.name(child.id)).collect::<Vec<_>>().join(", ")
        }
        Body::ArticleJoined { article, copy_of }
        | Body::ArticleReclassified { article, copy_of } => {
            let novelty = copy_of.as_ref().map_or("original".to_owned(), |root| {
                format!("copy of {} v{}", root.publisher, root.version.unwrap_or_default())
            });
            format!("{} {novelty}", article.publisher)
        }
        Body::ArticleRevised { article, kind, facts, .. } => {
            let facts: Vec<String> = facts
                .iter()
                .map(|it| {
                    let side = |words: &Option<String>| words.clone().unwrap_or("-".to_owned());
                    format!("{}: {} → {}", it.change, side(&it.from), side(&it.to))
                })
                .collect();
            format!("{} {kind:?} [{}]", article.publisher, facts.join("; "))
        }
        Body::ArticleWithdrawn { article, notice } => {
            format!("{} ({})", article.publisher, notice.as_deref().unwrap_or("no notice"))
        }
        Body::ArticleLeft { article, to } => {
            let to = to.as_ref().map_or("nowhere".to_owned(), |story| stories.name(story.id));
            format!("{} to {to}", article.publisher)
        }
        Body::ClaimAdded { claim }
        | Body::ClaimCorroborated { claim }
        | Body::ClaimDenied { claim }
        | Body::ClaimDisputed { claim }
        | Body::ClaimResolved { claim }
        | Body::ClaimMerged { claim, .. } => claim_line(claim, &change.because),
        Body::ClaimSuperseded { claim, .. } | Body::ClaimCorrected { claim, .. } => {
            claim_line(claim, &change.because)
        }
        Body::ClaimRetracted { claim, text, withhold } => {
            let shown = if *withhold { " WITHHELD" } else { "" };
            format!("\"{text}\"{shown} | {}", level(claim))
        }
        Body::ClaimLevelChanged { claim, from, why, .. } => {
            let text = claim.text.as_deref().unwrap_or("withheld");
            format!("\"{text}\" | {:?} → {} | {why:?}", from.status, level(claim))
        }
        Body::DecisionApplied { decision, action, by, reason, .. } => {
            format!("{decision} {action} by {by} ({})", reason.as_deref().unwrap_or("no reason"))
        }
    }
}

fn claim_line(claim: &ClaimDoc, because: &[Because]) -> String {
    let text = claim.text.as_deref().unwrap_or("withheld");
    let chain: Vec<String> = because
        .first()
        .map_or_else(Vec::new, |it| it.chain.iter().map(|hop| hop.resolved.clone()).collect());
    let stance = because.first().map_or(String::new(), |it| format!("{:?}", it.stance));
    format!("\"{text}\" | {stance} {} | {}", chain.join(" ← "), level(claim))
}

/// "Corroborated VeryLikely .887 n2, denied by …"
fn level(claim: &ClaimDoc) -> String {
    let level = &claim.level;
    let thousandths = (level.p + 500) / 1000;
    let denied = match claim.denied_by.as_slice() {
        [] => String::new(),
        names => format!(", denied by {}", names.join(" and ")),
    };
    format!(
        "{:?} {:?} .{thousandths:03} n{}{denied}",
        level.status, level.likelihood, level.origins
    )
}
