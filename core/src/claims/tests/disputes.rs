//! Denials, rivals, reversals, and what stands in the end.

use crate::claims::newsroom::*;
use crate::claims::{Confidence, Dispute, Likelihood, Occasion, Status};
use crate::reading::{ClaimKind, Statement};

fn left(by: &str) -> Statement {
    said(by, assad_left())
}

fn remains(by: &str) -> Statement {
    let proposition = crate::reading::Proposition {
        valence: 1,
        once: true,
        excludes: Some(word("leave")),
        ..that("remain", "Assad", "Damascus", "")
    };
    said(by, proposition)
}

#[test]
fn a_single_origin_that_the_subject_denies_is_disputed() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, vec![left("ap < ministry")]));
    let events = desk.take(&article("sana", 1, vec![denied(left("sana < presidency"))]));
    assert_eq!(kinds(&events), ["denied", "disputed", "level_changed"]);
    let level = desk.level(desk.only());
    assert_eq!(level.status, Status::Disputed);
    assert_eq!(level.dispute, Dispute::Open);
    assert_eq!(level.likelihood, Likelihood::NotJudged);

    let events = desk.take(&article("afp", 2, vec![left("afp < sohr")]));
    assert_eq!(kinds(&events), ["corroborated", "level_changed"]);
    let level = desk.level(desk.only());
    assert_eq!((level.status, level.dispute), (Status::Corroborated, Dispute::Outweighed));

    let events = desk.withdraw("sana", 3);
    assert_eq!(kinds(&events), ["resolved", "level_changed"]);
    assert_eq!(desk.level(desk.only()).dispute, Dispute::None);
}

#[test]
fn a_denial_by_itself_is_a_denied_claim() {
    let mut desk = Desk::new();
    let events = desk.take(&article("sana", 1, vec![denied(left("sana < presidency"))]));
    assert_eq!(kinds(&events), ["added", "denied"]);
    let claim = desk.only();
    assert_eq!(desk.level(claim).status, Status::Denied);
    assert_eq!(desk.level(claim).origins, 0);
    assert!(desk.row(claim).denial_text.is_some());
    let events = desk.take(&article("ap", 2, vec![left("ap < ministry")]));
    assert_eq!(kinds(&events), ["corroborated", "disputed", "level_changed"]);
}

#[test]
fn each_side_is_said_to_hold_the_broadcaster() {
    let mut desk = Desk::new();
    let hold = |by: &str, who: &str| {
        let proposition =
            crate::reading::Proposition { sole: true, ..that("hold", who, "", "broadcast hq") };
        vec![said(by, proposition)]
    };
    desk.take(&article("ap", 0, hold("ap < sohr", "rebels")));
    let events = desk.take(&article("afp", 1, hold("afp < ministry", "army")));
    assert_eq!(kinds(&events), ["disputed", "added", "disputed", "level_changed"]);
    let all = desk.all();
    assert_eq!(all.len(), 2);
    assert_eq!(desk.row(all[0]).slot, desk.row(all[1]).slot);
    let events = desk.withdraw("afp", 5);
    assert_eq!(
        kinds(&events),
        ["resolved", "resolved", "retracted", "level_changed", "level_changed"]
    );
    assert_eq!(desk.level(all[0]).status, Status::SingleOrigin);
}

#[test]
fn a_claim_and_its_contrary_exclude_each_other() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, vec![left("ap < sohr")]));
    let events = desk.take(&article("afp", 1, vec![remains("afp < ministry")]));
    assert_eq!(kinds(&events), ["disputed", "added", "disputed", "level_changed"]);
    for claim in desk.all() {
        assert_eq!(desk.level(claim).status, Status::Disputed);
    }
}

#[test]
fn a_named_root_replaces_its_own_word_through_any_carrier() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, vec![left("ap < ministry")]));
    let events = desk.take(&article("afp", 5, vec![denied(left("afp < ministry"))]));
    assert_eq!(kinds(&events), ["denied", "retracted", "level_changed"]);
    let claim = desk.only();
    assert_eq!(desk.level(claim).status, Status::Retracted);
    assert_eq!(desk.row(claim).withheld, None, "nothing was killed");
    // A late reprint of the first report is as old as that report.
    let reprint = article("mint", 9, vec![left("mint < ap < ministry")]).copy_of("ap", 0);
    assert!(desk.take(&reprint).is_empty());
    assert_eq!(desk.level(claim).status, Status::Retracted);
    // A new word is a new word.
    desk.take(&article("dpa", 12, vec![left("dpa < ministry")]));
    assert_eq!(desk.level(claim).status, Status::SingleOrigin);
    assert!(desk.row(claim).denied_by.is_empty());
}

