//! The path of one revision from its letters to its statements.

use std::collections::BTreeSet;
use std::ops::Range;

use sha2::{Digest, Sha256};

use super::attribution::{self, attributions, bracket};
use super::names::Names;
use super::statements::Teller;
use super::tokens::Tokens;
use super::voices::Voices;
use super::{
    Hop, Part, Reading, SourceKind, Statement, echo, grammar, label, notices, passages, plain,
    terms,
};
use crate::article::{Article, Time};
use crate::policy::lexicon::{Meaning, Words};
use crate::policy::sources::ListedKind;
use crate::policy::{Policy, Source};
use crate::text::{self, Points};

/// Sentences at whose beginning or end an agency is credited.
const CREDIT_SENTENCES: usize = 2;
/// Sentences at the end of the body that the label may look at.
const CLOSING_SENTENCES: usize = 4;
/// Characters of the body that the label may look at.
const OPENING_CHARS: usize = 300;

/// Reads one revision.
#[must_use]
pub fn read(policy: &Policy, mut article: Article) -> Reading {
    let limits = &policy.limits;
    let headline = text::normalise_line(&article.headline, limits.headline_chars_max);
    let body = text::normalise_body(&article.body, limits.body_chars_max);
    let body = policy.boilerplate.cut(&body).into_owned();
    let opening: String = body.chars().take(OPENING_CHARS).collect();
    let mut bytes = text::sentences(&body);
    let label = label::label(&article, &headline, &opening);
    let label = label::gravest(label, label::closing(last_of(&body, &bytes)));
    bytes.truncate(limits.sentences_max);
    let language = language(&article, &headline, &body);
    let points = Points::new(&body);
    let words = text::words(&body);
    let mut reading = Reading {
        label,
        sentences: bytes.iter().map(|sentence| points.span(sentence)).collect(),
        digest: digest(&headline, &body),
        passages: passages::passages(policy, &words, &bytes),
        terms: terms::terms(policy, &language, label::strip_label(&headline), &words, &bytes),
        ..Reading::default()
    };
    drop(words);
    let made = Texts {
        policy,
        article: &article,
        headline: &headline,
        body: &body,
        sentences: &bytes,
        points: &points,
    };
    match policy.lexicon.language(&language) {
        Some(words) => made.in_language(words, &mut reading),
        None => reading.statements = made.numbers_only(),
    }
    article.headline = String::new();
    article.body = String::new();
    reading.article = article;
    reading.headline = headline;
    reading.text = body;
    reading.language = language;
    reading
}

/// The label of a revision as [`read`] gives it, for whoever must know where it goes before it is
/// read.
#[must_use]
pub fn label_of(policy: &Policy, article: &Article) -> super::Label {
    let headline = text::normalise_line(&article.headline, policy.limits.headline_chars_max);
    let body = text::normalise_body(&article.body, policy.limits.body_chars_max);
    let opening: String = body.chars().take(OPENING_CHARS).collect();
    let label = label::label(article, &headline, &opening);
    label::gravest(label, label::closing(last_of(&body, &text::sentences(&body))))
}

/// The last sentences, where a notice may stand.
fn last_of<'a>(body: &'a str, sentences: &[Range<usize>]) -> impl Iterator<Item = &'a str> {
    let from = sentences.len().saturating_sub(CLOSING_SENTENCES);
    let last: Vec<_> = sentences.get(from..).unwrap_or_default().to_vec();
    last.into_iter().filter_map(|sentence| body.get(sentence))
}

fn digest(headline: &str, body: &str) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(headline.as_bytes());
    hasher.update([0]);
    hasher.update(body.as_bytes());
    hasher.finalize().into()
}

/// Primary subtag: declared, else told from the text, else `und`.
fn language(article: &Article, headline: &str, body: &str) -> String {
    let declared = article.language.as_deref().and_then(|tag| tag.split(['-', '_']).next());
    let declared =
        declared.map(|tag| tag.trim().to_lowercase()).filter(|tag| !tag.is_empty() && tag != "und");
    declared.unwrap_or_else(|| {
        let longer = if body.len() > headline.len() { body } else { headline };
        text::language(longer).unwrap_or("und").to_owned()
    })
}

/// What the body gives its headline.
struct Said<'a> {
    names: &'a Names,
    /// Who speaks in the body.
    speakers: &'a BTreeSet<String>,
    base: &'a [Hop],
    credits: &'a [Hop],
}

struct Texts<'t> {
    policy: &'t Policy,
    article: &'t Article,
    headline: &'t str,
    body: &'t str,
    sentences: &'t [Range<usize>],
    points: &'t Points<'t>,
}

