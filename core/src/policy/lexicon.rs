//! Cues, hedges, denials, indicators and predicates as data, one set a language.

/// The lexicons of all configured languages.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {}
