//! Copies and credits: what they add (nothing), and what they fall with.

use crate::article::ArticleId;
use crate::claims::newsroom::*;
use crate::claims::{Occasion, RevisionEffect, Rule, Status};

fn left(by: &str) -> Vec<crate::reading::Statement> {
    vec![said(by, assad_left())]
}

#[test]
fn rewrites_that_describe_the_source_differently_are_one_origin() {
    let mut desk = Desk::new();
    desk.take(&article("reuters", 0, left("reuters < ??two senior officers")));
    for (n, who) in ["?a syrian officer", "?military sources", "??two officials"].iter().enumerate()
    {
        let by = format!("mint < reuters < {who}");
        let events = desk.take(&article(&format!("rewrite-{n}"), 5, left(&by)));
        assert!(events.is_empty(), "{events:?}");
    }
    let events = desk.take(&article("credit", 6, left("hindu < reuters")));
    assert!(events.is_empty(), "{events:?}");
    let weighed = desk.weighed(desk.only());
    assert_eq!(weighed.level.origins, 1);
    assert_eq!(weighed.level.p, 761_900);
    assert_eq!(weighed.origins[0].rule, Rule::Credit);
    assert_eq!(weighed.origins[0].evidence.len(), 5);
}

#[test]
fn a_credit_before_its_original_is_the_same_origin_in_the_end() {
    let mut desk = Desk::new();
    desk.take(&article("credit", 6, left("hindu < reuters")));
    let events = desk.take(&article("reuters", 0, left("reuters < ??two senior officers")));
    assert!(!kinds(&events).contains(&"corroborated"), "{events:?}");
    assert_eq!(desk.level(desk.only()).origins, 1);
    assert_eq!(desk.level(desk.only()).p, 761_900);
}

#[test]
fn two_agencies_with_anonymous_sources_of_their_own_are_two() {
    let mut desk = Desk::new();
    desk.take(&article("reuters", 0, left("reuters < ?an officer")));
    let events = desk.take(&article("afp", 1, left("afp < ?an officer")));
    assert_eq!(kinds(&events), ["corroborated", "level_changed"]);
    assert_eq!(desk.level(desk.only()).origins, 2);
}

#[test]
fn one_and_the_other_of_two_officials_are_one() {
    let mut desk = Desk::new();
    let both = vec![
        said("ap < ?two officials", assad_left()),
        said("ap < ?one", assad_left()),
        said("ap < ?the other", assad_left()),
    ];
    desk.take(&article("ap", 0, both));
    assert_eq!(desk.level(desk.only()).origins, 1);
}

#[test]
fn an_authority_and_the_agency_that_quotes_it_are_one() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, left("ap < ministry")));
    desk.take(&article("ministry-page", 1, left("ministry")));
    assert_eq!(desk.level(desk.only()).origins, 1);
}

#[test]
fn two_bodies_are_two_unless_one_cites_the_other() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, left("ap < ministry")));
    desk.take(&article("afp", 1, left("afp < rescue")));
    assert_eq!(desk.level(desk.only()).origins, 2);
    desk.take(&article("dpa", 2, left("dpa < ministry < rescue")));
    assert_eq!(desk.level(desk.only()).origins, 1);
}

#[test]
fn what_nobody_can_be_named_for_counts_only_where_it_is_alone() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, left("ap < ?media reports")));
    assert_eq!(desk.level(desk.only()).origins, 1);
    desk.take(&article("afp", 1, left("afp < ?local media")));
    assert_eq!(desk.level(desk.only()).origins, 1);
    let events = desk.take(&article("dpa", 2, left("dpa < sohr")));
    assert!(kinds(&events).contains(&"corroborated"));
    assert_eq!(desk.level(desk.only()).origins, 1);
}

