//! Is it a copy, and of whom; which of its sentences did others print before?
//!
//! A pure decision over the index: nothing is changed here.

use std::cmp::Reverse;

use crate::article::{ArticleId, Time};
use crate::copies::index::{CopyIndex, Held};
use crate::copies::sketch::Sketch;
use crate::policy::sources::ListedKind;
use crate::policy::{CopyRules, ONE, Policy};
use crate::reading::Reading;

/// What the desk remembers of an earlier article.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The root of its copy group; the article itself where it is no copy.
    pub root: ArticleId,
    /// When it was published.
    pub published: Time,
    /// By whom.
    pub publisher: &'a str,
}

/// Own words or another's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Novelty {
    /// Mostly its own words.
    Original,
    /// Taken from another.
    CopyOf {
        /// The root of the copy group.
        root: ArticleId,
    },
}

/// A sentence of the body that an earlier article has too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shared {
    /// Index of the sentence.
    pub sentence: u16,
    /// The root of the copy group it belongs to.
    pub root: ArticleId,
}

/// What was found about one article's wording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Whether it is a copy as a whole.
    pub novelty: Novelty,
    /// Sentences that say what an earlier article said in the same words, in order.
    pub shared: Vec<Shared>,
    /// Where the headline, too, is another's: the root of that copy group.
    pub headline: Option<ArticleId>,
    /// Roots seen earlier that turn out to be copies of this article, with their groups; sorted.
    pub originals: Vec<ArticleId>,
}

/// Articles compared sentence by sentence, at most.
const COMPARED_MAX: usize = 12;

struct Match<'a> {
    held: &'a Held,
    seen: Seen<'a>,
    common: usize,
}

/// Finds out whose words an article uses.
#[must_use]
pub fn judge<'a>(
    policy: &Policy,
    index: &'a CopyIndex,
    lookup: impl Fn(&ArticleId) -> Option<Seen<'a>>,
    reading: &Reading,
    sketch: &Sketch,
    id: ArticleId,
    published: Time,
) -> Judgement {
    let rules = &policy.copies;
    let told = listed(rules, index, sketch, id);
    let mut matches = matches(index, &told, &lookup);
    matches.retain(|it| published.since_ms(it.seen.published).abs() <= rules.window_ms);
    matches.sort_by_key(|it| (Reverse(it.common), it.seen.published, it.held.id));
    let telling = told.iter().filter(|key| sketch.hashes.binary_search(&key.hash).is_ok()).count();

    let copied: Vec<&Match<'a>> =
        matches.iter().filter(|it| is_copy(rules, sketch, it, telling, published)).collect();
    let first = |seen: &Seen<'_>| precedes(policy, &reading.article.publisher, published, seen);
    let root_of = |it: &Match<'a>| {
        let root = it.seen.root;
        (root, lookup(&root).unwrap_or(it.seen))
    };
    let mut judgement = Judgement {
        novelty: Novelty::Original,
        shared: shared(rules, &told, &matches, reading, index),
        headline: None,
        originals: Vec::new(),
    };
    let earlier = copied.iter().map(|it| root_of(it)).find(|(_, seen)| !first(seen));
    if let Some((root, _)) = earlier {
        judgement.novelty = Novelty::CopyOf { root };
        judgement.headline = same_headline(sketch, &matches);
        return judgement;
    }
    judgement.originals = matches
        .iter()
        .filter(|it| is_copy(rules, sketch, it, telling, published) || contains(rules, it))
        .map(root_of)
        .filter(|(_, seen)| first(seen))
        .map(|(root, _)| root)
        .collect();
    judgement.originals.sort_unstable();
    judgement.originals.dedup();
    judgement.shared.retain(|it| judgement.originals.binary_search(&it.root).is_err());
    judgement
}

/// One hash of the article that says something, with the others that hold it.
struct Told {
    hash: u32,
    slots: Vec<u32>,
}

fn listed(rules: &CopyRules, index: &CopyIndex, sketch: &Sketch, id: ArticleId) -> Vec<Told> {
    sketch
        .keys()
        .filter_map(|hash| {
            let slots = index.holders(rules, hash, sketch.publisher, id)?;
            Some(Told { hash, slots })
        })
        .collect()
}

