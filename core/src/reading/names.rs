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

/// People with titles in one article.
const TITLED_MAX: usize = 32;

/// What there are secretaries and ministers of.
const OFFICES: [&str; 20] = [
    "affairs",
    "agriculture",
    "commerce",
    "defence",
    "defense",
    "education",
    "energy",
    "finance",
    "foreign",
    "health",
    "homeland",
    "interior",
    "justice",
    "labor",
    "labour",
    "security",
    "state",
    "trade",
    "transport",
    "war",
];

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
    /// Hash of a whole form to the list.
    by_form: BTreeMap<u32, usize>,
    /// Hash of the last word of longer names to the list; the first such name has it.
    by_last: BTreeMap<u32, usize>,
    /// Who has which title.
    titled: Vec<Titled>,
}

/// A person with a title: "Syrian President Bashar al-Assad".
#[derive(Clone, Debug)]
struct Titled {
    title: String,
    /// The capitalised word before the title; may be empty.
    modifier: String,
    /// Where in the list.
    at: usize,
}

/// One form of a name, folded and hashed.
#[derive(Clone, Copy, Debug)]
struct Form {
    whole: u32,
    last: u32,
    words: usize,
}

impl Form {
    fn of(text: &str) -> Self {
        let lower = text.to_lowercase();
        let last = lower.rsplit(' ').next().unwrap_or(&lower);
        Self {
            whole: class_key(&lower),
            last: class_key(last),
            words: lower.bytes().filter(|byte| *byte == b' ').count() + 1,
        }
    }

    /// For a person the family name; for anything else the whole of it.
    const fn key(self, kind: NameKind) -> u32 {
        match kind {
            NameKind::Person | NameKind::Other => self.last,
            NameKind::Place | NameKind::Organisation => self.whole,
        }
    }
}

impl Names {
    /// Takes up the names of a text and says where they stand.
    pub fn read(&mut self, tokens: &Tokens<'_>) -> Vec<Mention> {
        let mut found: Vec<(Range<usize>, Form)> = Vec::new();
        if tokens.shouting {
            return Vec::new();
        }
        for sentence in &tokens.sentences {
            let mut at = sentence.start;
            while at < sentence.end {
                if tokens.all[at].pos != Pos::Name {
                    at += 1;
                    continue;
                }
                let end = extent(tokens, sentence.end, at);
                found.push(self.enter(tokens, at..end));
                at = end;
            }
        }
        // Only now is it known which longer names the short forms mean.
        found.into_iter().map(|(tokens, form)| Mention { tokens, key: self.key(form) }).collect()
    }

    fn find(&self, form: Form) -> Option<usize> {
        let longer = if form.words > 1 { None } else { self.by_last.get(&form.whole) };
        longer.or_else(|| self.by_form.get(&form.whole)).copied()
    }

    fn key(&self, form: Form) -> u32 {
        self.find(form).map_or(form.whole, |at| self.list[at].key)
    }

    fn enter(&mut self, tokens: &Tokens<'_>, range: Range<usize>) -> (Range<usize>, Form) {
        let whole = range.clone();
        let mut range = range;
        let body = tag::ORGANISATION | tag::OFFICIAL | tag::SHORT;
        let titled = !tokens.all[range.end - 1].is(body);
        while range.len() > 1 && titled && tokens.all[range.start].is(tag::TITLE) {
            range.start += 1;
        }
        range.start = behind_office(tokens, range.start, range.end - 1);
        let text = tokens.slice(&range);
        let form = Form::of(text);
        let kind = kind(tokens, &range);
        let at = self.find(form).unwrap_or_else(|| {
            let key = form.key(kind);
            self.list.push(Name { text: text.to_owned(), key, kind, count: 0 });
            self.list.len() - 1
        });
        let name = &mut self.list[at];
        name.count = name.count.saturating_add(1);
        let longer = text.len() > name.text.len() && form.words < 5;
        let told = name.kind == NameKind::Other && kind != NameKind::Other;
        if longer {
            text.clone_into(&mut name.text);
        }
        if told {
            name.kind = kind;
        }
        if longer || told {
            name.key = Form::of(&name.text).key(name.kind);
        }
        if titled {
            self.entitle(tokens, &whole, at);
        }
        self.by_form.entry(form.whole).or_insert(at);
        let person = kind != NameKind::Organisation && kind != NameKind::Place;
        if person && form.words > 1 {
            self.by_last.entry(form.last).or_insert(at);
        }
        (range, form)
    }

