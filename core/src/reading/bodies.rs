//! One name for a body that is written in several ways: "Syria's Ministry of Defence" is the
//! Syrian defence ministry, "Norlund Corp" is Norlund.

/// What stands behind the name of a firm.
const FIRMS: [&str; 12] =
    ["ag", "co", "corp", "corporation", "gmbh", "inc", "limited", "llc", "ltd", "nv", "plc", "sa"];
/// Spellings and titles of portfolios.
const PORTFOLIOS: [(&str, &str); 5] = [
    ("defense", "defence"),
    ("foreign affairs", "foreign"),
    ("internal affairs", "interior"),
    ("labor", "labour"),
    ("the interior", "interior"),
];
/// Countries and what is said of their bodies.
#[rustfmt::skip]
const COUNTRIES: [(&str, &str); 93] = [
    ("afghanistan", "Afghan"), ("algeria", "Algerian"), ("argentina", "Argentine"),
    ("armenia", "Armenian"), ("australia", "Australian"), ("austria", "Austrian"),
    ("azerbaijan", "Azerbaijani"), ("bangladesh", "Bangladeshi"), ("belarus", "Belarusian"),
    ("belgium", "Belgian"), ("bolivia", "Bolivian"), ("bosnia", "Bosnian"),
    ("brazil", "Brazilian"), ("britain", "British"), ("bulgaria", "Bulgarian"),
    ("canada", "Canadian"), ("chile", "Chilean"), ("china", "Chinese"),
    ("colombia", "Colombian"), ("croatia", "Croatian"), ("cuba", "Cuban"),
    ("cyprus", "Cypriot"), ("denmark", "Danish"), ("egypt", "Egyptian"),
    ("estonia", "Estonian"), ("ethiopia", "Ethiopian"), ("finland", "Finnish"),
    ("france", "French"), ("georgia", "Georgian"), ("germany", "German"),
    ("greece", "Greek"), ("haiti", "Haitian"), ("hungary", "Hungarian"),
    ("iceland", "Icelandic"), ("india", "Indian"), ("indonesia", "Indonesian"),
    ("iran", "Iranian"), ("iraq", "Iraqi"), ("ireland", "Irish"),
    ("israel", "Israeli"), ("italy", "Italian"), ("japan", "Japanese"),
    ("jordan", "Jordanian"), ("kazakhstan", "Kazakh"), ("kenya", "Kenyan"),
    ("kuwait", "Kuwaiti"), ("latvia", "Latvian"), ("lebanon", "Lebanese"),
    ("libya", "Libyan"), ("lithuania", "Lithuanian"), ("malaysia", "Malaysian"),
    ("mexico", "Mexican"), ("morocco", "Moroccan"), ("new zealand", "New Zealand"), ("nigeria", "Nigerian"), ("north korea", "North Korean"),
    ("norway", "Norwegian"), ("pakistan", "Pakistani"), ("peru", "Peruvian"),
    ("poland", "Polish"), ("portugal", "Portuguese"), ("romania", "Romanian"),
    ("russia", "Russian"), ("saudi arabia", "Saudi"), ("serbia", "Serbian"),
    ("somalia", "Somali"), ("south africa", "South African"), ("south korea", "South Korean"), ("spain", "Spanish"), ("sudan", "Sudanese"),
    ("sweden", "Swedish"), ("syria", "Syrian"), ("turkey", "Turkish"),
    ("ukraine", "Ukrainian"), ("venezuela", "Venezuelan"), ("yemen", "Yemeni"),
    ("albania", "Albanian"), ("cambodia", "Cambodian"), ("ecuador", "Ecuadorean"),
    ("eritrea", "Eritrean"), ("ghana", "Ghanaian"), ("mongolia", "Mongolian"),
    ("nepal", "Nepali"), ("palestine", "Palestinian"), ("qatar", "Qatari"),
    ("rwanda", "Rwandan"), ("slovakia", "Slovak"), ("slovenia", "Slovenian"),
    ("taiwan", "Taiwanese"), ("thailand", "Thai"), ("tunisia", "Tunisian"),
    ("uganda", "Ugandan"), ("vietnam", "Vietnamese"),
];
/// Capitals whose names stand for their states where they speak; of a city that speaks for itself,
/// too ("Tokyo reported 1,300 infections"), that cannot be told.
#[rustfmt::skip]
const CAPITALS: [(&str, &str); 18] = [
    ("ankara", "Turkey"), ("baghdad", "Iraq"), ("beijing", "China"), ("canberra", "Australia"),
    ("caracas", "Venezuela"), ("damascus", "Syria"), ("islamabad", "Pakistan"),
    ("kabul", "Afghanistan"), ("kiev", "Ukraine"), ("kyiv", "Ukraine"), ("minsk", "Belarus"),
    ("moscow", "Russia"), ("new delhi", "India"), ("ottawa", "Canada"),
    ("pyongyang", "North Korea"), ("riyadh", "Saudi Arabia"), ("tehran", "Iran"),
    ("warsaw", "Poland"),
];
/// "Moscow" said: Russia did.
#[must_use]
pub fn state_of(capital: &str) -> Option<&'static str> {
    let lower = capital.to_lowercase();
    CAPITALS.iter().find(|(name, _)| *name == lower).map(|(_, state)| *state)
}

