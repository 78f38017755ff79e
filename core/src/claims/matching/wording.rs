//! A wording in the form in which two of them are compared, and the comparison.

use xxhash_rust::xxh3::xxh3_64;

use crate::article::Time;
use crate::policy::Policy;
use crate::reading::{ClaimKind, Modality, Proposition};

use super::places;
use super::who::Who;

/// What is compared of a statement or claim.
#[derive(Clone, Debug)]
pub struct Wording {
    pub(super) modality: Modality,
    pub(super) predicate: Option<u32>,
    pub(super) excludes: Option<u32>,
    pub(super) subject: Option<u32>,
    pub(super) sole: bool,
    speech: bool,
    once: bool,
    who: Who,
    /// Names beside the subject's, sorted.
    objects: Vec<u32>,
    /// Content words without predicate and subject, sorted.
    terms: Vec<u32>,
    place: Option<String>,
    /// The day that the words name.
    day: Option<Time>,
    /// Hash of all of it, if there is enough: two with the same say the same, whatever they lack.
    pub(super) exact: Option<u64>,
}

impl Wording {
    /// The wording of a proposition.
    #[must_use]
    pub fn of(
        kind: ClaimKind,
        modality: Modality,
        proposition: &Proposition,
        (place, day): (Option<&str>, Option<Time>),
    ) -> Self {
        let who = Who::of(proposition);
        let told =
            |key: &&u32| Some(**key) != proposition.subject && Some(**key) != proposition.predicate;
        Self {
            modality,
            predicate: proposition.predicate,
            excludes: proposition.excludes,
            subject: proposition.subject,
            sole: proposition.sole,
            speech: kind == ClaimKind::Statement,
            once: proposition.once && who.named,
            who,
            objects: proposition.names.iter().filter(told).copied().collect(),
            terms: proposition.terms.iter().filter(told).copied().collect(),
            place: place.map(str::to_owned),
            day,
            exact: exact(proposition),
        }
    }

    /// How alike two wordings with one predicate (or none) are, if they may mean one thing.
    pub(super) fn likeness(&self, policy: &Policy, other: &Self) -> Option<u32> {
        if self.speech != other.speech || self.contradicts(other) {
            return None;
        }
        let subject = self.who.same(policy, &other.who)?;
        let names = shared(&self.objects, &other.objects);
        let terms = shared(&self.terms, &other.terms);
        let shorter = self.terms.len().min(other.terms.len());
        let enough = if self.predicate.is_none() {
            subject && 10 * terms >= 7 * shorter && names + terms >= 2
        } else if subject {
            (self.once && other.once) || 3 * terms >= shorter
        } else {
            2 * terms >= shorter && names + terms >= 2
        };
        let score = 4 * u32::from(subject) + 3 * count(names) + count(terms);
        enough.then_some(score)
    }

    /// Whether two wordings with excluding predicates are about one subject and object.
    pub(super) fn excluded_by(&self, policy: &Policy, other: &Self) -> bool {
        let terms = shared(&self.terms, &other.terms);
        !self.contradicts(other)
            && self.who.same(policy, &other.who) == Some(true)
            && ((self.once && other.once) || 3 * terms >= self.terms.len().min(other.terms.len()))
    }

    /// Whether two subjects are said to do to one object what only one of them can.
    pub(super) fn contests(&self, policy: &Policy, other: &Self) -> bool {
        if !(self.sole && other.sole && self.who.differs(policy, &other.who)) {
            return false;
        }
        let names = shared(&self.objects, &other.objects);
        let terms = shared(&self.terms, &other.terms);
        self.objects.len().min(other.objects.len()) == names
            && names + terms > 0
            && 2 * terms >= self.terms.len().min(other.terms.len())
    }

    /// Whether each has a name that the other has not: two places, two people. A country and one
    /// place that is none do not contradict each other, for that may lie in it.
    fn contradicts(&self, other: &Self) -> bool {
        if self.is_of_another_day(other) {
            return true;
        }
        if let (Some(here), Some(there)) = (&self.place, &other.place)
            && !here.eq_ignore_ascii_case(there)
            && places::is_country(here) == places::is_country(there)
        {
            return true;
        }
        let country = |key: &u32| places::is_country_key(*key);
        match (self.without(other).as_slice(), other.without(self).as_slice()) {
            ([], _) | (_, []) => false,
            ([one], [two]) => country(one) == country(two),
            _ => true,
        }
    }

    /// Whether both name a day, and not the same: a plane may land in distress twice.
    pub(super) fn is_of_another_day(&self, other: &Self) -> bool {
        matches!((self.day, other.day), (Some(one), Some(two)) if one != two)
    }

    /// Names beside the subject's that the other has not.
    fn without(&self, other: &Self) -> Vec<u32> {
        let known = |key: &&u32| other.objects.binary_search(key).is_err();
        self.objects.iter().filter(known).copied().collect()
    }
}

fn exact(it: &Proposition) -> Option<u64> {
    if it.names.len() + it.terms.len() < 2 {
        return None;
    }
    let lists = it.names.iter().chain([&0]).chain(&it.terms);
    let words = [it.predicate.unwrap_or(0), it.subject.unwrap_or(0)];
    let bytes: Vec<u8> = words.iter().chain(lists).flat_map(|word| word.to_le_bytes()).collect();
    Some(xxh3_64(&bytes))
}

/// How many elements two sorted lists share.
fn shared(one: &[u32], two: &[u32]) -> usize {
    let (mut left, mut right, mut both) = (0, 0, 0);
    while let (Some(a), Some(b)) = (one.get(left), two.get(right)) {
        left += usize::from(a <= b);
        right += usize::from(b <= a);
        both += usize::from(a == b);
    }
    both
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX / 8)
}
