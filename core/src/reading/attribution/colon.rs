//! Headlines that name their source by a mark: "Police: two held", "Two held – police".

use std::ops::Range;

use super::Attribution;
use crate::policy::lexicon::{Act, tag};
use crate::reading::phrase::Phrases;
use crate::reading::tokens::Kind;

/// Tokens of a source in a headline.
const SOURCE_TOKENS_MAX: usize = 6;
/// More than so many tokens may tell something.
const CONTENT_TOKENS: usize = 2;

/// Countries and capitals, sorted: before a colon they name what a headline is about.
#[rustfmt::skip]
const PLACES: [&str; 230] = [
    "afghanistan", "albania", "aleppo", "algeria", "algiers", "amman",
    "amsterdam", "angola", "ankara", "argentina", "armenia", "athens",
    "australia", "austria", "azerbaijan", "baghdad", "bahrain", "bangkok",
    "bangladesh", "beijing", "beirut", "belarus", "belgium", "belgrade",
    "berlin", "bolivia", "bosnia", "botswana", "brazil", "britain",
    "brussels", "bucharest", "budapest", "bulgaria", "burkina faso", "burundi",
    "cairo", "cambodia", "cameroon", "canada", "canberra", "caracas",
    "chad", "chile", "china", "colombia", "congo", "costa rica",
    "croatia", "cuba", "cyprus", "czech republic", "damascus", "delhi",
    "denmark", "dhaka", "doha", "dubai", "dublin", "east timor",
    "ecuador", "egypt", "el salvador", "england", "eritrea", "estonia",
    "ethiopia", "europe", "fiji", "finland", "france", "gabon",
    "gambia", "gaza", "geneva", "georgia", "germany", "ghana",
    "greece", "guatemala", "guinea", "guyana", "haiti", "havana",
    "honduras", "hong kong", "hungary", "iceland", "india", "indonesia",
    "iran", "iraq", "ireland", "islamabad", "israel", "istanbul",
    "italy", "ivory coast", "jakarta", "jamaica", "japan", "jerusalem",
    "jordan", "kabul", "karachi", "kazakhstan", "kenya", "khartoum",
    "kosovo", "kuwait", "kyiv", "kyrgyzstan", "lagos", "laos",
    "latvia", "lebanon", "liberia", "libya", "lima", "lisbon",
    "lithuania", "london", "luxembourg", "madagascar", "madrid", "malawi",
    "malaysia", "maldives", "mali", "malta", "manila", "mauritania",
    "mauritius", "mexico", "mexico city", "moldova", "mongolia", "montenegro",
    "morocco", "moscow", "mozambique", "mumbai", "myanmar", "nairobi",
    "namibia", "nepal", "netherlands", "new delhi", "new york", "new zealand",
    "nicaragua", "niger", "nigeria", "north korea", "northern ireland", "norway",
    "oman", "oslo", "pakistan", "palestine", "panama", "papua new guinea",
    "paraguay", "paris", "peru", "philippines", "poland", "portugal",
    "prague", "pretoria", "qatar", "riyadh", "romania", "rome",
    "russia", "rwanda", "saudi arabia", "scotland", "senegal", "seoul",
    "serbia", "shanghai", "sierra leone", "singapore", "slovakia", "slovenia",
    "sofia", "somalia", "south africa", "south korea", "south sudan", "spain",
    "sri lanka", "stockholm", "sudan", "sweden", "switzerland", "sydney",
    "syria", "taiwan", "tajikistan", "tanzania", "tbilisi", "tehran",
    "tel aviv", "thailand", "togo", "tokyo", "tripoli", "tunis",
    "tunisia", "turkey", "turkmenistan", "türkiye", "uganda", "ukraine",
    "united arab emirates", "united kingdom", "united states", "uruguay", "uzbekistan", "venezuela",
    "vienna", "vietnam", "wales", "warsaw", "west bank", "yemen",
    "zambia", "zimbabwe",
];

/// Who speaks in headlines by the family name alone, sorted.
#[rustfmt::skip]
const LEADERS: [&str; 30] = [
    "albanese", "biden", "carney", "erdogan", "guterres", "kremlin", "lavrov", "lukashenko",
    "lula", "macron", "maduro", "medvedev", "meloni", "merkel", "merz", "milei",
    "modi", "netanyahu", "obama", "orban", "peskov", "putin", "rubio", "scholz",
    "starmer", "sunak", "trump", "zelenskiy", "zelensky", "zelenskyy",
];

/// Enters the attribution that a colon or a dash makes in a headline. `speaks` knows the names of
/// those who speak elsewhere.
pub fn colon(
    phrases: &Phrases<'_, '_>,
    sentence: usize,
    speaks: &dyn Fn(&str) -> bool,
    found: &mut Vec<Attribution>,
) {
    let end = phrases.close();
    let mark = (phrases.start..end).find(|at| {
        matches!(phrases.kind(*at), Kind::Colon | Kind::Dash) && phrases.tokens.all[*at].quote == 0
    });
    let Some(mark) = mark else { return };
    let (left, right) = (phrases.start..mark, mark + 1..end);
    let colon = phrases.kind(mark) == Kind::Colon;
    let may_be = |one: &Range<usize>, other: &Range<usize>| {
        !one.is_empty()
            && one.len() <= SOURCE_TOKENS_MAX
            && other.len() > CONTENT_TOKENS
            && !phrases.has_finite(one.clone())
            && names_source(phrases, one)
    };
    // Most names before a colon are what a headline is about.
    let is_heard = || {
        has_role(phrases, &left)
            || is_speech(phrases, &right)
            || speaks(phrases.tokens.slice(&left))
            || is_in_office(phrases, &left) && tells_of_others(phrases, &left, &right)
    };
    let mut made = Attribution::new(Act::Say, mark..mark + 1, sentence);
    if may_be(&right, &left) && !right.clone().any(|at| phrases.kind(at) == Kind::Number) {
        made.source = Some(right);
        made.content.push(left);
    } else if colon && may_be(&left, &right) && !is_place(phrases, &left) && is_heard() {
        made.source = Some(left);
        made.content.push(right);
    } else {
        return;
    }
    found.push(made);
}

