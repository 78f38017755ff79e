//! Whom a pronoun or a short form means.

use super::negation::otherwise;
use super::{article, policy, show};
use crate::reading::{Stance, read};

#[test]
fn whoever_tells_of_another_goes_on() {
    let policy = policy();
    let told: Vec<String> = [
        (
            "Karl Weiss said Ida Moen had told him that the bridge was closed. He added that trains had stopped.",
            &[
                "Karl Weiss > Ida Moen | said | The bridge was closed",
                "Karl Weiss | said | Trains had stopped",
            ][..],
        ),
        (
            "Karl Weiss said that the bridge was closed, citing Ida Moen. He added that trains had stopped.",
            &[
                "Karl Weiss > Ida Moen | said | The bridge was closed",
                "Karl Weiss | said | Trains had stopped",
            ],
        ),
        (
            "Reuters reported that Ida Moen had said the bridge was closed. She added that trains had stopped.",
            &[
                "Reuters > Ida Moen | said | The bridge was closed",
                "Ida Moen | said | Trains had stopped",
            ],
        ),
        (
            "Karl Weiss said that the bridge was closed. Ida Moen said it was not. She added that trains had stopped.",
            &[
                "Karl Weiss | said | The bridge was closed",
                "Ida Moen | said | Trains had stopped",
            ],
        ),
        (
            "Ida Moen said that the bridge was closed. “He pushed the guard,” she said.",
            &["Ida Moen | said | The bridge was closed", "Ida Moen | said | He pushed the guard"],
        ),
    ]
    .iter()
    .filter_map(|(body, expected)| otherwise(&policy, body, expected))
    .collect();
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn what_ends_with_its_speaker_is_said_by_nobody_else() {
    let policy = policy();
    let told: Vec<String> = [
        (
            "An earthquake of magnitude 6.1 hit Tarvo on Tuesday, killing five people, the governor said.",
            "governor | said | An earthquake of magnitude 6.1 hit Tarvo on Tuesday, killing five people #magnitude=6.100magnitude #killed=5",
        ),
        (
            "An earthquake of magnitude 6.1 hit Tarvo, said the governor.",
            "governor | said | An earthquake of magnitude 6.1 hit Tarvo #magnitude=6.100magnitude",
        ),
        (
            "A gas main burst in the market, wounding six, police said.",
            "police | said | A gas main burst in the market, wounding six #injured=6",
        ),
        (
            "Three hit songs were played at the opening, the label said.",
            "the label | said | Three hit songs were played at the opening",
        ),
    ]
    .iter()
    .filter_map(|(body, expected)| otherwise(&policy, body, &[expected]))
    .collect();
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn one_speaker_has_one_name() {
    let policy = policy();
    let told: Vec<String> = [
        ("Norlund Corp filed for bankruptcy, Norlund said.", "Norlund"),
        ("Norlund Corp filed for bankruptcy, a Norlund spokesman told AFP.", "AFP > Norlund"),
        ("Norlund Corp filed for bankruptcy, a spokeswoman for Norlund Corp said.", "Norlund"),
        ("Finance minister Lena Brandt has resigned, Brandt said.", "Lena Brandt"),
        ("Finance minister Lena Brandt has resigned, her spokesman told AFP.", "AFP > Lena Brandt"),
        ("Finance minister Lena Brandt has resigned, the minister said.", "Lena Brandt"),
        ("Finance minister Lena Brandt has resigned, the finance minister said.", "Lena Brandt"),
        (
            "Finance minister Lena Brandt has resigned, the minister's spokesman said.",
            "Lena Brandt",
        ),
        (
            "Finance minister Lena Brandt has resigned, the defence minister said.",
            "the defence minister",
        ),
        ("Prime minister Lena Brandt has resigned, the prime minister said.", "Lena Brandt"),
        ("Prime minister Lena Brandt has resigned, the minister said.", "the minister"),
        ("The army seized Homs, the Syrian defence ministry said.", "Syrian defence ministry"),
        ("The army seized Homs, Syria's Ministry of Defence said.", "Syrian defence ministry"),
        ("The army seized Homs, Syria's defense ministry said.", "Syrian defence ministry"),
        (
            "The army seized Homs, Iran's Ministry of Foreign Affairs said.",
            "Iranian foreign ministry",
        ),
        ("The army seized Homs, Defence Ministry spokesman Karl Weiss said.", "Defence Ministry"),
        ("The army seized Homs, a spokesman for the Ministry of Defence said.", "defence ministry"),
    ]
    .iter()
    .filter_map(|(body, expected)| {
        let reading = read(&policy, article("", body));
        let last = reading.statements.last();
        let chain = last.map(|told| show(told).split(" | ").next().unwrap_or_default().to_owned());
        (chain.as_deref() != Some(*expected)).then(|| format!("{body} => {chain:?}"))
    })
    .collect();
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn whose_spokesman_and_which_service() {
    let policy = policy();
    let told: Vec<String> = [
        (
            "President Holm accused Mayor Peter Kress of fraud, his spokesman said.",
            &["Holm | said | President Holm accused Mayor Peter Kress of fraud"][..],
        ),
        (
            "Mayor Kress resigned after President Holm accused him, his spokeswoman said.",
            &["Kress | said | Mayor Kress resigned after President Holm accused him"],
        ),
        (
            "The coastguard said 12 migrants drowned.",
            &["coast guard | said | 12 migrants drowned #killed=12"],
        ),
        ("It was sinking, the coast guard said.", &["coast guard | said | It was sinking"]),
        ("Moscow said Dorn had fallen.", &["Russia | said | Dorn had fallen"]),
        ("Tokyo said Dorn had fallen.", &["Tokyo | said | Dorn had fallen"]),
    ]
    .iter()
    .filter_map(|(body, expected)| otherwise(&policy, body, expected))
    .collect();
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn who_is_no_source() {
    let policy = policy();
    let told: Vec<String> = [
        (
            "This story has been corrected to show that 14 people died, not 4.",
            &["| said | 14 people died, not 4 #killed=14"][..],
        ),
        (
            "The gate was open on Tuesday, Holm, the mayor, told reporters.",
            &["Holm | said | The gate was open on Tuesday"],
        ),
        (
            "Secretary of State Lena Holm said the bridge was closed.",
            &["Lena Holm | said | The bridge was closed"],
        ),
        (
            "The U.S. Secretary of State Lena Holm said the bridge was closed.",
            &["Lena Holm | said | The bridge was closed"],
        ),
        (
            "The secretary of state said the bridge was closed.",
            &["The secretary of state | said | The bridge was closed"],
        ),
        (
            "Assad's spokesman Karl Weiss said the bridge was closed.",
            &["Karl Weiss | said | The bridge was closed"],
        ),
        (
            "Kremlin spokesman Karl Weiss said the bridge was closed.",
            &["Kremlin | said | The bridge was closed"],
        ),
        (
            "Norlund's spokesman Karl Weiss said the bridge was closed.",
            &["Norlund | said | The bridge was closed"],
        ),
        (
            "A report said that 30 people were killed.",
            &["A report | said | 30 people were killed #killed=30"],
        ),
        ("The bridge was closed, said the ministry.", &["ministry | said | The bridge was closed"]),
        (
            "The Syrian Observatory for Human Rights said the bridge was closed.",
            &["Syrian Observatory for Human Rights | said | The bridge was closed"],
        ),
    ]
    .iter()
    .filter_map(|(body, expected)| otherwise(&policy, body, expected))
    .collect();
    assert!(told.is_empty(), "{told:#?}");
    for body in ["An article said that 30 people were killed.", "An earlier version said 30 died."]
    {
        let told = read(&policy, article("", body)).statements;
        assert!(told.iter().all(|it| it.stance == Stance::Question), "{body} {told:#?}");
    }
}
