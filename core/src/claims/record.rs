//! Taking up what one revision says, and taking back what a withdrawal or correction ends.

use crate::article::{ArticleId, ClaimId, Id, SlotId, StoryId, Time};
use crate::policy::Policy;
use crate::reading::{
    Basis, ClaimKind, Modality, Part, Proposition, Quantity, Reading, Stance, Statement,
};

use super::Claims;
use super::index::overlaps;
use super::matching::{Found, Subject};
use super::rows::{ClaimRow, EvidenceKey, EvidenceRow, Standing};
use super::weigh::{interval, weigh};

/// What a revision is to the evidence that its article gave before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RevisionEffect {
    /// The article's first one, or its return after a withdrawal.
    #[default]
    New,
    /// A later one.
    Update,
    /// A later one that says it corrects.
    Correction,
}

/// One revision, ready to be taken up.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The story in which its article was placed.
    pub story: StoryId,
    /// The article.
    pub article: ArticleId,
    /// Ordinal of the revision within its article: the greater is the newer, whenever it arrives.
    pub revision: u32,
    /// What it says.
    pub reading: &'a Reading,
    /// Its own time, clamped.
    pub published: Time,
    /// Log time.
    pub now: Time,
    /// Shared sentences, with the root of their copy group and its first publication.
    pub shared: &'a [(u16, ArticleId, Time)],
    /// New, update or correction.
    pub effect: RevisionEffect,
}

/// One thing said, with the claim that it restates or founds.
struct Item<'a> {
    statement: &'a Statement,
    quantity: Option<&'a Quantity>,
    claim: ClaimId,
    slot: SlotId,
}

impl Item<'_> {
    /// The publisher says it by itself and did not see it.
    fn own_voice(&self) -> bool {
        own_voice(self.statement)
    }
}

fn own_voice(statement: &Statement) -> bool {
    statement.chain.len() < 2 && statement.basis == Basis::Attributed
}

