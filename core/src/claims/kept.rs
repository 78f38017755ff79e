//! Slots as they were last weighed, so that nobody weighs again what has not moved.
//!
//! Derived and never stored: a slot that is not here is weighed anew and gives the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::weigh::{Weighed, weigh};
use super::{Claims, Policy};
use crate::article::SlotId;

/// What was found by weighing, by slot.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept(BTreeMap<SlotId, Arc<[Weighed]>>);

impl Kept {
    /// Keeps what a slot weighs now. Where too many are kept another one leaves; ids are digests,
    /// so it is one at random.
    pub fn keep(&mut self, slots_max: usize, slot: SlotId, weighed: &Arc<[Weighed]>) {
        if weighed.is_empty() {
            self.0.remove(&slot);
            return;
        }
        self.0.insert(slot, Arc::clone(weighed));
        while self.0.len() > slots_max {
            self.0.pop_first();
        }
    }

    /// What these slots weighed holds no longer.
    pub fn forget(&mut self, slots: &[SlotId]) {
        for slot in slots {
            self.0.remove(slot);
        }
    }
}

impl Claims {
    /// The claims of a slot, weighed: as they were settled, or anew where something moved since.
    #[must_use]
    pub fn weighed_slot(&self, policy: &Policy, slot: SlotId) -> Arc<[Weighed]> {
        let Some(kept) = self.kept.0.get(&slot) else {
            return weigh(policy, &self.view(slot)).into();
        };
        debug_assert!(self.is_true(policy, slot, kept), "slot {slot:?} moved unseen");
        Arc::clone(kept)
    }

    fn is_true(&self, policy: &Policy, slot: SlotId, kept: &[Weighed]) -> bool {
        let mut kept: Vec<&Weighed> = kept.iter().collect();
        kept.sort_by_key(|one| one.claim);
        let mut anew = weigh(policy, &self.view(slot));
        anew.sort_by_key(|one| one.claim);
        kept.into_iter().eq(&anew)
    }
}
