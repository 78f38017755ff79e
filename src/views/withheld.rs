//! A kill stays killed: what a withdrawal took back is blanked in every change and every alert
//! event that a reader is shown, save for the retraction or the cancel itself, which tells a desk
//! what to take out.
//!
//! Records once published stay in the log as they are. [`Withheld`] is the one fold over them that
//! knows what fell: withdrawn articles, their copies, and the claims that were left with nothing.

mod alerts;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use writethru_core::article::{StoryId, Time};
use writethru_core::text::shares_run;

pub use self::alerts::hushed;
use super::facts::{story_id, time};

/// Headlines remembered of one article.
const HEADLINES_MAX: usize = 8;
/// Steps from a copy to the article that it was taken from.
const COPY_STEPS_MAX: usize = 8;

/// What fell, and where it is spoken of.
#[derive(Debug, Default)]
pub struct Withheld {
    articles: BTreeMap<String, Article>,
    /// Claims that must not be quoted, as they were shown when they fell.
    claims: BTreeMap<String, Fallen>,
    /// Articles that each claim was ever drawn from.
    drawn_from: BTreeMap<String, BTreeSet<String>>,
    /// Which articles each story speaks of.
    stories: BTreeMap<StoryId, BTreeSet<String>>,
}

/// What may still be said of a claim that fell.
#[derive(Debug)]
struct Fallen {
    story: StoryId,
    /// What it said, as its retraction tells a desk: no headline may say it any more.
    text: String,
    notice: Value,
    denial: Value,
    denied_by: Value,
    origins: Value,
}

#[derive(Debug, Default)]
struct Article {
    /// Log time of its withdrawal, while that holds.
    withdrawn: Option<Time>,
    copy_of: Option<String>,
    headlines: Vec<String>,
    stories: BTreeSet<StoryId>,
    /// Number of the last change that speaks of it.
    seen: u64,
}

/// What may be said of a story in place of what was taken back.
#[derive(Debug, Default)]
pub struct Words {
    /// Text and denial by claim.
    claims: BTreeMap<String, (Value, Value)>,
    headline: Option<Value>,
    slug: Option<Value>,
}

impl Withheld {
    /// Takes note of one change, in order; answers the stories of which something fell with it.
    pub fn follow(&mut self, change: &Value, number: u64) -> BTreeSet<StoryId> {
        let Some(story) = story_id(&change["subject"]) else { return BTreeSet::new() };
        let data = &change["data"];
        references(data, &mut |article| self.mention(article, story, number));
        let mut fell = self.claim(&data["claim"], story);
        let kind = change["type"].as_str().unwrap_or_default();
        let Some(uri) = data["article"]["uri"].as_str() else { return fell };
        match kind {
            "writethru.article.joined.v1" | "writethru.article.reclassified.v1" => {
                let root = data["article"]["copyOf"]["uri"].as_str().map(str::to_owned);
                let article = self.articles.entry(uri.to_owned()).or_default();
                article.copy_of = root;
                if self.is_dead(uri) {
                    fell.extend(self.where_told(uri));
                }
            }
            "writethru.article.withdrawn.v1" => {
                let at = Some(time(&change["recordedtime"]));
                self.articles.entry(uri.to_owned()).or_default().withdrawn = at;
                fell.extend(self.where_told(uri));
            }
            "writethru.article.revised.v1" if data["revision"]["kind"] == "reinstatement" => {
                self.articles.entry(uri.to_owned()).or_default().withdrawn = None;
            }
            _ => {}
        }
        fell
    }

    /// Learns from a story's document what was copied from what, where the change that told it was
    /// not seen; answers the stories of which something fell with that.
    pub fn learn_copies(&mut self, document: &Value, number: u64) -> BTreeSet<StoryId> {
        let mut fell = BTreeSet::new();
        for member in document["articles"].as_array().into_iter().flatten() {
            let root = member["copyOf"]["uri"].as_str();
            let (Some(uri), Some(root)) = (member["uri"].as_str(), root) else { continue };
            let article = self.articles.entry(uri.to_owned()).or_default();
            if article.copy_of.is_some() {
                continue;
            }
            article.copy_of = Some(root.to_owned());
            article.seen = article.seen.max(number);
            if self.is_dead(uri) {
                fell.extend(self.where_told(uri));
            }
        }
        fell
    }

    fn mention(&mut self, reference: &Value, story: StoryId, number: u64) {
        let Some(uri) = reference["uri"].as_str() else { return };
        self.stories.entry(story).or_default().insert(uri.to_owned());
        let article = self.articles.entry(uri.to_owned()).or_default();
        article.stories.insert(story);
        article.seen = number;
        let headline = reference["headline"].as_str().unwrap_or_default();
        let is_new = !headline.is_empty() && !article.headlines.iter().any(|it| it == headline);
        if is_new && article.headlines.len() < HEADLINES_MAX {
            article.headlines.push(headline.to_owned());
        }
    }