fn matches<'a>(
    index: &'a CopyIndex,
    told: &[Told],
    lookup: &impl Fn(&ArticleId) -> Option<Seen<'a>>,
) -> Vec<Match<'a>> {
    let mut slots: Vec<u32> = told.iter().flat_map(|key| &key.slots).copied().collect();
    slots.sort_unstable();
    slots
        .chunk_by(|a, b| a == b)
        .filter_map(|run| {
            let held = index.held(*run.first()?)?;
            Some(Match { held, seen: lookup(&held.id)?, common: run.len() })
        })
        .collect()
}

/// Enough of the new article stands in the earlier one.
fn is_copy(
    rules: &CopyRules,
    sketch: &Sketch,
    it: &Match<'_>,
    telling: usize,
    published: Time,
) -> bool {
    let headline = sketch.headline != 0 && sketch.headline == it.held.headline;
    let brief = sketch.brief != 0 && sketch.brief == it.held.brief;
    if brief {
        return true;
    }
    let passages = it.common - usize::from(headline);
    let own = it.held.publisher == sketch.publisher;
    if telling >= rules.hashes_min && it.held.hashes >= rules.hashes_min {
        let bound = if own { rules.containment_own } else { rules.containment };
        return share(passages, telling) >= bound;
    }
    let near = published.since_ms(it.seen.published).abs() <= rules.headline_window_ms;
    if headline && !(sketch.body && it.held.body) {
        return near || !own;
    }
    if telling == 0 {
        return false;
    }
    let needed = if headline { rules.containment } else { rules.passage };
    (headline || telling > 1) && share(passages, telling) >= needed
}

/// Nearly all of the earlier article stands in the new one.
fn contains(rules: &CopyRules, it: &Match<'_>) -> bool {
    it.held.hashes >= rules.hashes_min && share(it.common, it.held.hashes) >= rules.containment_own
}

fn share(part: usize, whole: usize) -> i64 {
    let part = i64::try_from(part).unwrap_or(i64::MAX / ONE);
    part * ONE / i64::try_from(whole).unwrap_or(i64::MAX).max(1)
}

/// Whether the new article was there first: an agency before its customers, else by time.
fn precedes(policy: &Policy, publisher: &str, published: Time, earlier: &Seen<'_>) -> bool {
    match (is_agency(policy, publisher), is_agency(policy, earlier.publisher)) {
        (true, false) => true,
        (false, true) => false,
        _ => published < earlier.published,
    }
}

fn is_agency(policy: &Policy, publisher: &str) -> bool {
    policy.sources.publisher(publisher).is_some_and(|it| it.kind == ListedKind::Agency)
}

fn same_headline(sketch: &Sketch, matches: &[Match<'_>]) -> Option<ArticleId> {
    let same =
        matches.iter().find(|it| sketch.headline != 0 && it.held.headline == sketch.headline);
    same.map(|it| it.seen.root)
}

/// The sentences that stand in one of the nearest earlier articles.
fn shared(
    rules: &CopyRules,
    told: &[Told],
    matches: &[Match<'_>],
    reading: &Reading,
    index: &CopyIndex,
) -> Vec<Shared> {
    let mut by_hash: Vec<&Told> = told.iter().collect();
    by_hash.sort_unstable_by_key(|key| key.hash);
    let holds = |hash: u32, id: ArticleId| {
        let at = by_hash.binary_search_by_key(&hash, |key| key.hash).ok()?;
        let key = by_hash.get(at)?;
        Some(key.slots.iter().any(|slot| index.held(*slot).is_some_and(|held| held.id == id)))
    };
    let shares = |hashes: &[u32], id: ArticleId| {
        let found: Vec<(u32, bool)> =
            hashes.iter().filter_map(|hash| Some((*hash, holds(*hash, id)?))).collect();
        let common = found.iter().filter(|(_, held)| *held).count();
        // Numbers and negations must all be the same: a new toll is news.
        let changed = found.iter().any(|(hash, held)| hash & 1 == 1 && !held);
        common > 0 && !changed && share(common, found.len()) >= rules.passage
    };
    let nearest = matches.get(..COMPARED_MAX).unwrap_or(matches);
    reading
        .passages
        .iter()
        .filter_map(|passage| {
            let it = nearest.iter().find(|it| shares(&passage.hashes, it.held.id))?;
            Some(Shared { sentence: passage.sentence, root: it.seen.root })
        })
        .collect()
}
