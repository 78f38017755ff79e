//! A story as it was known at a time: a fold of its changes up to there, with the levels as they
//! stood and without what was taken back since.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use writethru_core::article::{StoryId, Time};
use writethru_core::change::happened;

use super::facts::{story_id, time};

/// Lines of a timeline, the newest ones.
const TIMELINE_MAX: usize = 100;

/// One story, growing change by change.
#[derive(Debug, Default)]
pub struct Then {
    id: StoryId,
    story: Map<String, Value>,
    articles: BTreeMap<String, (u64, Value)>,
    /// In order of first appearance.
    claims: Vec<Value>,
    timeline: Vec<Value>,
    merged_from: Vec<Value>,
    decisions: Vec<Value>,
    changes: u64,
    first_sequence: Option<u64>,
}

impl Then {
    /// A story of which nothing is known yet.
    #[must_use]
    pub fn new(id: StoryId) -> Self {
        Self { id, ..Self::default() }
    }

    /// Whether anything was known of it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.changes == 0
    }

    /// Takes one change of this story, in order, already without what was taken back.
    pub fn follow(&mut self, change: &Value) {
        let data = &change["data"];
        let kind = change["type"].as_str().unwrap_or_default();
        let kind = kind.trim_start_matches("writethru.").trim_end_matches(".v1");
        self.changes += 1;
        self.head(change);
        match kind {
            "story.created" => self.set("state", "emerging"),
            "story.activated" | "story.reopened" => self.set("state", "active"),
            "story.dormant" => self.set("state", "dormant"),
            "story.closed" => self.set("state", "closed"),
            "story.merged" => self.set("mergedInto", data["into"]["id"].clone()),
            "story.updated" => {
                self.set("summary", data["summary"].clone());
                self.set("places", data["places"].clone());
            }
            "article.joined" | "article.reclassified" => self.article(data, "live"),
            "article.withdrawn" => self.article(data, "withdrawn"),
            "article.revised" => self.article(data, "live"),
            "article.left" => {
                self.articles.remove(data["article"]["uri"].as_str().unwrap_or_default());
            }
            "decision.applied" => self.decision(change),
            "claim.merged" => self.claims.retain(|it| it["id"] != data["claim"]["id"]),
            _ if kind.starts_with("claim.") => self.claim(data["claim"].clone()),
            _ => {}
        }
        self.tell(kind, change);
    }

    fn head(&mut self, change: &Value) {
        let data = &change["data"];
        if self.first_sequence.is_none() {
            self.first_sequence = change["sequence"].as_str().and_then(|it| it.parse().ok());
            self.set("opened", change["recordedtime"].clone());
            let desk = change["source"].as_str().and_then(|it| it.strip_prefix("/desk/"));
            self.set("desk", desk.unwrap_or_default());
        }
        for key in ["slug", "headline"] {
            let text = data.get(key).unwrap_or(&data["story"][key]).clone();
            if text != "" || !self.story.contains_key(key) {
                self.set(key, text);
            }
        }
        let sequence = change["sequence"].as_str().and_then(|it| it.parse::<u64>().ok());
        self.set("version", sequence.unwrap_or_default());
        self.set("updated", change["recordedtime"].clone());
    }

    fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.story.insert(key.to_owned(), value.into());
    }

    fn article(&mut self, data: &Value, state: &str) {
        let mut article = data["article"].clone();
        let Some(uri) = article["uri"].as_str().map(str::to_owned) else { return };
        let known = self.articles.get(&uri).map(|(_, known)| known);
        for (key, missing) in [("novelty", json!("original")), ("copyOf", Value::Null)] {
            if article.get(key).is_none() {
                article[key] = known.map_or(missing, |known| known[key].clone());
            }
        }
        article["state"] = state.into();
        self.articles.insert(uri, (self.changes, article));
    }

    fn claim(&mut self, mut claim: Value) {
        if claim["withhold"] == true {
            claim["text"] = Value::Null;
            claim["evidence"] = json!([]);
        }
        match self.claims.iter_mut().find(|known| known["id"] == claim["id"]) {
            Some(known) => *known = claim,
            None => self.claims.push(claim),
        }
    }

    fn decision(&mut self, change: &Value) {
        let mut decided = change["data"]["decision"].clone();
        if decided["action"] == "revoke" {
            let revoked = self.decisions.iter_mut().find(|it| it["id"] == decided["target"]);
            if let Some(revoked) = revoked {
                revoked["revokedBy"] = decided["id"].clone();
            }
        }
        decided["at"] = change["recordedtime"].clone();
        decided["revokedBy"] = Value::Null;
        self.decisions.push(decided);
    }

    fn tell(&mut self, kind: &str, change: &Value) {
        let Some(happened) = happened(kind) else { return };
        let claim = &change["data"]["claim"];
        let Some(text) = claim["text"].as_str().filter(|_| claim["withhold"] != true) else {
            return;
        };
        self.timeline.push(json!({
            "time": change["time"], "change": change["id"], "text": format!("{happened}: {text}"),
        }));
        if self.timeline.len() > TIMELINE_MAX {
            self.timeline.remove(0);
        }
    }

    /// Takes over what a story that was merged into this one had.
    pub fn absorb(&mut self, other: Self) {
        for (uri, article) in other.articles {
            self.articles.entry(uri).or_insert(article);
        }
        for claim in other.claims {
            if !self.claims.iter().any(|known| known["id"] == claim["id"]) {
                self.claims.push(claim);
            }
        }
        self.merged_from.push(other.id.to_string().into());
        self.merged_from.extend(other.merged_from);
        self.decisions.extend(other.decisions);
        self.timeline.extend(other.timeline);
        self.timeline.sort_by_key(|line| time(&line["time"]));
        let more = self.timeline.len().saturating_sub(TIMELINE_MAX);
        self.timeline.drain(..more);
    }

    /// The story that this one was merged into by then.
    #[must_use]
    pub fn merged_into(&self) -> Option<StoryId> {
        self.story.get("mergedInto").and_then(story_id)
    }

    /// The document as of that time. It is complete where the story's first change was at hand.
    #[must_use]
    pub fn document(self, at: Time) -> Value {
        let mut articles: Vec<(u64, Value)> = self.articles.into_values().collect();
        articles.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
        let articles: Vec<Value> = articles.into_iter().map(|(_, article)| article).collect();
        let mut document = Map::new();
        document.insert("id".to_owned(), self.id.to_string().into());
        document.insert("asOf".to_owned(), at.to_string().into());
        document.insert("complete".to_owned(), (self.first_sequence == Some(1)).into());
        document.insert("state".to_owned(), "emerging".into());
        document.insert("summary".to_owned(), json!([]));
        document.insert("places".to_owned(), json!([]));
        document.extend(self.story);
        let gone = articles.iter().filter(|article| article["state"] == "withdrawn");
        let gone: BTreeSet<&str> = gone.filter_map(|article| article["uri"].as_str()).collect();
        let has_gone = |it: &Value| it["uri"].as_str().is_some_and(|uri| gone.contains(uri));
        let is_gone = |it: &Value| has_gone(it) || has_gone(&it["copyOf"]);
        if !articles.is_empty() && articles.iter().all(is_gone) {
            document.insert("state".to_owned(), "withdrawn".into());
        }
        document.insert("mergedFrom".to_owned(), self.merged_from.into());
        document.insert("articleCount".to_owned(), articles.len().into());
        document.insert("articles".to_owned(), articles.into());
        document.insert("claimCount".to_owned(), self.claims.len().into());
        document.insert("claims".to_owned(), self.claims.into());
        document.insert("timeline".to_owned(), self.timeline.into());
        if !self.decisions.is_empty() {
            document.insert("decisions".to_owned(), self.decisions.into());
        }
        Value::Object(document)
    }
}