    fn claim(&mut self, claim: &Value, story: StoryId) -> BTreeSet<StoryId> {
        let Some(id) = claim["id"].as_str() else { return BTreeSet::new() };
        let evidence = claim["evidence"].as_array().map(Vec::as_slice).unwrap_or_default();
        let uris = evidence.iter().filter_map(|it| it["article"]["uri"].as_str());
        self.drawn_from.entry(id.to_owned()).or_default().extend(uris.map(str::to_owned));
        if claim["withhold"] != true {
            self.claims.remove(id);
            return BTreeSet::new();
        }
        let before = self.claims.remove(id).map(|fallen| fallen.text);
        let is_new = before.is_none();
        let text = claim["text"].as_str().map(str::to_owned).or(before);
        let fallen = Fallen {
            story,
            text: text.unwrap_or_default(),
            notice: claim["notice"].clone(),
            denial: claim["denialText"].clone(),
            denied_by: claim["deniedBy"].clone(),
            origins: claim["origins"].clone(),
        };
        self.claims.insert(id.to_owned(), fallen);
        is_new.then_some(story).into_iter().collect()
    }

    /// Stories that speak of an article or of one of its copies.
    fn where_told(&self, uri: &str) -> BTreeSet<StoryId> {
        let ours = |(known, article): &(&String, &Article)| {
            known.as_str() == uri || article.copy_of.as_deref() == Some(uri)
        };
        self.articles.iter().filter(ours).flat_map(|(_, it)| it.stories.iter().copied()).collect()
    }

    /// Whether nothing of an article may be shown: it, or what it was copied from, was withdrawn.
    fn is_dead(&self, uri: &str) -> bool {
        self.dead_since(uri).is_some()
    }

    /// Since when nothing of an article may be shown.
    fn dead_since(&self, uri: &str) -> Option<Time> {
        let mut next = Some(uri);
        for _ in 0..COPY_STEPS_MAX {
            let article = next.and_then(|uri| self.articles.get(uri))?;
            if article.withdrawn.is_some() {
                return article.withdrawn;
            }
            next = article.copy_of.as_deref();
        }
        None
    }

    fn is_dead_reference(&self, value: &Value) -> bool {
        value["uri"].as_str().is_some_and(|uri| self.is_dead(uri))
    }

