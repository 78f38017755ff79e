//! Sampled shingles of words, sentence by sentence, for finding copies.
//!
//! Equal wording has equal hashes wherever it stands. The lowest bit of a hash is set where it
//! holds a number or a negation: those must all agree before a sentence counts as the same.

use std::ops::Range;
use std::sync::OnceLock;

use xxhash_rust::xxh3::xxh3_64;

use crate::policy::Policy;
use crate::reading::Passage;
use crate::text::Word;

/// Words of one shingle.
const SHINGLE_WORDS: usize = 5;
/// Words below which a sentence says nothing.
const SENTENCE_WORDS_MIN: usize = 3;
/// One shingle in this many is kept, and the smallest of each sentence.
const SAMPLED_ONE_IN: u64 = 4;

/// Words that turn a sentence around, and numbers as words.
const TELLING: [&str; 36] = [
    "aucun",
    "denied",
    "denies",
    "deny",
    "kein",
    "keine",
    "never",
    "nicht",
    "no",
    "non",
    "not",
    "pas",
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

/// The passages of a text, given its words and its sentences in order.
#[must_use]
pub fn passages(policy: &Policy, words: &[Word<'_>], sentences: &[Range<usize>]) -> Vec<Passage> {
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
    let all: Vec<u64> = hashes.windows(SHINGLE_WORDS.min(hashes.len())).map(combine).collect();
    let least = all.iter().copied().min().unwrap_or(0);
    let plain = all.iter().filter(|hash| **hash % SAMPLED_ONE_IN == 0 || **hash == least);
    let plain = plain.map(|hash| high_bits(*hash) & !1);
    let telling =
        words.iter().zip(hashes).enumerate().filter(|(_, (word, hash))| {
            word.is_number || tells(**hash) || word.lower.ends_with("n't")
        });
    let telling = telling.map(|(at, _)| {
        let end = (at + 3).min(hashes.len());
        high_bits(combine(hashes.get(at..end).unwrap_or_default())) | 1
    });
    plain.chain(telling).collect()
}

/// Whether this is the hash of a word that tells.
fn tells(hash: u64) -> bool {
    static HASHES: OnceLock<Vec<u64>> = OnceLock::new();
    let hashes = HASHES.get_or_init(|| {
        let mut hashes: Vec<u64> = TELLING.iter().map(|word| xxh3_64(word.as_bytes())).collect();
        hashes.sort_unstable();
        hashes
    });
    hashes.binary_search(&hash).is_ok()
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
    use crate::text;

    fn of(text: &str) -> Vec<Passage> {
        passages(&Policy::default(), &text::words(text), &text::sentences(text))
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
