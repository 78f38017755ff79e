//! An index that lived and one rebuilt from its rows are the same, whatever happened between.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::index::{StoryIndex, Sum};
use super::vector::{Vector, Weight};
use crate::article::{ArticleId, Id, StoryId, Time};

/// Terms that the vectors of the test use.
const TERMS: u32 = 12;

#[derive(Clone, Debug)]
enum Deed {
    Add { story: u8, article: u8, time: i64, terms: Vec<u32> },
    Remove { article: u8 },
    Move { article: u8, into: u8 },
    Merge { from: u8, into: u8 },
}

fn deed() -> impl Strategy<Value = Deed> {
    let terms = proptest::collection::vec(0..TERMS, 1..6);
    prop_oneof![
        40 => (0..2_u8, any::<u8>(), 0..40_i64, terms)
            .prop_map(|(story, article, time, terms)| Deed::Add { story, article, time, terms }),
        3 => any::<u8>().prop_map(|article| Deed::Remove { article }),
        2 => (any::<u8>(), 0..4_u8).prop_map(|(article, into)| Deed::Move { article, into }),
        1 => (0..4_u8, 0..4_u8).prop_map(|(from, into)| Deed::Merge { from, into }),
    ]
}

fn story(number: u8) -> StoryId {
    StoryId(Id::of(&[b"story", &[number]]))
}

fn article(number: u8) -> ArticleId {
    ArticleId(Id::of(&[b"article", &[number]]))
}

fn vector(terms: &[u32]) -> Vector {
    let weight = |term: &u32| Weight {
        term: *term,
        rarity: u8::try_from(20 + term * 7).expect("small"),
        prominence: 8,
        headline: term.is_multiple_of(3),
        name: term.is_multiple_of(2),
    };
    Vector::new(terms.iter().map(weight).collect())
}

type Rows = BTreeMap<u8, (u8, i64, Vector)>;

fn live(deeds: &[Deed]) -> (StoryIndex, Rows) {
    let (mut index, mut rows) = (StoryIndex::default(), Rows::new());
    for deed in deeds {
        match deed {
            Deed::Add { story: s, article: a, time, terms } if !rows.contains_key(a) => {
                let vector = vector(terms);
                index.add(story(*s), article(*a), &vector, Time(*time));
                rows.insert(*a, (*s, *time, vector));
            }
            Deed::Remove { article: a } => {
                if let Some((s, time, vector)) = rows.remove(a) {
                    index.remove(story(s), article(*a), &vector, Time(time));
                }
            }
            Deed::Move { article: a, into } => {
                if let Some((s, time, vector)) = rows.get_mut(a) {
                    let (from, to) = (story(*s), story(*into));
                    index.move_article(from, to, article(*a), vector, Time(*time));
                    *s = *into;
                }
            }
            Deed::Merge { from, into } => {
                index.merge(story(*from), story(*into));
                rows.values_mut().filter(|row| row.0 == *from).for_each(|row| row.0 = *into);
            }
            Deed::Add { .. } => {}
        }
    }
    (index, rows)
}

fn rebuilt(rows: &Rows) -> StoryIndex {
    let mut index = StoryIndex::default();
    for (a, (s, time, vector)) in rows.iter().rev() {
        index.add(story(*s), article(*a), vector, Time(*time));
    }
    index
}

type Facts = (Vec<(StoryId, u128, Vec<Option<Sum>>)>, Vec<u32>, u32);

fn facts(index: &StoryIndex) -> Facts {
    let stories = (0..4).map(story).filter_map(|id| {
        let shelf = index.found(id)?.shelf;
        Some((id, shelf.norm, (0..TERMS).map(|term| index.sum_of(id, term)).collect()))
    });
    let frequencies = (0..TERMS).map(|term| index.frequency(term)).collect();
    (stories.collect(), frequencies, index.articles())
}

proptest! {
    #[test]
    fn a_rebuilt_index_is_the_one_that_lived(deeds in proptest::collection::vec(deed(), 1..400)) {
        let (index, rows) = live(&deeds);
        prop_assert_eq!(facts(&index), facts(&rebuilt(&rows)));
    }
}
