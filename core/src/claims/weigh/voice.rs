//! Who speaks in a piece of evidence: the keys of its chain, its root, its letter and its path.

use xxhash_rust::xxh3::xxh3_128;

use crate::policy::sources::ListedKind;
use crate::policy::{Letter, Policy, Source};
use crate::reading::{Basis, Hop, Proposition, SourceKind, Stance};

use super::super::rows::{EvidenceKey, EvidenceRow};
use super::SlotView;
use super::describe::{Description, describe};
use super::interest::{self, Sides, Stand, Towards};

/// The key of a source, or of an anonymous description within a carrier.
pub(super) type Key = u128;

/// What the root of a chain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Root {
    /// A body or a person with a name.
    Named,
    /// A medium that says it by itself.
    Medium,
    /// Somebody without a name, told by the publisher itself.
    Anonymous,
    /// Somebody without a name, told by a carrier that the publisher credits.
    Credited,
    /// "One", "the other": somebody without a name who is described elsewhere in the report.
    Bare,
    /// It cannot be told who.
    Unresolved,
}

/// One piece of evidence, ready to be compared.
pub(super) struct Voice<'a> {
    pub key: EvidenceKey,
    pub row: &'a EvidenceRow,
    /// Index into the claims of the view.
    pub claim: usize,
    pub denies: bool,
    /// Keys of all hops, the publisher first.
    pub hops: Vec<Key>,
    pub root: Root,
    /// The root's own key; for the anonymous their description within the carrier.
    pub anchor: Key,
    /// The key of the anonymous description by itself.
    pub description: Key,
    /// Joined by an owner, not by its own key.
    pub owned: bool,
    /// The root's letter after shifting.
    pub letter: Letter,
    pub letter_weight: i64,
    /// f in millionths, with the factor for what could not be verified.
    pub firmness: i64,
    /// τ in millionths.
    pub path: i64,
    /// The root is named and speaks for the claim's subject.
    pub for_subject: bool,
    /// The side for which the root speaks.
    pub side: Option<&'a str>,
}

impl Voice<'_> {
    /// The publisher's key.
    pub fn publisher(&self) -> Key {
        self.hops.first().copied().unwrap_or_default()
    }

    /// The hops before the root.
    pub fn carriers(&self) -> &[Key] {
        self.hops.split_last().map_or(&[], |(_, before)| before)
    }

    /// Whether its passage is shared with an earlier article.
    pub fn copied(&self) -> bool {
        self.row.copy_group.is_some_and(|group| group != self.key.article)
    }

    /// f · τ by which two paths to one root compare.
    pub fn route(&self) -> i128 {
        i128::from(self.firmness) * i128::from(self.path)
    }
}

/// One voice for each piece of evidence, in the order of the view.
pub(super) fn gather<'a>(policy: &'a Policy, view: &SlotView<'a>) -> Vec<Voice<'a>> {
    let mut at = 0;
    let mut sides = Sides::default();
    let mut voices = Vec::with_capacity(view.evidence.len());
    for (key, row) in &view.evidence {
        while view.claims.get(at).is_some_and(|(claim, _)| *claim < key.claim) {
            at += 1;
        }
        if let Some((claim, told)) = view.claims.get(at)
            && *claim == key.claim
        {
            voices.push(listen(policy, &mut sides, (at, &told.proposition), *key, row));
        }
    }
    voices
}

/// The voices of one claim lie together.
pub(super) fn of_claim(voices: &[Voice<'_>], claim: usize) -> std::ops::Range<usize> {
    let start = voices.partition_point(|voice| voice.claim < claim);
    let end = voices.partition_point(|voice| voice.claim <= claim);
    start..end
}

fn listen<'a>(
    policy: &'a Policy,
    sides: &mut Sides<'a>,
    (claim, proposition): (usize, &'a Proposition),
    key: EvidenceKey,
    row: &'a EvidenceRow,
) -> Voice<'a> {
    let hops: Vec<Key> = row.chain.iter().map(hop_key).collect();
    let root_hop = row.chain.last();
    let listed = root_hop.and_then(|hop| source(policy, hop));
    let (root, description) = root_of(row, listed);
    let carrier = hops.len().checked_sub(2).and_then(|at| hops.get(at)).copied();
    let owner = listed.and_then(|source| source.owner.as_deref());
    let own = hops.last().copied().unwrap_or_default();
    let anchor = match root {
        Root::Named | Root::Medium => owner.map_or(own, |owner| tagged(b"owner", owner.as_bytes())),
        Root::Anonymous => both(b"anonymous", carrier.unwrap_or_default(), description),
        Root::Credited => both(b"credited", carrier.unwrap_or_default(), 0),
        Root::Bare => both(b"bare", carrier.unwrap_or_default(), article_key(key)),
        Root::Unresolved => 0,
    };
    let denies = row.stance == Stance::Deny;
    let chain = &*row.chain;
    let towards = Towards { chain, root: own, listed, claim, proposition, denies };
    let stand = interest::stand(policy, sides, &towards);
    let letter = letter_of(row, root_hop, listed, &stand);
    let calculus = &policy.calculus;
    let mut firmness =
        calculus.factuality.get(row.factuality as usize).copied().unwrap_or_default();
    if row.unverified {
        firmness = firmness * calculus.unverified / crate::policy::ONE;
    }
    Voice {
        key,
        row,
        claim,
        denies,
        hops,
        root,
        anchor,
        description,
        owned: owner.is_some() && matches!(root, Root::Named | Root::Medium),
        letter,
        letter_weight: calculus.reliability.get(letter as usize).copied().unwrap_or_default(),
        firmness,
        path: path_of(policy, &row.chain),
        for_subject: stand.for_subject,
        side: stand.side,
    }
}

