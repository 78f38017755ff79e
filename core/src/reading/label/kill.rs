//! Does a note or notice take the text itself back?
//!
//! The words of a kill are words of ordinary news too, and of ordinary editing. So a notice must
//! begin as one, outside quotations, and name the text: not a part of it, and nothing in it.

#[cfg(test)]
mod tests;

use crate::text::{Word, words};

use super::notice::{EDITORS, Notice, TEXTS, has, is};
use super::{Label, phrase_label};

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
/// Of these, what also happens to people and to parts of a text.
const GONE_TOO: &[&str] = &["deleted", "killed", "pulled", "removed", "retire"];
const WITHDRAWS: &[&str] =
    &["eliminate", "eliminates", "kill", "kills", "retract", "retracts", "withdraw", "withdraws"];
const WITHDRAWING: &[&str] = &["killing", "retracting", "withdrawing"];
/// What editors do to a text that stays.
const EDITS: &[&str] = &[
    "adds", "adding", "changes", "cuts", "drops", "edits", "fixes", "includes", "inserts",
    "recasts", "removes", "restores", "trims", "updates", "updating",
];
/// Parts of a text: to kill one is to edit.
const PARTS: &[&str] = &[
    "byline",
    "caption",
    "credit",
    "dateline",
    "duplicate",
    "duplicated",
    "extra",
    "extraneous",
    "figure",
    "graf",
    "graph",
    "graphic",
    "image",
    "line",
    "lines",
    "link",
    "links",
    "mention",
    "name",
    "number",
    "para",
    "paragraph",
    "paragraphs",
    "paras",
    "phrase",
    "photo",
    "picture",
    "quote",
    "quotes",
    "redundant",
    "reference",
    "references",
    "repeated",
    "section",
    "sentence",
    "sentences",
    "space",
    "stray",
    "typo",
    "video",
    "word",
    "words",
];
const PREPOSITIONS: &[&str] =
    &["about", "at", "by", "for", "from", "in", "into", "of", "on", "to", "within", "with"];
/// What may stand between "the" and the text.
const KINDS: &[&str] = &[
    "a",
    "above",
    "all",
    "any",
    "breaking",
    "earlier",
    "entire",
    "erroneous",
    "following",
    "inaccurate",
    "incorrect",
    "its",
    "news",
    "our",
    "original",
    "previous",
    "same",
    "that",
    "the",
    "these",
    "this",
    "whole",
];
/// What may follow the text where nothing else of it is meant.
const GOES_ON: &[&str] = &[
    "about",
    "above",
    "after",
    "and",
    "as",
    "at",
    "because",
    "below",
    "by",
    "due",
    "for",
    "from",
    "has",
    "headlined",
    "immediately",
    "in",
    "is",
    "issued",
    "moved",
    "on",
    "over",
    "pending",
    "published",
    "saying",
    "sent",
    "slugged",
    "that",
    "titled",
    "until",
    "was",
    "which",
    "with",
];

/// The editor's note.
pub(super) fn in_note(note: &str) -> bool {
    let parts = note.split(['.', ';', '!', '?', '\n']).flat_map(|part| part.split(" - "));
    parts.enumerate().any(|(at, part)| in_part(part.trim(), at == 0))
}

fn in_part(part: &str, first: bool) -> bool {
    let notice = Notice { text: part, read: words(part) };
    let (head, tail) = part.split_once(':').unwrap_or((part, ""));
    let named = |phrase: &str, may: bool| {
        let shouted = !phrase.chars().any(char::is_lowercase);
        (may || shouted) && phrase_label(phrase, true) == Some(Label::Withdrawal)
    };
    let named = named(head, first) && !of_a_part(tail) || named(tail, false);
    named
        || alone(&notice)
        || withdraws(&notice)
        || is_gone(&notice)
        || notice_in(&notice)
        || text_gone(&notice)
        || forbids(&notice)
}

/// "Story killed", "Story retracted by Reuters".
fn text_gone(notice: &Notice<'_>) -> bool {
    let [text, gone, rest @ ..] = notice.read.as_slice() else { return false };
    let ends = rest.first().is_none_or(|word| is(word, &["after", "as", "because", "by", "due"]));
    is(text, TEXTS) && is(gone, GONE) && ends
}

/// "Do not use", "Hold this story": in a note that speaks of nothing else.
fn forbids(notice: &Notice<'_>) -> bool {
    let said: Vec<&str> = notice.read.iter().map(|word| word.lower.as_ref()).collect();
    match said.as_slice() {
        ["do", "not", "use" | "publish" | "run"] => true,
        ["hold", ..] => takes_text(notice, 1, true),
        _ => false,
    }
}

/// The opening words.
pub(super) fn in_opening(opening: &str) -> bool {
    let notice = Notice { text: opening, read: words(opening) };
    notice_in(&notice) || we_withdraw(&notice) || notes(opening)
}

