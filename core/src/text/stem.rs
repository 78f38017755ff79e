//! Stems, stop words and the hash of a term.
//!
//! Pure: what a thread remembers only saves work.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use hashbrown::HashTable;
use rust_stemmers::{Algorithm, Stemmer};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::fold;

/// Fixed for ever: term hashes are kept in rows.
const TERM_SEED: u64 = 0x7772_6974_6574_6872;
/// Words of one language that a thread remembers before it starts anew.
const REMEMBERED_MAX: usize = 50_000;
/// Languages whose words a thread remembers before it starts anew.
const LANGUAGES_MAX: usize = 8;
/// Bytes of a word that is stemmed; longer ones are no words.
const WORD_BYTES_MAX: usize = 48;

/// The hash under which a term is kept.
#[must_use]
pub fn term_hash(term: &str) -> u32 {
    let hash = xxh3_64_with_seed(term.as_bytes(), TERM_SEED);
    u32::try_from(hash >> 32).expect("32 bits are left")
}

/// The stem of a folded word; the word itself where the language has no stemmer.
#[must_use]
pub fn stem<'a>(language: &str, folded: &'a str) -> Cow<'a, str> {
    match algorithm(language) {
        Some(algorithm) if stems(folded) => Stemmer::create(algorithm).stem(folded),
        _ => Cow::Borrowed(folded),
    }
}

/// A word with what is known of it.
#[derive(Clone, Copy)]
struct Known {
    /// The hash of its stem.
    stem: u32,
    /// It is a function word.
    stops: bool,
}

/// The words of one language that a thread has met.
#[derive(Default)]
struct Remembered {
    words: HashTable<(Box<str>, Known)>,
}

impl Remembered {
    fn word(&mut self, language: &str, folded: &str) -> Known {
        let slot = word_hash(folded);
        if let Some((_, known)) = self.words.find(slot, |(word, _)| **word == *folded) {
            return *known;
        }
        if self.words.len() >= REMEMBERED_MAX {
            self.words.clear();
        }
        let stem = term_hash(&stem(language, folded));
        let known = Known { stem, stops: stop_word(language, folded) };
        self.words.insert_unique(slot, (folded.into(), known), |(word, _)| word_hash(word));
        known
    }
}

thread_local! {
    static REMEMBERED: RefCell<BTreeMap<Code, Remembered>> = const { RefCell::new(BTreeMap::new()) };
}

/// What is known of a word, remembered by the thread where the language has a code.
fn known(language: &str, folded: &str) -> Known {
    let Some(code) = subtag(language).filter(|_| folded.len() <= WORD_BYTES_MAX) else {
        let stem = term_hash(&stem(language, folded));
        return Known { stem, stops: stop_word(language, folded) };
    };
    REMEMBERED.with_borrow_mut(|all| {
        if !all.contains_key(&code) && all.len() >= LANGUAGES_MAX {
            all.clear();
        }
        all.entry(code).or_default().word(language, folded)
    })
}

/// `term_hash(&stem(language, folded))`.
#[must_use]
pub fn stem_hash(language: &str, folded: &str) -> u32 {
    known(language, folded).stem
}

/// The same; `None` for a function word.
#[must_use]
pub fn telling_stem(language: &str, folded: &str) -> Option<u32> {
    let known = known(language, folded);
    (!known.stops).then_some(known.stem)
}

fn word_hash(word: &str) -> u64 {
    xxh3_64_with_seed(word.as_bytes(), TERM_SEED)
}

fn stems(folded: &str) -> bool {
    folded.len() <= WORD_BYTES_MAX && !folded.bytes().any(|byte| byte.is_ascii_digit())
}

fn algorithm(language: &str) -> Option<Algorithm> {
    Some(match language {
        "en" => Algorithm::English,
        "ar" => Algorithm::Arabic,
        "da" => Algorithm::Danish,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "es" => Algorithm::Spanish,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "hu" => Algorithm::Hungarian,
        "it" => Algorithm::Italian,
        "nb" | "nn" | "no" => Algorithm::Norwegian,
        "nl" => Algorithm::Dutch,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        _ => return None,
    })
}

type StopList = HashTable<String>;

/// Whether a folded word is a function word of its language (an unknown language has none).
#[must_use]
pub fn stop_word(language: &str, folded: &str) -> bool {
    static LISTS: OnceLock<Vec<(Code, StopList)>> = OnceLock::new();
    let lists = LISTS.get_or_init(|| {
        let codes = stop_words::available_languages().iter();
        let lists: BTreeMap<Code, StopList> =
            codes.filter_map(|code| Some((subtag(code)?, stop_list(code)))).collect();
        lists.into_iter().collect()
    });
    let language = if matches!(language, "nb" | "nn") { "no" } else { language };
    let Some(code) = subtag(language) else { return false };
    lists
        .binary_search_by_key(&code, |(code, _)| *code)
        .is_ok_and(|at| lists[at].1.find(word_hash(folded), |word| word == folded).is_some())
}

/// A language of two letters, as a number.
type Code = [u8; 2];

fn subtag(language: &str) -> Option<Code> {
    language.as_bytes().try_into().ok()
}

fn stop_list(code: &str) -> StopList {
    let mut list = StopList::new();
    for word in stop_words::lookup(code).unwrap_or_default() {
        let folded = fold(word).into_owned();
        list.insert_unique(word_hash(&folded), folded, |word| word_hash(word));
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_join_forms() {
        assert_eq!(stem("en", "attacked"), stem("en", "attacks"));
        assert_eq!(stem("de", "angriffe"), stem("de", "angriffen"));
        assert_eq!(stem("xx", "attacked"), "attacked");
        assert_eq!(stem("en", "f-16s"), "f-16s");
        for word in ["attacked", "minister", "2024", "x"] {
            for language in ["en", "fr", "en", "xx"] {
                let stem = term_hash(&stem(language, word));
                assert_eq!(stem_hash(language, word), stem);
                let telling = telling_stem(language, word);
                assert_eq!(telling, (!stop_word(language, word)).then_some(stem));
            }
        }
    }

    #[test]
    fn function_words_are_known() {
        for (language, word) in [("en", "the"), ("de", "fur"), ("fr", "meme"), ("es", "tambien")] {
            assert!(stop_word(language, word), "{word}");
        }
        assert!(!stop_word("en", "killed") && !stop_word("xx", "the"));
    }

    #[test]
    fn hashes_never_change() {
        assert_eq!(term_hash("damascus"), term_hash("damascus"));
        assert_ne!(term_hash("damascus"), term_hash("aleppo"));
    }
}
