//! Cues, hedges, denials, indicators and predicates as data, one set a language.
//!
//! A lexicon file names word classes; here they become one table from word forms to what is known
//! of them, so that reading looks every word up once and compares numbers after that.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

mod file;
mod inflect;
pub mod tag;

pub use file::LexiconFile;
pub use tag::form;

/// Marks a phrase, a class or an indicator that a word does not have.
pub const NONE: u16 = u16::MAX;

/// The lexicons of all configured languages.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    languages: BTreeMap<String, Words>,
}

impl Lexicon {
    /// Compiles the files, one a language.
    ///
    /// # Errors
    /// A sentence that says which entry of which language is wrong.
    pub fn new(files: Vec<LexiconFile>) -> Result<Self, String> {
        let mut made = Self::default();
        for file in files {
            let language = file.language.clone();
            let words =
                file.compile().map_err(|error| format!("lexicon \"{language}\": {error}"))?;
            if made.languages.insert(language.clone(), words).is_some() {
                return Err(format!("lexicon \"{language}\" stands twice"));
            }
        }
        Ok(made)
    }

    /// The words of this language, by its primary subtag.
    #[must_use]
    pub fn language(&self, language: &str) -> Option<&Words> {
        self.languages.get(language)
    }
}

/// What an attribution does with its content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Says, reports, adds.
    #[default]
    Say,
    /// Claims, alleges.
    Claim,
    /// Confirms, admits.
    Confirm,
    /// Denies, dismisses.
    Deny,
    /// Asks.
    Ask,
    /// Doubts: asserts nothing, unless the doubt itself is negated.
    Doubt,
    /// Believes, expects.
    Think,
    /// Plans, wants, vows.
    Intend,
    /// Urges, demands.
    Urge,
    /// Praises, accuses, describes.
    Judge,
    /// A poll or a study shows.
    Show,
    /// Appears, seems: nobody is named.
    Seem,
}

/// One way to attribute with a verb: what it does and what may follow it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cue {
    /// What it does.
    pub act: Act,
    /// Bits of [`tag::takes`].
    pub takes: u8,
}

/// What is known of one word form.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Bits of [`tag`].
    pub tags: u64,
    /// Bits of [`tag::form`]: which forms of a verb it can be.
    pub forms: u8,
    /// Entry of the base form; itself if it is one.
    pub lemma: u32,
    /// Up to two ways to attribute with this verb.
    pub cues: [Option<Cue>; 2],
    /// Predicate class of the verb.
    pub verb_class: u16,
    /// Predicate class of the noun.
    pub noun_class: u16,
    /// Indicator of the verb.
    pub verb_indicator: u16,
    /// Indicator of the noun.
    pub noun_indicator: u16,
    /// Number word: value, or lower and upper end of an interval, or a scale.
    pub number: Option<NumberWord>,
    /// Phrases that begin here, longest first.
    pub phrases: Vec<Phrase>,
    /// Hash of the base form, for comparing contents.
    pub term: u32,
    /// The past form, where this is the base of a verb.
    pub past: Option<Box<str>>,
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            tags: 0,
            forms: 0,
            lemma: 0,
            cues: [None; 2],
            verb_class: NONE,
            noun_class: NONE,
            verb_indicator: NONE,
            noun_indicator: NONE,
            number: None,
            phrases: Vec::new(),
            term: 0,
            past: None,
        }
    }
}

/// What a number word stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberWord {
    /// One, two, ninety.
    Unit(i64),
    /// Hundred, million, bn.
    Scale(i64),
    /// Dozens: from, to.
    Interval(i64, i64),
    /// A third: numerator, denominator.
    Fraction(i64, i64),
}

/// What a phrase of several words means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// Attributes, by its verb.
    Cue(Act),
    /// "according to": the source follows.
    SourceFollows,
    /// A predicate class.
    Predicate(u16),
    /// An indicator stands behind the number.
    Indicator(u16),
    /// "death toll": the number follows.
    Toll(u16),
    /// A unit.
    Unit(u16),
    /// Bounds of a number.
    AtLeast,
    /// More than.
    MoreThan,
    /// Up to.
    AtMost,
    /// Fewer than.
    FewerThan,
    /// About.
    About,
    /// "could not be independently verified"
    Unverified,
    /// "is not true"
    Untrue,
    /// "declined to comment"
    NoComment,
    /// "no immediate word"
    Absence,
    /// "a blow to"
    Opinion,
    /// "has ruled since"
    Background,
    /// "is to"
    Plan,
    /// "is expected to"
    Forecast,
    /// "correspondent saw"
    FirstHand,
    /// "familiar with"
    Access,
    /// "on condition of anonymity"
    Unnamed,
    /// "with inputs from"
    Credit,
}

