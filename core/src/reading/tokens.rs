//! Words and marks of a text with what the lexicon knows of them: what grammar works on.
//!
//! Tokens come in order, do not overlap, and lie on character boundaries. Unlike the text room's
//! words they keep punctuation, quotation marks and contractions apart.

mod scan;

use std::ops::Range;

use crate::policy::lexicon::{Entry, Meaning, Words, tag};
use scan::Scan;

/// Gives every token its part in the sentence.
pub use super::grammar::tag_parts;

/// What a token is by its letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Letters.
    Word,
    /// Digits with separators.
    Number,
    /// `,`
    Comma,
    /// `.`, `!`, `?` that end something.
    Stop,
    /// `:`
    Colon,
    /// `;`
    Semicolon,
    /// A dash between words.
    Dash,
    /// An opening quotation mark.
    Open,
    /// A closing one.
    Close,
    /// `(` and `)`.
    Bracket,
    /// `$`, `€`, `£`, `%`.
    Sign,
    /// `'s`
    Owner,
    /// Anything else.
    Other,
}

/// The part that a token plays in its sentence, as far as can be told without a treebank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pos {
    /// A thing.
    Noun,
    /// A thing's own name.
    Name,
    /// he, they, who is not
    Pronoun,
    /// A finite verb, or the participle of a verb group.
    Verb,
    /// be, have, do, may
    Aux,
    /// A participle that stands for a relative clause.
    Participle,
    /// saying
    Ing,
    /// (to) say
    Infinitive,
    /// old
    Adjective,
    /// also
    Adverb,
    /// the, his
    Determiner,
    /// of
    Preposition,
    /// and
    Conjunction,
    /// because
    Subordinator,
    /// who
    Relative,
    /// that
    That,
    /// to before an infinitive
    To,
    /// not
    Negator,
    /// 47, two
    Number,
    /// Monday, year
    Time,
    /// 's
    Owner,
    /// Marks.
    Mark,
}

/// One word or mark.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// By letters.
    pub kind: Kind,
    /// Entry in the lexicon; 0 if unknown.
    pub word: u32,
    /// What the lexicon says.
    pub tags: u64,
    /// Verb forms.
    pub forms: u8,
    /// Begins with a capital.
    pub capital: bool,
    /// Number of the quotation it stands in; 0 for none.
    pub quote: u16,
    /// Part in the sentence.
    pub pos: Pos,
}

impl Token {
    /// Whether any of these tags is set.
    #[must_use]
    pub const fn is(&self, tags: u64) -> bool {
        self.tags & tags != 0
    }

    /// Bytes.
    #[must_use]
    pub const fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// All tokens of a text, and which of them belong to which sentence.
#[derive(Debug)]
pub struct Tokens<'a> {
    /// The text.
    pub text: &'a str,
    /// The lexicon.
    pub words: &'a Words,
    /// In order.
    pub all: Vec<Token>,
    /// Token ranges of the sentences.
    pub sentences: Vec<Range<usize>>,
    /// Title case, or capitals throughout: capitals tell nothing.
    pub shouting: bool,
    /// Phrases of the lexicon, where they begin, how long and what they mean; in order.
    pub meanings: Vec<(usize, usize, Meaning)>,
    /// What stands in the brackets of a dateline: "DAMASCUS, Dec 8 (Reuters) -". Its sentence
    /// begins behind it.
    pub dateline: Option<Range<usize>>,
}

/// Sentences in which a dateline may stand: after a headline that was sent with the body.
const DATELINE_SENTENCES: usize = 2;
/// Tokens of a dateline.
const DATELINE_TOKENS_MAX: usize = 14;

