//! Which numbers beside a word of death are a toll, and how they are bounded.

use super::{article, policy, show};
use crate::reading::{Part, read};

#[test]
fn an_age_at_death_is_no_toll() {
    let policy = policy();
    let told: Vec<String> = [
        ("Lena Holm dies at 91", "| stated | Lena Holm dies at 91"),
        ("Lena Holm dies suddenly at 91", "| stated | Lena Holm dies suddenly at 91"),
        ("Lena Holm dies at age of 91", "| stated | Lena Holm dies at age of 91"),
        ("Cyclist killed at 16 in Tarvo", "| stated | Cyclist killed at 16 in Tarvo"),
        ("12 dead at 9 schools", "| stated | 12 dead at 9 schools #killed=12"),
        ("Death toll at 91 after quake", "| stated | Death toll at 91 after quake #killed=91"),
        ("Toll stands at 40 in Tarvo", "| stated | Toll stands at 40 in Tarvo #killed=40"),
        ("Number of dead at 91 in Tarvo", "| stated | Number of dead at 91 in Tarvo #killed=91"),
        ("Quake kills 91 at mine", "| stated | Quake kills 91 at mine #killed=91"),
    ]
    .iter()
    .filter_map(|(headline, expected)| headline_otherwise(&policy, headline, &[expected]))
    .collect();
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn a_toll_that_is_passed_is_more_and_an_earlier_one_is_none() {
    let policy = policy();
    let told: Vec<String> = [
        ("Death toll passes 1,000", "| stated | Death toll passes 1,000 #killed=1001.."),
        ("Death toll tops 40 in Tarvo", "| stated | Death toll tops 40 in Tarvo #killed=41.."),
        (
            "Death toll exceeds 40 in Tarvo",
            "| stated | Death toll exceeds 40 in Tarvo #killed=41..",
        ),
        ("Death toll reaches 40 in Tarvo", "| stated | Death toll reaches 40 in Tarvo #killed=40"),
        (
            "Death toll rises to 40 in Tarvo",
            "| stated | Death toll rises to 40 in Tarvo #killed=40",
        ),
        (
            "Quake kills 12, correcting an earlier toll of 15",
            "| stated | Quake kills 12, correcting an earlier toll of 15 #killed=12",
        ),
        (
            "Quake brings toll of 15 in Tarvo",
            "| stated | Quake brings toll of 15 in Tarvo #killed=15",
        ),
    ]
    .iter()
    .filter_map(|(headline, expected)| headline_otherwise(&policy, headline, &[expected]))
    .collect();
    assert!(told.is_empty(), "{told:#?}");
}

/// What the headline tells, if that is not what was expected.
fn headline_otherwise(
    policy: &crate::policy::Policy,
    headline: &str,
    expected: &[&str],
) -> Option<String> {
    let statements = read(policy, article(headline, "")).statements;
    let shown: Vec<String> =
        statements.iter().filter(|it| it.part == Part::Headline).map(show).collect();
    (shown != expected).then(|| format!("{headline} => {shown:?}"))
}
