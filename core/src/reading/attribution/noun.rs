//! Nouns that attribute: "claims by X that …", "his belief that …", "reports of …".

use std::ops::Range;

use super::Attribution;
use crate::policy::lexicon::{Act, tag};
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
    let that = phrases.pos(next) == Pos::That && phrases.has_finite(next..phrases.end);
    let about = ["of", "about", "for", "against", "on", "over", "to"]
        .iter()
        .any(|word| phrases.tokens.is_word(next, word));
    if !(that || (about && source.is_some())) {
        return;
    }
    let mut made = Attribution::new(act(phrases, at), at..at + 1, sentence);
    made.source = source;
    made.phrase = !that;
    let end = if that { phrases.close() } else { phrases.next_mark(next) };
    made.content.push(next..end);
    found.push(made);
}

fn act(phrases: &Phrases<'_, '_>, at: usize) -> Act {
    if phrases.is(at, tag::NOUN_DENIAL) {
        Act::Deny
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
