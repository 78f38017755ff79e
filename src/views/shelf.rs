//! The newest document of each story, by its last change that a reader could see.
//!
//! Bounded in number and bytes; the story that was longest without such a change leaves first.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde_json::Value;
use writethru_core::article::{ClaimId, StoryId, Time};

use super::facts::{Facts, LastChange, claim_id, story_id, time};

/// Steps from a merged id to the story that goes on.
const MERGE_STEPS_MAX: usize = 32;
/// Merged ids that are kept for each story that may be kept.
const MERGED_PER_STORY_MAX: usize = 4;

/// One story.
#[derive(Clone, Debug)]
pub struct Shelved {
    /// The document, as it was published.
    pub json: Bytes,
    /// What a list shows of it.
    pub brief: Brief,
    /// Log time of the last change that a reader could see.
    pub moved: Time,
    /// That change.
    pub last: Option<LastChange>,
}

/// What a list shows of a story.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brief {
    /// Which.
    pub id: StoryId,
    /// Short name.
    pub slug: String,
    /// Current headline.
    pub headline: String,
    /// The story space.
    pub desk: String,
    /// Where it stands in its life.
    pub state: String,
    /// Language of its articles.
    pub language: Option<String>,
    /// Log time of its first article.
    pub opened: Time,
    /// Log time of its last change of any kind.
    pub updated: Time,
    /// Sequence of its last change.
    pub version: u64,
    /// Articles.
    pub articles: u64,
    /// Claims.
    pub claims: u64,
    /// Claims by status.
    pub levels: BTreeMap<String, u32>,
    /// By prominence.
    pub places: Vec<String>,
    /// By prominence.
    pub people: Vec<String>,
    /// What its numbers count.
    pub indicators: Vec<String>,
}

/// All stories that are kept.
#[derive(Debug)]
pub struct Shelf {
    stories: BTreeMap<StoryId, Shelved>,
    order: BTreeSet<(Time, StoryId)>,
    /// Changes that came before their story's document.
    early: BTreeMap<StoryId, (Time, LastChange)>,
    claims: BTreeMap<ClaimId, StoryId>,
    merged: BTreeMap<StoryId, StoryId>,
    bytes: usize,
    stories_max: usize,
    bytes_max: usize,
}

impl Shelf {
    /// With nothing on it.
    #[must_use]
    pub fn new(stories_max: usize, bytes_max: usize) -> Self {
        Self {
            stories: BTreeMap::new(),
            order: BTreeSet::new(),
            early: BTreeMap::new(),
            claims: BTreeMap::new(),
            merged: BTreeMap::new(),
            bytes: 0,
            stories_max: stories_max.max(1),
            bytes_max,
        }
    }

    /// Takes up the newest document of a story, or takes it away.
    pub fn put(&mut self, id: StoryId, json: Option<&[u8]>) {
        let before = self.take(id);
        let Some(json) = json else { return };
        let Ok(document) = serde_json::from_slice::<Value>(json) else {
            tracing::warn!(story = %id, "a story document cannot be read; it is left out");
            return;
        };
        for from in document["mergedFrom"].as_array().into_iter().flatten().filter_map(story_id) {
            self.merged.insert(from, id);
        }
        let claims = document["claims"].as_array().map(Vec::as_slice).unwrap_or_default();
        let ids: Vec<ClaimId> = claims.iter().filter_map(|it| claim_id(&it["id"])).collect();
        self.claims.extend(ids.into_iter().map(|claim| (claim, id)));
        let (moved, last) = match (before, self.early.remove(&id)) {
            (_, Some((moved, last))) => (moved, Some(last)),
            (Some(before), None) => (before.moved, before.last),
            (None, None) => (last_moved(&document), None),
        };
        let json = Bytes::copy_from_slice(json.trim_ascii_end());
        self.bytes += json.len();
        self.order.insert((moved, id));
        let brief = Brief::of(id, &document);
        self.stories.insert(id, Shelved { json, brief, moved, last });
        self.make_room();
    }

    fn take(&mut self, id: StoryId) -> Option<Shelved> {
        let story = self.stories.remove(&id)?;
        self.bytes -= story.json.len();
        self.order.remove(&(story.moved, id));
        Some(story)
    }

