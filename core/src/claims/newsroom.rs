//! A small desk for tests: sources, statements and articles in a few words each.

use std::sync::Arc;

use crate::article::{ArticleId, ClaimId, Id, Span, StoryId, Time};
use crate::claims::{
    ClaimEvent, ClaimRow, Claims, Level, Occasion, RevisionEffect, Told, Weighed, What,
};
use crate::policy::lexicon::class_key;
use crate::policy::sources::ListedKind;
use crate::policy::{Letter, Policy, Side, Source, Sources};
use crate::reading::{
    Basis, Bound, ClaimKind, Factuality, Hop, Part, Proposition, Quantity, Reading, Series,
    SourceKind, Stance, Statement,
};

/// A minute in milliseconds.
pub const MINUTE: i64 = 60_000;

/// The time so many minutes after the story began.
pub fn at(minutes: i64) -> Time {
    Time(1_733_600_000_000 + minutes * MINUTE)
}

/// The policy of the tests: a few sources with the letters of the reference table.
pub fn policy() -> Policy {
    let source = |id: &str, kind, letter, side: Option<&str>| Source {
        id: id.to_owned(),
        name: id.to_owned(),
        aliases: Vec::new(),
        domains: Vec::new(),
        kind,
        letter,
        owner: None,
        side: side.map(str::to_owned),
        country: None,
        reason: "test".to_owned(),
    };
    let mut list = Vec::new();
    for outlet in ["mint", "hindu", "star", "gazette", "times", "post"] {
        list.push(source(outlet, ListedKind::Outlet, Letter::B, None));
    }
    for agency in ["reuters", "ap", "afp", "dpa"] {
        list.push(source(agency, ListedKind::Agency, Letter::A, None));
    }
    list.push(source("sana", ListedKind::Agency, Letter::D, Some("syria")));
    list.push(source("tass", ListedKind::Agency, Letter::C, Some("russia")));
    list.push(source("sohr", ListedKind::Organisation, Letter::B, None));
    list.push(source("ministry", ListedKind::Official, Letter::B, None));
    list.push(source("rescue", ListedKind::Organisation, Letter::B, None));
    list.push(source("shelter", ListedKind::Organisation, Letter::D, None));
    list.push(source("presidency", ListedKind::Official, Letter::C, Some("syria")));
    list.push(source("mid", ListedKind::Official, Letter::C, Some("russia")));
    let side = |id: &str, names: &[&str], allies: &[&str], opponents: &[&str]| Side {
        id: id.to_owned(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        allies: allies.iter().map(|name| (*name).to_owned()).collect(),
        opponents: opponents.iter().map(|name| (*name).to_owned()).collect(),
    };
    let sides = vec![
        side("syria", &["assad", "syrian government"], &["russia"], &["rebels"]),
        side("russia", &["moscow"], &["syria"], &[]),
        side("rebels", &["insurgents", "rebels"], &[], &["syria"]),
    ];
    Policy { sources: Sources::new(list, sides).unwrap(), ..Policy::default() }
}

/// A stable number for a word, as the reading room hashes names.
pub fn word(text: &str) -> u32 {
    class_key(&text.to_lowercase())
}

fn words(text: &str) -> Vec<u32> {
    let mut keys: Vec<u32> = text.split_whitespace().map(word).collect();
    keys.sort_unstable();
    keys
}

/// A hop: listed by its id, "?" before somebody without a name, "??" with several and access.
pub fn hop(source: &str) -> Hop {
    let (named, access, name) = match source.strip_prefix("??") {
        Some(name) => (false, true, name),
        None => match source.strip_prefix('?') {
            Some(name) => (false, false, name),
            None => (true, false, source),
        },
    };
    let listed = policy_ids().contains(&name);
    Hop {
        text: name.to_owned(),
        resolved: name.to_owned(),
        id: (named && listed).then(|| name.to_owned()),
        kind: if named { SourceKind::Organisation } else { SourceKind::Anonymous },
        named,
        plural_with_access: access,
        ..Hop::default()
    }
}

fn policy_ids() -> [&'static str; 18] {
    [
        "mint",
        "hindu",
        "star",
        "gazette",
        "times",
        "post",
        "reuters",
        "ap",
        "afp",
        "dpa",
        "sana",
        "tass",
        "sohr",
        "ministry",
        "rescue",
        "shelter",
        "presidency",
        "mid",
    ]
}

/// A chain written from the publisher to the root: `"mint < reuters < ??senior officers"`.
pub fn chain(text: &str) -> Arc<[Hop]> {
    let mut hops: Vec<Hop> = text.split(" < ").map(hop).collect();
    if let Some(publisher) = hops.first_mut() {
        publisher.kind = SourceKind::Publisher;
    }
    hops.into()
}

/// A statement by its chain: said, of an event without names.
pub fn said(by: &str, proposition: Proposition) -> Statement {
    let chain = chain(by);
    Statement {
        factuality: if chain.len() > 1 { Factuality::Said } else { Factuality::Stated },
        text: format!("{} {:?}", proposition.subject_text, proposition.predicate),
        chain,
        proposition,
        ..Statement::default()
    }
}

/// A proposition: predicate, subject, names beside the subject, terms.
pub fn that(predicate: &str, subject: &str, names: &str, terms: &str) -> Proposition {
    let mut all = words(names);
    if subject.chars().next().is_some_and(char::is_uppercase) {
        all.push(word(subject));
        all.sort_unstable();
    }
    Proposition {
        predicate: Some(word(predicate)),
        subject: Some(word(subject)),
        subject_text: subject.to_owned(),
        names: all,
        terms: words(terms),
        ..Proposition::default()
    }
}

/// "Assad left Damascus by plane".
pub fn assad_left() -> Proposition {
    Proposition {
        valence: -1,
        once: true,
        excludes: Some(word("remain")),
        ..that("leave", "Assad", "Damascus", "plane")
    }
}

/// The denial of a statement.
pub fn denied(statement: Statement) -> Statement {
    Statement { stance: Stance::Deny, denial_text: Some("it is not so".to_owned()), ..statement }
}

/// A toll: so many killed, said by somebody.
pub fn killed(by: &str, value: i64) -> Statement {
    numbered(by, count("killed", value))
}

/// A statement with one number.
pub fn numbered(by: &str, quantity: Quantity) -> Statement {
    let text = format!("{} {} {:?}", quantity.value / 1000, quantity.indicator, quantity.bound);
    let base = said(by, that("kill", "strike", "", "people"));
    Statement { text, kind: ClaimKind::Quantity, quantities: vec![quantity], ..base }
}

/// Just so many of something cumulative.
pub fn count(indicator: &str, value: i64) -> Quantity {
    Quantity {
        indicator: indicator.to_owned(),
        value: value * 1000,
        low: Some(value * 1000),
        high: Some(value * 1000),
        ..Quantity::default()
    }
}

/// At least so many.
pub fn at_least(indicator: &str, value: i64) -> Quantity {
    Quantity { high: None, bound: Bound::AtLeast, ..count(indicator, value) }
}

/// Just so many of something that goes both ways.
pub fn gauge(indicator: &str, value: i64) -> Quantity {
    Quantity { series: Series::Gauge, ..count(indicator, value) }
}

/// One article on its way to the desk.
#[derive(Clone, Debug)]
pub struct Item {
    pub uri: String,
    pub revision: u32,
    pub minute: i64,
    pub statements: Vec<Statement>,
    pub copy_of: Option<(String, i64)>,
    pub effect: RevisionEffect,
}

/// An article with these statements, published so many minutes after the start.
pub fn article(uri: &str, minute: i64, statements: Vec<Statement>) -> Item {
    Item {
        uri: uri.to_owned(),
        revision: 1,
        minute,
        statements,
        copy_of: None,
        effect: RevisionEffect::New,
    }
}

impl Item {
    /// All of it is shared with an earlier article.
    pub fn copy_of(mut self, uri: &str, minute: i64) -> Self {
        self.copy_of = Some((uri.to_owned(), minute));
        self
    }

    /// A later version.
    pub fn version(mut self, revision: u32, effect: RevisionEffect) -> Self {
        self.revision = revision;
        self.effect = effect;
        self
    }
}

/// A desk with one story.
#[derive(Clone)]
pub struct Desk {
    pub policy: Policy,
    pub claims: Claims,
    pub now: Time,
    pub story: StoryId,
}

impl Desk {
    pub fn new() -> Self {
        Self { policy: policy(), claims: Claims::new(16), now: at(0), story: story(1) }
    }

    /// Takes an article and settles; log time goes on a minute.
    pub fn take(&mut self, item: &Item) -> Vec<ClaimEvent> {
        self.now = self.now.plus_ms(MINUTE);
        let text = "x".repeat(400);
        let mut statements = item.statements.clone();
        for (n, statement) in statements.iter_mut().enumerate() {
            statement.sentence = u16::try_from(n).unwrap();
            let start = u32::try_from(10 * n).unwrap();
            statement.span = Span::new(start, start + 9);
        }
        let reading = Reading { text, headline: "x".repeat(400), statements, ..Reading::default() };
        let shared: Vec<(u16, ArticleId, Time)> = match &item.copy_of {
            Some((uri, minute)) => (0..u16::try_from(reading.statements.len()).unwrap())
                .map(|n| (n, ArticleId::of(uri), at(*minute)))
                .collect(),
            None => Vec::new(),
        };
        let told = Told {
            story: self.story,
            article: ArticleId::of(&item.uri),
            revision: item.revision,
            reading: &reading,
            published: at(item.minute),
            now: self.now,
            shared: &shared,
            headline: None,
            effect: item.effect,
        };
        let slots = self.claims.record(&self.policy, &told);
        let occasion = match item.effect {
            RevisionEffect::Correction => Occasion::Correction,
            _ => Occasion::Revision,
        };
        self.settle(&slots, occasion)
    }

    /// Withdraws an article.
    pub fn withdraw(&mut self, uri: &str, minute: i64) -> Vec<ClaimEvent> {
        self.now = self.now.plus_ms(MINUTE);
        let article = ArticleId::of(uri);
        let slots = self.claims.withdraw(&self.policy, article, at(minute), "KILL");
        self.settle(&slots, Occasion::Withdrawal)
    }

    pub fn settle(
        &mut self,
        slots: &[crate::article::SlotId],
        occasion: Occasion,
    ) -> Vec<ClaimEvent> {
        let mut events = Vec::new();
        for slot in slots {
            events.extend(self.claims.settle(&self.policy, *slot, occasion, self.now).events);
        }
        events
    }

    /// All published claims.
    pub fn all(&self) -> Vec<ClaimId> {
        self.claims.claims_of(self.story).collect()
    }

    /// The only claim.
    pub fn only(&self) -> ClaimId {
        let all = self.all();
        assert_eq!(all.len(), 1, "one claim, not {}", all.len());
        all[0]
    }

    pub fn row(&self, claim: ClaimId) -> &ClaimRow {
        self.claims.get(claim).unwrap()
    }

    pub fn level(&self, claim: ClaimId) -> Level {
        self.row(claim).level
    }

    pub fn weighed(&self, claim: ClaimId) -> Weighed {
        self.claims.weighed(&self.policy, claim).unwrap()
    }

    /// The claim with this number.
    pub fn valued(&self, value: i64) -> ClaimId {
        let found = self.all().into_iter().find(|claim| {
            self.row(*claim).quantity.as_ref().is_some_and(|q| q.value == value * 1000)
        });
        found.unwrap_or_else(|| panic!("no claim says {value}"))
    }
}

/// A story's id.
pub fn story(n: u8) -> StoryId {
    StoryId(Id([n; 12]))
}

/// The kinds of some events, in order.
pub fn kinds(events: &[ClaimEvent]) -> Vec<&'static str> {
    events
        .iter()
        .map(|event| match event.what {
            What::Added => "added",
            What::Corroborated => "corroborated",
            What::Denied => "denied",
            What::Disputed => "disputed",
            What::Resolved => "resolved",
            What::Superseded { .. } => "superseded",
            What::Corrected { .. } => "corrected",
            What::Retracted { .. } => "retracted",
            What::Merged { .. } => "merged",
            What::LevelChanged { .. } => "level_changed",
        })
        .collect()
}

/// An own act of its root.
pub fn own_act(statement: Statement) -> Statement {
    Statement { basis: Basis::OwnAct, factuality: Factuality::Stated, ..statement }
}

/// In the headline.
pub fn headline(statement: Statement) -> Statement {
    Statement { part: Part::Headline, ..statement }
}
