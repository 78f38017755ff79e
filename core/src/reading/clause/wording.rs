//! The affirmed proposition of a clause in words, with names in the place of pronouns.

use std::ops::Range;

use super::commits::{bounds, not_one};
use super::{Around, Clause, Number, Referent};
use crate::policy::lexicon::tag;
use crate::reading::phrase::Phrases;
use crate::reading::tokens::{Kind, Pos};

/// The affirmed proposition in words.
pub(super) fn text(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    verb: Option<usize>,
    made: &Clause,
    subject: Option<&str>,
) -> String {
    let mut text = String::new();
    if let Some(subject) = subject {
        text.push_str(subject);
        text.push(' ');
    }
    let group = verb.map_or(0..0, |verb| phrases.group(verb).start.max(range.start)..verb + 1);
    let negator = group
        .clone()
        .chain(group.end..(group.end + 1).min(range.end))
        .find(|at| made.denies && phrases.pos(*at) == Pos::Negator);
    let did = negator.and_then(|n| n.checked_sub(1)).filter(|at| phrases.is(*at, tag::DO));
    let quantifier = none_of(phrases, range, made);
    let mut last = None;
    for at in range.clone() {
        let token = &phrases.tokens.all[at];
        if at == range.start && quantifier {
            text.push_str(some_of(phrases, at));
            let one_word = phrases.tokens.is_word(at + 1, "one");
            last = (!text.is_empty() && !one_word).then_some(at);
            continue;
        }
        if at == range.start && made.denies && not_one(phrases, at) {
            continue;
        }
        let quote = matches!(token.kind, Kind::Open | Kind::Close);
        if Some(at) == negator
            && let Some(word) = affirmed(phrases.tokens.str(at))
        {
            text.push_str(word);
            last = Some(at);
            continue;
        }
        if Some(at) == negator
            || Some(at) == did
            || quote
            || (negator.is_some() && phrases.tokens.is_word(at, "yet"))
        {
            continue;
        }
        if last
            .is_some_and(|last: usize| phrases.tokens.all[last].end < token.start || last + 1 < at)
            && !text.is_empty()
            && token.kind != Kind::Comma
            && token.kind != Kind::Owner
        {
            text.push(' ');
        }
        if at == range.start && subject.is_some() && phrases.tokens.is_word(at, "be") {
            text.push_str(if subject.is_some_and(|who| who.ends_with('s')) { "are" } else { "is" });
            last = Some(at);
            continue;
        }
        let past = match (did, verb) {
            (Some(did), Some(verb)) if at == verb && phrases.tokens.is_word(did, "did") => {
                phrases.tokens.words.entry(phrases.tokens.entry(at).lemma).past.as_deref()
            }
            _ => None,
        };
        text.push_str(past.unwrap_or_else(|| phrases.tokens.str(at)));
        last = Some(at);
    }
    capitalised(text.trim())
}

/// The subject says "no": "no units were seen", "none of them left", "no one came".
fn none_of(phrases: &Phrases<'_, '_>, range: &Range<usize>, made: &Clause) -> bool {
    let none = ["no", "none"].iter().any(|word| phrases.tokens.is_word(range.start, word))
        && !bounds(phrases, range.start);
    made.denies && none
}

/// What "no" leaves when it is affirmed.
fn some_of(phrases: &Phrases<'_, '_>, at: usize) -> &'static str {
    if phrases.tokens.is_word(at, "none") || phrases.tokens.is_word(at + 1, "one") {
        "some"
    } else {
        ""
    }
}

/// Who or what is meant where "nobody" and "nothing" deny it.
fn affirmed(negator: &str) -> Option<&'static str> {
    match negator.to_lowercase().as_str() {
        "nobody" | "none" => Some("somebody"),
        "nothing" => Some("something"),
        _ => None,
    }
}

/// Puts a name in the place of a pronoun that is the subject.
pub(super) fn refer(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    around: &Around<'_>,
    made: &mut Clause,
) {
    let pronoun = phrases.tokens.str(range.start);
    if first_person(pronoun, around.speaker) {
        return speak(pronoun, around, made);
    }
    let Some(number) = number(pronoun) else { return };
    let single = made.proposition.subject_text.eq_ignore_ascii_case(pronoun);
    let fits = |referent: &&Referent| {
        let called = referent.called.as_deref();
        referent.number == number
            && !referent.name.is_empty()
            && called.is_none_or(|called| called.eq_ignore_ascii_case(pronoun))
    };
    let Some(referent) = around.referents.iter().find(fits).filter(|_| single) else { return };
    referent.name.clone_into(&mut made.proposition.subject_text);
    made.proposition.subject = referent.key.or(made.proposition.subject);
    if let Some(rest) = made.text.get(pronoun.len()..) {
        made.text = capitalised(&format!("{}{rest}", referent.name));
    }
}

/// Whether the pronoun means who speaks: "we" of a human may be anybody.
fn first_person(pronoun: &str, speaker: Option<&Referent>) -> bool {
    let Some(speaker) = speaker else { return false };
    match speaker.number {
        Number::Human => pronoun == "I",
        Number::Thing => pronoun.eq_ignore_ascii_case("we"),
        Number::Several => false,
    }
}

/// "I have resigned" as others tell it: "Brandt has resigned".
fn speak(pronoun: &str, around: &Around<'_>, made: &mut Clause) {
    let single = made.proposition.subject_text.eq_ignore_ascii_case(pronoun);
    let speaker = around.speaker.filter(|speaker| single && speaker.key.is_some());
    let Some(speaker) = speaker else { return };
    speaker.name.clone_into(&mut made.proposition.subject_text);
    made.proposition.subject = speaker.key;
    let Some(rest) = made.text.get(pronoun.len()..).and_then(|rest| rest.strip_prefix(' ')) else {
        return;
    };
    let (verb, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let verb = match verb {
        "am" | "are" => "is",
        "have" => "has",
        "do" => "does",
        "were" => "was",
        other => other,
    };
    made.text = capitalised(&format!("{} {verb} {rest}", speaker.name));
}

fn number(pronoun: &str) -> Option<Number> {
    let is = |word: &str| pronoun.eq_ignore_ascii_case(word);
    if is("he") || is("she") {
        Some(Number::Human)
    } else if is("they") {
        Some(Number::Several)
    } else {
        is("it").then_some(Number::Thing)
    }
}

/// First letter in upper case, no stop at the end.
#[must_use]
pub fn capitalised(text: &str) -> String {
    let mut text = text;
    while let Some(shorter) = [".", ",", ";", " "].iter().find_map(|end| text.strip_suffix(end)) {
        text = shorter;
    }
    let Some(first) = text.chars().next() else { return String::new() };
    let mut capital = String::with_capacity(text.len() + 2);
    capital.extend(first.to_uppercase());
    capital.push_str(text.get(first.len_utf8()..).unwrap_or_default());
    capital
}
