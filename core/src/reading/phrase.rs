//! Where noun phrases begin and end, and whose verb a verb is.
//!
//! Ranges count tokens and never leave the sentence or the quotation that they begin in.

use std::ops::Range;

use super::tokens::{Kind, Pos, Tokens};
use crate::policy::lexicon::tag;

/// Tokens of one noun phrase.
const PHRASE_TOKENS_MAX: usize = 40;
/// Tokens of a time between a subject and its verb.
const TIME_TOKENS_MAX: usize = 5;

/// One sentence to look for phrases in.
#[derive(Clone, Copy, Debug)]
pub struct Phrases<'t, 'a> {
    /// The text.
    pub tokens: &'t Tokens<'a>,
    /// First token of the sentence.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

impl Phrases<'_, '_> {
    /// Part of a token; a mark outside the sentence.
    #[must_use]
    pub fn pos(&self, at: usize) -> Pos {
        if at < self.start || at >= self.end { Pos::Mark } else { self.tokens.all[at].pos }
    }

    /// Kind of a token; a stop outside the sentence.
    #[must_use]
    pub fn kind(&self, at: usize) -> Kind {
        if at < self.start || at >= self.end { Kind::Stop } else { self.tokens.all[at].kind }
    }

    /// Whether a token of the sentence has one of these tags.
    #[must_use]
    pub fn is(&self, at: usize, tags: u64) -> bool {
        at >= self.start && at < self.end && self.tokens.all[at].is(tags)
    }

    /// A finite verb or an auxiliary.
    #[must_use]
    pub fn finite(&self, at: usize) -> bool {
        matches!(self.pos(at), Pos::Verb | Pos::Aux)
    }

    /// Whether a finite verb stands in the range.
    #[must_use]
    pub fn has_finite(&self, mut range: Range<usize>) -> bool {
        range.any(|at| self.finite(at))
    }

    /// The verb group that ends with this verb: "has also said".
    #[must_use]
    pub fn group(&self, verb: usize) -> Range<usize> {
        let mut start = verb;
        while start > self.start {
            let fits = match self.pos(start - 1) {
                Pos::Aux | Pos::Negator => true,
                Pos::Adverb => start >= self.start + 2 && !self.is(start - 1, tag::SUBORDINATOR),
                Pos::Verb => self.pos(start) == Pos::To || self.is(start - 1, tag::BE | tag::HAVE),
                Pos::To => self.pos(verb) == Pos::Infinitive && start == verb,
                _ => false,
            };
            if !fits {
                break;
            }
            start -= 1;
        }
        while start < verb && self.pos(start) == Pos::Adverb {
            start += 1;
        }
        start..verb + 1
    }

    /// The subject of the verb group that starts at `end`.
    #[must_use]
    pub fn subject(&self, end: usize) -> Option<Range<usize>> {
        let at = self.before_adverbials(end);
        if at == self.start {
            return None;
        }
        match self.kind(at - 1) {
            Kind::Comma | Kind::Dash => self.apposed(at - 1),
            _ if self.pos(at - 1) == Pos::Relative => self.relative(at - 1),
            _ => self.back(at),
        }
    }

    /// "word from the ministry, which": which means the ministry, not the word.
    fn nearest(&self, noun: Range<usize>, pronoun: usize) -> Range<usize> {
        if !self.tokens.is_word(pronoun, "which") {
            return noun;
        }
        let last = noun.clone().rev().find(|at| self.pos(*at) == Pos::Preposition);
        let of_name = last.is_some_and(|at| self.tokens.is_word(at, "of"));
        match last {
            Some(at) if !of_name && at + 1 < noun.end => at + 1..noun.end,
            _ => noun,
        }
    }

    /// Where adverbs and times before a verb begin: "X later on Saturday | denied".
    #[must_use]
    pub fn before_adverbials(&self, end: usize) -> usize {
        let mut at = end;
        loop {
            while at > self.start && self.pos(at - 1) == Pos::Adverb {
                at -= 1;
            }
            match self.time_phrase(at) {
                Some(start) => at = start,
                None => return at,
            }
        }
    }

