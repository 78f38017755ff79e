//! Which claim of its story a statement restates, and which question a number answers.
//!
//! Precise rather than greedy: two wordings that do not meet cost a corroboration, two facts that
//! are taken for one cost the truth.

mod numbers;
mod places;
mod who;
mod wording;

use std::collections::BTreeMap;

use crate::article::{ClaimId, SlotId, Time};
use crate::policy::Policy;
use crate::reading::{Modality, Proposition, Quantity};

use super::rows::ClaimRow;
use numbers::{Numbers, Of};

pub use wording::Wording;

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
    wording: Wording,
}

/// By what a claim is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Posting {
    Predicate(Modality, u32),
    Excluded(Modality, u32),
    Subject(Modality, u32),
    Words(Modality, u64),
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
            let slots = self.numbers.entry(numbers::counted(row.modality, quantity)).or_default();
            let of = Of::new(&row.proposition, quantity, row.when);
            match slots.iter_mut().find(|known| known.slot == row.slot) {
                Some(known) => known.learn(&of),
                None => {
                    slots.push(Numbers { slot: row.slot, place: quantity.place.clone(), of });
                }
            }
            return;
        }
        let at = self.profiles.len();
        let wording = row.wording();
        if let Some(exact) = wording.exact {
            self.post(Posting::Words(row.modality, exact), at);
        }
        if let Some(posting) = posting(&wording) {
            self.post(posting, at);
        }
        if let Some(excluded) = wording.excludes {
            self.post(Posting::Excluded(row.modality, excluded), at);
        }
        self.profiles.push(Profile { claim, slot: row.slot, wording });
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
    pub fn find(&self, policy: &Policy, told: &Wording) -> Found {
        let same = told.exact.map(|exact| Posting::Words(told.modality, exact));
        let mut same = same.into_iter().flat_map(|posting| self.posted(posting));
        if let Some(profile) = same.find(|it| !told.is_of_another_day(&it.wording)) {
            return Found::Claim(profile.claim);
        }
        let Some(posting) = posting(told) else { return Found::Nothing };
        let mut best: Option<(u32, ClaimId)> = None;
        for profile in self.posted(posting) {
            if let Some(score) = told.likeness(policy, &profile.wording)
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
    fn rival(&self, policy: &Policy, told: &Wording) -> Option<SlotId> {
        let predicate = told.predicate?;
        let contrary = told.excludes.into_iter();
        contrary
            .flat_map(|other| self.posted(Posting::Predicate(told.modality, other)))
            .chain(self.posted(Posting::Excluded(told.modality, predicate)))
            .find(|profile| told.excluded_by(policy, &profile.wording))
            .or_else(|| {
                let mut same = self.posted(Posting::Predicate(told.modality, predicate));
                same.find(|profile| told.contests(policy, &profile.wording))
            })
            .map(|profile| profile.slot)
    }

    /// The slot of a number: the same thing counted, in a place that agrees. It is told which slots
    /// have a value in common with it, and which the very same one.
    #[must_use]
    pub fn find_number(
        &self,
        modality: Modality,
        (proposition, day): (&Proposition, Option<Time>),
        quantity: &Quantity,
        values: (impl Fn(SlotId) -> bool, impl Fn(SlotId) -> bool),
    ) -> Option<SlotId> {
        let slots = self.numbers.get(&numbers::counted(modality, quantity))?;
        numbers::find(slots, &Of::new(proposition, quantity, day), quantity, values)
    }
}

/// Whose number it is and of which day, for the id of a slot of its own.
#[must_use]
pub fn told_of(
    proposition: &Proposition,
    quantity: &Quantity,
    day: Option<Time>,
) -> (Option<&'static str>, Option<Time>) {
    Of::new(proposition, quantity, day).told()
}

fn posting(wording: &Wording) -> Option<Posting> {
    match (wording.predicate, wording.subject) {
        (Some(predicate), _) => Some(Posting::Predicate(wording.modality, predicate)),
        (None, Some(subject)) => Some(Posting::Subject(wording.modality, subject)),
        (None, None) => None,
    }
}

impl ClaimRow {
    fn wording(&self) -> Wording {
        let told = (self.place.as_deref(), self.when);
        Wording::of(self.kind, self.modality, &self.proposition, told)
    }

    /// Where this claim would belong among those of another story.
    #[must_use]
    pub fn like(&self, policy: &Policy, profiles: &Profiles) -> Found {
        profiles.find(policy, &self.wording())
    }
}
