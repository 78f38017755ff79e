//! The document of a story: one bare JSON object, complete in itself.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use writethru_core::article::{ChangeId, Id, StoryId};
use writethru_core::change::{self, ClaimDoc, NameDoc, StoryDoc};
use writethru_core::reading::NameKind;

use super::changes::payload::Novelty;
use super::claims::Claim;
use super::numbers::{Hex, Range, Stamp};
use super::parts::{Ref, words};

/// The line of one document.
#[must_use]
pub fn line(story: &StoryDoc) -> Vec<u8> {
    super::line(&document(story))
}

/// The line of one document whose claims are rendered already.
#[must_use]
pub fn line_with(story: &StoryDoc, claims: Vec<&RawValue>) -> Vec<u8> {
    super::line(&document_with(story, claims))
}

/// A claim as it stands in a document.
#[must_use]
pub fn claim(claim: &ClaimDoc) -> Box<RawValue> {
    to_raw_value(&Claim::from(claim)).expect("formats are plain data with text keys")
}

/// The public twin of a story.
#[must_use]
pub fn document(story: &StoryDoc) -> Document<'_> {
    document_with(story, story.claims.iter().map(Claim::from).collect())
}

fn document_with<C>(story: &StoryDoc, claims: Vec<C>) -> Document<'_, C> {
    let named = |kind| story.names.iter().filter(move |name| name.kind == kind);
    Document {
        id: Hex(story.story.id),
        state: story.state.into(),
        desk: &story.desk,
        language: story.language.as_deref(),
        slug: &story.story.slug,
        headline: &story.story.headline,
        headline_source: story.headline_source.as_ref().map(Ref::from),
        urgency: story.urgency,
        subjects: &story.subjects,
        version: story.version,
        opened: Stamp(story.opened),
        updated: Stamp(story.updated),
        merged_from: story.merged_from.iter().copied().map(Hex).collect(),
        places: named(NameKind::Place).map(Place::from).collect(),
        people: named(NameKind::Person).map(Name::from).collect(),
        organisations: named(NameKind::Organisation).map(Name::from).collect(),
        summary: story.summary.iter().map(SummaryLine::from).collect(),
        articles: story.articles.iter().map(Member::from).collect(),
        article_count: story.article_count,
        claims,
        claim_count: story.claim_count,
        timeline: story.timeline.iter().map(Moment::from).collect(),
        decisions: story.decisions.iter().map(Decided::from).collect(),
    }
}

/// The current record of one story.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StoryDocument")]
pub struct Document<'a, C = Claim<'a>> {
    /// Never changes; merged ids redirect.
    pub id: Hex<StoryId>,
    /// Where it stands in its life.
    pub state: State,
    /// The story space.
    pub desk: &'a str,
    /// Most frequent language of its articles.
    pub language: Option<&'a str>,
    /// Short name.
    pub slug: &'a str,
    /// Current headline.
    pub headline: &'a str,
    /// Whose headline it is.
    pub headline_source: Option<Ref<'a>>,
    /// The most urgent of its articles, 1 to 9.
    pub urgency: Option<u8>,
    /// All codes of its articles.
    pub subjects: &'a [String],
    /// The sequence of its last change.
    pub version: u64,
    /// Log time of its first article.
    pub opened: Stamp,
    /// Log time of its last change.
    pub updated: Stamp,
    /// Stories that were merged into it.
    pub merged_from: Vec<Hex<StoryId>>,
    /// Places by prominence.
    pub places: Vec<Place<'a>>,
    /// People by prominence.
    pub people: Vec<Name<'a>>,
    /// Organisations by prominence.
    pub organisations: Vec<Name<'a>>,
    /// At most three sentences.
    pub summary: Vec<SummaryLine<'a>>,
    /// Newest first, capped.
    pub articles: Vec<Member<'a>>,
    /// All of them, counted.
    pub article_count: u32,
    /// In order of first appearance, capped.
    pub claims: Vec<C>,
    /// All of them, counted.
    pub claim_count: u32,
    /// Newest last, capped.
    pub timeline: Vec<Moment<'a>>,
    /// What humans decided about it, newest last, capped.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<Decided<'a>>,
}

words! {
    /// Where a story stands in its life.
    State = change::Life { Emerging, Active, Dormant, Closed, Withdrawn }
}

