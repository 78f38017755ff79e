//! What is published: changes, and the document of a story.
//!
//! These are values, complete in themselves; the root renders them. A change's id holds neither
//! settings nor arrival times nor the numbers of levels, so the same change has the same id
//! wherever and whenever it is found again.

use std::sync::Arc;

use serde::Serialize;

use crate::article::{ChangeId, ClaimId, Id, OriginId, SlotId, Span, StoryId, Time};
use crate::claims::Level;
pub use crate::claims::Why;
use crate::decision::Action;
use crate::reading::{ClaimKind, Hop, Modality, NameKind, Part, Quantity, Stance};
pub use crate::revisions::RevisionKind;
use crate::revisions::{FactMove, Move};

/// A published revision, as a reader is pointed to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ArticleRef {
    /// Identity.
    pub uri: Arc<str>,
    /// The publisher's version number.
    pub version: Option<u64>,
    /// Where to read it.
    pub url: Option<Arc<str>>,
    /// Domain or name.
    pub publisher: Arc<str>,
    /// Normalised headline.
    pub headline: Arc<str>,
    /// Declared language.
    pub language: Option<Arc<str>>,
    /// Its own time.
    pub published: Time,
    /// Log time of its arrival.
    pub received: Time,
}

/// The story of a change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StoryRef {
    /// Never changes.
    pub id: StoryId,
    /// Short name.
    pub slug: String,
    /// Current headline.
    pub headline: String,
}

/// A quote with who says it and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Because {
    /// Where it stands.
    pub article: ArticleRef,
    /// Assert or deny.
    pub stance: Stance,
    /// The exact words.
    pub quote: Arc<str>,
    /// Headline or body.
    pub part: Part,
    /// Code points into it.
    pub span: Span,
    /// From the publisher to the root.
    pub chain: Arc<[Hop]>,
    /// When it was first said.
    pub as_of: Time,
}

/// What brought the change about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Cause {
    /// A revision; the ordinal and the digest keep versionless ones apart.
    Article {
        /// Identity.
        uri: Arc<str>,
        /// The publisher's version number.
        version: Option<u64>,
        /// Ordinal of the revision.
        revision: u32,
        /// Digest of its text.
        digest: Id,
    },
    /// A human's decision, by its id.
    Decision(String),
}

/// One origin of a claim, weighed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OriginDoc {
    /// Which class of roots.
    pub id: OriginId,
    /// The name of its best root.
    pub name: Arc<str>,
    /// Assert or deny.
    pub stance: Stance,
    /// r or s, in millionths.
    pub weight: i64,
    /// The rule that joined its roots: `same_root`, `copy`, `owner`, …; `alone` where none did.
    pub rule: &'static str,
}

/// The newest value of one origin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RangeDoc {
    /// Whose.
    pub origin: OriginId,
    /// In thousandths; `None` if open.
    pub low: Option<i64>,
    /// In thousandths; `None` if open.
    pub high: Option<i64>,
    /// When it was said.
    pub as_of: Time,
}

/// A claim as a document or a change shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ClaimDoc {
    /// Which.
    pub id: ClaimId,
    /// The question that it answers.
    pub slot: SlotId,
    /// Event, state, quantity, statement.
    pub kind: ClaimKind,
    /// Fact, forecast or plan.
    pub modality: Modality,
    /// The affirmed proposition; `None` where withheld.
    pub text: Option<String>,
    /// The denier's clause.
    pub denial_text: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// When it happened.
    pub when: Option<Time>,
    /// The number.
    pub quantity: Option<Quantity>,
    /// When the number was said.
    pub as_of: Option<Time>,
    /// The total that this number is a part of.
    pub part_of: Option<ClaimId>,
    /// Each origin's newest value.
    pub range: Vec<RangeDoc>,
    /// How sure.
    pub level: Level,
    /// Who denies it.
    pub denied_by: Vec<String>,
    /// On whom it rests, heaviest first.
    pub origins: Vec<OriginDoc>,
    /// Best first, capped.
    pub evidence: Vec<Because>,
    /// A desk's confirmation.
    pub confirmed: Option<(String, Time)>,
    /// A desk's disbelief.
    pub rejected: Option<(String, Time)>,
    /// Log time of the first evidence.
    pub first_seen: Time,
    /// Log time of the last published change.
    pub last_changed: Time,
    /// The later value of its series.
    pub superseded_by: Option<ClaimId>,
    /// The notice, where a kill left nothing live.
    pub withheld: Option<String>,
}

