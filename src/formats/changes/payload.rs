//! What each kind of change says, beside its story, quotes and cause.

use schemars::JsonSchema;
use serde::Serialize;
use writethru_core::article::ClaimId;
use writethru_core::change;

use super::{RevisionKind, Why};
use crate::formats::claims::{Claim, Level};
use crate::formats::numbers::Hex;
use crate::formats::parts::{Ref, Story};
use crate::formats::stories::{Place, SummaryLine};

/// `story.created`, `activated`, `dormant`, `closed`, `reopened`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Nothing {}

/// `story.updated`
#[derive(Debug, Serialize, JsonSchema)]
pub struct Updated<'a> {
    /// Which of headline, summary, slug, places.
    pub changed: &'a [&'static str],
    /// As it is now.
    pub headline: &'a str,
    /// As it is now.
    pub slug: &'a str,
    /// As it is now.
    pub summary: Vec<SummaryLine<'a>>,
    /// As they are now.
    pub places: Vec<Place<'a>>,
}

/// `story.merged`
#[derive(Debug, Serialize, JsonSchema)]
pub struct Merged<'a> {
    /// The story that goes on; the id redirects to it.
    pub into: Story<'a>,
}

/// `story.split`
#[derive(Debug, Serialize, JsonSchema)]
pub struct Split<'a> {
    /// The new stories.
    pub children: Vec<Story<'a>>,
}

/// `article.joined`
#[derive(Debug, Serialize, JsonSchema)]
pub struct Joined<'a> {
    /// Which, and whether it is a copy.
    pub article: Membership<'a>,
}

/// `article.reclassified`
#[derive(Debug, Serialize, JsonSchema)]
pub struct ArticleReclassified<'a> {
    /// Which, and whether it is a copy after all.
    pub article: Membership<'a>,
}

/// An article of a story.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Membership<'a> {
    /// Which.
    #[serde(flatten)]
    pub article: Ref<'a>,
    /// Has words of its own, or not.
    pub novelty: Novelty,
    /// The root of its copy group.
    pub copy_of: Option<Ref<'a>>,
}

impl<'a> Membership<'a> {
    /// A copy has a root.
    #[must_use]
    pub fn new(article: &'a change::ArticleRef, root: Option<&'a change::ArticleRef>) -> Self {
        let novelty = if root.is_some() { Novelty::Copy } else { Novelty::Original };
        Self { article: article.into(), novelty, copy_of: root.map(Ref::from) }
    }
}

/// Whether an article has words of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words are the terms")]
pub enum Novelty {
    Original,
    Copy,
}

/// `article.revised`
#[derive(Debug, Serialize, JsonSchema)]
pub struct ArticleRevised<'a> {
    /// Which.
    pub article: Ref<'a>,
    /// What it changed.
    pub revision: Revision<'a>,
}

/// What a revision changed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Revision<'a> {
    /// Update, correction, refile, …
    pub kind: RevisionKind,
    /// The publisher's version number.
    pub version: Option<u64>,
    /// The one before it.
    pub previous_version: Option<u64>,
    /// Fact by fact.
    pub fact_changes: Vec<FactChange<'a>>,
}

impl<'a> Revision<'a> {
    /// With its facts.
    #[must_use]
    pub fn new(
        article: &change::ArticleRef,
        kind: change::RevisionKind,
        previous_version: Option<u64>,
        facts: &'a [change::FactChange],
    ) -> Self {
        let fact_changes = facts.iter().map(FactChange::from).collect();
        Self { kind: kind.into(), version: article.version, previous_version, fact_changes }
    }
}

/// What a revision did to one fact.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FactChange<'a> {
    /// The claim, where there is one.
    pub claim: Option<Hex<ClaimId>>,
    /// `added`, `dropped`, `changed` or `reversed`.
    pub change: &'a str,
    /// Earlier words.
    pub from: Option<&'a str>,
    /// Words now.
    pub to: Option<&'a str>,
}

impl<'a> From<&'a change::FactChange> for FactChange<'a> {
    fn from(fact: &'a change::FactChange) -> Self {
        Self {
            claim: fact.claim.map(Hex),
            change: fact.change,
            from: fact.from.as_deref(),
            to: fact.to.as_deref(),
        }
    }
}

/// `article.withdrawn`
#[derive(Debug, Serialize, JsonSchema)]
pub struct ArticleWithdrawn<'a> {
    /// Which.
    pub article: Ref<'a>,
    /// The publisher's note.
    pub notice: Option<&'a str>,
}

/// `article.left`
#[derive(Debug, Serialize, JsonSchema)]
pub struct ArticleLeft<'a> {
    /// Which.
    pub article: Ref<'a>,
    /// The story it went to.
    pub to: Option<Story<'a>>,
}

/// `claim.added`, `corroborated`, `denied`, `disputed`, `resolved`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Claimed<'a> {
    /// As it stands now.
    pub claim: Claim<'a>,
    /// As it stood before, where it had been published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<Previous>,
}

/// A claim before a change.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Previous {
    /// The level as last published.
    pub level: Level,
}

/// `claim.superseded`
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Superseded<'a> {
    /// The earlier value.
    pub claim: Claim<'a>,
    /// As it stood before, where it had been published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<Previous>,
    /// The later value of its series.
    pub superseded_by: Hex<ClaimId>,
}

/// `claim.corrected`
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Corrected<'a> {
    /// The value that was wrong.
    pub claim: Claim<'a>,
    /// As it stood before, where it had been published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<Previous>,
    /// The right one, where the correction gives it.
    pub corrected_by: Option<Hex<ClaimId>>,
}

/// `claim.retracted`: the text is given once more, for the desk; never a quote.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Retracted<'a> {
    /// As it stands now.
    pub claim: Claim<'a>,
    /// As it stood before, where it had been published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<Previous>,
    /// Whether its text must not be published any more.
    pub withhold: bool,
}

impl<'a> Retracted<'a> {
    /// With the text that the document no longer shows.
    #[must_use]
    pub fn new(
        claim: &'a change::ClaimDoc,
        previous: Option<Previous>,
        text: &'a str,
        withhold: bool,
    ) -> Self {
        let mut claim = Claim { text: Some(text), ..Claim::from(claim) };
        if withhold {
            claim.withhold = Some(true);
            claim.evidence.clear();
        }
        Self { claim, previous, withhold }
    }
}

/// `claim.merged`
#[derive(Debug, Serialize, JsonSchema)]
pub struct MergedClaim<'a> {
    /// As it stood.
    pub claim: Claim<'a>,
    /// As it stood before, where it had been published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<Previous>,
    /// The claim that goes on; the id redirects to it.
    pub into: Hex<ClaimId>,
}

/// `claim.level_changed`
#[derive(Debug, Serialize, JsonSchema)]
pub struct LevelChanged<'a> {
    /// As it stands now.
    pub claim: Claim<'a>,
    /// As it stood.
    pub previous: Previous,
    /// The level before.
    pub from: Level,
    /// The level now.
    pub to: Level,
    /// What moved it.
    pub why: Why,
}

/// `decision.applied`
#[derive(Debug, Serialize, JsonSchema)]
pub struct Decided<'a> {
    /// Which.
    pub decision: Decision<'a>,
}

/// A human's decision.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Decision<'a> {
    /// Which.
    pub id: &'a str,
    /// What was done.
    pub action: &'a str,
    /// By whom.
    pub by: &'a str,
    /// To what.
    pub target: &'a str,
    /// Why.
    pub reason: Option<&'a str>,
}
