//! JSON Feed 1.1.

use bytes::Bytes;
use serde_json::{Value, json};

use super::{Entry, Feed, uri};

/// Its media type.
pub const KIND: &str = "application/feed+json";

/// The whole feed.
pub fn bytes(feed: &Feed) -> Bytes {
    let gone: Vec<Value> = feed
        .gone
        .iter()
        .map(|it| json!({ "id": uri(&it.id), "when": it.when.to_string(), "why": it.why }))
        .collect();
    let value = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": format!("writethru: {}", feed.title),
        "home_page_url": "/",
        "feed_url": feed.path,
        "items": feed.entries.iter().map(item).collect::<Vec<_>>(),
        "_writethru": { "about": "https://www.rfc-editor.org/rfc/rfc6721", "deleted": gone },
    });
    Bytes::from(serde_json::to_vec(&value).expect("a value is JSON"))
}

fn item(entry: &Entry) -> Value {
    let mut text = entry.summary.join("\n");
    for claim in &entry.claims {
        text.push_str(&format!("\n• {} [{}] ({})", claim.text, claim.level, claim.confidence));
    }
    json!({
        "id": uri(&entry.id),
        "url": format!("/#{}", entry.id),
        "title": entry.title,
        "content_text": text.trim_start(),
        "date_published": entry.published.to_string(),
        "date_modified": entry.updated.to_string(),
        "tags": [entry.desk],
        "_writethru": { "document": format!("/v1/stories/{}", entry.id), "places": entry.places },
    })
}
