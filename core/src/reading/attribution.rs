//! Who says what: source, cue and content of every attribution, sentence by sentence.
//!
//! Ranges count tokens. What an attribution's content holds may hold further attributions.

use std::collections::BTreeSet;
use std::ops::Range;

use super::phrase::Phrases;
use super::tokens::{Kind, Pos, Tokens};
use crate::article::Span;
use crate::policy::lexicon::{Act, Cue, Meaning, Words, tag, tag::takes};
use crate::text::Points;

pub mod bracket;
pub mod colon;
mod join;
mod left;
mod negation;
mod noun;
mod verb;

/// One attribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// What the source does with the content.
    pub act: Act,
    /// Who; `None` where the text does not say.
    pub source: Option<Range<usize>>,
    /// The words that attribute.
    pub cue: Range<usize>,
    /// What; several pieces for a quotation that is broken up.
    pub content: Vec<Range<usize>>,
    /// Sentence of the cue.
    pub sentence: usize,
    /// The outlet that was told: "told Reuters".
    pub via: Option<Range<usize>>,
    /// "did not say", "refused to say", "no evidence that": nothing is asserted by it.
    pub negated: bool,
    /// A verb attributes, so that whoever denies it denies that it was said.
    pub verb: bool,
    /// The attribution that cites this one, if it stands outside its content.
    pub cited_by: Option<usize>,
    /// A reporter's own eyes.
    pub first_hand: bool,
    /// Content begins with an infinitive or is a mere noun phrase: no clause of its own.
    pub phrase: bool,
}

impl Attribution {
    fn new(act: Act, cue: Range<usize>, sentence: usize) -> Self {
        Self {
            act,
            source: None,
            cue,
            content: Vec::new(),
            sentence,
            via: None,
            negated: false,
            verb: false,
            cited_by: None,
            first_hand: false,
            phrase: false,
        }
    }

    /// The content begins with "to": its subject is the source.
    #[must_use]
    pub fn infinitive(&self, tokens: &Tokens<'_>) -> bool {
        let first = self.content.first().map(|piece| piece.start);
        self.phrase && first.is_some_and(|at| tokens.all[at].pos == Pos::To)
    }
}

/// All attributions of a text, in order of their cues; of one whose first sentence is a headline,
/// with who is known to speak, by name.
#[must_use]
pub fn attributions(
    tokens: &Tokens<'_>,
    headline: Option<&dyn Fn(&str) -> bool>,
) -> Vec<Attribution> {
    let mut found = Vec::new();
    for (sentence, range) in tokens.sentences.iter().enumerate() {
        let mut phrases = Phrases { tokens, start: range.start, end: range.end };
        let first = found.len();
        if let Some(speaks) = headline.filter(|_| sentence == 0) {
            colon::colon(&phrases, sentence, speaks, &mut found);
            if found.is_empty() {
                phrases.start = colon::topic_end(&phrases).unwrap_or(phrases.start);
            }
        }
        in_sentence(&phrases, sentence, &mut found);
        join::trim(&phrases, &mut found, first);
    }
    join::continue_quotes(tokens, &mut found);
    found
}

/// The family names and bodies that speak in a text, in lower case.
#[must_use]
pub fn speakers(tokens: &Tokens<'_>, found: &[Attribution]) -> BTreeSet<String> {
    let sources = found.iter().filter_map(|one| one.source.clone());
    let name = |mut range: Range<usize>| range.rfind(|at| tokens.all[*at].capital);
    let last = sources.filter_map(name);
    last.map(|at| tokens.slice(&(at..at + 1)).to_lowercase()).collect()
}

/// Whether somebody of this name is among them.
#[must_use]
pub fn is_among(speakers: &BTreeSet<String>, name: &str) -> bool {
    name.split_whitespace().next_back().is_some_and(|last| speakers.contains(&last.to_lowercase()))
}

/// One attribution as code points of its text, for scores; a part may have several pieces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pieces {
    /// Who; empty where nobody is named.
    pub source: Vec<Span>,
    /// The words that attribute.
    pub cue: Vec<Span>,
    /// What.
    pub content: Vec<Span>,
}

