//! Which part each word plays: a few rules on neighbours, in place of a tagger.
//!
//! Only what attribution needs is told with care: where finite verbs, clauses and names are.

use std::ops::Range;

use super::tokens::{Kind, Pos, Token, Tokens};
use crate::policy::lexicon::Cue;
use crate::policy::lexicon::tag::{self, form, takes};

/// Gives every token its part.
pub fn tag_parts(tokens: &mut Tokens<'_>) {
    let sentences = tokens.sentences.clone();
    for sentence in &sentences {
        for at in sentence.clone() {
            let pos = part(tokens, sentence, at);
            tokens.all[at].pos = pos;
        }
    }
}

fn part(tokens: &Tokens<'_>, sentence: &Range<usize>, at: usize) -> Pos {
    let token = &tokens.all[at];
    match token.kind {
        Kind::Word => word_part(tokens, sentence, at, token),
        Kind::Number => Pos::Number,
        Kind::Owner => Pos::Owner,
        _ => Pos::Mark,
    }
}

fn word_part(tokens: &Tokens<'_>, sentence: &Range<usize>, at: usize, token: &Token) -> Pos {
    let first = at == sentence.start
        || matches!(tokens.all[at - 1].kind, Kind::Open | Kind::Stop | Kind::Colon | Kind::Bracket);
    if token.is(tag::WEEKDAY | tag::MONTH) && !token.is(tag::MODAL) {
        return Pos::Time;
    }
    if token.capital && !tokens.shouting && is_name(tokens, at, token, first) {
        return Pos::Name;
    }
    closed(tokens, at, token).unwrap_or_else(|| open(tokens, sentence, at, token))
}

/// A capital in running text is a name; at the beginning only if nothing else is known of it.
fn is_name(tokens: &Tokens<'_>, at: usize, token: &Token, first: bool) -> bool {
    if token.is(tag::PRONOUN) && !first {
        return token.end - token.start > 1;
    }
    if !first {
        return true;
    }
    if token.is(tag::MODAL) {
        return tokens.all.get(at + 1).is_some_and(|next| next.forms & form::PAST != 0);
    }
    token.word == 0 && !written_like_verb(tokens.str(at))
}

fn written_like_verb(written: &str) -> bool {
    let long = written.len() > 5;
    long && (written.ends_with("ing") || written.ends_with("ed") || written.ends_with("ly"))
}

/// Words whose part is fixed.
fn closed(tokens: &Tokens<'_>, at: usize, token: &Token) -> Option<Pos> {
    let next = tokens.all.get(at + 1);
    Some(match token {
        _ if token.is(tag::TO) => {
            if infinitive_follows(tokens, at + 1) {
                Pos::To
            } else {
                Pos::Preposition
            }
        }
        _ if token.is(tag::THAT) => Pos::That,
        _ if token.is(tag::NEGATOR) && !token.is(tag::COORDINATOR | tag::DETERMINER) => {
            Pos::Negator
        }
        _ if token.is(tag::BE | tag::HAVE | tag::DO | tag::MODAL) => Pos::Aux,
        _ if token.is(tag::POSSESSIVE) && !token.is(tag::OBJECT) => {
            if token.is(tag::RELATIVE) {
                Pos::Relative
            } else {
                Pos::Determiner
            }
        }
        _ if token.is(tag::POSSESSIVE) => {
            let noun = next.is_some_and(|n| {
                n.kind == Kind::Word
                    && n.tags
                        & (tag::PREPOSITION
                            | tag::DETERMINER
                            | tag::TO
                            | tag::THAT
                            | tag::COORDINATOR
                            | tag::SUBORDINATOR)
                        == 0
            });
            if noun { Pos::Determiner } else { Pos::Pronoun }
        }
        _ if token.is(tag::PRONOUN | tag::OBJECT) && tokens.entry(at).number.is_none() => {
            Pos::Pronoun
        }
        _ if token.is(tag::RELATIVE) => Pos::Relative,
        _ if token.is(tag::COORDINATOR) => Pos::Conjunction,
        _ if tokens.entry(at).number.is_some() => Pos::Number,
        _ if token.is(tag::DETERMINER) => Pos::Determiner,
        _ if token.is(tag::PREPOSITION) && !token.is(tag::ADVERB) => {
            if token.is(tag::SUBORDINATOR) && subject_follows(tokens, at + 1) {
                Pos::Subordinator
            } else {
                Pos::Preposition
            }
        }
        _ if token.is(tag::SUBORDINATOR) => Pos::Subordinator,
        _ if token.is(tag::PREPOSITION) => {
            let object = next.is_some_and(|n| {
                matches!(n.kind, Kind::Word | Kind::Number)
                    && !n.is(tag::PREPOSITION | tag::COORDINATOR)
            });
            if object { Pos::Preposition } else { Pos::Adverb }
        }
        _ if token.is(tag::ADVERB) => Pos::Adverb,
        _ if token.is(tag::TIME) => Pos::Time,
        _ if token.is(tag::ADJECTIVE) && token.forms == 0 => Pos::Adjective,
        _ => return None,
    })
}

