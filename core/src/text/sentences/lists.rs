//! Short forms and first words by which a stop is judged. Sorted, in lower case.

/// Looks a word up in a sorted list, in any case.
pub(super) fn is_in(list: &[&str], word: &str) -> bool {
    const LISTED_BYTES_MAX: usize = 12;
    if word.is_empty() || word.len() > LISTED_BYTES_MAX {
        return false;
    }
    let lower = word.to_lowercase();
    list.binary_search(&lower.as_str()).is_ok()
}

/// Bytes of the longest short form.
pub(super) const SHORT_BYTES_MAX: usize = 6;

/// A name follows, always. Capitalised only.
pub(super) const TITLES: &[&str] = &[
    "adm", "amb", "brig", "capt", "cmdr", "col", "comdr", "cpl", "dr", "dra", "exmo", "frau",
    "gen", "gov", "hr", "ing", "lic", "lt", "maj", "messrs", "mgr", "mme", "mr", "mrs", "ms",
    "prof", "pvt", "rep", "reps", "rev", "sen", "sens", "sgt", "sig", "sr", "sra", "srta", "st",
    "ste", "supt", "vs",
];

/// A number follows, or the sentence ends.
pub(super) const BEFORE_NUMBER: &[&str] = &[
    "apr", "art", "aug", "dec", "déc", "feb", "fev", "fig", "févr", "jan", "janv", "jul", "jun",
    "mar", "may", "no", "nos", "nov", "nr", "núm", "oct", "p", "pp", "sat", "sec", "sep", "sept",
    "sun", "vol",
];

/// Shortened words that stand within a sentence, or at its end where a starter follows.
pub(super) const SHORTENED: &[&str] = &[
    "abs", "ala", "approx", "apt", "ariz", "ark", "assn", "asst", "ave", "avg", "bldg", "blvd",
    "bros", "bzw", "ca", "calif", "cf", "cie", "co", "colo", "conn", "corp", "ct", "dept", "det",
    "dist", "div", "esq", "est", "etc", "ext", "fla", "fri", "ft", "ga", "gmbh", "hon", "hq",
    "ill", "inc", "incl", "ind", "insp", "intl", "jr", "kan", "ky", "ltd", "ltda", "mass", "max",
    "mich", "min", "minn", "mio", "misc", "mo", "mon", "mont", "mrd", "mt", "nat", "natl", "neb",
    "nev", "okla", "op", "ore", "pres", "prov", "pte", "pty", "pub", "rd", "ret", "rtd", "sq",
    "sta", "str", "tel", "tenn", "tex", "thu", "thurs", "tue", "tues", "univ", "usw", "v", "va",
    "vgl", "vt", "wash", "wed", "wis", "wyo",
];

/// Words that begin sentences and hardly ever follow a shortened word within one.
#[rustfmt::skip]
pub(super) const STARTERS: &[&str] = &[
    "a", "after", "all", "although", "an", "and", "as", "at", "before", "both", "but", "by",
    "das", "der", "die", "during", "earlier", "el", "er", "es", "for", "from", "he", "her", "his",
    "how", "however", "i", "if", "il", "in", "it", "its", "la", "last", "le", "les", "los",
    "many", "meanwhile", "more", "most", "no", "on", "one", "our", "she", "sie", "since", "so",
    "some", "such", "that", "the", "their", "then", "there", "these", "they", "this", "those",
    "to", "two", "under", "we", "what", "when", "where", "which", "while", "who", "why", "with",
    "you",
];

/// Names of months that follow an ordinal number ("8. Dezember").
pub(super) const MONTHS: &[&str] = &[
    "april",
    "august",
    "dezember",
    "februar",
    "januar",
    "juli",
    "juni",
    "mai",
    "märz",
    "november",
    "oktober",
    "september",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_are_short() {
        let longest =
            [TITLES, BEFORE_NUMBER, SHORTENED].concat().iter().map(|word| word.len()).max();
        assert_eq!(longest, Some(SHORT_BYTES_MAX));
    }

    #[test]
    fn lists_are_sorted() {
        for list in [TITLES, BEFORE_NUMBER, SHORTENED, STARTERS, MONTHS] {
            assert!(list.is_sorted(), "{list:?}");
        }
    }
}
