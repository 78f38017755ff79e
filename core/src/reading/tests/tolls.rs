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
