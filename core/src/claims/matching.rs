//! Which claim of its story a statement restates, and which question a number answers.
//!
//! Precise rather than greedy: two wordings that do not meet cost a corroboration, two facts that
//! are taken for one cost the truth.

mod places;

use std::collections::BTreeMap;

use xxhash_rust::xxh3::xxh3_64;

use crate::article::{ClaimId, SlotId};
use crate::policy::Policy;
use crate::reading::{ClaimKind, Modality, Proposition, Quantity};

use super::rows::ClaimRow;
use super::weigh::side_of;

/// What is compared of a statement or claim.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Event, state, quantity or statement.
    pub kind: ClaimKind,
    /// Never merged across.
    pub modality: Modality,
    /// What it is about.
    pub proposition: &'a Proposition,
    /// The place that the clause names.
    pub place: Option<&'a str>,
}

/// What was found for a statement without a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It restates this claim.
    Claim(ClaimId),
    /// It answers the question of this slot in another way.
    Rival(SlotId),
    /// Nobody said so yet.
    Nothing,
}

#[derive(Clone, Debug)]
struct Profile {
    claim: ClaimId,
    slot: SlotId,
    kind: ClaimKind,
    modality: Modality,
    proposition: Proposition,
    place: Option<String>,
}

#[derive(Clone, Debug)]
struct Numbers {
    slot: SlotId,
    place: Option<String>,
    subject: Option<u32>,
}

/// By what a claim is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Posting {
    Predicate(Modality, u32),
    Excluded(Modality, u32),
    Subject(Modality, u32),
}

/// What the claims of one story are about.
#[derive(Clone, Debug, Default)]
pub struct Profiles {
    profiles: Vec<Profile>,
    postings: BTreeMap<Posting, Vec<usize>>,
    numbers: BTreeMap<u64, Vec<Numbers>>,
}

impl Profiles {
    /// Takes up a claim; in the order in which they were first seen.
    pub fn add(&mut self, claim: ClaimId, row: &ClaimRow) {
        if let Some(quantity) = &row.quantity {
            let slots = self.numbers.entry(counted(row.modality, quantity)).or_default();
            if slots.iter().all(|known| known.slot != row.slot) {
                slots.push(Numbers {
                    slot: row.slot,
                    place: quantity.place.clone(),
                    subject: row.proposition.subject,
                });
            }
            return;
        }
        let at = self.profiles.len();
        let proposition = &row.proposition;
        match (proposition.predicate, proposition.subject) {
            (Some(predicate), _) => self.post(Posting::Predicate(row.modality, predicate), at),
            (None, Some(subject)) => self.post(Posting::Subject(row.modality, subject), at),
            (None, None) => {}
        }
        if let Some(excluded) = proposition.excludes {
            self.post(Posting::Excluded(row.modality, excluded), at);
        }
        self.profiles.push(Profile {
            claim,
            slot: row.slot,
            kind: row.kind,
            modality: row.modality,
            proposition: proposition.clone(),
            place: row.place.clone(),
        });
    }

    fn post(&mut self, posting: Posting, at: usize) {
        self.postings.entry(posting).or_default().push(at);
    }

    fn posted(&self, posting: Posting) -> impl Iterator<Item = &Profile> {
        let list = self.postings.get(&posting).map_or(&[][..], Vec::as_slice);
        list.iter().filter_map(|at| self.profiles.get(*at))
    }

    /// The claim that a statement without a number restates, or the slot where it is a rival.
    #[must_use]
    pub fn find(&self, policy: &Policy, told: Subject<'_>) -> Found {
        let proposition = told.proposition;
        let posting = match (proposition.predicate, proposition.subject) {
            (Some(predicate), _) => Posting::Predicate(told.modality, predicate),
            (None, Some(subject)) => Posting::Subject(told.modality, subject),
            (None, None) => return Found::Nothing,
        };
        let mut best: Option<(u32, ClaimId)> = None;
        for profile in self.posted(posting) {
            if let Some(score) = likeness(policy, told, profile.subject())
                && best.is_none_or(|(other, _)| score > other)
            {
                best = Some((score, profile.claim));
            }
        }
        if let Some((_, claim)) = best {
            return Found::Claim(claim);
        }
        self.rival(policy, told).map_or(Found::Nothing, Found::Rival)
    }

