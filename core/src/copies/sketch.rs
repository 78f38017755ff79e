//! What a row keeps of an article's wording.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::reading::Reading;

/// Hashes of an article's wording, for finding those who share it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch {
    /// Hash of the publisher: what stands in many of its articles is furniture.
    pub publisher: u32,
    /// Sampled hashes of the body's passages, sorted, each once.
    pub hashes: Vec<u32>,
    /// Passages of earlier versions that this one has no more, sorted: whoever prints them late
    /// copies them all the same.
    pub outgrown: Vec<u32>,
    /// Hash of the headline's words; 0 where there are too few to tell anything.
    pub headline: u32,
    /// Hash of all words of a text that is too short for passages; 0 for a longer one.
    pub brief: u32,
    /// Whether there is a body.
    pub body: bool,
    /// Which of these keys another publisher's article holds already, sorted: the index lists
    /// them there only, so that a report that thousands print is found as fast as any.
    pub quoted: Vec<u32>,
}

/// Different words a headline needs before its repetition says anything.
const HEADLINE_WORDS_MIN: usize = 5;
/// Words a teaser with its headline needs before its repetition says anything.
const BRIEF_WORDS_MIN: usize = 6;
/// Characters up to which a text counts as a teaser.
const BRIEF_BYTES_MAX: usize = 600;

impl Sketch {
    /// Sketches one revision.
    #[must_use]
    pub fn of(reading: &Reading) -> Self {
        let mut hashes: Vec<u32> =
            reading.passages.iter().flat_map(|passage| &passage.hashes).copied().collect();
        hashes.sort_unstable();
        hashes.dedup();
        Self {
            publisher: publisher_key(&reading.article.publisher),
            hashes,
            outgrown: Vec::new(),
            headline: headline_key(&reading.headline),
            brief: brief_key(&reading.headline, &reading.text),
            body: !reading.text.trim().is_empty(),
            quoted: Vec::new(),
        }
    }

    /// Takes over what an earlier version of the same article had in its own words, at most so many.
    pub fn outgrow(&mut self, earlier: &Self, hashes_max: usize) {
        let own = earlier.hashes.iter().filter(|hash| earlier.quoted.binary_search(hash).is_err());
        let mut gone: Vec<u32> = own.chain(&earlier.outgrown).copied().collect();
        gone.retain(|hash| self.hashes.binary_search(hash).is_err());
        gone.sort_unstable();
        gone.dedup();
        gone.truncate(hashes_max);
        self.outgrown = gone;
    }

    /// All keys under which the article can be found: passages, headline, brief.
    pub(super) fn keys(&self) -> impl Iterator<Item = u32> + '_ {
        let extra = [self.headline, self.brief];
        self.hashes.iter().copied().chain(extra.into_iter().filter(|key| *key != 0))
    }

    /// The keys under which the index lists it.
    pub(super) fn listed(&self) -> impl Iterator<Item = u32> + '_ {
        let own = self.keys().filter(|key| self.quoted.binary_search(key).is_err());
        own.chain(self.outgrown.iter().copied())
    }
}

fn publisher_key(publisher: &str) -> u32 {
    let folded = publisher.to_lowercase();
    low_bits(xxh3_64(folded.strip_prefix("www.").unwrap_or(&folded).as_bytes()))
}

/// The set of a headline's words, without a newsroom's prefix or suffix.
fn headline_key(headline: &str) -> u32 {
    let mut words: Vec<String> = words_of(bare(headline)).collect();
    words.sort_unstable();
    words.dedup();
    if words.len() < HEADLINE_WORDS_MIN { 0 } else { key(1, &words) }
}

fn brief_key(headline: &str, text: &str) -> u32 {
    if text.len() > BRIEF_BYTES_MAX {
        return 0;
    }
    let words: Vec<String> = words_of(bare(headline)).chain(words_of(text)).collect();
    if words.len() < BRIEF_WORDS_MIN { 0 } else { key(2, &words) }
}

/// Cuts "UPDATE 2-", "VIDEO:" and " - The Daily Bugle", " | Reuters".
fn bare(headline: &str) -> &str {
    let cut = headline
        .split_once(['-', ':', '|'])
        .filter(|(label, rest)| is_label(label) && rest.len() > label.len())
        .map_or(headline, |(_, rest)| rest);
    [" - ", " | ", " – ", " — "]
        .iter()
        .filter_map(|mark| cut.rsplit_once(mark))
        .find(|(head, tail)| words_of(tail).count() <= 3 && words_of(head).count() > 3)
        .map_or(cut, |(head, _)| head)
}

/// One or two words in capitals, perhaps with a number: a label, not news.
fn is_label(label: &str) -> bool {
    let letters = label.chars().filter(|c| c.is_alphabetic());
    label.trim().len() <= 12
        && label.chars().any(char::is_alphabetic)
        && letters.clone().all(char::is_uppercase)
        && letters.count() >= 4
}

fn words_of(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

/// Odd seeds keep headline and brief keys apart from each other; passages have their own form.
fn key(kind: u64, words: &[String]) -> u32 {
    low_bits(xxh3_64_with_seed(words.join(" ").as_bytes(), kind)).max(1)
}

fn low_bits(hash: u64) -> u32 {
    u32::try_from(hash & u64::from(u32::MAX)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(headline: &str, text: &str) -> Sketch {
        Sketch::of(&Reading { headline: headline.into(), text: text.into(), ..Reading::default() })
    }

    #[test]
    fn labels_and_mastheads_do_not_make_another_headline() {
        let plain = sketch("Ferry sinks off Samos with dozens aboard", "");
        let wire = sketch("UPDATE 2-Ferry sinks off Samos with dozens aboard", "");
        let paper = sketch("Ferry sinks off Samos with dozens aboard | The Island Post", "");
        assert_eq!(plain.headline, wire.headline);
        assert_eq!(plain.headline, paper.headline);
        assert_ne!(plain.headline, sketch("Ferry sails off Samos with dozens aboard", "").headline);
    }

    #[test]
    fn a_short_headline_says_nothing() {
        assert_eq!(sketch("In pictures", "").headline, 0);
        assert_eq!(sketch("In pictures", "").brief, 0);
    }
}
