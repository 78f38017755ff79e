//! The documents of the stories that a batch touched, without rendering again what did not move.
//!
//! A story may have hundreds of claims of which an article moves ten. What each claim looked like
//! is kept until it moves; nothing here shows in any byte.

use std::collections::{BTreeSet, HashMap};

use serde_json::value::RawValue;
use writethru_core::article::{ClaimId, StoryId};
use writethru_core::policy::Policy;

use super::Fold;
use crate::formats::stories;

/// Bytes of claims that are kept; beyond that all are rendered again.
const KEPT_BYTES_MAX: usize = 64 << 20;

/// What claims look like in documents.
#[derive(Default)]
pub(super) struct Documents {
    claims: HashMap<ClaimId, Box<RawValue>>,
    bytes: usize,
}

impl Documents {
    /// What these claims looked like holds no longer.
    pub fn forget(&mut self, moved: &BTreeSet<ClaimId>) {
        for claim in moved {
            let gone = self.claims.remove(claim);
            self.bytes -= gone.map_or(0, |it| it.get().len());
        }
        if self.bytes > KEPT_BYTES_MAX {
            *self = Self::default();
        }
    }

    /// The document of a story as it stands; `None` for what was merged or is not known.
    pub fn line(
        &mut self,
        fold: &impl Fold,
        policy: &Policy,
        desk: &str,
        id: StoryId,
    ) -> Option<Vec<u8>> {
        let is_kept = |claim: ClaimId| self.claims.contains_key(&claim);
        let (story, order) = fold.story_beside(policy, desk, id, &is_kept)?;
        for (claim, shown) in story.claims.iter().map(|claim| (claim.id, stories::claim(claim))) {
            self.bytes += shown.get().len();
            self.claims.insert(claim, shown);
        }
        let claims = order.iter().filter_map(|claim| self.claims.get(claim)).map(|it| &**it);
        let line = stories::line_with(&story, claims.collect());
        debug_assert!(
            fold.story(policy, desk, id).is_some_and(|story| stories::line(&story) == line),
            "a claim of {id:?} moved unseen"
        );
        Some(line)
    }
}