impl Texts<'_> {
    /// Names and statements by the lexicon of the language.
    fn in_language(&self, words: &Words, reading: &mut Reading) {
        let behind_slug = label::slug_end(self.headline)..self.headline.len();
        let whole = std::slice::from_ref(&behind_slug).to_vec();
        let mut head = Tokens::new(self.headline, words, &whole);
        let mut body = Tokens::new(self.body, words, self.sentences);
        grammar::tag_parts(&mut head);
        grammar::tag_parts(&mut body);
        let mut names = Names::default();
        let body_mentions = names.read(&body);
        let head_mentions = names.read(&head);
        let now = self.article.published.or(self.article.received);
        let (base, credits) = self.provenance(&body);
        let mut voices = Voices::new(self.policy);
        let mut found = attributions(&body, None);
        let speakers = attribution::speakers(&body, &found);
        bracket::credits(self.policy, &body, &mut found);
        let teller = Teller {
            policy: self.policy,
            part: Part::Body,
            tokens: &body,
            points: self.points,
            found: &found,
            mentions: &body_mentions,
            names: &names,
            now,
            base: &base,
            credits: &credits,
        };
        let told = teller.tell(&mut voices);
        let said = Said { names: &names, speakers: &speakers, base: &base, credits: &credits };
        reading.statements = self.headline(&head, &head_mentions, now, &said);
        reading.statements.extend(told);
        reading.statements.truncate(self.policy.limits.statements_max);
        echo::mark(&mut reading.statements);
        if body.sentences.iter().any(|range| {
            let phrases =
                super::phrase::Phrases { tokens: &body, start: range.start, end: range.end };
            notices::of_earlier_version(&phrases)
        }) {
            reading.label = label::gravest(reading.label, super::Label::Correction);
        }
        reading.names = names.prominent(self.policy, self.policy.limits.names_max);
    }

    fn headline(
        &self,
        head: &Tokens<'_>,
        mentions: &[super::names::Mention],
        now: Option<Time>,
        said: &Said<'_>,
    ) -> Vec<Statement> {
        let whole = head.sentences.first().cloned().unwrap_or_default();
        let phrases = super::phrase::Phrases { tokens: head, start: whole.start, end: whole.end };
        if attribution::colon::is_view(&phrases) || attribution::colon::is_recap(&phrases) {
            return Vec::new();
        }
        let points = Points::new(self.headline);
        let speaks = |name: &str| {
            attribution::is_among(said.speakers, name)
                || self.policy.sources.by_name(name).is_some()
        };
        let found = attributions(head, Some(&speaks));
        let mut voices = Voices::new(self.policy);
        let teller = Teller {
            policy: self.policy,
            part: Part::Headline,
            tokens: head,
            points: &points,
            found: &found,
            mentions,
            names: said.names,
            now,
            base: said.base,
            credits: said.credits,
        };
        teller.tell(&mut voices)
    }

    /// The publisher with the agency behind the whole article, and credits for the rest.
    fn provenance(&self, body: &Tokens<'_>) -> (Vec<Hop>, Vec<Hop>) {
        let mut base = vec![self.publisher()];
        let mut credits = Vec::new();
        if let Some(source) = self.dateline(body) {
            carry(&mut base, source);
        }
        let byline = self.article.byline.as_deref().and_then(|byline| self.agency_in(byline));
        if let Some(source) = byline {
            carry(&mut base, source);
        }
        for credit in &self.article.credits {
            if let Some(source) = self
                .policy
                .sources
                .by_name(credit.trim())
                .filter(|source| source.kind == ListedKind::Agency)
            {
                carry(&mut credits, source);
            }
        }
        if let Some(source) = self.closing_credit(body) {
            carry(&mut credits, source);
        }
        credits.retain(|credit| !base.iter().any(|hop| hop.id == credit.id));
        (base, credits)
    }

    fn publisher(&self) -> Hop {
        let source = self.policy.sources.publisher(&self.article.publisher);
        let name = source.map_or(self.article.publisher.as_str(), |source| source.name.as_str());
        Hop {
            text: name.to_owned(),
            resolved: name.to_owned(),
            id: source.map(|source| source.id.clone()),
            kind: SourceKind::Publisher,
            named: true,
            ..Hop::default()
        }
    }

    /// An agency alone in a byline: "Reuters", "By AFP".
    fn agency_in(&self, byline: &str) -> Option<&Source> {
        let parts = byline.split([',', '/', ';', '|']).map(str::trim);
        let mut names =
            parts.map(|part| part.trim_start_matches("By ").trim_start_matches("by ").trim());
        names.find_map(|name| {
            self.policy.sources.by_name(name).filter(|source| source.kind == ListedKind::Agency)
        })
    }

    /// "DAMASCUS, Dec 8 (Reuters) - …" and "DAMASCUS (AP) — …"
    fn dateline(&self, body: &Tokens<'_>) -> Option<&Source> {
        let source = self.policy.sources.by_name(body.slice(body.dateline.as_ref()?))?;
        (source.kind == ListedKind::Agency).then_some(source)
    }

    /// "With inputs from AP" at the beginning or the end.
    fn closing_credit(&self, body: &Tokens<'_>) -> Option<&Source> {
        let count = body.sentences.len();
        let near = body
            .sentences
            .iter()
            .enumerate()
            .filter(|(at, _)| *at < CREDIT_SENTENCES || at + CREDIT_SENTENCES >= count);
        for (_, range) in near {
            let phrases =
                super::phrase::Phrases { tokens: body, start: range.start, end: range.end };
            let Some((at, length)) = super::clause::meaning_in(&phrases, range, Meaning::Credit)
            else {
                continue;
            };
            let from = at + length;
            let agency = (from..range.end.min(from + 6)).flat_map(|start| {
                (start + 1..=range.end.min(start + 4)).map(move |end| start..end)
            });
            if let Some(source) = agency
                .filter_map(|window| self.policy.sources.by_name(body.slice(&window)))
                .find(|source| source.kind == ListedKind::Agency)
            {
                return Some(source);
            }
        }
        None
    }

    /// What may be said of a text whose language has no lexicon.
    fn numbers_only(&self) -> Vec<Statement> {
        plain::numbers(
            self.body,
            self.sentences,
            self.points,
            &[self.publisher()],
            self.policy.limits.statements_max,
        )
    }
}

/// Adds an agency behind the publisher, unless the publisher is the agency.
fn carry(chain: &mut Vec<Hop>, source: &Source) {
    if chain.iter().any(|hop| hop.id.as_ref() == Some(&source.id)) {
        return;
    }
    chain.push(Hop {
        text: source.name.clone(),
        resolved: source.name.clone(),
        id: Some(source.id.clone()),
        kind: SourceKind::Agency,
        named: true,
        ..Hop::default()
    });
}
