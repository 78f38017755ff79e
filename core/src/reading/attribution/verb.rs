//! Verbs that attribute: where their source and their content stand.

use std::ops::Range;

use super::left::left;
use super::{Attribution, negation};
use crate::policy::lexicon::{Act, Cue, Meaning, tag, tag::takes};
use crate::reading::clause::meaning_in;
use crate::reading::phrase::Phrases;
use crate::reading::tokens::{Kind, Pos};

/// What stands behind a cue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Complement {
    None,
    That,
    Quote,
    Infinitive,
    Question,
    Clause,
    Object,
}

/// What is behind a cue: where it begins, what it is, and whom the source told.
pub struct Behind {
    /// Where it begins.
    pub at: usize,
    what: Complement,
    /// Whom the source told.
    pub addressee: Option<Range<usize>>,
}

/// Enters the attribution that a cue verb makes, if it makes one.
pub fn verb(
    phrases: &Phrases<'_, '_>,
    sentence: usize,
    verb: Range<usize>,
    cues: &[Option<Cue>; 2],
    found: &mut Vec<Attribution>,
) {
    if silent(phrases, &verb) {
        return;
    }
    let all = cues.iter().flatten().fold(0, |bits, cue| bits | cue.takes);
    let pos = phrases.pos(verb.start);
    let group = phrases.group(verb.start);
    let passive = phrases.is(verb.start.wrapping_sub(1), tag::BE)
        && phrases.tokens.all[verb.start].forms & tag::form::PARTICIPLE != 0;
    let mut behind = behind(phrases, verb.end, all);
    if behind.what == Complement::Object && teller_behind(phrases, &group, verb.end, all) {
        behind = Behind { at: verb.end, what: Complement::None, addressee: None };
    }
    if passive && !allowed_passive(phrases, &behind, all) {
        return;
    }
    let cue = choose(cues, behind.what, pos);
    let source = source(phrases, sentence, &group, pos, found);
    let mut made =
        Attribution::new(cue.map_or(Act::Say, |cue| cue.act), group.start..verb.end, sentence);
    made.verb = true;
    made.negated =
        negation::of_verb(phrases, &group, source.as_ref()) || negation::wrongly(phrases, &group);
    made.via.clone_from(&behind.addressee);
    if let Some(cue) = cue.filter(|_| behind.what != Complement::None) {
        if pos == Pos::Infinitive
            && !matches!(behind.what, Complement::That | Complement::Quote)
            && !matches!(cue.act, Act::Judge | Act::Urge)
        {
            return;
        }
        made.phrase = matches!(behind.what, Complement::Infinitive | Complement::Object);
        made.source =
            source.or_else(|| inverted_source(phrases, &group, verb.end, all).filter(|_| false));
        made.content.push(behind.at..phrases.close());
        if behind.what == Complement::Quote {
            quote_left(phrases, made.source.as_ref(), &group, &mut made.content);
        }
        if made.content[0].is_empty() && phrases.kind(behind.at.saturating_sub(1)) != Kind::Colon {
            return;
        }
        found.push(made);
        return;
    }
    if all & (takes::INVERSION | takes::QUOTE | takes::CLAUSE) == 0
        || matches!(pos, Pos::Infinitive)
    {
        return;
    }
    left(phrases, &group, verb.end, all, source, &behind, made, found);
}

/// "without elaborating", "who declined to be named": words about the sourcing itself.
fn silent(phrases: &Phrases<'_, '_>, verb: &Range<usize>) -> bool {
    let without = verb.start > phrases.start && phrases.tokens.is_word(verb.start - 1, "without");
    let unnamed = |at: usize| {
        let here = at..(at + 6).min(phrases.end);
        meaning_in(phrases, &here, Meaning::Unnamed).is_some_and(|(found, _)| found == at)
    };
    without || unnamed(verb.start) || unnamed(verb.end)
}

/// "X was told that …": then X hears it; not "the report was confirmed".
fn allowed_passive(phrases: &Phrases<'_, '_>, behind: &Behind, all: u8) -> bool {
    let _ = phrases;
    all & takes::ADDRESSEE != 0
        && matches!(behind.what, Complement::That | Complement::Infinitive | Complement::Clause)
}

