//! Who a source is: its kind, its name in the configuration, whom a pronoun or short form means.
//!
//! Voices are heard in order of the text; what was heard before tells what "he" means now.

mod shape;

use std::ops::Range;

use super::bodies::{firm, ministry, nation_in, state_of};
use super::names::Names;
use super::phrase::Phrases;
use super::tokens::{Kind, Pos, Tokens};
use super::{Hop, NameKind, SourceKind, Words};
use crate::article::Span;
use crate::policy::Policy;
use crate::policy::lexicon::tag;
use crate::policy::sources::{ListedKind, Source};
use shape::Shape;

/// Whoever speaks for another.
const SPEAKS: [&str; 5] = ["spokesman", "spokeswoman", "spokesperson", "spokespeople", "spokesmen"];
/// Voices that are remembered, the newest.
const HEARD_MAX: usize = 64;

/// A source as it was understood.
#[derive(Clone, Debug, Default)]
pub struct Voice {
    /// As written.
    pub text: String,
    /// Whom it means.
    pub resolved: String,
    /// In the configuration.
    pub id: Option<String>,
    /// What kind.
    pub kind: SourceKind,
    /// Has a name.
    pub named: bool,
    /// Several unnamed with stated access.
    pub access: bool,
    /// One human, for "he".
    person: bool,
    /// The family name, for later short forms.
    family: String,
    /// Tokens in its text.
    tokens: Range<usize>,
    /// First token of its sentence.
    sentence: usize,
    /// Somebody else tells what it says.
    nested: bool,
    /// Police and the like: "it" is hardly ever one of them.
    service: bool,
}

impl Voice {
    /// One human, for "he".
    #[must_use]
    pub fn is_human(&self) -> bool {
        self.person && !self.access && !self.text.ends_with('s')
    }

    /// The coast guard, prosecutors: "they".
    #[must_use]
    pub const fn is_service(&self) -> bool {
        self.service
    }

    /// A hop of a chain.
    #[must_use]
    pub fn hop(&self, span: Option<Span>, cue: Option<Words>) -> Hop {
        Hop {
            text: self.text.clone(),
            span,
            resolved: self.resolved.clone(),
            id: self.id.clone(),
            cue,
            kind: self.kind,
            named: self.named,
            plural_with_access: self.access,
            party: false,
        }
    }
}

/// All voices of an article, in order.
#[derive(Debug)]
pub struct Voices<'p> {
    policy: &'p Policy,
    heard: Vec<Voice>,
}

impl<'p> Voices<'p> {
    /// Nobody was heard yet.
    #[must_use]
    pub const fn new(policy: &'p Policy) -> Self {
        Self { policy, heard: Vec::new() }
    }

    /// Understands the source that stands there.
    pub fn hear(
        &mut self,
        phrases: &Phrases<'_, '_>,
        names: &Names,
        range: &Range<usize>,
        nested: bool,
    ) -> Voice {
        let tokens = phrases.tokens;
        if let Some(known) =
            self.heard.iter().find(|v| v.tokens == *range && v.text == tokens.slice(range))
        {
            return known.clone();
        }
        let mut voice = self.understand(phrases, names, range);
        voice.sentence = phrases.start;
        voice.nested = nested;
        if self.heard.len() == HEARD_MAX {
            self.heard.remove(0);
        }
        self.heard.push(voice.clone());
        voice
    }

