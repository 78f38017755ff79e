//! The chain of a statement: from the publisher over whoever is cited to who is nearest to it.

use std::ops::Range;
use std::sync::Arc;

use super::Teller;
use crate::policy::Policy;
use crate::policy::lexicon::{Act, tag};
use crate::reading::attribution::Attribution;
use crate::reading::clause::Clause;
use crate::reading::voices::Voice;
use crate::reading::{Hop, SourceKind};

impl Teller<'_, '_> {
    /// Publisher, the agency behind the article, and everybody in the line.
    pub(super) fn chain(
        &self,
        line: &[usize],
        heard: &[Option<Voice>],
        clause: &Clause,
    ) -> Arc<[Hop]> {
        let mut chain = self.base.to_vec();
        for at in line {
            let one = &self.found[*at];
            if let Some(via) = one.via.as_ref().and_then(|via| self.told_outlet(one, via)) {
                push_hop(&mut chain, via);
            }
            // "The rule appeared to be ending": what appears says nothing.
            if self.own_text(one).is_some() || one.act == Act::Seem {
                continue;
            }
            let cue = Some(self.words(&one.cue));
            match (&heard[*at], &one.source) {
                (Some(voice), Some(source)) => {
                    let mut hop = voice.hop(Some(self.span(source)), cue);
                    hop.party = self.party(&hop, clause);
                    push_hop(&mut chain, hop);
                }
                _ if line.len() == 1 => {
                    let text = self.tokens.slice(&one.cue).to_owned();
                    chain.push(Hop {
                        resolved: "somebody who is not named".to_owned(),
                        text,
                        cue,
                        kind: SourceKind::Anonymous,
                        ..Hop::default()
                    });
                }
                _ => {}
            }
        }
        chain.truncate(self.policy.limits.hops_max);
        chain.into()
    }

    /// "told Reuters": an outlet or agency that the configuration lists.
    fn told_outlet(&self, one: &Attribution, via: &Range<usize>) -> Option<Hop> {
        let mut range = via.clone();
        while range.start < range.end && self.tokens.all[range.start].is(tag::DETERMINER) {
            range.start += 1;
        }
        let first = (range.start + 1..=range.end)
            .rev()
            .find_map(|end| self.policy.sources.by_name(self.tokens.slice(&(range.start..end))))?;
        let kind = match first.kind {
            crate::policy::sources::ListedKind::Agency => SourceKind::Agency,
            crate::policy::sources::ListedKind::Outlet => SourceKind::Outlet,
            _ => return None,
        };
        Some(Hop {
            text: self.tokens.slice(via).to_owned(),
            span: Some(self.span(via)),
            resolved: first.name.clone(),
            id: Some(first.id.clone()),
            cue: Some(self.words(&one.cue)),
            kind,
            named: true,
            ..Hop::default()
        })
    }

    /// Whether the source is, or speaks for, whom the clause is about.
    fn party(&self, hop: &Hop, clause: &Clause) -> bool {
        let subject = &clause.proposition.subject_text;
        if subject.is_empty() || matches!(hop.kind, SourceKind::Witness | SourceKind::Anonymous) {
            return false;
        }
        let sources = &self.policy.sources;
        let listed = hop
            .id
            .as_deref()
            .and_then(|id| sources.by_id(id))
            .and_then(|source| source.side.clone());
        let side = listed.or_else(|| side_in(self.policy, &hop.resolved));
        let about = side_in(self.policy, subject);
        let same = side.is_some() && side == about;
        let shares = subject.split_whitespace().any(|word| {
            word.chars().next().is_some_and(char::is_uppercase)
                && word.len() > 3
                && hop.resolved.split_whitespace().any(|part| part == word)
        });
        same || shares
    }
}

/// The next hop, unless it is the one before it again.
pub(super) fn push_hop(chain: &mut Vec<Hop>, hop: Hop) {
    let again = chain.last().is_some_and(|last| match (&last.id, &hop.id) {
        (Some(a), Some(b)) => a == b,
        _ => last.resolved == hop.resolved,
    });
    if !again {
        chain.push(hop);
    }
}

/// The side that some name in the words means.
fn side_in(policy: &Policy, words: &str) -> Option<String> {
    if let Some(side) =
        policy.sources.side_of_name(words.trim_start_matches("the ").trim_start_matches("The "))
    {
        return Some(side.id.clone());
    }
    words.split_whitespace().find_map(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).trim_end_matches("'s");
        policy.sources.side_of_name(word).map(|side| side.id.clone())
    })
}
