//! Rows of a desk: articles, stories, timers. Small, so that one article never rewrites a story.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::article::{ArticleId, ChangeId, ClaimId, Id, Span, StoryId, Time};
use crate::change::{ArticleRef, Life};
use crate::copies::Sketch;
use crate::reading::{Name, Reading};
use crate::stories::Vector;
use crate::stories::summary::Terms;

/// The desk's clock and counters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskRow {
    /// Log time: the running maximum.
    pub now: Time,
    /// Number of the last change.
    pub sequence: u64,
    /// Number of the last article that arrived.
    pub arrivals: u64,
}

/// One version that has been here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionMark {
    /// The publisher's version number.
    pub version: Option<u64>,
    /// Digest of its text.
    pub digest: Id,
    /// Its headline.
    pub headline: Arc<str>,
    /// What its headline is about.
    #[serde(skip)]
    pub headline_terms: Terms,
    /// Its own time.
    pub published: Time,
    /// Log time of its arrival.
    pub received: Time,
}

/// How far an article's versions have come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The highest version number.
    pub version: Option<u64>,
    /// The latest of the versions' own times.
    pub published: Time,
}

impl Seen {
    /// Takes note of one more version.
    pub fn note(&mut self, version: Option<u64>, published: Time) {
        self.version = self.version.max(version);
        self.published = self.published.max(published);
    }
}

/// How an article was taken back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// Log time.
    pub at: Time,
    /// The highest version that it covers; only a higher one reinstates.
    pub version: Option<u64>,
    /// The editor's note or the headline that said so.
    pub notice: Option<String>,
}

/// A sentence that may serve in a summary.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lede {
    /// The sentence.
    pub text: String,
    /// What it is about.
    #[serde(skip)]
    pub terms: Terms,
    /// Code points into the newest revision's text.
    pub span: Span,
}

/// The lineage of one item at one publisher.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleRow {
    /// Identity.
    pub uri: Arc<str>,
    /// Where to read it.
    pub url: Option<Arc<str>>,
    /// Domain or name.
    pub publisher: Arc<str>,
    /// Declared language.
    pub language: Option<Arc<str>>,
    /// Number of its arrival at the desk.
    pub arrival: u64,
    /// Its story.
    pub story: StoryId,
    /// Versions that have been here, the newest last, capped.
    pub revisions: Vec<RevisionMark>,
    /// Ordinal of the newest of them, from 1.
    pub revision: u32,
    /// The highest version and time that came, repeats included: what an older one is older than.
    pub seen: Seen,
    /// Its first publication.
    pub published: Time,
    /// Log time of its first arrival.
    pub received: Time,
    /// The root of its copy group, where it is a copy.
    pub copy_of: Option<ArticleId>,
    /// Taken back.
    pub withdrawn: Option<Withdrawn>,
    /// Passages, for finding copies.
    pub sketch: Sketch,
    /// Weighted terms, for placing.
    pub vector: Vector,
    /// Names, most prominent first, capped.
    pub names: Vec<Name>,
    /// Opening sentences.
    pub ledes: Vec<Lede>,
    /// 1 (most urgent) to 9.
    pub urgency: Option<u8>,
    /// Codes.
    pub subjects: Vec<String>,
}

impl ArticleRow {
    /// The newest version.
    #[must_use]
    pub fn newest(&self) -> &RevisionMark {
        self.revisions.last().expect("an article has at least the version that brought it here")
    }

    /// How a reader is pointed to one of its revisions, by ordinal.
    #[must_use]
    pub fn reference(&self, revision: u32) -> ArticleRef {
        let back = usize::try_from(self.revision.saturating_sub(revision)).unwrap_or(0);
        let at = self.revisions.len().saturating_sub(1).saturating_sub(back);
        let mark = self.revisions.get(at).unwrap_or_else(|| self.newest());
        ArticleRef {
            uri: self.uri.clone(),
            version: mark.version,
            url: self.url.clone(),
            publisher: self.publisher.clone(),
            headline: mark.headline.clone(),
            language: self.language.clone(),
            published: mark.published,
            received: mark.received,
        }
    }
}

/// A developing event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryRow {
    /// Emerging, active, …
    pub state: Life,
    /// Current headline.
    pub headline: String,
    /// Whose headline it is.
    pub headline_source: Option<ArticleId>,
    /// Short name.
    pub slug: String,
    /// Summary sentences: which article, which of its ledes.
    pub summary: Vec<(ArticleId, Lede)>,
    /// Places by prominence.
    pub places: Vec<String>,
    /// Number of its last change.
    pub sequence: u64,
    /// Log time of its first article.
    pub opened: Time,
    /// Log time of its last change.
    pub updated: Time,
    /// Log time of its last new article or revision: what the life cycle counts from.
    pub stirred: Time,
    /// Its timer, so that it can be moved.
    pub due: Option<Time>,
    /// How often it was woken: its second sleep is another change than its first.
    pub reopened: u32,
    /// Stories that were merged into it.
    pub merged_from: Vec<StoryId>,
    /// A human pinned this headline.
    pub pinned: Option<String>,
    /// Stories that a human keeps apart from this one.
    pub apart: Vec<StoryId>,
    /// First sequence number that the timeline still has.
    pub timeline_from: u64,
    /// Claims that are told in documents.
    pub claim_count: u32,
}

/// One line of the timeline: the words are the claim's own, so a withheld claim has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineRow {
    /// The change's time.
    pub time: Time,
    /// Which change.
    pub change: ChangeId,
    /// `claim.added` and so on.
    pub kind: String,
    /// About which claim.
    pub claim: Option<ClaimId>,
}

/// What becomes due in log time, in the order in which equal times fire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Timer {
    /// A parked revision enters.
    Release(ParkedKey),
    /// A state has faded.
    Fade(ClaimId),
    /// A story has been quiet: next step of its life.
    Story(StoryId),
    /// A tombstone is forgotten.
    Tombstone(ArticleId),
}

/// Which parked revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ParkedKey {
    /// Of which article.
    pub article: ArticleId,
    /// When the embargo ends.
    pub until: Time,
    /// Number of its arrival at the desk.
    pub arrival: u64,
}

/// A withdrawal of something that is not known here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// Its uri.
    pub uri: String,
    /// How it was taken back.
    pub withdrawn: Withdrawn,
}

impl Tombstone {
    /// What a withdrawing revision leaves behind.
    #[must_use]
    pub fn of(reading: &Reading, at: Time) -> Self {
        let article = &reading.article;
        let headline = Some(&reading.headline).filter(|it| !it.is_empty());
        let notice = article.ed_note.as_ref().or(headline).cloned();
        Self {
            uri: article.uri.clone(),
            withdrawn: Withdrawn { at, version: article.version, notice },
        }
    }
}
