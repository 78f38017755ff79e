//! Who a named root is in the words of one text: a person, the post, the state.

use super::post::{post, seat, tells_post};
use crate::reading::{Hop, SourceKind, is_country, nation_of};

/// What comes before a person's name or behind it.
const ROLES: [&str; 37] = [
    "ambassador",
    "chairman",
    "chairwoman",
    "chancellor",
    "chief",
    "commander",
    "commissioner",
    "diplomat",
    "director",
    "envoy",
    "governor",
    "head",
    "king",
    "lawmaker",
    "lawyer",
    "leader",
    "mayor",
    "member",
    "minister",
    "negotiator",
    "official",
    "premier",
    "president",
    "prince",
    "professor",
    "prosecutor",
    "representative",
    "secretary",
    "senator",
    "sheriff",
    "speaker",
    "spokesman",
    "spokesperson",
    "spokeswoman",
    "superintendent",
    "undersecretary",
    "vice-president",
];
/// Ranks and forms of address: no part of a name.
const RANKS: [&str; 22] = [
    "admiral",
    "brig",
    "brigadier",
    "capt",
    "captain",
    "col",
    "colonel",
    "dr",
    "gen",
    "general",
    "lieutenant",
    "lt",
    "maj",
    "major",
    "mr",
    "mrs",
    "ms",
    "sen",
    "sgt",
    "sheikh",
    "sir",
    "sultan",
];
/// Small words within a name.
const PARTICLES: [&str; 10] = ["al", "bin", "da", "de", "del", "der", "di", "la", "van", "von"];

/// A person by name, spelled in one way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Person {
    /// The first name; empty where the family name stands alone.
    pub given: String,
    pub family: String,
}

/// Who a root is, as far as its words tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Who {
    pub person: Option<Person>,
    /// The last word of the title: "spokesman".
    pub role: String,
    /// "Iranian".
    pub nation: Option<&'static str>,
    /// For which post it speaks: "interior ministry".
    pub post: Option<String>,
    /// The state itself or its government.
    pub state: bool,
    /// Other names in the words: "Rostov".
    pub places: Vec<String>,
}

/// What the words of a hop tell.
pub(super) fn who(hop: &Hop) -> Who {
    let mut who = read(&hop.text);
    let person = !matches!(
        hop.kind,
        SourceKind::Agency | SourceKind::Outlet | SourceKind::Publisher | SourceKind::Collective
    );
    if hop.resolved != hop.text && hop.named {
        let meant = read(&hop.resolved);
        if who.person.is_none() && hop.id.is_none() {
            who.person = meant.person;
        }
        who.nation = who.nation.or(meant.nation);
        who.post = who.post.or(meant.post);
    }
    if let Some((post, nation)) = seat(&hop.resolved) {
        who.post = Some(post.to_owned());
        who.nation = Some(nation);
        who.places.clear();
    }
    if is_country(hop.resolved.trim_start_matches("the ")) {
        who.post = Some("government".to_owned());
        who.person = None;
        who.places.clear();
    }
    let government = who.post.as_deref() == Some("government") && who.person.is_none();
    who.state = hop.named && who.nation.is_some() && government;
    who.person = who.person.filter(|_| person && hop.named);
    who
}

fn read(text: &str) -> Who {
    let plain = text.replace('’', "'");
    let mut found = Who { nation: nation_of(&plain), ..Who::default() };
    for part in plain.split(',') {
        let words: Vec<&str> = part.split_whitespace().collect();
        let title = words.iter().rposition(|word| is_role(word));
        if let Some(at) = title.filter(|_| found.role.is_empty()) {
            found.role = words[at].to_lowercase();
        }
        let name = title.map_or(words.as_slice(), |at| behind(&words[at..]));
        if found.person.is_none() {
            found.person = person(name);
        }
    }
    found.post = post(&plain);
    if found.post.is_some() {
        found.places = places(&plain, found.person.as_ref());
    }
    found
}

/// Names beside the person's own.
fn places(text: &str, person: Option<&Person>) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || c == ',');
    let names = words.map(|word| word.trim_end_matches("'s")).filter(|word| {
        let own = person.is_some_and(|it| [&it.given, &it.family].contains(&&spelled(word)));
        let portfolio = text.to_lowercase().contains(&format!("{} minist", word.to_lowercase()));
        word.chars().next().is_some_and(char::is_uppercase)
            && !(own || portfolio || is_role(word) || tells_post(word) || is_rank(word))
            && nation_of(word).is_none()
    });
    names.map(str::to_lowercase).collect()
}