    /// The slot of a claim that cannot hold beside this one.
    fn rival(&self, policy: &Policy, told: Subject<'_>) -> Option<SlotId> {
        let predicate = told.proposition.predicate?;
        let excluded = told.proposition.excludes;
        let antonyms = excluded
            .into_iter()
            .flat_map(|other| self.posted(Posting::Predicate(told.modality, other)))
            .chain(self.posted(Posting::Excluded(told.modality, predicate)));
        for profile in antonyms {
            if exclude(policy, told, profile.subject()) {
                return Some(profile.slot);
            }
        }
        if !told.proposition.sole {
            return None;
        }
        self.posted(Posting::Predicate(told.modality, predicate))
            .find(|profile| contest(policy, told, profile.subject()))
            .map(|profile| profile.slot)
    }

    /// The slot of a number: the same thing counted, in a place that agrees.
    #[must_use]
    pub fn find_number(
        &self,
        told: Subject<'_>,
        quantity: &Quantity,
        overlaps: impl Fn(SlotId) -> bool,
    ) -> Option<SlotId> {
        let slots = self.numbers.get(&counted(told.modality, quantity))?;
        let agree = |known: &&Numbers| {
            quantity.unit.is_none()
                || known.subject == told.proposition.subject
                || known.subject.is_none()
                || told.proposition.subject.is_none()
        };
        let same = |known: &&Numbers| same_place(known.place.as_deref(), quantity.place.as_deref());
        let known: Vec<&Numbers> = slots.iter().filter(agree).collect();
        if let Some(slot) = known.iter().copied().find(same) {
            return Some(slot.slot);
        }
        let wide = |place: Option<&str>| place.is_none_or(places::is_country);
        let here = wide(quantity.place.as_deref());
        // The total without a place, or of the whole country, is one question.
        if here && let Some(slot) = known.iter().find(|known| wide(known.place.as_deref())) {
            let both = quantity.place.is_some() && slot.place.is_some();
            return (!both).then_some(slot.slot);
        }
        match known.as_slice() {
            [only] if here || overlaps(only.slot) && only.place.is_none() => Some(only.slot),
            _ => known.iter().find(|known| here && overlaps(known.slot)).map(|known| known.slot),
        }
    }
}

impl Profile {
    fn subject(&self) -> Subject<'_> {
        Subject {
            kind: self.kind,
            modality: self.modality,
            proposition: &self.proposition,
            place: self.place.as_deref(),
        }
    }
}

fn same_place(one: Option<&str>, two: Option<&str>) -> bool {
    match (one, two) {
        (None, None) => true,
        (Some(one), Some(two)) => one.eq_ignore_ascii_case(two),
        _ => false,
    }
}

/// Words for people in general.
const PEOPLE: [&str; 6] = ["casualties", "individuals", "people", "person", "persons", "victims"];

/// What a number counts, as a key: indicator, unit, population, whether a part, and modality.
fn counted(modality: Modality, quantity: &Quantity) -> u64 {
    let population = quantity.population.as_deref().map(str::to_lowercase).unwrap_or_default();
    let population = if PEOPLE.contains(&population.as_str()) { "" } else { &population };
    let unit = quantity.unit.as_deref().unwrap_or_default();
    let mut key = Vec::with_capacity(64);
    key.extend([modality as u8, u8::from(quantity.part)]);
    for part in [quantity.indicator.as_str(), unit, population] {
        key.extend_from_slice(part.as_bytes());
        key.push(0);
    }
    xxh3_64(&key)
}