    fn understand(&self, phrases: &Phrases<'_, '_>, names: &Names, range: &Range<usize>) -> Voice {
        let tokens = phrases.tokens;
        let text = tokens.slice(range).to_owned();
        let mut voice =
            Voice { resolved: text.clone(), text, tokens: range.clone(), ..Voice::default() };
        if range.len() == 1 && tokens.all[range.start].pos == Pos::Pronoun
            || tokens.all[range.start].pos == Pos::Relative
        {
            if let Some(body) = self.acting(phrases, names, range) {
                return Voice { text: voice.text, tokens: voice.tokens, ..body };
            }
            self.pronoun(tokens, range.start, &mut voice);
            return voice;
        }
        let shape = Shape::of(phrases, range);
        voice.access = shape.access && !shape.named && shape.plural;
        if let Some((source, at)) = self.listed(tokens, range) {
            // "Ministry of Foreign Affairs": what stands behind "of" is not the body itself.
            let part = at.start > range.start && tokens.is_word(at.start - 1, "of");
            let head = !part && (at.end == shape.core.end || at.end == range.end);
            let reporter = [
                "journalist",
                "journalists",
                "correspondent",
                "correspondents",
                "reporter",
                "reporters",
                "photographer",
            ];
            let of_outlet = matches!(source.kind, ListedKind::Agency | ListedKind::Outlet)
                && shape
                    .core
                    .clone()
                    .any(|at| reporter.iter().any(|word| tokens.is_word(at, word)));
            if head || shape.speaker || of_outlet || !(shape.people || shape.head_name) {
                self.is_listed(source, &mut voice);
                voice.person = !head && shape.head_name;
                voice.family = if head { String::new() } else { shape.family(tokens) };
                return voice;
            }
        }
        if let Some(name) = self.person_meant(phrases, names, range, &shape) {
            voice.resolved = name;
            voice.kind = SourceKind::Official;
            voice.named = true;
            voice.person = true;
            return voice;
        }
        if let Some(earlier) = self.short(tokens, names, range, &shape) {
            earlier.resolved.clone_into(&mut voice.resolved);
            voice.id.clone_from(&earlier.id);
            voice.kind = earlier.kind;
            voice.named = earlier.named;
            voice.person = earlier.person;
            return voice;
        }
        voice.kind = shape.kind;
        voice.named = shape.named;
        voice.service = shape.service;
        voice.person = shape.head_name || shape.kind == SourceKind::Anonymous;
        voice.family = shape.family(tokens);
        if let Some(body) = shape.body(tokens).filter(|body| !self.by_name(body, names, &shape)) {
            self.speaks_for(&body, names, &mut voice);
        } else if shape.names_only || shape.head_name {
            let name = shape.name.clone().map(|name| tokens.slice(&name)).unwrap_or_default();
            voice.resolved =
                names.longest(name).map_or_else(|| name.to_owned(), |name| name.text.clone());
        } else if tokens.all[range.start].is(tag::DETERMINER) && voice.named {
            voice.resolved = tokens.slice(&(range.start + 1..range.end)).to_owned();
        }
        if voice.named && voice.id.is_none() {
            self.known_as(tokens, &shape, &mut voice);
        }
        voice
    }

    /// A body by the one name it has, however it is written.
    fn known_as(&self, tokens: &Tokens<'_>, shape: &Shape, voice: &mut Voice) {
        if let Some(state) = state_of(&voice.resolved).filter(|_| shape.names_only) {
            state.clone_into(&mut voice.resolved);
            voice.kind = SourceKind::Official;
            return;
        }
        if voice.resolved.eq_ignore_ascii_case("coastguard") {
            "coast guard".clone_into(&mut voice.resolved);
        }
        let core = &shape.core;
        let from = core.start + usize::from(tokens.all[core.start].is(tag::DETERMINER));
        let whole = (!shape.speaker && from < core.end)
            .then(|| ministry(tokens.slice(&(from..core.end))))
            .flatten();
        let person = shape.head_name && !shape.names_only;
        let known = match whole.or_else(|| ministry(&voice.resolved).filter(|_| !person)) {
            Some(known) => known,
            None if person => return,
            None => firm(&voice.resolved).to_owned(),
        };
        match self.policy.sources.by_name(&known) {
            Some(source) if known != voice.resolved => self.is_listed(source, voice),
            _ => voice.resolved = known,
        }
    }

