//! What is matched, what moved, and which words are not told.

use writethru_core::alerts::Message;
use writethru_core::article::{AlertId, Id};
use writethru_core::policy::alerts::Scope;

use super::told::ToldAlert;
use super::*;

fn id(number: u8) -> Id {
    Id([number; 12])
}

fn change(number: u8, at: i64, text: Option<&str>) -> Told {
    Told::Change(ToldChange {
        source: "/desk/en".into(),
        id: ChangeId(id(number)),
        kind: "claim.added".into(),
        story: StoryId(id(1)),
        claim: Some(ClaimId(id(number))),
        recorded: Time(at),
        headline: "Ferry burns".into(),
        text: text.map(|text| text.to_owned().into()),
        is_withheld: text.is_none(),
    })
}

fn alert(rule: &'static str, claim: u8, alert: u8, message: Message, at: i64) -> Told {
    Told::Alert(ToldAlert {
        source: "/desk/en".into(),
        alert: AlertId(id(alert)),
        rule: rule.into(),
        priority: 2,
        story: StoryId(id(1)),
        claim: Some(ClaimId(id(claim))),
        recorded: Time(at),
        is_raised: message == Message::Raised,
        is_cancelled: message == Message::Cancelled,
    })
}

fn compared(told: Vec<(Side, Told)>) -> Comparison {
    let scopes = || Scopes::from([("event", Scope::Claim), ("toll", Scope::Story)]);
    let mut compared = Compared::new(scopes(), scopes());
    told.into_iter().for_each(|(side, told)| compared.follow(side, told));
    compared.close(Settings::default(), Settings::default())
}

#[test]
fn a_change_is_the_same_by_its_id() {
    let words = Some("the ferry burned");
    let comparison = compared(vec![
        (Side::These, change(1, 1000, words)),
        (Side::These, change(2, 2000, words)),
        (Side::Other, change(1, 1000, words)),
        (Side::Other, change(2, 62_000, words)),
        (Side::Other, change(3, 3000, words)),
        (Side::These, change(4, 4000, words)),
    ]);
    let row = &comparison.changes[0];
    assert_eq!((row.same, row.gained, row.lost), (1, 1, 1));
    assert_eq!((row.earlier.count, row.later.count), (0, 1));
    assert_eq!(row.later.median_seconds, Some(Amount(60_000)));
    let what: Vec<What> = comparison.change_differences.iter().map(|it| it.what).collect();
    assert_eq!(what, [What::Later, What::Gained, What::Lost], "by log time");
    assert_eq!((comparison.these.changes, comparison.other.changes), (3, 3));
}

#[test]
fn an_alert_is_the_same_by_its_rule_and_its_claim_or_story() {
    let comparison = compared(vec![
        (Side::These, alert("event", 1, 1, Message::Raised, 1000)),
        (Side::Other, alert("event", 1, 9, Message::Raised, 1000)),
        (Side::Other, alert("event", 1, 9, Message::Cancelled, 5000)),
        // Of the story, whichever claim brought it about.
        (Side::These, alert("toll", 2, 2, Message::Raised, 2000)),
        (Side::Other, alert("toll", 3, 8, Message::Raised, 1500)),
        // What is raised again is a second one.
        (Side::Other, alert("event", 1, 7, Message::Raised, 6000)),
    ]);
    let [event, toll] = comparison.alerts.as_slice() else { panic!("two rules") };
    assert_eq!((event.same, event.gained, event.ended_otherwise), (1, 1, Some(1)));
    assert_eq!((toll.same, toll.earlier.count), (0, 1));
    assert_eq!(toll.earlier.most_seconds, Some(Amount(500)));
    let what: Vec<What> = comparison.alert_differences.iter().map(|it| it.what).collect();
    assert_eq!(what, [What::EndedOtherwise, What::Earlier, What::Gained]);
    assert_eq!(comparison.alert_differences[0].other_cancelled, Some(Stamp(Time(5000))));
}

#[test]
fn what_was_taken_back_has_no_words() {
    let comparison = compared(vec![
        (Side::These, change(1, 1000, Some("the ferry burned"))),
        (Side::Other, change(2, 1000, Some("the ferry sank"))),
        (Side::Other, change(2, 2000, None)),
    ]);
    let texts: Vec<Option<&str>> =
        comparison.change_differences.iter().map(|it| it.text.as_deref()).collect();
    assert_eq!(texts, [Some("the ferry burned"), None]);
}
