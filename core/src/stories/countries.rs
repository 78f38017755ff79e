//! Which terms name a country in English. What is of a country ("Turkish forces") may be anywhere,
//! so it counts only where the story knows it.

use std::sync::OnceLock;

use crate::reading::countries;
use crate::text::stem_hash;

/// A term of a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct OfCountry {
    pub term: u32,
    /// Which country, by number.
    pub country: u8,
    /// It is the country's name.
    pub is_name: bool,
}

/// The terms of countries, sorted by term.
pub(super) fn terms() -> &'static [OfCountry] {
    static TERMS: OnceLock<Vec<OfCountry>> = OnceLock::new();
    TERMS.get_or_init(|| {
        let mut numbers: Vec<&str> = countries().map(|(country, _)| country).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let number = |country: &str| numbers.binary_search(&country).unwrap_or_default();
        let mut terms: Vec<OfCountry> = countries()
            .flat_map(|(name, adjective)| {
                let country = u8::try_from(number(name)).unwrap_or(u8::MAX);
                let of = |word: &str, is_name| {
                    let term = stem_hash("en", word);
                    OfCountry { term, country, is_name }
                };
                [of(&adjective, false), of(name, true)]
            })
            .collect();
        terms.sort_unstable();
        terms.dedup_by_key(|it| it.term);
        terms
    })
}

/// What a term says of a country, if it does.
pub(super) fn of(term: u32) -> Option<OfCountry> {
    let terms = terms();
    let at = terms.binary_search_by_key(&term, |it| it.term).ok()?;
    terms.get(at).copied()
}
