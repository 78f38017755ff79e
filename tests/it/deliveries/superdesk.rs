//! The rules by which Superdesk's ingest reads a folder of ninjs files, written down from its
//! parser and its update of the ingest collection: what it takes, what it makes of a later file
//! with the same `guid`, and what a cancel kills.

use std::collections::BTreeMap;

use serde_json::Value;

/// One item as ingest keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub uri: String,
    pub version_created: String,
    pub headline: String,
    pub body: String,
    pub is_killed: bool,
    /// Files that were a new version of it.
    pub versions: usize,
}

/// The ingest collection, by `guid`.
#[derive(Default)]
pub struct Ingest(pub BTreeMap<String, Item>);

impl Ingest {
    /// Reads one file; refuses what the parser or the update would stumble over.
    pub fn read(&mut self, bytes: &[u8]) -> Result<(), String> {
        let ninjs: Value = serde_json::from_slice(bytes).map_err(|it| it.to_string())?;
        let word = |name: &str| ninjs[name].as_str().unwrap_or_default().to_owned();
        let (guid, uri) = (word("guid"), word("uri"));
        if guid.is_empty() || uri.is_empty() {
            return Err("no guid or no uri".to_owned());
        }
        if word("type") != "text" {
            return Err("not of a type that is taken".to_owned());
        }
        for name in ["versioncreated", "firstcreated"] {
            if !is_read_as_time(&word(name)) {
                return Err(format!("{name} is no time: {}", word(name)));
            }
        }
        // The length of every code is asked for.
        for subject in ninjs["subject"].as_array().into_iter().flatten() {
            let has_both = subject["code"].is_string() && subject["name"].is_string();
            if !has_both {
                return Err(format!("a subject without code or name: {subject}"));
            }
        }
        for name in ["priority", "urgency"] {
            if !ninjs[name].is_null() && !ninjs[name].is_u64() {
                return Err(format!("{name} is no number"));
            }
        }
        let is_canceled = word("pubstatus") == "canceled";
        if is_canceled {
            // All versions of the same uri.
            let family = self.0.values_mut().filter(|item| item.uri == uri);
            family.for_each(|item| item.is_killed = true);
        }
        let known = self.0.get(&guid);
        // The parser hands on no version, so this alone tells a later one.
        let is_new = known.is_none_or(|known| word("versioncreated") > known.version_created);
        let versions = known.map_or(0, |known| known.versions) + usize::from(is_new);
        let item = Item {
            uri,
            version_created: word("versioncreated"),
            headline: word("headline"),
            body: word("body_html"),
            is_killed: is_canceled,
            versions,
        };
        self.0.insert(guid, item);
        Ok(())
    }
}

/// `%Y-%m-%dT%H:%M:%SZ`, one of the three ways that are read; whole seconds only.
fn is_read_as_time(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    shape == "9999-99-99T99:99:99Z"
}