#[test]
fn a_headline_is_no_source_beside_the_one_that_the_text_names() {
    let mut desk = Desk::new();
    let told = vec![
        headline(said("mint", assad_left())),
        said("mint", assad_left()),
        said("mint < reuters < ??two senior officers", assad_left()),
    ];
    desk.take(&article("mint", 0, told));
    assert_eq!(desk.level(desk.only()).origins, 1);
    assert_eq!(desk.level(desk.only()).p, 761_900);
}

#[test]
fn credits_fall_with_a_withdrawn_report_whenever_they_arrive() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, left("ap < ?an officer")));
    desk.take(&article("mint", 5, left("mint < ap")));
    let events = desk.withdraw("ap", 10);
    assert_eq!(kinds(&events), ["retracted", "level_changed"]);
    // Published before the withdrawal, arrives after it.
    let events = desk.take(&article("hindu", 8, left("hindu < ap < ?an officer")));
    assert!(events.is_empty(), "{events:?}");
    let events = desk.take(&article("star", 9, left("star < mint")));
    assert!(events.is_empty(), "a credit of a credit: {events:?}");
    assert_eq!(desk.row(desk.only()).withheld.as_deref(), Some("KILL"));
    // Published after it: somebody knew, and says it again; by a root that said it before.
    let events = desk.take(&article("gazette", 30, left("gazette < ap")));
    assert_eq!(kinds(&events), ["level_changed"]);
    assert_eq!(desk.row(desk.only()).withheld, None);
}

#[test]
fn a_credit_stands_while_something_of_the_agency_stands() {
    let mut desk = Desk::new();
    desk.take(&article("ap-1", 0, left("ap < ?an officer")));
    desk.take(&article("ap-2", 2, left("ap < ?an officer")));
    desk.take(&article("mint", 5, left("mint < ap")));
    let before = desk.level(desk.only());
    assert!(desk.withdraw("ap-1", 10).is_empty());
    assert_eq!(desk.level(desk.only()), before);
}

#[test]
fn copies_of_a_killed_report_publish_nothing_whenever_they_arrive() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, left("ap < ?an officer")));
    desk.withdraw("ap", 10);
    let other = vec![
        said("mint < ap < ?an officer", assad_left()),
        said("mint < ap < ?an officer", that("resign", "Mikati", "", "")),
    ];
    let events = desk.take(&article("mint", 12, other).copy_of("ap", 0));
    assert!(events.is_empty(), "{events:?}");
    assert_eq!(desk.all().len(), 1, "a claim that never lived is not listed");
    assert_eq!(desk.level(desk.only()).status, Status::Retracted);
}

#[test]
fn a_reinstated_article_brings_its_claims_and_copies_back() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, left("ap < ??two officers")));
    desk.take(&article("mint", 1, left("mint < ap < ??two officers")).copy_of("ap", 0));
    let before = desk.level(desk.only());
    desk.withdraw("ap", 10);
    let again = article("ap", 20, left("ap < ??two officers")).version(2, RevisionEffect::New);
    let events = desk.take(&again);
    assert!(kinds(&events).contains(&"level_changed"));
    assert_eq!(desk.level(desk.only()), before);
    assert_eq!(desk.weighed(desk.only()).speaking.len(), 2);
}

#[test]
fn a_correction_ends_the_number_in_copies_and_credits() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, vec![killed("ap < ministry", 47)]));
    desk.take(&article("mint", 1, vec![killed("mint < ap < ministry", 47)]).copy_of("ap", 0));
    desk.take(&article("hindu", 2, vec![killed("hindu < ap", 47)]));
    let wrong = desk.valued(47);
    let corrected =
        article("ap", 10, vec![killed("ap < ministry", 43)]).version(2, RevisionEffect::Correction);
    let events = desk.take(&corrected);
    let right = desk.valued(43);
    assert_eq!(kinds(&events), ["corrected", "added", "level_changed"]);
    assert_eq!(desk.level(wrong).status, Status::Corrected);
    assert_eq!(desk.level(right).status, Status::SingleOrigin);
    // A copy and a credit of the earlier version, late.
    let late = article("star", 1, vec![killed("star < ap < ministry", 47)]).copy_of("ap", 0);
    assert!(desk.take(&late).is_empty());
    let late = article("gazette", 20, vec![killed("gazette < ap", 47)]);
    assert!(desk.take(&late).is_empty());
    assert_eq!(desk.level(wrong).status, Status::Corrected);
    assert_eq!(desk.level(right).conflict, 0);
}