    /// "on Saturday", "on Dec 7", "late on Sunday evening" before `end`.
    fn time_phrase(&self, end: usize) -> Option<usize> {
        let floor = end.saturating_sub(TIME_TOKENS_MAX).max(self.start);
        let is_time = |at: &usize| {
            matches!(self.pos(*at), Pos::Time | Pos::Number) || self.is(*at, tag::MONTH | tag::TIME)
        };
        let from = (floor..end).rev().take_while(is_time).last()?;
        let dated = (from..end).any(|at| self.pos(at) == Pos::Time || self.is(at, tag::MONTH));
        let led = from > self.start && self.pos(from - 1) == Pos::Preposition;
        (dated && led).then(|| from - 1)
    }

    /// "officials who said": the noun before the pronoun.
    fn relative(&self, pronoun: usize) -> Option<Range<usize>> {
        let comma = pronoun > self.start && self.kind(pronoun - 1) == Kind::Comma;
        let noun = self.back(pronoun - usize::from(comma));
        let nearest = noun.map(|noun| self.nearest(noun, pronoun));
        nearest.or(Some(pronoun..pronoun + 1))
    }

    /// "X, the spokesman of Y," before `close`, the second comma.
    fn apposed(&self, close: usize) -> Option<Range<usize>> {
        let mut from = close;
        for _ in 0..3 {
            let open = self.earlier_mark(from)?;
            let inner = open + 1..close;
            if !self.apposition(&inner) {
                return None;
            }
            if let Some(noun) = self.back(open) {
                let listed = noun.start > self.start && self.kind(noun.start - 1) == Kind::Comma;
                if !listed || !self.apposition(&(noun.start..open)) || self.names(&noun) {
                    return Some(noun.start..close);
                }
            }
            from = open;
        }
        None
    }

    fn names(&self, range: &Range<usize>) -> bool {
        range.clone().any(|at| self.pos(at) == Pos::Name)
    }

    fn earlier_mark(&self, close: usize) -> Option<usize> {
        let floor = close.saturating_sub(PHRASE_TOKENS_MAX).max(self.start);
        let quote = self.tokens.all[close].quote;
        let found = (floor..close).rev().find(|at| {
            matches!(
                self.kind(*at),
                Kind::Comma | Kind::Dash | Kind::Open | Kind::Close | Kind::Semicolon
            )
        })?;
        let plain = matches!(self.kind(found), Kind::Comma | Kind::Dash);
        (plain && self.tokens.all[found].quote == quote).then_some(found)
    }

    /// Something that may stand between two commas behind a noun.
    fn apposition(&self, inner: &Range<usize>) -> bool {
        if inner.is_empty() {
            return false;
        }
        match self.pos(inner.start) {
            Pos::Relative => true,
            Pos::Conjunction
            | Pos::Subordinator
            | Pos::Pronoun
            | Pos::That
            | Pos::Aux
            | Pos::Verb => false,
            _ => {
                !self.has_finite(inner.clone())
                    || inner.clone().any(|at| self.pos(at) == Pos::Relative)
            }
        }
    }