/// One of the last sentences: only what cannot mean anything but the article.
pub(super) fn in_closing(sentence: &str) -> bool {
    let notice = Notice { text: sentence, read: words(sentence) };
    let surely: Vec<&str> = GONE.iter().filter(|it| !GONE_TOO.contains(it)).copied().collect();
    notice.of_this(true, |after| done(after, &surely)) || we_withdraw(&notice)
}

/// "We have withdrawn this story", "We are retracting the article below".
fn we_withdraw(notice: &Notice<'_>) -> bool {
    const VERBS: &[&str] = &[
        "pulled",
        "removed",
        "retract",
        "retracted",
        "retracting",
        "withdraw",
        "withdrawing",
        "withdrawn",
    ];
    const HELPS: &[&str] = &["are", "have", "hereby", "now", "therefore"];
    let read = &notice.read;
    if !read.first().is_some_and(|word| is(word, &["we"])) || notice.quoted(0) {
        return false;
    }
    let verb = (1..read.len()).find(|at| read.get(*at).is_some_and(|word| !is(word, HELPS)));
    verb.is_some_and(|verb| {
        read.get(verb).is_some_and(|word| is(word, VERBS)) && takes_own_text(notice, verb + 1)
    })
}

/// "this story", "the above article": a report that others wrote is meant by neither.
fn takes_own_text(notice: &Notice<'_>, from: usize) -> bool {
    let read = &notice.read;
    let this = read.get(from).is_some_and(|word| is(word, &["our", "that", "this"]));
    let text = read.iter().skip(from).find(|word| is(word, TEXTS));
    let strong = text.is_some_and(|word| is(word, &["article", "dispatch", "story"]));
    (this || strong) && takes_text(notice, from, true)
}

/// "Please note that the story headlined X is withdrawn."
fn notes(opening: &str) -> bool {
    let sentence = opening.split(['.', '\n']).next().unwrap_or_default();
    let notice = Notice { text: sentence, read: words(sentence) };
    let asks = match notice.read.as_slice() {
        [please, note, ..] => is(please, &["please", "kindly"]) && is(note, &["note"]),
        _ => false,
    };
    asks && is_gone(&Notice { text: sentence, read: notice.read.into_iter().skip(3).collect() })
}

/// The note in a bracket.
pub(super) fn in_bracket(notice: &Notice<'_>) -> bool {
    notice.of_this_text(|after| done(after, GONE))
}

fn notice_in(notice: &Notice<'_>) -> bool {
    notice.of_this_text(|after| done(after, GONE))
        || (0..notice.read.len()).any(|at| asks(notice, at) || announces(notice, at))
}

fn of_a_part(text: &str) -> bool {
    const WORDS_MAX: usize = 5;
    words(text).iter().take(WORDS_MAX).any(|word| is(word, PARTS))
}

/// "has been withdrawn", with nothing but an adverb between.
fn done(read: &[Word<'_>], gone: &[&str]) -> bool {
    const PASSIVE: &[&str] = &[
        "been", "being", "is", "was", "wurde", "wird", "ete", "est", "sido", "are", "fue", "stata",
    ];
    const ADVERBS: &[&str] = &["also", "hereby", "hiermit", "later", "now", "since", "therefore"];
    let plain = |at: usize| read.get(..at).unwrap_or_default().iter().rev();
    read.iter().enumerate().any(|(at, word)| {
        let before = plain(at).find(|word| !is(word, ADVERBS));
        is(word, gone) && before.is_some_and(|word| is(word, PASSIVE))
    })
}

/// "Kill story", "withdraws its story": the text is what the verb takes.
fn withdraws(notice: &Notice<'_>) -> bool {
    let read = &notice.read;
    let edits = read.first().is_some_and(|word| is(word, EDITS));
    let verb = |at: usize, word: &Word<'_>| {
        at == 0 && is(word, WITHDRAWING) || is(word, WITHDRAWS) && !edits
    };
    read.iter().enumerate().any(|(at, word)| verb(at, word) && takes_text(notice, at + 1, false))
}

/// The text is the object from here: "the story", "SYRIA-PLANE", "this story slugged …".
fn takes_text(notice: &Notice<'_>, from: usize, definite: bool) -> bool {
    const WORDS_MAX: usize = 5;
    let read = &notice.read;
    let slug =
        |at: usize| read.get(at).is_some_and(|word| word.all_upper && word.lower.contains('-'));
    if definite && !read.get(from).is_some_and(|word| is(word, KINDS)) {
        return false;
    }
    let near = read.iter().enumerate().skip(from).take(WORDS_MAX);
    let mut free = near.take_while(|(at, word)| {
        *at == from || !notice.marked(*at) && !is(word, PREPOSITIONS) && !is(word, PARTS)
    });
    let Some((text, _)) = free.find(|(_, word)| is(word, TEXTS)) else { return slug(from) };
    let between = read.get(from..text).unwrap_or_default();
    let about_it = between.iter().all(|word| is(word, KINDS) || word.starts_upper);
    let after = read.get(text + 1);
    about_it
        && !(between.iter().any(|word| is(word, PARTS) || word.possessive))
        && after.is_none_or(|word| notice.marked(text + 1) || is(word, GOES_ON))
}