    /// "the minister" where one person has that title, and "her spokesman": the person spoken for.
    fn person_meant(
        &self,
        phrases: &Phrases<'_, '_>,
        names: &Names,
        range: &Range<usize>,
        shape: &Shape,
    ) -> Option<String> {
        let tokens = phrases.tokens;
        let first = &tokens.all[range.start];
        let last = range.end - 1;
        if tokens.is_word(range.start, "the") && tokens.all[last].is(tag::TITLE) {
            return names
                .called(tokens.slice(&(range.start + 1..range.end)))
                .map(|name| name.text.clone());
        }
        let whose = ["his", "her"].iter().any(|word| tokens.is_word(range.start, word));
        let speaks =
            SPEAKS.iter().any(|word| tokens.is_word(last, word)) || tokens.is_word(last, "office");
        if !(whose && speaks && first.is(tag::POSSESSIVE) && !shape.head_name) {
            return None;
        }
        let before = (phrases.start..range.start).rev();
        let named = before.filter(|at| phrases.pos(*at) == Pos::Name);
        let person =
            |at: usize| names.longest(tokens.str(at)).filter(|name| name.kind == NameKind::Person);
        // "Holm accused Kress, his spokesman said": of the two, who did it.
        let verb = (phrases.start..range.start).find(|at| phrases.finite(*at));
        let subject = verb.and_then(|verb| phrases.subject(phrases.group(verb).start));
        let agent = subject.filter(|it| it.end <= range.start);
        let agent = agent.and_then(|mut subject| subject.find_map(person));
        let near = agent.or_else(|| named.into_iter().find_map(person));
        let heard = || self.heard.iter().rev().find(|voice| voice.person && voice.named);
        near.map(|name| name.text.clone()).or_else(|| heard().map(|voice| voice.resolved.clone()))
    }

    /// "The bank raised its rate, it said": the body that tells its own act.
    fn acting(&self, phrases: &Phrases<'_, '_>, names: &Names, it: &Range<usize>) -> Option<Voice> {
        let tokens = phrases.tokens;
        let behind = it.start > phrases.start + 2 && tokens.all[it.start - 1].kind == Kind::Comma;
        if !(behind && tokens.is_word(it.start, "it")) {
            return None;
        }
        let first = (phrases.start..it.start).find(|at| phrases.finite(*at))?;
        let verb = (first..it.start).take_while(|at| phrases.finite(*at)).last()?;
        let lemma = tokens.words.entry(tokens.entry(verb).lemma);
        let passive = (first..verb).any(|at| phrases.is(at, tag::BE));
        if lemma.tags & tag::OWN_ACT == 0 || passive {
            return None;
        }
        let subject = phrases.subject(first)?;
        let voice = self.understand(phrases, names, &subject);
        let body = matches!(voice.kind, SourceKind::Official | SourceKind::Organisation);
        (body && voice.named && !voice.person).then_some(voice)
    }

    fn is_listed(&self, source: &Source, voice: &mut Voice) {
        source.name.clone_into(&mut voice.resolved);
        voice.id = Some(source.id.clone());
        voice.kind = listed_kind(source);
        voice.named = true;
    }

    fn pronoun(&self, tokens: &Tokens<'_>, at: usize, voice: &mut Voice) {
        let single = ["he", "she", "who", "i"].iter().any(|word| tokens.is_word(at, word));
        let plural = ["they", "we"].iter().any(|word| tokens.is_word(at, word));
        let fits = |v: &&Voice| {
            let pronoun = v.tokens.len() == 1 && v.text.len() < 5 && v.resolved == v.text;
            !pronoun
                && (if single {
                    v.person
                } else if plural {
                    !v.person || v.access
                } else {
                    !v.person
                })
        };
        let found = self.heard.iter().rev().find(fits);
        // "Weiss said Moen had told him … He added": the one who tells of the other goes on.
        let outer = found.filter(|v| v.nested).and_then(|v| {
            let same = self.heard.iter().rev().filter(fits);
            same.into_iter().find(|other| other.sentence == v.sentence && !other.nested)
        });
        let found = outer.or(found);
        let found =
            found.or_else(|| self.heard.iter().rev().find(|v| v.resolved != v.text || v.named));
        if let Some(found) = found {
            found.resolved.clone_into(&mut voice.resolved);
            voice.id.clone_from(&found.id);
            voice.kind = found.kind;
            voice.named = found.named;
            voice.access = found.access;
            voice.person = found.person;
            voice.family.clone_from(&found.family);
        }
    }