impl Claims {
    /// Takes up the statements of one revision and tells the slots that they touch, sorted.
    ///
    /// Silence is no retraction; a version older than one that was taken up changes nothing.
    pub fn record(&mut self, policy: &Policy, told: &Told<'_>) -> Vec<SlotId> {
        if self.newest_revision(told.article).is_some_and(|newest| newest > told.revision) {
            return Vec::new();
        }
        let returned = self.index.withdrawn().contains_key(&told.article);
        let items = self.take_up(policy, told);
        let mut slots: Vec<SlotId> = items.iter().map(|item| item.slot).collect();
        for item in &items {
            self.write(policy, told, item);
        }
        if told.effect == RevisionEffect::Correction {
            self.correct(told, &items, &mut slots);
        }
        self.index.judge_withdrawn(&self.evidence, told.article);
        if returned {
            slots.extend(self.slots_of(self.index.of_group(told.article)));
            slots.extend(self.slots_of(self.index.of_article(told.article)));
        }
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    /// Ends all evidence of an article; its copies and earlier credits fall with it when weighed.
    /// What that leaves with nothing live is withheld, with this notice.
    pub fn withdraw(
        &mut self,
        policy: &Policy,
        article: ArticleId,
        at: Time,
        notice: &str,
    ) -> Vec<SlotId> {
        let claims = self.index.of_article(article).to_vec();
        for claim in &claims {
            for key in self.keys_by(*claim, article) {
                if let Some(row) = self.evidence.get_mut(&key)
                    && row.standing == Standing::Live
                {
                    row.standing = Standing::Withdrawn(at);
                }
            }
        }
        self.index.judge_withdrawn(&self.evidence, article);
        let mut slots = self.slots_of(&claims);
        slots.extend(self.slots_of(self.index.of_group(article)));
        slots.sort_unstable();
        slots.dedup();
        for slot in &slots {
            for one in weigh(policy, &self.view(*slot)) {
                if !one.asserted()
                    && !one.fallen.is_empty()
                    && let Some(row) = self.claims.get_mut(&one.claim)
                {
                    row.withheld = Some(notice.to_owned());
                }
            }
        }
        slots
    }

    /// The true root of a copy group turned up: its copies are copies of that one.
    pub fn regroup(&mut self, from: ArticleId, into: ArticleId, first: Time) -> Vec<SlotId> {
        let mut claims = self.index.of_article(from).to_vec();
        claims.extend_from_slice(self.index.of_group(from));
        claims.sort_unstable();
        claims.dedup();
        for claim in &claims {
            let keys: Vec<EvidenceKey> = self
                .evidence_of(*claim)
                .filter(|(key, row)| row.copy_group.unwrap_or(key.article) == from)
                .map(|(key, _)| *key)
                .collect();
            for key in keys {
                if let Some(row) = self.evidence.get_mut(&key) {
                    let before = row.copy_group.replace(into);
                    row.as_of = row.as_of.min(first);
                    let row = row.clone();
                    self.index.forget_evidence(&self.evidence, key, before);
                    self.index.add_evidence(key, &row);
                }
            }
        }
        let mut slots = self.slots_of(&claims);
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    pub(super) fn newest_revision(&self, article: ArticleId) -> Option<u32> {
        let claims = self.index.of_article(article).iter();
        claims
            .flat_map(|claim| self.evidence.range(EvidenceKey::all_by(*claim, article)))
            .map(|(_, row)| row.revision)
            .max()
    }

    pub(super) fn slots_of(&self, claims: &[ClaimId]) -> Vec<SlotId> {
        claims.iter().filter_map(|claim| self.claims.get(claim)).map(|row| row.slot).collect()
    }

    fn keys_by(&self, claim: ClaimId, article: ArticleId) -> Vec<EvidenceKey> {
        self.evidence.range(EvidenceKey::all_by(claim, article)).map(|(key, _)| *key).collect()
    }

    /// Finds or founds the claim of each thing said. What the text attributes comes before what
    /// the publisher says by itself, and the body before the headline: a headline or an opening
    /// line is no source beside the one that the article names for it.
    fn take_up<'a>(&mut self, policy: &Policy, told: &Told<'a>) -> Vec<Item<'a>> {
        let mut said: Vec<&Statement> =
            told.reading.statements.iter().filter(|s| counts(s)).collect();
        said.sort_by_key(|statement| (statement.part == Part::Headline, own_voice(statement)));
        let mut items = Vec::new();
        for statement in said {
            let mut total = None;
            let numbers: Vec<&Quantity> =
                statement.quantities.iter().filter(|q| !q.indicator.is_empty()).collect();
            if numbers.is_empty() {
                if let Some(item) = self.take_statement(policy, told, statement) {
                    admit(&mut items, item);
                }
                continue;
            }
            for quantity in numbers {
                let part_of = if quantity.part { total } else { None };
                let Some(item) = self.take_number(policy, told, statement, quantity, part_of)
                else {
                    continue;
                };
                if !quantity.part {
                    total = Some(item.claim);
                }
                admit(&mut items, item);
            }
        }
        items
    }

