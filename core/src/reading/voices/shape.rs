//! What the noun phrase of a source looks like: its head, its name, the body spoken for.

use std::ops::Range;

use super::SPEAKS;
use crate::policy::lexicon::{Meaning, tag};
use crate::reading::SourceKind;
use crate::reading::names::{behind_office, is_office};
use crate::reading::phrase::Phrases;
use crate::reading::tokens::{Kind, Pos, Tokens};

/// What a source's noun phrase looks like.
#[derive(Debug, Default)]
pub(super) struct Shape {
    pub(super) kind: SourceKind,
    pub(super) named: bool,
    pub(super) plural: bool,
    pub(super) access: bool,
    /// The head is a human's or body's own name.
    pub(super) head_name: bool,
    /// Nothing but a name.
    pub(super) names_only: bool,
    /// Speaks for somebody.
    pub(super) speaker: bool,
    /// Humans without a name.
    pub(super) people: bool,
    /// A public service that has no other name: the coast guard, prosecutors.
    pub(super) service: bool,
    /// The name, where there is one.
    pub(super) name: Option<Range<usize>>,
    /// The phrase without what hangs on it.
    pub(super) core: Range<usize>,
    /// Tokens of the body that is spoken for.
    pub(super) spoken_for: Option<Range<usize>>,
}

/// Words for humans among those for officials.
fn is_people(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = &tokens.all[at];
    token.is(tag::ANONYMOUS | tag::WITNESS | tag::COLLECTIVE | tag::SPEAKER)
        || [
            "officers",
            "officer",
            "officials",
            "official",
            "diplomats",
            "diplomat",
            "lawmakers",
            "lawmaker",
            "prosecutors",
            "senators",
            "ministers",
            "judges",
        ]
        .iter()
        .any(|w| tokens.is_word(at, w))
}

/// "The coast guard", "the fire service", "prosecutors": whoever speaks so speaks for the body,
/// but not "two prosecutors", nor "senior prosecutors".
fn is_service(phrases: &Phrases<'_, '_>, core: &Range<usize>, head: usize) -> bool {
    let word = |at: usize, words: &[&str]| words.iter().any(|it| phrases.tokens.is_word(at, it));
    let bare = core.clone().all(|at| {
        !matches!(phrases.pos(at), Pos::Number | Pos::Adjective)
            && (phrases.pos(at) != Pos::Determiner || phrases.tokens.is_word(at, "the"))
    });
    let plain = bare && word(head, &["prosecutors"]);
    let kind = head > core.start
        && word(
            head,
            &["brigade", "defence", "defense", "department", "guard", "service", "services"],
        )
        && word(
            head - 1,
            &["ambulance", "border", "civil", "coast", "emergency", "fire", "rescue"],
        );
    plain || kind
}

