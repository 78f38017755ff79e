//! For whom a source speaks: in its own interest, against it, or for the claim's very subject.

use crate::policy::{Policy, Side, Source};
use crate::reading::{Hop, Proposition, SourceKind};

use super::voice::Key;

/// Words of one name that are tried as the name of a side.
const SIDE_WORDS_MAX: usize = 4;

/// Where a root stands towards a claim.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stand<'a> {
    /// Positive: speaks in its own interest; negative: against it.
    pub interest: i8,
    /// Named, and speaks for the claim's subject.
    pub for_subject: bool,
    /// Its side.
    pub side: Option<&'a str>,
}

/// Sides that were found in one slot: each name is looked up once.
#[derive(Debug, Default)]
pub(super) struct Sides<'a> {
    subjects: Vec<(usize, Option<&'a Side>)>,
    roots: Vec<(Key, Option<&'a Side>)>,
}

impl<'a> Sides<'a> {
    fn subject(&mut self, policy: &'a Policy, at: usize, text: &str) -> Option<&'a Side> {
        once(&mut self.subjects, at, || side_of(policy, text))
    }

    fn root(
        &mut self,
        policy: &'a Policy,
        key: Key,
        hop: &Hop,
        listed: Option<&'a Source>,
    ) -> Option<&'a Side> {
        let configured = listed
            .and_then(|source| source.side.as_deref())
            .and_then(|side| policy.sources.side(side));
        if configured.is_some() || !hop.named {
            return configured;
        }
        once(&mut self.roots, key, || side_of(policy, &hop.resolved))
    }
}

fn once<K: Copy + Eq, V: Copy>(found: &mut Vec<(K, V)>, key: K, find: impl FnOnce() -> V) -> V {
    if let Some((_, value)) = found.iter().find(|(other, _)| *other == key) {
        return *value;
    }
    let value = find();
    found.push((key, value));
    value
}

/// A root and the claim towards which it stands.
pub(super) struct Towards<'a> {
    pub chain: &'a [Hop],
    pub root: Key,
    pub listed: Option<&'a Source>,
    /// Index of the claim in the view.
    pub claim: usize,
    pub proposition: &'a Proposition,
    pub denies: bool,
}

/// Where the root stands: by the sides of the configuration, else by the words of both.
pub(super) fn stand<'a>(
    policy: &'a Policy,
    sides: &mut Sides<'a>,
    towards: &Towards<'a>,
) -> Stand<'a> {
    let Some(hop) = towards.chain.last() else { return Stand::default() };
    let (claim, denies) = (towards.proposition, towards.denies);
    let side = sides
        .root(policy, towards.root, hop, towards.listed)
        .or_else(|| of_carrier(policy, towards.chain, hop));
    if side.is_none() && !hop.named {
        return Stand::default();
    }
    let subject_side = side.and_then(|_| sides.subject(policy, towards.claim, &claim.subject_text));
    let same_side = matches!((side, subject_side), (Some(one), Some(two)) if one.id == two.id);
    let for_subject = hop.named && (same_side || names_subject(&hop.resolved, &claim.subject_text));
    let closeness = match (side, subject_side) {
        _ if for_subject => 1,
        (Some(one), Some(two)) => closeness(one, two),
        _ => 0,
    };
    // Who denies what is said of himself does so because it harms him, unless the words tell.
    let valence = if claim.valence == 0 && denies && for_subject { -1 } else { claim.valence };
    let direction = if denies { -1 } else { 1 };
    Stand {
        interest: closeness * valence.signum() * direction,
        for_subject,
        side: side.map(|side| side.id.as_str()),
    }
}

/// "The presidency" in the state's own medium is that state's.
fn of_carrier<'a>(policy: &'a Policy, chain: &[Hop], root: &Hop) -> Option<&'a Side> {
    if root.kind != SourceKind::Official || root.id.is_some() || chain.len() < 2 {
        return None;
    }
    let carrier = chain.get(chain.len() - 2)?;
    let source = policy.sources.by_id(carrier.id.as_deref()?)?;
    policy.sources.side(source.side.as_deref()?)
}

/// Whether two sides are opponents.
pub(super) fn opposed(policy: &Policy, one: &str, two: &str) -> bool {
    match (policy.sources.side(one), policy.sources.side(two)) {
        (Some(one), Some(two)) => closeness(one, two) < 0,
        _ => false,
    }
}

fn closeness(one: &Side, two: &Side) -> i8 {
    if one.id == two.id || one.allies.contains(&two.id) || two.allies.contains(&one.id) {
        1
    } else if one.opponents.contains(&two.id) || two.opponents.contains(&one.id) {
        -1
    } else {
        0
    }
}

/// The side that some words of this name mean, the longest first.
pub(in super::super) fn side_of<'a>(policy: &'a Policy, name: &str) -> Option<&'a Side> {
    if policy.sources.sides().is_empty() {
        return None;
    }
    if let Some(side) = policy.sources.side_of_name(name) {
        return Some(side);
    }
    let words: Vec<&str> = name.split(|c: char| c.is_whitespace() || c == ',').collect();
    let longest = words.len().min(SIDE_WORDS_MAX);
    (1..=longest).rev().find_map(|length| {
        words.windows(length).find_map(|part| policy.sources.side_of_name(&part.join(" ")))
    })
}

/// Words that do not tell whom a name means.
const TITLES: [&str; 14] = [
    "chief",
    "for",
    "former",
    "minister",
    "mr",
    "of",
    "office",
    "official",
    "president",
    "prime",
    "spokesman",
    "spokesperson",
    "spokeswoman",
    "the",
];

/// Whether all telling words of the shorter name stand in the longer one.
fn names_subject(root: &str, subject: &str) -> bool {
    let (one, two) = (telling(root), telling(subject));
    let (short, long) = if one.len() <= two.len() { (&one, &two) } else { (&two, &one) };
    !short.is_empty() && short.iter().all(|word| long.contains(word))
}

fn telling(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 1 && !TITLES.contains(word))
        .map(str::to_owned)
        .collect()
}