    /// Learns from a change what may still be said; later changes overrule earlier ones.
    pub fn learn(&self, change: &Value, words: &mut Words) {
        let data = &change["data"];
        let (slug, headline) = (&data["story"]["slug"], &data["story"]["headline"]);
        let story = story_id(&change["subject"]).unwrap_or_default();
        if !self.is_dead_headline(story, headline, str::eq) {
            words.headline = Some(headline.clone());
        }
        if !self.is_dead_headline(story, slug, is_slug_of) {
            words.slug = Some(slug.clone());
        }
        let claim = &data["claim"];
        let Some(id) = claim["id"].as_str() else { return };
        let evidence = claim["evidence"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_clean = !evidence.iter().any(|it| self.is_dead_reference(&it["article"]));
        if is_clean && claim["withhold"] != true && !evidence.is_empty() {
            let said = (claim["text"].clone(), claim["denialText"].clone());
            words.claims.insert(id.to_owned(), said);
        }
    }

    /// Whether dead articles of a story have such a headline, and no live one has.
    fn is_dead_headline(&self, story: StoryId, text: &Value, is: fn(&str, &str) -> bool) -> bool {
        let Some(text) = text.as_str().filter(|it| !it.is_empty()) else { return false };
        let uris = self.stories.get(&story).into_iter().flatten();
        let tells = |uri: &&String| {
            let article = self.articles.get(*uri);
            article.is_some_and(|it| it.headlines.iter().any(|headline| is(text, headline)))
        };
        let mut tellers = uris.filter(tells).peekable();
        match tellers.peek() {
            Some(_) => tellers.all(|uri| self.is_dead(uri)),
            None => self.gives_away(story, text),
        }
    }

    /// Whether a desk's own words are those of a claim that fell.
    fn gives_away(&self, story: StoryId, text: &str) -> bool {
        let fallen = self.claims.values().filter(|it| it.story == story);
        fallen.into_iter().any(|it| shares_run(text, &it.text))
    }

    /// Takes out of a change what must not be shown; whether there was anything.
    pub fn blank(&self, change: &mut Value, words: &Words) -> bool {
        let story = story_id(&change["subject"]).unwrap_or_default();
        let is_retraction =
            change["type"] == "writethru.claim.retracted.v1" && change["data"]["withhold"] == true;
        let Some(data) = change.get_mut("data") else { return false };
        let mut blanked = data
            .get_mut("claim")
            .is_some_and(|claim| self.blank_claim(claim, words, is_retraction));
        if data["claim"]["withhold"] == true && !is_retraction {
            blanked |= data.get_mut("because").is_some_and(emptied);
        }
        if self.is_dead_reference(&data["article"]) {
            let facts = data.get_mut("revision").and_then(|it| it.get_mut("factChanges"));
            blanked |= facts.is_some_and(blank_facts);
        }
        blanked |= self.blank_articles(data);
        if let Some(value) = data.get_mut("decision").and_then(|it| it.get_mut("reason"))
            && value.as_str().is_some_and(|text| self.gives_away(story, text))
        {
            *value = Value::Null;
            blanked = true;
        }
        let told = data.get_mut("story");
        blanked |= told.is_some_and(|it| self.blank_headline(story, it, words));
        self.blank_headline(story, data, words) | blanked
    }

    fn blank_claim(&self, claim: &mut Value, words: &Words, is_retraction: bool) -> bool {
        let Some(id) = claim["id"].as_str().map(str::to_owned) else { return false };
        if let Some(fallen) = self.claims.get(&id) {
            if is_retraction || (claim["withhold"] == true && claim["text"].is_null()) {
                return false;
            }
            claim["text"] = Value::Null;
            claim["denialText"] = fallen.denial.clone();
            claim["deniedBy"] = fallen.denied_by.clone();
            claim["origins"] = fallen.origins.clone();
            claim["evidence"] = Value::Array(Vec::new());
            claim["withhold"] = Value::Bool(true);
            claim["notice"] = fallen.notice.clone();
            return true;
        }
        let evidence = claim["evidence"].as_array().map(Vec::as_slice).unwrap_or_default();
        let (dead, live): (Vec<&Value>, Vec<&Value>) =
            evidence.iter().partition(|it| self.is_dead_reference(&it["article"]));
        let from = self.drawn_from.get(&id).into_iter().flatten();
        if dead.is_empty() && (!live.is_empty() || !from.into_iter().any(|it| self.is_dead(it))) {
            return false;
        }
        let live = names(&live);
        let gone: Vec<String> = names(&dead).into_iter().filter(|it| !live.contains(it)).collect();
        let (text, denial) = words.claims.get(&id).cloned().unwrap_or_default();
        claim["text"] = text;
        claim["denialText"] = denial;
        let is_gone = |name: &Value| name.as_str().is_some_and(|it| gone.iter().any(|n| n == it));
        if let Some(denied_by) = claim["deniedBy"].as_array_mut() {
            denied_by.retain(|name| !is_gone(name));
        }
        for origin in claim["origins"].as_array_mut().into_iter().flatten() {
            if is_gone(&origin["name"]) {
                origin["name"] = Value::String(String::new());
            }
        }
        true
    }

    /// Headlines of dead articles go, and so does whatever is quoted from them.
    fn blank_articles(&self, value: &mut Value) -> bool {
        match value {
            Value::Array(items) => {
                let before = items.len();
                items.retain(|item| !self.is_dead_reference(&item["article"]));
                let fewer = items.len() < before;
                items.iter_mut().fold(fewer, |any, item| self.blank_articles(item) | any)
            }
            Value::Object(fields) => {
                let is_dead = fields
                    .get("uri")
                    .and_then(Value::as_str)
                    .is_some_and(|uri| fields.contains_key("publisher") && self.is_dead(uri));
                let mut blanked = false;
                if is_dead && let Some(headline) = fields.get_mut("headline") {
                    blanked = headline != "";
                    *headline = Value::String(String::new());
                }
                fields.values_mut().fold(blanked, |any, field| self.blank_articles(field) | any)
            }
            _ => false,
        }
    }

    fn blank_headline(&self, story: StoryId, holder: &mut Value, words: &Words) -> bool {
        let mut blanked = false;
        let instead = [
            ("headline", &words.headline, str::eq as fn(&str, &str) -> bool),
            ("slug", &words.slug, is_slug_of),
        ];
        for (name, words, is) in instead {
            let Some(text) = holder.get_mut(name) else { continue };
            if self.is_dead_headline(story, text, is) {
                *text = words.clone().unwrap_or_else(|| Value::String(String::new()));
                blanked = true;
            }
        }
        blanked
    }

    /// Forgets articles of which no change from `oldest` on speaks, save for those that the others
    /// were copied from: with them falls what is still shown.
    pub fn sweep(&mut self, oldest: u64) {
        let mut needed = BTreeSet::new();
        for article in self.articles.values().filter(|article| article.seen >= oldest) {
            let mut next = article.copy_of.as_deref();
            for _ in 0..COPY_STEPS_MAX {
                let Some(root) = next.filter(|root| !needed.contains(*root)) else { break };
                needed.insert(root.to_owned());
                next = self.articles.get(root).and_then(|root| root.copy_of.as_deref());
            }
        }
        self.articles.retain(|uri, article| article.seen >= oldest || needed.contains(uri));
        let articles = &self.articles;
        self.drawn_from.retain(|_, uris| uris.iter().any(|uri| articles.contains_key(uri)));
        self.stories.retain(|_, uris| {
            uris.retain(|uri| articles.contains_key(uri));
            !uris.is_empty()
        });
    }
}

/// All sources that pieces of evidence name.
fn names(evidence: &[&Value]) -> Vec<String> {
    let chains = evidence.iter().filter_map(|it| it["chain"].as_array());
    let sources = chains.flatten().map(|hop| &hop["source"]);
    let texts = sources.flat_map(|source| [source["resolved"].as_str(), source["text"].as_str()]);
    texts.flatten().map(str::to_owned).collect()
}

/// Every reference to an article within a value.
fn references(value: &Value, each: &mut dyn FnMut(&Value)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, each)),
        Value::Object(fields) => {
            if fields.contains_key("uri") && fields.contains_key("publisher") {
                each(value);
            }
            fields.values().for_each(|field| references(field, each));
        }
        _ => {}
    }
}