/// "Secretary of State Marco Rubio": the name behind the title.
fn behind<'a>(title: &'a [&'a str]) -> &'a [&'a str] {
    match title {
        [_, of, _, rest @ ..] if ["for", "of"].contains(of) => rest,
        [_, rest @ ..] => rest,
        [] => &[],
    }
}

fn is_role(word: &str) -> bool {
    ROLES.contains(&word.to_lowercase().as_str())
}

fn is_rank(word: &str) -> bool {
    RANKS.contains(&word.trim_end_matches('.').to_lowercase().as_str())
}

/// One to four words that could be a person's name.
fn person(words: &[&str]) -> Option<Person> {
    let words: Vec<&str> = words.iter().filter(|word| !is_rank(word)).copied().collect();
    let capital = |word: &&str| {
        let first = word.trim_start_matches("al-").trim_start_matches("el-").chars().next();
        let own = first.is_some_and(char::is_uppercase) && word.chars().any(char::is_lowercase);
        own || PARTICLES.contains(word)
    };
    let (family, given) = words.split_last()?;
    let body = family.contains('\'') || nation_of(&words.join(" ")).is_some();
    if words.len() > 4 || !words.iter().all(capital) || body {
        return None;
    }
    Some(Person {
        given: given.first().map_or_else(String::new, |given| spelled(given)),
        family: spelled(family),
    })
}

/// A name as it sounds: Zelenskiy, Zelenskyy and Zelensky are one, Araqchi is Araghchi.
pub(super) fn spelled(name: &str) -> String {
    let lower = name.to_lowercase();
    let bare = ["al-", "el-"].iter().find_map(|article| lower.strip_prefix(article));
    let mut folded = bare.unwrap_or(&lower).replace("gh", "g").replace('q', "g");
    let stem = folded.trim_end_matches(['i', 'y', 'j']);
    if stem.len() > 2 && stem.len() < folded.len() {
        folded.truncate(stem.len());
        folded.push('y');
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<(String, String)> {
        read(text).person.map(|it| (it.given, it.family))
    }

    #[test]
    fn names_of_people_stand_behind_their_titles() {
        for (text, given, family) in [
            ("Kremlin spokesman Dmitry Peskov", "dmitry", "peskov"),
            ("Peskov", "", "peskov"),
            ("Mr Peskov", "", "peskov"),
            ("the governor, Yuri Slyusar", "yury", "slyusar"),
            ("Yury Slyusar, the governor", "yury", "slyusar"),
            ("military spokesman Lt. Col. Tom Roe", "tom", "roe"),
            ("U.S. Secretary of State Marco Rubio", "marco", "rubio"),
            ("President Volodymyr Zelenskiy", "volodymyr", "zelensky"),
            ("Ahmed al-Sharaa", "ahmed", "sharaa"),
        ] {
            assert_eq!(name(text), Some((given.to_owned(), family.to_owned())), "{text}");
        }
    }

    #[test]
    fn bodies_states_and_posts_are_no_people() {
        for text in [
            "the defence ministry",
            "Iran",
            "Russia's Defence Ministry",
            "the governor",
            "FBI",
            "police in Rostov",
            "a ministry statement",
            "Iran's foreign minister",
        ] {
            assert_eq!(name(text), None, "{text}");
        }
    }

    #[test]
    fn spellings_of_one_name_are_one_and_other_names_are_not() {
        for (one, two) in [
            ("Zelenskiy", "Zelenskyy"),
            ("Zelenskyy", "Zelensky"),
            ("Yuri", "Yury"),
            ("Yuriy", "Yuri"),
            ("Araqchi", "Araghchi"),
            ("al-Sharaa", "Sharaa"),
        ] {
            assert_eq!(spelled(one), spelled(two), "{one} {two}");
        }
        for (one, two) in
            [("Lee", "Li"), ("Khan", "Han"), ("Petrov", "Petrova"), ("Kim", "Kin"), ("Wu", "Wi")]
        {
            assert_ne!(spelled(one), spelled(two), "{one} {two}");
        }
    }
}