fn infinitive_follows(tokens: &Tokens<'_>, from: usize) -> bool {
    let next = (from..from + 3)
        .find(|at| !tokens.all.get(*at).is_some_and(|t| t.is(tag::ADVERB | tag::NEGATOR)));
    let Some(token) = next.and_then(|at| tokens.all.get(at)) else { return false };
    let bare = token.is(tag::BE | tag::HAVE | tag::DO) || token.forms & form::BASE != 0;
    bare && (!token.capital || tokens.shouting)
}

/// A pronoun, or a noun group with a finite verb behind it, within a few words.
fn subject_follows(tokens: &Tokens<'_>, from: usize) -> bool {
    for at in from..from + 7 {
        let Some(token) = tokens.all.get(at) else { return false };
        if token.kind != Kind::Word && token.kind != Kind::Number {
            return false;
        }
        if token.is(tag::PRONOUN) && !token.is(tag::DETERMINER) {
            return true;
        }
        if at > from
            && (token.is(tag::BE | tag::HAVE | tag::MODAL) || token.forms & form::PAST != 0)
        {
            return true;
        }
        if token.is(tag::PREPOSITION | tag::COORDINATOR) {
            return false;
        }
    }
    false
}

fn open(tokens: &Tokens<'_>, sentence: &Range<usize>, at: usize, token: &Token) -> Pos {
    let written = tokens.str(at);
    let mut forms = token.forms;
    if forms == 0 && token.word == 0 {
        forms = if written.ends_with("ed") && written.len() > 4 {
            form::PAST | form::PARTICIPLE
        } else if written.ends_with("ing") && written.len() > 5 {
            form::ING
        } else {
            0
        };
    }
    if forms == 0 {
        return if written.ends_with("ly") && written.len() > 4 {
            Pos::Adverb
        } else if token.is(tag::ADJECTIVE) {
            Pos::Adjective
        } else {
            Pos::Noun
        };
    }
    verb_part(tokens, sentence, at, forms)
}

fn verb_part(tokens: &Tokens<'_>, sentence: &Range<usize>, at: usize, forms: u8) -> Pos {
    let before = before(tokens, sentence, at);
    let prev = before.map(|b| &tokens.all[b]);
    let prev_pos = prev.map(|token| token.pos);
    let past = forms & (form::PAST | form::PARTICIPLE) != 0;
    match prev_pos {
        Some(Pos::To) => Pos::Infinitive,
        Some(Pos::Aux) => after_aux(forms, prev),
        Some(Pos::Determiner | Pos::Owner) => modifier(forms, past),
        Some(Pos::Adjective | Pos::Preposition | Pos::Participle) => {
            if finite_only(forms)
                || (past && clause_follows(tokens, at + 1) && prev_pos != Some(Pos::Preposition))
            {
                Pos::Verb
            } else if forms & form::ING != 0 && prev_pos == Some(Pos::Preposition) {
                Pos::Ing
            } else {
                modifier(forms, past)
            }
        }
        Some(Pos::Pronoun | Pos::Relative) => {
            if forms == form::ING {
                Pos::Ing
            } else {
                Pos::Verb
            }
        }
        _ => after_noun(tokens, sentence, at, forms, before),
    }
}

/// Past without a like participle ("wrote"), never a modifier.
const fn finite_only(forms: u8) -> bool {
    forms & form::PAST != 0 && forms & (form::PARTICIPLE | form::BASE) == 0
}

const fn modifier(forms: u8, past: bool) -> Pos {
    if past && forms & form::BASE == 0 { Pos::Adjective } else { Pos::Noun }
}

fn after_aux(forms: u8, aux: Option<&Token>) -> Pos {
    let plain_be = aux.is_some_and(|token| token.is(tag::BE));
    if plain_be && forms & (form::PARTICIPLE | form::ING) == 0 { Pos::Noun } else { Pos::Verb }
}

