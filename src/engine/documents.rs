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

/// What claims look like in documents.
#[derive(Default)]
pub(super) struct Documents {
    claims: HashMap<ClaimId, Box<RawValue>>,
    bytes: usize,
}

impl Documents {
    /// What these claims looked like holds no longer; where more than this is kept, none is kept.
    pub fn forget(&mut self, moved: &BTreeSet<ClaimId>, kept_bytes_max: usize) {
        for claim in moved {
            let gone = self.claims.remove(claim);
            self.bytes -= gone.map_or(0, |it| it.get().len());
        }
        if self.bytes > kept_bytes_max {
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

#[cfg(test)]
mod tests {
    use writethru_core::article::Id;

    use super::*;

    #[test]
    fn beyond_its_bytes_nothing_is_kept() {
        let shown = || serde_json::value::to_raw_value("ten bytes").expect("a text is JSON");
        let bytes = shown().get().len();
        let mut documents = Documents::default();
        let ids = [1, 2, 3].map(|it| ClaimId(Id([it; 12])));
        for id in ids {
            documents.claims.insert(id, shown());
            documents.bytes += bytes;
        }
        documents.forget(&BTreeSet::from([ids[0]]), 2 * bytes);
        assert_eq!((documents.claims.len(), documents.bytes), (2, 2 * bytes));
        documents.forget(&BTreeSet::new(), 2 * bytes - 1);
        assert_eq!((documents.claims.len(), documents.bytes), (0, 0));
    }
}
