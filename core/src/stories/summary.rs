//! How a story is told: its headline, its slug and the sentences of its summary.
//!
//! Extractive only: every word comes from a live article. Pure; ties broken by time, then id.

use std::cmp::Reverse;
use std::sync::{Arc, OnceLock};

use crate::article::{ArticleId, Span, Time};
use crate::policy::Letter;
use crate::stories::vector::{Vector, sums};
use crate::text;

/// The terms of one text, found when they are first asked for.
///
/// Derived from the text beside it: never stored, and no part of what makes two rows differ.
#[derive(Clone, Debug, Default)]
pub struct Terms(OnceLock<Arc<[u32]>>);

impl PartialEq for Terms {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Terms {}

impl Terms {
    fn of(&self, language: &str, text: &str) -> &Arc<[u32]> {
        self.0.get_or_init(|| terms_of(language, text).into())
    }
}

/// A text with its terms.
#[derive(Clone, Copy, Debug)]
pub struct Worded<'a> {
    /// As it was written.
    pub text: &'a str,
    /// What was found in it.
    pub terms: &'a Terms,
}

/// One live article of the story, as far as telling goes.
#[derive(Clone, Debug)]
pub struct Teller<'a> {
    /// Which.
    pub article: ArticleId,
    /// When it was published.
    pub published: Time,
    /// How reliable its publisher is.
    pub letter: Letter,
    /// Primary language subtag.
    pub language: &'a str,
    /// Its headline.
    pub headline: Worded<'a>,
    /// Its text's first sentences, with their spans.
    pub opening: Vec<(Span, Worded<'a>)>,
    /// Its terms.
    pub vector: &'a Vector,
}

/// One sentence of a summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// The article it is taken from.
    pub article: ArticleId,
    /// Where in its text.
    pub span: Span,
}

/// Articles that take part in telling: the newest ones that are no copies.
pub const TELLERS_MAX: usize = 8;
/// Sentences of one article that take part.
pub const OPENING_SENTENCES: usize = 3;
/// Letters that a summary sentence has at least and at most.
const SENTENCE_CHARS: std::ops::RangeInclusive<usize> = 40..=350;
/// Letters of a slug.
const SLUG_BYTES_MAX: usize = 60;
/// Words of a slug.
const SLUG_WORDS_MAX: usize = 7;

/// What all tellers together say, term by term; sorted by term.
#[derive(Clone, Debug, Default)]
pub struct Gist(Vec<(u32, u64)>);