/// The token before, over adverbs and negators.
fn before(tokens: &Tokens<'_>, sentence: &Range<usize>, at: usize) -> Option<usize> {
    let mut at = at;
    while at > sentence.start {
        at -= 1;
        if !matches!(tokens.all[at].pos, Pos::Adverb | Pos::Negator) {
            return Some(at);
        }
    }
    None
}

fn after_noun(
    tokens: &Tokens<'_>,
    sentence: &Range<usize>,
    at: usize,
    forms: u8,
    before: Option<usize>,
) -> Pos {
    if forms == form::ING {
        return Pos::Ing;
    }
    if forms & form::PAST != 0 && forms & form::BASE == 0 {
        let by = tokens.is_word(at + 1, "by") && !tokens.shouting;
        let subject = before.is_some_and(|b| {
            matches!(tokens.all[b].pos, Pos::Noun | Pos::Name | Pos::Time | Pos::Number)
        });
        return if by && subject && !finite_only(forms) { Pos::Participle } else { Pos::Verb };
    }
    if forms & (form::PAST | form::BASE) == 0 && forms & form::PARTICIPLE != 0 {
        return Pos::Participle;
    }
    let Some(prev) = before else { return Pos::Noun };
    let prev_token = &tokens.all[prev];
    let subject = matches!(prev_token.pos, Pos::Noun | Pos::Name | Pos::Time)
        || prev_token.kind == Kind::Close
        || numbered(tokens, sentence, prev)
        || (prev_token.kind == Kind::Bracket && prev > sentence.start)
        || (prev_token.kind == Kind::Comma && forms & (form::PRESENT | form::PAST) != 0);
    if !subject {
        return Pos::Noun;
    }
    let clause = clause_follows(tokens, at + 1) || trails(tokens, at);
    let plural = plural(tokens.str(prev));
    let fits = if forms & form::PRESENT != 0 {
        !plural || prev_token.pos == Pos::Name
    } else {
        plural || forms & form::PAST != 0
    };
    if clause && fits { Pos::Verb } else { Pos::Noun }
}

/// "a quake of magnitude 6.1 hit Tarvo": the number belongs to the noun before it.
fn numbered(tokens: &Tokens<'_>, sentence: &Range<usize>, at: usize) -> bool {
    let named = |at: usize| matches!(tokens.all[at].pos, Pos::Noun | Pos::Name);
    let object = tokens.all.get(at + 2).is_some_and(|next| {
        next.capital || next.is(tag::DETERMINER | tag::PREPOSITION | tag::POSSESSIVE)
    });
    tokens.all[at].pos == Pos::Number && at > sentence.start && named(at - 1) && object
}

/// "…, officers say": a cue at the end of its sentence, or before a comma.
fn trails(tokens: &Tokens<'_>, at: usize) -> bool {
    let ends = tokens.all.get(at + 1).is_none_or(|next| {
        matches!(next.kind, Kind::Stop | Kind::Comma | Kind::Colon)
            || tokens.sentences_start(at + 1)
    });
    let inverts = |cue: &Cue| cue.takes & takes::INVERSION != 0;
    ends && tokens.entry(at).cues.iter().flatten().any(inverts)
}

fn plural(word: &str) -> bool {
    word.ends_with('s')
        || ["police", "people", "media", "men", "women", "data"]
            .iter()
            .any(|p| word.eq_ignore_ascii_case(p))
}

/// Something that begins an object or a clause.
fn clause_follows(tokens: &Tokens<'_>, at: usize) -> bool {
    let Some(token) = tokens.all.get(at) else { return false };
    match token.kind {
        Kind::Open | Kind::Number | Kind::Colon | Kind::Sign => true,
        Kind::Word => {
            let starts = tag::DETERMINER
                | tag::PRONOUN
                | tag::THAT
                | tag::POSSESSIVE
                | tag::OBJECT
                | tag::TO
                | tag::SUBORDINATOR
                | tag::ADJECTIVE
                | tag::TITLE
                | tag::WEEKDAY;
            let finite = token.is(tag::BE | tag::HAVE | tag::MODAL | tag::DO)
                || (token.forms & form::PAST != 0 && token.forms & form::BASE == 0);
            (token.is(starts)
                || token.capital
                || token.is(tag::PREPOSITION)
                || token.is(tag::ADVERB)
                || !token.is(tag::COORDINATOR))
                && !finite
        }
        _ => false,
    }
}