impl<'a> Tokens<'a> {
    /// Reads the text; `sentences` are bytes.
    #[must_use]
    pub fn new(text: &'a str, words: &'a Words, sentences: &[Range<usize>]) -> Self {
        let mut scan = Scan::new(text, words);
        let mut ranges = Vec::with_capacity(sentences.len());
        for sentence in sentences {
            let from = scan.all.len();
            scan.sentence(sentence.clone());
            ranges.push(from..scan.all.len());
        }
        let shouting = shouting(&scan.all);
        let meanings = meanings(words, &scan.all);
        let mut made = Self {
            text,
            words,
            all: scan.all,
            sentences: ranges,
            shouting,
            meanings,
            dateline: None,
        };
        made.cut_dateline();
        made
    }

    /// Lets the sentence begin behind its dateline.
    fn cut_dateline(&mut self) {
        for at in 0..self.sentences.len().min(DATELINE_SENTENCES) {
            let range = self.sentences[at].clone();
            let end = range.end.min(range.start + DATELINE_TOKENS_MAX);
            let Some(dash) = (range.start + 1..end).find(|at| self.all[*at].kind == Kind::Dash)
            else {
                continue;
            };
            let bracketed = self.str(dash - 1) == ")";
            if !(bracketed || self.capitals(range.start)) || dash + 2 >= range.end {
                continue;
            }
            let open = (range.start..dash).find(|at| self.str(*at) == "(");
            self.dateline = open.filter(|_| bracketed).map(|open| open + 1..dash - 1);
            self.sentences[at].start = dash + 1;
            return;
        }
    }

    /// Three letters or more, all of them capitals, in a text that is not written so.
    fn capitals(&self, at: usize) -> bool {
        let written = self.str(at);
        !self.shouting && written.len() > 2 && written.chars().all(char::is_uppercase)
    }

    /// The token's letters.
    #[must_use]
    pub fn str(&self, at: usize) -> &'a str {
        self.all.get(at).map_or("", |token| self.text.get(token.range()).unwrap_or_default())
    }

    /// Whether a sentence begins at this token.
    #[must_use]
    pub fn sentences_start(&self, at: usize) -> bool {
        self.sentences.binary_search_by_key(&at, |sentence| sentence.start).is_ok()
    }

    /// The letters of a token range.
    #[must_use]
    pub fn slice(&self, range: &Range<usize>) -> &'a str {
        self.text.get(self.bytes(range)).unwrap_or_default()
    }

    /// The bytes of a token range.
    #[must_use]
    pub fn bytes(&self, range: &Range<usize>) -> Range<usize> {
        match (self.all.get(range.start), self.all.get(range.end.wrapping_sub(1))) {
            (Some(first), Some(last)) if range.start < range.end => first.start..last.end,
            (Some(first), _) => first.start..first.start,
            _ => 0..0,
        }
    }

    /// The lexicon entry of a token.
    #[must_use]
    pub fn entry(&self, at: usize) -> &'a Entry {
        self.words.entry(self.all.get(at).map_or(0, |token| token.word))
    }

    /// Whether the token is this lower-case word.
    #[must_use]
    pub fn is_word(&self, at: usize, word: &str) -> bool {
        let same = self.all.get(at).is_some_and(|token| token.end - token.start == word.len());
        same && self.str(at).eq_ignore_ascii_case(word)
    }
}

/// All phrases of the lexicon in the text, in order; at one place as the lexicon has them.
fn meanings(words: &Words, all: &[Token]) -> Vec<(usize, usize, Meaning)> {
    let mut found = Vec::new();
    for (at, token) in all.iter().enumerate().filter(|(_, token)| token.is(tag::PHRASE)) {
        for phrase in &words.entry(token.word).phrases {
            let rest = all.iter().skip(at + 1).map(|token| &token.word);
            if rest.take(phrase.rest.len()).eq(&phrase.rest) {
                found.push((at, phrase.rest.len() + 1, phrase.meaning));
            }
        }
    }
    found
}

/// More than half of the longer words begin with a capital.
fn shouting(all: &[Token]) -> bool {
    let long = |token: &&Token| token.kind == Kind::Word && token.end - token.start > 3;
    let words = all.iter().filter(long).count();
    let capitals = all.iter().filter(long).filter(|token| token.capital).count();
    words > 3 && capitals * 10 >= words * 8
}