/// What a revision did to one fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FactChange {
    /// The claim, where there is one.
    pub claim: Option<ClaimId>,
    /// `added`, `dropped`, `changed`, `reversed`.
    pub change: &'static str,
    /// Earlier words.
    pub from: Option<String>,
    /// Words now.
    pub to: Option<String>,
}

impl From<FactMove> for FactChange {
    fn from(fact: FactMove) -> Self {
        let change = match fact.change {
            Move::Added => "added",
            Move::Dropped => "dropped",
            Move::Changed => "changed",
            Move::Reversed => "reversed",
        };
        Self { claim: fact.claim, change, from: fact.from, to: fact.to }
    }
}

/// What a change says, by kind. The name of its type is [`Body::name`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the kinds are listed and explained in the design, section 4")]
pub enum Body {
    StoryCreated,
    StoryActivated,
    /// Which of headline, summary, slug, places changed.
    StoryUpdated {
        changed: Vec<&'static str>,
        headline: String,
        slug: String,
        summary: Vec<SummaryLine>,
        places: Vec<NameDoc>,
    },
    StoryMerged {
        into: StoryRef,
    },
    StorySplit {
        children: Vec<StoryRef>,
    },
    StoryDormant,
    StoryClosed,
    StoryReopened,
    ArticleJoined {
        article: ArticleRef,
        copy_of: Option<ArticleRef>,
    },
    ArticleRevised {
        article: ArticleRef,
        kind: RevisionKind,
        previous_version: Option<u64>,
        facts: Vec<FactChange>,
    },
    ArticleReclassified {
        article: ArticleRef,
        copy_of: Option<ArticleRef>,
    },
    ArticleWithdrawn {
        article: ArticleRef,
        notice: Option<String>,
    },
    ArticleLeft {
        article: ArticleRef,
        to: Option<StoryRef>,
    },
    ClaimAdded {
        claim: Box<ClaimDoc>,
    },
    ClaimCorroborated {
        claim: Box<ClaimDoc>,
    },
    ClaimDenied {
        claim: Box<ClaimDoc>,
    },
    ClaimDisputed {
        claim: Box<ClaimDoc>,
    },
    ClaimResolved {
        claim: Box<ClaimDoc>,
    },
    ClaimSuperseded {
        claim: Box<ClaimDoc>,
        by: ClaimId,
    },
    ClaimCorrected {
        claim: Box<ClaimDoc>,
        by: Option<ClaimId>,
    },
    /// With `withhold` the text is given once more, for the desk.
    ClaimRetracted {
        claim: Box<ClaimDoc>,
        text: String,
        withhold: bool,
    },
    ClaimMerged {
        claim: Box<ClaimDoc>,
        into: ClaimId,
    },
    ClaimLevelChanged {
        claim: Box<ClaimDoc>,
        from: Level,
        to: Level,
        why: Why,
    },
    DecisionApplied {
        decision: String,
        action: String,
        by: String,
        target: String,
        reason: Option<String>,
    },
}

/// One sentence of a summary.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SummaryLine {
    /// The sentence.
    pub text: String,
    /// Where it stands.
    pub article: ArticleRef,
    /// Code points into that revision's text.
    pub span: Span,
}

/// A name that a story's articles use.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NameDoc {
    /// As written.
    pub name: String,
    /// Person, place, organisation.
    pub kind: NameKind,
}

/// One published event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Stable over replays.
    pub id: ChangeId,
    /// Which desk.
    pub desk: String,
    /// Which story.
    pub story: StoryRef,
    /// The cause's own time.
    pub time: Time,
    /// Log time.
    pub recorded: Time,
    /// Number within the story, from 1.
    pub sequence: u64,
    /// Number within the desk, from 1.
    pub desk_sequence: u64,
    /// What brought it about.
    pub cause: Cause,
    /// What happened.
    pub body: Body,
    /// Who says so.
    pub because: Vec<Because>,
    /// The level as last published before, of a claim that had been published.
    pub previous: Option<Level>,
}

/// The words that stand before a claim's own on a story's timeline, by the name of what happened.
#[must_use]
pub fn happened(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "claim.added" => "New",
        "claim.corroborated" => "Another origin",
        "claim.denied" => "Denied",
        "claim.disputed" => "Disputed",
        "claim.resolved" => "Dispute over",
        "claim.superseded" => "Overtaken",
        "claim.corrected" => "Corrected",
        "claim.retracted" => "Taken back",
        _ => return None,
    })
}

