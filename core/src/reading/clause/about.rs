//! What a clause is about: its subject, names and content words.

use std::ops::Range;

use super::verb::main_verb;
use super::{Around, Clause};
use crate::policy::lexicon::{class_key, tag};
use crate::reading::names::Mention;
use crate::reading::numbers::figure;
use crate::reading::phrase::Phrases;
use crate::reading::tokens::{Kind, Pos};

/// Content words of one proposition.
const TERMS_MAX: usize = 40;

/// Subject, names and content words.
pub(super) fn names_and_terms(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    around: &Around<'_>,
    made: &mut Clause,
) {
    let mentions = around.mentions;
    let first = mentions.partition_point(|mention| mention.tokens.end <= range.start);
    let within = mentions.iter().skip(first).take_while(|mention| mention.tokens.start < range.end);
    let within: Vec<&Mention> = within.collect();
    made.proposition.names = within.iter().map(|mention| mention.key).collect();
    made.proposition.names.extend(result(phrases, range, made.proposition.predicate));
    made.proposition.names.sort_unstable();
    made.proposition.names.dedup();
    match &around.holder {
        Some(holder) => outer_subject(phrases, holder, mentions, made),
        None => subject(phrases, range, &within, made),
    }
    let named = |at: usize| within.iter().any(|mention| mention.tokens.contains(&at));
    for at in range.clone() {
        let token = &phrases.tokens.all[at];
        let content = matches!(
            token.pos,
            Pos::Noun
                | Pos::Verb
                | Pos::Adjective
                | Pos::Ing
                | Pos::Infinitive
                | Pos::Participle
                | Pos::Name
        );
        if token.kind == Kind::Word
            && content
            && !named(at)
            && !token.is(tag::TITLE | tag::TIME)
            && made.proposition.terms.len() < TERMS_MAX
        {
            made.proposition.terms.push(term(phrases, at));
        }
    }
    made.proposition.terms.sort_unstable();
    made.proposition.terms.dedup();
}

fn subject(
    phrases: &Phrases<'_, '_>,
    range: &Range<usize>,
    within: &[&Mention],
    made: &mut Clause,
) {
    let verb = main_verb(phrases, range);
    let found = match verb {
        Some(verb) => phrases
            .subject(phrases.group(verb).start.max(range.start))
            .filter(|subject| subject.start >= range.start),
        None => Some(range.start..phrases.forward(range.start).min(range.end)),
    };
    let Some(mut found) = found.filter(|found| !found.is_empty()) else { return };
    // "Peacekeeping troops entered the town"
    if found.start == range.start + 1 && phrases.pos(range.start) == Pos::Ing {
        found.start = range.start;
    }
    let no = found.len() > 1 && phrases.tokens.is_word(found.start, "no");
    let spoken = found.start + usize::from(no && !phrases.tokens.is_word(found.start + 1, "one"));
    phrases.tokens.slice(&(spoken..found.end)).clone_into(&mut made.proposition.subject_text);
    let name = within
        .iter()
        .rev()
        .find(|mention| mention.tokens.start >= found.start && mention.tokens.end <= found.end);
    made.proposition.subject = match name {
        Some(name) => Some(name.key),
        None => {
            found.clone().rev().find(|at| phrases.pos(*at) == Pos::Noun).map(|at| term(phrases, at))
        }
    };
}

/// The subject of an infinitive is the one who claims or plans.
fn outer_subject(
    phrases: &Phrases<'_, '_>,
    holder: &Range<usize>,
    mentions: &[Mention],
    made: &mut Clause,
) {
    phrases.tokens.slice(holder).clone_into(&mut made.proposition.subject_text);
    let name = mentions
        .iter()
        .rev()
        .find(|mention| mention.tokens.start >= holder.start && mention.tokens.end <= holder.end);
    made.proposition.subject = match name {
        Some(name) => Some(name.key),
        None => holder
            .clone()
            .rev()
            .find(|at| phrases.pos(*at) == Pos::Noun)
            .map(|at| term(phrases, at)),
    };
}

/// Hash of a word's base form.
fn term(phrases: &Phrases<'_, '_>, at: usize) -> u32 {
    let entry = phrases.tokens.entry(at);
    if phrases.tokens.all[at].word != 0 {
        return entry.term;
    }
    crate::text::stem_hash("en", &crate::text::fold(phrases.tokens.str(at)))
}

/// The score of a match and the term of a sentence, as a name: what has another one is another
/// claim, what has none may be the same.
fn result(phrases: &Phrases<'_, '_>, range: &Range<usize>, predicate: Option<u32>) -> Option<u32> {
    const PLAYED: [&str; 4] = ["defeat", "draw", "lose", "win"];
    let is = |class: &str| predicate == Some(class_key(class));
    if is("sentence") {
        return term_of_years(phrases, range);
    }
    if !PLAYED.into_iter().any(is) {
        return None;
    }
    let score = range.clone().find(|at| {
        let number =
            |at: usize| phrases.kind(at) == Kind::Number && phrases.tokens.str(at).len() < 4;
        number(*at) && phrases.kind(at + 1) == Kind::Dash && number(at + 2)
    })?;
    let (one, two) = (phrases.tokens.str(score), phrases.tokens.str(score + 2));
    Some(class_key(&format!("{one}-{two}")))
}

/// "six years in prison", "life", "death".
fn term_of_years(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> Option<u32> {
    range.clone().find_map(|at| {
        let whole = ["death", "life"].into_iter().find(|word| phrases.tokens.is_word(at, word));
        if let Some(whole) = whole {
            return Some(class_key(whole));
        }
        let number = figure(phrases, at)?;
        let unit = ["months", "year", "years"]
            .into_iter()
            .find(|unit| phrases.tokens.is_word(number.digits.end, unit))?;
        Some(class_key(&format!("{} {}", number.low, unit.trim_end_matches('s'))))
    })
}