/// Countries and what is said of what is theirs, both in the last of their words, in lower case:
/// `korea`, `korean`.
pub fn countries() -> impl Iterator<Item = (&'static str, String)> {
    let last = |name: &'static str| name.rsplit(' ').next().unwrap_or(name);
    COUNTRIES
        .iter()
        .map(move |(country, adjective)| (last(country), last(adjective).to_lowercase()))
}

/// The country of "Argentine train crash", as a place.
#[must_use]
pub fn country_of(adjective: &str) -> Option<String> {
    let (country, _) = COUNTRIES.iter().find(|(_, known)| *known == adjective)?;
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    };
    Some(country.split(' ').map(capital).collect::<Vec<_>>().join(" "))
}

/// The country of "Syrian troops".
#[must_use]
pub fn nation_in(text: &str) -> Option<&'static str> {
    let all = COUNTRIES.iter().map(|(_, adjective)| *adjective);
    let mut found = all.chain(["American", "Dutch", "Swiss", "US", "U.S."]).filter(|adjective| {
        text.match_indices(adjective).any(|(at, _)| {
            let before = text.get(..at).unwrap_or_default();
            let after = text.get(at + adjective.len()..).unwrap_or_default();
            let edge = |it: Option<char>| it.is_none_or(|it| !it.is_alphanumeric());
            edge(before.chars().next_back()) && edge(after.chars().next())
        })
    });
    let nation = found.next().map(|it| if ["US", "U.S."].contains(&it) { "American" } else { it });
    nation.filter(|_| found.next().is_none())
}

/// Whether this is the name of a state and nothing else.
#[must_use]
pub fn is_country(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower == "united states" || COUNTRIES.iter().any(|(country, _)| *country == lower)
}

/// The nation of "Syrian troops", "Syria's army" and "Syria".
#[must_use]
pub fn nation_of(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split_whitespace().map(|word| word.trim_end_matches("'s")).collect();
    let stands = |name: &str| {
        let parts = name.split(' ').count();
        words.windows(parts).any(|window| window.join(" ") == name)
    };
    let mut countries = COUNTRIES.iter().filter(|(country, _)| stands(country));
    match (countries.next(), countries.next()) {
        (Some((_, adjective)), None) => Some(*adjective),
        (None, None) if stands("united states") => Some("American"),
        (None, None) => nation_in(text),
        _ => None,
    }
}

