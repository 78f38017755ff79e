//! Words in a row that two texts have in common.

/// Words in a row that give a text away.
const RUN_WORDS: usize = 6;

/// Whether six words in a row, or all of few, stand in both.
#[must_use]
pub fn shares_run(one: &str, other: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let (one, other) = (words(one), words(other));
    let run = RUN_WORDS.min(one.len()).min(other.len());
    run > 0 && one.windows(run).any(|own| other.windows(run).any(|theirs| own == theirs))
}
