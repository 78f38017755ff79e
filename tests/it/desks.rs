//! What the desks of a partition share: a withdrawal holds in all of them, also in those that come
//! later, and costs each of them nothing until what it withdraws arrives.

use writethru_core::lane::{Lane, LaneRow, Outcome, Output};
use writethru_core::revisions::RevisionKind;

use crate::stream::{intake, policy};

fn article(desk: &str, uri: &str, hour: u32, status: &str) -> String {
    serde_json::json!({
        "uri": uri, "publisher": "afp.com", "headline": "Ferry burns off Kelvos", "language": desk,
        "body": "A ferry burned off Kelvos on Tuesday, the coast guard said.",
        "versionCreated": format!("2025-05-06T{hour:02}:00:00Z"), "pubStatus": status,
        "receivedAt": format!("2025-05-06T{hour:02}:00:00Z"),
    })
    .to_string()
}

fn take(lane: &mut Lane, desk: &str, line: &str) -> Option<Outcome> {
    let mut out = Output::default();
    let intake = writethru_core::lane::Intake { desk: desk.to_owned(), ..intake(line) };
    lane.step(policy(), intake, &mut out);
    out.outcome
}

fn rows(lane: &mut Lane) -> Vec<LaneRow> {
    let mut rows = Vec::new();
    lane.drain(&mut |row| rows.push(row));
    rows
}

#[test]
fn a_withdrawal_holds_at_a_desk_that_opens_later() {
    let mut lane = Lane::default();
    let unknown = take(&mut lane, "en", &article("en", "urn:a", 6, "canceled"));
    assert_eq!(unknown, Some(Outcome::UnknownWithdrawal));
    let late = take(&mut lane, "fr", &article("fr", "urn:a", 5, "usable"));
    assert_eq!(late, Some(Outcome::Revision(RevisionKind::Withdrawal)));
    let other = take(&mut lane, "fr", &article("fr", "urn:b", 7, "usable"));
    assert_eq!(other, Some(Outcome::Original));
}

#[test]
fn desks_do_not_multiply_withdrawals() {
    let mut lane = Lane::default();
    for number in 0..50 {
        take(&mut lane, "en", &article("en", &format!("urn:{number}"), 6, "canceled"));
    }
    rows(&mut lane);
    for desk in ["fr", "de", "es"] {
        take(&mut lane, desk, &article(desk, "urn:other", 7, "usable"));
        let of_desk = rows(&mut lane).into_iter().filter(|row| row.desk == desk).count();
        assert!(of_desk < 20, "{of_desk} rows of {desk}");
    }
}

#[test]
fn a_withdrawal_is_forgotten_in_time() {
    let mut lane = Lane::default();
    take(&mut lane, "en", &article("en", "urn:a", 6, "canceled"));
    rows(&mut lane);
    let late = policy().stories.lineage_ms / 3_600_000;
    let day = jiff::Timestamp::from_second(1_746_511_200 + 3_600 * (late + 1)).expect("a time");
    let line =
        article("en", "urn:b", 6, "usable").replace("2025-05-06T06:00:00Z", &day.to_string());
    take(&mut lane, "en", &line);
    let gone =
        rows(&mut lane).into_iter().filter(|row| row.desk.is_empty() && row.row.value.is_none());
    assert_eq!(gone.count(), 1);
}
