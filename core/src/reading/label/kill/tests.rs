//! Notes and openings that take a text back, and those that do not.

use super::*;

#[test]
fn notes_that_take_a_text_back() {
    for note in [
        "KILL",
        "Kill.",
        "KILLS",
        "KILL: source withdrew statement",
        "Eds: KILL",
        "Mandatory kill",
        "Kill story: source withdrew statement",
        "Kills SYRIA-PLANE",
        "Kills our earlier story on a crash",
        "Agency withdraws story",
        "Agency withdraws its Syria-Plane story",
        "Withdrawing this story pending review",
        "Withdrawn",
        "Withdrawn by AP",
        "Removed for legal reasons",
        "Deleted at the request of the agency.",
        "Editors: this story has been withdrawn.",
        "This AP report has now been withdrawn",
        "The story on a crash near Homs has been withdrawn",
        "The item was killed.",
        "Editors, please kill the story slugged SYRIA-PLANE.",
        "Sent in error. Please disregard.",
        "Clients are asked to disregard the story on a crash.",
        "Do not use this item, which was sent in error.",
        "Do not use. Facts in dispute.",
        "Story killed",
        "Story retracted by Reuters",
        "Eliminates story; source withdrew it",
        "HOLD THIS STORY. Do not publish.",
        "Withdraws incorrect story. There will be no replacement.",
        "Die Meldung über einen Absturz wurde zurückgezogen",
        "Rogamos no utilizar esta nota",
    ] {
        assert!(in_note(note), "{note}");
    }
}

#[test]
fn notes_about_a_part_of_a_text() {
    for note in [
        "Removed duplicate paragraph",
        "Removed: duplicate paragraph",
        "Removes repeated story link",
        "Kills extra space",
        "Kills reference to Belmar in paragraph 3",
        "KILLS reference to Belmar",
        "ADDS quotes; KILLS graf 4",
        "KILL: second paragraph",
        "Kills reference to story in lead",
        "Kills duplicate copy",
        "Kills story link",
        "Withdrawn quote removed",
        "Deleted last sentence",
        "Retracted claim cut from lead",
        "Pulled quote from interview moved up",
        "A photo in this story was removed",
        "The headline on this story was removed.",
        "Story was edited, quote removed",
        "Report says a man was killed",
        "Report: three were killed",
        "Story on how the bill was withdrawn",
        "Updates killing story",
        "Adds that minister withdraws report",
        "UPDATES: DRONE KILLS 3",
        "Adds troops told to disregard the report",
        "Adds details after alert withdrawn",
        "Adds mandatory kill switch",
        "Story trimmed, photo removed",
        "Do not use phone numbers with this item",
        "Hold for release at noon",
    ] {
        assert!(!in_note(note), "{note}");
    }
}

#[test]
fn openings_that_take_a_text_back() {
    for opening in [
        "This story has been withdrawn. There will be no replacement.",
        "HOMS, Dec 8 (Reuters) - This story has been withdrawn.",
        "(This Dec. 7 story has been withdrawn)",
        "This Reuters story has been withdrawn because the minister said no such thing.",
        "This report has been retracted.",
        "ATTENTION EDITORS: Please disregard the alert on a tsunami, which was sent in error.",
        "Please disregard the story on a crash near Homs.",
        "Do not use this report.",
        "There will be no substitute story.",
    ] {
        assert!(in_opening(opening), "{opening}");
    }
}

#[test]
fn openings_that_tell_of_alerts_and_demands() {
    for opening in [
        "Officials told residents to please disregard an evacuation alert.",
        "Editors at the daily were told to hide the report.",
        "\"Please disregard the alert,\" the weather service wrote.",
        "“Do not use this formula,” the regulator told parents.",
        "Do not use this formula, the regulator told parents.",
        "\"Please withdraw your demands,\" the minister told workers.",
        "Please withdraw your demands, the minister told workers.",
        "This week's tsunami alert was withdrawn after two hours.",
        "This tsunami alert was withdrawn after two hours.",
        "This alert was withdrawn after two hours, the weather service said.",
        "This UN report on Dorn was removed from a public website.",
        "This New York Times article was retracted on Monday, the paper said.",
        "A mandatory kill switch will be built into new cars.",
        "Police asked drivers to ignore the report.",
        "The coach said of this story of a fallen star: he was pulled too early.",
        "There was no replacement for the story's main square.",
    ] {
        assert!(!in_opening(opening), "{opening}");
    }
}
