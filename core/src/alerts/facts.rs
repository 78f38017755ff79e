//! One change as the conditions of rules see it: named facts, each always there.

use std::fmt::Debug;

use super::StoryFacts;
use crate::change::{Body, Change, ClaimDoc};
use crate::policy::alerts::{Fact, Facts, LIST_MAX};
use crate::reading::Stance;

/// The facts of one change.
pub(super) struct ChangeFacts<'a> {
    change: &'a Change,
    claim: Option<&'a ClaimDoc>,
    story: &'a StoryFacts,
    alerted: bool,
    words: Words,
}

/// The words of the enums.
#[derive(Default)]
struct Words {
    why: String,
    revision: String,
    kind: String,
    modality: String,
    status: String,
    previous: String,
    likelihood: String,
    confidence: String,
    basis: String,
    dispute: String,
    state: String,
}

impl<'a> ChangeFacts<'a> {
    pub fn new(change: &'a Change, story: &'a StoryFacts, alerted: bool) -> Self {
        let claim = change.body.claim();
        let mut words = Words { state: snake(&story.state), ..Words::default() };
        match &change.body {
            Body::ClaimLevelChanged { from, why, .. } => {
                words.why = snake(why);
                words.previous = snake(&from.status);
            }
            Body::ArticleRevised { kind, .. } => words.revision = snake(kind),
            _ => {}
        }
        if let Some(claim) = claim {
            words.kind = snake(&claim.kind);
            words.modality = snake(&claim.modality);
            words.status = snake(&claim.level.status);
            words.likelihood = snake(&claim.level.likelihood);
            words.confidence = snake(&claim.level.confidence);
            words.basis = snake(&claim.level.basis);
            words.dispute = snake(&claim.level.dispute);
        }
        Self { change, claim, story, alerted, words }
    }

    fn of_article(&self, field: &str) -> Option<Fact<'_>> {
        let (publisher, notice, copy) = match &self.change.body {
            Body::ArticleJoined { article, copy_of }
            | Body::ArticleReclassified { article, copy_of } => {
                (&*article.publisher, "", copy_of.is_some())
            }
            Body::ArticleWithdrawn { article, notice } => {
                (&*article.publisher, notice.as_deref().unwrap_or_default(), false)
            }
            Body::ArticleRevised { article, .. } | Body::ArticleLeft { article, .. } => {
                (&*article.publisher, "", false)
            }
            _ => ("", "", false),
        };
        Some(match field {
            "publisher" => Fact::Text(publisher),
            "notice" => Fact::Text(notice),
            "copy" => Fact::Is(copy),
            "revision" => Fact::Text(&self.words.revision),
            _ => return None,
        })
    }

    fn of_claim(&self, field: &str) -> Option<Fact<'_>> {
        let words = &self.words;
        let claim = self.claim;
        let level = claim.map(|it| it.level).unwrap_or_default();
        Some(match field {
            "kind" => Fact::Text(&words.kind),
            "modality" => Fact::Text(&words.modality),
            "text" => text(claim.and_then(|it| it.text.as_ref())),
            "place" => text(claim.and_then(|it| it.place.as_ref())),
            "status" => Fact::Text(&words.status),
            "previous" => Fact::Text(&words.previous),
            "likelihood" => Fact::Text(&words.likelihood),
            "confidence" => Fact::Text(&words.confidence),
            "basis" => Fact::Text(&words.basis),
            "dispute" => Fact::Text(&words.dispute),
            "origins" => Fact::Whole(i64::from(level.origins)),
            "p" => Fact::Thousandths((level.p + 500).div_euclid(1000)),
            "part" => Fact::Is(claim.is_some_and(|it| it.part_of.is_some())),
            "denied_by" => list(claim.map_or(&[][..], |it| &it.denied_by)),
            "alerted" => Fact::Is(self.alerted),
            "confirmed" => Fact::Is(claim.is_some_and(|it| it.confirmed.is_some())),
            _ => return self.of_number(field),
        })
    }

    fn of_number(&self, field: &str) -> Option<Fact<'_>> {
        let number = self.claim.and_then(|claim| claim.quantity.as_ref());
        let end = |it: Option<i64>| Fact::Thousandths(it.unwrap_or_default());
        Some(match field {
            "indicator" => text(number.map(|it| &it.indicator)),
            "value" => end(number.map(|it| it.value)),
            "low" => end(number.and_then(|it| it.low)),
            "high" => end(number.and_then(|it| it.high)),
            "unit" => text(number.and_then(|it| it.unit.as_ref())),
            "population" => text(number.and_then(|it| it.population.as_ref())),
            _ => return None,
        })
    }

    fn of_story(&self, field: &str) -> Option<Fact<'_>> {
        let story = self.story;
        Some(match field {
            "headline" => Fact::Text(&story.story.headline),
            "state" => Fact::Text(&self.words.state),
            "language" => Fact::Text(story.language.as_deref().unwrap_or_default()),
            "articles" => Fact::Whole(i64::try_from(story.articles).unwrap_or(i64::MAX)),
            "urgency" => Fact::Whole(story.urgency.map_or(0, i64::from)),
            "subjects" => list(&story.subjects),
            "places" => list(&story.places),
            "people" => list(&story.people),
            "organisations" => list(&story.organisations),
            _ => return None,
        })
    }
}