/// A place that the story's articles name.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Place")]
pub struct Place<'a> {
    /// As written.
    pub name: &'a str,
    /// In a gazetteer, where one is configured.
    pub id: Option<&'a str>,
    /// ISO 3166-1.
    pub country: Option<&'a str>,
    /// Degrees north.
    pub lat: Option<f64>,
    /// Degrees east.
    pub lon: Option<f64>,
}

impl<'a> From<&'a NameDoc> for Place<'a> {
    fn from(name: &'a NameDoc) -> Self {
        Self { name: &name.name, id: None, country: None, lat: None, lon: None }
    }
}

/// A person or organisation that the story's articles name.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Name")]
pub struct Name<'a> {
    /// As written.
    pub name: &'a str,
    /// In a list of names, where one is configured.
    pub id: Option<&'a str>,
}

impl<'a> From<&'a NameDoc> for Name<'a> {
    fn from(name: &'a NameDoc) -> Self {
        Self { name: &name.name, id: None }
    }
}

/// One sentence of the summary, with where it stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "SummaryLine")]
pub struct SummaryLine<'a> {
    /// The sentence.
    pub text: &'a str,
    /// The revision it is taken from.
    pub article: Ref<'a>,
    /// Code points into that revision's text.
    pub span: Range,
}

impl<'a> From<&'a change::SummaryLine> for SummaryLine<'a> {
    fn from(line: &'a change::SummaryLine) -> Self {
        Self { text: &line.text, article: (&line.article).into(), span: Range(line.span) }
    }
}

/// An article of the story.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Member")]
pub struct Member<'a> {
    /// Which.
    #[serde(flatten)]
    pub article: Ref<'a>,
    /// Has words of its own, or not.
    pub novelty: Novelty,
    /// The root of its copy group.
    pub copy_of: Option<Ref<'a>>,
    /// Whether it was withdrawn.
    pub state: MemberState,
}

impl<'a> From<&'a change::ArticleDoc> for Member<'a> {
    fn from(member: &'a change::ArticleDoc) -> Self {
        let copy_of = member.copy_of.as_ref().map(Ref::from);
        Self {
            article: (&member.article).into(),
            novelty: if copy_of.is_some() { Novelty::Copy } else { Novelty::Original },
            copy_of,
            state: if member.withdrawn { MemberState::Withdrawn } else { MemberState::Live },
        }
    }
}

/// Whether an article was withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words are the terms")]
pub enum MemberState {
    Live,
    Withdrawn,
}

/// One line of the timeline.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Moment")]
pub struct Moment<'a> {
    /// The change's own time.
    pub time: Stamp,
    /// Which change.
    pub change: Hex<ChangeId>,
    /// In words.
    pub text: &'a str,
}

impl<'a> From<&'a change::TimelineDoc> for Moment<'a> {
    fn from(moment: &'a change::TimelineDoc) -> Self {
        Self { time: Stamp(moment.time), change: Hex(moment.change), text: &moment.text }
    }
}

/// What a human decided, as it stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Decided")]
pub struct Decided<'a> {
    /// The sender's own.
    pub id: &'a str,
    /// `pin_headline`, `merge`, `split`, `mute`, `confirm`, `reject` or `revoke`.
    pub action: &'a str,
    /// The story or claim; for a revoke, that of the decision which it takes back.
    pub target: Hex<Id>,
    /// Who.
    pub by: &'a str,
    /// Log time.
    pub at: Stamp,
    /// Why; `null` where it may not be shown any more.
    pub reason: Option<&'a str>,
    /// The pinned headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headline: Option<&'a str>,
    /// The other story: with which it was merged, or which was split off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<Hex<StoryId>>,
    /// What took it back: the id of a decision, or `withdrawal`.
    pub revoked_by: Option<&'a str>,
}

impl<'a> From<&'a change::DecisionDoc> for Decided<'a> {
    fn from(decided: &'a change::DecisionDoc) -> Self {
        Self {
            id: &decided.id,
            action: decided.action.name(),
            target: Hex(decided.target),
            by: &decided.by,
            at: Stamp(decided.at),
            reason: decided.reason.as_deref(),
            headline: decided.words.as_deref(),
            other: decided.other.map(Hex),
            revoked_by: decided.revoked_by.as_deref(),
        }
    }
}