fn choose(cues: &[Option<Cue>; 2], what: Complement, pos: Pos) -> Option<Cue> {
    let bits = match what {
        Complement::None => return cues[0],
        Complement::That => takes::CLAUSE | takes::THAT,
        Complement::Quote => takes::QUOTE | takes::CLAUSE | takes::OBJECT,
        Complement::Infinitive => takes::INFINITIVE,
        Complement::Question => takes::CLAUSE | takes::THAT | takes::OBJECT,
        Complement::Clause => takes::CLAUSE,
        Complement::Object => takes::OBJECT,
    };
    let _ = pos;
    let fits = cues.iter().flatten().find(|cue| cue.takes & bits != 0).copied();
    if fits.is_none() && what == Complement::Clause {
        return cues.iter().flatten().find(|cue| cue.takes & takes::OBJECT != 0).copied();
    }
    fits
}

/// What follows the cue, over whom it tells and when and where that was.
fn behind(phrases: &Phrases<'_, '_>, from: usize, all: u8) -> Behind {
    let mut at = from;
    let mut addressee = None;
    while phrases.pos(at) == Pos::Adverb && !there_is(phrases, at) {
        at += 1;
    }
    let to_somebody = phrases.tokens.is_word(at, "to")
        && phrases.pos(at) == Pos::Preposition
        && all & takes::CLAUSE != 0;
    if to_somebody || (all & takes::ADDRESSEE != 0 && nominal(phrases.pos(at))) {
        let start = at + usize::from(to_somebody);
        let end = short_phrase(phrases, start);
        if end > start {
            addressee = Some(start..end);
            at = end;
        }
    }
    if all & (takes::CLAUSE | takes::QUOTE) != 0 {
        at = over_settings(phrases, at, &mut addressee);
    }
    let (at, what) = complement(phrases, over_aside(phrases, at));
    Behind { at, what, addressee }
}

/// "reported, citing two officials, that …": over whom it cites.
fn over_aside(phrases: &Phrases<'_, '_>, at: usize) -> usize {
    const ASIDE_TOKENS_MAX: usize = 16;
    let cites = phrases.kind(at) == Kind::Comma && phrases.is(at + 1, tag::CITING);
    if !cites || phrases.pos(at + 1) != Pos::Ing {
        return at;
    }
    let near = at + 2..phrases.end.min(at + 2 + ASIDE_TOKENS_MAX);
    let end = near
        .into_iter()
        .find(|it| phrases.kind(*it) == Kind::Comma && phrases.pos(*it + 1) == Pos::That);
    end.map_or(at, |end| end + 1)
}

/// "said there was": the clause begins here.
fn there_is(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    phrases.tokens.is_word(at, "there") && phrases.finite(at + 1)
}

const fn nominal(pos: Pos) -> bool {
    matches!(
        pos,
        Pos::Noun | Pos::Name | Pos::Determiner | Pos::Adjective | Pos::Pronoun | Pos::Number
    )
}

/// A noun phrase without what hangs on it; a name after a common noun begins another one.
fn short_phrase(phrases: &Phrases<'_, '_>, from: usize) -> usize {
    let mut at = from;
    while at < phrases.end {
        match phrases.pos(at) {
            Pos::Pronoun if at == from => return at + 1,
            Pos::Determiner if at == from => {}
            Pos::Name | Pos::Adjective if at == from || !common(phrases, at - 1) => {}
            Pos::Noun | Pos::Number | Pos::Owner => {
                if phrases.is(at, tag::ADDRESSEE) {
                    return at + 1;
                }
            }
            _ => break,
        }
        at += 1;
    }
    at
}

fn common(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    phrases.pos(at) == Pos::Noun
}

/// "on Monday in a statement": over adverbials, unless that loses the content.
fn over_settings(
    phrases: &Phrases<'_, '_>,
    from: usize,
    addressee: &mut Option<Range<usize>>,
) -> usize {
    let mut at = from;
    for _ in 0..4 {
        let next = match phrases.pos(at) {
            Pos::Adverb if there_is(phrases, at) => break,
            Pos::Adverb => at + 1,
            Pos::Time => at + 1,
            _ if ["late", "early", "earlier", "later"]
                .iter()
                .any(|word| phrases.tokens.is_word(at, word)) =>
            {
                at + 1
            }
            Pos::Adjective | Pos::Determiner if phrases.pos(at + 1) == Pos::Time => at + 2,
            Pos::Preposition if !phrases.tokens.is_word(at, "of") => {
                let day = phrases.is(at + 1, tag::WEEKDAY | tag::MONTH | tag::TIME);
                let end = if day { at + 2 } else { setting_end(phrases, at + 1) };
                if end == at + 1 {
                    break;
                }
                if addressee.is_none() && phrases.tokens.is_word(at, "to") {
                    *addressee = Some(at + 1..end);
                }
                end
            }
            _ => break,
        };
        at = next;
    }
    let dropped = matches!(complement(phrases, at).1, Complement::Object | Complement::Infinitive)
        && at > from;
    if dropped && !phrases.has_finite(at..phrases.end) && phrases.pos(from) != Pos::Preposition {
        from
    } else {
        at
    }
}

