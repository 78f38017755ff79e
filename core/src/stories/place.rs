//! The decision: does an article join a story, and which; or does it start one?
//!
//! Pure over the index, one rule for full texts, teasers and bare headlines: several kinds of
//! evidence are added up in fixed point, and what is right for a long text is not asked of a short
//! one.

use std::cmp::Reverse;

use crate::article::{StoryId, Time};
use crate::policy::Policy;
use crate::reading::Reading;
use crate::stories::evidence::{balance, evidence};
use crate::stories::index::{Found, Shelf, StoryIndex};
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
/// The balance, in millionths, from which a second story is as good as the first.
const BALANCE: i64 = 1_000_000;
/// The same while both have few articles.
const BALANCE_FEW: i64 = 4_000_000;
/// The balance from which it is asked whether a small story belongs to the larger one.
const BALANCE_ASKED: i64 = -2_000_000;
/// The balance that each article of the small story must have for the larger one.
const BALANCE_WHOLE: i64 = 750_000;

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
    let fits = if large.shelf.summed() >= MANY { BALANCE } else { BALANCE_FEW };
    let alike = || {
        small.shelf.likeness(large.shelf) >= merge_bar(policy, small.shelf, large.shelf, published)
    };
    (balance > BALANCE_ASKED && comes_back()) || (balance > fits && alike())
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
            let it = evidence(&index.query(vector), larger, published);
            self::balance(policy, &it) > BALANCE_WHOLE
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
    fn what_happens_in_another_country_is_another_event_however_alike_it_is_told() {
        let mut desk = Desk::default();
        let told =
            |place: &str| format!("A strong earthquake struck {place} on Tuesday, the USGS said.");
        let chile = desk.take(0, "Strong quake hits Chile", &told("Chile"));
        let peru = desk.take(1, "Strong quake hits Peru", &told("Peru"));
        assert_ne!(chile, peru);
        assert_eq!(desk.take(2, "Peruvian quake: strong shaking", &told("Peru")), peru);
        assert_eq!(desk.take(3, "Strong quake hits coast", &told("northern Chile")), chile);
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
