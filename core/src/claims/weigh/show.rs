//! A weighed claim as others see it: its origins by weight, its evidence, and the range.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::article::{ClaimId, Id, OriginId};
use crate::claims::rows::Level;
use crate::policy::Policy;
use crate::reading::Stance;

use super::fall::Death;
use super::fuse::{Opinion, shown};
use super::origins::Classes;
use super::quantity::interval;
use super::sides::{Bearing, rank};
use super::voice::{Key, Root, Voice, source};
use super::{Findings, Origin, Range, Rule, Weighed};

/// What was made of one claim.
pub(super) struct Made {
    pub sides: Vec<Bearing>,
    pub opinion: Opinion,
    pub level: Level,
    pub succession: Option<usize>,
}

/// All of it together.
pub(super) fn assemble(
    found: &Findings<'_>,
    claim: usize,
    (ids, range): (&Ids, &Arc<[Range]>),
    made: &Made,
) -> Weighed {
    let own = found.own(claim);
    let (mut speaking, silent): (Vec<usize>, Vec<usize>) = own.partition(|at| found.speaking[*at]);
    speaking.sort_unstable_by_key(|at| {
        let voice = &found.voices[*at];
        (voice.denies, rank(voice, found.masses[*at]))
    });
    let key = |at: &usize| found.voices[*at].key;
    let mut rivals: Vec<ClaimId> = made
        .sides
        .iter()
        .filter(|it| !it.supports)
        .map(|it| found.voices[it.at].claim)
        .filter(|rival| *rival != claim)
        .filter_map(|rival| found.view.claims.get(rival))
        .map(|(rival, _)| *rival)
        .collect();
    rivals.sort_unstable();
    rivals.dedup();
    Weighed {
        claim: found.view.claims[claim].0,
        level: made.level,
        opinion: made.opinion,
        denied_by: denied_by(found, claim, &made.sides),
        origins: origins(found, claim, ids, made),
        best: speaking.first().map(key),
        best_denial: speaking.iter().find(|at| found.voices[**at].denies).map(key),
        speaking: speaking.iter().map(key).collect(),
        fallen: silent
            .iter()
            .filter(|at| matches!(found.deaths[**at], Some(Death::Withdrawn(_))))
            .map(key)
            .collect(),
        silent: silent.iter().map(key).collect(),
        range: match found.view.claims[claim].1.quantity {
            Some(_) => Arc::clone(range),
            None => Arc::default(),
        },
        superseded_by: made.succession.map(|by| found.view.claims[by].0),
        rivals,
    }
}

/// Who denies it: the roots on which the denials rest.
fn denied_by(found: &Findings<'_>, claim: usize, sides: &[Bearing]) -> Vec<String> {
    let mut names: Vec<String> = sides
        .iter()
        .filter(|it| !it.supports && found.voices[it.at].claim == claim)
        .map(|it| found.names[found.classes.basis(it.at)].as_ref().to_owned())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// What each voice's root is called: as configured, else as written.
pub(super) fn names(policy: &Policy, voices: &[Voice<'_>]) -> Vec<Arc<str>> {
    let name = |voice: &Voice<'_>| match voice.row.chain.last() {
        None => Arc::default(),
        Some(hop) => match source(policy, hop) {
            Some(source) => source.name.as_str().into(),
            None if hop.resolved.is_empty() => hop.text.as_str().into(),
            None => hop.resolved.as_str().into(),
        },
    };
    voices.iter().map(name).collect()
}

/// What joins each voice to its class.
pub(super) fn rules(voices: &[Voice<'_>], classes: &Classes) -> Vec<Rule> {
    (0..voices.len()).map(|at| classes.rule(voices, at)).collect()
}

/// The ids of all origins and of their roots, by class.
pub(super) struct Ids {
    of: Vec<(OriginId, Arc<[OriginId]>)>,
}

impl Ids {
    pub fn new(classes: &Classes) -> Self {
        let of = |class| {
            let id = |root: &Key| OriginId(Id::of(&[b"origin", &root.to_le_bytes()]));
            let mut roots: Vec<OriginId> = classes.roots(class).iter().map(id).collect();
            let first = roots.first().copied().unwrap_or_default();
            roots.sort_unstable();
            (first, roots.into())
        };
        Self { of: (0..classes.len()).map(of).collect() }
    }
}

fn origins(found: &Findings<'_>, claim: usize, ids: &Ids, made: &Made) -> Vec<Origin> {
    let mut origins = Vec::new();
    for supports in [true, false] {
        let side = || made.sides.iter().filter(move |it| it.supports == supports);
        let resolved = side().any(|it| !found.classes.unresolved(it.class));
        for of_class in made.sides.chunk_by(|one, two| one.class == two.class) {
            let voices = || of_class.iter().filter(|it| it.supports == supports).map(|it| it.at);
            let (Some(best), Some(any)) = (voices().next(), of_class.first()) else { continue };
            let basis = found.classes.basis(best);
            let (id, roots) = &ids.of[any.class];
            origins.push(Origin {
                id: *id,
                name: Arc::clone(&found.names[basis]),
                stance: if supports { Stance::Assert } else { Stance::Deny },
                weight: shown(found.masses[best]),
                rule: joint(found, voices()),
                letter: Some(found.voices[basis].letter),
                counted: !(found.classes.unresolved(any.class) && resolved),
                rival: !supports && voices().all(|at| found.voices[at].claim != claim),
                evidence: voices().map(|at| (found.voices[at].key, found.rules[at])).collect(),
                roots: Arc::clone(roots),
            });
        }
    }
    origins
        .sort_by_key(|origin| (origin.stance != Stance::Assert, Reverse(origin.weight), origin.id));
    origins
}

/// What joins an origin: of several rules the one that reaches furthest.
fn joint(found: &Findings<'_>, of_class: impl Iterator<Item = usize> + Clone) -> Rule {
    let mut voices = of_class.clone();
    if let (Some(only), None) = (voices.next(), voices.next()) {
        let unresolved = found.voices[only].root == Root::Unresolved;
        return if unresolved { Rule::Unresolved } else { Rule::Alone };
    }
    of_class.map(|at| found.rules[at]).max().unwrap_or_default()
}

/// Each origin's newest number in the slot.
pub(super) fn range(found: &Findings<'_>, ids: &Ids) -> Vec<Range> {
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
            let (origin, _) = ids.of.get(class)?;
            Some(Range { origin: *origin, low, high, as_of: voice.row.as_of })
        })
        .collect();
    range.sort_unstable_by_key(|entry| entry.origin);
    range
}