    fn take_statement<'a>(
        &mut self,
        policy: &Policy,
        told: &Told<'_>,
        statement: &'a Statement,
    ) -> Option<Item<'a>> {
        let subject = subject(statement);
        let found = match self.index.profiles(told.story) {
            Some(profiles) => profiles.find(policy, subject),
            None => Found::Nothing,
        };
        let about = about(statement);
        let (claim, slot) = match found {
            Found::Claim(claim) => (claim, self.claims.get(&claim)?.slot),
            Found::Rival(slot) if self.has_room(policy, told.story, slot) => {
                (self.found(told, statement, None, None, slot, &about), slot)
            }
            Found::Rival(_) => return None,
            Found::Nothing => {
                if is_empty(&statement.proposition) || !self.story_has_room(policy, told.story) {
                    return None;
                }
                let slot = slot_id(told, &about);
                (self.found(told, statement, None, None, slot, &about), slot)
            }
        };
        Some(Item { statement, quantity: None, claim, slot })
    }

    fn take_number<'a>(
        &mut self,
        policy: &Policy,
        told: &Told<'_>,
        statement: &'a Statement,
        quantity: &'a Quantity,
        part_of: Option<ClaimId>,
    ) -> Option<Item<'a>> {
        let ends = interval(quantity);
        let found = self.index.profiles(told.story).and_then(|profiles| {
            profiles.find_number(subject(statement), quantity, |slot| {
                self.index.slot_overlaps(slot, ends)
            })
        });
        let slot = found.unwrap_or_else(|| slot_id(told, &about_number(statement, quantity)));
        let claim = match self.index.value_of_slot(slot, ends) {
            Some(claim) => claim,
            None if self.has_room(policy, told.story, slot) => {
                let about = format!("{:?}", ends).into_bytes();
                self.found(told, statement, Some(quantity), part_of, slot, &about)
            }
            None => return None,
        };
        Some(Item { statement, quantity: Some(quantity), claim, slot })
    }

    fn story_has_room(&self, policy: &Policy, story: StoryId) -> bool {
        self.index.story_len(story) < policy.limits.story_claims_max
    }

    fn has_room(&self, policy: &Policy, story: StoryId, slot: SlotId) -> bool {
        self.story_has_room(policy, story)
            && self.index.slot_len(slot) < policy.limits.slot_claims_max
    }

    /// Founds a claim; its id is a digest of story, slot, first article and what it is about.
    fn found(
        &mut self,
        told: &Told<'_>,
        statement: &Statement,
        quantity: Option<&Quantity>,
        part_of: Option<ClaimId>,
        slot: SlotId,
        about: &[u8],
    ) -> ClaimId {
        let (story, article) = (&told.story.0.0, &told.article.0.0);
        let id = ClaimId(Id::of(&[b"claim", story, &slot.0.0, article, about]));
        if self.claims.contains(&id) {
            return id;
        }
        let row = ClaimRow {
            story: told.story,
            slot,
            kind: if quantity.is_some() { ClaimKind::Quantity } else { statement.kind },
            modality: statement.modality,
            proposition: statement.proposition.clone(),
            quantity: quantity.cloned(),
            text: statement.text.clone(),
            part_of,
            place: statement.place.clone(),
            when: statement.when,
            first_seen: told.now,
            last_changed: told.now,
            faded_at: told.now,
            ..ClaimRow::default()
        };
        self.index.add_claim(id, &row);
        self.claims.insert(id, row);
        id
    }

    /// Writes the evidence, in place of what the article gave before for it from the same root.
    fn write(&mut self, policy: &Policy, told: &Told<'_>, item: &Item<'_>) {
        let mut row = evidence(told, item);
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

    /// What the article asserted before and this correction replaces: in the slots that it
    /// mentions, and where it now says something else of the same kind.
    fn correct(&mut self, told: &Told<'_>, items: &[Item<'_>], slots: &mut Vec<SlotId>) {
        let mut replaced = Vec::new();
        for claim in self.index.of_article(told.article) {
            let Some(row) = self.claims.get(claim) else { continue };
            let mentioned = items.iter().any(|item| item.slot == row.slot);
            let elsewhere = || {
                let restated = items.iter().any(|item| item.claim == *claim);
                !restated && items.iter().any(|item| self.replaces(told, item, row))
            };
            if mentioned || elsewhere() {
                replaced.extend(self.keys_by(*claim, told.article));
                slots.push(row.slot);
            }
        }
        for key in replaced {
            if let Some(row) = self.evidence.get_mut(&key)
                && row.revision < told.revision
                && row.standing == Standing::Live
            {
                row.standing = Standing::Corrected(told.published);
            }
        }
    }

    /// Whether a statement that the article did not make before takes the place of a dropped one:
    /// the same predicate, another name or place.
    fn replaces(&self, told: &Told<'_>, item: &Item<'_>, dropped: &ClaimRow) -> bool {
        let new = &item.statement.proposition;
        let made_before = self
            .evidence
            .range(EvidenceKey::all_by(item.claim, told.article))
            .any(|(_, row)| row.revision < told.revision);
        !made_before
            && item.quantity.is_none()
            && dropped.quantity.is_none()
            && new.predicate.is_some()
            && new.predicate == dropped.proposition.predicate
            && item.statement.modality == dropped.modality
    }
}

/// Whether a statement is a claim about the world that bears on this story.
fn counts(statement: &Statement) -> bool {
    !statement.background && matches!(statement.stance, Stance::Assert | Stance::Deny)
}

/// Adds one thing said, unless the article says it already from a better place.
fn admit<'a>(items: &mut Vec<Item<'a>>, item: Item<'a>) {
    let stance = item.statement.stance;
    let same_word = |other: &&mut Item<'_>| {
        other.statement.stance == stance && other.slot == item.slot && speaks_of_same(other, &item)
    };
    let headline = item.statement.part == Part::Headline;
    for other in items.iter_mut().filter(same_word) {
        let body = other.statement.part == Part::Body;
        if (headline && body) || (item.own_voice() && !other.own_voice()) {
            return;
        }
        if other.claim == item.claim && same_chain(other.statement, item.statement) {
            if firmness(item.statement) > firmness(other.statement) {
                *other = item;
            }
            return;
        }
    }
    items.push(item);
}

