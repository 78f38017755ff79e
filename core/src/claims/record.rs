//! Taking up what one revision says: each statement finds or founds its claim.

mod evidence;
mod takeback;

use std::cmp::Reverse;

use crate::article::{ArticleId, ClaimId, Id, SlotId, StoryId, Time};
use crate::policy::Policy;
use crate::reading::{
    Basis, ClaimKind, Hop, Modality, Part, Proposition, Quantity, Reading, Stance, Statement,
};

use super::Claims;
use super::index::overlaps;
use super::matching::{Found, Wording, told_of};
use super::rows::{ClaimRow, EvidenceKey};
use super::weigh::interval;

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
    /// Shared sentences, with the root of their copy group and when the newest version of the first
    /// article that has them came out.
    pub shared: &'a [(u16, ArticleId, Time)],
    /// The same of the headline, where another article has it word for word.
    pub headline: Option<(ArticleId, Time)>,
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

/// Where a thing said belongs.
struct Spot {
    slot: SlotId,
    /// The claim that it restates.
    claim: Option<ClaimId>,
    /// What it is about, for the id of a new claim.
    about: Vec<u8>,
}

impl Item<'_> {
    /// Whether this is the same thing said: the same claim, or two wordings of one number ("47"
    /// and "at least 47").
    fn tells(&self, statement: &Statement, quantity: Option<&Quantity>, spot: &Spot) -> bool {
        let same = match (self.quantity, quantity) {
            (Some(a), Some(b)) => overlaps(interval(a), interval(b)),
            _ => spot.claim == Some(self.claim),
        };
        same && self.slot == spot.slot && self.statement.stance == statement.stance
    }
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
            self.correct(policy, told, &items, &mut slots);
        }
        self.index.judge_withdrawn(&self.evidence, told.article);
        if returned {
            slots.extend(self.slots_of(self.index.of_group(told.article)));
            slots.extend(self.slots_of(self.index.of_article(told.article)));
        }
        slots.sort_unstable();
        slots.dedup();
        self.kept.forget(&slots);
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

    pub(super) fn keys_by(&self, claim: ClaimId, article: ArticleId) -> Vec<EvidenceKey> {
        self.evidence.range(EvidenceKey::all_by(claim, article)).map(|(key, _)| *key).collect()
    }

    /// Finds or founds the claim of each thing said. The deeper a text attributes, the sooner it
    /// is taken, and the body before the headline: a headline or an opening line is no source
    /// beside the one that the article names for it.
    fn take_up<'a>(&mut self, policy: &Policy, told: &Told<'a>) -> Vec<Item<'a>> {
        let mut said: Vec<&Statement> =
            told.reading.statements.iter().filter(|statement| counts(statement)).collect();
        said.sort_by_key(|statement| {
            (statement.part == Part::Headline, Reverse(statement.chain.len()))
        });
        let mut items = Vec::new();
        for statement in said {
            let mut total = None;
            let mut numbers = statement
                .quantities
                .iter()
                .filter(|number| !number.indicator.is_empty())
                .peekable();
            if numbers.peek().is_none() {
                self.take(policy, told, statement, None, None, &mut items);
            }
            for number in numbers {
                let part_of = if number.part { total } else { None };
                let claim = self.take(policy, told, statement, Some(number), part_of, &mut items);
                if !number.part {
                    total = claim;
                }
            }
        }
        items
    }

    /// Takes one thing said, unless the article says it already from a better place; the claim
    /// that it restates or founds.
    fn take<'a>(
        &mut self,
        policy: &Policy,
        told: &Told<'_>,
        statement: &'a Statement,
        quantity: Option<&'a Quantity>,
        part_of: Option<ClaimId>,
        items: &mut Vec<Item<'a>>,
    ) -> Option<ClaimId> {
        let spot = match quantity {
            None => self.spot(policy, told, statement)?,
            Some(number) => self.spot_of_number(told, statement, number),
        };
        let mut place = items.len();
        for (at, other) in items.iter().enumerate() {
            if !other.tells(statement, quantity, &spot) {
                continue;
            }
            if shadowed(statement, other.statement) {
                return Some(other.claim);
            }
            if spot.claim == Some(other.claim) && same_chain(statement, other.statement) {
                if firmness(statement) <= firmness(other.statement) {
                    return Some(other.claim);
                }
                place = at;
            }
        }
        let claim = match spot.claim {
            Some(claim) => claim,
            None if self.has_room(policy, told.story, spot.slot) => {
                self.found(told, statement, quantity, part_of, &spot)
            }
            None => return None,
        };
        let item = Item { statement, quantity, claim, slot: spot.slot };
        match items.get_mut(place) {
            Some(weaker) => *weaker = item,
            None => items.push(item),
        }
        Some(claim)
    }

    /// Where a statement without a number belongs; nowhere if it says nothing.
    fn spot(&self, policy: &Policy, told: &Told<'_>, statement: &Statement) -> Option<Spot> {
        let profiles = self.index.profiles(told.story);
        let found = profiles.map_or(Found::Nothing, |all| all.find(policy, &wording(statement)));
        let about = about(statement);
        match found {
            Found::Claim(claim) => {
                let slot = self.claims.get(&claim)?.slot;
                Some(Spot { slot, claim: Some(claim), about })
            }
            Found::Rival(slot) => Some(Spot { slot, claim: None, about }),
            Found::Nothing if is_empty(&statement.proposition) => None,
            Found::Nothing => Some(Spot { slot: slot_id(told, &about), claim: None, about }),
        }
    }

    /// Where a number belongs.
    fn spot_of_number(&self, told: &Told<'_>, statement: &Statement, number: &Quantity) -> Spot {
        let ends = interval(number);
        let found = self.index.profiles(told.story).and_then(|profiles| {
            let of = (&statement.proposition, statement.when);
            profiles.find_number(statement.modality, of, number, self.index.values(ends))
        });
        let slot = found.unwrap_or_else(|| slot_id(told, &about_number(statement, number)));
        let end = |end: Option<i64>| {
            end.map_or([0; 9], |end| {
                let mut bytes = [1; 9];
                bytes[1..].copy_from_slice(&end.to_le_bytes());
                bytes
            })
        };
        let about = [end(ends.0), end(ends.1)].concat();
        Spot { slot, claim: self.index.value_of_slot(slot, ends), about }
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
        spot: &Spot,
    ) -> ClaimId {
        let slot = spot.slot;
        let (story, article) = (&told.story.0.0, &told.article.0.0);
        let id = ClaimId(Id::of(&[b"claim", story, &slot.0.0, article, &spot.about]));
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
}