impl Facts for ChangeFacts<'_> {
    fn fact(&self, field: &str) -> Option<Fact<'_>> {
        match field.split_once('.') {
            Some(("change", "kind")) => Some(Fact::Text(self.change.body.name())),
            Some(("change", "why")) => Some(Fact::Text(&self.words.why)),
            Some(("article", field)) => self.of_article(field),
            Some(("claim", field)) => self.of_claim(field),
            Some(("story", field)) => self.of_story(field),
            None if field == "desk" => Some(Fact::Text(&self.change.desk)),
            None if field == "sources" => {
                let origins = self.claim.map_or(&[][..], |claim| &claim.origins);
                let asserting = origins.iter().filter(|it| it.stance == Stance::Assert);
                Some(Fact::List(asserting.take(LIST_MAX).map(|it| &*it.name).collect()))
            }
            _ => None,
        }
    }
}

fn text(words: Option<&String>) -> Fact<'_> {
    Fact::Text(words.map_or("", String::as_str))
}

fn list(words: &[String]) -> Fact<'_> {
    Fact::List(words.iter().take(LIST_MAX).map(String::as_str).collect())
}

/// `SingleOrigin` is `single_origin`, as in everything that is published.
fn snake(word: &impl Debug) -> String {
    let mut snake = String::new();
    for letter in format!("{word:?}").chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{ChangeId, Time};
    use crate::change::{Cause, StoryRef};
    use crate::claims::Status;
    use crate::policy::alerts::{FIELDS, FactKind};

    fn change() -> Change {
        Change {
            id: ChangeId::default(),
            desk: "en".to_owned(),
            story: StoryRef::default(),
            time: Time::EPOCH,
            recorded: Time::EPOCH,
            sequence: 1,
            desk_sequence: 1,
            cause: Cause::Decision("1".to_owned()),
            body: Body::ClaimAdded { claim: Box::default() },
            because: Vec::new(),
            previous: None,
        }
    }

    #[test]
    fn every_field_is_there_and_of_its_kind() {
        let (change, story) = (change(), StoryFacts::default());
        let facts = ChangeFacts::new(&change, &story, false);
        for (name, kind, _) in FIELDS {
            let found = match facts.fact(name) {
                Some(Fact::Text(_)) => FactKind::Text,
                Some(Fact::Whole(_)) => FactKind::Whole,
                Some(Fact::Thousandths(_)) => FactKind::Number,
                Some(Fact::Is(_)) => FactKind::Truth,
                Some(Fact::List(_)) => FactKind::List,
                None => panic!("{name} is not there"),
            };
            assert_eq!(found, kind, "{name}");
        }
    }

    #[test]
    fn words_are_those_of_what_is_published() {
        assert_eq!(snake(&Status::StronglyCorroborated), "strongly_corroborated");
        assert_eq!(snake(&Status::Denied), "denied");
    }
}
