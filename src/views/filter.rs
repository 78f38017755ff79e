//! Which changes and stories a reader wants.

use writethru_core::article::{StoryId, Time};

use super::facts::Facts;
use super::shelf::Brief;

/// What was asked for; nothing asked means everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The story space.
    pub desk: Option<String>,
    /// A place that the claim or the story names, whatever the case.
    pub place: Option<String>,
    /// A person that the story names, whatever the case.
    pub person: Option<String>,
    /// What a number counts: `killed`.
    pub indicator: Option<String>,
    /// What stands: `disputed`.
    pub status: Option<String>,
    /// The beginning of a type: `claim.` or `claim.denied`.
    pub kind: Option<String>,
    /// The rule of an alert; no change has one.
    pub rule: Option<String>,
    /// Alerts of this priority and graver ones: 1 is the gravest.
    pub priority: Option<u8>,
    /// One story.
    pub story: Option<StoryId>,
    /// Log time from here on...
    pub since: Option<Time>,
    /// ...and up to here.
    pub until: Option<Time>,
}

impl Filter {
    /// Whether a change or an alert event is wanted; `story` is what is known of its story.
    #[must_use]
    pub fn wants(&self, facts: &Facts, story: Option<&Brief>) -> bool {
        let is = |asked: &Option<String>, found: Option<&str>| match asked {
            Some(asked) => found.is_some_and(|found| same(asked, found)),
            None => true,
        };
        let named = |asked: &Option<String>, own: Option<&str>, names: fn(&Brief) -> &[String]| {
            is(asked, own) || asked.as_ref().is_some_and(|it| has(story, it, names))
        };
        is(&self.desk, Some(&facts.desk))
            && is(&self.status, facts.status.as_deref())
            && is(&self.indicator, facts.indicator.as_deref())
            && named(&self.place, facts.place.as_deref(), |story| &story.places)
            && named(&self.person, None, |story| &story.people)
            && self.kind.as_ref().is_none_or(|kind| facts.kind.starts_with(kind.as_str()))
            && self.wants_rule(facts)
            && self.story.is_none_or(|story| story == facts.story)
            && self.since.is_none_or(|since| since <= facts.recorded)
            && self.until.is_none_or(|until| facts.recorded <= until)
    }

    fn wants_rule(&self, facts: &Facts) -> bool {
        let rule = |asked: &String| facts.rule.as_ref().is_some_and(|(rule, _)| rule == asked);
        let grave = |most: u8| facts.rule.as_ref().is_some_and(|(_, priority)| *priority <= most);
        self.rule.as_ref().is_none_or(rule) && self.priority.is_none_or(grave)
    }

    /// Whether a story is wanted.
    #[must_use]
    pub fn wants_story(&self, story: &Brief, moved: Time) -> bool {
        let named = |asked: &Option<String>, names: &[String]| {
            asked.as_ref().is_none_or(|asked| names.iter().any(|name| same(asked, name)))
        };
        self.desk.as_ref().is_none_or(|desk| same(desk, &story.desk))
            && named(&self.place, &story.places)
            && named(&self.person, &story.people)
            && named(&self.indicator, &story.indicators)
            && self.status.as_ref().is_none_or(|status| {
                story.levels.iter().any(|(known, count)| same(status, known) && *count > 0)
            })
            && self.since.is_none_or(|since| since <= moved)
            && self.until.is_none_or(|until| moved <= until)
    }
}

fn has(story: Option<&Brief>, asked: &str, names: fn(&Brief) -> &[String]) -> bool {
    story.is_some_and(|story| names(story).iter().any(|name| same(asked, name)))
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
