//! Sampled shingles of words, sentence by sentence, for finding copies.
//!
//! Equal wording has equal hashes wherever it stands. The lowest bit of a hash is set where it
//! holds a number or a negation: those must all agree before a sentence counts as the same.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use crate::policy::Policy;
use crate::reading::Passage;
use crate::text::{self, Word};

/// Words of one shingle.
const SHINGLE_WORDS: usize = 5;
/// Words below which a sentence says nothing.
const SENTENCE_WORDS_MIN: usize = 3;
/// One shingle in this many is kept, and the smallest of each sentence.
const SAMPLED_ONE_IN: u64 = 4;

/// Words that turn a sentence around.
const NEGATIONS: [&str; 12] = [
    "aucun", "denied", "denies", "deny", "kein", "keine", "never", "nicht", "no", "non", "not",
    "pas",
];

/// Numbers as words.
const NUMBERS: [&str; 24] = [
    "billion",
    "dozen",
    "dozens",
    "eight",
    "eighteen",
    "eleven",
    "fifteen",
    "five",
    "four",
    "hundred",
    "hundreds",
    "million",
    "nine",
    "one",
    "seven",
    "six",
    "sixteen",
    "ten",
    "thousand",
    "thousands",
    "three",
    "twelve",
    "twenty",
    "two",
];

/// The passages of a text, given its sentences in order.
#[must_use]
pub fn passages(policy: &Policy, text: &str, sentences: &[Range<usize>]) -> Vec<Passage> {
    let words = text::words(text);
    let hashes: Vec<u64> = words.iter().map(|word| xxh3_64(word.lower.as_bytes())).collect();
    let mut left = policy.limits.hashes_max;
    let mut found = Vec::with_capacity(sentences.len());
    let mut from = 0;
    for (at, sentence) in sentences.iter().enumerate() {
        let start = from + before(words.get(from..), sentence.start);
        let end = start + before(words.get(start..), sentence.end);
        from = end;
        let (Some(words), Some(hashes)) = (words.get(start..end), hashes.get(start..end)) else {
            break;
        };
        let (Ok(sentence), true) = (u16::try_from(at), words.len() >= SENTENCE_WORDS_MIN) else {
            continue;
        };
        let mut sampled = sample(words, hashes);
        sampled.truncate(left);
        left -= sampled.len();
        if !sampled.is_empty() {
            found.push(Passage { sentence, hashes: sampled });
        }
    }
    found
}

fn before(words: Option<&[Word<'_>]>, end: usize) -> usize {
    words.unwrap_or_default().iter().take_while(|word| word.range.start < end).count()
}

fn sample(words: &[Word<'_>], hashes: &[u64]) -> Vec<u32> {
    let all = || hashes.windows(SHINGLE_WORDS.min(hashes.len())).map(combine);
    let least = all().min().unwrap_or(0);
    let plain = all().filter(|hash| hash % SAMPLED_ONE_IN == 0 || *hash == least);
    let plain = plain.map(|hash| high_bits(hash) & !1);
    let telling = words.iter().enumerate().filter(|(_, word)| tells(word)).map(|(at, _)| {
        let end = (at + 3).min(hashes.len());
        high_bits(combine(hashes.get(at..end).unwrap_or_default())) | 1
    });
    plain.chain(telling).collect()
}

fn tells(word: &Word<'_>) -> bool {
    let lower = word.lower.as_ref();
    word.is_number
        || NEGATIONS.binary_search(&lower).is_ok()
        || NUMBERS.binary_search(&lower).is_ok()
        || lower.ends_with("n't")
}

fn combine(hashes: &[u64]) -> u64 {
    let mixed = hashes
        .iter()
        .fold(0_u64, |sum, hash| (sum.rotate_left(13) ^ hash).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed ^ (mixed >> 29)
}

fn high_bits(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<Passage> {
        passages(&Policy::default(), text, &text::sentences(text))
    }

    #[test]
    fn lists_are_sorted() {
        assert!(NEGATIONS.is_sorted() && NUMBERS.is_sorted());
    }

    #[test]
    fn a_sentence_has_the_same_passages_in_another_text() {
        let sentence = "The ferry left the harbour at dawn and never reached the island.";
        let alone = of(sentence);
        let later = of(&format!("Rescue boats are out. {sentence} Relatives wait on the quay."));
        assert_eq!(alone[0].hashes, later[1].hashes);
        assert_eq!(later[1].sentence, 1);
    }

    #[test]
    fn another_number_is_another_passage() {
        let told = |text: &str| -> Vec<u32> {
            of(text)[0].hashes.iter().copied().filter(|hash| hash & 1 == 1).collect()
        };
        let first = told("At least 14 people are missing after the ferry sank in the strait.");
        assert_eq!(first.len(), 1);
        assert_ne!(
            first,
            told("At least 19 people are missing after the ferry sank in the strait.")
        );
    }
}
