//! THE CALCULUS: how sure one may be of the values of one slot, from its whole evidence.
//!
//! A pure function of the set of evidence and the policy, in integers (DESIGN section 5). Read it
//! in the order of [`weigh`]: who speaks, what has fallen, which revision speaks, which roots are
//! one origin, what each weighs, and what is published of the sum.

mod describe;
mod ending;
mod fall;
mod fuse;
mod interest;
mod level;
mod origins;
mod post;
mod quantity;
mod register;
mod same;
mod show;
mod sides;
mod voice;
mod who;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::article::{ArticleId, ClaimId, OriginId, Time};
use crate::policy::{Letter, Policy};
use crate::reading::{Basis, Stance};

use super::rows::{ClaimRow, EvidenceKey, EvidenceRow, Level};
use fall::Death;
use origins::Classes;
use quantity::Relations;
use sides::Word;
use voice::{Root, Voice};

pub(super) use fuse::GRAINS_A_MILLIONTH;
pub use fuse::Opinion;
pub(super) use fuse::count;
pub(super) use interest::side_of;
pub(super) use level::{P_CORROBORATED, P_STRONG, Sums, judged};
pub(super) use quantity::interval;

/// A slot as it lies in the tables: claims in the order of their keys, evidence likewise.
#[derive(Clone, Debug)]
pub struct SlotView<'a> {
    /// The values of the slot.
    pub claims: Vec<(ClaimId, &'a ClaimRow)>,
    /// All their evidence, live or not.
    pub evidence: Vec<(EvidenceKey, &'a EvidenceRow)>,
    /// Articles that are withdrawn, and since when.
    pub withdrawn: &'a BTreeMap<ArticleId, Time>,
}

/// Why pieces of evidence count as one origin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// There is only one piece.
    #[default]
    Alone,
    /// The same root.
    SameRoot,
    /// The same anonymous description within one carrier.
    SameDescription,
    /// Shared passages.
    SameCopyGroup,
    /// One credits the other.
    Credit,
    /// The configuration names one owner.
    SameOwner,
    /// It cannot be told who is behind it.
    Unresolved,
}

impl Rule {
    /// As documents name it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::SameRoot => "same_root",
            Self::SameDescription => "same_description",
            Self::SameCopyGroup => "same_copy_group",
            Self::Credit => "credit",
            Self::SameOwner => "same_owner",
            Self::Unresolved => "unresolved",
        }
    }
}

/// One origin of one claim, on one side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The smallest root in it.
    pub id: OriginId,
    /// The name of its best root.
    pub name: Arc<str>,
    /// For or against.
    pub stance: Stance,
    /// r, in millionths: the maximum over its evidence on this side.
    pub weight: i64,
    /// Why its pieces are one.
    pub rule: Rule,
    /// The best root's letter after shifting.
    pub letter: Option<Letter>,
    /// It counts as an origin (an unresolved one does only where it is alone).
    pub counted: bool,
    /// It speaks against the claim by asserting a rival value, not by denying.
    pub rival: bool,
    /// Its evidence on this side, best first, each with what joined it.
    pub evidence: Vec<(EvidenceKey, Rule)>,
    /// All roots in it, sorted.
    pub roots: Arc<[OriginId]>,
}

/// An origin's newest number in the slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Whose.
    pub origin: OriginId,
    /// Lower end, `None` if open; thousandths.
    pub low: Option<i64>,
    /// Upper end, `None` if open; thousandths.
    pub high: Option<i64>,
    /// When it was said.
    pub as_of: Time,
}

/// One claim, weighed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weighed {
    /// Which.
    pub claim: ClaimId,
    /// What is published.
    pub level: Level,
    /// The sums behind it.
    pub opinion: Opinion,
    /// Names of those who deny it, sorted.
    pub denied_by: Vec<String>,
    /// Its origins, the asserting ones first, by weight.
    pub origins: Vec<Origin>,
    /// Its own evidence that speaks, asserting first, best first.
    pub speaking: Vec<EvidenceKey>,
    /// Its own evidence that speaks no more.
    pub silent: Vec<EvidenceKey>,
    /// Every origin's newest number in the slot; the same list in all its claims.
    pub range: Arc<[Range]>,
    /// The later value of its series.
    pub superseded_by: Option<ClaimId>,
    /// Claims of the slot with live evidence that excludes it.
    pub rivals: Vec<ClaimId>,
    /// Best evidence that asserts it, else that denies it.
    pub best: Option<EvidenceKey>,
    /// Best evidence that denies it.
    pub best_denial: Option<EvidenceKey>,
    /// Its own evidence that fell with a withdrawal.
    pub fallen: Vec<EvidenceKey>,
}

impl Weighed {
    /// Whether anything live asserts it.
    #[must_use]
    pub fn asserted(&self) -> bool {
        self.level.origins > 0
    }

