//! Nouns that attribute: "claims by X that …", "his belief that …", "reports of …".

use std::ops::Range;

use super::{Attribution, negation};
use crate::policy::lexicon::{Act, Meaning, tag};
use crate::reading::clause::meaning_in;
use crate::reading::phrase::Phrases;
use crate::reading::tokens::{Kind, Pos};

/// Enters the attribution that a cue noun makes, if content or source follow it.
pub fn noun(phrases: &Phrases<'_, '_>, sentence: usize, at: usize, found: &mut Vec<Attribution>) {
    let owner = owner(phrases, at);
    let mut next = at + 1;
    let mut source = owner;
    if source.is_none() && ["by", "from"].iter().any(|word| phrases.tokens.is_word(next, word)) {
        let end = phrases.forward(next + 1);
        if end > next + 1 {
            source = Some(next + 1..end);
            next = end;
        }
    }
    // "information that has been filed" tells of the noun itself.
    let that = phrases.pos(next) == Pos::That
        && phrases.has_finite(next..phrases.end)
        && !phrases.finite(next + 1);
    let negated = negation::of_noun(phrases, at);
    let act = act(phrases, at);
    // "There is no doubt the bridge fell": "that" may be left out.
    let that = that || negated && act == Act::Doubt && clause_follows(phrases, next);
    let about = ["of", "about", "for", "against", "on", "over", "to"]
        .iter()
        .any(|word| phrases.tokens.is_word(next, word));
    if !(that || (about && source.is_some())) {
        return;
    }
    let mut made = Attribution::new(act, at..at + 1, sentence);
    made.negated = negated;
    made.source = source;
    made.phrase = !that;
    let mut end = if that { phrases.close() } else { phrases.next_mark(next) };
    // "Reports that X fled are false": whoever says so denies it.
    if let Some(untrue) = untrue(phrases, next..end).filter(|_| that) {
        made.act = Act::Deny;
        made.source = None;
        end = untrue;
    }
    made.content.push(next..end);
    found.push(made);
}

/// Where "are false" begins behind a whole clause.
fn untrue(phrases: &Phrases<'_, '_>, content: Range<usize>) -> Option<usize> {
    let (at, _) = meaning_in(phrases, &content, Meaning::Untrue)?;
    let verb = phrases.group(at).start;
    (verb > content.start && phrases.has_finite(content.start..verb)).then_some(verb)
}

fn clause_follows(phrases: &Phrases<'_, '_>, from: usize) -> bool {
    let subject = phrases.forward(from);
    subject > from && phrases.finite(subject)
}

fn act(phrases: &Phrases<'_, '_>, at: usize) -> Act {
    if phrases.is(at, tag::NOUN_DENIAL) {
        Act::Deny
    } else if phrases.is(at, tag::NOUN_DOUBT) {
        Act::Doubt
    } else if phrases.is(at, tag::NOUN_CLAIM) {
        Act::Claim
    } else {
        Act::Say
    }
}

/// "his", "X's" before the noun, over adjectives.
fn owner(phrases: &Phrases<'_, '_>, at: usize) -> Option<Range<usize>> {
    let mut here = at;
    while here > phrases.start
        && matches!(phrases.pos(here - 1), Pos::Adjective | Pos::Noun | Pos::Number)
        && at - here < 3
    {
        here -= 1;
    }
    let before = here.checked_sub(1).filter(|b| *b >= phrases.start)?;
    if phrases.kind(before) == Kind::Owner {
        return phrases.back(before);
    }
    phrases.is(before, tag::POSSESSIVE).then_some(before..before + 1)
}
