//! What a publisher calls a revision: withdrawal, correction, refile, repeat.
//!
//! A label is a word *about* the text, set off from it: in capitals with a dash, in brackets, in
//! the editor's note, or in a notice that speaks of "this story". The same words in a sentence of
//! the story ("Police withdrawn from square", "Drone kills 3") are no label.

mod kill;
mod notice;
mod words;

use crate::article::{Article, PubStatus};
use crate::text::fold;

use super::Label;
use notice::{in_bracket, in_ed_note, in_opening};
use words::{Word, lookup};

/// Bytes of a headline before which a label ends.
const LABEL_BYTES_MAX: usize = 60;
/// Labels one after the other (`CORRECTED-UPDATE 2-`).
const LABELS_MAX: usize = 4;
/// Bytes of a note in brackets.
const BRACKET_BYTES_MAX: usize = 300;

/// The gravest label that the last sentences of a body give.
#[must_use]
pub fn closing<'a>(last: impl Iterator<Item = &'a str>) -> Label {
    last.map(notice::in_closing).fold(Label::None, graver)
}

/// The graver of two labels.
#[must_use]
pub const fn gravest(one: Label, other: Label) -> Label {
    graver(one, other)
}

/// The gravest label that status, editor's note, headline or opening words give.
#[must_use]
pub fn label(article: &Article, headline: &str, opening: &str) -> Label {
    if article.status != PubStatus::Usable {
        return Label::Withdrawal;
    }
    let note = article.ed_note.as_deref().map_or(Label::None, in_ed_note);
    [note, peel(headline).label, in_opening(opening)].into_iter().fold(Label::None, graver)
}

/// The headline without its labels, so that they do not count as words of the story.
#[must_use]
pub fn strip_label(headline: &str) -> &str {
    peel(headline).rest
}

const fn graver(one: Label, other: Label) -> Label {
    if rank(other) > rank(one) { other } else { one }
}

const fn rank(label: Label) -> u8 {
    match label {
        Label::None => 0,
        Label::Repeat => 1,
        Label::Refile => 2,
        Label::Correction => 3,
        Label::Withdrawal => 4,
    }
}

/// Where a headline begins behind the slug of an agency: "UPDATE 2-", "WRAPUP 3-".
#[must_use]
pub fn slug_end(headline: &str) -> usize {
    let rest = strip_label(headline);
    let from = headline.find(rest).filter(|_| !rest.is_empty()).unwrap_or(0);
    let slug = headline.get(..from).unwrap_or_default();
    let view = slug.contains("ANALYSIS") || slug.contains("COLUMN");
    if slug.ends_with('-') && !slug.ends_with(" -") && !view { from } else { 0 }
}

/// A headline taken apart.
struct Peeled<'a> {
    label: Label,
    rest: &'a str,
}

fn peel(headline: &str) -> Peeled<'_> {
    let mut peeled = Peeled { label: Label::None, rest: headline.trim() };
    let shouted = !headline.chars().any(char::is_lowercase);
    for _ in 0..LABELS_MAX {
        let found = bracketed_head(peeled.rest).or_else(|| prefix(peeled.rest, shouted));
        let Some((label, rest)) = found else { break };
        peeled = Peeled { label: graver(peeled.label, label), rest: rest.trim_start() };
    }
    if let Some((label, rest)) = bracketed_tail(peeled.rest) {
        peeled = Peeled { label: graver(peeled.label, label), rest: rest.trim_end() };
    }
    peeled
}

/// `CORRECTED-`, `UPDATE 2-`, `Correction:`, or a headline that is nothing but a label.
fn prefix(headline: &str, shouted: bool) -> Option<(Label, &str)> {
    let head_end = headline.floor_char_boundary(LABEL_BYTES_MAX.min(headline.len()));
    let head = headline.get(..head_end)?;
    for (at, mark) in head.match_indices([':', '-', '–', '—', '|', '/']) {
        let (phrase, rest) = (head.get(..at)?, headline.get(at + mark.len()..)?);
        if let Some(label) = set_off(phrase, mark, rest, shouted) {
            return Some((label, rest));
        }
    }
    let notice = ["article", "story"].iter().any(|text| fold(headline).starts_with(text));
    let whole = head_end == headline.len() && (shouted || notice);
    whole.then(|| phrase_label(headline, true)).flatten().map(|label| (label, ""))
}

