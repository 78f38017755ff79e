//! "Two divers found the wreck (Reuters).": an agency in brackets at the end of a sentence.
//!
//! Only what the configuration lists as an agency or outlet is a credit: other brackets hold
//! abbreviations.

use super::Attribution;
use crate::policy::Policy;
use crate::policy::lexicon::Act;
use crate::policy::sources::ListedKind;
use crate::reading::phrase::Phrases;
use crate::reading::tokens::{Kind, Tokens};

/// Words of a name in brackets.
const WORDS_MAX: usize = 4;

/// Enters the credits of all sentences that nobody else is said to say.
pub fn credits(policy: &Policy, tokens: &Tokens<'_>, found: &mut Vec<Attribution>) {
    for (sentence, range) in tokens.sentences.iter().enumerate() {
        let phrases = Phrases { tokens, start: range.start, end: range.end };
        if found.iter().any(|one| one.sentence == sentence) {
            continue;
        }
        found.extend(credit(policy, &phrases, sentence));
    }
}

fn credit(policy: &Policy, phrases: &Phrases<'_, '_>, sentence: usize) -> Option<Attribution> {
    let tokens = phrases.tokens;
    let mut end = phrases.end;
    while end > phrases.start && tokens.all[end - 1].kind == Kind::Stop {
        end -= 1;
    }
    let close = end.checked_sub(1).filter(|at| *at > phrases.start && tokens.str(*at) == ")")?;
    let from = close.saturating_sub(WORDS_MAX + 1).max(phrases.start);
    let open = (from..close).rev().find(|at| tokens.str(*at) == "(")?;
    let source = policy.sources.by_name(tokens.slice(&(open + 1..close)))?;
    let medium = matches!(source.kind, ListedKind::Agency | ListedKind::Outlet);
    if !medium || !phrases.has_finite(phrases.start..open) {
        return None;
    }
    let mut made = Attribution::new(Act::Say, open + 1..close, sentence);
    made.source = Some(open + 1..close);
    made.content.push(phrases.start..open);
    Some(made)
}
