//! What a reader is told of hand-made changes: by what stands, folded by cause, copies in one line.

use writethru_core::article::{ClaimId, Id, StoryId, Time};
use writethru_core::change::{ArticleRef, Because, Body, Cause, Change, ClaimDoc, StoryRef, Why};
use writethru_core::claims::{Confidence, Level, Likelihood, Status};
use writethru_core::reading::{Bound, Hop, Quantity, Stance};

use super::teller::Teller;

const NIGHT: Time = Time(1_733_629_260_000);

fn change(uri: &str, body: Body) -> Change {
    Change {
        id: Default::default(),
        desk: "en".to_owned(),
        story: StoryRef {
            id: StoryId(Id([1; 12])),
            slug: "ferry".to_owned(),
            headline: "Ferry burns off Ancona".into(),
        },
        time: NIGHT,
        recorded: NIGHT,
        sequence: 1,
        desk_sequence: 1,
        cause: Cause::Article {
            uri: uri.into(),
            version: None,
            revision: 1,
            digest: Id::default(),
        },
        body,
        because: Vec::new(),
    }
}

fn claim(id: u8, text: &str, status: Status, origins: u32) -> Box<ClaimDoc> {
    Box::new(ClaimDoc {
        id: ClaimId(Id([id; 12])),
        text: Some(text.to_owned()),
        level: level(status, origins),
        ..ClaimDoc::default()
    })
}

fn level(status: Status, origins: u32) -> Level {
    Level {
        status,
        likelihood: Likelihood::VeryLikely,
        confidence: Confidence::Moderate,
        origins,
        ..Level::default()
    }
}

fn joined(uri: &str, publisher: &str, root: Option<&str>) -> Change {
    let article = |publisher: &str| ArticleRef {
        uri: uri.into(),
        publisher: publisher.into(),
        headline: format!("Ferry burns, says {publisher}").into(),
        ..ArticleRef::default()
    };
    change(uri, Body::ArticleJoined { article: article(publisher), copy_of: root.map(article) })
}

fn told(teller: &mut Teller, changes: &[Change]) -> String {
    let lines: Vec<String> = teller.tell(changes).iter().map(|line| line.paint(100)).collect();
    anstream::adapter::strip_str(&lines.join("\n")).to_string()
}

#[test]
fn a_level_that_moved_is_told_with_its_claim_and_never_from_the_event() {
    let mut claim = claim(1, "The ferry burned", Status::Disputed, 2);
    claim.denied_by = vec!["the coastguard".to_owned()];
    let moved = Body::ClaimLevelChanged {
        claim: claim.clone(),
        from: level(Status::SingleOrigin, 1),
        to: claim.level,
        why: Why::NewOrigin,
    };
    let told = told(
        &mut Teller::default(),
        &[change("a", Body::ClaimCorroborated { claim }), change("a", moved)],
    );
    assert_eq!(told.matches("The ferry burned").count(), 1, "{told}");
    assert!(told.contains("DISPUTED (was single origin): very likely, 2 origins."), "{told}");
    assert!(told.contains("denied by the coastguard"), "{told}");
    assert!(!told.contains("CORROBORATED"), "{told}");
}

#[test]
fn likelihood_and_confidence_never_share_a_sentence() {
    let claim = claim(1, "The ferry burned", Status::Corroborated, 2);
    let told = told(&mut Teller::default(), &[change("a", Body::ClaimAdded { claim })]);
    for sentence in told.split(['.', '\n']) {
        assert!(!(sentence.contains("likely") && sentence.contains("onfidence")), "{sentence}");
    }
}

#[test]
fn copies_are_told_in_one_line_when_the_story_moves() {
    let mut teller = Teller::default();
    for copy in ["b", "c", "d"] {
        assert_eq!(told(&mut teller, &[joined(copy, "herald.example", Some("reuters.com"))]), "");
    }
    let claim = claim(1, "The ferry sank", Status::SingleOrigin, 1);
    let told = told(&mut teller, &[change("e", Body::ClaimAdded { claim })]);
    assert!(told.contains("3 reprints of the reuters.com report: nothing new"), "{told}");
    assert!(teller.finish().is_empty());
}

#[test]
fn no_more_than_three_claims_of_an_article_are_told() {
    let changes: Vec<Change> = (1..=7)
        .map(|id| {
            let claim = claim(id, &format!("Claim number {id}"), Status::SingleOrigin, 1);
            change("a", Body::ClaimAdded { claim })
        })
        .collect();
    let told = told(&mut Teller::default(), &changes);
    assert_eq!(told.matches("Claim number").count(), 3);
    assert!(told.contains("… and 4 more claims"), "{told}");
}

#[test]
fn a_toll_is_told_as_a_series() {
    let toll = |id, number: i64, status| {
        let mut claim = claim(id, &format!("{number} people died"), status, 1);
        let bound = Bound::AtLeast;
        let value = number * 1000;
        claim.quantity = Some(Quantity { value, bound, ..Quantity::default() });
        claim
    };
    let mut teller = Teller::default();
    let step = |old: (u8, i64), new: (u8, i64)| {
        let by = ClaimId(Id([new.0; 12]));
        let superseded =
            Body::ClaimSuperseded { claim: toll(old.0, old.1, Status::Superseded), by };
        let added = Body::ClaimAdded { claim: toll(new.0, new.1, Status::SingleOrigin) };
        [change("a", added), change("a", superseded)]
    };
    told(&mut teller, &step((1, 12), (2, 31)));
    let told = told(&mut teller, &step((2, 31), (3, 1047)));
    assert!(told.contains("at least 12 → at least 31 → at least 1,047"), "{told}");
}

#[test]
fn what_was_taken_back_is_struck_and_remembered() {
    let mut teller = Teller::default();
    told(&mut teller, &[joined("a", "skyline.example", None)]);
    let article =
        ArticleRef { uri: "a".into(), publisher: "skyline.example".into(), ..Default::default() };
    let withdrawn = Body::ArticleWithdrawn { article, notice: Some("KILL".to_owned()) };
    let mut claim = claim(1, "", Status::Retracted, 0);
    claim.text = None;
    let text = "The ferry sank".to_owned();
    let retracted = Body::ClaimRetracted { claim, text, withhold: true };
    let lines = teller.tell(&[change("a", withdrawn), change("a", retracted)]);
    let painted: Vec<String> = lines.iter().map(|line| line.paint(100)).collect();
    let plain = anstream::adapter::strip_str(&painted.join("\n")).to_string();
    assert!(plain.contains("TAKEN BACK by skyline.example: Ferry burns, says skyline.example"));
    assert!(plain.contains("TAKEN BACK: The ferry sank"), "{plain}");
    assert!(painted.iter().any(|line| line.contains("\u{1b}[9m")), "nothing is struck through");
    assert_eq!(teller.taken_back().len(), 2);
}

#[test]
fn a_denial_names_the_way_it_came() {
    let mut claim = claim(1, "The minister resigned", Status::Denied, 0);
    claim.denied_by = vec!["the ministry".to_owned()];
    let hop = |name: &str| Hop { resolved: name.to_owned(), ..Hop::default() };
    let mut change = change("a", Body::ClaimAdded { claim });
    change.because = vec![Because {
        stance: Stance::Deny,
        chain: [hop("BBC"), hop("SANA"), hop("the ministry")].into(),
        ..Because::default()
    }];
    let told = told(&mut Teller::default(), &[change]);
    assert!(told.contains("denied: BBC ← SANA ← the ministry"), "{told}");
    assert!(!told.contains("denied by"), "{told}");
}
