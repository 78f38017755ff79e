//! The decision: does an article join a story, and which; or does it start one?
//!
//! Pure over the index, one rule for full texts, teasers and bare headlines: several kinds of
//! evidence are added up in fixed point, and what is right for a long text is not asked of a short
//! one. The weights are round figures set by hand, looking at full texts, first sentences and
//! headlines at once.

use std::cmp::Reverse;

use crate::article::{StoryId, Time};
use crate::policy::{ONE, Policy};
use crate::reading::Reading;
use crate::stories::index::{Found, Query, Shelf, StoryIndex, Sum};
use crate::stories::scale::{ln_1p_days, ln_share, surprise};
use crate::stories::vector::Vector;

/// Where an article belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placement {
    /// It tells of a known story.
    Join {
        /// That story.
        story: StoryId,
        /// Stories that this article shows to be the same, to be merged into it; sorted.
        merge: Vec<StoryId>,
    },
    /// It tells of something new.
    New,
}

/// Stories that are weighed, after the index has found them.
const WEIGHED_MAX: usize = 12;
/// Stories that one article can merge.
const MERGED_MAX: usize = 2;

/// Decides where an article belongs.
#[must_use]
pub fn place(
    policy: &Policy,
    index: &StoryIndex,
    vector: &Vector,
    _reading: &Reading,
    _now: Time,
    published: Time,
) -> Placement {
    let query = index.query(vector);
    let found = query.nearest(policy.limits.candidates_max.min(WEIGHED_MAX));
    let mut weighed: Vec<(i64, StoryId)> = found
        .iter()
        .map(|it| (balance(policy, &evidence(&query, it, published)), it.shelf.id))
        .collect();
    weighed.sort_by_key(|(balance, id)| (Reverse(*balance), *id));
    let Some((best, story)) = weighed.first().copied() else { return Placement::New };
    if best <= 0 {
        return Placement::New;
    }
    let others = weighed.get(1..).unwrap_or_default().iter();
    let mut merge: Vec<StoryId> = others
        .filter(|(balance, other)| {
            let pair = index.found(story).zip(index.found(*other));
            pair.is_some_and(|pair| are_one(policy, index, pair, *balance, published))
        })
        .map(|(_, other)| *other)
        .take(MERGED_MAX)
        .collect();
    merge.sort_unstable();
    Placement::Join { story, merge }
}

/// Whether two stories are one, of which an article joins the first and has this balance for the
/// second.
fn are_one(
    policy: &Policy,
    index: &StoryIndex,
    pair: (Found<'_>, Found<'_>),
    balance: i64,
    published: Time,
) -> bool {
    let (small, large) =
        if pair.0.shelf.summed() <= pair.1.shelf.summed() { pair } else { (pair.1, pair.0) };
    let comes_back = || joins_whole(policy, index, small.shelf, &large, published);
    // Sums that are alike say little of a few articles: two events of one kind share words.
    let fits = if large.shelf.summed() >= MANY { WEIGHTS.merge } else { WEIGHTS.merge_few };
    let alike = || {
        small.shelf.likeness(large.shelf) >= merge_bar(policy, small.shelf, large.shelf, published)
    };
    (balance > WEIGHTS.second && comes_back()) || (balance > fits && alike())
}

/// Whether every article of a few would join the larger story if it came today: what stood alone
/// while that had hardly begun.
fn joins_whole(
    policy: &Policy,
    index: &StoryIndex,
    few: &Shelf,
    larger: &Found<'_>,
    published: Time,
) -> bool {
    few.summed() <= FEW
        && 2 * few.summed() <= larger.shelf.summed()
        && few.vectors().all(|vector| {
            let evidence = evidence(&index.query(vector), larger, published);
            self::balance(policy, &evidence) > WEIGHTS.whole
        })
}

/// How alike two stories must be to be one: the longer both have lived side by side, the more.
fn merge_bar(policy: &Policy, one: &Shelf, other: &Shelf, published: Time) -> i64 {
    let age = |shelf: &Shelf| published.since_ms(shelf.oldest()).max(0);
    let beside = age(one).min(age(other)) / 1_000;
    let bar = policy.stories.merge_similarity;
    bar + bar * beside / SIDE_BY_SIDE_S
}