/// Without "Corp" and the like.
#[must_use]
pub fn firm(written: &str) -> &str {
    match written.rsplit_once(' ') {
        Some((name, last))
            if FIRMS.contains(&last.trim_end_matches('.').to_lowercase().as_str())
                && (last.len() > 2 || last == "Co" || !last.contains(char::is_lowercase)) =>
        {
            name.trim_end_matches(',')
        }
        _ => written,
    }
}

/// "Syria's Ministry of Defence", "the Syrian Ministry of Defence", "Syria's defence ministry".
#[must_use]
pub fn ministry(written: &str) -> Option<String> {
    let plain = written.replace('’', "'");
    let lower = plain.to_lowercase();
    let (at, kind) = ["ministry", "department"]
        .iter()
        .find_map(|kind| lower.split(' ').position(|word| word == *kind).map(|at| (at, *kind)))?;
    let words: Vec<&str> = plain.split(' ').collect();
    let before = words.get(..at)?;
    let behind = words.get(at + 1..)?;
    let portfolio = match behind {
        [of, rest @ ..] if ["of", "for"].contains(of) && !rest.is_empty() => {
            rest.join(" ").to_lowercase()
        }
        [] => String::new(),
        _ => return None,
    };
    let before = before.join(" ");
    let (whose, rest) = match before.split_once("'s") {
        Some((owner, rest)) => (adjective(owner), rest.trim().to_owned()),
        None => (String::new(), before.clone()),
    };
    let parts = [whose, spelled(&rest), spelled(&portfolio), kind.to_owned()];
    let made: Vec<&str> =
        parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    let made = Some(made.join(" ")).filter(|_| made.len() > 1);
    made.filter(|made| !made.eq_ignore_ascii_case(&plain))
}

fn adjective(owner: &str) -> String {
    let lower = owner.to_lowercase();
    let found = COUNTRIES.iter().find(|(country, _)| *country == lower);
    found.map_or_else(|| owner.to_owned(), |(_, adjective)| (*adjective).to_owned())
}

fn spelled(portfolio: &str) -> String {
    let lower = portfolio.to_lowercase();
    for (written, meant) in PORTFOLIOS {
        if let Some(head) = lower.strip_suffix(written)
            && (head.is_empty() || head.ends_with(' '))
        {
            let head = portfolio.get(..head.len()).unwrap_or_default();
            return format!("{head}{meant}");
        }
    }
    portfolio.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nations_and_capitals() {
        assert_eq!(nation_in("Syrian troops"), Some("Syrian"));
        assert_eq!(nation_in("the U.S. army"), Some("American"));
        assert_eq!(nation_in("Syrian and Turkish forces"), None);
        assert_eq!(nation_in("Romanians"), None);
        assert_eq!(nation_in("rebel forces"), None);
        assert_eq!(state_of("Moscow"), Some("Russia"));
        assert_eq!(state_of("Tokyo"), None);
    }

    #[test]
    fn one_body_has_one_name() {
        for (written, known) in [
            ("Syria's Ministry of Defence", "Syrian defence ministry"),
            ("Syria’s defence ministry", "Syrian defence ministry"),
            ("Syrian Ministry of Defense", "Syrian defence ministry"),
            ("Syrian defence ministry", "Syrian defence ministry"),
            ("Gaza's health ministry", "Gaza health ministry"),
            ("Ministry of Foreign Affairs", "foreign ministry"),
            ("Norlund Corp", "Norlund"),
            ("Norlund, Inc.", "Norlund"),
            ("Slidell Police Department", "Slidell Police Department"),
            ("Norlund SA", "Norlund"),
            ("Manuel Sa", "Manuel Sa"),
            ("ministry", "ministry"),
            ("ministry spokesman", "ministry spokesman"),
            ("bank of Norland", "bank of Norland"),
        ] {
            let one = ministry(written).unwrap_or_else(|| firm(written).to_owned());
            assert_eq!(one, known, "{written}");
        }
    }
}
