//! The table of reference values of the design, and what its story publishes.

use crate::claims::Status;
use crate::claims::newsroom::*;

/// P in thousandths, u and C in hundredths, and n, as the table prints them.
fn assert_level(desk: &Desk, thousandths: i64, uncertainty: i64, conflict: i64, n: u32) {
    let level = desk.level(desk.only());
    let hundredths = |value: i64| (value + 5_000) / 10_000;
    assert_eq!((level.p + 500) / 1_000, thousandths, "P of {level:?}");
    assert_eq!(hundredths(level.uncertainty), uncertainty, "u of {level:?}");
    assert_eq!(hundredths(level.conflict), conflict, "C of {level:?}");
    assert_eq!(level.origins, n);
}

fn rewrite(n: i64) -> Item {
    let papers = ["hindu", "star", "gazette", "times", "post"];
    let paper = papers[usize::try_from(n).unwrap()];
    let by = format!("{paper} < reuters < ??two senior officers");
    article(&format!("rewrite-{n}"), 20 + n, vec![said(&by, assad_left())])
}

#[test]
fn the_reference_table() {
    let mut desk = Desk::new();
    let left = |by: &str| vec![said(by, assad_left())];
    let events = desk.take(&article("mint-1", 1, left("mint < reuters < ??two senior officers")));
    assert_eq!(kinds(&events), ["added"]);
    assert_level(&desk, 762, 48, 0, 1);

    let events = desk.take(&article("reuters-1", 0, left("reuters < ??two senior officers")));
    assert_eq!(kinds(&events), [""; 0]);
    assert_level(&desk, 762, 48, 0, 1);

    for n in 0..5 {
        let events = desk.take(&rewrite(n));
        assert_eq!(kinds(&events), [""; 0]);
        assert_level(&desk, 762, 48, 0, 1);
    }

    let events = desk.take(&article("afp-1", 30, left("afp < sohr")));
    assert_eq!(kinds(&events), ["corroborated", "level_changed"]);
    assert_level(&desk, 887, 23, 0, 2);
    assert_eq!(desk.level(desk.only()).status, Status::Corroborated);

    let denial = vec![denied(said("sana < presidency", assad_left()))];
    let events = desk.take(&article("sana-1", 40, denial));
    assert_eq!(kinds(&events), ["denied", "level_changed"]);
    assert_level(&desk, 806, 21, 18, 2);
    assert_eq!(desk.row(desk.only()).denied_by, ["presidency"]);

    let before = desk.level(desk.only());
    let events = desk.take(&article("tass-1", 50, left("tass < mid")));
    assert_eq!(kinds(&events), ["corroborated", "level_changed"]);
    assert_level(&desk, 869, 14, 12, 3);
    assert_ne!(before, desk.level(desk.only()));

    let events = desk.withdraw("sana-1", 60);
    assert_eq!(kinds(&events), ["level_changed"]);
    assert_level(&desk, 926, 15, 0, 3);
    assert_eq!(desk.row(desk.only()).denied_by, [""; 0]);
}