    /// The last title before the name, and the word before it.
    fn entitle(&mut self, tokens: &Tokens<'_>, whole: &Range<usize>, at: usize) {
        let is_title =
            |at: usize| tokens.all[at].is(tag::TITLE) && !tokens.all[at].is(tag::HONORIFIC);
        let within = (whole.start..whole.end - 1).rev().find(|at| is_title(*at));
        let before = whole.start.checked_sub(1).filter(|at| is_title(*at));
        let Some(title) = within.or(before).filter(|_| self.titled.len() < TITLED_MAX) else {
            return;
        };
        let modifier = title.checked_sub(1).filter(|at| tokens.all[*at].capital);
        self.titled.push(Titled {
            title: tokens.str(title).to_owned(),
            modifier: modifier.map_or_else(String::new, |at| tokens.str(at).to_owned()),
            at,
        });
    }

    /// The longest form of a name by one of its forms.
    #[must_use]
    pub fn longest(&self, text: &str) -> Option<&Name> {
        self.find(Form::of(text)).map(|at| &self.list[at])
    }

    /// The one person of the article who has the title: "the Syrian president".
    #[must_use]
    pub fn holder(&self, words: &str) -> Option<&Name> {
        let words = words.strip_prefix("the ").or_else(|| words.strip_prefix("The "))?;
        let (modifier, title) = words.rsplit_once(' ').unwrap_or(("", words));
        let mut fits = self.titled.iter().filter(|one| {
            let other = modifier.starts_with(char::is_uppercase)
                && !one.modifier.is_empty()
                && !one.modifier.eq_ignore_ascii_case(modifier);
            one.title.eq_ignore_ascii_case(title) && !other
        });
        let first = self.list.get(fits.next()?.at)?;
        let same = |one: &Titled| self.list.get(one.at).is_some_and(|name| name.key == first.key);
        fits.all(same).then_some(first)
    }

    /// The one person of the article who is called so: "minister", "finance minister". Other than
    /// [`Names::holder`] it takes nobody whose title has another word before it, or none.
    #[must_use]
    pub fn called(&self, words: &str) -> Option<&Name> {
        let (modifier, title) = words.rsplit_once(' ').unwrap_or(("", words));
        // A prime minister is not "the minister".
        let rank = |one: &Titled| {
            ["acting", "deputy", "former", "prime", "vice"]
                .iter()
                .any(|word| one.modifier.eq_ignore_ascii_case(word))
        };
        let mut fits = self.titled.iter().filter(|one| {
            one.title.eq_ignore_ascii_case(title)
                && (modifier.is_empty() && !rank(one)
                    || one.modifier.eq_ignore_ascii_case(modifier))
        });
        let first = self.list.get(fits.next()?.at)?;
        let same = |one: &Titled| self.list.get(one.at).is_some_and(|name| name.key == first.key);
        fits.all(same).then_some(first)
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

/// Whether there are secretaries or ministers of this.
#[must_use]
pub fn is_office(tokens: &Tokens<'_>, at: usize) -> bool {
    OFFICES.iter().any(|word| tokens.is_word(at, word))
}

/// "Secretary | of State | Lena Holm": what an office is for is no part of the name.
#[must_use]
pub fn behind_office(tokens: &Tokens<'_>, start: usize, head: usize) -> usize {
    let titled =
        |of: usize| tokens.is_word(of, "of") && of > 0 && tokens.all[of - 1].is(tag::TITLE);
    let start = match start.checked_sub(1) {
        Some(of) if titled(of) && is_office(tokens, start) => of,
        _ if titled(start) => start,
        _ => return start,
    };
    let name = (start + 1..head).find(|at| !is_office(tokens, *at)).unwrap_or(head);
    if name == start + 1 { (start + 2).min(head) } else { name }
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
