//! What readers without a desk are told of a level is what the desk itself would explain.

use std::collections::BTreeMap;

use writethru_core::claims::explain::explain;
use writethru_core::claims::outline::{Shown, outline};
use writethru_core::lane::Output;

use crate::stream;

/// Weights are published in thousandths; so far may a sum of them be off, in millionths.
const OFF_MAX: i64 = 1_500;

#[test]
fn an_outline_of_what_was_published_is_the_desks_explanation() {
    let mut told: BTreeMap<bool, usize> = BTreeMap::new();
    let mut open = 0;
    for case in stream::cases() {
        let mut lane = stream::lane();
        for intake in case.intakes() {
            lane.step(stream::policy(), intake, &mut Output::default());
        }
        for (_, state) in lane.desks() {
            let stories: Vec<_> = state.stories().map(|(id, _)| id).collect();
            for claim in stories.iter().flat_map(|id| state.claims.claims_of(*id)) {
                let Some(why) = explain(stream::policy(), &state.claims, claim) else { continue };
                let row = state.claims.get(why.claim).unwrap();
                let shown: Vec<Shown> = why
                    .origins
                    .iter()
                    .map(|it| Shown {
                        stance: it.origin.stance,
                        weight: (it.origin.weight + 500).div_euclid(1000) * 1000,
                        unresolved: it.origin.rule.name() == "unresolved",
                        has_words: it.origin.evidence.iter().any(|(key, _)| key.claim == why.claim),
                    })
                    .collect();
                let denied = !row.denied_by.is_empty();
                let outline = outline(stream::policy(), &why.level, denied, &shown);
                assert_eq!(outline.sentence, why.sentence, "{}: {why:#?}", case.name);
                for (ours, theirs) in outline.worths.iter().zip(&why.origins) {
                    let is_near = ours.delta.is_none_or(|it| (it - theirs.delta).abs() <= OFF_MAX);
                    let is_same = ours.status_without.is_none_or(|it| it == theirs.status_without);
                    *told.entry(is_near && is_same).or_default() += 1;
                    open += usize::from(ours.delta.is_none());
                }
            }
        }
    }
    // Where one origin joins others, the desk weighs them anew without it; we cannot.
    let off = told.get(&false).copied().unwrap_or_default();
    assert!(told[&true] > 250 && off * 100 <= told[&true], "{told:?}");
    assert!(open * 20 <= told[&true], "{open} of {told:?} are left open");
}