/// Many stories, folded side by side; one that was merged goes on in the other.
#[derive(Debug, Default)]
pub struct Known {
    stories: BTreeMap<StoryId, Then>,
}

impl Known {
    /// Takes one change, in order.
    pub fn follow(&mut self, change: &Value) {
        let Some(id) = story_id(&change["subject"]) else { return };
        let then = self.stories.entry(id).or_insert_with(|| Then::new(id));
        then.follow(change);
        if let Some(into) = then.merged_into()
            && into != id
            && let Some(then) = self.stories.remove(&id)
        {
            self.stories.entry(into).or_insert_with(|| Then::new(into)).absorb(then);
        }
    }

    /// One story by its id, or by an id that was merged into it.
    pub fn take(&mut self, id: StoryId) -> Option<Then> {
        let text = Value::from(id.to_string());
        let found = self
            .stories
            .iter()
            .find(|(known, then)| **known == id || then.merged_from.contains(&text));
        let found = *found?.0;
        self.stories.remove(&found).filter(|then| !then.is_empty())
    }

    /// Ids of all stories, those that were merged into them among them.
    #[must_use]
    pub fn ids(&self) -> Vec<StoryId> {
        let merged = self.stories.values().flat_map(|then| &then.merged_from);
        self.stories.keys().copied().chain(merged.filter_map(story_id)).collect()
    }

    /// All of them.
    pub fn all(self) -> impl Iterator<Item = Then> {
        self.stories.into_values().filter(|then| !then.is_empty())
    }
}
