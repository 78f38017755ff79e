//! Notes and notices about a text: in brackets, in the editor's note, in the opening words.
//!
//! An editor's note speaks of the text, so its words may be taken freely. The opening words are
//! mostly the story itself, so a notice there must speak of "this story".

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::text::{Word, fold, words};

use super::{BRACKET_BYTES_MAX, Label, graver, phrase_label, prefix};

/// Bytes of an opening or a note that are looked at.
const NOTICE_BYTES_MAX: usize = 400;
/// Words of a bracket among which the verb stands.
const BRACKET_WORDS_MAX: usize = 12;

/// What the text itself is called in notices.
const TEXTS: &[&str] = &[
    "alert", "article", "bericht", "copy", "depeche", "despacho", "despatch", "dispatch",
    "headline", "item", "meldung", "nota", "noticia", "notizia", "piece", "report", "story",
    "version",
];
/// What becomes of a text that is withdrawn.
const GONE: &[&str] = &[
    "annule",
    "annulee",
    "anulada",
    "anulado",
    "deleted",
    "killed",
    "pulled",
    "removed",
    "retirada",
    "retirado",
    "retire",
    "retiree",
    "retracted",
    "unpublished",
    "withdrawn",
    "zuruckgezogen",
];
const WITHDRAWS: &[&str] =
    &["kill", "killing", "kills", "retracting", "retracts", "withdrawing", "withdraws"];
const CORRECTS: &[&str] = &[
    "berichtigt",
    "berichtigung",
    "clarifies",
    "correccion",
    "correcting",
    "correction",
    "corrected",
    "corrects",
    "corregido",
    "corrige",
    "korrektur",
    "korrigiert",
    "rectificacion",
    "rectifie",
];
const REFILES: &[&str] = &["refiled", "refiles", "refiling", "resending", "resends"];
const REPEATS: &[&str] =
    &["repeat", "repeated", "repeating", "repeats", "repete", "repite", "wiederholt"];
/// Phrases that only a withdrawal uses, in any place.
const KILLING: &[&str] = &[
    "please kill",
    "mandatory kill",
    "kill the story",
    "kill this story",
    "kill the item",
    "please disregard",
    "please withdraw",
    "do not use this",
    "do not publish this",
    "no substitute story",
    "no replacement story",
    "bitte nicht verwenden",
    "priere de ne pas tenir compte",
    "rogamos no utilizar",
    "se ruega no utilizar",
];

/// The note in a bracket of headline or opening: `(Corrects spelling of name)`.
pub(super) fn in_bracket(content: &str) -> Label {
    if content.len() > BRACKET_BYTES_MAX {
        return Label::None;
    }
    let read = words(content);
    let first = read.first().map_or("", |word| word.lower.as_ref());
    if speaks_of_this_text(&read, GONE) {
        return Label::Withdrawal;
    }
    let early = read.get(..BRACKET_WORDS_MAX.min(read.len())).unwrap_or_default();
    let of_text = has(early, TEXTS);
    verbs()
        .into_iter()
        .find(|(list, _)| list.contains(&first) || of_text && has(early, list))
        .map_or(Label::None, |(_, label)| label)
}

/// The editor's note.
pub(super) fn in_ed_note(note: &str) -> Label {
    let note = head(note.trim());
    let read = words(note);
    let first = read.first();
    let kills = first.is_some_and(|word| is(word, WITHDRAWS) || is(word, GONE))
        || read.iter().any(|word| word.all_upper && is(word, &["kill", "kills"]))
        || withdraws_text(&read)
        || text_is_gone(&read)
        || kills(note);
    if kills {
        return Label::Withdrawal;
    }
    let corrected = earlier_version(&read).then_some(Label::Correction);
    let labelled = corrected
        .or_else(|| phrase_label(note.trim_end_matches(['.', '!', ':']), true))
        .unwrap_or_default();
    let verb = verbs().into_iter().find(|(list, _)| has(&read, list));
    graver(labelled, verb.map_or(Label::None, |(_, label)| label))
}

/// The first words of the body.
pub(super) fn in_opening(opening: &str) -> Label {
    let opening = head(opening.trim_start());
    let shouted = !opening.chars().any(char::is_lowercase);
    let labelled = prefix(opening, shouted).map_or(Label::None, |(label, _)| label);
    if !may_notice(opening) {
        return labelled;
    }
    let inner = [('(', ')'), ('[', ']')].into_iter().find_map(|(open, close)| {
        opening.strip_prefix(open).and_then(|rest| rest.split_once(close))
    });
    let bracket = inner.map_or(Label::None, |(content, _)| in_bracket(content));
    graver(graver(bracket, labelled), sentence(opening))
}

