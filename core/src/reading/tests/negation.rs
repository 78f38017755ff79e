//! What is said not to be so, and what is not said.

use super::{article, policy, show};
use crate::policy::Policy;
use crate::reading::read;

/// What is read, where it is not what was expected.
pub(super) fn otherwise(policy: &Policy, body: &str, expected: &[&str]) -> Option<String> {
    let shown: Vec<String> = read(policy, article("", body)).statements.iter().map(show).collect();
    (shown != expected).then(|| format!("{body} => {shown:?}"))
}

#[test]
fn what_nobody_asserts_is_no_claim_and_no_denial() {
    let policy = policy();
    let told: Vec<String> = [
        "Police said there was no evidence that 50 people were killed.",
        "Police said there was little evidence that the mayor was arrested.",
        "Police found no credible evidence that the mayor was arrested.",
        "Police have not seen any evidence that the mayor was arrested.",
        "There was no evidence to suggest that the mayor was arrested.",
        "There is nothing to suggest that the mayor was arrested, police said.",
        "Police have no reason to believe that the mayor was arrested.",
        "Police said they did not believe reports that 60 people were killed.",
        "Police doubted claims that the mayor was arrested.",
        "Police doubted that five people were killed.",
        "The minister expressed doubt that the mayor was arrested.",
        "Police were not aware of reports that five people were killed.",
        "Police said they had no information that five people were killed.",
        "Police say there is no reason to believe that the mayor was arrested.",
        "Police said they had no proof that five people were killed.",
        "The minister refused to say that five people were killed.",
        "The minister refused on Monday to say that five people were killed.",
        "The minister was unable to confirm that five people were killed.",
        "The army has yet to confirm that five people were killed.",
        "The minister stopped short of saying that five people were killed.",
        "Nobody at the ministry said that the mayor was arrested.",
        "No official said that the mayor was arrested.",
        "None of the officials said that the mayor was arrested.",
        "Neither the police nor the army said that the mayor was arrested.",
        "The ministry did not deny that the mayor was arrested.",
        "No one at the ministry denied that the mayor was arrested.",
        "The ministry refused to deny that the mayor was arrested.",
        "The ministry declined to confirm or deny that the mayor was arrested.",
        "The ministry would neither confirm nor deny that the mayor was arrested.",
        "The ministry did not comment on reports that the mayor was arrested.",
        "“Do not use this powder,” the regulator told parents.",
        "The minister denied saying that the mayor was arrested.",
        "The mayor is not believed to have been arrested.",
    ]
    .iter()
    .filter_map(|body| otherwise(&policy, body, &[]))
    .collect();
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn two_negations_leave_a_claim() {
    let policy = policy();
    let told: Vec<String> = [
        (
            "There is no doubt that the mayor was arrested, police said.",
            "police | likely | The mayor was arrested",
        ),
        (
            "Police said there was no doubt the mayor was arrested.",
            "Police | likely | The mayor was arrested",
        ),
        (
            "Police did not doubt that the mayor was arrested.",
            "Police | likely | The mayor was arrested",
        ),
        (
            "The minister did not hesitate to say that the mayor was arrested.",
            "The minister | said | The mayor was arrested",
        ),
        (
            "The minister not only said that the mayor was arrested.",
            "The minister | said | The mayor was arrested",
        ),
        (
            "Police said it was untrue that the mayor was arrested.",
            "Police | said deny | The mayor was arrested",
        ),
        (
            "The ministry said claims that the mayor was arrested were completely false.",
            "ministry | said deny | The mayor was arrested",
        ),
        ("No 10 said that the mayor was arrested.", "No 10 | said | The mayor was arrested"),
        (
            "Police said they had arrested the mayor and had no proof that he was guilty.",
            "Police | stated own-act | They had arrested the mayor",
        ),
        (
            "Two villages that were not shelled were seized by the rebels, the army said.",
            "army | said | Two villages that were not shelled were seized by the rebels #attack=2",
        ),
        (
            "Police dismissed a report that the mayor was arrested.",
            "Police | said deny | The mayor was arrested",
        ),
    ]
    .iter()
    .filter_map(|(body, expected)| otherwise(&policy, body, &[expected]))
    .collect();
    assert!(told.is_empty(), "{told:#?}");
}
