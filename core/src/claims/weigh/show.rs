//! A weighed claim as others see it: its origins by weight, its evidence, and the range.

use std::cmp::Reverse;

use crate::article::{ClaimId, Id, OriginId};
use crate::claims::rows::Level;
use crate::policy::Policy;
use crate::reading::Stance;

use super::fall::Death;
use super::fuse::{Opinion, shown};
use super::quantity::interval;
use super::sides::Word;
use super::voice::{Key, Root, Voice, source};
use super::{Findings, Origin, Range, Rule, Weighed};

/// What was made of one claim.
pub(super) struct Made {
    pub sides: Vec<(usize, bool)>,
    pub words: Vec<Word>,
    pub opinion: Opinion,
    pub level: Level,
    pub succession: Option<usize>,
}

/// All of it together.
pub(super) fn assemble(
    policy: &Policy,
    found: &Findings<'_>,
    claim: usize,
    range: &[Range],
    made: &Made,
) -> Weighed {
    let order = |at: &usize| {
        let voice = &found.voices[*at];
        (voice.denies, Reverse(found.masses[*at]), voice.copied(), voice.row.as_of, voice.key)
    };
    let own = (0..found.voices.len()).filter(|at| found.voices[*at].claim == claim);
    let (mut speaking, silent): (Vec<usize>, Vec<usize>) = own.partition(|at| found.speaking[*at]);
    speaking.sort_unstable_by_key(order);
    let key = |at: &usize| found.voices[*at].key;
    let mut rivals: Vec<ClaimId> = made
        .sides
        .iter()
        .filter(|(at, supports)| !supports && found.voices[*at].claim != claim)
        .filter_map(|(at, _)| found.view.claims.get(found.voices[*at].claim))
        .map(|(rival, _)| *rival)
        .collect();
    rivals.sort_unstable();
    rivals.dedup();
    Weighed {
        claim: found.view.claims[claim].0,
        level: made.level,
        opinion: made.opinion,
        denied_by: denied_by(policy, found, claim, &made.sides),
        origins: origins(policy, found, claim, made),
        best: speaking.first().map(key),
        best_denial: speaking.iter().find(|at| found.voices[**at].denies).map(key),
        speaking: speaking.iter().map(key).collect(),
        fallen: silent
            .iter()
            .filter(|at| matches!(found.deaths[**at], Some(Death::Withdrawn(_))))
            .map(key)
            .collect(),
        silent: silent.iter().map(key).collect(),
        range: if found.view.claims[claim].1.quantity.is_some() {
            range.to_vec()
        } else {
            Vec::new()
        },
        superseded_by: made.succession.map(|by| found.view.claims[by].0),
        rivals,
    }
}

/// Who denies it: the roots on which the denials rest.
fn denied_by(
    policy: &Policy,
    found: &Findings<'_>,
    claim: usize,
    sides: &[(usize, bool)],
) -> Vec<String> {
    let mut names: Vec<String> = sides
        .iter()
        .filter(|(at, supports)| !supports && found.voices[*at].claim == claim)
        .map(|(at, _)| name(policy, &found.voices[found.classes.basis(*at)]))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The name to show for a root: the configured one, else as written.
fn name(policy: &Policy, voice: &Voice<'_>) -> String {
    voice.row.chain.last().map_or_else(String::new, |hop| match source(policy, hop) {
        Some(source) => source.name.clone(),
        None if hop.resolved.is_empty() => hop.text.clone(),
        None => hop.resolved.clone(),
    })
}

/// The id of an origin or root.
fn origin_id(key: Key) -> OriginId {
    OriginId(Id::of(&[b"origin", &key.to_le_bytes()]))
}

fn origins(policy: &Policy, found: &Findings<'_>, claim: usize, made: &Made) -> Vec<Origin> {
    let mut origins = Vec::new();
    for supports in [true, false] {
        let side = |word: &Word| if supports { word.support } else { word.against };
        let resolved = made
            .words
            .iter()
            .enumerate()
            .any(|(class, word)| side(word).is_some() && !found.classes.unresolved(class));
        for (class, word) in made.words.iter().enumerate() {
            let Some((mass, best)) = side(word) else { continue };
            let mut of_class: Vec<usize> = made
                .sides
                .iter()
                .filter(|(at, on)| *on == supports && found.classes.of(*at) == Some(class))
                .map(|(at, _)| *at)
                .collect();
            of_class.sort_unstable_by_key(|at| {
                let voice = &found.voices[*at];
                (Reverse(found.masses[*at]), voice.copied(), voice.row.as_of, voice.key)
            });
            let mut roots: Vec<OriginId> =
                found.classes.roots(class).iter().map(|root| origin_id(*root)).collect();
            let id = roots.first().copied().unwrap_or_default();
            roots.sort_unstable();
            origins.push(Origin {
                id,
                name: name(policy, &found.voices[found.classes.basis(best)]),
                stance: if supports { Stance::Assert } else { Stance::Deny },
                weight: shown(mass),
                rule: joint(found, &of_class),
                letter: Some(found.voices[found.classes.basis(best)].letter),
                counted: !(found.classes.unresolved(class) && resolved),
                rival: !supports && of_class.iter().all(|at| found.voices[*at].claim != claim),
                evidence: of_class
                    .iter()
                    .map(|at| (found.voices[*at].key, found.classes.rule(found.voices, *at)))
                    .collect(),
                roots,
            });
        }
    }
    origins
        .sort_by_key(|origin| (origin.stance != Stance::Assert, Reverse(origin.weight), origin.id));
    origins
}

/// What joins an origin: of several rules the one that reaches furthest.
fn joint(found: &Findings<'_>, of_class: &[usize]) -> Rule {
    if let [only] = of_class {
        let unresolved = found.voices[*only].root == Root::Unresolved;
        return if unresolved { Rule::Unresolved } else { Rule::Alone };
    }
    of_class.iter().map(|at| found.classes.rule(found.voices, *at)).max().unwrap_or_default()
}

/// Each origin's newest number in the slot.
pub(super) fn range(found: &Findings<'_>) -> Vec<Range> {
    let mut newest: Vec<Option<usize>> = vec![None; found.classes.len()];
    for (at, voice) in found.voices.iter().enumerate() {
        let numbered = found.view.claims[voice.claim].1.quantity.is_some();
        let Some(class) = found.classes.of(at).filter(|_| numbered && !voice.denies) else {
            continue;
        };
        let order = |at: usize| (found.voices[at].row.as_of, found.masses[at], Reverse(at));
        if newest[class].is_none_or(|other| order(at) > order(other)) {
            newest[class] = Some(at);
        }
    }
    let mut range: Vec<Range> = newest
        .iter()
        .enumerate()
        .filter_map(|(class, at)| {
            let voice = &found.voices[(*at)?];
            let (low, high) = interval(found.view.claims[voice.claim].1.quantity.as_ref()?);
            let origin = origin_id(found.classes.roots(class).first().copied()?);
            Some(Range { origin, low, high, as_of: voice.row.as_of })
        })
        .collect();
    range.sort_unstable_by_key(|entry| entry.origin);
    range
}