/// Where a headline goes on behind what it is about: "Syria: army leaves the city", "Watch: …".
pub fn topic_end(phrases: &Phrases<'_, '_>) -> Option<usize> {
    let mark = (phrases.start..phrases.end.min(phrases.start + SOURCE_TOKENS_MAX + 1))
        .find(|at| phrases.kind(*at) == Kind::Colon)?;
    let topic = phrases.start..mark;
    let goes_on = phrases.close().saturating_sub(mark + 1) > CONTENT_TOKENS;
    (!topic.is_empty() && goes_on && !phrases.has_finite(topic)).then_some(mark + 1)
}

/// Whether a headline says that it is somebody's view: "Opinion: …".
pub fn is_view(phrases: &Phrases<'_, '_>) -> bool {
    let bar = (phrases.start..phrases.end.min(phrases.start + SOURCE_TOKENS_MAX))
        .find(|at| phrases.tokens.str(*at) == "|");
    topic_end(phrases).is_some_and(|end| phrases.is(end - 2, tag::VIEW))
        || bar.is_some_and(|bar| bar > phrases.start && phrases.is(bar - 1, tag::VIEW))
}

/// Whether a headline recalls what is long past, or tells of what is only played: "On this day: …",
/// "Ten years on: …", "Drill: …".
pub fn is_recap(phrases: &Phrases<'_, '_>) -> bool {
    let word = |at: usize, words: &[&str]| words.iter().any(|it| phrases.tokens.is_word(at, it));
    let at = phrases.start;
    if word(at, &["on"]) && word(at + 1, &["this"]) && word(at + 2, &["day"]) {
        return true;
    }
    let Some(end) = topic_end(phrases) else { return false };
    let mark = end - 1;
    let years = |at: usize| word(at, &["decades", "year", "years"]);
    word(mark - 1, &["ago", "later", "on"]) && mark > at + 1 && years(mark - 2)
        || phrases.is(mark - 1, tag::STAGED)
}

fn is_place(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> bool {
    let label = phrases.tokens.slice(range).to_lowercase();
    PLACES.binary_search(&label.as_str()).is_ok()
}

/// A word for a source, or a person's or body's name.
fn names_source(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> bool {
    let is_label = |at: usize| phrases.is(at, tag::LABEL | tag::VIEW);
    let capital = |at: usize| phrases.tokens.all[at].capital || phrases.kind(at) == Kind::Owner;
    !range.clone().last().is_some_and(is_label)
        && (has_role(phrases, range) || range.clone().all(capital))
}

/// "Police", "Iran's foreign minister"; "Prince Philip" is a name.
fn has_role(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> bool {
    let role = tag::OFFICIAL
        | tag::ORGANISATION
        | tag::WITNESS
        | tag::ANONYMOUS
        | tag::COLLECTIVE
        | tag::SPEAKER;
    let is_title = |at: usize| {
        phrases.is(at, tag::TITLE) && at + 1 < range.end && phrases.tokens.all[at + 1].capital
    };
    range.clone().any(|at| phrases.is(at, role) && !is_title(at))
}

/// "Putin", "President Holm", "Norland's Holm": somebody in office by the family name alone. Of
/// other names before a colon most are topics: "Ebola: Doctors fear spread".
fn is_in_office(phrases: &Phrases<'_, '_>, range: &Range<usize>) -> bool {
    const ROYAL: [&str; 7] = ["king", "lady", "lord", "prince", "princess", "queen", "sir"];
    let is_royal = |at: usize| ROYAL.iter().any(|word| phrases.tokens.is_word(at, word));
    let last = range.end - 1;
    let name = phrases.tokens.all[last].capital && phrases.kind(last) == Kind::Word;
    let led = last > range.start
        && (phrases.kind(last - 1) == Kind::Owner && is_place(phrases, &(range.start..last - 1))
            || phrases.is(last - 1, tag::TITLE) && !is_royal(last - 1));
    let family = phrases.tokens.str(last).to_lowercase();
    name && (led || range.len() == 1 && LEADERS.binary_search(&family.as_str()).is_ok())
}

/// A whole clause whose subject is somebody or something else.
fn tells_of_others(phrases: &Phrases<'_, '_>, who: &Range<usize>, told: &Range<usize>) -> bool {
    let told = Phrases { tokens: phrases.tokens, start: told.start, end: told.end };
    let Some(verb) = (told.start..told.end).find(|at| told.finite(*at)) else { return false };
    let Some(mut subject) = told.subject(verb) else { return false };
    !subject.any(|at| told.tokens.str(at) == told.tokens.str(who.end - 1))
}

/// A whole quotation, or words in the first person.
fn is_speech(phrases: &Phrases<'_, '_>, told: &Range<usize>) -> bool {
    const FIRST: [&str; 6] = ["i", "i'm", "i've", "my", "our", "we"];
    let mut words = told.clone().filter(|at| phrases.kind(*at) == Kind::Word);
    words.clone().all(|at| phrases.tokens.all[at].quote != 0)
        || words.any(|at| {
            phrases.tokens.all[at].quote == 0
                && FIRST.iter().any(|word| phrases.tokens.is_word(at, word))
        })
}
