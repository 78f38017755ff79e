//! Which voices are one origin: union-find over roots, and what joins a copy or a credit to one.

use crate::reading::{Basis, Part, SourceKind};

use super::voice::{Key, Root, Voice, group_key, of_claim};
use super::{Rule, same};

/// How far a credit is followed to the root that it rests on.
const STEPS_MAX: usize = 4;

/// The classes of some voices.
pub(super) struct Classes {
    /// The class of each voice, `None` where it does not speak.
    of: Vec<Option<usize>>,
    /// The voice on which each one rests, where it is not a root by itself.
    rests_on: Vec<Option<usize>>,
    /// Roots of each class, sorted; the first one names it.
    roots: Vec<Vec<Key>>,
    /// The class of those of whom it cannot be told who they are.
    unresolved: Option<usize>,
}

impl Classes {
    /// The class of a voice.
    pub fn of(&self, voice: usize) -> Option<usize> {
        self.of[voice]
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.roots.len()
    }

    /// Whether two voices are one origin.
    pub fn same(&self, one: usize, two: usize) -> bool {
        self.of[one].is_some() && self.of[one] == self.of[two]
    }

    /// The roots of a class, sorted.
    pub fn roots(&self, class: usize) -> &[Key] {
        &self.roots[class]
    }

    /// Whether the class is the one of unresolved roots.
    pub fn unresolved(&self, class: usize) -> bool {
        self.unresolved == Some(class)
    }

    /// The voice on which this one rests in the end, or itself.
    pub fn basis(&self, voice: usize) -> usize {
        follow(&self.rests_on, voice)
    }