    /// The noun phrase that ends before `end`.
    #[must_use]
    pub fn back(&self, end: usize) -> Option<Range<usize>> {
        let floor = end.saturating_sub(PHRASE_TOKENS_MAX).max(self.start);
        let mut at = end;
        let mut head = false;
        while at > floor {
            let here = at - 1;
            match self.pos(here) {
                Pos::Noun
                | Pos::Name
                | Pos::Number
                | Pos::Adjective
                | Pos::Owner
                | Pos::Participle => {
                    head |= !matches!(self.pos(here), Pos::Owner | Pos::Participle);
                    at = here;
                }
                Pos::Time
                    if self.pos(at) == Pos::Owner
                        || (head && self.pos(here.wrapping_sub(1)) == Pos::Determiner)
                        || (!head && self.is(here, tag::TIME)) =>
                {
                    at = here
                }
                Pos::Pronoun => {
                    if !head {
                        at = here;
                        head = true;
                    }
                    break;
                }
                Pos::Determiner => {
                    if !head && self.is(here, tag::POSSESSIVE) {
                        break;
                    }
                    head = true;
                    at = here;
                }
                Pos::That if !head && here == self.start => {
                    at = here;
                    head = true;
                }
                Pos::Preposition if head && here > floor && self.modifies(here) => at = here,
                Pos::Conjunction if head => match self.joined(here) {
                    Some(start) => {
                        at = start;
                        break;
                    }
                    None => break,
                },
                Pos::Verb | Pos::Aux | Pos::Infinitive | Pos::Negator | Pos::Ing | Pos::Adverb
                    if head || self.pos(here) == Pos::Verb =>
                {
                    match self.clause_of_relative(here) {
                        Some(start) => at = start,
                        None => break,
                    }
                }
                Pos::Mark if self.kind(here) == Kind::Bracket => match self.bracket(here) {
                    Some(start) => at = start,
                    None => break,
                },
                _ => break,
            }
        }
        (head && at < end).then_some(at..end)
    }

    fn modifies(&self, preposition: usize) -> bool {
        if self.tokens.is_word(preposition, "as") && self.clause_behind_as(preposition) {
            return false;
        }
        if self.is(preposition, tag::SUBORDINATOR) && !self.tokens.is_word(preposition, "of") {
            return false;
        }
        matches!(
            self.pos(preposition - 1),
            Pos::Noun
                | Pos::Name
                | Pos::Adjective
                | Pos::Number
                | Pos::Participle
                | Pos::Determiner
        ) || (self.pos(preposition - 1) == Pos::Pronoun && self.tokens.is_word(preposition, "of"))
    }

    /// "out of the city as rebels claim": many who act begin a clause; "known as" does not.
    fn clause_behind_as(&self, preposition: usize) -> bool {
        let end = (preposition + 1..self.end).find(|at| !self.nominal(*at)).unwrap_or(self.end);
        let many = end > preposition + 1
            && self.pos(end - 1) == Pos::Noun
            && self.tokens.str(end - 1).ends_with('s');
        many && self.finite(end) && self.pos(preposition - 1) != Pos::Participle
    }

    /// The other part of "X and Y", if nothing but a boundary stands before it.
    fn joined(&self, conjunction: usize) -> Option<usize> {
        if conjunction == self.start || self.kind(conjunction - 1) == Kind::Comma {
            return None;
        }
        let other = self.back(conjunction)?;
        let boundary = other.start == self.start
            || matches!(self.pos(other.start - 1), Pos::That | Pos::Subordinator)
            || (self.pos(other.start - 1) == Pos::Mark
                && self.kind(other.start - 1) != Kind::Owner)
            || (self.pos(other.start - 1) == Pos::Adverb && other.start - 1 == self.start)
            || (self.pos(other.start - 1) == Pos::Conjunction && other.start - 1 == self.start);
        boundary.then_some(other.start)
    }

    /// The start of "who asked not to be named", if `at` stands in such a clause.
    fn clause_of_relative(&self, at: usize) -> Option<usize> {
        let floor = at.saturating_sub(14).max(self.start + 1);
        for here in (floor..at).rev() {
            if self.pos(here) == Pos::Mark {
                return None;
            }
            let pronoun = self.pos(here) == Pos::Relative
                || (self.pos(here) == Pos::That && self.finite(here + 1));
            if pronoun {
                return matches!(self.pos(here - 1), Pos::Noun | Pos::Name).then_some(here);
            }
        }
        None
    }

    fn bracket(&self, close: usize) -> Option<usize> {
        let floor = close.saturating_sub(8).max(self.start);
        (floor..close).rev().find(|at| self.kind(*at) == Kind::Bracket)
    }