/// Parts of words without which an opening holds no notice.
fn may_notice(opening: &str) -> bool {
    const TRIGGERS: &[&str] = &[
        "annul",
        "anulad",
        "berichtig",
        "clarifi",
        "correc",
        "corrig",
        "deleted",
        "disregard",
        "kill",
        "korrektur",
        "korrigiert",
        "not publish",
        "not use",
        "pulled",
        "rectifi",
        "refil",
        "removed",
        "repeat",
        "replacement",
        "retir",
        "retract",
        "rogamos",
        "ruega",
        "substitute",
        "tenir compte",
        "unpublished",
        "version",
        "fassung",
        "verwenden",
        "withdr",
        "zogen",
    ];
    static COMPILED: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let kind = Some(AhoCorasickKind::DFA);
        AhoCorasick::builder().ascii_case_insensitive(true).kind(kind).build(TRIGGERS).ok()
    });
    COMPILED.as_ref().is_none_or(|triggers| triggers.is_match(opening))
}

/// A notice that is a sentence: "This story has been withdrawn", "Corrects paragraph 3".
fn sentence(opening: &str) -> Label {
    let read = words(opening);
    let first = read.first().map_or("", |word| word.lower.as_ref());
    let second = read.get(1).map_or("", |word| word.lower.as_ref());
    if speaks_of_this_text(&read, GONE) || kills(opening) {
        return Label::Withdrawal;
    }
    let corrected = speaks_of_this_text(&read, CORRECTS) || earlier_version(&read);
    match first {
        "corrects" | "correcting" => Label::Correction,
        _ if corrected => Label::Correction,
        "refiles" | "refiling" => Label::Refile,
        "repeats" if matches!(second, "to" | "for" | "with" | "story" | "item") => Label::Repeat,
        _ => Label::None,
    }
}