impl Gist {
    /// The sum over the tellers.
    #[must_use]
    pub fn of(tellers: &[Teller<'_>]) -> Self {
        Self(sums(tellers.iter().flat_map(|it| it.vector.weights())))
    }

    fn weight(&self, term: u32) -> u64 {
        let at = self.0.binary_search_by_key(&term, |(known, _)| *known);
        at.ok().and_then(|at| self.0.get(at)).map_or(0, |(_, sum)| *sum)
    }

    /// How much of the gist these terms carry, in relation to the square root of their number.
    fn carried(&self, terms: &[u32]) -> u64 {
        let sum: u64 = terms.iter().map(|term| self.weight(*term)).sum();
        (sum << 8) / (u64::try_from(terms.len()).unwrap_or(1) << 16).isqrt().max(256)
    }
}

/// The article whose headline tells the story: close to what all say, reliable, then newest.
#[must_use]
pub fn headline(tellers: &[Teller<'_>], gist: &Gist) -> Option<ArticleId> {
    let scored = tellers.iter().filter(|it| !it.headline.text.trim().is_empty()).map(|it| {
        let carried = gist.carried(it.headline.terms.of(it.language, it.headline.text));
        (carried * trust(it.letter), it.published, Reverse(it.article))
    });
    scored.max().map(|(_, _, Reverse(article))| article)
}

/// A headline as a slug: `ferry-sinks-off-samos`; `story` where nothing of it is ASCII.
#[must_use]
pub fn slug(language: &str, headline: &str) -> String {
    let mut slug = String::new();
    let words = text::words(headline);
    let telling = words.iter().filter(|word| !text::stop_word(language, &word.lower));
    for word in telling.take(SLUG_WORDS_MAX) {
        let plain: String = word.lower.chars().filter(char::is_ascii_alphanumeric).collect();
        if plain.is_empty() || slug.len() + plain.len() >= SLUG_BYTES_MAX {
            continue;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(&plain);
    }
    if slug.is_empty() { "story".to_owned() } else { slug }
}

/// Up to `sentences_max` sentences that carry most of the gist and do not repeat one another.
#[must_use]
pub fn summary(tellers: &[Teller<'_>], gist: &Gist, sentences_max: usize) -> Vec<Told> {
    let mut open: Vec<Candidate> = tellers.iter().flat_map(|it| candidates(it, gist)).collect();
    open.sort_by_key(|it| {
        (Reverse(it.score), Reverse(it.published), it.told.article, it.told.span)
    });
    let mut picked: Vec<Candidate> = Vec::new();
    for candidate in open {
        if picked.len() == sentences_max {
            break;
        }
        if !picked.iter().any(|it| it.repeats(&candidate)) {
            picked.push(candidate);
        }
    }
    picked.into_iter().map(|it| it.told).collect()
}

struct Candidate {
    told: Told,
    published: Time,
    score: u64,
    terms: Arc<[u32]>,
}

impl Candidate {
    /// Half of the shorter one's terms stand in the other, too.
    fn repeats(&self, other: &Self) -> bool {
        let common = self.terms.iter().filter(|it| other.terms.binary_search(it).is_ok()).count();
        common * 2 >= self.terms.len().min(other.terms.len())
    }
}

fn candidates<'a>(teller: &'a Teller<'_>, gist: &'a Gist) -> impl Iterator<Item = Candidate> + 'a {
    let opening = teller.opening.iter().take(OPENING_SENTENCES).enumerate();
    opening.filter_map(move |(at, (span, sentence))| {
        if !SENTENCE_CHARS.contains(&sentence.text.chars().count()) || !ends(sentence.text) {
            return None;
        }
        let terms = Arc::clone(sentence.terms.of(teller.language, sentence.text));
        let place = [4, 3, 2].get(at).copied().unwrap_or(1);
        let score = gist.carried(&terms) * trust(teller.letter) * place;
        let told = Told { article: teller.article, span: *span };
        Some(Candidate { told, published: teller.published, score, terms })
    })
}

/// A whole sentence, not a caption or a teaser cut short.
fn ends(sentence: &str) -> bool {
    sentence.trim_end().ends_with(['.', '!', '?', '"', '”', '’', '»', '。', '؟', '।'])
}

const fn trust(letter: Letter) -> u64 {
    match letter {
        Letter::A => 12,
        Letter::B => 11,
        Letter::C => 10,
        Letter::F => 9,
        Letter::D => 8,
        Letter::E => 6,
    }
}

fn terms_of(language: &str, text: &str) -> Vec<u32> {
    let words = text::words(text);
    let mut terms: Vec<u32> =
        words.iter().filter_map(|it| text::telling_stem(language, &it.lower)).collect();
    terms.sort_unstable();
    terms.dedup();
    terms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::vector::Weight;

    fn vector(text: &str) -> Vector {
        let weight =
            |term| Weight { term, rarity: 40, prominence: 8, headline: false, name: false };
        Vector::new(terms_of("en", text).into_iter().map(weight).collect())
    }

    fn worded(text: &str) -> Worded<'_> {
        Worded { text, terms: Box::leak(Box::default()) }
    }

    fn teller<'a>(uri: &str, minute: i64, headline: &'a str, vector: &'a Vector) -> Teller<'a> {
        let headline = worded(headline);
        Teller {
            article: ArticleId::of(uri),
            published: Time(minute * 60_000),
            letter: Letter::B,
            language: "en",
            headline,
            opening: Vec::new(),
            vector,
        }
    }

    #[test]
    fn the_headline_is_the_one_that_says_what_all_say() {
        let ferry = vector("A ferry sank off Samos with dozens aboard");
        let other = vector("What we know about ferry safety");
        let tellers = [
            teller("a", 1, "Ferry sinks off Samos, dozens aboard", &ferry),
            teller("b", 2, "Dozens missing as Samos ferry sinks", &ferry),
            teller("c", 3, "What we know", &other),
        ];
        let chosen = headline(&tellers, &Gist::of(&tellers));
        assert_ne!(chosen, Some(ArticleId::of("c")));
        assert!(chosen.is_some());
    }

    #[test]
    fn slugs_are_short_ascii_words() {
        assert_eq!(slug("en", "Ferry sinks off Sámos, 14 missing"), "ferry-sinks-samos-14-missing");
        assert_eq!(slug("ar", "غرق عبارة"), "story");
        let long = "Internationally recognised intergovernmental representatives reconsider things";
        assert!(slug("en", long).len() <= SLUG_BYTES_MAX);
    }

    #[test]
    fn a_summary_repeats_nothing() {
        let all =
            vector("A ferry with 60 people aboard sank off Samos. Storm winds hit rescue boats.");
        let mut first = teller("a", 1, "Ferry sinks", &all);
        first.opening = vec![
            (Span::new(0, 45), worded("A ferry with 60 people aboard sank off Samos.")),
            (Span::new(46, 90), worded("Storm winds kept the rescue boats in harbour.")),
        ];
        let mut second = teller("b", 2, "Ferry down", &all);
        second.opening =
            vec![(Span::new(0, 50), worded("The ferry sank off Samos with 60 people on board."))];
        let tellers = [first, second];
        let told = summary(&tellers, &Gist::of(&tellers), 3);
        assert_eq!(told.len(), 2);
    }
}