/// Where a story stands in its life.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, serde::Deserialize,
)]
#[expect(missing_docs, reason = "the terms are those of the design")]
pub enum Life {
    #[default]
    Emerging,
    Active,
    Dormant,
    Closed,
    Withdrawn,
}

/// An article as a document lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ArticleDoc {
    /// Which.
    pub article: ArticleRef,
    /// The root of its copy group, where it is a copy.
    pub copy_of: Option<ArticleRef>,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
}

/// One line of a story's timeline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TimelineDoc {
    /// The change's time.
    pub time: Time,
    /// Which change.
    pub change: ChangeId,
    /// In words.
    pub text: String,
}

/// The current record of one story.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StoryDoc {
    /// Id, slug and headline.
    pub story: StoryRef,
    /// Emerging, active, …
    pub state: Life,
    /// Which desk.
    pub desk: String,
    /// Most frequent language of its articles.
    pub language: Option<Arc<str>>,
    /// Whose headline it is.
    pub headline_source: Option<ArticleRef>,
    /// The most urgent of its articles.
    pub urgency: Option<u8>,
    /// All codes of its articles, sorted.
    pub subjects: Vec<String>,
    /// Sequence of its last change.
    pub version: u64,
    /// Log time of its first article.
    pub opened: Time,
    /// Log time of its last change.
    pub updated: Time,
    /// Stories that were merged into it.
    pub merged_from: Vec<StoryId>,
    /// Names by prominence.
    pub names: Vec<NameDoc>,
    /// At most three sentences.
    pub summary: Vec<SummaryLine>,
    /// Newest first, capped.
    pub articles: Vec<ArticleDoc>,
    /// All of them, counted.
    pub article_count: u32,
    /// In order of first appearance, capped.
    pub claims: Vec<ClaimDoc>,
    /// All of them, counted.
    pub claim_count: u32,
    /// Newest last, capped.
    pub timeline: Vec<TimelineDoc>,
    /// What humans decided about it, newest last, capped.
    pub decisions: Vec<DecisionDoc>,
}

/// A human's decision, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DecisionDoc {
    /// The sender's own.
    pub id: String,
    /// What was done.
    pub action: Action,
    /// To which story or claim.
    pub target: Id,
    /// Who.
    pub by: String,
    /// Log time.
    pub at: Time,
    /// Why; `None` where it may not be shown any more.
    pub reason: Option<String>,
    /// The pinned headline, unless it may not be shown any more.
    pub words: Option<String>,
    /// The other story: with which it was merged, or which was split off.
    pub other: Option<StoryId>,
    /// What took it back: the id of a decision, or `withdrawal`.
    pub revoked_by: Option<String>,
}

impl Body {
    /// The type without prefix and version: `claim.corroborated`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::StoryCreated => "story.created",
            Self::StoryActivated => "story.activated",
            Self::StoryUpdated { .. } => "story.updated",
            Self::StoryMerged { .. } => "story.merged",
            Self::StorySplit { .. } => "story.split",
            Self::StoryDormant => "story.dormant",
            Self::StoryClosed => "story.closed",
            Self::StoryReopened => "story.reopened",
            Self::ArticleJoined { .. } => "article.joined",
            Self::ArticleRevised { .. } => "article.revised",
            Self::ArticleReclassified { .. } => "article.reclassified",
            Self::ArticleWithdrawn { .. } => "article.withdrawn",
            Self::ArticleLeft { .. } => "article.left",
            Self::ClaimAdded { .. } => "claim.added",
            Self::ClaimCorroborated { .. } => "claim.corroborated",
            Self::ClaimDenied { .. } => "claim.denied",
            Self::ClaimDisputed { .. } => "claim.disputed",
            Self::ClaimResolved { .. } => "claim.resolved",
            Self::ClaimSuperseded { .. } => "claim.superseded",
            Self::ClaimCorrected { .. } => "claim.corrected",
            Self::ClaimRetracted { .. } => "claim.retracted",
            Self::ClaimMerged { .. } => "claim.merged",
            Self::ClaimLevelChanged { .. } => "claim.level_changed",
            Self::DecisionApplied { .. } => "decision.applied",
        }
    }
}

/// What a change's id is made of: story, type, cause, how often the story was woken (for the
/// changes that time alone brings) and payload, without arrival times, settings
/// and the numbers of levels.
#[must_use]
pub fn identity(story: StoryId, cause: &Cause, life: u32, body: &Body) -> Vec<u8> {
    let body = body.settled();
    postcard::to_stdvec(&(story, cause, life, body.name(), &body))
        .expect("changes are plain data, which always encodes")
}

