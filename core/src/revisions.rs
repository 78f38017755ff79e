//! What a later version of a known article is: an update, a correction, the same again.
//!
//! Pure: told from the labels, the versions and what the two versions say.

use serde::{Deserialize, Serialize};

use crate::article::ClaimId;
use crate::reading::{Label, Proposition, Quantity, Reading, Series, Stance, Statement};

/// The kind of revision, as published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RevisionKind {
    /// The first of its article.
    New,
    /// Unchanged, or older than what is known.
    Repeat,
    /// No change of meaning.
    Refile,
    /// New facts.
    Update,
    /// Says itself that it corrects.
    Correction,
    /// A number, name or polarity changed with no notice.
    SilentCorrection,
    /// Taken back.
    Withdrawal,
    /// Usable again.
    Reinstatement,
}

/// What the earlier version said, as its evidence has it.
#[derive(Clone, Debug)]
pub struct Said<'a> {
    /// The claim.
    pub claim: ClaimId,
    /// Its proposition.
    pub proposition: &'a Proposition,
    /// The affirmed words.
    pub text: &'a str,
    /// Assert or deny.
    pub stance: Stance,
    /// The number.
    pub quantity: Option<&'a Quantity>,
}

/// How one fact moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Move {
    /// Said for the first time.
    Added,
    /// Said no more.
    Dropped,
    /// Another number or name.
    Changed,
    /// From yes to no or back.
    Reversed,
}

/// One fact in which two versions differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactMove {
    /// The earlier claim, where there is one.
    pub claim: Option<ClaimId>,
    /// How it moved.
    pub change: Move,
    /// Earlier words.
    pub from: Option<String>,
    /// Words now.
    pub to: Option<String>,
    /// A running series went on: no correction.
    pub progress: bool,
}

/// One thing that the new version says: a statement, or one of its numbers.
struct Saying<'a> {
    statement: &'a Statement,
    quantity: Option<&'a Quantity>,
}

/// The facts in which the new version differs from the earlier one, in order of the text.
#[must_use]
pub fn compare(before: &[Said<'_>], reading: &Reading) -> Vec<FactMove> {
    let mut unmatched: Vec<Option<&Said<'_>>> = before.iter().map(Some).collect();
    let mut moves = Vec::new();
    for saying in sayings(reading) {
        let found = best(&unmatched, &saying);
        match found {
            Some(at) => {
                let earlier = unmatched.get_mut(at).and_then(Option::take);
                moves.extend(earlier.and_then(|earlier| moved(earlier, &saying)));
            }
            None => moves.push(FactMove {
                claim: None,
                change: Move::Added,
                from: None,
                to: Some(saying.statement.text.clone()),
                progress: false,
            }),
        }
    }
    moves.extend(unmatched.into_iter().flatten().map(|earlier| FactMove {
        claim: Some(earlier.claim),
        change: Move::Dropped,
        from: Some(earlier.text.to_owned()),
        to: None,
        progress: false,
    }));
    moves
}

/// The kind of a version whose text differs from the newest known one.
#[must_use]
pub fn kind(label: Label, moves: &[FactMove], rewritten: bool) -> RevisionKind {
    let silent =
        |fact: &FactMove| matches!(fact.change, Move::Changed | Move::Reversed) && !fact.progress;
    if label == Label::Correction {
        RevisionKind::Correction
    } else if moves.iter().any(silent) {
        RevisionKind::SilentCorrection
    } else if moves.is_empty() && (label == Label::Refile || !rewritten) {
        RevisionKind::Refile
    } else {
        RevisionKind::Update
    }
}

fn sayings(reading: &Reading) -> impl Iterator<Item = Saying<'_>> {
    reading.statements.iter().filter(|statement| speaks(statement)).flat_map(|statement| {
        let whole = statement.quantities.is_empty().then_some(Saying { statement, quantity: None });
        let numbers = statement
            .quantities
            .iter()
            .map(move |quantity| Saying { statement, quantity: Some(quantity) });
        whole.into_iter().chain(numbers)
    })
}

fn speaks(statement: &Statement) -> bool {
    !statement.background
        && !statement.echo
        && matches!(statement.stance, Stance::Assert | Stance::Deny)
}

