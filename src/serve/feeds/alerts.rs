//! Alerts as feeds: an entry for each, as it stands.

use std::sync::Arc;

use serde_json::Value;
use writethru_core::article::Time;

use super::{Alert, ENTRIES_MAX, Entry, Feed, claim, clipped};
use crate::serve::Serving;
use crate::views::{Alerted, Filter};

/// The alerts that were told last.
pub fn feed(serving: &Serving, title: &str, path: &str, filter: &Filter) -> Feed {
    let view = serving.published.view();
    let wanted: Vec<Alerted> = view.alerts(filter, None).take(ENTRIES_MAX).cloned().collect();
    drop(view);
    Feed {
        title: title.to_owned(),
        path: path.to_owned(),
        front: Arc::clone(&serving.front),
        updated: wanted.iter().map(|it| it.last.recorded).max().unwrap_or(Time::EPOCH),
        entries: wanted.iter().map(entry).collect(),
        gone: Vec::new(),
    }
}

fn entry(alert: &Alerted) -> Entry {
    let data = alert.stands();
    let word = |key: &str| data[key].as_str().map(clipped).unwrap_or_default();
    let claims = data["claims"].as_array().map(Vec::as_slice).unwrap_or_default();
    let (rule, priority) = alert.last.rule.clone().unwrap_or_default();
    let story = data["story"]["id"].as_str().unwrap_or_default();
    let lead = claims.first().and_then(|claim: &Value| claim["id"].as_str());
    Entry {
        uri: format!("urn:writethru:alert:{}", alert.id),
        title: word("headline"),
        page: lead.map_or_else(|| format!("/#{story}"), |lead| format!("/#{story}/{lead}")),
        document: format!("/v1/alerts/{}", alert.id),
        published: alert.raised,
        updated: alert.last.recorded,
        summary: vec![word("text"), format!("What moved: {}.", word("reason"))],
        claims: claims.iter().filter_map(claim).collect(),
        desk: alert.last.desk.clone(),
        places: Vec::new(),
        alert: Some(Alert { rule, priority, is_cancelled: alert.is_cancelled }),
    }
}