/// All attributions of a text whose first sentence is its headline, as it stands.
#[must_use]
pub fn pieces(words: &Words, text: &str) -> Vec<Pieces> {
    let mut tokens = Tokens::new(text, words, &crate::text::sentences(text));
    super::tokens::tag_parts(&mut tokens);
    let points = Points::new(text);
    let span = |range: &Range<usize>| points.span(&tokens.bytes(range));
    let speakers = speakers(&tokens, &attributions(&tokens, None));
    attributions(&tokens, Some(&|name| is_among(&speakers, name)))
        .iter()
        .map(|one| Pieces {
            source: one.source.iter().map(span).collect(),
            cue: vec![span(&one.cue)],
            content: one.content.iter().map(span).collect(),
        })
        .collect()
}

fn in_sentence(phrases: &Phrases<'_, '_>, sentence: usize, found: &mut Vec<Attribution>) {
    let mut at = phrases.start;
    while at < phrases.end {
        let token = &phrases.tokens.all[at];
        if token.kind == Kind::Word {
            let entry = phrases.tokens.entry(at);
            let phrase = cue_phrase(phrases, at);
            if let Some((Meaning::SourceFollows, length)) = phrase {
                according(phrases, sentence, at..at + length, found);
                at += length;
                continue;
            }
            if let Some(length) = first_hand(phrases, at) {
                seen(phrases, sentence, at, length, found);
                at += length;
                continue;
            }
            if token.is(tag::CITING)
                && matches!(token.pos, Pos::Ing | Pos::Verb | Pos::Noun)
                && at > phrases.start
            {
                citing(phrases, sentence, at, found);
            } else if let Some((Meaning::Cue(act), length)) = phrase.filter(|_| verbal(token.pos)) {
                let cue = Cue {
                    act,
                    takes: takes::CLAUSE | takes::OBJECT | takes::QUOTE | takes::INFINITIVE,
                };
                verb::verb(phrases, sentence, at..at + length, &[Some(cue), None], found);
                at += length;
                continue;
            } else if entry.cues[0].is_some() && verbal(token.pos) && !idiom(phrases, at) {
                verb::verb(phrases, sentence, at..at + 1, &entry.cues, found);
            } else if token.is(tag::PASSIVE)
                && matches!(token.pos, Pos::Verb | Pos::Adjective | Pos::Participle)
            {
                verb::passive(phrases, sentence, at, found);
            } else if token.is(tag::REPORTED | tag::ALLEGED) {
                adverb(phrases, sentence, at, found);
            } else if token.is(tag::CUE_NOUN) && token.pos == Pos::Noun {
                noun::noun(phrases, sentence, at, found);
            }
        }
        at += 1;
    }
}

/// "claimed the lives of", "claimed responsibility": the verb does not attribute.
fn idiom(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    phrases.tokens.entry(at).phrases.iter().any(|phrase| {
        matches!(phrase.meaning, Meaning::Indicator(_) | Meaning::Predicate(_))
            && phrase.rest.iter().enumerate().all(|(n, word)| {
                at + 1 + n < phrases.end && phrases.tokens.all[at + 1 + n].word == *word
            })
    })
}

const fn verbal(pos: Pos) -> bool {
    matches!(pos, Pos::Verb | Pos::Ing | Pos::Infinitive)
}

/// The longest cue phrase that begins at `at`.
fn cue_phrase(phrases: &Phrases<'_, '_>, at: usize) -> Option<(Meaning, usize)> {
    phrases.tokens.entry(at).phrases.iter().find_map(|phrase| {
        let cue = matches!(phrase.meaning, Meaning::Cue(_) | Meaning::SourceFollows);
        let fits = cue
            && phrase.rest.iter().enumerate().all(|(n, word)| {
                at + 1 + n < phrases.end && phrases.tokens.all[at + 1 + n].word == *word
            });
        fits.then_some((phrase.meaning, phrase.rest.len() + 1))
    })
}

/// "journalists saw" that begins here, by its length.
fn first_hand(phrases: &Phrases<'_, '_>, at: usize) -> Option<usize> {
    let entry = phrases.tokens.entry(at);
    let phrase = entry.phrases.iter().find(|phrase| {
        phrase.meaning == Meaning::FirstHand
            && phrase.rest.iter().enumerate().all(|(n, word)| {
                at + 1 + n < phrases.end && phrases.tokens.all[at + 1 + n].word == *word
            })
    })?;
    Some(phrase.rest.len() + 1)
}