    /// One past the noun phrase that starts at `from`, with its "of …" and the like.
    #[must_use]
    pub fn forward(&self, from: usize) -> usize {
        let mut at = from;
        while at < self.end && at - from < PHRASE_TOKENS_MAX {
            let next = at + 1;
            match self.pos(at) {
                Pos::Pronoun if at == from => return next,
                Pos::Noun | Pos::Name | Pos::Number | Pos::Owner | Pos::Adjective => {}
                Pos::Time if at == from || self.pos(next) == Pos::Owner => {}
                Pos::Determiner
                    if at == from
                        || matches!(
                            self.pos(at - 1),
                            Pos::Preposition | Pos::Conjunction | Pos::Determiner
                        )
                        || self.is(at, tag::POSSESSIVE) && self.pos(at - 1) == Pos::Mark => {}
                Pos::Preposition
                    if at > from
                        && self.nominal(next)
                        && !self.is(next, tag::WEEKDAY | tag::MONTH | tag::TIME) => {}
                Pos::Conjunction
                    if at > from
                        && self.nominal(next)
                        && matches!(self.pos(at - 1), Pos::Noun | Pos::Name)
                        && self.coordinate(next) => {}
                Pos::Participle | Pos::Adverb
                    if at > from
                        && self.pos(next) == Pos::Preposition
                        && self.pos(at) == Pos::Participle => {}
                Pos::Mark if self.kind(at) == Kind::Bracket && at > from => {
                    match (at + 1..(at + 8).min(self.end)).find(|c| self.kind(*c) == Kind::Bracket)
                    {
                        Some(close) => {
                            at = close + 1;
                            continue;
                        }
                        None => return at,
                    }
                }
                _ => return at,
            }
            at = next;
        }
        at
    }

    fn nominal(&self, at: usize) -> bool {
        matches!(
            self.pos(at),
            Pos::Noun | Pos::Name | Pos::Number | Pos::Determiner | Pos::Adjective | Pos::Time
        )
    }

    /// Whether a noun phrase behind "and" is the second part of one, not a new subject.
    fn coordinate(&self, from: usize) -> bool {
        let end = (from..self.end)
            .find(|at| !self.nominal(*at) && self.pos(*at) != Pos::Owner)
            .unwrap_or(self.end);
        !self.finite(end)
    }

    /// The noun phrase with what is set beside it: "X, a professor at Y".
    #[must_use]
    pub fn forward_apposed(&self, from: usize) -> usize {
        let mut end = self.forward(from);
        if end == from {
            return end;
        }
        if self.pos(end) == Pos::Relative {
            end = self.next_mark(end);
        }
        for _ in 0..2 {
            if self.kind(end) != Kind::Comma || end + 1 >= self.end {
                break;
            }
            let close = self.next_mark(end + 1);
            let inner = end + 1..close;
            let starts = matches!(
                self.pos(end + 1),
                Pos::Determiner | Pos::Relative | Pos::Noun | Pos::Adjective
            ) || self.is(end + 1, tag::SPEAKER | tag::TITLE);
            let own = !matches!(self.pos(end + 1), Pos::Ing | Pos::Conjunction);
            if !(starts && own && self.apposition(&inner)) {
                break;
            }
            end = close;
        }
        end
    }

    /// The next comma, dash, stop or quotation mark.
    #[must_use]
    pub fn next_mark(&self, from: usize) -> usize {
        (from..self.end)
            .find(|at| {
                matches!(
                    self.kind(*at),
                    Kind::Comma
                        | Kind::Dash
                        | Kind::Stop
                        | Kind::Semicolon
                        | Kind::Colon
                        | Kind::Open
                        | Kind::Close
                )
            })
            .unwrap_or(self.end)
    }

    /// The end of the sentence without its stop.
    #[must_use]
    pub fn close(&self) -> usize {
        let mut end = self.end;
        while end > self.start && self.kind(end - 1) == Kind::Stop {
            end -= 1;
        }
        end
    }
}