/// "This story has been …", with one of these words in the same breath.
fn speaks_of_this_text(read: &[Word<'_>], done: &[&str]) -> bool {
    const THIS: &[&str] = &["this", "diese", "dieser", "cette", "cet", "esta", "este", "questa"];
    const SUBJECT_WORDS_MAX: usize = 6;
    const VERB_WORDS_MAX: usize = 5;
    const OPENING_WORDS_MAX: usize = 8;
    let Some(this) = read.iter().take(OPENING_WORDS_MAX).position(|word| is(word, THIS)) else {
        return false;
    };
    let after = read.get(this + 1..).unwrap_or_default();
    let Some(text) = after.iter().take(SUBJECT_WORDS_MAX).position(|word| is(word, TEXTS)) else {
        return false;
    };
    let verbs = after.get(text + 1..).unwrap_or_default();
    let verbs = verbs.get(..VERB_WORDS_MAX.min(verbs.len())).unwrap_or_default();
    passive(verbs) && has(verbs, done)
}

/// "An earlier version of this article misstated …"
fn earlier_version(read: &[Word<'_>]) -> bool {
    const EARLIER: &[&str] = &["earlier", "previous", "original", "fruheren", "precedente"];
    read.windows(3).any(|three| match three {
        [earlier, version, of] => {
            is(earlier, EARLIER)
                && is(version, &["version", "fassung"])
                && is(of, &["of", "dieses", "de", "contained", "misstated"])
        }
        _ => false,
    })
}

/// "withdraws its story"
fn withdraws_text(read: &[Word<'_>]) -> bool {
    const WORDS_MAX: usize = 4;
    read.iter().enumerate().any(|(at, verb)| {
        let near = read.get(at..read.len().min(at + WORDS_MAX)).unwrap_or_default();
        is(verb, WITHDRAWS) && has(near, TEXTS)
    })
}

/// "the story on a crash has been withdrawn", but not "a report that troops were withdrawn".
fn text_is_gone(read: &[Word<'_>]) -> bool {
    const WORDS_MAX: usize = 16;
    const CLAUSE: &[&str] =
        &["after", "as", "how", "que", "that", "were", "when", "which", "who", "whose", "dass"];
    let texts = read.iter().enumerate().filter(|(_, word)| is(word, TEXTS));
    texts.into_iter().any(|(at, _)| {
        let after = read.iter().skip(at + 1).take(WORDS_MAX);
        let clause: Vec<Word<'_>> = after.take_while(|word| !is(word, CLAUSE)).cloned().collect();
        passive(&clause) && has(&clause, GONE)
    })
}

fn passive(read: &[Word<'_>]) -> bool {
    const PASSIVE: &[&str] = &[
        "been", "being", "is", "was", "wurde", "wird", "ete", "est", "sido", "are", "fue", "stata",
    ];
    has(read, PASSIVE)
}

fn kills(text: &str) -> bool {
    let folded = fold(text);
    KILLING.iter().any(|phrase| folded.contains(phrase))
}

/// Gravest first.
fn verbs() -> [(&'static [&'static str], Label); 3] {
    [(CORRECTS, Label::Correction), (REFILES, Label::Refile), (REPEATS, Label::Repeat)]
}

fn is(word: &Word<'_>, list: &[&str]) -> bool {
    list.contains(&word.lower.as_ref())
}

fn has(read: &[Word<'_>], list: &[&str]) -> bool {
    read.iter().any(|word| is(word, list))
}

fn head(text: &str) -> &str {
    text.get(..text.floor_char_boundary(NOTICE_BYTES_MAX.min(text.len()))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openings_with_a_notice() {
        for (opening, expected) in [
            ("(Corrects spelling of name in paragraph 3)", Label::Correction),
            ("(Corrects paragraph 3 to say two, not three) HOMS - Rebels", Label::Correction),
            ("Corrects paragraph 3. HOMS - Rebels entered", Label::Correction),
            ("(This Dec. 7 story has been corrected to fix the toll)", Label::Correction),
            ("(Refiles to fix typo in headline)", Label::Refile),
            ("(Repeats to additional subscribers)", Label::Repeat),
            ("(Korrigiert Zahl im dritten Absatz)", Label::Correction),
            ("(Corrige le bilan) DAMAS - Les rebelles", Label::Correction),
            ("This story has been withdrawn. There will be no replacement.", Label::Withdrawal),
            ("Editors: please kill the story slugged SYRIA-PLANE.", Label::Withdrawal),
            ("Please disregard the story on a crash near Homs.", Label::Withdrawal),
            ("Diese Meldung wurde zurückgezogen.", Label::Withdrawal),
            ("Cette dépêche est annulée.", Label::Withdrawal),
            ("Esta nota ha sido retirada.", Label::Withdrawal),
            ("CORRECTION: In a story on Homs, the toll was wrong.", Label::Correction),
            ("An earlier version of this article misstated the toll.", Label::Correction),
        ] {
            assert_eq!(in_opening(opening), expected, "{opening}");
        }
    }

    #[test]
    fn openings_of_ordinary_stories() {
        for opening in [
            "The report has been withdrawn by the ministry after protests.",
            "The article was retracted by the journal on Monday.",
            "This week the army has withdrawn from the story's main square.",
            "Police were withdrawn from the square.",
            "A drone strike killed three people, the report said.",
            "(Reuters) - Corrections officers went on strike.",
            "(AP) Rebels repeated their call.",
            "Repeats of the show drew millions.",
            "Corrected figures were published on Friday.",
            "",
        ] {
            assert_eq!(in_opening(opening), Label::None, "{opening}");
        }
    }

    #[test]
    fn notes_of_editors() {
        for (note, expected) in [
            ("KILL", Label::Withdrawal),
            ("Kill story: source withdrew statement", Label::Withdrawal),
            ("Editors: this story has been withdrawn.", Label::Withdrawal),
            ("Agency withdraws story", Label::Withdrawal),
            ("ADDS quotes; CORRECTS name in graf 2", Label::Correction),
            ("Correction: toll is 12", Label::Correction),
            ("Refiles to fix headline", Label::Refile),
            ("Repeating for all clients", Label::Repeat),
            ("Berichtigt Zahl im Vorspann", Label::Correction),
            ("The story on a crash near Homs has been withdrawn", Label::Withdrawal),
            ("Adds that troops were withdrawn", Label::None),
            ("Adds report on army withdrawing troops", Label::None),
            ("Updates report that a unit was withdrawn", Label::None),
            ("Updates with three killed in second strike", Label::None),
            ("With inputs from agencies", Label::None),
            ("", Label::None),
        ] {
            assert_eq!(in_ed_note(note), expected, "{note}");
        }
    }
}
