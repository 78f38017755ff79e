//! Tolls and gauges: what supports, excludes, supersedes, and what a range shows.

use crate::claims::newsroom::*;
use crate::claims::{RevisionEffect, Status};
use crate::reading::{Bound, Quantity};

#[test]
fn a_later_higher_toll_from_an_equal_root_supersedes() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, vec![killed("ap < ministry", 43)]));
    let events = desk.take(&article("afp", 10, vec![killed("afp < rescue", 47)]));
    assert_eq!(kinds(&events), ["superseded", "added", "level_changed"]);
    let (old, new) = (desk.valued(43), desk.valued(47));
    assert_eq!(desk.level(old).status, Status::Superseded);
    assert_eq!(desk.row(old).superseded_by, Some(new));
    assert_eq!(desk.level(new).conflict, 0);
    let range = desk.weighed(new).range;
    assert_eq!(range.len(), 2, "each origin's newest");
}

#[test]
fn a_later_higher_toll_from_a_weaker_root_stands_beside() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, vec![killed("ap < ministry", 43)]));
    let events = desk.take(&article("afp", 10, vec![killed("afp < shelter", 900)]));
    assert_eq!(kinds(&events), ["added"]);
    assert_eq!(desk.level(desk.valued(43)).status, Status::SingleOrigin);
    assert_eq!(desk.level(desk.valued(43)).conflict, 0);
    // The same body's own later word takes the place of its earlier one.
    let events = desk.take(&article("dpa", 20, vec![killed("dpa < ministry", 51)]));
    assert!(kinds(&events).contains(&"superseded"));
}

#[test]
fn a_later_lower_toll_is_a_conflict() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, vec![killed("ap < ministry", 47)]));
    let events = desk.take(&article("afp", 10, vec![killed("afp < rescue", 43)]));
    assert_eq!(kinds(&events), ["disputed", "added", "disputed", "level_changed"]);
    assert!(desk.level(desk.valued(47)).conflict > 400_000);
}

#[test]
fn a_version_with_a_higher_toll_supersedes_though_nothing_else_says_the_old_one() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, vec![killed("ap < ?a nurse", 3)]));
    let second = article("ap", 10, vec![killed("ap < ?a nurse", 5)]);
    let events = desk.take(&second.version(2, RevisionEffect::Update));
    assert_eq!(kinds(&events), ["superseded", "added", "level_changed"]);
    assert_eq!(desk.level(desk.valued(3)).status, Status::Superseded);
}

#[test]
fn a_late_report_of_an_earlier_toll_is_no_news_of_today() {
    let mut desk = Desk::new();
    desk.take(&article("afp", 10, vec![killed("afp < rescue", 47)]));
    let events = desk.take(&article("ap", 0, vec![killed("ap < ministry", 43)]));
    assert_eq!(kinds(&events), ["added", "superseded"]);
    assert_eq!(desk.level(desk.valued(47)).conflict, 0);
}

#[test]
fn an_exact_number_supports_a_bound_but_not_the_other_way_round() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 5, vec![numbered("ap < ministry", at_least("killed", 40))]));
    desk.take(&article("afp", 0, vec![killed("afp < rescue", 47)]));
    let bound = desk.valued(40);
    assert_eq!(desk.level(bound).origins, 2, "47 is at least 40");
    assert_eq!(desk.level(desk.valued(47)).origins, 1);
    assert_eq!(desk.level(desk.valued(47)).conflict, 0, "what overlaps is no conflict");
}

#[test]
fn a_gauges_later_value_supersedes_whichever_way_it_goes() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, vec![numbered("ap < ministry", gauge("missing", 30))]));
    desk.take(&article("afp", 10, vec![numbered("afp < rescue", gauge("missing", 12))]));
    assert_eq!(desk.level(desk.valued(30)).status, Status::Superseded);
    desk.take(&article("dpa", 20, vec![numbered("dpa < ministry", gauge("missing", 15))]));
    assert_eq!(desk.level(desk.valued(12)).status, Status::Superseded);
    assert_eq!(desk.level(desk.valued(15)).status, Status::SingleOrigin);
}

#[test]
fn a_withdrawn_later_value_gives_the_place_back() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, vec![killed("ap < ministry", 43)]));
    let before = desk.level(desk.valued(43));
    desk.take(&article("afp", 10, vec![killed("afp < rescue", 47)]));
    desk.withdraw("afp", 20);
    assert_eq!(desk.level(desk.valued(43)), before);
    assert_eq!(desk.row(desk.valued(43)).superseded_by, None);
}

#[test]
fn a_part_names_its_total_and_is_a_question_of_its_own() {
    let mut desk = Desk::new();
    let children =
        Quantity { part: true, population: Some("children".to_owned()), ..count("killed", 35) };
    let mut statement = killed("ap < ministry", 80);
    statement.quantities.push(children);
    desk.take(&article("ap", 0, vec![statement]));
    let (total, part) = (desk.valued(80), desk.valued(35));
    assert_eq!(desk.row(part).part_of, Some(total));
    assert_ne!(desk.row(part).slot, desk.row(total).slot);
    assert_eq!(desk.level(total).conflict, 0);
}