    /// What joins a voice to its class.
    pub fn rule(&self, voices: &[Voice<'_>], at: usize) -> Rule {
        let voice = &voices[at];
        if voice.root == Root::Unresolved {
            return Rule::Unresolved;
        }
        if voice.copied() && (self.rests_on[at].is_some() || !named(voice)) {
            return Rule::SameCopyGroup;
        }
        if self.rests_on[at].is_some() {
            return if voice.root == Root::Bare { Rule::SameDescription } else { Rule::Credit };
        }
        if named(voice) {
            return if voice.owned { Rule::SameOwner } else { Rule::SameRoot };
        }
        if voice.root == Root::Credited { Rule::Credit } else { Rule::SameDescription }
    }
}

const fn named(voice: &Voice<'_>) -> bool {
    matches!(voice.root, Root::Named)
}

/// Puts the voices that speak into classes.
pub(super) fn classes(voices: &[Voice<'_>], speaking: &[bool]) -> Classes {
    let rests_on: Vec<Option<usize>> = (0..voices.len())
        .map(|at| if speaking[at] { rest(voices, speaking, at) } else { None })
        .collect();
    let anchors: Vec<Key> = voices.iter().map(|voice| base(voices, voice)).collect();
    let mut keys: Vec<Key> =
        (0..voices.len()).filter(|at| speaking[*at]).map(|at| anchors[at]).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut sets = Sets { parent: (0..keys.len()).collect(), keys };
    let bodies = bodies(voices, speaking, &anchors);
    for (at, voice) in voices.iter().enumerate().filter(|(at, _)| speaking[*at]) {
        let home = anchors[follow(&rests_on, at)];
        for carrier in voice.carriers() {
            if let Ok(body) = bodies.binary_search_by_key(carrier, |(own, _)| *own) {
                sets.unite(home, bodies[body].1);
            }
        }
    }
    for (short, long) in shortened(voices, speaking, &anchors) {
        sets.unite(short, long);
    }
    same::unite(voices, speaking, &anchors, &mut sets);
    number(voices, speaking, rests_on, &anchors, &mut sets)
}

/// Words after which another name stands.
const OF: [&str; 5] = ["at", "for", "in", "of", "on"];

/// Bodies that are told by a part of their name: "the defence ministry" is the Syrian one where no
/// other defence ministry speaks.
fn shortened(voices: &[Voice<'_>], speaking: &[bool], anchors: &[Key]) -> Vec<(Key, Key)> {
    let mut bodies: Vec<(Vec<String>, Key)> = (0..voices.len())
        .filter(|at| speaking[*at] && named(&voices[*at]))
        .filter_map(|at| Some((voices[at].row.chain.last()?, anchors[at])))
        .filter(|(hop, _)| matches!(hop.kind, SourceKind::Official | SourceKind::Organisation))
        .map(|(hop, anchor)| (plain_words(&hop.resolved), anchor))
        .collect();
    bodies.sort_unstable();
    bodies.dedup();
    let mut found = Vec::new();
    for (short, anchor) in bodies.iter().filter(|(words, _)| !words.is_empty()) {
        let mut longer = bodies.iter().filter(|(words, other)| {
            // England is no part of the Bank of England.
            let before = words.strip_suffix(short.as_slice()).and_then(|it| it.last());
            other != anchor && before.is_some_and(|word| !OF.contains(&word.as_str()))
        });
        if let Some((_, only)) = longer.next()
            && longer.all(|(_, other)| other == only)
        {
            found.push((*anchor, *only));
        }
    }
    found
}

fn plain_words(name: &str) -> Vec<String> {
    name.split_whitespace().map(str::to_lowercase).filter(|word| word != "the").collect()
}

/// Bodies that are roots, by their own key: whoever cites one of them is one with it.
fn bodies(voices: &[Voice<'_>], speaking: &[bool], anchors: &[Key]) -> Vec<(Key, Key)> {
    let mut bodies: Vec<(Key, Key)> = (0..voices.len())
        .filter(|at| speaking[*at] && named(&voices[*at]))
        .filter_map(|at| voices[at].hops.last().map(|own| (*own, anchors[at])))
        .collect();
    bodies.sort_unstable();
    bodies.dedup();
    bodies
}

fn number(
    voices: &[Voice<'_>],
    speaking: &[bool],
    rests_on: Vec<Option<usize>>,
    anchors: &[Key],
    sets: &mut Sets,
) -> Classes {
    let mut class_of_root: Vec<Option<usize>> = vec![None; sets.keys.len()];
    let mut classes =
        Classes { of: vec![None; voices.len()], rests_on, roots: Vec::new(), unresolved: None };
    for (at, voice) in voices.iter().enumerate().filter(|(at, _)| speaking[*at]) {
        let found = sets.find(anchors[follow(&classes.rests_on, at)]);
        let class = *class_of_root[found].get_or_insert_with(|| {
            classes.roots.push(Vec::new());
            classes.roots.len() - 1
        });
        classes.of[at] = Some(class);
        classes.roots[class].push(anchors[at]);
        if voice.root == Root::Unresolved {
            classes.unresolved = Some(class);
        }
    }
    for roots in &mut classes.roots {
        roots.sort_unstable();
        roots.dedup();
    }
    classes
}

/// The root by which a voice is known. A copy whose root has no name is known by its original; but
/// a headline over copied sentences is the publisher's own where nobody of the group says the like.
fn base(voices: &[Voice<'_>], voice: &Voice<'_>) -> Key {
    match voice.row.copy_group {
        Some(group) if voice.copied() && !named(voice) => {
            let own = voice.row.part == Part::Headline
                && voices.iter().all(|other| {
                    other.key.article == voice.key.article
                        || (other.key.article != group && other.row.copy_group != Some(group))
                });
            if own { voice.anchor } else { group_key(group, voice.description) }
        }
        _ => voice.anchor,
    }
}

fn follow(rests_on: &[Option<usize>], mut at: usize) -> usize {
    for _ in 0..STEPS_MAX {
        match rests_on[at] {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}

/// The voice on which this one rests: its original, or the deeper root of what it credits.
fn rest(voices: &[Voice<'_>], speaking: &[bool], at: usize) -> Option<usize> {
    let voice = &voices[at];
    let peers = of_claim(voices, voice.claim);
    let same_word = move |other: &usize| {
        *other != at && speaking[*other] && voices[*other].denies == voice.denies
    };
    if voice.copied()
        && let Some(original) = original(voices, peers.clone().filter(same_word), voice)
    {
        return Some(original);
    }
    if matches!(voice.root, Root::Named | Root::Anonymous | Root::Unresolved) {
        return None;
    }
    if voice.root == Root::Medium && voice.row.basis == Basis::FirstHand {
        return None;
    }
    let deeper = peers.filter(same_word).filter(|other| rests(voice, &voices[*other]));
    deeper.max_by(|one, two| nearer(voice, &voices[*one], &voices[*two]))
}

/// What the original of a copied passage says: with the same root, else with any.
fn original(
    voices: &[Voice<'_>],
    others: impl Iterator<Item = usize> + Clone,
    copy: &Voice<'_>,
) -> Option<usize> {
    let originals = others.filter(|other| Some(voices[*other].key.article) == copy.row.copy_group);
    originals.min_by_key(|other| {
        let voice = &voices[*other];
        let alike = named(voice) == named(copy) && voice.description == copy.description;
        (voice.anchor != copy.anchor, !alike, voice.key)
    })
}

/// Whether `voice`, which has no deeper root of its own, gets its word from the same source as
/// `other`. A copy is never rested on: it rests on its original itself.
fn rests(voice: &Voice<'_>, other: &Voice<'_>) -> bool {
    if other.copied() {
        return false;
    }
    match voice.root {
        Root::Medium => voice.hops.last().is_some_and(|own| other.carriers().contains(own)),
        Root::Credited => {
            matches!(other.root, Root::Named | Root::Anonymous)
                && voice.carriers().last().is_some_and(|own| other.carriers().contains(own))
        }
        Root::Bare => {
            matches!(other.root, Root::Anonymous | Root::Credited)
                && other.key.article == voice.key.article
                && other.carriers().last() == voice.carriers().last()
        }
        Root::Named | Root::Anonymous | Root::Unresolved => false,
    }
}

/// The better of two roots to rest on: the same description, the heavier, the smaller key.
fn nearer(voice: &Voice<'_>, one: &Voice<'_>, two: &Voice<'_>) -> std::cmp::Ordering {
    let alike =
        |other: &Voice<'_>| other.description != 0 && other.description == voice.description;
    let weight = |other: &Voice<'_>| other.route() * i128::from(other.letter_weight);
    alike(one)
        .cmp(&alike(two))
        .then(weight(one).cmp(&weight(two)))
        .then(two.anchor.cmp(&one.anchor))
        .then(two.key.cmp(&one.key))
}

/// Disjoint sets of sorted keys; the smaller key is the parent.
pub(super) struct Sets {
    keys: Vec<Key>,
    parent: Vec<usize>,
}

impl Sets {
    fn find(&mut self, key: Key) -> usize {
        let mut at = self.keys.binary_search(&key).expect("every speaking root is a key");
        while self.parent[at] != at {
            self.parent[at] = self.parent[self.parent[at]];
            at = self.parent[at];
        }
        at
    }

    /// The key that names the set.
    pub fn root(&mut self, key: Key) -> Key {
        let at = self.find(key);
        self.keys[at]
    }

    pub fn unite(&mut self, one: Key, two: Key) {
        let (one, two) = (self.find(one), self.find(two));
        self.parent[one.max(two)] = one.min(two);
    }
}
