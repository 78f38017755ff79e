//! What is published of the sums: status, likelihood, analytic confidence, basis, dispute.

use std::cmp::Reverse;

use crate::article::{ClaimId, Id, OriginId};
use crate::policy::{Letter, Policy};
use crate::reading::{Basis, Stance};

use super::fall::Death;
use super::fuse::{Opinion, shown};
use super::interest::opposed;
use super::origins::Classes;
use super::quantity::{Relations, interval};
use super::voice::{Key, Root, Voice, source};
use super::{Origin, Range, Rule, SlotView, Weighed};
use crate::claims::rows::{Confidence, Dispute, Level, Likelihood, Status};

/// C from which a claim is disputed.
const CONFLICT_OPEN: i64 = 400_000;
/// C below which a claim can be strongly corroborated.
const CONFLICT_SMALL: i64 = 200_000;
/// d from which disbelief that outweighs belief is a dispute.
const DISBELIEF_OPEN: i64 = 200_000;
/// u up to which a level is judged at all.
const JUDGED: i64 = 500_000;
/// u up to which an own act is official, and confidence moderate.
const UNCERTAINTY_MODERATE: i64 = 250_000;
/// u up to which confidence is high.
const UNCERTAINTY_HIGH: i64 = 100_000;
/// P of a corroborated claim.
pub(in super::super) const P_CORROBORATED: i64 = 800_000;
/// P of a strongly corroborated claim.
pub(in super::super) const P_STRONG: i64 = 950_000;

/// All that was found out about the slot.
pub(super) struct Findings<'a> {
    pub view: &'a SlotView<'a>,
    pub voices: &'a [Voice<'a>],
    pub deaths: &'a [Option<Death>],
    pub silenced: &'a [bool],
    pub speaking: &'a [bool],
    pub classes: &'a Classes,
    pub masses: &'a [i128],
    pub relations: &'a Relations,
}

/// What one origin says of one claim: its best voice on each side.
#[derive(Clone, Copy, Default)]
struct Word {
    support: Option<(i128, usize)>,
    against: Option<(i128, usize)>,
}

/// The level of each claim, in the order of the view.
pub(super) fn levels(policy: &Policy, found: &Findings<'_>) -> Vec<Weighed> {
    let range = range(found);
    (0..found.view.claims.len()).map(|claim| one(policy, found, claim, &range)).collect()
}

fn one(policy: &Policy, found: &Findings<'_>, claim: usize, range: &[Range]) -> Weighed {
    let sides = sides(found, claim);
    let words = words(found, &sides);
    let (support, n) = sum(found, words.iter().map(|word| word.support));
    let (against, denying) = sum(found, words.iter().map(|word| word.against));
    let opinion = Opinion::new(policy, support, against);
    let own = |at: &usize| found.voices[*at].claim == claim;
    let subject_denies = sides.iter().any(|(at, supports)| {
        !supports && own(at) && found.voices[*at].denies && found.voices[*at].for_subject
    });
    let succession = succession(found, claim);
    let facts = Facts {
        n,
        denying,
        denied: sides.iter().any(|(at, supports)| !supports && own(at)),
        subject_denies,
        basis: basis(found, claim, n),
        gone: gone(found, claim),
        superseded: succession.is_some(),
        strong_root: strong_root(policy, found, &words),
        in_all: in_all(found, &words),
    };
    let level = level(policy, &opinion, &facts, &words);
    assemble(policy, found, claim, range, &Made { sides, words, opinion, level, succession })
}

/// The voices that bear on a claim, and on which side: true for support.
fn sides(found: &Findings<'_>, claim: usize) -> Vec<(usize, bool)> {
    let mut sides = Vec::new();
    for (at, voice) in found.voices.iter().enumerate().filter(|(at, _)| found.speaking[*at]) {
        if voice.claim == claim {
            if !voice.denies {
                sides.push((at, true));
            } else if denial_counts(found, at) {
                sides.push((at, false));
            }
        } else if !voice.denies {
            if found.relations.supports(voice.claim, claim) {
                sides.push((at, true));
            } else if found.relations.excludes(voice.claim, voice.row.as_of, claim) {
                sides.push((at, false));
            }
        }
    }
    sides
}

/// A denial speaks for its own time: what happened later does not stand in conflict with it.
fn denial_counts(found: &Findings<'_>, denial: usize) -> bool {
    let denial = &found.voices[denial];
    let at = denial.row.as_of;
    let mut asserted = false;
    for (other, voice) in found.voices.iter().enumerate() {
        if found.speaking[other] && voice.claim == denial.claim && !voice.denies {
            asserted = true;
            let later = voice.row.when.is_some_and(|when| when > at)
                || (denial.row.not_yet && voice.row.as_of > at);
            if !later {
                return true;
            }
        }
    }
    !asserted
}