/// Whether a short name was made of a headline: its words stand there in this order.
fn is_slug_of(slug: &str, headline: &str) -> bool {
    let headline = headline.to_lowercase();
    let mut words = headline.split(|it: char| !it.is_alphanumeric());
    slug.split('-').all(|part| words.any(|word| word == part))
}

fn emptied(list: &mut Value) -> bool {
    match list {
        Value::Array(items) if !items.is_empty() => {
            items.clear();
            true
        }
        _ => false,
    }
}

fn blank_facts(facts: &mut Value) -> bool {
    let Some(facts) = facts.as_array_mut() else { return false };
    for fact in facts.iter_mut() {
        fact["from"] = Value::Null;
        fact["to"] = Value::Null;
    }
    !facts.is_empty()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn joined(uri: &str, copy_of: Option<&str>) -> Value {
        let root = copy_of.map(|uri| json!({"uri": uri, "publisher": "a", "headline": "Root"}));
        json!({
            "type": "writethru.article.joined.v1",
            "subject": "0".repeat(24),
            "data": {"article": {"uri": uri, "publisher": "a", "headline": uri, "copyOf": root}},
        })
    }

    #[test]
    fn what_is_shown_is_not_parted_from_what_it_was_copied_from() {
        let mut withheld = Withheld::default();
        withheld.follow(&joined("other", None), 1);
        withheld.follow(&joined("root", None), 2);
        withheld.follow(&joined("copy", Some("root")), 3);
        withheld.follow(&joined("copy of it", Some("copy")), 4);
        withheld.sweep(4);
        assert_eq!(withheld.articles.keys().collect::<Vec<_>>(), ["copy", "copy of it", "root"]);
        let mut killed = joined("root", None);
        killed["type"] = "writethru.article.withdrawn.v1".into();
        withheld.follow(&killed, 5);
        assert!(withheld.is_dead("copy of it") && !withheld.is_dead("other"));
    }

    #[test]
    fn a_document_tells_what_was_copied_before_anything_was_seen() {
        let quoted = |uri: &str| {
            let mut change = joined(uri, None);
            change["type"] = "writethru.claim.added.v1".into();
            change
        };
        let copy = json!({"uri": "copy", "copyOf": {"uri": "root"}});
        let document = json!({"articles": [copy, {"uri": "root", "copyOf": null}]});
        let mut killed = joined("root", None);
        killed["type"] = "writethru.article.withdrawn.v1".into();
        // In whichever order they are read.
        let mut withheld = Withheld::default();
        withheld.follow(&quoted("copy"), 1);
        withheld.follow(&killed, 2);
        assert!(!withheld.is_dead("copy"));
        assert_eq!(withheld.learn_copies(&document, 2).len(), 1);
        assert!(withheld.is_dead("copy"));
        let mut withheld = Withheld::default();
        assert!(withheld.learn_copies(&document, 0).is_empty());
        withheld.follow(&quoted("copy"), 1);
        assert_eq!(withheld.follow(&killed, 2).len(), 1);
        assert!(withheld.is_dead("copy"));
    }
}
