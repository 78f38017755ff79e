//! Notes and notices about a text: in brackets, in the editor's note, in the opening words.
//!
//! An editor's note speaks of the text, so what it corrects may be taken freely. The opening words
//! are mostly the story itself, so a notice there must speak of "this story". What takes a text
//! back is told in `kill`.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::text::{Word, words};

use super::{BRACKET_BYTES_MAX, Label, graver, kill, phrase_label, prefix};

/// Bytes of an opening or a note that are looked at.
const NOTICE_BYTES_MAX: usize = 400;
/// Words of a bracket among which the verb stands.
const BRACKET_WORDS_MAX: usize = 12;

/// What the text itself is called in notices.
pub(super) const TEXTS: &[&str] = &[
    "alert", "article", "bericht", "copy", "depeche", "despacho", "despatch", "dispatch",
    "headline", "item", "meldung", "nota", "noticia", "notizia", "piece", "report", "story",
    "version",
];
/// Texts that ordinary news tells of too.
const WEAK_TEXTS: &[&str] =
    &["alert", "bericht", "copy", "item", "nota", "piece", "report", "version"];
const THIS: &[&str] = &["this", "diese", "dieser", "cette", "cet", "esta", "este", "questa"];
/// Whose text it is.
const AGENCIES: &[&str] =
    &["afp", "ansa", "ap", "associated", "dpa", "efe", "press", "reuters", "upi", "xinhua"];
/// When or how a text came.
const DATED: &[&str] = &[
    "april",
    "august",
    "breaking",
    "dec",
    "december",
    "earlier",
    "feb",
    "february",
    "jan",
    "january",
    "july",
    "june",
    "march",
    "may",
    "news",
    "nov",
    "november",
    "oct",
    "october",
    "original",
    "previous",
    "sep",
    "sept",
    "september",
];
/// Who tells of a text is not its editor.
const TELLS: &[&str] = &["according", "announced", "reported", "said", "says", "told"];
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
/// Whom a notice asks something.
pub(super) const EDITORS: &[&str] =
    &["clients", "customers", "desks", "editors", "media", "newsrooms", "subscribers", "users"];

/// The note in a bracket of headline or opening: `(Corrects spelling of name)`.
pub(super) fn in_bracket(content: &str) -> Label {
    if content.len() > BRACKET_BYTES_MAX {
        return Label::None;
    }
    let notice = Notice { text: content, read: words(content) };
    if kill::in_bracket(&notice) {
        return Label::Withdrawal;
    }
    let read = notice.read;
    let first = read.first().map_or("", |word| word.lower.as_ref());
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
    if kill::in_note(note) {
        return Label::Withdrawal;
    }
    let read = words(note);
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
    if kill::in_opening(opening) {
        return Label::Withdrawal;
    }
    let notice = Notice { text: opening, read: words(opening) };
    let corrected =
        notice.of_this_text(|after| has(after, CORRECTS)) || earlier_version(&notice.read);
    let first = notice.read.first().map_or("", |word| word.lower.as_ref());
    let second = notice.read.get(1).map_or("", |word| word.lower.as_ref());
    match first {
        "corrects" | "correcting" => Label::Correction,
        _ if corrected => Label::Correction,
        "refiles" | "refiling" => Label::Refile,
        "repeats" if matches!(second, "to" | "for" | "with" | "story" | "item") => Label::Repeat,
        _ => Label::None,
    }
}

/// A text that may be a notice, with its words.
pub(super) struct Notice<'t> {
    /// As it stands.
    pub text: &'t str,
    /// Its words.
    pub read: Vec<Word<'t>>,
}

