//! Alert rules: what a desk wants to be told at once.
//!
//! A rule's condition is compiled outside of core; here it is asked through [`Judge`] about named
//! [`Fact`]s of one change, integers and words only, so that it answers the same everywhere.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// One rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertRule {
    /// Tells it from the others; part of an alert's id.
    pub name: String,
    /// From 1, the gravest.
    pub priority: u8,
    /// One alert for each claim, or for each story.
    pub scope: Scope,
    /// Template of the headline.
    pub headline: String,
    /// Template of the text.
    pub text: String,
}

/// What there is one alert of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Each claim.
    #[default]
    Claim,
    /// Each story.
    Story,
}

/// All rules, in the order in which they are asked.
#[derive(Clone, Debug, Default)]
pub struct AlertRules {
    /// The rules.
    pub rules: Vec<AlertRule>,
    /// Their conditions; without one, no rule ever holds.
    pub judge: Option<Arc<dyn Judge>>,
    /// Fields that a condition looks at.
    pub fields: BTreeSet<&'static str>,
}

impl AlertRules {
    /// Whether a condition looks at anything of this group (`story.`).
    #[must_use]
    pub fn look_at(&self, group: &str) -> bool {
        self.fields.iter().any(|field| field.starts_with(group))
    }

    /// The rule of a name.
    #[must_use]
    pub fn rule(&self, name: &str) -> Option<&AlertRule> {
        self.rules.iter().find(|rule| rule.name == name)
    }

    /// The rules that hold for one change, in their order.
    pub fn holding(&self, facts: &dyn Facts) -> impl Iterator<Item = &AlertRule> {
        let judge = self.judge.as_deref();
        let rules = self.rules.iter().enumerate();
        rules
            .filter(move |(at, _)| judge.is_some_and(|judge| judge.holds(*at, facts)))
            .map(|(_, rule)| rule)
    }
}

/// Answers the conditions of the rules. The same facts always get the same answer.
pub trait Judge: fmt::Debug + Send + Sync {
    /// Whether the condition of a rule, by its number, holds.
    fn holds(&self, rule: usize, facts: &dyn Facts) -> bool;
}

/// What a condition may look at.
pub trait Facts: Sync {
    /// A field of [`FIELDS`]; `None` for other names.
    fn fact(&self, field: &str) -> Option<Fact<'_>>;
}

/// The value of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact<'a> {
    /// Words; empty where there are none.
    Text(&'a str),
    /// A count.
    Whole(i64),
    /// A number in thousandths.
    Thousandths(i64),
    /// Yes or no.
    Is(bool),
    /// Words in order.
    List(Vec<&'a str>),
}

/// Which kind of value a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// [`Fact::Text`].
    Text,
    /// [`Fact::Whole`].
    Whole,
    /// [`Fact::Thousandths`].
    Number,
    /// [`Fact::Is`].
    Truth,
    /// [`Fact::List`].
    List,
}

/// What stands in braces in a template.
pub const PLACEHOLDERS: [&str; 13] = [
    "claim",
    "sources",
    "status",
    "likelihood",
    "confidence",
    "denied",
    "notice",
    "story",
    "publisher",
    "place",
    "value",
    "desk",
    "rule",
];

/// Words of one list that a condition sees; the rest is cut.
pub const LIST_MAX: usize = 32;

/// All fields with their kinds and what they say, in the order of the documentation.
pub const FIELDS: [(&str, FactKind, &str); 39] = {
    use FactKind::{List, Number, Text, Truth, Whole};
    [
        ("desk", Text, "the desk"),
        ("change.kind", Text, "what happened: claim.added, article.withdrawn, …"),
        ("change.why", Text, "of claim.level_changed: new_origin, denial, withdrawal, …"),
        ("article.publisher", Text, "of an article's change: its publisher"),
        ("article.revision", Text, "of article.revised: update, correction, …"),
        ("article.notice", Text, "of article.withdrawn: the publisher's note"),
        ("article.copy", Truth, "of article.joined: it is a copy"),
        ("claim.kind", Text, "event, state, quantity, statement"),
        ("claim.modality", Text, "fact, forecast, plan"),
        ("claim.text", Text, "the affirmed proposition"),
        ("claim.place", Text, "where"),
        ("claim.status", Text, "what stands: single_origin, corroborated, disputed, …"),
        ("claim.previous", Text, "of claim.level_changed: the status before"),
        ("claim.likelihood", Text, "likely, very_likely, …"),
        ("claim.confidence", Text, "low, moderate, high"),
        ("claim.basis", Text, "attributed, first_hand, own_act"),
        ("claim.dispute", Text, "none, outweighed, open"),
        ("claim.origins", Whole, "independent origins that assert it"),
        ("claim.p", Number, "probability, 0 to 1"),
        ("claim.indicator", Text, "what a number counts: killed, injured, …"),
        ("claim.value", Number, "the number; 0 where there is none"),
        ("claim.low", Number, "its lower end; 0 where it is open"),
        ("claim.high", Number, "its upper end; 0 where it is open"),
        ("claim.unit", Text, "USD, percent, …; empty for heads"),
        ("claim.population", Text, "who or what is counted"),
        ("claim.part", Truth, "the number is a part of another one"),
        ("claim.denied_by", List, "who denies it"),
        ("claim.alerted", Truth, "an alert of another rule was open on it before"),
        ("claim.confirmed", Truth, "the desk confirmed it"),
        ("story.headline", Text, "the current headline"),
        ("story.state", Text, "emerging, active, dormant, closed, withdrawn"),
        ("story.language", Text, "the language of its newest article that declares one"),
        ("story.articles", Whole, "how many articles it has"),
        ("story.urgency", Whole, "1 (most urgent) to 9; 0 where none is given"),
        ("story.subjects", List, "codes of its articles"),
        ("story.places", List, "its places"),
        ("story.people", List, "people that its newest articles name"),
        ("story.organisations", List, "organisations that they name"),
        ("sources", List, "names of the origins that assert the claim, heaviest first"),
    ]
};
