//! The same for alert events: a claim that fell has no words in any of them, save in the cancel
//! that tells of it.

use std::collections::BTreeSet;

use serde_json::Value;
use writethru_core::article::{StoryId, Time};

use super::super::facts::{story_id, time};
use super::{Fallen, Withheld, Words, references};

/// What stands in the place of words.
const WITHHELD: &str = "withheld";
/// Words of an event in which a claim or a headline may stand.
const TOLD: [&str; 2] = ["headline", "text"];

impl Withheld {
    /// Takes note of one alert event; answers the story where words of it may have fallen.
    pub fn follow_alert(&mut self, event: &Value, number: u64) -> Option<StoryId> {
        let story = story_id(&event["subject"])?;
        let data = &event["data"];
        references(data, &mut |article| self.mention(article, story, number));
        let is_cancel = data["msgType"] == "cancel";
        for claim in data["claims"].as_array().into_iter().flatten() {
            let Some(id) = claim["id"].as_str().filter(|_| claim["withhold"] == true) else {
                continue;
            };
            let text = claim["text"].as_str();
            // The change that tells of it may not be held any more.
            self.claims.entry(id.to_owned()).or_insert_with(|| Fallen {
                story,
                text: text.unwrap_or_default().to_owned(),
                notice: claim["notice"].clone(),
                denial: Value::Null,
                denied_by: claim["deniedBy"].clone(),
                origins: Value::Array(Vec::new()),
            });
            if let Some(uri) = data["cause"]["uri"].as_str().filter(|_| is_cancel && text.is_some())
            {
                let article = self.articles.entry(uri.to_owned()).or_default();
                article.withdrawn = article.withdrawn.or(Some(time(&event["recordedtime"])));
            }
        }
        self.has_fallen(story).then_some(story)
    }

    /// Whether anything that a story told of has fallen.
    fn has_fallen(&self, story: StoryId) -> bool {
        let uris = self.stories.get(&story).into_iter().flatten();
        self.claims.values().any(|fallen| fallen.story == story)
            || uris.into_iter().any(|uri| self.is_dead(uri))
    }

    /// Takes out of an alert event what must not be shown; whether there was anything.
    pub fn blank_alert(&self, event: &mut Value, words: &Words) -> bool {
        let story = story_id(&event["subject"]).unwrap_or_default();
        let told_at = time(&event["recordedtime"]);
        let Some(data) = event.get_mut("data") else { return false };
        // The cancel that tells of it keeps its words.
        let is_telling = data["msgType"] == "cancel" && data["withhold"] == true;
        let mut blanked = !is_telling && self.blank_alert_claims(data, told_at, words);
        blanked |= self.blank_articles(data);
        if let Some(told) = data.get_mut("story") {
            blanked |= self.blank_headline(story, told, words);
        }
        if is_telling {
            return blanked;
        }
        for key in TOLD {
            let Some(text) = data[key].as_str() else { continue };
            if self.gives_away(story, text) || self.tells_of_the_dead(story, text) {
                data[key] = Value::from(WITHHELD);
                blanked = true;
            }
        }
        blanked
    }

    fn blank_alert_claims(&self, data: &mut Value, told_at: Time, words: &Words) -> bool {
        let mut gone = Vec::new();
        let mut fell = false;
        for claim in data["claims"].as_array_mut().into_iter().flatten() {
            let Some(id) = claim["id"].as_str().map(str::to_owned) else { continue };
            let text = claim["text"].as_str().map(str::to_owned);
            let now = match self.claims.get(&id) {
                Some(fallen) => {
                    fell |= claim["withhold"] != true;
                    claim["deniedBy"] = fallen.denied_by.clone();
                    claim["withhold"] = Value::Bool(true);
                    claim["notice"] = fallen.notice.clone();
                    Value::Null
                }
                None if self.is_drawn_from_the_dead(&id, told_at) => {
                    words.claims.get(&id).map_or(Value::Null, |(text, _)| text.clone())
                }
                None => continue,
            };
            if let Some(text) = text.filter(|text| now != text.as_str()) {
                gone.push((text, now.as_str().unwrap_or(WITHHELD).to_owned()));
                claim["text"] = now;
            }
        }
        if fell {
            data["withhold"] = Value::Bool(true);
        }
        for (text, now) in &gone {
            replaced(data, text, now);
        }
        fell || !gone.is_empty()
    }

    /// Whether a claim was told by then in words of an article that fell later.
    fn is_drawn_from_the_dead(&self, claim: &str, told_at: Time) -> bool {
        let from = self.drawn_from.get(claim).into_iter().flatten();
        let mut since = from.filter_map(|uri| self.dead_since(uri));
        since.any(|since| told_at < since)
    }

    /// Whether a text holds the headline of an article that must not be shown, and of no other.
    fn tells_of_the_dead(&self, story: StoryId, text: &str) -> bool {
        let uris = self.stories.get(&story).into_iter().flatten();
        let (dead, live): (Vec<&String>, Vec<&String>) = uris.partition(|uri| self.is_dead(uri));
        let headlines = |uris: Vec<&String>| -> BTreeSet<&str> {
            let articles = uris.into_iter().filter_map(|uri| self.articles.get(uri));
            articles.flat_map(|it| it.headlines.iter().map(String::as_str)).collect()
        };
        let live = headlines(live);
        headlines(dead).difference(&live).any(|headline| text.contains(headline))
    }
}

/// Takes out of an event's data what only the cancel itself may tell.
pub fn hushed(data: &mut Value) {
    let claims = data["claims"].as_array_mut().into_iter().flatten();
    let withheld = claims.filter(|claim| claim["withhold"] == true);
    let texts: Vec<String> = withheld
        .filter_map(|claim| match claim["text"].take() {
            Value::String(text) => Some(text),
            _ => None,
        })
        .collect();
    for text in &texts {
        replaced(data, text, WITHHELD);
    }
}

fn replaced(data: &mut Value, text: &str, now: &str) {
    for key in TOLD {
        let Some(told) = data[key].as_str().filter(|told| told.contains(text)) else { continue };
        data[key] = Value::from(told.replace(text, now));
    }
}
