//! From attributions to statements: chains, stance, and what the publisher says by itself.
//!
//! A statement's chain runs from the publisher to whoever is nearest to the content.

mod chain;
mod plain;

use std::ops::Range;

use super::attribution::Attribution;
use super::clause::{Around, Clause, Number, Referent, clause, meaning_in};
use super::names::{Mention, Names};
use super::nesting::Nesting;
use super::notices::{self, OwnText};
use super::phrase::Phrases;
use super::pieces::{CONTENT_TOKENS_MIN, Split, cut, split, within, without_absent};
use super::tokens::{Pos, Tokens};
use super::voices::{Voice, Voices};
use super::{
    Basis, ClaimKind, Factuality, Hop, Modality, Part, SourceKind, Stance, Statement, Words,
};
use crate::article::{Span, Time};
use crate::policy::Policy;
use crate::policy::lexicon::{Act, Meaning};
use crate::text::Points;

/// One text of the article to take statements from.
pub struct Teller<'t, 'a> {
    /// Its settings.
    pub policy: &'t Policy,
    /// Headline or body.
    pub part: Part,
    /// Its tokens.
    pub tokens: &'t Tokens<'a>,
    /// Bytes to code points.
    pub points: &'t Points<'a>,
    /// Its attributions.
    pub found: &'t [Attribution],
    /// Where names stand.
    pub mentions: &'t [Mention],
    /// The names of the article.
    pub names: &'t Names,
    /// The article's time.
    pub now: Option<Time>,
    /// The publisher and the agencies that the article as a whole comes from.
    pub base: &'t [Hop],
    /// Hops only for what nobody is named for: "with inputs from".
    pub credits: &'t [Hop],
}

impl Teller<'_, '_> {
    /// All statements, in order of the text.
    pub fn tell(&self, voices: &mut Voices<'_>) -> Vec<Statement> {
        let mut told = Vec::new();
        let nesting = Nesting::of(self.tokens, self.found);
        let heard: Vec<Option<Voice>> = self
            .found
            .iter()
            .zip(&nesting.parents)
            .map(|(one, parent)| self.hear(one, parent.is_some(), voices))
            .collect();
        for sentence in 0..self.tokens.sentences.len() {
            let from = told.len();
            let near = nesting.by_sentence.get(sentence).map_or(&[][..], Vec::as_slice);
            for at in near {
                self.attributed(*at, sentence, &nesting, &heard, &mut told);
            }
            self.plain(sentence, near, voices, &mut told);
            let tail = told.get_mut(from..).unwrap_or_default();
            tail.sort_by_key(|statement| statement.span);
            if notices::of_earlier_version(&self.phrases(sentence)) {
                tail.iter_mut().for_each(|statement| statement.stance = Stance::Question);
            }
            if told.len() >= self.policy.limits.statements_max {
                told.truncate(self.policy.limits.statements_max);
                break;
            }
        }
        self.unverified(&mut told);
        told
    }

    fn phrases(&self, sentence: usize) -> Phrases<'_, '_> {
        let range = &self.tokens.sentences[sentence];
        Phrases { tokens: self.tokens, start: range.start, end: range.end }
    }

    fn hear(&self, one: &Attribution, nested: bool, voices: &mut Voices<'_>) -> Option<Voice> {
        let source = one.source.as_ref()?;
        Some(voices.hear(&self.phrases(one.sentence), self.names, source, nested))
    }

    /// Statements of one attribution whose content lies in this sentence.
    fn attributed(
        &self,
        at: usize,
        sentence: usize,
        nesting: &Nesting,
        heard: &[Option<Voice>],
        told: &mut Vec<Statement>,
    ) {
        let one = &self.found[at];
        if nesting.cited[at] {
            return;
        }
        let line = nesting.line(at);
        if self.quiet(at, &line) {
            return;
        }
        let sentence_range = &self.tokens.sentences[sentence];
        if let (true, [first, .., last]) = (one.source.is_none(), one.content.as_slice()) {
            let whole = Split::whole(first.start..last.end);
            self.content(at, sentence, &whole, &line, heard, told);
            return;
        }
        for piece in one.content.iter().filter_map(|piece| within(piece, sentence_range)) {
            for rest in self.without_inner(at, sentence, &piece, nesting) {
                for part in split(&self.phrases(sentence), &rest) {
                    if part.tokens.len() >= CONTENT_TOKENS_MIN {
                        self.content(at, sentence, &part, &line, heard, told);
                    }
                }
            }
        }
    }