/// The best voice of each class on each side.
fn words(found: &Findings<'_>, sides: &[(usize, bool)]) -> Vec<Word> {
    let mut words = vec![Word::default(); found.classes.len()];
    for (at, supports) in sides {
        let Some(class) = found.classes.of(*at) else { continue };
        let word = &mut words[class];
        let side = if *supports { &mut word.support } else { &mut word.against };
        let this = (found.masses[*at], *at);
        if side.is_none_or(|best| better(found, this, best)) {
            *side = Some(this);
        }
    }
    words
}

fn better(found: &Findings<'_>, one: (i128, usize), two: (i128, usize)) -> bool {
    let order = |(mass, at): (i128, usize)| {
        let voice = &found.voices[at];
        (Reverse(mass), voice.copied(), voice.row.as_of, voice.key)
    };
    order(one) < order(two)
}

/// The sum of one side and its number of origins. An unresolved root counts only where it is
/// alone; what is added to it never makes the side weigh less.
fn sum(found: &Findings<'_>, side: impl Iterator<Item = Option<(i128, usize)>>) -> (i128, u32) {
    let (mut total, mut n, mut unresolved) = (0, 0, None);
    for (class, word) in side.enumerate() {
        let Some((mass, _)) = word else { continue };
        if found.classes.unresolved(class) {
            unresolved = Some(mass);
        } else {
            total += mass;
            n += 1;
        }
    }
    match unresolved {
        Some(mass) if n == 0 => (mass, 1),
        Some(mass) => (total.max(mass), n),
        None => (total, n),
    }
}

fn in_all(found: &Findings<'_>, words: &[Word]) -> u32 {
    let any = words.iter().map(|word| word.support.or(word.against));
    sum(found, any).1
}

fn basis(found: &Findings<'_>, claim: usize, n: u32) -> Basis {
    let mut basis = Basis::Attributed;
    for (at, voice) in found.voices.iter().enumerate() {
        if found.speaking[at] && voice.claim == claim && voice.denies == (n == 0) {
            basis = match (basis, voice.row.basis) {
                (_, Basis::OwnAct) => Basis::OwnAct,
                (Basis::Attributed, other) => other,
                (before, _) => before,
            };
        }
    }
    basis
}

/// How a claim lost what asserted it; `None` where nothing ever did and somebody denies it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gone {
    Retracted,
    Corrected,
}

fn gone(found: &Findings<'_>, claim: usize) -> Option<Gone> {
    let (mut any, mut live, mut withdrawn, mut corrected) = (false, false, false, false);
    for (at, voice) in found.voices.iter().enumerate().filter(|(_, voice)| voice.claim == claim) {
        live |= found.speaking[at];
        if !voice.denies && !found.speaking[at] {
            any = true;
            withdrawn |= matches!(found.deaths[at], Some(Death::Withdrawn(_)));
            corrected |= matches!(found.deaths[at], Some(Death::Corrected(_)));
        }
    }
    match (any || !live, corrected && !withdrawn) {
        (false, _) => None,
        (true, true) => Some(Gone::Corrected),
        (true, false) => Some(Gone::Retracted),
    }
}

/// The claim whose value took the place of this one: everything that asserts this one (or, where
/// nothing does any more, what newer revisions silenced) has been overtaken.
fn succession(found: &Findings<'_>, claim: usize) -> Option<usize> {
    found.view.claims.get(claim)?.1.quantity.as_ref()?;
    let own = |at: &usize| found.voices[*at].claim == claim && !found.voices[*at].denies;
    let mut told: Vec<usize> =
        (0..found.voices.len()).filter(own).filter(|at| found.speaking[*at]).collect();
    if told.is_empty() {
        told = (0..found.voices.len()).filter(own).filter(|at| found.silenced[*at]).collect();
    }
    let successors = if told.is_empty() { Vec::new() } else { found.relations.successors(claim) };
    let mut by = 0;
    for earlier in &told {
        by = by.max(overtaker(found, *earlier, &successors)?);
    }
    if told.is_empty() { None } else { successors.get(by).copied() }
}

/// The first of the later values that takes the place of one word.
fn overtaker(found: &Findings<'_>, earlier: usize, successors: &[usize]) -> Option<usize> {
    let at = found.voices[earlier].row.as_of;
    successors.iter().position(|claim| {
        found.relations.said_after(*claim, at)
            && found.voices.iter().enumerate().any(|(later, voice)| {
                voice.claim == *claim
                    && found.speaking[later]
                    && !voice.denies
                    && found.relations.eligible(found.voices, found.classes, later, earlier)
            })
    })
}

/// Whether an A–B root or two opposed parties assert it, and one of them by name.
fn strong_root(policy: &Policy, found: &Findings<'_>, words: &[Word]) -> bool {
    let asserting: Vec<&Voice<'_>> =
        words.iter().filter_map(|word| word.support).map(|(_, at)| &found.voices[at]).collect();
    let named = asserting.iter().any(|voice| matches!(voice.root, Root::Named | Root::Medium));
    let reliable = asserting.iter().any(|voice| voice.letter <= Letter::B);
    let sides = || asserting.iter().filter_map(|voice| voice.side);
    named && (reliable || sides().any(|one| sides().any(|two| opposed(policy, one, two))))
}

