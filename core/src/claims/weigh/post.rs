//! The post for which a source speaks: the minister, the ministry and its spokesman have one.

use crate::reading::nation_of;

/// Whoever is called so does not speak for the post, or it is another one.
#[rustfmt::skip]
const OTHERS: [&str; 38] = [
    "academy", "adviser", "advisor", "agency", "aide", "bank", "club", "colleague", "commission",
    "company", "critic", "elect", "ex", "former", "intelligence", "journalist", "lawmaker",
    "lawyer", "media", "member", "news", "observatory", "officer", "officers", "official",
    "officials", "opposition", "party", "radio", "rebel", "shadow", "source", "sources",
    "television", "tv", "union", "university", "vice",
];
/// Houses whose names stand for a post.
const SEATS: [(&str, &str, &str); 5] = [
    ("downing street", "premier", "British"),
    ("kremlin", "president", "Russian"),
    ("pentagon", "defence ministry", "American"),
    ("white house", "president", "American"),
    ("élysée palace", "president", "French"),
];
/// Words and the post that they tell, what is special first.
#[rustfmt::skip]
const POSTS: [(&str, &str); 25] = [
    ("prime minister", "premier"), ("premier", "premier"), ("chancellor", "premier"),
    ("governor", "governor"), ("mayor", "mayor"), ("city hall", "mayor"), ("sheriff", "sheriff"),
    ("prosecutor", "prosecutor"), ("prosecutors", "prosecutor"), ("police", "police"),
    ("fire chief", "fire service"), ("fire department", "fire service"),
    ("fire service", "fire service"), ("fire brigade", "fire service"),
    ("coast guard", "coast guard"), ("coastguard", "coast guard"),
    ("civil defence", "civil defence"), ("air force", "air force"), ("navy", "navy"),
    ("army", "military"), ("military", "military"), ("armed forces", "military"),
    ("general staff", "military"), ("president", "president"), ("presidency", "president"),
];
/// Posts that one person holds.
const HELD: [&str; 5] = ["governor", "mayor", "premier", "president", "sheriff"];
/// Posts of a city or a region, for which its state does not speak.
const LOCAL: [&str; 8] = [
    "civil defence",
    "coast guard",
    "fire service",
    "governor",
    "mayor",
    "police",
    "prosecutor",
    "sheriff",
];

/// The post and the nation of a house: "the White House".
pub(super) fn seat(name: &str) -> Option<(&'static str, &'static str)> {
    let lower = name.to_lowercase();
    let found = SEATS.iter().find(|(house, _, _)| *house == lower);
    found.map(|(_, post, nation)| (*post, *nation))
}

/// The post that a text tells: "interior ministry", "governor". The bare "ministry" is any.
pub(super) fn post(text: &str) -> Option<String> {
    let lower = text.to_lowercase().replace("defense", "defence");
    let words: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || c == ',' || c == '-')
        .filter(|word| !word.is_empty())
        .collect();
    let plain: Vec<&str> = words.iter().map(|word| word.trim_end_matches("'s")).collect();
    if plain.iter().any(|word| OTHERS.contains(word)) {
        return None;
    }
    let premier = plain.windows(2).any(|pair| pair == ["prime", "minister"]);
    let at = plain.iter().position(|word| ["ministry", "minister"].contains(word));
    if let Some(at) = at.filter(|_| !premier) {
        let of = portfolio(&words, &plain, at);
        return Some(of.map_or_else(|| "ministry".to_owned(), |of| format!("{of} ministry")));
    }
    let joined = format!(" {} ", plain.join(" "));
    let told = POSTS.iter().find(|(told, _)| joined.contains(&format!(" {told} ")));
    let government = || plain.contains(&"government").then(|| "government".to_owned());
    told.map(|(_, post)| (*post).to_owned()).or_else(government)
}

fn portfolio<'a>(words: &[&'a str], plain: &[&'a str], at: usize) -> Option<&'a str> {
    let behind = plain.get(at + 1..).unwrap_or_default();
    if let ["of" | "for", rest @ ..] = behind {
        let first = rest.iter().find(|word| **word != "the").copied();
        return first.map(|word| if word == "internal" { "interior" } else { word });
    }
    let mut before = at.checked_sub(1)?;
    if plain[before] == "affairs" {
        before = before.checked_sub(1)?;
    }
    let word = words[before];
    let owner = word.ends_with("'s") || ["a", "an", "the", "deputy"].contains(&word);
    let mut first = word.chars();
    let capital: String =
        first.next().into_iter().flat_map(char::to_uppercase).chain(first).collect();
    let own = !owner && nation_of(&capital).is_none();
    own.then_some(if word == "internal" { "interior" } else { word })
}

/// Whether one of two posts is the other.
pub(super) fn one(post: &str, other: &str) -> bool {
    let any = |bare: &str, whole: &str| bare == "ministry" && whole.ends_with(" ministry");
    post == other || any(post, other) || any(other, post)
}

/// Whether only one person can have it.
pub(super) fn held(post: &str, role: &str) -> bool {
    HELD.contains(&post) || role == "minister"
}

/// Whether a state speaks for it.
pub(super) fn of_state(post: &str) -> bool {
    !LOCAL.contains(&post)
}

/// Words that tell a post and not where.
pub(super) fn tells_post(word: &str) -> bool {
    let lower = word.to_lowercase().replace("defense", "defence");
    ["department", "general", "office", "service", "the"].contains(&lower.as_str())
        || POSTS.iter().any(|(told, _)| told.split(' ').any(|part| part == lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_speaks_for_a_body_has_its_post() {
        for (text, expected) in [
            ("Interior Minister Ali Khan", "interior ministry"),
            ("Pakistan's interior ministry", "interior ministry"),
            ("the ministry of internal affairs", "interior ministry"),
            ("Ukraine's Defense Minister", "defence ministry"),
            ("a ministry statement", "ministry"),
            ("the Iranian ministry", "ministry"),
            ("the prime minister's office", "premier"),
            ("Rostov police chief Ivan Petrov", "police"),
            ("police in Rostov", "police"),
            ("the prosecutor's office", "prosecutor"),
            ("Norland's government", "government"),
            ("the Ukrainian General Staff", "military"),
        ] {
            assert_eq!(post(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn who_stands_beside_a_body_has_no_post() {
        for text in [
            "former president Ann Roe",
            "two police officers",
            "an interior ministry official",
            "the central bank's governor",
            "Israeli army radio",
            "the opposition",
            "the vice president",
            "a presidential adviser",
            "the teachers' union",
        ] {
            assert_eq!(post(text), None, "{text}");
        }
    }
}
