//! Headlines that name their source by a mark: "Police: two held", "Two held – police".

use super::Attribution;
use crate::policy::lexicon::Act;
use crate::reading::phrase::Phrases;
use crate::reading::tokens::Kind;

/// Tokens of a source in a headline.
const SOURCE_TOKENS_MAX: usize = 6;

/// Enters the attribution that a colon or a dash makes in a headline.
pub fn colon(phrases: &Phrases<'_, '_>, sentence: usize, found: &mut Vec<Attribution>) {
    let end = phrases.close();
    let mark = (phrases.start..end).find(|at| {
        matches!(phrases.kind(*at), Kind::Colon | Kind::Dash) && phrases.tokens.all[*at].quote == 0
    });
    let Some(mark) = mark else { return };
    let (left, right) = (phrases.start..mark, mark + 1..end);
    let colon = phrases.kind(mark) == Kind::Colon;
    let mut made = Attribution::new(Act::Say, mark..mark + 1, sentence);
    if right.len() <= SOURCE_TOKENS_MAX && source_like(phrases, &right) && left.len() > 2 {
        made.source = Some(right);
        made.content.push(left);
    } else if colon
        && left.len() <= SOURCE_TOKENS_MAX
        && !phrases.has_finite(left.clone())
        && right.len() > 2
        && (names_source(phrases, &left))
    {
        made.source = Some(left);
        made.content.push(right);
    } else {
        return;
    }
    found.push(made);
}

fn source_like(phrases: &Phrases<'_, '_>, range: &std::ops::Range<usize>) -> bool {
    !phrases.has_finite(range.clone())
        && !range.is_empty()
        && names_source(phrases, range)
        && !range.clone().any(|at| phrases.kind(at) == Kind::Number)
}

/// A word for a source, or a person's or body's name.
fn names_source(phrases: &Phrases<'_, '_>, range: &std::ops::Range<usize>) -> bool {
    use crate::policy::lexicon::tag;
    let role = tag::OFFICIAL
        | tag::ORGANISATION
        | tag::WITNESS
        | tag::ANONYMOUS
        | tag::COLLECTIVE
        | tag::SPEAKER;
    range.clone().any(|at| phrases.is(at, role))
        || range.clone().all(|at| phrases.tokens.all[at].capital)
}
