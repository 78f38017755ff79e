//! Headlines that name their source by a mark: "Police: two held", "Two held – police".

use super::Attribution;
use crate::policy::lexicon::Act;
use crate::reading::phrase::Phrases;
use crate::reading::tokens::Kind;

/// Tokens of a source in a headline.
const SOURCE_TOKENS_MAX: usize = 6;

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

/// Enters the attribution that a colon or a dash makes in a headline.
pub fn colon(phrases: &Phrases<'_, '_>, sentence: usize, found: &mut Vec<Attribution>) {
    let end = phrases.close();
    let mark = (phrases.start..end).find(|at| {
        matches!(phrases.kind(*at), Kind::Colon | Kind::Dash) && phrases.tokens.all[*at].quote == 0
    });
    let Some(mark) = mark else { return };
    let (left, right) = (phrases.start..mark, mark + 1..end);
    let colon = phrases.kind(mark) == Kind::Colon;
    let mut made = Attribution::new(Act::Say, mark..mark + 1, sentence);
    if right.len() <= SOURCE_TOKENS_MAX && source_like(phrases, &right) && left.len() > 2 {
        made.source = Some(right);
        made.content.push(left);
    } else if colon
        && left.len() <= SOURCE_TOKENS_MAX
        && !phrases.has_finite(left.clone())
        && right.len() > 2
        && names_source(phrases, &left)
        && topic_end(phrases).is_none()
    {
        made.source = Some(left);
        made.content.push(right);
    } else {
        return;
    }
    found.push(made);
}

/// Where a headline goes on behind the place that it is about: "Syria: army leaves the city".
pub fn topic_end(phrases: &Phrases<'_, '_>) -> Option<usize> {
    let mark = (phrases.start..phrases.end.min(phrases.start + SOURCE_TOKENS_MAX))
        .find(|at| phrases.kind(*at) == Kind::Colon)?;
    let label = phrases.tokens.slice(&(phrases.start..mark)).to_lowercase();
    PLACES.binary_search(&label.as_str()).is_ok().then_some(mark + 1)
}

fn source_like(phrases: &Phrases<'_, '_>, range: &std::ops::Range<usize>) -> bool {
    !phrases.has_finite(range.clone())
        && !range.is_empty()
        && names_source(phrases, range)
        && !range.clone().any(|at| phrases.kind(at) == Kind::Number)
}

/// A word for a source, or a person's or body's name.
fn names_source(phrases: &Phrases<'_, '_>, range: &std::ops::Range<usize>) -> bool {
    use crate::policy::lexicon::tag;
    let role = tag::OFFICIAL
        | tag::ORGANISATION
        | tag::WITNESS
        | tag::ANONYMOUS
        | tag::COLLECTIVE
        | tag::SPEAKER;
    range.clone().any(|at| phrases.is(at, role))
        || range.clone().all(|at| phrases.tokens.all[at].capital)
}
