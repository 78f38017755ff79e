//! Which desk an article belongs to: its publisher's, else its declared language's primary
//! subtag, else the default. Never guessed from a text.

use serde::{Deserialize, Serialize};
use writethru_core::article::Article;

use super::layers::{ConfigError, Layers};

/// The rules, in the order in which they are tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeskRules {
    single: Option<String>,
    rules: Vec<Rule>,
    publishers: Vec<PublisherDesk>,
    default: String,
}

/// One `[[desks.rules]]`: each part that is given must fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    publisher: Option<String>,
    subject: Option<String>,
    located: Option<String>,
    slugline: Option<String>,
    desk: String,
}

/// One `[[desks.publishers]]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PublisherDesk {
    publisher: String,
    desk: String,
}

impl DeskRules {
    /// The desk of an article.
    #[must_use]
    pub fn desk(&self, article: &Article) -> String {
        if let Some(single) = &self.single {
            return single.clone();
        }
        let ruled = self.rules.iter().find(|rule| rule.fits(article)).map(|rule| &rule.desk);
        let own = || {
            let same = |entry: &&PublisherDesk| is(&entry.publisher, &article.publisher);
            self.publishers.iter().find(same).map(|entry| &entry.desk)
        };
        match ruled.or_else(own) {
            Some(desk) => desk.clone(),
            None => self.of_language(article.language.as_deref()),
        }
    }

    /// The desk of articles without a language.
    #[must_use]
    pub fn default_desk(&self) -> &str {
        self.single.as_deref().unwrap_or(&self.default)
    }

    /// `en-GB` is `en`.
    fn of_language(&self, tag: Option<&str>) -> String {
        let primary = tag.and_then(|tag| tag.split(['-', '_']).next()).unwrap_or_default();
        let usable = (2..=8).contains(&primary.len())
            && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
            && !primary.eq_ignore_ascii_case("und");
        if usable { primary.to_lowercase() } else { self.default.clone() }
    }
}

impl Rule {
    fn fits(&self, article: &Article) -> bool {
        let fits = |wanted: &Option<String>, given: Option<&String>| match wanted {
            Some(wanted) => given.is_some_and(|given| is(wanted, given)),
            None => true,
        };
        let subject = |wanted: &String| article.subjects.iter().any(|given| is(wanted, given));
        fits(&self.publisher, Some(&article.publisher))
            && fits(&self.located, article.located.as_ref())
            && fits(&self.slugline, article.slugline.as_ref())
            && self.subject.as_ref().is_none_or(subject)
    }
}

fn is(wanted: &str, given: &str) -> bool {
    let host = |name: &str| name.trim().to_lowercase().trim_start_matches("www.").to_owned();
    host(wanted) == host(given)
}

pub(super) fn rules(layers: &Layers) -> Result<DeskRules, ConfigError> {
    let single = layers.text("desks.single");
    Ok(DeskRules {
        single: (!single.is_empty()).then_some(single),
        rules: layers.tables("desks.rules")?,
        publishers: layers.tables("desks.publishers")?,
        default: layers.word("desks.default")?,
    })
}

impl Layers {
    /// A list of tables, each read into a type that knows its keys.
    pub(super) fn tables<T: serde::de::DeserializeOwned>(
        &self,
        key: &str,
    ) -> Result<Vec<T>, ConfigError> {
        let list: Vec<config::Value> = self.get(key)?;
        let read = |(at, value): (usize, config::Value)| {
            value
                .try_deserialize()
                .map_err(|error| self.refuse(key, &format!("number {}: {error}", at + 1)))
        };
        list.into_iter().enumerate().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_language() -> DeskRules {
        DeskRules { single: None, rules: vec![], publishers: vec![], default: "en".to_owned() }
    }

    fn article(language: &str) -> Article {
        Article {
            publisher: "www.livemint.com".to_owned(),
            language: Some(language.to_owned()),
            subjects: vec!["medtop:15000000".to_owned()],
            ..Article::default()
        }
    }

    #[test]
    fn the_declared_language_decides() {
        let rules = by_language();
        assert_eq!(rules.desk(&article("en-GB")), "en");
        assert_eq!(rules.desk(&article("de_AT")), "de");
        assert_eq!(rules.desk(&article("und")), "en");
        assert_eq!(rules.desk(&article("../x")), "en");
        assert_eq!(rules.desk(&Article::default()), "en");
    }

    #[test]
    fn rules_come_before_publishers_and_those_before_languages() {
        let mut rules = by_language();
        rules.publishers =
            vec![PublisherDesk { publisher: "livemint.com".to_owned(), desk: "india".to_owned() }];
        assert_eq!(rules.desk(&article("hi")), "india");
        rules.rules = vec![Rule {
            publisher: None,
            subject: Some("medtop:15000000".to_owned()),
            located: None,
            slugline: None,
            desk: "sport".to_owned(),
        }];
        assert_eq!(rules.desk(&article("hi")), "sport");
        rules.single = Some("all".to_owned());
        assert_eq!(rules.desk(&article("hi")), "all");
    }
}