/// A reporter saw or heard it: the outlet is its own witness.
fn seen(
    phrases: &Phrases<'_, '_>,
    sentence: usize,
    at: usize,
    length: usize,
    found: &mut Vec<Attribution>,
) {
    let cue = at + length - 1..at + length;
    let mut made = Attribution::new(Act::Confirm, cue.clone(), sentence);
    made.first_hand = true;
    made.source = phrases.back(cue.start);
    made.content.push(cue.end..phrases.close());
    if made.source.is_some() && made.content[0].len() > 1 {
        found.push(made);
    }
}

/// "…, according to X" and "According to X, …".
fn according(
    phrases: &Phrases<'_, '_>,
    sentence: usize,
    cue: Range<usize>,
    found: &mut Vec<Attribution>,
) {
    let end = phrases.forward_apposed(cue.end);
    if end == cue.end {
        return;
    }
    let mut made = Attribution::new(Act::Say, cue.clone(), sentence);
    made.source = Some(cue.end..end);
    let mut left = cue.start;
    while left > phrases.start && matches!(phrases.kind(left - 1), Kind::Comma | Kind::Dash) {
        left -= 1;
    }
    if left > phrases.start && phrases.has_finite(phrases.start..left) || left > phrases.start + 4 {
        made.content.push(phrases.start..left);
    }
    let comma = phrases.kind(end) == Kind::Comma;
    let right = end + usize::from(comma)..phrases.close();
    let goes_on = match phrases.pos(right.start) {
        Pos::Ing | Pos::Conjunction | Pos::Relative => made.content.is_empty(),
        _ => made.content.is_empty() || (comma && phrases.finite(right.start)),
    };
    if goes_on && right.len() > 1 {
        made.content.push(right);
    }
    if !made.content.is_empty() {
        found.push(made);
    }
}

/// "…, citing X": X stands behind whoever says the rest of the sentence.
fn citing(phrases: &Phrases<'_, '_>, sentence: usize, at: usize, found: &mut Vec<Attribution>) {
    let end = phrases.forward_apposed(at + 1);
    if end == at + 1 {
        return;
    }
    let mut made = Attribution::new(Act::Say, at..at + 1, sentence);
    made.source = Some(at + 1..end);
    let main = found
        .iter()
        .rposition(|a| a.sentence == sentence && a.source.is_some() && a.act != Act::Intend);
    match main {
        Some(main) => {
            made.content.clone_from(&found[main].content);
            for piece in &mut made.content {
                if piece.start < at && piece.end > at {
                    piece.end = strip(phrases, at);
                }
            }
            let bounded = made.content.clone();
            found[main].content = bounded;
            made.cited_by = Some(main);
        }
        None => made.content.push(phrases.start..strip(phrases, at)),
    }
    made.content.retain(|piece| piece.len() > 1);
    if !made.content.is_empty() {
        found.push(made);
    }
}

/// Without commas and dashes before it.
fn strip(phrases: &Phrases<'_, '_>, end: usize) -> usize {
    let mut end = end;
    while end > phrases.start && matches!(phrases.kind(end - 1), Kind::Comma | Kind::Dash) {
        end -= 1;
    }
    end
}

/// "reportedly": somebody says so.
fn adverb(phrases: &Phrases<'_, '_>, sentence: usize, at: usize, found: &mut Vec<Attribution>) {
    let act = if phrases.is(at, tag::ALLEGED) { Act::Claim } else { Act::Say };
    let mut made = Attribution::new(act, at..at + 1, sentence);
    let before = phrases.start..at;
    let from = before
        .clone()
        .rev()
        .find(|a| phrases.kind(*a) == Kind::Comma)
        .map_or(phrases.start, |c| c + 1);
    if phrases.has_finite(from..at) || at - from > 1 {
        made.content.push(from..at);
    }
    let end = phrases.next_mark(at + 1);
    if end > at + 1 {
        made.content.push(at + 1..end);
    }
    if !made.content.is_empty() {
        found.push(made);
    }
}