    fn make_room(&mut self) {
        while self.stories.len() > self.stories_max || self.bytes > self.bytes_max {
            let Some((_, oldest)) = self.order.first().copied() else { break };
            if self.stories.len() == 1 {
                break;
            }
            self.take(oldest);
            self.claims.retain(|_, story| *story != oldest);
            self.merged.retain(|_, story| *story != oldest);
        }
        while self.merged.len() > self.stories_max * MERGED_PER_STORY_MAX {
            self.merged.pop_first();
        }
    }

    /// Takes note of a change that a reader can see.
    pub fn moved(&mut self, facts: &Facts) {
        // That a story is told anew says nothing by itself; what it is told of does.
        let last = (facts.kind != "story.updated").then(|| facts.last_change());
        let Some(story) = self.stories.get_mut(&facts.story) else {
            if self.early.len() >= self.stories_max {
                self.early.pop_first();
            }
            if let Some(last) = last {
                self.early.insert(facts.story, (facts.recorded, last));
            }
            return;
        };
        self.order.remove(&(story.moved, facts.story));
        story.moved = facts.recorded;
        story.last = last.or_else(|| story.last.take());
        self.order.insert((story.moved, facts.story));
    }

    /// Stories by their last change that a reader could see, the newest first; after one of them.
    pub fn newest(&self, after: Option<(Time, StoryId)>) -> impl Iterator<Item = &Shelved> {
        let upper = match after {
            Some(key) => std::ops::Bound::Excluded(key),
            None => std::ops::Bound::Unbounded,
        };
        let range = self.order.range((std::ops::Bound::Unbounded, upper));
        range.rev().filter_map(|(_, id)| self.stories.get(id))
    }

    /// One story.
    #[must_use]
    pub fn get(&self, id: StoryId) -> Option<&Shelved> {
        self.stories.get(&id)
    }

    /// The story that a merged one goes on in.
    #[must_use]
    pub fn merged_into(&self, id: StoryId) -> Option<StoryId> {
        let mut at = id;
        for _ in 0..MERGE_STEPS_MAX {
            let Some(next) = self.merged.get(&at) else { break };
            at = *next;
        }
        (at != id).then_some(at)
    }

    /// All ids that were merged into a story, directly or not.
    #[must_use]
    pub fn merged_from(&self, id: StoryId) -> Vec<StoryId> {
        self.merged.keys().copied().filter(|from| self.merged_into(*from) == Some(id)).collect()
    }

    /// The story of a claim.
    #[must_use]
    pub fn story_of(&self, claim: ClaimId) -> Option<&Shelved> {
        self.claims.get(&claim).and_then(|story| self.get(*story))
    }

    /// How many stories are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.stories.len()
    }
}

/// Where no change is held any more, the document says when a claim moved last.
fn last_moved(document: &Value) -> Time {
    let claims = document["claims"].as_array().map(Vec::as_slice).unwrap_or_default();
    let moved = claims.iter().map(|claim| time(&claim["lastChanged"])).max();
    moved.unwrap_or_default().max(time(&document["opened"]))
}

impl Brief {
    /// Of a document.
    #[must_use]
    pub fn of(id: StoryId, document: &Value) -> Self {
        let text = |key: &str| document[key].as_str().unwrap_or_default().to_owned();
        let names = |key: &str| {
            let names = document[key].as_array().map(Vec::as_slice).unwrap_or_default();
            names.iter().filter_map(|it| it["name"].as_str()).map(str::to_owned).collect()
        };
        let claims = document["claims"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut levels = BTreeMap::new();
        let mut indicators = BTreeSet::new();
        for claim in claims {
            let status = claim["level"]["status"].as_str().unwrap_or_default();
            *levels.entry(status.to_owned()).or_default() += 1;
            indicators.extend(claim["quantity"]["indicator"].as_str().map(str::to_owned));
        }
        Self {
            id,
            slug: text("slug"),
            headline: text("headline"),
            desk: text("desk"),
            state: text("state"),
            language: document["language"].as_str().map(str::to_owned),
            opened: time(&document["opened"]),
            updated: time(&document["updated"]),
            version: document["version"].as_u64().unwrap_or_default(),
            articles: document["articleCount"].as_u64().unwrap_or_default(),
            claims: document["claimCount"].as_u64().unwrap_or_default(),
            levels,
            places: names("places"),
            people: names("people"),
            indicators: indicators.into_iter().collect(),
        }
    }
}
