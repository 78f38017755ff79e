//! For tests of a whole process: deciding about a chosen article panics.
//!
//! Nothing sets it but a test, in the environment of the process that it starts.

use std::sync::OnceLock;

use writethru_core::lane::{Input, Intake};

static WORD: OnceLock<String> = OnceLock::new();

/// From here on a step panics at a headline with this word.
pub fn set(word: String) {
    WORD.set(word).ok();
}

/// Panics where a test asked for it.
pub(super) fn spring(intake: &Intake) {
    if let (Some(word), Input::Article(reading)) = (WORD.get(), &intake.input)
        && reading.headline.contains(word)
    {
        panic!("a test asked for it");
    }
}