#[test]
fn a_denial_speaks_for_its_own_time() {
    let mut desk = Desk::new();
    let entered = |by: &str| said(by, that("enter", "rebels", "Damascus", ""));
    let not_yet = Statement { not_yet: true, ..denied(entered("sana < rescue")) };
    desk.take(&article("sana", 0, vec![not_yet.clone()]));
    desk.take(&article("ap", 60, vec![entered("ap < ministry")]));
    let level = desk.level(desk.only());
    assert_eq!((level.status, level.conflict), (Status::SingleOrigin, 0));
    assert!(desk.row(desk.only()).denied_by.is_empty());
    // But what was said before it is what it denies.
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, vec![entered("ap < ministry")]));
    desk.take(&article("sana", 60, vec![not_yet]));
    assert!(desk.level(desk.only()).conflict > 400_000);
}

#[test]
fn a_bodys_own_act_is_official() {
    let mut desk = Desk::new();
    let act = own_act(said("ap < ministry", that("close", "ministry", "", "airport")));
    desk.take(&article("ap", 0, vec![act]));
    let level = desk.level(desk.only());
    assert_eq!(level.status, Status::Official);
    assert_eq!(level.confidence, Confidence::Moderate);
    assert_eq!(level.likelihood, Likelihood::AlmostCertain, "one origin, but its own act");
}

#[test]
fn one_origin_never_leaves_the_middle_of_the_scale() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, vec![left("ap")]));
    let level = desk.level(desk.only());
    assert!(level.p > 900_000, "{level:?}");
    assert_eq!(level.likelihood, Likelihood::Likely);
    assert_eq!(level.status, Status::SingleOrigin);
    assert_eq!(level.confidence, Confidence::Low);
}

#[test]
fn a_state_fades_and_an_event_does_not() {
    let mut desk = Desk::new();
    let closed = Statement {
        kind: ClaimKind::State,
        ..said("ap < ministry", that("closed", "airport", "", ""))
    };
    desk.take(&article("ap", 0, vec![closed, left("ap < ministry")]));
    let all = desk.all();
    let state = *all.iter().find(|claim| desk.row(**claim).kind == ClaimKind::State).unwrap();
    let event = *all.iter().find(|claim| **claim != state).unwrap();
    assert_eq!(desk.claims.next_fade(&desk.policy, event), None);
    let before = desk.level(state);
    let mut due = 0;
    while let Some(next) = desk.claims.next_fade(&desk.policy, state) {
        assert!(next > desk.now);
        desk.now = next;
        let slots = desk.claims.fade(state, next);
        desk.settle(&slots, Occasion::Decay);
        due += 1;
    }
    assert_eq!(due, i32::from(desk.policy.calculus.state_half_lives_max));
    assert!(desk.level(state).p < before.p);
    assert_eq!(desk.level(state).status, Status::NotJudged);
    assert_eq!(desk.level(event).status, Status::SingleOrigin);
}

#[test]
fn three_origins_with_a_reliable_name_are_strong() {
    let mut desk = Desk::new();
    for by in ["ap < sohr", "afp < ministry", "dpa < rescue"] {
        desk.take(&article(by, 0, vec![left(by)]));
    }
    let level = desk.level(desk.only());
    assert_eq!(level.origins, 3);
    assert_eq!(level.status, Status::Corroborated, "P is {}", level.p);
    desk.take(&article("reuters", 1, vec![left("reuters")]));
    assert_eq!(desk.level(desk.only()).status, Status::StronglyCorroborated);
    assert_eq!(desk.level(desk.only()).confidence, Confidence::High);
}

#[test]
fn what_would_raise_it_is_said_in_words() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, vec![left("ap < ministry")]));
    let told = crate::claims::explain(&desk.policy, &desk.claims, desk.only()).unwrap();
    assert_eq!(told.sentence, "One more named independent source would make it corroborated.");
    assert_eq!(told.grade.letter, Some(crate::policy::Letter::B));
    assert_eq!(told.grade.digit, 2);
    assert!(told.origins[0].pivotal);
    assert_eq!(told.origins[0].status_without, Status::Retracted);
    desk.take(&article("afp", 1, vec![left("afp < sohr")]));
    let level = desk.level(desk.only());
    assert_eq!(level.status, Status::Corroborated);
}