/// Articles of a story that may come into a larger one as a whole.
const FEW: usize = 10;
/// Articles from which on the sum of a story says what it is about.
const MANY: usize = 24;

/// Living side by side for this long doubles the bar for a merge.
const SIDE_BY_SIDE_S: i64 = 6 * 86_400;

/// Articles up to so long before this one make a story one that is told lately.
const LATELY_MS: i64 = 3 * 86_400_000;
/// Of which no more are counted.
const LATELY_MAX: usize = 128;

/// What speaks for and against one article belonging to one story; all in millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Evidence {
    /// Cosine of the article's terms and the sum of the story's.
    likeness: i64,
    /// Logarithm of how much better the story explains the terms than the news at large does,
    /// over the square root of their number.
    ratio: i64,
    /// Share of the article's weight on terms, each by the share of the story's articles with it.
    core: i64,
    /// Share of the headline's rarity that the story has anywhere.
    headline: i64,
    /// Share of the headline's rarity, each term by the share of the story's headlines with it.
    headlines: i64,
    /// Share of the names' weight that the story has; half where there are none.
    names: i64,
    /// How far the article's names are others than the story's: from 0 where a third or more of
    /// their weight is shared to 1 where none is; 0 for fewer than two names.
    clash: i64,
    /// 1 where the story knows neither of the article's two weightiest names.
    stranger: i64,
    /// Logarithm of the number of the article's terms.
    length: i64,
    /// Logarithm of the time since the story's first article.
    age: i64,
    /// Square of the logarithm of the number of the story's articles of the last days. What many
    /// tell, the next one tells the likelier (the prior of a recurrent Chinese restaurant process);
    /// the square, because a few articles may as well be of another event of the same kind.
    lately: i64,
}

/// How much each of them counts, in millionths of a unit of log-odds per unit.
struct Weights {
    likeness: i64,
    ratio: i64,
    core: i64,
    headline: i64,
    headlines: i64,
    names: i64,
    clash: i64,
    stranger: i64,
    length: i64,
    age: i64,
    lately: i64,
    /// The balance from which a second story is as good as the first.
    merge: i64,
    /// The same while the stories have few articles.
    merge_few: i64,
    /// The balance from which it is asked whether a second story is the first.
    second: i64,
    /// The balance that each article of a small story must have for the larger one.
    whole: i64,
}

const WEIGHTS: Weights = Weights {
    likeness: 11_000_000,
    ratio: 200_000,
    core: -5_000_000,
    headline: 900_000,
    headlines: 200_000,
    names: 600_000,
    clash: -2_000_000,
    stranger: -1_000_000,
    length: -150_000,
    age: -500_000,
    lately: 90_000,
    merge: 1_000_000,
    merge_few: 4_000_000,
    second: -2_000_000,
    whole: 750_000,
};

/// Log-odds that the article belongs, in millionths; above zero it does.
fn balance(policy: &Policy, it: &Evidence) -> i64 {
    let w = &WEIGHTS;
    let sum = w.likeness * (it.likeness - policy.stories.join_similarity)
        + w.ratio * it.ratio
        + w.core * it.core
        + w.headline * it.headline
        + w.headlines * it.headlines
        + w.names * it.names
        + w.clash * it.clash
        + w.stranger * it.stranger
        + w.length * it.length
        + w.age * it.age
        + w.lately * it.lately;
    sum / ONE
}

fn evidence(query: &Query<'_>, found: &Found<'_>, published: Time) -> Evidence {
    let shelf = found.shelf;
    let summed = i64::try_from(shelf.summed()).unwrap_or(i64::MAX / ONE).max(1);
    let mut tally = Tally::default();
    for at in 0..query.terms() {
        tally.add(query, at, query.sum(at, found.slot), summed);
    }
    let terms = i64::try_from(query.terms()).unwrap_or(1).max(1);
    let root = i64::try_from((query.terms().max(1) << 20).isqrt()).unwrap_or(i64::MAX);
    let names = if tally.named == 0 { ONE / 2 } else { share(tally.names_found, tally.names) };
    Evidence {
        likeness: likeness(&tally, shelf),
        ratio: tally.surprise * ONE / root,
        core: share(tally.core, tally.weight),
        headline: share(tally.headline_found, tally.headline),
        headlines: share(tally.headline_core, tally.headline),
        names,
        clash: if tally.named < 2 { 0 } else { (ONE - names * 3).max(0) },
        stranger: if tally.named >= 2 && tally.weightiest.iter().all(|(_, known)| !known) {
            ONE
        } else {
            0
        },
        length: -ln_share(1, terms),
        age: ln_1p_days(published.since_ms(shelf.oldest()), 14),
        lately: lately(shelf, published),
    }
}