/// The same claim, or two wordings of one number ("47" and "at least 47").
fn speaks_of_same(one: &Item<'_>, two: &Item<'_>) -> bool {
    match (one.quantity, two.quantity) {
        (Some(a), Some(b)) => one.claim == two.claim || overlaps(interval(a), interval(b)),
        _ => one.claim == two.claim,
    }
}

fn firmness(statement: &Statement) -> (bool, crate::reading::Factuality) {
    (!statement.unverified, statement.factuality)
}

fn same_chain(one: &Statement, two: &Statement) -> bool {
    one.chain.len() == two.chain.len()
        && one.chain.iter().zip(&two.chain).all(|(a, b)| a.id == b.id && a.resolved == b.resolved)
}

fn same_root(one: &EvidenceRow, two: &EvidenceRow) -> bool {
    match (one.chain.last(), two.chain.last()) {
        (Some(a), Some(b)) => a.id == b.id && (a.id.is_some() || a.resolved == b.resolved),
        (None, None) => true,
        _ => false,
    }
}

fn subject(statement: &Statement) -> Subject<'_> {
    Subject {
        kind: statement.kind,
        modality: statement.modality,
        proposition: &statement.proposition,
        place: statement.place.as_deref(),
    }
}

fn is_empty(proposition: &Proposition) -> bool {
    proposition.predicate.is_none() && proposition.names.is_empty() && proposition.terms.is_empty()
}

fn slot_id(told: &Told<'_>, about: &[u8]) -> SlotId {
    SlotId(Id::of(&[b"slot", &told.story.0.0, &told.article.0.0, about]))
}

/// What a statement is about, as bytes for an id.
fn about(statement: &Statement) -> Vec<u8> {
    let proposition = &statement.proposition;
    let mut bytes = vec![modality_byte(statement.modality)];
    let keys =
        [proposition.predicate, proposition.subject].into_iter().map(Option::unwrap_or_default);
    for key in keys.chain(proposition.names.iter().chain(&proposition.terms).copied()) {
        bytes.extend_from_slice(&key.to_le_bytes());
    }
    bytes
}

/// What a number is about, as bytes for an id.
fn about_number(statement: &Statement, quantity: &Quantity) -> Vec<u8> {
    let mut bytes = vec![modality_byte(statement.modality), u8::from(quantity.part)];
    let parts = [&quantity.unit, &quantity.population, &quantity.place];
    let subject = quantity.unit.is_some().then_some(statement.proposition.subject).flatten();
    bytes.extend_from_slice(&subject.unwrap_or_default().to_le_bytes());
    bytes.extend_from_slice(quantity.indicator.as_bytes());
    for part in parts {
        bytes.push(0);
        bytes.extend_from_slice(part.as_deref().unwrap_or_default().to_lowercase().as_bytes());
    }
    bytes
}

const fn modality_byte(modality: Modality) -> u8 {
    match modality {
        Modality::Fact => 0,
        Modality::Forecast => 1,
        Modality::Plan => 2,
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
        as_of: shared.map_or(told.published, |(_, first)| first.min(told.published)),
        when: statement.when,
        received: told.now,
        copy_group: shared.map(|(root, _)| root),
    }
}

/// The copy group of a statement. A headline goes with the body: where the opening or half of the
/// sentences are copied, so is what the headline says.
fn shared(told: &Told<'_>, statement: &Statement) -> Option<(ArticleId, Time)> {
    let of = |(_, root, first): &(u16, ArticleId, Time)| (*root, *first);
    if statement.part == Part::Body {
        let mut sentences = told.shared.iter();
        return sentences.find(|(at, ..)| *at == statement.sentence).map(of);
    }
    let copied = || told.shared.iter().filter(|(_, root, _)| *root != told.article);
    let first = copied().min_by_key(|(at, ..)| *at)?;
    let much = 2 * copied().count() >= told.reading.sentences.len();
    (first.0 == 0 || much).then(|| of(first))
}

fn quote(reading: &Reading, statement: &Statement) -> String {
    let text = match statement.part {
        Part::Headline => &reading.headline,
        Part::Body => &reading.text,
    };
    let (start, end) = (position(statement.span.start), position(statement.span.end));
    if text.is_ascii() {
        return text.get(start..end.min(text.len())).unwrap_or_default().to_owned();
    }
    text.chars().skip(start).take(end.saturating_sub(start)).collect()
}

fn position(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}