    /// Nobody asserts or denies what stands at the end of the line.
    fn quiet(&self, at: usize, line: &[usize]) -> bool {
        let denier = line.iter().position(|a| self.found[*a].act == Act::Deny);
        let undone = line.iter().any(|a| {
            let one = &self.found[*a];
            one.negated != (one.act == Act::Doubt)
                || one.act == Act::Ask
                || (one.act == Act::Judge && !(*a != at && self.quotes(*a)))
                || (one.act == Act::Intend && *a != at)
        });
        // "denied saying that": what was not said may be true.
        let unsaid = line.iter().skip(denier.map_or(line.len(), |denier| denier + 1)).any(|a| {
            let one = &self.found[*a];
            one.verb && !matches!(one.act, Act::Intend | Act::Urge | Act::Seem | Act::Judge)
        });
        undone || unsaid
    }

    /// "quoted insurgents who claimed": whom it quotes says the content.
    fn quotes(&self, at: usize) -> bool {
        let verb = self.found[at].cue.end - 1;
        ["quoted", "quotes", "quote", "cited", "cites", "cite"]
            .iter()
            .any(|word| self.tokens.is_word(verb, word))
    }

    /// The piece without the attributions that stand in it, if what remains says something.
    fn without_inner(
        &self,
        at: usize,
        sentence: usize,
        piece: &Range<usize>,
        nesting: &Nesting,
    ) -> Vec<Range<usize>> {
        let phrases = self.phrases(sentence);
        let mut rest = vec![piece.clone()];
        for b in nesting.by_sentence[sentence].iter().copied() {
            let inner = &self.found[b];
            if b == at
                || nesting.parents[b] != Some(at)
                || matches!(inner.act, Act::Intend | Act::Judge | Act::Urge)
            {
                continue;
            }
            for hole in
                inner.content.iter().chain(std::iter::once(&inner.cue)).chain(inner.source.as_ref())
            {
                rest = cut(&rest, hole);
            }
            let noun = !inner.verb || self.tokens.all[inner.cue.start].pos == Pos::To;
            if inner.negated && noun {
                rest = without_absent(&phrases, rest, inner.cue.start);
            }
        }
        let whole = rest.len() == 1 && rest[0] == *piece;
        rest.retain(|range| {
            let says = range.len() > 3 && phrases.has_finite(range.clone());
            whole || (says && !self.dangles(&phrases, range))
        });
        rest
    }

    /// "they did not believe": what was believed is cut away.
    fn dangles(&self, phrases: &Phrases<'_, '_>, range: &Range<usize>) -> bool {
        let bare = |at: &usize| phrases.pos(*at) != Pos::Determiner;
        let last = range.clone().rev().find(bare).unwrap_or(range.start);
        let verb = matches!(phrases.pos(last), Pos::Verb | Pos::Infinitive | Pos::Ing);
        verb && self.tokens.entry(last).cues[0].is_some()
    }

