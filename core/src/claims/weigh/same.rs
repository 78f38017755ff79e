//! Whether two roots of one slot are the same source in other words. What a text leaves open is
//! decided by the other roots of the slot, and only where they leave one answer.

use crate::reading::{Hop, SourceKind};

use super::origins::Sets;
use super::post;
use super::voice::{Key, Root, Voice};
use super::who::{Person, Who, who};

/// A root with what its words tell.
struct Known<'a> {
    who: Who,
    side: Option<&'a str>,
    /// A listed body of a state.
    official: bool,
    anchor: Key,
}

/// Joins roots that are one source.
pub(super) fn unite(voices: &[Voice<'_>], speaking: &[bool], anchors: &[Key], sets: &mut Sets) {
    let known = known(voices, speaking, anchors);
    people(&known, sets);
    posts(&known, sets);
    states(&known, sets);
}

fn known<'a>(voices: &[Voice<'a>], speaking: &[bool], anchors: &[Key]) -> Vec<Known<'a>> {
    let mut hops: Vec<(Key, &Hop, Option<&'a str>)> = voices
        .iter()
        .enumerate()
        .filter(|(at, voice)| speaking[*at] && matches!(voice.root, Root::Named | Root::Anonymous))
        .filter(|(_, voice)| voice.row.chain.len() > 1)
        .filter_map(|(at, voice)| Some((anchors[at], voice.row.chain.last()?, voice.side)))
        .collect();
    hops.sort_unstable_by(|one, two| told(one).cmp(&told(two)));
    hops.dedup_by(|one, two| told(one) == told(two));
    // Sorted by the root: most slots have one, and nothing is to be joined to it.
    if hops.first().map(|it| it.0) == hops.last().map(|it| it.0) {
        return Vec::new();
    }
    let known = |(anchor, hop, side): (Key, &Hop, Option<&'a str>)| {
        let official = hop.id.is_some() && hop.kind == SourceKind::Official;
        Known { who: who(hop), side, official, anchor }
    };
    hops.into_iter().map(known).collect()
}

fn told<'t>(hop: &(Key, &'t Hop, Option<&'t str>)) -> (Key, &'t str, &'t str, Option<&'t str>) {
    (hop.0, &hop.1.text, &hop.1.resolved, hop.2)
}

/// One person: under one family name nobody with another first name speaks, or both have it.
fn people(known: &[Known<'_>], sets: &mut Sets) {
    let named = |one: &Known<'_>| one.who.person.clone();
    let mut alone: Vec<Person> = known.iter().filter_map(named).collect();
    alone.retain(|person| !person.given.is_empty());
    alone.sort_unstable();
    alone.dedup();
    for (at, one) in known.iter().enumerate() {
        for two in known.get(at + 1..).unwrap_or_default() {
            let (Some(first), Some(second)) = (&one.who.person, &two.who.person) else { continue };
            let whole = !first.given.is_empty() && first.given == second.given;
            let short = (first.given.is_empty() || second.given.is_empty())
                && alone.iter().filter(|person| person.family == first.family).count() <= 1
                && (one.who.role.is_empty()
                    || two.who.role.is_empty()
                    || same_role(&one.who, &two.who));
            if first.family == second.family && (whole || short) && !foreign(one, two) {
                sets.unite(one.anchor, two.anchor);
            }
        }
    }
}

fn same_role(one: &Who, two: &Who) -> bool {
    one.role == two.role
}

/// Of two states.
fn foreign(one: &Known<'_>, two: &Known<'_>) -> bool {
    let differ = |one: Option<&str>, two: Option<&str>| matches!((one, two), (Some(one), Some(two)) if one != two);
    differ(one.who.nation, two.who.nation) || differ(one.side, two.side)
}

/// How two roots with one post stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tie {
    Same,
    /// Where nobody else can be meant.
    Open,
    Other,
}