#[test]
fn provinces_and_populations_are_questions_of_their_own() {
    let mut desk = Desk::new();
    let toll = |place: Option<&str>, population: Option<&str>, value: i64| {
        let quantity = Quantity {
            place: place.map(str::to_owned),
            population: population.map(str::to_owned),
            ..count("killed", value)
        };
        vec![numbered("ap < ministry", quantity)]
    };
    desk.take(&article("a", 0, toll(Some("Gaziantep"), None, 120)));
    desk.take(&article("b", 1, toll(Some("Hatay"), None, 80)));
    desk.take(&article("c", 2, toll(None, Some("soldiers"), 7)));
    desk.take(&article("d", 3, toll(Some("Turkey"), Some("people"), 500)));
    desk.take(&article("e", 4, toll(None, None, 520)));
    let slot = |value| desk.row(desk.valued(value)).slot;
    assert_ne!(slot(120), slot(80));
    assert_ne!(slot(7), slot(500));
    assert_ne!(slot(120), slot(500));
    assert_eq!(slot(500), slot(520), "the country's toll is the toll");
}

#[test]
fn about_and_between_meet_what_lies_in_them() {
    let mut desk = Desk::new();
    let dozens = Quantity {
        value: 24_000,
        low: Some(24_000),
        high: Some(99_000),
        bound: Bound::Between,
        ..count("injured", 24)
    };
    desk.take(&article("ap", 5, vec![numbered("ap < ministry", dozens)]));
    desk.take(&article("afp", 0, vec![numbered("afp < rescue", count("injured", 60))]));
    assert_eq!(desk.level(desk.valued(24)).origins, 2);
    let more = Quantity { bound: Bound::MoreThan, high: None, ..count("injured", 60) };
    desk.take(&article("dpa", 6, vec![numbered("dpa < sohr", more)]));
    let all = desk.all();
    let sixty: Vec<_> =
        all.iter().filter(|c| desk.row(**c).quantity.as_ref().unwrap().value == 60_000).collect();
    assert_eq!(sixty.len(), 2, "more than 60 is not 60");
}

#[test]
fn dozens_do_not_dispute_what_was_counted_before() {
    let told = |value, high| {
        let mut desk = Desk::new();
        desk.take(&article("ap", 0, vec![numbered("ap < ministry", count("injured", 260))]));
        let later = Quantity {
            high: Some(high),
            bound: if high == value { Bound::Exactly } else { Bound::Between },
            ..count("injured", value / 1_000)
        };
        desk.take(&article("afp", 5, vec![numbered("afp < rescue", later)]));
        desk.level(desk.valued(260)).conflict
    };
    assert_eq!(told(24_000, 99_000), 0);
    assert_ne!(told(24_000, 24_000), 0, "a counted 24 does");
}

#[test]
fn an_article_that_gives_two_values_does_not_contradict_itself() {
    let mut desk = Desk::new();
    let price = |value| numbered("ap < exchange", gauge("price", value));
    let events = desk.take(&article("ap", 0, vec![price(11_926), price(10_925)]));
    assert_eq!(kinds(&events), ["added", "added"]);
    for value in [11_926, 10_925] {
        assert_eq!(desk.level(desk.valued(value)).conflict, 0, "{value}");
    }
    // Another article's word is a conflict.
    let events = desk.take(&article("afp", 0, vec![numbered("afp < bank", gauge("price", 9_000))]));
    assert!(kinds(&events).contains(&"disputed"), "{:?}", kinds(&events));
}

#[test]
fn a_killed_number_is_not_kept_by_another_that_lies_within_it() {
    let mut desk = Desk::new();
    let least = Quantity { high: None, bound: Bound::AtLeast, ..count("killed", 12) };
    desk.take(&article("reuters", 0, vec![numbered("reuters < police", least)]));
    let killed_claim = desk.only();
    desk.take(&article("afp", 5, vec![killed("afp < rescue", 19)]));
    desk.withdraw("reuters", 10);
    assert_eq!(desk.level(killed_claim).status, Status::Retracted);
    assert_eq!(desk.level(killed_claim).origins, 0);
    assert!(desk.row(killed_claim).withheld.is_some());
    assert_eq!(desk.level(desk.valued(19)).origins, 1);
}

#[test]
fn a_denial_gives_no_words_back_to_a_killed_number() {
    let mut desk = Desk::new();
    let least = Quantity { high: None, bound: Bound::AtLeast, ..count("killed", 12) };
    desk.take(&article("reuters", 0, vec![numbered("reuters < police", least.clone())]));
    let killed_claim = desk.only();
    desk.take(&article("afp", 5, vec![killed("afp < rescue", 19)]));
    desk.take(&article("ap", 6, vec![denied(numbered("ap < army", least))]));
    desk.withdraw("reuters", 10);
    assert!(desk.row(killed_claim).withheld.is_some());
}