    /// Whether anything live says it in words of its own: another number that lies within this
    /// one asserts it, too, but has no words for it.
    #[must_use]
    pub fn told(&self) -> bool {
        self.best.is_some() && self.best != self.best_denial
    }
}

/// All that was found out about the slot, by voice.
struct Findings<'a> {
    view: &'a SlotView<'a>,
    voices: &'a [Voice<'a>],
    deaths: &'a [Option<Death>],
    silenced: &'a [bool],
    speaking: &'a [bool],
    classes: &'a Classes,
    masses: &'a [i128],
    /// What each voice's root is called.
    names: &'a [Arc<str>],
    /// What joins each voice to its class.
    rules: &'a [Rule],
    /// The voices that speak with their classes, class by class, the best first.
    order: &'a [(usize, usize)],
    relations: &'a Relations,
}

impl Findings<'_> {
    /// The voices of one claim, which lie together.
    fn own(&self, claim: usize) -> std::ops::Range<usize> {
        voice::of_claim(self.voices, claim)
    }
}

/// Weighs every claim of a slot.
#[must_use]
pub fn weigh(policy: &Policy, view: &SlotView<'_>) -> Vec<Weighed> {
    let voices = voice::gather(policy, view);
    let deaths = fall::deaths(&voices, view.withdrawn);
    let silenced = register::silenced(view, &voices, &deaths);
    let speaking: Vec<bool> =
        deaths.iter().zip(&silenced).map(|(death, silent)| death.is_none() && !silent).collect();
    let classes = origins::classes(&voices, &speaking);
    let masses = fuse::masses(policy, view, &voices, &classes);
    let found = Findings {
        view,
        voices: &voices,
        deaths: &deaths,
        silenced: &silenced,
        speaking: &speaking,
        classes: &classes,
        masses: &masses,
        names: &show::names(policy, &voices),
        rules: &show::rules(&voices, &classes),
        order: &sides::order(&voices, &classes, &masses),
        relations: &Relations::new(view, &voices, &speaking),
    };
    let ids = show::Ids::new(&classes);
    let range: Arc<[Range]> = show::range(&found, &ids).into();
    (0..view.claims.len()).map(|claim| weigh_one(policy, &found, claim, &ids, &range)).collect()
}

fn weigh_one(
    policy: &Policy,
    found: &Findings<'_>,
    claim: usize,
    ids: &show::Ids,
    range: &Arc<[Range]>,
) -> Weighed {
    let gone = ending::gone(found, claim);
    let mut sides = sides::sides(found, claim);
    if !found.own(claim).any(|at| found.speaking[at]) {
        // Who says 19 does not say again what was said of at least 12 and taken back.
        sides.retain(|it| !it.supports);
    }
    let words = sides::words(found, &sides);
    let (support, n) = sides::sum(found, &words, |word| word.support);
    let (against, denying) = sides::sum(found, &words, |word| word.against);
    let opinion = Opinion::new(policy, support, against);
    let denials = || {
        let against = sides.iter().filter(|it| !it.supports).map(|it| &found.voices[it.at]);
        against.filter(|voice| voice.claim == claim)
    };
    let succession = ending::succession(found, claim);
    let facts = level::Facts {
        n,
        denying,
        denied: denials().next().is_some(),
        subject_denies: denials().any(|voice| voice.for_subject),
        basis: basis(found, claim, n),
        gone,
        superseded: succession.is_some(),
        strong_root: strong_root(policy, found, &words),
        in_all: sides::in_all(found, &words),
    };
    let level = level::level(policy, &opinion, &facts, &words);
    show::assemble(found, claim, (ids, range), &show::Made { sides, opinion, level, succession })
}

fn basis(found: &Findings<'_>, claim: usize, n: u32) -> Basis {
    let mut basis = Basis::Attributed;
    for at in found.own(claim) {
        let voice = &found.voices[at];
        if found.speaking[at] && voice.denies == (n == 0) {
            basis = match (basis, voice.row.basis) {
                (_, Basis::OwnAct) => Basis::OwnAct,
                (Basis::Attributed, other) => other,
                (before, _) => before,
            };
        }
    }
    basis
}

/// Whether an A–B root or two opposed parties assert it, and one of them by name.
fn strong_root(policy: &Policy, found: &Findings<'_>, words: &[Word]) -> bool {
    let asserting: Vec<&Voice<'_>> =
        words.iter().filter_map(|word| word.support).map(|(_, at)| &found.voices[at]).collect();
    let named = asserting.iter().any(|voice| matches!(voice.root, Root::Named | Root::Medium));
    let reliable = asserting.iter().any(|voice| voice.letter <= Letter::B);
    let sides = || asserting.iter().filter_map(|voice| voice.side);
    named && (reliable || sides().any(|one| sides().any(|two| interest::opposed(policy, one, two))))
}
