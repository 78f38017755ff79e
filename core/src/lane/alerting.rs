//! What alerts ask of their desk, and their fold at the end of a turn.

use super::document;
use crate::alerts::{Alert, Alerts, Desk, StoryFacts};
use crate::article::{ClaimId, StoryId};
use crate::change::{Change, ClaimDoc, StoryRef};
use crate::policy::Policy;
use crate::reading::NameKind;
use crate::state::State;

/// Articles that are asked for a story's names, the newest first.
const NAMED_MAX: usize = 40;

/// Folds one turn's changes into the desk's alerts.
pub(super) fn fold(state: &mut State, policy: &Policy, changes: &[Change]) -> Vec<Alert> {
    let mut alerts = std::mem::replace(&mut state.alerts, Alerts::new(0));
    let told = alerts.fold(policy, changes, &Asked { state, policy });
    state.alerts = alerts;
    told
}

struct Asked<'a> {
    state: &'a State,
    policy: &'a Policy,
}

impl Desk for Asked<'_> {
    fn claim(&self, claim: ClaimId) -> Option<ClaimDoc> {
        let claim = self.state.claims.resolve(claim);
        let weighed = self.state.claims.weighed(self.policy, claim)?;
        Some(document::claim(self.state, self.policy, &weighed))
    }

    fn story(&self, id: StoryId, whole: bool) -> StoryFacts {
        let id = self.state.resolve(id);
        let Some(row) = self.state.story(id) else { return StoryFacts::default() };
        let newest = || self.state.members(id).rev();
        let facts = StoryFacts {
            story: StoryRef { id, slug: row.slug.clone(), headline: row.headline.clone() },
            state: row.state,
            language: newest().find_map(|(_, row)| row.language.clone()),
            places: row.places.clone(),
            ..StoryFacts::default()
        };
        if !whole {
            return facts;
        }
        let mut subjects: Vec<String> =
            newest().flat_map(|(_, row)| row.subjects.iter().cloned()).collect();
        subjects.sort();
        subjects.dedup();
        let articles: Vec<_> = newest().take(NAMED_MAX).collect();
        let names = document::names(self.state, &articles);
        let of = |kind| names.iter().filter(move |it| it.kind == kind).map(|it| it.name.clone());
        StoryFacts {
            urgency: newest().filter_map(|(_, row)| row.urgency).min(),
            articles: newest().count(),
            subjects,
            people: of(NameKind::Person).collect(),
            organisations: of(NameKind::Organisation).collect(),
            ..facts
        }
    }
}
