//! Which statements of a headline only say what the body says: there the body speaks.
//!
//! A headline shortens: its source is vaguer than the body's ("officers say"), or left out. Taken
//! for evidence of its own it would make two origins of one.

use super::{Part, Proposition, Stance, Statement};

/// Statements of the body that a headline is compared with.
const COMPARED_MAX: usize = 40;

/// Marks the statements of the headline that a statement of the body restates.
pub(super) fn mark(statements: &mut [Statement]) {
    let heads = statements.iter().take_while(|it| it.part == Part::Headline).count();
    let Some((headline, body)) = statements.split_at_mut_checked(heads) else { return };
    let body = body.get(..body.len().min(COMPARED_MAX)).unwrap_or_default();
    for statement in headline {
        statement.echo = body.iter().any(|other| restates(other, statement));
    }
}

fn restates(body: &Statement, headline: &Statement) -> bool {
    if matches!(body.stance, Stance::Question | Stance::NoComment) || body.background {
        return false;
    }
    let same_number = headline.quantities.iter().any(|number| {
        body.quantities
            .iter()
            .any(|other| (&number.indicator, number.value) == (&other.indicator, other.value))
    });
    same_number || same_words(&body.proposition, &headline.proposition)
}

/// Half of what the headline names and says; a third where the verb is of one class.
fn same_words(body: &Proposition, headline: &Proposition) -> bool {
    let shared = |a: &[u32], b: &[u32]| a.iter().filter(|it| b.binary_search(it).is_ok()).count();
    let common = shared(&headline.names, &body.names) + shared(&headline.terms, &body.terms);
    let all = headline.names.len() + headline.terms.len();
    let one_verb = headline.predicate.is_some() && headline.predicate == body.predicate;
    let needed = if one_verb { 3 } else { 2 };
    common > 0 && common * needed >= all
}
