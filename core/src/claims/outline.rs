//! What can be explained of a level from what was published of it, by whoever has no desk: what
//! each origin is worth, which one carries it, and what would raise it.
//!
//! The sums are those of the calculus, over the weights as they were published. What only the desk
//! can tell (whose own act it is, whom a denial concerns, who is joined by whom) is taken over from
//! the level, and left open where it might change.

use crate::policy::Policy;
use crate::reading::{Basis, Stance};

use super::explain::{Raise, raise_of, sentence};
use super::rows::{Level, Status};
use super::weigh::{Opinion, Sums, judged};

/// An origin as it was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// For or against.
    pub stance: Stance,
    /// In millionths.
    pub weight: i64,
    /// It cannot be told who is behind it: it counts only where it is alone on its side.
    pub unresolved: bool,
    /// It says so in words of its own; another value that lies within this one does not.
    pub has_words: bool,
}

/// What one origin is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worth {
    /// P with it less P without it, in millionths; `None` where nobody else has words for it.
    pub delta: Option<i64>,
    /// The status that would stand without it, where that can be told from here.
    pub status_without: Option<Status>,
    /// The level stands or falls with it.
    pub pivotal: bool,
}

/// What a level rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// In the order of the origins.
    pub worths: Vec<Worth>,
    /// What would raise it, where something can.
    pub raise: Option<Raise>,
    /// The same in one sentence.
    pub sentence: String,
}

/// Explains a level from its origins; `denied` where somebody denies the claim.
#[must_use]
pub fn outline(policy: &Policy, level: &Level, denied: bool, origins: &[Shown]) -> Outline {
    let all = sums(origins.iter());
    let opinion = Opinion::new(policy, all.support, all.against);
    let with_words = |it: &&Shown| it.stance == Stance::Assert && it.has_words;
    let tellers = origins.iter().filter(with_words).count();
    let mut worths: Vec<Worth> = (0..origins.len())
        .map(|gone| {
            if tellers == 1 && all.n > 1 && with_words(&&origins[gone]) {
                return Worth { delta: None, status_without: None, pivotal: false };
            }
            let rest = origins.iter().enumerate().filter(|(at, _)| *at != gone);
            let rest = sums(rest.map(|(_, origin)| origin));
            let without = Opinion::new(policy, rest.support, rest.against);
            let delta = Some(opinion.p() - without.p());
            let status_without = status(policy, level, denied, &without, rest);
            Worth { delta, status_without, pivotal: false }
        })
        .collect();
    let carries =
        |worth: &&mut Worth| worth.status_without.is_some_and(|status| status != level.status);
    if let Some(worth) =
        worths.iter_mut().filter(carries).max_by_key(|worth| worth.delta.map(i64::abs))
    {
        worth.pivotal = true;
    }
    let raise = raise_of(policy, level, &opinion);
    Outline { worths, raise, sentence: sentence(level, raise) }
}

/// The sums of both sides, as the calculus makes them.
fn sums<'a>(origins: impl Iterator<Item = &'a Shown>) -> Sums {
    let mut sides = [Side::default(), Side::default()];
    for origin in origins {
        sides[usize::from(origin.stance != Stance::Assert)].add(origin);
    }
    let [(support, n), (against, denying)] = sides.map(Side::sum);
    Sums { support, against, n, denying }
}

#[derive(Clone, Copy, Default)]
struct Side {
    total: i128,
    n: u32,
    unresolved: Option<i128>,
}

impl Side {
    fn add(&mut self, origin: &Shown) {
        let grains = i128::from(origin.weight) * super::weigh::GRAINS_A_MILLIONTH;
        if origin.unresolved {
            self.unresolved = self.unresolved.max(Some(grains));
        } else {
            self.total += grains;
            self.n += 1;
        }
    }

    fn sum(self) -> (i128, u32) {
        match self.unresolved {
            Some(mass) if self.n == 0 => (mass, 1),
            Some(mass) => (self.total.max(mass), self.n),
            None => (self.total, self.n),
        }
    }
}

/// What would stand; `None` where that rests on what was not published.
fn status(
    policy: &Policy,
    level: &Level,
    denied: bool,
    opinion: &Opinion,
    sums: Sums,
) -> Option<Status> {
    let is_told_elsewhere = level.basis == Basis::OwnAct
        || matches!(level.status, Status::Superseded | Status::Retracted | Status::Corrected)
        || (denied && sums.n == 1)
        || (sums.n == 0 && (sums.denying == 0 || !denied));
    if is_told_elsewhere {
        return None;
    }
    let strong_root = level.status == Status::StronglyCorroborated;
    let status = judged(policy, opinion, sums, denied && sums.denying > 0, strong_root);
    (status != Status::StronglyCorroborated || strong_root).then_some(status)
}
