//! Which place names mean a whole country, so that a city in it does not contradict it.

/// Country names in lower case, sorted.
const COUNTRIES: [&str; 158] = [
    "afghanistan", "albania", "algeria", "america", "angola", "argentina", "armenia", "australia",
    "austria", "azerbaijan", "bahrain", "bangladesh", "belarus", "belgium", "benin", "bolivia",
    "bosnia", "botswana", "brazil", "britain", "bulgaria", "burkina faso", "burundi", "cambodia",
    "cameroon", "canada", "chad", "chile", "china", "colombia", "congo", "costa rica", "croatia",
    "cuba", "cyprus", "czech republic", "denmark", "dominican republic", "ecuador", "egypt",
    "el salvador", "eritrea", "estonia", "ethiopia", "fiji", "finland", "france", "gabon",
    "georgia", "germany", "ghana", "greece", "guatemala", "guinea", "haiti", "honduras",
    "hungary", "iceland", "india", "indonesia", "iran", "iraq", "ireland", "israel", "italy",
    "ivory coast", "jamaica", "japan", "jordan", "kazakhstan", "kenya", "kosovo", "kuwait",
    "kyrgyzstan", "laos", "latvia", "lebanon", "lesotho", "liberia", "libya", "lithuania",
    "luxembourg", "madagascar", "malawi", "malaysia", "maldives", "mali", "malta", "mauritania",
    "mauritius", "mexico", "moldova", "mongolia", "montenegro", "morocco", "mozambique",
    "myanmar", "namibia", "nepal", "netherlands", "new zealand", "nicaragua", "niger", "nigeria",
    "north korea", "north macedonia", "norway", "oman", "pakistan", "palestine", "panama",
    "papua new guinea", "paraguay", "peru", "philippines", "poland", "portugal", "qatar",
    "romania", "russia", "rwanda", "saudi arabia", "senegal", "serbia", "sierra leone",
    "singapore", "slovakia", "slovenia", "somalia", "south africa", "south korea", "south sudan",
    "spain", "sri lanka", "sudan", "sweden", "switzerland", "syria", "taiwan", "tajikistan",
    "tanzania", "thailand", "togo", "tunisia", "turkey", "turkmenistan", "türkiye", "uganda",
    "ukraine", "united kingdom", "united states", "uruguay", "uzbekistan", "venezuela", "vietnam",
    "yemen", "zambia", "zimbabwe",
];

/// Whether this is the name of a country.
pub(super) fn is_country(place: &str) -> bool {
    let lower = place.to_lowercase();
    let name = lower.strip_prefix("the ").unwrap_or(&lower);
    COUNTRIES.binary_search(&name).is_ok()
}