/// The phrase behind "in", not into the name that begins the content.
fn setting_end(phrases: &Phrases<'_, '_>, from: usize) -> usize {
    let mut at = short_phrase(phrases, from);
    while phrases.pos(at) == Pos::Preposition
        && !phrases.is(at + 1, tag::WEEKDAY | tag::MONTH | tag::TIME)
    {
        let end = short_phrase(phrases, at + 1);
        if end == at + 1 {
            break;
        }
        at = end;
    }
    at
}

fn complement(phrases: &Phrases<'_, '_>, at: usize) -> (usize, Complement) {
    let none = (at, Complement::None);
    match phrases.kind(at) {
        Kind::Open => return (at, Complement::Quote),
        Kind::Colon => return (at + 1, Complement::Quote),
        Kind::Comma if phrases.kind(at + 1) == Kind::Open => return (at + 1, Complement::Quote),
        Kind::Comma | Kind::Stop | Kind::Semicolon | Kind::Dash | Kind::Close | Kind::Bracket => {
            return none;
        }
        _ => {}
    }
    if phrases.is(at, tag::CITING) && phrases.pos(at) == Pos::Ing {
        return none;
    }
    let what = match phrases.pos(at) {
        Pos::That => Complement::That,
        Pos::To => Complement::Infinitive,
        Pos::Subordinator
            if phrases.is(at, tag::SUBORDINATOR) && !phrases.is(at, tag::PREPOSITION) =>
        {
            if ["because", "although", "though", "while", "when", "unless", "once", "whereas"]
                .iter()
                .any(|w| phrases.tokens.is_word(at, w))
            {
                Complement::None
            } else {
                Complement::Question
            }
        }
        Pos::Relative => Complement::Question,
        Pos::Noun
        | Pos::Name
        | Pos::Pronoun
        | Pos::Determiner
        | Pos::Number
        | Pos::Adjective
        | Pos::Ing
        | Pos::Adverb
        | Pos::Time
        | Pos::Mark => {
            if clause(phrases, at) {
                Complement::Clause
            } else {
                Complement::Object
            }
        }
        Pos::Preposition | Pos::Subordinator if clause_behind(phrases, at) => Complement::Clause,
        _ => Complement::None,
    };
    (at, what)
}

/// "said in 2012 the plan failed", "said if he wins …": a phrase, then a clause.
fn clause_behind(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    let comma = (at..phrases.end.min(at + 20)).find(|c| phrases.kind(*c) == Kind::Comma);
    comma.is_some_and(|comma| clause(phrases, comma + 1)) || phrases.is(at, tag::CONDITION)
}

/// A finite verb ahead, with a subject.
fn clause(phrases: &Phrases<'_, '_>, from: usize) -> bool {
    let finite = (from..phrases.end).find(|at| phrases.finite(*at));
    finite.is_some_and(|verb| {
        verb > from
            && !(from..verb).any(|at| {
                matches!(phrases.pos(at), Pos::Relative | Pos::Subordinator)
                    || (phrases.pos(at) == Pos::That && !subject_of_more(phrases, at, verb))
                    || matches!(phrases.kind(at), Kind::Semicolon | Kind::Stop)
                    || (phrases.kind(at) == Kind::Comma
                        && matches!(phrases.pos(at + 1), Pos::Conjunction | Pos::Ing))
            })
    })
}

/// "reports that X fled | were false": the noun with its clause is the subject of another verb.
fn subject_of_more(phrases: &Phrases<'_, '_>, that: usize, verb: usize) -> bool {
    let last = (verb..phrases.end).find(|at| phrases.pos(*at) == Pos::Verb).unwrap_or(verb);
    phrases.is(that - 1, tag::CUE_NOUN) && phrases.has_finite(last + 1..phrases.end)
}