/// The configured source of a hop.
pub(super) fn source<'a>(policy: &'a Policy, hop: &Hop) -> Option<&'a Source> {
    policy.sources.by_id(hop.id.as_deref()?)
}

/// What the root is, and the key of its description where it has no name.
fn root_of(row: &EvidenceRow, listed: Option<&Source>) -> (Root, Key) {
    let Some(hop) = row.chain.last() else { return (Root::Unresolved, 0) };
    let medium = match listed {
        Some(source) => matches!(source.kind, ListedKind::Agency | ListedKind::Outlet),
        None => {
            matches!(hop.kind, SourceKind::Publisher | SourceKind::Agency | SourceKind::Outlet)
        }
    };
    if row.chain.len() == 1 {
        return (if medium { Root::Medium } else { Root::Named }, 0);
    }
    if hop.named && !hop.resolved.is_empty() {
        return (if medium { Root::Medium } else { Root::Named }, 0);
    }
    if medium {
        return (Root::Unresolved, 0);
    }
    match describe(&hop.resolved) {
        Description::Somebody(words) => {
            let root = if row.chain.len() == 2 { Root::Anonymous } else { Root::Credited };
            (root, tagged(b"description", words.as_bytes()))
        }
        Description::Bare => (Root::Bare, 0),
        Description::Nobody => (Root::Unresolved, 0),
    }
}

/// ρ's letter: listed, by access, or F; one up for an own act; shifted by interest.
fn letter_of(
    row: &EvidenceRow,
    root: Option<&Hop>,
    listed: Option<&Source>,
    stand: &Stand<'_>,
) -> Letter {
    let Some(hop) = root else { return Letter::F };
    let letter = match listed {
        Some(source) => source.letter,
        None if !hop.named && hop.plural_with_access => Letter::C,
        None => Letter::F,
    };
    if row.basis == Basis::OwnAct && (hop.named || row.chain.len() == 1) {
        return letter.up();
    }
    match stand.interest {
        1.. => letter.down(),
        0 => letter,
        _ => letter.up(),
    }
}

/// τ: the weakest carrier's; one where the publisher is the root.
fn path_of(policy: &Policy, chain: &[Hop]) -> i64 {
    let carriers = chain.split_last().map_or(&[][..], |(_, before)| before);
    let weakest = carriers.iter().map(|hop| match source(policy, hop).map(|source| source.kind) {
        Some(ListedKind::Agency | ListedKind::Outlet) => policy.calculus.carrier_listed,
        _ => policy.calculus.carrier_other,
    });
    weakest.min().unwrap_or(crate::policy::ONE)
}

/// The key of a source: its listed id, else its name in any case.
pub(super) fn hop_key(hop: &Hop) -> Key {
    match &hop.id {
        Some(id) => tagged(b"id", id.as_bytes()),
        None => tagged(b"name", hop.resolved.to_lowercase().as_bytes()),
    }
}

/// The key of an article in which something is told.
fn article_key(key: EvidenceKey) -> Key {
    tagged(b"article", &key.article.0.0)
}

/// The anchor of copies of one article whose root has no key of its own.
pub(super) fn group_key(group: crate::article::ArticleId, description: Key) -> Key {
    both(b"group", tagged(b"article", &group.0.0), description)
}

fn tagged(tag: &[u8], bytes: &[u8]) -> Key {
    let mut key = [0; 96];
    let length = tag.len() + 1 + bytes.len();
    let Some(short) = key.get_mut(..length) else {
        return xxh3_128(&[tag, b"\0", bytes].concat());
    };
    let (head, tail) = short.split_at_mut(tag.len() + 1);
    if let Some(head) = head.get_mut(..tag.len()) {
        head.copy_from_slice(tag);
    }
    tail.copy_from_slice(bytes);
    xxh3_128(short)
}

fn both(tag: &[u8], one: Key, two: Key) -> Key {
    let mut bytes = [0; 32];
    let (left, right) = bytes.split_at_mut(16);
    left.copy_from_slice(&one.to_le_bytes());
    right.copy_from_slice(&two.to_le_bytes());
    tagged(tag, &bytes)
}
