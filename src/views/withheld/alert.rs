//! The same for an alert's event, save for the cancel that tells a desk what to take out.

use serde_json::Value;

use super::{Withheld, Words};
use crate::views::facts::story_id;

impl Withheld {
    /// Takes out of an alert's event what must not be shown.
    pub fn blank_alert(&self, alert: &mut Value, words: &Words) {
        let story = story_id(&alert["subject"]).unwrap_or_default();
        let Some(data) = alert.get_mut("data") else { return };
        if data["msgType"] == "cancel" && data["withhold"] == true {
            return;
        }
        for claim in data["claims"].as_array_mut().into_iter().flatten() {
            let id = claim["id"].as_str().unwrap_or_default();
            if let Some(fallen) = self.claims.get(id) {
                claim["text"] = Value::Null;
                claim["notice"] = fallen.notice.clone();
                claim["withhold"] = Value::Bool(true);
            } else if self.drawn_from.get(id).into_iter().flatten().any(|it| self.is_dead(it)) {
                claim["text"] = words.claims.get(id).map_or(Value::Null, |(text, _)| text.clone());
            }
        }
        self.blank_articles(data);
        if let Some(told) = data.get_mut("story") {
            self.blank_headline(story, told, words);
        }
        for name in ["headline", "text", "reason"] {
            let Some(text) = data.get_mut(name) else { continue };
            let is_dead = self.is_dead_headline(story, text, |text, headline| {
                text == headline || writethru_core::text::shares_run(text, headline)
            });
            let gives_away = text.as_str().is_some_and(|text| self.gives_away(story, text));
            if is_dead || gives_away {
                *text = Value::String(String::new());
            }
        }
    }
}