impl Notice<'_> {
    /// What stands between a word and the one before it.
    pub(super) fn gap(&self, at: usize) -> &str {
        let end = self.read.get(at).map_or(self.text.len(), |word| word.range.start);
        let before = at.checked_sub(1).and_then(|before| self.read.get(before));
        self.text.get(before.map_or(0, |word| word.range.end)..end).unwrap_or_default()
    }

    /// A mark stands before the word.
    pub(super) fn marked(&self, at: usize) -> bool {
        let gap = self.gap(at);
        gap.contains(['.', ',', ':', ';', '!', '(', ')', '[', ']', '–', '—', '\n'])
            || gap.contains('-') && gap.contains(' ')
    }

    /// A notice may begin with this word.
    pub(super) fn begins(&self, at: usize) -> bool {
        at == 0 || self.marked(at)
    }

    /// The word stands in a quotation.
    pub(super) fn quoted(&self, at: usize) -> bool {
        let end = self.read.get(at).map_or(self.text.len(), |word| word.range.start);
        let before = self.text.get(..end).unwrap_or_default();
        let count = |mark: char| before.matches(mark).count();
        count('"') % 2 == 1 || count('“') > count('”') || count('«') > count('»')
    }

    /// "This story has been …": a text that calls itself one, with this in the same breath.
    pub(super) fn of_this_text(&self, done: impl Fn(&[Word<'_>]) -> bool) -> bool {
        self.of_this(false, done)
    }

    /// The same where `plainly` nothing but the text can be meant.
    pub(super) fn of_this(&self, plainly: bool, done: impl Fn(&[Word<'_>]) -> bool) -> bool {
        const OPENING_WORDS_MAX: usize = 8;
        const VERB_WORDS_MAX: usize = 5;
        let read = &self.read;
        (0..read.len().min(OPENING_WORDS_MAX)).filter_map(|at| self.this_text(at)).any(|text| {
            let after = read.get(text.at + 1..).unwrap_or_default();
            let near = after.get(..VERB_WORDS_MAX.min(after.len())).unwrap_or_default();
            (text.plain || !plainly && !has(after, TELLS)) && passive(near) && done(near)
        })
    }

    /// The text that "this" at the word means, if it means one.
    fn this_text(&self, this: usize) -> Option<ThisText> {
        const SUBJECT_WORDS_MAX: usize = 6;
        let read = &self.read;
        let before = this.checked_sub(1).and_then(|before| read.get(before));
        let note = before.is_some_and(|word| is(word, &["that", "note"]));
        let begins = (self.begins(this) || note) && !self.quoted(this);
        if !begins || !is(read.get(this)?, THIS) {
            return None;
        }
        let subject = read.iter().enumerate().skip(this + 1).take(SUBJECT_WORDS_MAX);
        let (at, text) = subject.into_iter().find(|(_, word)| is(word, TEXTS))?;
        let between = read.get(this + 1..at)?;
        let known = |word: &Word<'_>| word.is_number || is(word, DATED) || is(word, AGENCIES);
        let plain = between.iter().all(known);
        let named = between.iter().all(|word| known(word) || word.starts_upper)
            && !between.iter().any(|word| word.possessive);
        let weak = is(text, WEAK_TEXTS);
        (plain || named && !weak).then_some(ThisText { at, plain: plain && !weak })
    }
}

/// Where a text names itself.
struct ThisText {
    at: usize,
    /// Nothing but the text can be meant.
    plain: bool,
}

/// "An earlier version of this article misstated …"; a bill has earlier versions, too.
fn earlier_version(read: &[Word<'_>]) -> bool {
    const EARLIER: &[&str] =
        &["earlier", "initial", "previous", "original", "fruheren", "precedente", "prior"];
    const TEXT_WORDS_MAX: usize = 4;
    read.windows(3).enumerate().any(|(at, three)| match three {
        [earlier, version, of] if is(earlier, EARLIER) && is(version, &["version", "fassung"]) => {
            let after = read.get(at + 3..).unwrap_or_default();
            let near = after.get(..TEXT_WORDS_MAX.min(after.len())).unwrap_or_default();
            let this = near.first().is_some_and(|word| is(word, THIS) || is(word, &["our"]));
            let text = near.iter().find(|word| is(word, TEXTS));
            let named = text.is_some_and(|text| this || !is(text, WEAK_TEXTS));
            is(of, &["of", "de"]) && named
                || is(of, &["dieses", "contained", "incorrectly", "misstated", "wrongly"])
        }
        _ => false,
    })
}

/// One of the last sentences of a body: a correction's notice, or the article taking itself back
/// in so many words.
pub(super) fn in_closing(sentence: &str) -> Label {
    let sentence = head(sentence.trim());
    if !may_notice(sentence) {
        return Label::None;
    }
    if kill::in_closing(sentence) {
        return Label::Withdrawal;
    }
    match in_opening(sentence) {
        Label::Correction => Label::Correction,
        _ => Label::None,
    }
}

fn passive(read: &[Word<'_>]) -> bool {
    const PASSIVE: &[&str] = &[
        "been", "being", "is", "was", "wurde", "wird", "ete", "est", "sido", "are", "fue", "stata",
    ];
    has(read, PASSIVE)
}

/// Gravest first.
fn verbs() -> [(&'static [&'static str], Label); 3] {
    [(CORRECTS, Label::Correction), (REFILES, Label::Refile), (REPEATS, Label::Repeat)]
}

pub(super) fn is(word: &Word<'_>, list: &[&str]) -> bool {
    list.contains(&word.lower.as_ref())
}

pub(super) fn has(read: &[Word<'_>], list: &[&str]) -> bool {
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
            ("We have withdrawn this story, which said 40 were killed.", Label::Withdrawal),
            ("We are retracting the article below.", Label::Withdrawal),
            ("Please note that the story headlined X is withdrawn.", Label::Withdrawal),
            ("This article has been retracted.", Label::Withdrawal),
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
            "An earlier version of the bill was rejected.",
            "An original version of the report said 40 were killed.",
            "We have withdrawn our troops, the minister said.",
            "We have withdrawn the product, the firm said in a report.",
            "The army has withdrawn from this story-book town.",
            "Please note that the station is closed.",
            "",
        ] {
            assert_eq!(in_opening(opening), Label::None, "{opening}");
        }
    }

    #[test]
    fn closings_with_a_notice() {
        for (sentence, expected) in [
            ("An earlier version of this article said 40 were killed.", Label::Correction),
            ("This story has been corrected to show that 14 were killed.", Label::Correction),
            ("Correction: The toll is 14, not 40.", Label::Correction),
            ("This article has been retracted.", Label::Withdrawal),
            ("We have withdrawn this story.", Label::Withdrawal),
            ("This report was removed from the site, the ministry said.", Label::None),
            ("Do not use this report.", Label::None),
            ("The article was retracted by the journal.", Label::None),
            ("Troops were withdrawn from the square.", Label::None),
            ("The firm withdrew its product.", Label::None),
            ("The correction came after a week of losses.", Label::None),
            ("A previous version of the law was struck down.", Label::None),
        ] {
            assert_eq!(in_closing(sentence), expected, "{sentence}");
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