#[test]
fn a_corrected_name_ends_the_wrong_one() {
    let mut desk = Desk::new();
    let entered = |city: &str| vec![said("ap < ministry", that("enter", "rebels", city, ""))];
    desk.take(&article("ap", 0, entered("Homs")));
    let wrong = desk.only();
    desk.take(&article("ap", 5, entered("Hama")).version(2, RevisionEffect::Correction));
    assert_eq!(desk.level(wrong).status, Status::Corrected);
    assert_eq!(desk.all().len(), 2);
}

#[test]
fn a_late_older_version_changes_nothing() {
    let mut desk = Desk::new();
    let second = article("ap", 10, vec![killed("ap < ministry", 47)]);
    desk.take(&second.version(2, RevisionEffect::Update));
    let before = desk.level(desk.only());
    let events = desk.take(&article("ap", 0, vec![killed("ap < ministry", 43)]));
    assert!(events.is_empty());
    assert_eq!(desk.level(desk.only()), before);
}

#[test]
fn silence_of_a_later_version_is_no_retraction() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, left("ap < ministry")));
    let before = desk.level(desk.only());
    let other = vec![said("ap < ministry", that("resign", "Mikati", "", ""))];
    desk.take(&article("ap", 5, other).version(2, RevisionEffect::Update));
    assert_eq!(desk.level(desk.all()[0]), before);
}

#[test]
fn the_true_original_turns_up_later() {
    let mut desk = Desk::new();
    desk.take(&article("mint", 5, left("mint < ?an officer")));
    desk.take(&article("hindu", 6, left("hindu < ?an officer")).copy_of("mint", 5));
    assert_eq!(desk.level(desk.only()).origins, 1);
    let slots = desk.claims.regroup(ArticleId::of("mint"), ArticleId::of("ap"), at(0));
    desk.settle(&slots, Occasion::OriginsMerged);
    desk.take(&article("ap", 0, left("ap < ?an officer")));
    assert_eq!(desk.level(desk.only()).origins, 1);
    desk.withdraw("ap", 20);
    assert_eq!(desk.level(desk.only()).status, Status::Retracted);
}

#[test]
fn evidence_stays_within_its_limits() {
    let mut desk = Desk::new();
    for n in 0..200 {
        let by = format!("paper{n} < official{}", n % 50);
        desk.take(&article(&format!("a{n}"), n, left(&by)));
    }
    let claim = desk.only();
    assert!(desk.claims.evidence_of(claim).count() <= desk.policy.limits.claim_evidence_max);
    assert_eq!(desk.level(claim).origins, 50, "no origin is lost for another's second voice");
}

#[test]
fn a_body_told_by_a_part_of_its_name_is_that_body() {
    let mut desk = Desk::new();
    desk.take(&article("afp", 0, left("afp < defence ministry")));
    let events = desk.take(&article("ap", 1, left("ap < syrian defence ministry")));
    assert!(!kinds(&events).contains(&"corroborated"), "{events:?}");
    assert_eq!(desk.level(desk.only()).origins, 1);
    desk.take(&article("bbc", 2, left("bbc < interior ministry")));
    assert_eq!(desk.level(desk.only()).origins, 2);
}

#[test]
fn of_two_governors_the_governor_is_neither_and_of_one_it_is_he() {
    let mut desk = Desk::new();
    desk.take(&article("ap", 0, left("ap < Governor Ann Holt")));
    desk.take(&article("afp", 1, left("afp < the governor")));
    assert_eq!(desk.level(desk.only()).origins, 1);
    desk.take(&article("dpa", 2, left("reuters < Governor Tom Brand")));
    assert_eq!(desk.level(desk.only()).origins, 3);
}