    fn content(
        &self,
        at: usize,
        sentence: usize,
        part: &Split,
        line: &[usize],
        heard: &[Option<Voice>],
        told: &mut Vec<Statement>,
    ) {
        let one = &self.found[at];
        let phrases = self.phrases(sentence);
        let intends = one.infinitive(self.tokens);
        let range = &part.tokens;
        let claims = intends && !matches!(one.act, Act::Intend | Act::Urge);
        let holder = part.subject.clone().or_else(|| one.source.clone().filter(|_| intends));
        let subject = holder.as_ref().map(|holder| {
            let own = claims || part.subject.is_some();
            let end = if own { holder.end } else { one.cue.end.max(holder.end) };
            self.tokens.slice(&(holder.start..end))
        });
        let denied = line.iter().any(|a| self.found[*a].act == Act::Deny);
        let mut from = if claims { range.start + 1..range.end } else { range.clone() };
        if denied && one.phrase && !intends {
            from = thing_denied(&phrases, &from);
        }
        let speaker = heard[at].as_ref().map(|voice| self.referent(voice));
        // "She died, the minister said", "his wife said he died": whom it means stands elsewhere.
        let means_speaker = one.source.as_ref().is_some_and(|source| {
            let before = source.end <= range.start && !self.owned_by(source.start, range.start);
            before || self.pronoun(source)
        });
        let referents: Vec<Referent> = speaker
            .clone()
            .filter(|_| means_speaker)
            .into_iter()
            .chain(last_subject(told, sentence))
            .collect();
        let around = Around {
            mentions: self.mentions,
            now: self.now,
            subject,
            holder,
            speaker: speaker.as_ref(),
            referents: &referents,
            headline: self.part == Part::Headline,
        };
        let Some(mut clause) = clause(&phrases, &from, &around) else { return };
        if denied {
            clause.keep_denied(&phrases);
        }
        if one.phrase && !intends && !clause.telling {
            return;
        }
        if !clause.finite && !clause.telling && !intends && !one.first_hand {
            return;
        }
        let mut statement = self.statement(&phrases, sentence, &clause);
        statement.chain = self.chain(line, heard, &clause);
        self.weigh(one, line, &clause, &mut statement);
        let recalled = |a: &usize| self.own_text(&self.found[*a]) == Some(OwnText::Earlier);
        if line.iter().any(recalled) {
            statement.stance = Stance::Question;
        }
        if intends && one.act == Act::Intend {
            let refuses = ["refused", "declined", "refuses", "declines"]
                .iter()
                .any(|w| phrases.tokens.is_word(one.cue.end - 1, w));
            if refuses {
                return;
            }
            statement.modality = Modality::Plan;
        }
        told.push(statement);
    }

    /// The source is no source but a text of the outlet itself.
    fn own_text(&self, one: &Attribution) -> Option<OwnText> {
        notices::own_text(&self.phrases(one.sentence), one.source.as_ref()?)
    }

    fn pronoun(&self, source: &Range<usize>) -> bool {
        source.len() == 1 && self.tokens.all[source.start].pos == Pos::Pronoun
    }

    /// "his wife … he": the two words mean one person, who is not the wife.
    fn owned_by(&self, owner: usize, pronoun: usize) -> bool {
        const PAIRS: [(&str, &str); 4] =
            [("his", "he"), ("her", "she"), ("its", "it"), ("their", "they")];
        PAIRS
            .iter()
            .any(|(owns, is)| self.tokens.is_word(owner, owns) && self.tokens.is_word(pronoun, is))
    }

    /// Stance and firmness from the attribution's verb.
    fn weigh(&self, one: &Attribution, line: &[usize], clause: &Clause, statement: &mut Statement) {
        let denied = line.iter().any(|a| self.found[*a].act == Act::Deny);
        let denies = denied != clause.denies;
        statement.stance = if denies { Stance::Deny } else { Stance::Assert };
        if denies {
            let denier = line.iter().map(|a| &self.found[*a]).find(|a| a.act == Act::Deny);
            let words = match denier {
                Some(denier) => {
                    let from = denier
                        .source
                        .as_ref()
                        .map_or(denier.cue.start, |source| source.start.min(denier.cue.start));
                    from.min(clause.tokens.start)..clause.tokens.end.max(one.cue.end)
                }
                None => clause.tokens.clone(),
            };
            statement.denial_text = Some(super::clause::capitalised(self.tokens.slice(&words)));
        }
        let weakest =
            line.iter().map(|a| firmness(self.found[*a].act)).min().unwrap_or(Factuality::Said);
        statement.factuality = weakest.min(clause.factuality);
        if one.act == Act::Urge {
            statement.kind = ClaimKind::Statement;
        }
        let root = statement.chain.last();
        let own = (clause.own_act || clause.self_act)
            && root.is_some_and(|hop| speaks_of_itself(hop, &statement.proposition.subject_text));
        statement.basis = if one.first_hand {
            Basis::FirstHand
        } else if own {
            Basis::OwnAct
        } else {
            Basis::Attributed
        };
        if own && !denies {
            statement.factuality = Factuality::Stated.min(clause.factuality);
        }
    }

    /// A source as somebody that a pronoun may stand for.
    fn referent(&self, voice: &Voice) -> Referent {
        let name = voice.resolved.split(',').next().unwrap_or_default().trim();
        let number = match voice.kind {
            _ if voice.is_human() => Number::Human,
            _ if voice.is_service() => Number::Several,
            SourceKind::Witness | SourceKind::Collective | SourceKind::Anonymous => Number::Several,
            _ => Number::Thing,
        };
        let key = self.names.longest(name).map(|name| name.key);
        let called = ["he", "she"].iter().any(|word| voice.text.eq_ignore_ascii_case(word));
        let called = called.then(|| voice.text.clone());
        Referent { name: name.to_owned(), key, number, called }
    }

