//! JSON Feed 1.1.

use bytes::Bytes;
use serde_json::{Value, json};

use super::{Entry, Feed};

/// Its media type.
pub const KIND: &str = "application/feed+json";

/// The whole feed.
pub fn bytes(feed: &Feed) -> Bytes {
    let gone: Vec<Value> = feed
        .gone
        .iter()
        .map(|it| json!({ "id": it.uri, "when": it.when.to_string(), "why": it.why }))
        .collect();
    let mut value = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": format!("writethru: {}", feed.title),
        "home_page_url": feed.address("/"),
        "feed_url": feed.address(&feed.path),
        "items": feed.entries.iter().map(|one| item(feed, one)).collect::<Vec<_>>(),
        "_writethru": { "about": "https://www.rfc-editor.org/rfc/rfc6721", "deleted": gone },
    });
    if let Some(hub) = &feed.front.hub {
        value["hubs"] = json!([{ "type": "WebSub", "url": hub }]);
    }
    Bytes::from(serde_json::to_vec(&value).expect("a value is JSON"))
}

fn item(feed: &Feed, entry: &Entry) -> Value {
    let mut text = entry.summary.join("\n");
    for claim in &entry.claims {
        text.push_str(&format!("\n• {} [{}] ({})", claim.text, claim.level, claim.confidence));
    }
    let mut own = json!({ "document": entry.document, "places": entry.places });
    if let Some(alert) = &entry.alert {
        own["rule"] = alert.rule.as_str().into();
        own["priority"] = alert.priority.into();
        own["state"] = if alert.is_cancelled { "cancelled" } else { "open" }.into();
    }
    json!({
        "id": entry.uri,
        "url": feed.address(&entry.page),
        "title": entry.title,
        "content_text": text.trim_start(),
        "date_published": entry.published.to_string(),
        "date_modified": entry.updated.to_string(),
        "tags": [entry.desk],
        "_writethru": own,
    })
}