/// "Withdrawn", "Removed by editors", "KILLS": nothing else is named.
fn alone(notice: &Notice<'_>) -> bool {
    const WHY: &[&str] = &[
        "after",
        "as",
        "at",
        "because",
        "by",
        "due",
        "following",
        "for",
        "on",
        "pending",
        "per",
        "until",
    ];
    let read = &notice.read;
    let Some(first) = read.first() else { return false };
    let gone = is(first, GONE);
    if !(gone || is(first, WITHDRAWS)) || of_a_part(notice.text) {
        return false;
    }
    match read.get(1) {
        None => true,
        Some(next) => gone && is(next, WHY),
    }
}

/// "the story on a crash has been withdrawn", but not "a report that troops were withdrawn", nor
/// "a photo in the story was removed".
fn is_gone(notice: &Notice<'_>) -> bool {
    const WORDS_MAX: usize = 16;
    const CLAUSE: &[&str] = &[
        "after", "as", "how", "que", "says", "said", "that", "were", "when", "where", "which",
        "who", "whose", "dass",
    ];
    const TOPIC: &[&str] =
        &["about", "on", "slugged", "headlined", "titled", "uber", "zu", "sur", "sobre"];
    let read = &notice.read;
    let texts = read.iter().enumerate().filter(|(_, word)| is(word, TEXTS));
    texts.into_iter().any(|(at, _)| {
        let before = read.get(..at).unwrap_or_default();
        if before.iter().any(|word| is(word, PREPOSITIONS) || is(word, EDITS)) {
            return false;
        }
        let after = read.get(at + 1..).unwrap_or_default();
        let length = after
            .iter()
            .take(WORDS_MAX)
            .enumerate()
            .take_while(|(n, word)| !is(word, CLAUSE) && !notice.marked(at + 1 + n))
            .count();
        let clause = after.get(..length).unwrap_or_default();
        let close = clause.get(..length.min(4)).unwrap_or_default();
        let topic = clause.first().is_some_and(|word| is(word, TOPIC));
        let surely: Vec<&str> = GONE.iter().filter(|g| !GONE_TOO.contains(g)).copied().collect();
        !topic && done(close, GONE) || topic && done(clause, &surely)
    })
}

/// "Please kill the story", "Do not use this item", "Clients are asked to disregard the story".
fn asks(notice: &Notice<'_>, at: usize) -> bool {
    const VERBS: &[&str] = &["delete", "disregard", "ignore", "kill", "retract", "withdraw"];
    const USES: &[&str] = &["publish", "run", "use"];
    const ASKED_WORDS_MAX: usize = 7;
    let read = &notice.read;
    let word = |at: usize, list: &[&str]| read.get(at).is_some_and(|word| is(word, list));
    let polite = word(at, &["please", "kindly"]);
    let from = at + usize::from(polite);
    let object = if word(from, VERBS) {
        from + 1
    } else if word(from, &["do"]) && word(from + 1, &["not"]) && word(from + 2, USES) {
        from + 3
    } else {
        return false;
    };
    let before = read.get(at.saturating_sub(ASKED_WORDS_MAX)..at).unwrap_or_default();
    let asked = before.last().is_some_and(|word| is(word, &["to", "should", "must"]))
        && has(before, EDITORS);
    if notice.quoted(at) || !(asked || notice.begins(at)) {
        return false;
    }
    let ends = object >= read.len() || notice.gap(object).contains(['.', '!', ')']);
    polite && ends || takes_text(notice, object, true)
}

/// "Mandatory kill.", "There will be no substitute story", and what others write for "do not use".
fn announces(notice: &Notice<'_>, at: usize) -> bool {
    const PHRASES: &[&[&str]] = &[
        &["mandatory", "kill"],
        &["no", "substitute", "story"],
        &["no", "replacement", "story"],
        &["bitte", "nicht", "verwenden"],
        &["priere", "de", "ne", "pas", "tenir", "compte"],
        &["rogamos", "no", "utilizar"],
        &["se", "ruega", "no", "utilizar"],
    ];
    let read = &notice.read;
    PHRASES.iter().any(|phrase| {
        let there = phrase
            .iter()
            .enumerate()
            .all(|(n, part)| read.get(at + n).is_some_and(|word| word.lower.as_ref() == *part));
        let next = at + phrase.len();
        let ends = next >= read.len() || notice.marked(next);
        let texts = read.iter().any(|word| is(word, TEXTS));
        there && !notice.quoted(at) && (ends || texts && phrase[0] != "mandatory")
    })
}