/// Whether a statement is a claim about the world that bears on this story.
fn counts(statement: &Statement) -> bool {
    !statement.background
        && !statement.echo
        && matches!(statement.stance, Stance::Assert | Stance::Deny)
}

/// Whether `one` is told by the headline or by somebody whom `other` looks through: the publisher
/// itself beside the source that it names.
fn shadowed(one: &Statement, other: &Statement) -> bool {
    let deeper = other.chain.len() > one.chain.len()
        && one.chain.iter().zip(other.chain.iter()).all(|(a, b)| same_source(a, b))
        && one.basis != Basis::FirstHand;
    let retold = one.part == Part::Headline && other.part == Part::Body;
    deeper || retold
}

fn same_source(one: &Hop, two: &Hop) -> bool {
    one.id == two.id && (one.id.is_some() || one.resolved == two.resolved)
}

fn firmness(statement: &Statement) -> (bool, crate::reading::Factuality) {
    (!statement.unverified, statement.factuality)
}

fn same_chain(one: &Statement, two: &Statement) -> bool {
    one.chain.len() == two.chain.len()
        && one.chain.iter().zip(two.chain.iter()).all(|(a, b)| same_source(a, b))
}

fn wording(statement: &Statement) -> Wording {
    let told = (statement.place.as_deref(), statement.when);
    Wording::of(statement.kind, statement.modality, &statement.proposition, told)
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
    let (actor, day) = told_of(&statement.proposition, quantity, statement.when);
    bytes.extend(actor.into_iter().flat_map(|actor| [b"\0actor\0", actor.as_bytes()].concat()));
    bytes.extend(day.into_iter().flat_map(|day| day.0.to_le_bytes()));
    bytes
}

const fn modality_byte(modality: Modality) -> u8 {
    match modality {
        Modality::Fact => 0,
        Modality::Forecast => 1,
        Modality::Plan => 2,
    }
}
