//! One piece of evidence as it is written down, within the limits.

use std::sync::Arc;

use crate::article::{ArticleId, ClaimId, Time};
use crate::policy::Policy;
use crate::reading::{Part, Reading, Statement};

use super::super::Claims;
use super::super::rows::{EvidenceKey, EvidenceRow, Standing};
use super::{Item, Told, same_source};

impl Claims {
    /// Writes the evidence, in place of what the article gave before for it from the same root.
    pub(super) fn write(&mut self, policy: &Policy, told: &Told<'_>, item: &Item<'_>) {
        let mut row = evidence(told, item);
        row.as_of = self.first_told(told, item, &row);
        let mut n = 0;
        let mut before = None;
        for (key, old) in self.evidence.range(EvidenceKey::all_by(item.claim, told.article)) {
            n = n.max(key.n.saturating_add(1));
            if old.stance == row.stance && same_root(old, &row) {
                before = Some((*key, old));
            }
        }
        let mut key = EvidenceKey { claim: item.claim, article: told.article, n };
        let mut group = None;
        if let Some((old_key, old)) = before {
            key = old_key;
            group = old.copy_group;
            if old.revision == row.revision && old.standing == Standing::Live {
                return;
            }
            if old.quote == row.quote && old.standing == Standing::Live {
                // The same words are as old as they first were.
                row.as_of = row.as_of.min(old.as_of);
                row.received = old.received;
            }
        }
        self.index.add_evidence(key, &row);
        let regrouped = group != row.copy_group;
        self.evidence.insert(key, row);
        if regrouped {
            self.index.forget_evidence(&self.evidence, key, group);
        }
        self.cap(policy, item.claim);
    }

    /// When these words were first told: a copy's are as old as its original's.
    fn first_told(&self, told: &Told<'_>, item: &Item<'_>, row: &EvidenceRow) -> Time {
        let Some(root) = row.copy_group.filter(|root| *root != told.article) else {
            return row.as_of;
        };
        let originals = self.evidence.range(EvidenceKey::all_by(item.claim, root));
        let same = originals.filter(|(_, original)| original.stance == row.stance);
        same.map(|(_, original)| original.as_of).min().unwrap_or(row.as_of)
    }

    /// Keeps the evidence of a claim within its limits: the lightest, latest live row goes first.
    fn cap(&mut self, policy: &Policy, claim: ClaimId) {
        let limits = &policy.limits;
        let rows: Vec<(&EvidenceKey, &EvidenceRow)> = self.evidence_of(claim).collect();
        if rows.len() <= limits.origin_evidence_max.min(limits.claim_evidence_max) {
            return;
        }
        let last = rows.iter().max_by_key(|(key, row)| {
            let of_root = rows.iter().filter(|(_, other)| same_root(other, row)).count();
            let over = of_root > limits.origin_evidence_max;
            (
                row.standing == Standing::Live,
                over,
                of_root > 1,
                row.copy_group.is_some(),
                row.as_of,
                **key,
            )
        });
        let Some((key, row)) = last.map(|(key, row)| (**key, (*row).clone())) else { return };
        let of_root = rows.iter().filter(|(_, other)| same_root(other, &row)).count();
        if rows.len() > limits.claim_evidence_max || of_root > limits.origin_evidence_max {
            self.evidence.remove(&key);
            self.index.forget_evidence(&self.evidence, key, row.copy_group);
        }
    }
}

fn same_root(one: &EvidenceRow, two: &EvidenceRow) -> bool {
    match (one.chain.last(), two.chain.last()) {
        (Some(a), Some(b)) => same_source(a, b),
        (None, None) => true,
        _ => false,
    }
}

/// The row of one thing said.
fn evidence(told: &Told<'_>, item: &Item<'_>) -> EvidenceRow {
    let statement = item.statement;
    let shared = shared(told, statement);
    EvidenceRow {
        standing: Standing::Live,
        revision: told.revision,
        stance: statement.stance,
        factuality: statement.factuality,
        unverified: statement.unverified,
        not_yet: statement.not_yet,
        basis: statement.basis,
        chain: statement.chain.clone(),
        part: statement.part,
        span: statement.span,
        quote: quote(told.reading, statement),
        text: statement.text.clone(),
        denial_text: statement.denial_text.clone(),
        quantity: item.quantity.cloned(),
        as_of: shared.map_or(told.published, |(_, first)| first),
        when: statement.when,
        received: told.now,
        copy_group: shared.map(|(root, _)| root),
    }
}

/// The copy group of a statement. A headline is another's where that has it word for word, else it
/// goes with the body: where the opening or half of the sentences are copied, so is what it says.
fn shared(told: &Told<'_>, statement: &Statement) -> Option<(ArticleId, Time)> {
    let of = |(_, root, first): &(u16, ArticleId, Time)| (*root, *first);
    if statement.part == Part::Body {
        let mut sentences = told.shared.iter();
        return sentences.find(|(at, ..)| *at == statement.sentence).map(of);
    }
    if told.headline.is_some() {
        return told.headline;
    }
    let copied = || told.shared.iter().filter(|(_, root, _)| *root != told.article);
    let first = copied().min_by_key(|(at, ..)| *at)?;
    let much = 2 * copied().count() >= told.reading.sentences.len();
    (first.0 == 0 || much).then(|| of(first))
}

fn quote(reading: &Reading, statement: &Statement) -> Arc<str> {
    let text = match statement.part {
        Part::Headline => &reading.headline,
        Part::Body => &reading.text,
    };
    let (start, end) = (position(statement.span.start), position(statement.span.end));
    if text.is_ascii() {
        return text.get(start..end.min(text.len())).unwrap_or_default().into();
    }
    text.chars().skip(start).take(end.saturating_sub(start)).collect::<String>().into()
}

fn position(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}