fn lately(shelf: &Shelf, published: Time) -> i64 {
    let articles = shelf.articles_since(published.plus_ms(-LATELY_MS), LATELY_MAX).max(1);
    let ln = -ln_share(1, i64::try_from(articles).unwrap_or(1));
    ln * ln / ONE
}

/// Sums over the terms of the article.
#[derive(Default)]
struct Tally {
    product: u128,
    square: u128,
    surprise: i64,
    weight: i64,
    core: i64,
    headline: i64,
    headline_found: i64,
    headline_core: i64,
    names: i64,
    names_found: i64,
    named: i64,
    /// The two weightiest names, and whether the story has them.
    weightiest: [(i64, bool); 2],
}

impl Tally {
    fn add(&mut self, query: &Query<'_>, at: usize, sum: Option<Sum>, summed: i64) {
        let Some(weight) = query.weight(at) else { return };
        let sum = sum.unwrap_or_default();
        let value = u128::from(weight.value());
        self.square += value * value;
        self.product += value * u128::from(sum.value);
        let found = sum.articles > 0;
        let value = i64::from(weight.value());
        let rarity = i64::from(weight.rarity);
        // Of one article in the story, a third of the weight stays with what it does not say.
        let of_all = |count: u16| i64::from(count) * 2 * ONE / (summed * 2 + 1);
        self.surprise += surprise(rarity, ln_share(i64::from(sum.articles) * 2, summed * 2 + 1));
        self.weight += value;
        self.core += value * of_all(sum.articles) / ONE;
        if weight.headline {
            self.headline += rarity;
            self.headline_found += if found { rarity } else { 0 };
            self.headline_core += rarity * of_all(sum.headlines) / ONE;
        }
        if weight.name {
            self.named += 1;
            self.names += value;
            self.names_found += if found { value } else { 0 };
            if value > self.weightiest[0].0 {
                self.weightiest = [(value, found), self.weightiest[0]];
            } else if value > self.weightiest[1].0 {
                self.weightiest[1] = (value, found);
            }
        }
    }
}

fn likeness(tally: &Tally, shelf: &Shelf) -> i64 {
    let lengths = (tally.square.isqrt() * shelf.norm.isqrt()).max(1);
    let one = u128::from(ONE.unsigned_abs());
    i64::try_from(tally.product * one / lengths).unwrap_or(ONE).min(ONE)
}