impl Shape {
    pub(super) fn of(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> Self {
        let tokens = phrases.tokens;
        let core = core(phrases, range);
        let head = core.end.saturating_sub(1).max(range.start);
        let mut shape = Self {
            head_name: phrases.pos(head) == Pos::Name
                && !tokens.all[head].is(tag::OFFICIAL | tag::ORGANISATION | tag::SHORT),
            ..Self::default()
        };
        shape.names_only = core.clone().all(|at| {
            (matches!(phrases.pos(at), Pos::Name | Pos::Owner | Pos::Determiner)
                || (at > core.start && name_goes_on(phrases, at)))
        }) && core.len() == range.len();
        shape.speaker = range.clone().any(|at| tokens.all[at].is(tag::SPEAKER));
        shape.access = range
            .clone()
            .any(|at| has(phrases, at, Meaning::Access) || has(phrases, at, Meaning::Unnamed))
            || (range.end..phrases.end.min(range.end + 12))
                .any(|at| has(phrases, at, Meaning::Unnamed));
        shape.plural = tokens.str(head).ends_with('s')
            || core.clone().any(|at| phrases.pos(at) == Pos::Number && !tokens.is_word(at, "one"));
        shape.name = own_name(phrases, &core, head);
        shape.service = !shape.access && is_service(phrases, &core, head);
        shape.people = !shape.head_name && !shape.service && is_people(tokens, head);
        shape.spoken_for = spoken_for(phrases, range);
        shape.core = core.clone();
        shape.tell_kind(phrases, range, &core, head);
        shape
    }

    fn tell_kind(
        &mut self,
        phrases: &Phrases<'_, '_>,
        range: &Range<usize>,
        core: &Range<usize>,
        head: usize,
    ) {
        let tokens = phrases.tokens;
        let head_tags = tokens.all[head].tags;
        let any = |bits: u64| range.clone().any(|at| tokens.all[at].is(bits));
        let in_core = |bits: u64| core.clone().any(|at| tokens.all[at].is(bits));
        let bodies = tag::OFFICIAL | tag::ORGANISATION | tag::SHORT | tag::BODY;
        let body = self.service || head_tags & bodies != 0 && !self.people;
        self.named = self.head_name || body || (self.speaker && self.spoken_for.is_some());
        self.kind = if self.head_name {
            if any(tag::WITNESS) {
                SourceKind::Witness
            } else if any(tag::OFFICIAL | tag::TITLE) && !any(tag::ORGANISATION) {
                SourceKind::Official
            } else {
                SourceKind::Organisation
            }
        } else if self.speaker && self.spoken_for.is_some() {
            let official = self
                .spoken_for
                .clone()
                .is_some_and(|b| b.into_iter().any(|at| tokens.all[at].is(tag::OFFICIAL)));
            if official || in_core(tag::TITLE) && !any(tag::ORGANISATION) {
                SourceKind::Official
            } else {
                SourceKind::Organisation
            }
        } else if head_tags & tag::WITNESS != 0 {
            SourceKind::Witness
        } else if self.people && head_tags & tag::COLLECTIVE != 0 {
            SourceKind::Collective
        } else if self.people || head_tags & tag::ANONYMOUS != 0 {
            SourceKind::Anonymous
        } else if self.service || head_tags & (tag::OFFICIAL | tag::BODY) != 0 {
            SourceKind::Official
        } else if head_tags & (tag::ORGANISATION | tag::SHORT) != 0
            || phrases.pos(head) == Pos::Name
        {
            SourceKind::Organisation
        } else if self.plural {
            SourceKind::Collective
        } else {
            SourceKind::Anonymous
        };
    }

    pub(super) fn family(&self, tokens: &Tokens<'_>) -> String {
        match &self.name {
            Some(name) if self.head_name => tokens.slice(&(name.end - 1..name.end)).to_owned(),
            _ => String::new(),
        }
    }

    /// The body that is spoken for, where it is plain.
    pub(super) fn body(&self, tokens: &Tokens<'_>) -> Option<String> {
        self.spoken_for.clone().map(|body| tokens.slice(&body).to_owned())
    }
}

fn has(phrases: &Phrases<'_, '_>, at: usize, meaning: Meaning) -> bool {
    phrases.tokens.entry(at).phrases.iter().any(|phrase| {
        phrase.meaning == meaning
            && phrase.rest.iter().enumerate().all(|(n, word)| {
                phrases.tokens.all.get(at + 1 + n).is_some_and(|t| t.word == *word)
            })
    })
}

/// The noun phrase without what hangs on it or is set beside it.
fn core(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> Range<usize> {
    let end = (range.start..range.end).find(|at| {
        *at > range.start
            && match phrases.pos(*at) {
                Pos::Preposition => !name_goes_on(phrases, *at) && !office_goes_on(phrases, *at),
                Pos::Mark | Pos::Relative | Pos::That | Pos::Participle | Pos::Ing | Pos::Verb => {
                    true
                }
                Pos::Adjective => has(phrases, *at, Meaning::Access),
                _ => false,
            }
    });
    range.start..end.unwrap_or(range.end)
}

/// "Observatory for Human Rights"
fn name_goes_on(phrases: &Phrases<'_, '_>, at: usize) -> bool {
    let small = phrases.tokens.is_word(at, "of") || phrases.tokens.is_word(at, "for");
    small
        && phrases.pos(at - 1) == Pos::Name
        && phrases.pos(at + 1) == Pos::Name
        && phrases.is(at - 1, tag::ORGANISATION | tag::OFFICIAL | tag::SHORT)
}

/// "Secretary of State Lena Holm"
fn office_goes_on(phrases: &Phrases<'_, '_>, of: usize) -> bool {
    phrases.is(of - 1, tag::TITLE)
        && phrases.pos(of + 1) == Pos::Name
        && is_office(phrases.tokens, of + 1)
}

fn own_name(phrases: &Phrases<'_, '_>, core: &Range<usize>, head: usize) -> Option<Range<usize>> {
    if phrases.pos(head) != Pos::Name {
        return None;
    }
    let mut start = head;
    while start > core.start
        && (phrases.pos(start - 1) == Pos::Name
            || (start - 1 > core.start && name_goes_on(phrases, start - 1)))
        && !phrases.is(start - 1, tag::TITLE | tag::SPEAKER)
    {
        start -= 1;
    }
    Some(behind_office(phrases.tokens, start, head)..head + 1)
}

/// "Kremlin spokesman", "a spokesman for the ministry", "X, head of the Observatory".
fn spoken_for(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> Option<Range<usize>> {
    let tokens = phrases.tokens;
    let leads = ["head", "director", "chief", "heads", "leads", "runs"];
    for at in range.clone() {
        let speaker = SPEAKS.iter().any(|word| tokens.is_word(at, word));
        let leader = leads.iter().any(|word| tokens.is_word(at, word));
        if !(speaker || leader) {
            continue;
        }
        let verb = phrases.pos(at) == Pos::Verb;
        if verb
            || (["for", "of"].iter().any(|word| tokens.is_word(at + 1, word)) && at + 2 < range.end)
        {
            let mut from = at + 2 - usize::from(verb);
            if tokens.all[from].is(tag::DETERMINER) {
                from += 1;
            }
            let end = (from..range.end)
                .find(|a| matches!(phrases.pos(*a), Pos::Mark | Pos::Verb | Pos::Relative))
                .unwrap_or(range.end);
            let named = (from..end).any(|a| {
                phrases.pos(a) == Pos::Name
                    || tokens.all[a].is(tag::BODY | tag::OFFICIAL | tag::SHORT)
            });
            return (from < end && named).then_some(from..end);
        }
        if !speaker {
            continue;
        }
        let mut from = at;
        while from > range.start
            && matches!(phrases.pos(from - 1), Pos::Name | Pos::Noun | Pos::Owner)
        {
            from -= 1;
        }
        let mut end = at;
        while end > from && phrases.kind(end - 1) == Kind::Owner {
            end -= 1;
        }
        return (from < end).then_some(from..end);
    }
    None
}