/// A phrase by its words after the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// Entries of the words that follow.
    pub rest: Vec<u32>,
    /// What it means.
    pub meaning: Meaning,
}

/// A class of predicates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Predicate {
    /// Its name.
    pub class: String,
    /// Hash of the name.
    pub key: u32,
    /// Hash of the name of the class that it excludes.
    pub excludes: Option<u32>,
    /// Whether it harms (-1) or serves (1) its subject.
    pub valence: i8,
    /// Holds for a while.
    pub state: bool,
    /// A subject does it once in a story.
    pub once: bool,
    /// Only one subject at a time can do it to its object.
    pub sole: bool,
}

/// Something that is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Indicator {
    /// Its name.
    pub name: String,
    /// Goes both ways.
    pub gauge: bool,
}

/// The compiled words of one language. Entry 0 is the unknown word.
#[derive(Clone, Debug, Default)]
pub struct Words {
    index: BTreeMap<String, u32>,
    slots: Vec<(u64, u32)>,
    entries: Vec<Entry>,
    /// Predicate classes.
    pub predicates: Vec<Predicate>,
    /// Indicators.
    pub indicators: Vec<Indicator>,
    /// Names of units.
    pub units: Vec<String>,
    /// Animals in lower case: they are counted apart from people.
    pub animals: BTreeSet<String>,
}

impl Words {
    /// The entry of a lower-case form; 0 if it is unknown.
    #[must_use]
    pub fn find(&self, form: &str) -> u32 {
        let hash = xxhash_rust::xxh3::xxh3_64(form.as_bytes());
        let mask = self.slots.len().saturating_sub(1);
        let mut at = usize::try_from(hash).unwrap_or(0) & mask;
        while let Some((key, entry)) = self.slots.get(at) {
            if *entry == 0 || *key == hash {
                return *entry;
            }
            at = (at + 1) & mask;
        }
        0
    }

    /// What is known of the word.
    #[must_use]
    pub fn entry(&self, at: u32) -> &Entry {
        &self.entries[usize::try_from(at).unwrap_or(0)]
    }

    /// The predicate class, if any.
    #[must_use]
    pub fn predicate(&self, class: u16) -> Option<&Predicate> {
        self.predicates.get(usize::from(class))
    }

    fn intern(&mut self, form: &str) -> u32 {
        if let Some(at) = self.index.get(form) {
            return *at;
        }
        let at = u32::try_from(self.entries.len()).unwrap_or(0);
        self.entries.push(Entry { lemma: at, ..Entry::default() });
        self.index.insert(form.to_owned(), at);
        at
    }

    fn entry_mut(&mut self, form: &str) -> &mut Entry {
        let at = self.intern(form);
        &mut self.entries[usize::try_from(at).unwrap_or(0)]
    }

    /// A plural that is listed beside its singular has it as its base.
    fn join_plurals(&mut self) {
        for (form, at) in &self.index {
            let single = form.strip_suffix('s').and_then(|single| self.index.get(single));
            let entry = &mut self.entries[usize::try_from(*at).unwrap_or(0)];
            if let (Some(single), true) = (single, entry.forms == 0 && form.len() > 3) {
                entry.lemma = *single;
            }
        }
    }

    /// Builds the table that [`Self::find`] reads: open addressing, at most a quarter full.
    fn seal(&mut self) {
        self.join_plurals();
        let bases: Vec<u32> = self.index.keys().map(|form| class_key(form)).collect();
        for (hash, at) in bases.into_iter().zip(self.index.values()) {
            self.entries[usize::try_from(*at).unwrap_or(0)].term = hash;
        }
        for at in 0..self.entries.len() {
            let lemma = self.entries[at].lemma;
            self.entries[at].term = self.entry(lemma).term;
        }
        let size = (self.entries.len() * 4).next_power_of_two();
        self.slots = vec![(0, 0); size];
        for (form, entry) in &self.index {
            let hash = xxhash_rust::xxh3::xxh3_64(form.as_bytes());
            let mut at = usize::try_from(hash).unwrap_or(0) & (size - 1);
            while self.slots[at].1 != 0 {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = (hash, *entry);
        }
        for entry in &mut self.entries {
            if !entry.phrases.is_empty() {
                entry.tags |= tag::PHRASE;
            }
            entry.phrases.sort_by(|a, b| {
                b.rest.len().cmp(&a.rest.len()).then_with(|| a.meaning.cmp(&b.meaning))
            });
        }
    }
}

/// The 32-bit key of a class name.
#[must_use]
pub fn class_key(name: &str) -> u32 {
    u32::try_from(xxhash_rust::xxh3::xxh3_64(name.as_bytes()) >> 32).unwrap_or(0)
}
