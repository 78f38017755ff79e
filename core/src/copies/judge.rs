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
    /// The first that has this very sentence: in a group the toll may have been another before.
    pub first: ArticleId,
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
    /// Keys of the sketch that another publisher's article holds already; they belong into
    /// [`Sketch::quoted`] before the article is added to the index.
    pub quoted: Vec<u32>,
    /// Roots seen earlier that turn out to be copies of this article, with their groups; sorted.
    pub originals: Vec<ArticleId>,
}

/// Articles compared sentence by sentence, at most.
const COMPARED_MAX: usize = 12;

struct Match<'a> {
    slot: u32,
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
    let (shared, quoted) = shared(rules, &told, &matches, reading, sketch);
    let mut judgement = Judgement {
        novelty: Novelty::Original,
        shared,
        headline: same_headline(sketch, &matches, first),
        quoted,
        originals: Vec::new(),
    };
    let earlier = copied.iter().map(|it| root_of(it)).find(|(_, seen)| !first(seen));
    if let Some((root, _)) = earlier {
        judgement.novelty = Novelty::CopyOf { root };
        return judgement;
    }
    judgement.originals = matches
        .iter()
        .filter(|it| is_reprint(sketch, it) || contains(rules, it))
        .map(root_of)
        .filter(|(_, seen)| first(seen))
        .map(|(root, _)| root)
        .collect();
    judgement.originals.sort_unstable();
    judgement.originals.dedup();
    if !judgement.originals.is_empty() {
        judgement.shared.retain(|it| judgement.originals.binary_search(&it.root).is_err());
        judgement.quoted.clear();
    }
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
            let slot = *run.first()?;
            let held = index.held(slot)?;
            Some(Match { slot, held, seen: lookup(&held.id)?, common: run.len() })
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

/// The two are one short item word for word.
fn is_reprint(sketch: &Sketch, it: &Match<'_>) -> bool {
    sketch.brief != 0 && sketch.brief == it.held.brief
}

/// Nearly all of the earlier article stands in the new one. That the new one stands in the earlier
/// one would not do: the earlier one may quote it among much else.
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