struct Facts {
    n: u32,
    denying: u32,
    denied: bool,
    subject_denies: bool,
    basis: Basis,
    gone: Option<Gone>,
    superseded: bool,
    strong_root: bool,
    in_all: u32,
}

fn level(policy: &Policy, opinion: &Opinion, facts: &Facts, words: &[Word]) -> Level {
    let open = disputed(opinion, facts.n, facts.subject_denies);
    let official = facts.basis == Basis::OwnAct
        && facts.n > 0
        && !facts.denied
        && opinion.uncertainty_within(UNCERTAINTY_MODERATE);
    let status = status(opinion, facts, open, official);
    let outweighed = || {
        facts.denying > 0
            && words.iter().filter_map(|word| word.support).any(|(mass, _)| {
                disputed(&Opinion::new(policy, mass, opinion.against), 1, facts.subject_denies)
            })
    };
    Level {
        status,
        likelihood: likelihood(opinion, facts, status == Status::Official),
        confidence: confidence(opinion, facts.n, status == Status::Official),
        basis: facts.basis,
        dispute: if open {
            Dispute::Open
        } else if outweighed() {
            Dispute::Outweighed
        } else {
            Dispute::None
        },
        origins: facts.n,
        p: opinion.p(),
        uncertainty: opinion.uncertainty(),
        conflict: opinion.conflict(),
    }
}

/// The condition of `disputed`.
fn disputed(opinion: &Opinion, n: u32, subject_denies: bool) -> bool {
    opinion.conflict_reaches(CONFLICT_OPEN)
        || (n >= 1
            && opinion.disbelief_reaches(DISBELIEF_OPEN)
            && opinion.against > opinion.support)
        || (n == 1 && subject_denies)
}

/// The first that holds.
fn status(opinion: &Opinion, facts: &Facts, open: bool, official: bool) -> Status {
    match facts.gone {
        _ if facts.n > 0 => {}
        Some(_) if facts.superseded => return Status::Superseded,
        Some(Gone::Retracted) => return Status::Retracted,
        Some(Gone::Corrected) => return Status::Corrected,
        None => {}
    }
    let clear = !opinion.conflict_reaches(CONFLICT_SMALL);
    if facts.superseded {
        Status::Superseded
    } else if open {
        Status::Disputed
    } else if facts.n == 0 && facts.denied {
        Status::Denied
    } else if official {
        Status::Official
    } else if !opinion.uncertainty_within(JUDGED) {
        Status::NotJudged
    } else if facts.n >= 3 && opinion.p_reaches(P_STRONG) && clear && facts.strong_root {
        Status::StronglyCorroborated
    } else if facts.n >= 2 && opinion.p_reaches(P_CORROBORATED) {
        Status::Corroborated
    } else if facts.n >= 2 {
        Status::SeveralOrigins
    } else {
        Status::SingleOrigin
    }
}

/// The seven ICD-203 terms by their lower bounds in millionths, the highest first.
const TERMS: [(i64, Likelihood); 6] = [
    (950_000, Likelihood::AlmostCertain),
    (800_000, Likelihood::VeryLikely),
    (550_000, Likelihood::Likely),
    (450_000, Likelihood::RoughlyEvenChance),
    (200_000, Likelihood::Unlikely),
    (50_000, Likelihood::VeryUnlikely),
];

fn likelihood(opinion: &Opinion, facts: &Facts, official: bool) -> Likelihood {
    if !opinion.uncertainty_within(JUDGED) || (facts.n == 1 && facts.subject_denies) {
        return Likelihood::NotJudged;
    }
    let term = TERMS
        .iter()
        .find(|(bound, _)| opinion.p_reaches(*bound))
        .map_or(Likelihood::AlmostNoChance, |(_, term)| *term);
    if facts.in_all <= 1 && !official {
        term.clamp(Likelihood::Unlikely, Likelihood::Likely)
    } else {
        term
    }
}

fn confidence(opinion: &Opinion, n: u32, official: bool) -> Confidence {
    let high = n >= 3
        && opinion.uncertainty_within(UNCERTAINTY_HIGH)
        && !opinion.conflict_reaches(CONFLICT_SMALL);
    let moderate = n >= 2
        && opinion.uncertainty_within(UNCERTAINTY_MODERATE)
        && !opinion.conflict_reaches(CONFLICT_OPEN);
    match (high, moderate || official) {
        (true, _) => Confidence::High,
        (false, true) => Confidence::Moderate,
        (false, false) => Confidence::Low,
    }
}

struct Made {
    sides: Vec<(usize, bool)>,
    words: Vec<Word>,
    opinion: Opinion,
    level: Level,
    succession: Option<usize>,
}

fn assemble(
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
fn range(found: &Findings<'_>) -> Vec<Range> {
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
