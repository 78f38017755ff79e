//! Which word counts: the newest revision's, and a named root's last.

use super::SlotView;
use super::fall::Death;
use super::origins;
use super::voice::{Root, Voice};

/// For each voice, whether a newer word silences it.
pub(super) fn silenced(
    view: &SlotView<'_>,
    voices: &[Voice<'_>],
    deaths: &[Option<Death>],
) -> Vec<bool> {
    let live: Vec<bool> = deaths.iter().map(Option::is_none).collect();
    let older = older_revisions(voices, &live);
    let reversed = reversed(view, voices, &live);
    let replaced: Vec<bool> =
        older.into_iter().zip(reversed).map(|(older, reversed)| older || reversed).collect();
    with_copies(voices, &live, replaced)
}

/// Per article and origin the newest revision that mentions the slot speaks. The publisher's own
/// voice in an article is replaced by whatever the newest revision says.
fn older_revisions(voices: &[Voice<'_>], live: &[bool]) -> Vec<bool> {
    let mut silenced = vec![false; voices.len()];
    if !revised(voices) {
        return silenced;
    }
    let classes = origins::classes(voices, live);
    for (at, voice) in voices.iter().enumerate().filter(|(at, _)| live[*at]) {
        silenced[at] = voices.iter().enumerate().any(|(other, newer)| {
            live[other]
                && newer.key.article == voice.key.article
                && newer.row.revision > voice.row.revision
                && (classes.same(at, other) || voice.hops.len() < 2)
        });
    }
    silenced
}

/// Whether any article is in the slot with two revisions; evidence is sorted by claim only.
fn revised(voices: &[Voice<'_>]) -> bool {
    let mut seen: Vec<_> =
        voices.iter().map(|voice| (voice.key.article, voice.row.revision)).collect();
    seen.sort_unstable();
    seen.dedup();
    seen.windows(2).any(|pair| pair[0].0 == pair[1].0)
}

/// A named root that later says the opposite replaces its own earlier word.
fn reversed(view: &SlotView<'_>, voices: &[Voice<'_>], live: &[bool]) -> Vec<bool> {
    let mut reversed = vec![false; voices.len()];
    if view.claims.len() < 2 && !voices.iter().any(|voice| voice.denies) {
        return reversed;
    }
    let mut named: Vec<usize> = (0..voices.len())
        .filter(|at| live[*at] && matches!(voices[*at].root, Root::Named | Root::Medium))
        .collect();
    named.sort_unstable_by_key(|at| voices[*at].anchor);
    for of_root in named.chunk_by(|one, two| voices[*one].anchor == voices[*two].anchor) {
        for at in of_root {
            reversed[*at] =
                of_root.iter().any(|other| opposite(view, &voices[*at], &voices[*other]));
        }
    }
    reversed
}

/// What was replaced is replaced in its copies, too: a late reprint does not bring it back.
fn with_copies(voices: &[Voice<'_>], live: &[bool], mut replaced: Vec<bool>) -> Vec<bool> {
    if !replaced.contains(&true) {
        return replaced;
    }
    let copies: Vec<usize> = (0..voices.len())
        .filter(|at| live[*at] && voices[*at].copied() && !replaced[*at])
        .filter(|at| original_replaced(voices, live, &replaced, &voices[*at]))
        .collect();
    for at in copies {
        replaced[at] = true;
    }
    replaced
}

/// Whether all that the original says of this was replaced.
fn original_replaced(
    voices: &[Voice<'_>],
    live: &[bool],
    replaced: &[bool],
    copy: &Voice<'_>,
) -> bool {
    let mut any = false;
    for (at, voice) in voices.iter().enumerate() {
        let original = Some(voice.key.article) == copy.row.copy_group;
        if original && live[at] && voice.claim == copy.claim && voice.denies == copy.denies {
            any = true;
            if !replaced[at] {
                return false;
            }
        }
    }
    any
}

fn opposite(view: &SlotView<'_>, earlier: &Voice<'_>, later: &Voice<'_>) -> bool {
    if earlier.anchor != later.anchor || later.row.as_of <= earlier.row.as_of {
        return false;
    }
    if earlier.claim == later.claim {
        return earlier.denies != later.denies;
    }
    // Numbers follow each other by their own rules.
    let number = view.claims.get(earlier.claim).is_some_and(|(_, row)| row.quantity.is_some());
    !number && !earlier.denies && !later.denies
}