/// Whose the headline is, word for word, before this article had it.
fn same_headline(
    sketch: &Sketch,
    matches: &[Match<'_>],
    first: impl Fn(&Seen<'_>) -> bool,
) -> Option<ArticleId> {
    let same = |it: &&Match<'_>| {
        sketch.headline != 0 && it.held.headline == sketch.headline && !first(&it.seen)
    };
    matches.iter().find(same).map(|it| it.seen.root)
}

/// The sentences that stand in one of the nearest earlier articles, and the keys that are another
/// publisher's.
fn shared(
    rules: &CopyRules,
    told: &[Told],
    matches: &[Match<'_>],
    reading: &Reading,
    sketch: &Sketch,
) -> (Vec<Shared>, Vec<u32>) {
    let nearest = matches.get(..COMPARED_MAX).unwrap_or(matches);
    if nearest.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let mut holders: Vec<(u32, Vec<bool>)> =
        told.iter().map(|key| (key.hash, held_by(key, nearest))).collect();
    holders.sort_unstable_by_key(|(hash, _)| *hash);
    let holders_of = |hash: u32| {
        let at = holders.binary_search_by_key(&hash, |it| it.0).ok()?;
        holders.get(at).map(|it| it.1.as_slice())
    };
    let (mut shared, mut quoted) = (Vec::new(), Vec::new());
    for passage in &reading.passages {
        let found: Vec<Holders<'_>> =
            passage.hashes.iter().map(|hash| (*hash, holders_of(*hash))).collect();
        let with = (0..nearest.len()).filter(|at| shares(rules, &found, *at));
        let with: Vec<&Match<'_>> = with.filter_map(|at| nearest.get(at)).collect();
        let first = with.iter().min_by_key(|it| (it.seen.published, it.held.id));
        let (Some(it), Some(first)) = (with.first(), first) else { continue };
        let (root, first) = (it.seen.root, first.held.id);
        shared.push(Shared { sentence: passage.sentence, root, first });
        if it.held.publisher != sketch.publisher {
            quoted.extend(&passage.hashes);
        }
    }
    let others = || nearest.iter().filter(|it| it.held.publisher != sketch.publisher);
    if sketch.headline != 0 && others().any(|it| it.held.headline == sketch.headline) {
        quoted.push(sketch.headline);
    }
    if sketch.brief != 0 && others().any(|it| it.held.brief == sketch.brief) {
        quoted.push(sketch.brief);
    }
    quoted.sort_unstable();
    quoted.dedup();
    (shared, quoted)
}

/// A hash, and which of the nearest articles hold it; `None` where it says nothing.
type Holders<'a> = (u32, Option<&'a [bool]>);

/// Which of the nearest articles hold a passage.
fn held_by(key: &Told, nearest: &[Match<'_>]) -> Vec<bool> {
    nearest.iter().map(|it| key.slots.contains(&it.slot)).collect()
}

/// Whether enough of a sentence stands in one of the nearest articles. Numbers and negations must
/// all be the same: a new toll is news.
fn shares(rules: &CopyRules, found: &[Holders<'_>], at: usize) -> bool {
    let holds = |holders: &[bool]| holders.get(at).copied().unwrap_or(false);
    let changed = found.iter().any(|(hash, it)| hash & 1 == 1 && !it.is_some_and(holds));
    let told = found.iter().filter_map(|(_, it)| *it);
    let common = told.clone().filter(|it| holds(it)).count();
    common > 0 && !changed && share(common, told.count()) >= rules.passage
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::article::Article;
    use crate::policy::sources::{Letter, Source, Sources};
    use crate::reading::passages::passages;
    use crate::text;

    const WIRE: &str = "A passenger ferry with about 60 people aboard sank in a storm off the \
        island of Samos on Monday, the coast guard said. Rescue boats picked up 41 survivors, \
        most of them tourists on their way back to the mainland. At least 14 people are missing, \
        a coast guard spokeswoman told reporters in the harbour. The captain sent a distress call \
        shortly before dawn and reported that water was entering the engine room. Strong winds \
        kept helicopters on the ground for most of the morning. The ferry was built in 1987 and \
        had passed an inspection in spring, according to the shipping ministry.";

    #[derive(Default)]
    struct Desk {
        index: CopyIndex,
        seen: BTreeMap<ArticleId, (ArticleId, Time, String)>,
    }

    impl Desk {
        fn take(&mut self, publisher: &str, minute: i64, headline: &str, text: &str) -> Judgement {
            let policy = policy();
            let reading = Reading {
                article: Article { publisher: publisher.into(), ..Article::default() },
                headline: headline.into(),
                text: text.into(),
                passages: passages(&policy, &text::words(text), &text::sentences(text)),
                ..Reading::default()
            };
            let mut sketch = Sketch::of(&reading);
            let (id, time) = (ArticleId::of(publisher), Time(minute * 60_000));
            let lookup = |id: &ArticleId| {
                let (root, published, publisher) = self.seen.get(id)?;
                Some(Seen { root: *root, published: *published, publisher })
            };
            let judged = judge(&policy, &self.index, lookup, &reading, &sketch, id, time);
            let root = match judged.novelty {
                Novelty::CopyOf { root } => root,
                Novelty::Original => id,
            };
            self.seen.insert(id, (root, time, publisher.into()));
            sketch.quoted.clone_from(&judged.quoted);
            self.index.add(id, &sketch);
            judged
        }
    }

    fn policy() -> Policy {
        let agency = Source {
            id: "wire".into(),
            name: "Wire".into(),
            aliases: Vec::new(),
            domains: vec!["wire.example".into()],
            kind: ListedKind::Agency,
            letter: Letter::B,
            owner: None,
            side: None,
            country: None,
            reason: "for the test".into(),
        };
        let sources = Sources::new(vec![agency], Vec::new()).expect("one source");
        Policy { sources, ..Policy::default() }
    }

    fn copy_of(uri: &str) -> Novelty {
        Novelty::CopyOf { root: ArticleId::of(uri) }
    }

    #[test]
    fn an_abridged_reprint_is_a_copy_and_its_own_sentence_is_its_own() {
        let mut desk = Desk::default();
        assert_eq!(desk.take("wire.example", 0, "Ferry sinks", WIRE).novelty, Novelty::Original);
        let abridged = format!(
            "{} Our reporter met relatives who have waited on the quay since the early hours.",
            WIRE.split_once(" Strong winds").expect("it says so").0
        );
        let judged = desk.take("paper.example", 9, "Samos ferry goes down", &abridged);
        assert_eq!(judged.novelty, copy_of("wire.example"));
        let shared: Vec<u16> = judged.shared.iter().map(|it| it.sentence).collect();
        assert_eq!(shared, [0, 1, 2, 3]);
    }

    #[test]
    fn a_new_toll_is_no_shared_passage() {
        let mut desk = Desk::default();
        desk.take("wire.example", 0, "Ferry sinks", WIRE);
        let later = WIRE.replace("14 people", "19 people");
        let judged = desk.take("paper.example", 30, "Ferry sinks", &later);
        assert_eq!(judged.novelty, copy_of("wire.example"));
        assert!(judged.shared.iter().all(|it| it.sentence != 2));
        assert_eq!(judged.shared.len(), 5);
    }

    #[test]
    fn the_agency_is_the_original_also_when_it_comes_last() {
        let mut desk = Desk::default();
        desk.take("paper.example", 0, "Ferry sinks", WIRE);
        let judged = desk.take("wire.example", 5, "Ferry sinks off Samos", WIRE);
        assert_eq!(judged.novelty, Novelty::Original);
        assert_eq!(judged.originals, [ArticleId::of("paper.example")]);
        assert_eq!(judged.shared, []);
    }

    #[test]
    fn a_reprinted_headline_is_a_copy_where_it_is_long_enough() {
        let mut desk = Desk::default();
        desk.take("a.example", 0, "Ferry sinks off Samos with dozens aboard", "");
        let judged = desk.take("b.example", 5, "FERRY SINKS OFF SAMOS WITH DOZENS ABOARD", "");
        assert_eq!(judged.novelty, copy_of("a.example"));
        desk.take("c.example", 6, "In pictures", "");
        assert_eq!(desk.take("d.example", 7, "In pictures", "").novelty, Novelty::Original);
    }

    #[test]
    fn the_thousandth_reprint_is_a_copy_like_the_first() {
        let mut desk = Desk::default();
        desk.take("wire.example", 0, "Ferry sinks off Samos with dozens aboard", WIRE);
        for paper in 0..1_000 {
            let judged = desk.take(&format!("paper{paper}.example"), 5, "Ferry sinks", WIRE);
            assert_eq!(judged.novelty, copy_of("wire.example"));
            assert_eq!(judged.shared.len(), 6);
        }
    }

    #[test]
    fn own_words_are_original() {
        let mut desk = Desk::default();
        desk.take("wire.example", 0, "Ferry sinks", WIRE);
        let own = "Dozens of people were pulled from the sea after a ferry went down near Samos. \
            Fishermen who were first on the scene described waves as high as houses and shouts in \
            the dark. One of them, who gave his name only as Nikos, said he had pulled six people \
            from the water before the coast guard arrived. The mayor opened the school gym for \
            the rescued and asked the islanders for dry clothes and blankets.";
        let judged = desk.take("paper.example", 40, "Ferry disaster", own);
        assert_eq!((judged.novelty, judged.shared), (Novelty::Original, Vec::new()));
    }
}
