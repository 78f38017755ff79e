//! What a sentence says outside of every attribution: the publisher's own word.

use std::ops::Range;

use super::chain::push_hop;
use super::{Teller, is_itself, last_subject};
use crate::policy::lexicon::{Act, NONE};
use crate::policy::sources::ListedKind;
use crate::reading::clause::{Around, Referent, capitalised, clause};
use crate::reading::phrase::Phrases;
use crate::reading::pieces::{CONTENT_TOKENS_MIN, cut, split};
use crate::reading::tokens::{Kind, Pos};
use crate::reading::voices::Voices;
use crate::reading::{Basis, Factuality, Hop, Part, Stance, Statement};

impl Teller<'_, '_> {
    /// What the sentence says outside of every attribution.
    pub(super) fn plain(
        &self,
        sentence: usize,
        near: &[usize],
        voices: &mut Voices<'_>,
        told: &mut Vec<Statement>,
    ) {
        let phrases = self.phrases(sentence);
        let topic = (self.part == Part::Headline)
            .then(|| crate::reading::attribution::colon::topic_end(&phrases))
            .flatten();
        let start = topic.unwrap_or(phrases.start);
        let mut rest: Vec<Range<usize>> = std::iter::once(start..phrases.close()).collect();
        for one in near.iter().map(|at| &self.found[*at]) {
            let event =
                one.act == Act::Judge && self.tokens.entry(one.cue.end - 1).verb_class != NONE;
            if event {
                continue;
            }
            let holes =
                one.content.iter().chain(std::iter::once(&one.cue)).chain(one.source.as_ref());
            for hole in holes.chain(one.via.as_ref()) {
                rest = cut(&rest, hole);
            }
        }
        let whole = rest.len() == 1 && rest[0] == (start..phrases.close());
        for part in rest.iter().flat_map(|range| split(&phrases, range)) {
            let range = part.tokens.clone();
            let referents: Vec<Referent> = last_subject(told, sentence).into_iter().collect();
            let around = Around {
                mentions: self.mentions,
                now: self.now,
                subject: part.subject.as_ref().map(|subject| self.tokens.slice(subject)),
                holder: part.subject.clone(),
                speaker: None,
                referents: &referents,
                headline: self.part == Part::Headline,
            };
            if range.len() < CONTENT_TOKENS_MIN + usize::from(!whole) * 2
                || quoted(&phrases, &range)
            {
                continue;
            }
            let Some(clause) = clause(&phrases, &range, &around) else { continue };
            if !clause.telling
                || !(clause.finite || self.part == Part::Headline || !clause.quantities.is_empty())
            {
                continue;
            }
            if !whole && !clause.finite {
                continue;
            }
            let mut statement = self.statement(&phrases, sentence, &clause);
            let mut chain: Vec<Hop> = self.base.iter().chain(self.credits).cloned().collect();
            chain.dedup_by(|a, b| a.id.is_some() && a.id == b.id);
            if let Some(counter) = &clause.counter {
                let voice = voices.hear(&phrases, self.names, counter, false);
                push_hop(&mut chain, voice.hop(Some(self.span(counter)), None));
            }
            chain.truncate(self.policy.limits.hops_max);
            statement.chain = chain.into();
            statement.stance = if clause.denies { Stance::Deny } else { Stance::Assert };
            if clause.denies {
                statement.denial_text = Some(capitalised(self.tokens.slice(&clause.tokens)));
            }
            let said = if clause.counter.is_some() { Factuality::Said } else { Factuality::Stated };
            statement.factuality = said.min(clause.factuality);
            statement.basis = match clause.basis() {
                Basis::OwnAct if !self.tells_of_itself(&statement) => Basis::Attributed,
                basis => basis,
            };
            told.push(statement);
        }
    }
}

impl Teller<'_, '_> {
    /// Whether the publisher is the body whose act is told: a medium that tells it is another one.
    fn tells_of_itself(&self, statement: &Statement) -> bool {
        let [publisher] = &*statement.chain else { return false };
        let listed = publisher.id.as_deref().and_then(|id| self.policy.sources.by_id(id));
        let is_body = |kind| matches!(kind, ListedKind::Official | ListedKind::Organisation);
        listed.is_some_and(|source| {
            is_body(source.kind) && is_itself(&source.name, &statement.proposition.subject_text)
        })
    }
}

/// All of it stands in a quotation that nobody was found for.
fn quoted(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> bool {
    let words = range.clone().filter(|at| phrases.kind(*at) == Kind::Word);
    let mut inside = 0;
    let mut all = 0;
    for at in words {
        all += 1;
        inside += usize::from(phrases.tokens.all[at].quote != 0);
    }
    let first_person = range.clone().any(|at| {
        phrases.pos(at) == Pos::Pronoun && ["i", "we"].iter().any(|w| phrases.tokens.is_word(at, w))
    });
    inside * 2 > all || first_person
}