/// Whose verb it is.
fn source(
    phrases: &Phrases<'_, '_>,
    sentence: usize,
    group: &Range<usize>,
    pos: Pos,
    found: &[Attribution],
) -> Option<Range<usize>> {
    if matches!(pos, Pos::Ing | Pos::Infinitive) {
        let progressive = group.len() > 1 && phrases.pos(group.start) == Pos::Aux;
        if !progressive {
            return shared(phrases, sentence, group.start, found);
        }
    }
    let own = phrases.subject(group.start);
    let joined = group.start > phrases.start && phrases.pos(group.start - 1) == Pos::Conjunction;
    match own {
        Some(own) => Some(own),
        None if joined || phrases.kind(group.start.wrapping_sub(1)) == Kind::Comma => {
            shared(phrases, sentence, group.start, found)
        }
        None => None,
    }
}

/// The source of the attribution before it in the sentence, else the first subject.
fn shared(
    phrases: &Phrases<'_, '_>,
    sentence: usize,
    before: usize,
    found: &[Attribution],
) -> Option<Range<usize>> {
    let quote = phrases.tokens.all.get(before).map_or(0, |token| token.quote);
    let fits = |a: &&Attribution| {
        a.sentence == sentence
            && a.cue.start < before
            && phrases.tokens.all[a.cue.start].quote == quote
    };
    if let Some(source) = found.iter().rev().filter(fits).find_map(|a| a.source.clone()) {
        return Some(source);
    }
    let verb = (phrases.start..before)
        .find(|at| phrases.finite(*at) && phrases.tokens.all[*at].quote == quote)?;
    phrases.subject(verb)
}

/// "said X": behind the verb.
pub fn inverted_source(
    phrases: &Phrases<'_, '_>,
    group: &Range<usize>,
    after: usize,
    all: u8,
) -> Option<Range<usize>> {
    if all & takes::INVERSION == 0 || group.len() > 1 {
        return None;
    }
    let before = phrases.kind(group.start.wrapping_sub(1));
    let left = group.start == phrases.start
        || matches!(before, Kind::Close | Kind::Comma | Kind::Stop | Kind::Dash);
    let end = phrases.forward_apposed(after);
    (left && end > after && !phrases.finite(phrases.forward(after))).then_some(after..end)
}

/// "The bridge fell, reported Reuters.": a name alone behind the verb is no object but the teller.
fn teller_behind(phrases: &Phrases<'_, '_>, group: &Range<usize>, after: usize, all: u8) -> bool {
    let comma = group.start > phrases.start && phrases.kind(group.start - 1) == Kind::Comma;
    let source = inverted_source(phrases, group, after, all);
    comma
        && phrases.pos(after) == Pos::Name
        && phrases.has_finite(phrases.start..group.start)
        && source.is_some_and(|source| {
            source.end >= phrases.close()
                || matches!(phrases.kind(source.end), Kind::Comma | Kind::Stop)
        })
}

/// A broken quotation: "…," X said, "…".
fn quote_left(
    phrases: &Phrases<'_, '_>,
    source: Option<&Range<usize>>,
    group: &Range<usize>,
    content: &mut Vec<Range<usize>>,
) {
    let start = source.map_or(group.start, |source| source.start.min(group.start));
    if start > phrases.start + 1 && phrases.kind(start - 1) == Kind::Close {
        content.insert(0, phrases.start..start);
    }
}

/// "is said to", "it was reported that", "X was quoted as saying".
pub fn passive(
    phrases: &Phrases<'_, '_>,
    sentence: usize,
    at: usize,
    found: &mut Vec<Attribution>,
) {
    let group = phrases.group(at);
    if !group.clone().any(|a| phrases.is(a, tag::BE)) {
        return;
    }
    let claim = phrases.is(at, tag::CLAIMED);
    let mut made =
        Attribution::new(if claim { Act::Claim } else { Act::Say }, group.clone(), sentence);
    let subject = phrases.subject(group.start);
    made.verb = true;
    made.negated =
        negation::of_verb(phrases, &group, subject.as_ref()) || negation::wrongly(phrases, &group);
    if phrases.tokens.is_word(at + 1, "as") {
        made.source = subject;
        made.cue.end = (at + 3).min(phrases.end);
        made.content.push(made.cue.end..phrases.close());
    } else if phrases.pos(at + 1) == Pos::That {
        made.content.push(at + 1..phrases.close());
    } else if phrases.pos(at + 1) == Pos::To {
        let rest = at + 1..phrases.close();
        if let Some(subject) = subject {
            made.content.push(subject);
        }
        made.content.push(rest);
        if phrases.tokens.is_word(at, "expected") || phrases.tokens.is_word(at, "scheduled") {
            made.act = Act::Think;
        }
    } else {
        return;
    }
    found.push(made);
}