impl Body {
    /// The claim whose words stand for this change on a story's timeline.
    #[must_use]
    pub fn on_timeline(&self) -> Option<ClaimId> {
        match self {
            Self::ClaimAdded { claim }
            | Self::ClaimCorroborated { claim }
            | Self::ClaimDenied { claim }
            | Self::ClaimDisputed { claim }
            | Self::ClaimResolved { claim }
            | Self::ClaimSuperseded { claim, .. }
            | Self::ClaimCorrected { claim, .. }
            | Self::ClaimRetracted { claim, .. } => Some(claim.id),
            _ => None,
        }
    }

    /// The article, of a change of an article.
    #[must_use]
    pub const fn article(&self) -> Option<&ArticleRef> {
        match self {
            Self::ArticleJoined { article, .. }
            | Self::ArticleRevised { article, .. }
            | Self::ArticleReclassified { article, .. }
            | Self::ArticleWithdrawn { article, .. }
            | Self::ArticleLeft { article, .. } => Some(article),
            _ => None,
        }
    }

    /// The claim that it is about, as it stands.
    #[must_use]
    pub fn claim(&self) -> Option<&ClaimDoc> {
        match self {
            Self::ClaimAdded { claim }
            | Self::ClaimCorroborated { claim }
            | Self::ClaimDenied { claim }
            | Self::ClaimDisputed { claim }
            | Self::ClaimResolved { claim }
            | Self::ClaimSuperseded { claim, .. }
            | Self::ClaimCorrected { claim, .. }
            | Self::ClaimRetracted { claim, .. }
            | Self::ClaimMerged { claim, .. }
            | Self::ClaimLevelChanged { claim, .. } => Some(claim),
            _ => None,
        }
    }

    /// Whether it is a step in a story's life, which a story may take more than once.
    #[must_use]
    pub const fn is_of_life(&self) -> bool {
        matches!(self, Self::StoryDormant | Self::StoryClosed | Self::StoryReopened)
    }

    /// Without what a replay, a mirror or another configuration may give otherwise.
    fn settled(&self) -> Self {
        if let Some(settled) = self.settled_claim() {
            return settled;
        }
        let mut body = self.clone();
        let still = |article: &mut ArticleRef| article.received = Time::EPOCH;
        match &mut body {
            Self::StoryUpdated { summary, .. } => {
                summary.iter_mut().for_each(|line| still(&mut line.article));
            }
            Self::ArticleJoined { article, copy_of }
            | Self::ArticleReclassified { article, copy_of } => {
                still(article);
                copy_of.iter_mut().for_each(still);
            }
            Self::ArticleRevised { article, .. }
            | Self::ArticleWithdrawn { article, .. }
            | Self::ArticleLeft { article, .. } => still(article),
            _ => {}
        }
        body
    }

    /// The same of a change that is about a claim.
    fn settled_claim(&self) -> Option<Self> {
        let claim = Box::new(self.claim()?.settled());
        Some(match self {
            Self::ClaimAdded { .. } => Self::ClaimAdded { claim },
            Self::ClaimCorroborated { .. } => Self::ClaimCorroborated { claim },
            Self::ClaimDenied { .. } => Self::ClaimDenied { claim },
            Self::ClaimDisputed { .. } => Self::ClaimDisputed { claim },
            Self::ClaimResolved { .. } => Self::ClaimResolved { claim },
            Self::ClaimSuperseded { by, .. } => Self::ClaimSuperseded { claim, by: *by },
            Self::ClaimCorrected { by, .. } => Self::ClaimCorrected { claim, by: *by },
            Self::ClaimRetracted { text, withhold, .. } => {
                Self::ClaimRetracted { claim, text: text.clone(), withhold: *withhold }
            }
            Self::ClaimMerged { into, .. } => Self::ClaimMerged { claim, into: *into },
            Self::ClaimLevelChanged { from, to, why, .. } => {
                Self::ClaimLevelChanged { claim, from: from.settled(), to: to.settled(), why: *why }
            }
            _ => return None,
        })
    }
}

impl ClaimDoc {
    /// What the claim says; how sure it is and on whom it rests belong to the configuration.
    fn settled(&self) -> Self {
        Self {
            id: self.id,
            slot: self.slot,
            text: self.text.clone(),
            denial_text: self.denial_text.clone(),
            quantity: self.quantity.clone(),
            ..Self::default()
        }
    }
}

impl Level {
    fn settled(self) -> Self {
        Self { p: 0, uncertainty: 0, conflict: 0, ..self }
    }
}
