//! Which wordings meet and which do not.

use crate::claims::newsroom::*;
use crate::reading::{Modality, Proposition, Statement};

/// How many claims two propositions make.
fn claims(one: Statement, two: Statement) -> usize {
    let mut desk = Desk::new();
    desk.take(&article("one", 0, vec![one]));
    desk.take(&article("two", 1, vec![two]));
    desk.all().len()
}

fn placed(place: &str, proposition: Proposition) -> Statement {
    Statement { place: Some(place.to_owned()), ..said("ap < ministry", proposition) }
}

fn once(proposition: Proposition) -> Proposition {
    Proposition { once: true, ..proposition }
}

#[test]
fn four_ways_to_say_that_he_is_gone() {
    let mut desk = Desk::new();
    let ways = [
        placed("Damascus", once(that("leave", "Assad", "Damascus", "plane"))),
        said("afp < sohr", once(that("leave", "Assad", "", "plane unknown destination"))),
        said("dpa < rescue", once(that("leave", "Assad", "", "country"))),
        placed("Syria", once(that("leave", "Assad", "Syria", ""))),
    ];
    for (n, way) in ways.into_iter().enumerate() {
        desk.take(&article(&format!("a{n}"), 0, vec![way]));
    }
    assert_eq!(desk.all().len(), 1);
}

#[test]
fn two_cities_are_two_events() {
    let entered = |city: &str| placed(city, that("enter", "rebels", city, "overnight"));
    assert_eq!(claims(entered("Homs"), entered("Damascus")), 2);
    assert_eq!(claims(entered("Homs"), entered("Homs")), 1);
}

#[test]
fn two_targets_are_two_events() {
    let struck = |what: &str| said("ap < ministry", that("strike", "Israel", "Gaza", what));
    assert_eq!(claims(struck("hospital"), struck("school")), 2);
    assert_eq!(claims(struck("hospital"), struck("hospital night")), 1);
}

#[test]
fn who_did_it_to_whom_matters() {
    let one = said("ap < ministry", that("strike", "Israel", "Hezbollah", ""));
    let two = said("ap < ministry", that("strike", "Hezbollah", "Israel", ""));
    assert_eq!(claims(one, two), 2);
}

#[test]
fn two_names_for_one_side_are_one_subject() {
    let entered = |who: &str| said("ap < ministry", that("enter", who, "Damascus", ""));
    assert_eq!(claims(entered("rebels"), entered("insurgents")), 1);
    assert_eq!(claims(entered("rebels"), entered("soldiers")), 2);
}

#[test]
fn a_plan_is_not_the_event() {
    let plan = Statement { modality: Modality::Plan, ..said("ap < ministry", assad_left()) };
    assert_eq!(claims(plan, said("ap < ministry", assad_left())), 2);
}

#[test]
fn without_a_known_predicate_much_must_agree() {
    let told = |terms: &str| {
        let proposition = Proposition { predicate: None, ..that("x", "Assad", "", terms) };
        said("ap < ministry", proposition)
    };
    assert_eq!(claims(told("flag raise palace"), told("flag raise palace roof")), 1);
    assert_eq!(claims(told("flag raise palace"), told("flag burn street")), 2);
}

#[test]
fn stories_join_and_their_claims_with_them() {
    let mut desk = Desk::new();
    desk.take(&article(
        "ap",
        0,
        vec![said("ap < ministry", assad_left()), killed("ap < ministry", 3)],
    ));
    desk.story = story(2);
    let other = vec![
        said("afp < sohr", assad_left()),
        killed("afp < sohr", 5),
        said("afp < sohr", that("resign", "Mikati", "", "")),
    ];
    desk.take(&article("afp", 1, other));
    let theirs = desk.all();
    assert_eq!(theirs.len(), 3);
    let joined = desk.claims.join(&desk.policy.clone(), story(2), story(1), desk.now);
    assert_eq!(joined.merged.len(), 1);
    assert_eq!(joined.moved.len(), 2);
    assert_eq!(kinds(&joined.events), ["merged"]);
    desk.settle(&joined.slots.clone(), crate::claims::Occasion::OriginsMerged);
    desk.story = story(1);
    assert_eq!(desk.all().len(), 4);
    let (from, into) = joined.merged[0];
    assert_eq!(desk.claims.resolve(from), into);
    assert_eq!(desk.level(into).origins, 2);
    assert_eq!(desk.row(desk.valued(3)).slot, desk.row(desk.valued(5)).slot);

    let articles = [crate::article::ArticleId::of("afp")].into_iter().collect();
    let parted = desk.claims.split(story(1), story(3), &articles, desk.now);
    desk.settle(&parted.slots, crate::claims::Occasion::OriginsMerged);
    assert_eq!(desk.level(into).origins, 1);
    desk.story = story(3);
    assert_eq!(desk.all().len(), 3);

    desk.claims.evict(story(1));
    desk.claims.evict(story(3));
    desk.claims.drain(&mut |_| {});
    assert_eq!(desk.claims.digest(), 0, "nothing is left behind");
}