/// The label that a phrase before a mark gives.
fn set_off(phrase: &str, mark: &str, rest: &str, shouted: bool) -> Option<Label> {
    let capitals = !phrase.chars().any(char::is_lowercase);
    let spaced = phrase.ends_with(' ') && rest.starts_with(' ');
    if mark == ":" || mark == "|" || spaced {
        return phrase_label(phrase, capitals);
    }
    // A tight dash or slash: "CORRECTED-Rebels" but not "KILL-switch", nor "KILL-SWITCH" where
    // everything is in capitals.
    let begins = rest.trim_start().starts_with(|letter: char| !letter.is_lowercase());
    let label = phrase_label(phrase, true).filter(|_| capitals && begins)?;
    let compound =
        shouted && lookup(fold(phrase.trim()).as_ref()).is_some_and(|word| word.compounds);
    (!compound).then_some(label)
}

/// Reads a phrase that must consist of labels and their numbers only.
fn phrase_label(phrase: &str, capitals: bool) -> Option<Label> {
    let folded = fold(phrase.trim());
    let mut rest = folded.as_ref();
    let mut label = None;
    while !rest.is_empty() {
        let (found, after) = leading_word(rest).filter(|(word, _)| capitals || word.titled)?;
        label = Some(graver(label.unwrap_or_default(), found.label));
        rest = without_number(after);
    }
    label
}

/// The longest label word that the text begins with.
fn leading_word(text: &str) -> Option<(&'static Word, &str)> {
    let ends = text.match_indices([' ', '-']).map(|(at, _)| at).chain([text.len()]);
    let mut found = None;
    for end in ends {
        if let Some(word) = text.get(..end).and_then(lookup) {
            found = Some((word, text.get(end..).unwrap_or_default()));
        }
    }
    found
}

/// Drops what may follow a label: `2`, `No. 2`, `(OFFICIAL)`, a dash before the next label.
fn without_number(text: &str) -> &str {
    let mut rest = text.trim_start_matches([' ', '-']);
    for extra in ["(official)", "official", "no.", "no", "nr.", "#"] {
        rest = rest.strip_prefix(extra).unwrap_or(rest).trim_start();
    }
    rest.trim_start_matches(|letter: char| letter.is_ascii_digit()).trim_start_matches([' ', '-'])
}

fn bracketed_head(headline: &str) -> Option<(Label, &str)> {
    let close = match headline.chars().next()? {
        '(' => ')',
        '[' => ']',
        _ => return None,
    };
    let end = headline.find(close).filter(|end| *end <= BRACKET_BYTES_MAX)?;
    let label = bracket_label(headline.get(1..end)?)?;
    Some((label, headline.get(end + 1..)?.trim_start_matches([' ', '-', ':', '–', '—'])))
}

fn bracketed_tail(headline: &str) -> Option<(Label, &str)> {
    let open = match headline.chars().next_back()? {
        ')' => '(',
        ']' => '[',
        _ => return None,
    };
    let start = headline.rfind(open).filter(|start| headline.len() - start <= BRACKET_BYTES_MAX)?;
    let label = bracket_label(headline.get(start + 1..headline.len() - 1)?)?;
    Some((label, headline.get(..start)?))
}

