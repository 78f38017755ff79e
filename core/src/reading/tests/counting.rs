//! Who counts, and what the count is now.

use super::negation::otherwise;
use super::policy;

#[test]
fn whoever_counts_says_how_many() {
    let policy = policy();
    let told: Vec<String> = [
        (
            "Police lowered the death toll from the fire in Dorn to 17 from 20.",
            "Police | said | Police lowered the death toll from the fire in Dorn to 17 from 20 #killed=17",
        ),
        (
            "The governor put the death toll at 47.",
            "governor | said | The governor put the death toll at 47 #killed=47",
        ),
        (
            "The health ministry revised the death toll to 31, down from 40.",
            "health ministry | said | The health ministry revised the death toll to 31, down from 40 #killed=31",
        ),
        (
            "Authorities raised the number of injured from 30 to 62.",
            "Authorities | said | Authorities raised the number of injured from 30 to 62 #injured=62",
        ),
        (
            "The death toll was lowered to 17 from 20, police said.",
            "police | said | The death toll was lowered to 17 from 20 #killed=17",
        ),
        (
            "The central bank raised its main rate to 4 percent.",
            "| stated | The central bank raised its main rate to 4 percent #raise_percent=4percent",
        ),
        (
            "The fire raised the death toll this year to 90.",
            "| stated | The fire raised the death toll this year to 90 #killed=90",
        ),
    ]
    .iter()
    .filter_map(|(body, expected)| otherwise(&policy, body, &[expected]))
    .collect();
    assert!(told.is_empty(), "{told:#?}");
}