fn share(part: i64, whole: i64) -> i64 {
    part * ONE / whole.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{ArticleId, Id};
    use crate::reading::terms::terms;
    use crate::text;

    #[derive(Default)]
    struct Desk {
        index: StoryIndex,
        articles: u8,
    }

    impl Desk {
        fn vector(&self, headline: &str, text: &str) -> Vector {
            let policy = Policy::default();
            let terms = terms(&policy, "en", headline, &text::words(text), &text::sentences(text));
            self.index.vector(&policy, &Reading { terms, ..Reading::default() })
        }

        fn place(&self, hour: i64, vector: &Vector) -> Placement {
            let time = Time(hour * 3_600_000);
            place(&Policy::default(), &self.index, vector, &Reading::default(), time, time)
        }

        fn put(&mut self, story: StoryId, headline: &str) {
            let vector = self.vector(headline, "");
            let article = ArticleId(Id::of(&[headline.as_bytes()]));
            self.index.add(story, article, &vector, Time(0));
        }

        fn take(&mut self, hour: i64, headline: &str, text: &str) -> StoryId {
            let vector = self.vector(headline, text);
            self.articles += 1;
            let own = Id::of(&[&[self.articles]]);
            let story = match self.place(hour, &vector) {
                Placement::Join { story, .. } => story,
                Placement::New => StoryId(own),
            };
            self.index.add(story, ArticleId(own), &vector, Time(hour * 3_600_000));
            story
        }
    }

    #[test]
    fn headlines_of_one_event_meet_and_others_stay_away() {
        let mut desk = Desk::default();
        let ferry = desk.take(0, "Ferry sinks off Samos with dozens aboard", "");
        let quake = desk.take(1, "Strong earthquake shakes northern Chile", "");
        assert_ne!(ferry, quake);
        assert_eq!(desk.take(2, "Dozens missing after Samos ferry sinks", ""), ferry);
        assert_eq!(desk.take(3, "Chile earthquake: buildings shake in Iquique", ""), quake);
        let law = desk.take(4, "Parliament passes budget after long debate", "");
        assert!(law != ferry && law != quake);
    }

    #[test]
    fn two_events_of_one_kind_stay_apart() {
        let mut desk = Desk::default();
        let chile = desk.take(
            0,
            "Strong earthquake shakes northern Chile",
            "An earthquake of magnitude 6.9 struck near Iquique in northern Chile on Monday, \
             damaging houses and cutting power, officials said. No deaths were reported.",
        );
        let japan = desk.take(
            5,
            "Earthquake off Hokkaido halts trains",
            "An earthquake of magnitude 6.4 struck off Kushiro in Hokkaido on Monday, damaging \
             roads and halting trains, officials said. No deaths were reported.",
        );
        assert_ne!(chile, japan);
        let teaser = "The quake near Iquique cut power to thousands of homes in northern Chile.";
        assert_eq!(desk.take(6, "Chile quake leaves thousands without power", teaser), chile);
    }

    #[test]
    fn an_event_told_in_the_same_phrases_elsewhere_is_another() {
        let mut desk = Desk::default();
        let tell = |opening: &str, man: &str, place: &str| {
            format!(
                "{opening} {place} on Monday, the governor said. {man} of {place} packed what \
                 fitted into a barge. Shopkeepers swept silt into heaps while a queue formed at \
                 the bakery. {man} said a curfew was in force around the quarry of {place}."
            )
        };
        let flood = tell("Flood water swept through", "Tomas Moravec", "Belovagrad");
        let crash = tell("Flood water swept through", "Leyla Ferro", "Karanibad");
        let one = desk.take(0, "Flood hits Belovagrad", &flood);
        let two = desk.take(1, "Water rises in Karanibad", &crash);
        assert_ne!(one, two);
    }

    #[test]
    fn officials_and_weekdays_join_nothing() {
        let mut desk = Desk::default();
        let one =
            desk.take(0, "Mayor to meet teachers", "Officials said on Tuesday they will meet.");
        let other =
            desk.take(1, "Bank to raise rates", "Officials said on Tuesday rates will rise.");
        assert_ne!(one, other);
    }

    #[test]
    fn an_article_that_fits_two_young_stories_makes_them_one() {
        let mut desk = Desk::default();
        let mut put = |headline: &str| {
            let story = StoryId(Id::of(&[headline.as_bytes()]));
            desk.put(story, headline);
            story
        };
        let one = put("Samos ferry sinks, dozens missing");
        let two = put("Ferry sinks off Samos: rescue under way");
        let vector = desk.vector("Samos ferry sinks: rescue of dozens under way", "");
        let Placement::Join { story, merge } = desk.place(1, &vector) else { panic!("it joins") };
        let mut both = vec![story];
        both.extend(merge);
        both.sort_unstable();
        assert_eq!(both, [one.min(two), one.max(two)]);
    }

    #[test]
    fn what_stood_alone_comes_into_the_story_that_has_grown_since() {
        let mut desk = Desk::default();
        let ferry = StoryId(Id::of(&[b"ferry"]));
        let alone = StoryId(Id::of(&[b"alone"]));
        desk.put(alone, "Samos ferry: rescue of dozens under way");
        desk.put(ferry, "Ferry sinks off Samos with dozens aboard");
        let next = |desk: &Desk| desk.place(1, &desk.vector("Ferry sinks off Samos, ten held", ""));
        assert_eq!(next(&desk), Placement::Join { story: ferry, merge: Vec::new() });
        for rest in ["eight missing", "divers search", "captain held", "rescue under way"] {
            desk.put(ferry, &format!("Ferry sinks off Samos, {rest}"));
        }
        assert_eq!(next(&desk), Placement::Join { story: ferry, merge: vec![alone] });
    }
}
