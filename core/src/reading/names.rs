//! Names of people, places and bodies, and one key for all forms of one name.
//!
//! Mentions come in order of the text; a mention's key is the key of the longest form used.

use std::collections::BTreeMap;
use std::ops::Range;

use super::tokens::{Kind, Pos, Tokens};
use super::{Name, NameKind};
use crate::policy::Policy;
use crate::policy::lexicon::{class_key, tag};

/// Tokens of one name.
const NAME_TOKENS_MAX: usize = 8;

/// One place where a name stands.
#[derive(Clone, Debug)]
pub struct Mention {
    /// Tokens.
    pub tokens: Range<usize>,
    /// Key of the name.
    pub key: u32,
}

/// The names of an article so far.
#[derive(Clone, Debug, Default)]
pub struct Names {
    list: Vec<Name>,
    /// Folded whole form to the list.
    by_form: BTreeMap<String, usize>,
    /// Folded last word of longer names to the list; the first such name has it.
    by_last: BTreeMap<String, usize>,
}

impl Names {
    /// Takes up the names of a text and says where they stand.
    pub fn read(&mut self, tokens: &Tokens<'_>) -> Vec<Mention> {
        let mut mentions = Vec::new();
        if tokens.shouting {
            return mentions;
        }
        for sentence in &tokens.sentences {
            let mut at = sentence.start;
            while at < sentence.end {
                if tokens.all[at].pos != Pos::Name {
                    at += 1;
                    continue;
                }
                let end = extent(tokens, sentence.end, at);
                self.enter(tokens, at..end, &mut mentions);
                at = end;
            }
        }
        for mention in &mut mentions {
            let form = fold(tokens.slice(&mention.tokens));
            if let Some(at) = self.find(&form) {
                mention.key = self.list[at].key;
            }
        }
        mentions
    }

    fn find(&self, form: &str) -> Option<usize> {
        let at = self.by_form.get(form).copied();
        let longer = if form.contains(' ') { None } else { self.by_last.get(form).copied() };
        longer.or(at)
    }

    fn enter(&mut self, tokens: &Tokens<'_>, range: Range<usize>, mentions: &mut Vec<Mention>) {
        let mut range = range;
        let body = tag::ORGANISATION | tag::OFFICIAL | tag::SHORT;
        let titled = !tokens.all[range.end - 1].is(body);
        while range.len() > 1 && titled && tokens.all[range.start].is(tag::TITLE) {
            range.start += 1;
        }
        let text = tokens.slice(&range);
        let form = fold(text);
        let kind = kind(tokens, &range);
        let known = self.find(&form);
        let at = known.unwrap_or_else(|| {
            self.list.push(Name { text: text.to_owned(), key: 0, kind, count: 0 });
            self.list.len() - 1
        });
        let name = &mut self.list[at];
        name.count = name.count.saturating_add(1);
        if name.kind == NameKind::Other {
            name.kind = kind;
        }
        if text.len() > name.text.len() && form.split(' ').count() < 5 {
            text.clone_into(&mut name.text);
        }
        self.by_form.entry(form.clone()).or_insert(at);
        if kind != NameKind::Organisation
            && kind != NameKind::Place
            && let Some((_, last)) = form.rsplit_once(' ')
        {
            self.by_last.entry(last.to_owned()).or_insert(at);
        }
        let key = key(&self.list[at]);
        self.list[at].key = key;
        mentions.push(Mention { tokens: range, key });
    }

    /// The longest form of a name by one of its forms.
    #[must_use]
    pub fn longest(&self, text: &str) -> Option<&Name> {
        self.find(&fold(text)).map(|at| &self.list[at])
    }

    /// The latest-listed name whose text ends with this word, in any case.
    #[must_use]
    pub fn ending(&self, word: &str) -> Option<&Name> {
        self.list.iter().rev().find(|name| {
            name.text.split(' ').any(|part| part.eq_ignore_ascii_case(word))
                && name.text.contains(' ')
        })
    }

    /// Most prominent first, at most `max`.
    #[must_use]
    pub fn prominent(mut self, policy: &Policy, max: usize) -> Vec<Name> {
        for name in &mut self.list {
            if policy.sources.by_name(&name.text).is_some() {
                name.kind = NameKind::Organisation;
            }
        }
        self.list.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
        self.list.dedup_by(|a, b| a.key == b.key);
        self.list.truncate(max);
        self.list
    }
}

/// One past the last token of the name that begins at `from`.
fn extent(tokens: &Tokens<'_>, end: usize, from: usize) -> usize {
    let mut at = from + 1;
    while at < end && at - from < NAME_TOKENS_MAX {
        let here = &tokens.all[at];
        let joined = tokens.all[at - 1].end + 1 == here.start;
        if here.pos == Pos::Name && joined {
            at += 1;
            continue;
        }
        let small = ["of", "for", "de", "al", "bin", "van", "von", "del", "la"]
            .iter()
            .any(|w| tokens.str(at) == *w);
        let next = tokens.all.get(at + 1).is_some_and(|next| next.pos == Pos::Name && at + 1 < end);
        let body = tokens.all[from..at]
            .iter()
            .any(|token| token.is(tag::ORGANISATION | tag::OFFICIAL | tag::SHORT));
        let particle = !["of", "for"].contains(&tokens.str(at));
        if small && next && (particle || body) {
            at += 2;
            continue;
        }
        break;
    }
    at
}

fn kind(tokens: &Tokens<'_>, range: &Range<usize>) -> NameKind {
    let words = || tokens.all[range.clone()].iter();
    let before = range.start.checked_sub(1).map(|at| &tokens.all[at]);
    let after = tokens.all.get(range.end);
    if words().any(|token| token.is(tag::ORGANISATION | tag::OFFICIAL | tag::SHORT)) {
        return NameKind::Organisation;
    }
    if before.is_some_and(|token| token.is(tag::TITLE | tag::SPEAKER) && token.kind == Kind::Word) {
        return NameKind::Person;
    }
    let says =
        after.is_some_and(|token| token.pos == Pos::Verb && range.len() > 1 && range.len() < 4);
    if says {
        return NameKind::Person;
    }
    let within = before.is_some_and(|token| {
        token.pos == Pos::Preposition
            && ["in", "near", "at", "outside", "from", "across"]
                .contains(&tokens.text.get(token.range()).unwrap_or_default())
    });
    if within {
        return NameKind::Place;
    }
    NameKind::Other
}

fn fold(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// For a person the family name; for anything else the whole of it.
fn key(name: &Name) -> u32 {
    let form = fold(&name.text);
    match name.kind {
        NameKind::Person | NameKind::Other => class_key(form.rsplit(' ').next().unwrap_or(&form)),
        NameKind::Place | NameKind::Organisation => class_key(&form),
    }
}