    fn statement(&self, phrases: &Phrases<'_, '_>, sentence: usize, clause: &Clause) -> Statement {
        let _ = phrases;
        let mut proposition = clause.proposition.clone();
        if let Some(person) = self.names.holder(&proposition.subject_text) {
            person.text.clone_into(&mut proposition.subject_text);
            proposition.subject = Some(person.key);
        }
        Statement {
            part: self.part,
            sentence: u16::try_from(sentence).unwrap_or(u16::MAX),
            span: self.span(&clause.tokens),
            text: clause.text.clone(),
            kind: clause.kind,
            modality: clause.modality,
            unverified: clause.unverified,
            not_yet: clause.not_yet,
            background: clause.background,
            quantities: clause
                .quantities
                .iter()
                .map(|counted| {
                    let mut quantity = counted.quantity.clone();
                    quantity.span = self.points.span(&counted.bytes);
                    quantity
                })
                .collect(),
            proposition,
            place: clause.place.clone(),
            when: clause.when,
            ..Statement::default()
        }
    }

    /// "could not be independently verified" speaks of the sentence before it too.
    fn unverified(&self, told: &mut [Statement]) {
        for sentence in 0..self.tokens.sentences.len() {
            let phrases = self.phrases(sentence);
            if meaning_in(&phrases, &(phrases.start..phrases.end), Meaning::Unverified).is_none() {
                continue;
            }
            for statement in told.iter_mut() {
                let at = usize::from(statement.sentence);
                if at == sentence || (at + 1 == sentence && !told_outside(&phrases)) {
                    statement.unverified = true;
                }
            }
        }
    }

    fn span(&self, range: &Range<usize>) -> Span {
        self.points.span(&self.tokens.bytes(range))
    }

    fn words(&self, range: &Range<usize>) -> Words {
        Words { text: self.tokens.slice(range).to_owned(), span: self.span(range) }
    }
}

/// "denied any role in the attack that killed 40": the role, without what is told of the attack.
fn thing_denied(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> Range<usize> {
    let hangs = (range.start + 1..range.end).find(|at| {
        phrases.pos(*at) == Pos::Relative
            || phrases.pos(*at) == Pos::That && phrases.finite(*at + 1)
    });
    range.start..hangs.unwrap_or(range.end)
}

/// The subject of the statement before, if it stands near.
fn last_subject(told: &[Statement], sentence: usize) -> Option<Referent> {
    let last = told.last().filter(|last| usize::from(last.sentence) + 1 >= sentence)?;
    let name = &last.proposition.subject_text;
    let several = name.ends_with('s') && !name.contains(',') && last.quantities.is_empty();
    several.then(|| Referent {
        name: name.clone(),
        key: last.proposition.subject,
        number: Number::Several,
        called: None,
    })
}

/// The sentence speaks of its own content ("X said …, which could not be verified").
fn told_outside(phrases: &Phrases<'_, '_>) -> bool {
    (phrases.start..phrases.end).any(|at| phrases.tokens.is_word(at, "which"))
}

fn firmness(act: Act) -> Factuality {
    match act {
        Act::Confirm => Factuality::Stated,
        Act::Claim => Factuality::Claimed,
        Act::Think | Act::Seem | Act::Doubt => Factuality::Likely,
        _ => Factuality::Said,
    }
}

/// "The bank said it had raised": the body tells its own act.
fn speaks_of_itself(hop: &Hop, subject: &str) -> bool {
    let named = matches!(hop.kind, SourceKind::Official | SourceKind::Organisation) && hop.named;
    named && is_itself(&hop.resolved, subject)
}

/// Whether a subject means the body of this name that speaks.
fn is_itself(name: &str, subject: &str) -> bool {
    let it = ["it", "they", "we"].iter().any(|word| subject.eq_ignore_ascii_case(word));
    let same = subject.trim_start_matches("the ").trim_start_matches("The ");
    it || (!same.is_empty() && name.to_lowercase().contains(&same.to_lowercase()))
}
