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
/// Stems that a thread remembers before it starts anew.
const REMEMBERED_MAX: usize = 50_000;
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
struct Known {
    word: Box<str>,
    /// The hash of its stem.
    stem: u32,
}

type Remembered = HashTable<Known>;

thread_local! {
    static STEM_HASHES: RefCell<(Option<Algorithm>, Remembered)> =
        const { RefCell::new((None, HashTable::new())) };
}

/// `term_hash(&stem(language, folded))`, remembered by the thread.
#[must_use]
pub fn stem_hash(language: &str, folded: &str) -> u32 {
    let Some(algorithm) = algorithm(language).filter(|_| stems(folded)) else {
        return term_hash(folded);
    };
    STEM_HASHES.with_borrow_mut(|(of, remembered)| {
        if *of != Some(algorithm) || remembered.len() >= REMEMBERED_MAX {
            remembered.clear();
            *of = Some(algorithm);
        }
        let slot = word_hash(folded);
        if let Some(known) = remembered.find(slot, |known| *known.word == *folded) {
            return known.stem;
        }
        let stem = term_hash(&Stemmer::create(algorithm).stem(folded));
        let known = Known { word: folded.into(), stem };
        remembered.insert_unique(slot, known, |known| word_hash(&known.word));
        stem
    })
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
                assert_eq!(stem_hash(language, word), term_hash(&stem(language, word)));
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
