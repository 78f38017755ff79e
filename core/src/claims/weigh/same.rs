//! Whether two roots of one slot are the same source in other words. What a text leaves open is
//! decided by the other roots of the slot, and only where they leave one answer.

use crate::reading::Hop;

use super::origins::Sets;
use super::voice::{Key, Root, Voice};
use super::who::{Person, Who, who};

/// A root with what its words tell.
struct Known<'a> {
    who: Who,
    side: Option<&'a str>,
    anchor: Key,
}

/// Joins roots that are one source.
pub(super) fn unite(voices: &[Voice<'_>], speaking: &[bool], anchors: &[Key], sets: &mut Sets) {
    let known = known(voices, speaking, anchors);
    people(&known, sets);
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
    hops.into_iter().map(|(anchor, hop, side)| Known { who: who(hop), side, anchor }).collect()
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
                && (one.who.role.is_empty() || two.who.role.is_empty() || same_role(one, two));
            if first.family == second.family && (whole || short) && !foreign(one, two) {
                sets.unite(one.anchor, two.anchor);
            }
        }
    }
}

fn same_role(one: &Known<'_>, two: &Known<'_>) -> bool {
    one.who.role == two.who.role
}

/// Of two states.
fn foreign(one: &Known<'_>, two: &Known<'_>) -> bool {
    let differ = |one: Option<&str>, two: Option<&str>| matches!((one, two), (Some(one), Some(two)) if one != two);
    differ(one.who.nation, two.who.nation) || differ(one.side, two.side)
}