    /// The configured source that is named in the phrase: the longest name, the earliest first.
    fn listed(
        &self,
        tokens: &Tokens<'_>,
        range: &Range<usize>,
    ) -> Option<(&'p Source, Range<usize>)> {
        let from = range.start
            + usize::from(tokens.all[range.start].is(tag::DETERMINER) && range.len() > 1);
        let end =
            (from..range.end).find(|at| tokens.all[*at].kind == Kind::Comma).unwrap_or(range.end);
        let end = end.min(from + 12);
        if let Some(source) = self.policy.sources.by_name(tokens.slice(&(from..end))) {
            return Some((source, from..end));
        }
        for start in from..range.end.min(from + 16) {
            if !(tokens.all[start].capital || start == from) {
                continue;
            }
            for stop in (start + 1..range.end.min(start + 7) + 1).rev() {
                let last = &tokens.all[stop.min(range.end) - 1];
                if stop > range.end
                    || !(last.capital
                        || last.is(tag::OFFICIAL | tag::SHORT | tag::COLLECTIVE | tag::ADDRESSEE))
                {
                    continue;
                }
                if let Some(source) = self.policy.sources.by_name(tokens.slice(&(start..stop))) {
                    return Some((source, start..stop));
                }
            }
        }
        None
    }

    /// "Holm's spokesman Karl Weiss": whoever speaks for a person, and has a name, is somebody else.
    fn by_name(&self, body: &str, names: &Names, shape: &Shape) -> bool {
        let sources = &self.policy.sources;
        let person = || match names.longest(body) {
            Some(name) if name.kind == NameKind::Person => true,
            _ => !body.contains(' ') && sources.side_of_name(body).is_some(),
        };
        let known = || sources.by_name(body).is_some() || nation_in(body).is_some();
        shape.head_name && body.starts_with(char::is_uppercase) && !known() && person()
    }

    /// Whoever speaks for a body is that body.
    fn speaks_for(&self, body: &str, names: &Names, voice: &mut Voice) {
        let titled = names.called(body.strip_prefix("the ").unwrap_or(body));
        let name = if body.contains(' ') { titled } else { titled.or_else(|| names.ending(body)) };
        let body = name.map_or(body, |name| name.text.as_str());
        match self.policy.sources.by_name(body) {
            Some(source) => self.is_listed(source, voice),
            None => body.clone_into(&mut voice.resolved),
        }
        voice.named = true;
    }

    /// Somebody heard or named before, meant by "the ministry" or by a family name.
    fn short(
        &self,
        tokens: &Tokens<'_>,
        names: &Names,
        range: &Range<usize>,
        shape: &Shape,
    ) -> Option<Voice> {
        if let Some(name) = &shape.name {
            let family = tokens.slice(&(name.end - 1..name.end));
            let same =
                |v: &&Voice| !v.family.is_empty() && v.family == family && v.tokens != *range;
            return self.heard.iter().find(same).cloned();
        }
        let definite = tokens.is_word(range.start, "the") && range.len() <= 3;
        let last = range.end - 1;
        if !definite || !tokens.all[last].is(tag::SHORT | tag::SPEAKER) {
            return None;
        }
        let word = tokens.str(last);
        let ends = |v: &&Voice| {
            v.named && v.resolved.split(' ').any(|part| part.eq_ignore_ascii_case(word))
                || (tokens.all[last].is(tag::SPEAKER)
                    && v.person
                    && v.text.split(' ').any(|part| part.eq_ignore_ascii_case(word)))
        };
        if let Some(found) = self.heard.iter().rev().find(ends) {
            return Some(found.clone());
        }
        if !tokens.all[last].is(tag::SHORT) {
            return None;
        }
        let name = names.ending(word)?;
        let listed = self.policy.sources.by_name(&name.text);
        Some(Voice {
            resolved: listed.map_or_else(|| name.text.clone(), |source| source.name.clone()),
            id: listed.map(|source| source.id.clone()),
            kind: listed.map_or(shape.kind, listed_kind),
            named: true,
            ..Voice::default()
        })
    }
}

const fn listed_kind(source: &Source) -> SourceKind {
    match source.kind {
        ListedKind::Agency => SourceKind::Agency,
        ListedKind::Outlet => SourceKind::Outlet,
        ListedKind::Official => SourceKind::Official,
        ListedKind::Organisation => SourceKind::Organisation,
    }
}