/// How alike two wordings are, if they may mean one thing.
fn likeness(policy: &Policy, one: Subject<'_>, two: Subject<'_>) -> Option<u32> {
    if (one.kind == ClaimKind::Statement) != (two.kind == ClaimKind::Statement) {
        return None;
    }
    let (a, b) = (one.proposition, two.proposition);
    let shared_names = shared(&a.names, &b.names);
    if contradictory(one, two, shared_names) {
        return None;
    }
    let subject = same_subject(policy, a, b)?;
    let shared_terms = shared(&a.terms, &b.terms);
    let shorter = a.terms.len().min(b.terms.len());
    let enough = if a.predicate.is_none() {
        subject && 10 * shared_terms >= 7 * shorter && shared_names + shared_terms >= 3
    } else if subject {
        (a.once && b.once) || 3 * shared_terms >= shorter
    } else {
        2 * shared_terms >= shorter && shared_names + shared_terms >= 2
    };
    let score = 4 * u32::from(subject) + 3 * count(shared_names) + count(shared_terms);
    enough.then_some(score)
}

/// Whether two statements with excluding predicates are about one subject and object.
fn exclude(policy: &Policy, one: Subject<'_>, two: Subject<'_>) -> bool {
    let shared_names = shared(&one.proposition.names, &two.proposition.names);
    !contradictory(one, two, shared_names)
        && same_subject(policy, one.proposition, two.proposition) == Some(true)
        && objects_meet(one.proposition, two.proposition)
}

/// Whether two subjects are said to do to one object what only one of them can.
fn contest(policy: &Policy, one: Subject<'_>, two: Subject<'_>) -> bool {
    let (a, b) = (one.proposition, two.proposition);
    if !b.sole || same_subject(policy, a, b).is_some() {
        return false;
    }
    let object = |names: &[u32], subject: Option<u32>| -> Vec<u32> {
        names.iter().copied().filter(|name| Some(*name) != subject).collect()
    };
    let (left, right) = (object(&a.names, a.subject), object(&b.names, b.subject));
    let names = shared(&left, &right);
    if left.len().min(right.len()) > names {
        return false;
    }
    let terms = shared(&a.terms, &b.terms);
    names + terms > 0 && 2 * terms >= a.terms.len().min(b.terms.len())
}

fn objects_meet(one: &Proposition, two: &Proposition) -> bool {
    let terms = shared(&one.terms, &two.terms);
    (one.once && two.once) || 3 * terms >= one.terms.len().min(two.terms.len())
}

/// Whether each has a name that the other has not: two places, two people. A country and a place
/// that is none do not contradict each other, for one may lie in the other.
fn contradictory(one: Subject<'_>, two: Subject<'_>, shared_names: usize) -> bool {
    let left = one.proposition.names.len() - shared_names;
    let right = two.proposition.names.len() - shared_names;
    if let (Some(here), Some(there)) = (one.place, two.place)
        && !here.eq_ignore_ascii_case(there)
    {
        return places::is_country(here) == places::is_country(there) || left > 1 || right > 1;
    }
    left > 0 && right > 0
}

/// `Some(true)` where the subjects are one, `Some(false)` where one has none, `None` where they
/// differ.
fn same_subject(policy: &Policy, one: &Proposition, two: &Proposition) -> Option<bool> {
    match (one.subject, two.subject) {
        (Some(a), Some(b)) if a == b => Some(true),
        (Some(_), Some(_)) => {
            let a = side_of(policy, &one.subject_text)?;
            let b = side_of(policy, &two.subject_text)?;
            (a.id == b.id).then_some(true)
        }
        _ => Some(false),
    }
}

/// How many elements two sorted lists share.
fn shared(one: &[u32], two: &[u32]) -> usize {
    let (mut left, mut right, mut both) = (0, 0, 0);
    while let (Some(a), Some(b)) = (one.get(left), two.get(right)) {
        left += usize::from(a <= b);
        right += usize::from(b <= a);
        both += usize::from(a == b);
    }
    both
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX / 8)
}