/// One post: of one state or place, or told without any where only one can be meant.
fn posts(known: &[Known<'_>], sets: &mut Sets) {
    let mut open: Vec<(usize, usize)> = Vec::new();
    for (at, one) in known.iter().enumerate() {
        for (other, two) in known.iter().enumerate().skip(at + 1) {
            match tie(one, two) {
                Tie::Same => sets.unite(one.anchor, two.anchor),
                Tie::Open => open.extend([(at, other), (other, at)]),
                Tie::Other => {}
            }
        }
    }
    let partners = |of: usize| {
        let own = open.iter().filter(move |(one, _)| *one == of);
        own.map(|(_, other)| *other)
    };
    for (at, bare) in known.iter().enumerate().filter(|(_, one)| vague(one)) {
        let mut meant: Vec<Key> =
            partners(at).map(|other| sets.root(known[other].anchor)).collect();
        meant.sort_unstable();
        meant.dedup();
        // Of two governors each could be "the governor".
        let rival = partners(at).any(|other| {
            bare.who.person.is_some()
                && partners(other).any(|third| two_people(bare, &known[third]))
        });
        if let ([only], false) = (&*meant, rival) {
            sets.unite(bare.anchor, *only);
        }
    }
}

fn two_people(one: &Known<'_>, two: &Known<'_>) -> bool {
    let family = |one: &Known<'_>| one.who.person.as_ref().map(|it| it.family.clone());
    matches!((family(one), family(two)), (Some(first), Some(second)) if first != second)
}

/// Told without a name of its own or of a state.
fn vague(one: &Known<'_>) -> bool {
    let who = &one.who;
    who.nation.is_none() && one.side.is_none() && who.places.is_empty()
}

fn tie(one: &Known<'_>, two: &Known<'_>) -> Tie {
    let (Some(post), Some(other)) = (&one.who.post, &two.who.post) else { return Tie::Other };
    let (first, second) = (&one.who, &two.who);
    let apart = !first.places.is_empty()
        && !second.places.is_empty()
        && !first.places.iter().any(|place| second.places.contains(place));
    let held = post::held(post, &first.role) && post::held(other, &second.role);
    let rivals = held && same_role(first, second) && two_people(one, two);
    if !post::one(post, other) || foreign(one, two) || apart || rivals {
        return Tie::Other;
    }
    let nation = first.nation.is_some() && first.nation == second.nation;
    let side = one.side.is_some() && one.side == two.side;
    if nation || side || !(first.places.is_empty() || second.places.is_empty()) {
        return Tie::Same;
    }
    match (vague(one), vague(two)) {
        (true, true) if first.person.is_none() && second.person.is_none() => Tie::Same,
        (true, true) if held && first.person.is_some() && second.person.is_some() => Tie::Other,
        (true, true) if post::held(post, &first.role) || post::held(other, &second.role) => {
            Tie::Open
        }
        (true, true) => Tie::Same,
        (true, false) => open(one, two),
        (false, true) => open(two, one),
        (false, false) => Tie::Other,
    }
}

/// Who is told without a state can be the one of any; a person of whom no state is told cannot.
fn open(vague: &Known<'_>, told: &Known<'_>) -> Tie {
    if vague.who.person.is_none() || told.who.nation.is_none() && told.side.is_none() {
        Tie::Open
    } else {
        Tie::Other
    }
}

/// A state is each of its organs; where several speak that are not one, it is the first of them.
fn states(known: &[Known<'_>], sets: &mut Sets) {
    for state in known.iter().filter(|one| one.who.state) {
        let own = |one: &&Known<'_>| {
            let nation = one.who.nation.is_some() && one.who.nation == state.who.nation;
            let side = one.side.is_some() && one.side == state.side;
            organ(one) && (nation || side) && !foreign(one, state)
        };
        let organs = known.iter().filter(own).map(|one| sets.root(one.anchor));
        if let Some(first) = organs.min() {
            sets.unite(state.anchor, first);
        }
    }
}

fn organ(one: &Known<'_>) -> bool {
    let of_state = |post: &String| post::of_state(post);
    let listed = one.official && one.who.post.is_none();
    !one.who.state && (listed || one.who.post.as_ref().is_some_and(of_state))
}