/// The earlier fact that this one restates: the same words, else the same question.
fn best(before: &[Option<&Said<'_>>], saying: &Saying<'_>) -> Option<usize> {
    let same_words = before.iter().position(|earlier| {
        earlier.is_some_and(|earlier| {
            earlier.text == saying.statement.text && earlier.quantity == saying.quantity
        })
    });
    same_words.or_else(|| {
        before
            .iter()
            .position(|earlier| earlier.is_some_and(|earlier| same_question(earlier, saying)))
    })
}

fn same_question(earlier: &Said<'_>, saying: &Saying<'_>) -> bool {
    match (earlier.quantity, saying.quantity) {
        (Some(was), Some(is)) => {
            was.indicator == is.indicator
                && was.unit == is.unit
                && was.population == is.population
                && was.place == is.place
                && was.part == is.part
        }
        (None, None) => alike(earlier.proposition, &saying.statement.proposition),
        _ => false,
    }
}

/// Most of the words are the same: one of them may have been changed.
fn alike(was: &Proposition, is: &Proposition) -> bool {
    if was.predicate != is.predicate {
        return false;
    }
    let shared = shared(&was.terms, &is.terms) + shared(&was.names, &is.names);
    let longest = (was.terms.len() + was.names.len()).max(is.terms.len() + is.names.len());
    longest > 0 && shared * 3 >= longest * 2
}

/// How many values two sorted lists share.
fn shared(a: &[u32], b: &[u32]) -> usize {
    a.iter().filter(|value| b.binary_search(value).is_ok()).count()
}

fn moved(earlier: &Said<'_>, saying: &Saying<'_>) -> Option<FactMove> {
    let statement = saying.statement;
    let fact = |change, progress| {
        Some(FactMove {
            claim: Some(earlier.claim),
            change,
            from: Some(earlier.text.to_owned()),
            to: Some(statement.text.clone()),
            progress,
        })
    };
    if earlier.stance != statement.stance {
        return fact(Move::Reversed, false);
    }
    match (earlier.quantity, saying.quantity) {
        (Some(was), Some(is)) if (was.value, was.bound) != (is.value, is.bound) => {
            let goes_on = match is.series {
                Series::Cumulative => is.value >= was.value,
                Series::Gauge => true,
            };
            fact(Move::Changed, goes_on)
        }
        (None, None) if earlier.proposition.names != statement.proposition.names => {
            fact(Move::Changed, false)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Id;

    fn statement(text: &str, terms: &[u32], names: &[u32], killed: Option<i64>) -> Statement {
        Statement {
            text: text.into(),
            proposition: Proposition {
                predicate: Some(1),
                terms: terms.to_vec(),
                names: names.to_vec(),
                ..Proposition::default()
            },
            quantities: killed
                .map(|value| Quantity {
                    indicator: "killed".into(),
                    value: value * 1000,
                    ..Quantity::default()
                })
                .into_iter()
                .collect(),
            ..Statement::default()
        }
    }

    fn kind_of(was: &[Statement], is: Vec<Statement>, label: Label) -> RevisionKind {
        let before: Vec<Said<'_>> = was
            .iter()
            .map(|statement| Said {
                claim: ClaimId(Id::default()),
                proposition: &statement.proposition,
                text: &statement.text,
                stance: statement.stance,
                quantity: statement.quantities.first(),
            })
            .collect();
        let reading = Reading { statements: is, ..Reading::default() };
        kind(label, &compare(&before, &reading), false)
    }

    #[test]
    fn a_rising_toll_is_an_update_and_a_falling_one_a_silent_correction() {
        let at = |killed| vec![statement("people died", &[1, 2], &[], Some(killed))];
        assert_eq!(kind_of(&at(3), at(5), Label::None), RevisionKind::Update);
        assert_eq!(kind_of(&at(5), at(3), Label::None), RevisionKind::SilentCorrection);
        assert_eq!(kind_of(&at(5), at(3), Label::Correction), RevisionKind::Correction);
        assert_eq!(kind_of(&at(5), at(5), Label::None), RevisionKind::Refile);
    }

    #[test]
    fn another_name_or_polarity_is_a_silent_correction() {
        let named = |name| vec![statement("x was arrested", &[1, 2, 3], &[8, name], None)];
        assert_eq!(kind_of(&named(9), named(10), Label::None), RevisionKind::SilentCorrection);
        let mut denied = named(9);
        denied[0].stance = Stance::Deny;
        assert_eq!(kind_of(&named(9), denied, Label::None), RevisionKind::SilentCorrection);
    }
}