/// A bracket that holds labels only, or a note about the text.
fn bracket_label(content: &str) -> Option<Label> {
    phrase_label(content, true).or_else(|| match in_bracket(content) {
        Label::None => None,
        label => Some(label),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(headline: &str) -> Label {
        label(&Article::default(), headline, "")
    }

    #[test]
    fn headlines_with_a_label() {
        for (headline, expected, rest) in [
            ("CORRECTED-Rebels enter Homs", Label::Correction, "Rebels enter Homs"),
            ("CORRECTED-UPDATE 2-Rebels enter Homs", Label::Correction, "Rebels enter Homs"),
            ("UPDATE 1-CORRECTED-Rebels enter Homs", Label::Correction, "Rebels enter Homs"),
            ("CORRECTED (OFFICIAL)-Oil falls 2%", Label::Correction, "Oil falls 2%"),
            ("Correction: Syria-War story", Label::Correction, "Syria-War story"),
            ("REFILE-UPDATE 3-Oil falls", Label::Refile, "Oil falls"),
            ("RPT-Oil falls", Label::Repeat, "Oil falls"),
            ("REPEAT: Oil falls", Label::Repeat, "Oil falls"),
            ("WITHDRAWN: Plane crash near Homs", Label::Withdrawal, "Plane crash near Homs"),
            ("DELETED: Plane crash near Homs", Label::Withdrawal, "Plane crash near Homs"),
            ("Article removed", Label::Withdrawal, ""),
            ("KILL: Plane crash near Homs", Label::Withdrawal, "Plane crash near Homs"),
            ("KILL - Plane crash near Homs", Label::Withdrawal, "Plane crash near Homs"),
            ("WITHDRAWN-PLANE CRASH NEAR HOMS", Label::Withdrawal, "PLANE CRASH NEAR HOMS"),
            ("Story withdrawn: plane crash near Homs", Label::Withdrawal, "plane crash near Homs"),
            ("STORY WITHDRAWN", Label::Withdrawal, ""),
            ("[KILL] Plane crash near Homs", Label::Withdrawal, "Plane crash near Homs"),
            ("Plane crash near Homs (withdrawn)", Label::Withdrawal, "Plane crash near Homs"),
            ("Toll rises to 12 (corrects from 15)", Label::Correction, "Toll rises to 12"),
            ("Oil falls (Repeat)", Label::Repeat, "Oil falls"),
            ("BERICHTIGUNG: Regierung tritt zurück", Label::Correction, "Regierung tritt zurück"),
            ("ZURÜCKGEZOGEN: Absturz bei Homs", Label::Withdrawal, "Absturz bei Homs"),
            ("RECTIFICATIF - Chute de la ville", Label::Correction, "Chute de la ville"),
            ("ANULACIÓN: Accidente aéreo", Label::Withdrawal, "Accidente aéreo"),
            ("CORRECCIÓN: Cae la ciudad", Label::Correction, "Cae la ciudad"),
        ] {
            assert_eq!((of(headline), strip_label(headline)), (expected, rest), "{headline}");
        }
    }

    #[test]
    fn labels_that_say_nothing_of_the_kind_are_stripped() {
        for (headline, rest) in [
            ("UPDATE 2-Rebels enter Homs", "Rebels enter Homs"),
            ("BREAKING: Rebels enter Homs", "Rebels enter Homs"),
            ("Breaking news: Rebels enter Homs", "Rebels enter Homs"),
            ("(2nd LD) Rebels enter Homs", "Rebels enter Homs"),
            ("WRAPUP 3-Rebels enter Homs", "Rebels enter Homs"),
            ("Storm kills 12 (video)", "Storm kills 12"),
            ("EILMELDUNG - Rebellen in Homs", "Rebellen in Homs"),
        ] {
            assert_eq!((of(headline), strip_label(headline)), (Label::None, rest), "{headline}");
        }
    }

    #[test]
    fn the_same_words_in_a_story_are_no_label() {
        for headline in [
            "Police withdrawn from square",
            "Drone kills 3",
            "KILL BILL: THE STAGE VERSION OPENS",
            "KILL-SWITCH FOUND IN POWER PLANT",
            "Kill-switch found in power plant",
            "Corrected figures show growth",
            "Correction looms for markets",
            "Repeat offender jailed - court",
            "Troops withdrawn: what we know",
            "Withdrawal: how the army left Homs",
            "Withdrawn: the vaccine that divided a nation",
            "Withdrawn - the vaccine that divided a nation",
            "Retracted: ten studies that fell",
            "Alert withdrawn: tsunami danger is over",
            "Report withdrawn: army admits error",
            "Removed: the statue that split a town",
            "Recall: maker takes back toys",
            "Canceled: the summer festival",
            "Syria-Lebanon border reopens",
            "Assad, Putin - a friendship (2015-2024)",
            "",
            "-",
        ] {
            assert_eq!((of(headline), strip_label(headline)), (Label::None, headline));
        }
    }

    #[test]
    fn status_and_note_count() {
        let canceled = Article { status: PubStatus::Canceled, ..Article::default() };
        assert_eq!(label(&canceled, "Rebels enter Homs", ""), Label::Withdrawal);
        let withheld = Article { status: PubStatus::Withheld, ..Article::default() };
        assert_eq!(label(&withheld, "", ""), Label::Withdrawal);
        let note = |note: &str| Article { ed_note: Some(note.to_owned()), ..Article::default() };
        assert_eq!(label(&note("Corrects toll in para 2"), "CORRECTED-X", ""), Label::Correction);
        assert_eq!(label(&note("KILL"), "CORRECTED-Rebels enter", ""), Label::Withdrawal);
        assert_eq!(label(&note("Adds quotes"), "Rebels enter Homs", ""), Label::None);
    }
}
