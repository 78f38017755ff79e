//! News as a wire sends it: several desks, reprints, higher tolls, corrections, kills, and what
//! nobody can read.

use serde_json::json;

const CITIES: [&str; 8] =
    ["Homs", "Rotterdam", "Quito", "Nagoya", "Tbilisi", "Leeds", "Accra", "Perth"];
const PLANTS: [&str; 6] =
    ["refinery", "shoe factory", "grain silo", "textile mill", "depot", "shipyard"];
const LANGUAGES: [&str; 6] = ["en", "de", "fr", "es", "tr", "pt"];
const PUBLISHERS: [&str; 5] =
    ["reuters.com", "apnews.com", "afp.com", "theguardian.com", "livemint.com"];

/// One record of the article topic: its key and its bytes.
pub fn record(n: usize) -> (String, Vec<u8>) {
    let key = format!("urn:test:{n}");
    match n % 41 {
        40 => (key, format!("{{\"uri\": \"{n}\", broken").into_bytes()),
        39 => (key, json!({"uri": n.to_string(), "type": "picture"}).to_string().into_bytes()),
        38 => withdrawal(n),
        37 => (key, b"\xff\xfe\x00 not text".to_vec()),
        _ => (key, article(n).to_string().into_bytes()),
    }
}

/// How many of the first `n` records nobody can read.
pub fn unreadable(n: usize) -> usize {
    (0..n).filter(|n| matches!(n % 41, 37 | 40)).count()
}

fn withdrawal(n: usize) -> (String, Vec<u8>) {
    let uri = format!("urn:test:{}", n.saturating_sub(11));
    (uri.clone(), json!({"uri": uri, "pubStatus": "canceled"}).to_string().into_bytes())
}

fn article(n: usize) -> serde_json::Value {
    // Every event is told seven times, with a toll that grows and one reprint.
    let event = n / 7;
    let city = CITIES[event % CITIES.len()];
    let plant = PLANTS[(event / 3) % PLANTS.len()];
    let toll = 3 + event % 5 + n % 7;
    let teller = PUBLISHERS[n % PUBLISHERS.len()];
    let (uri, version) = if n % 7 == 6 { (n - 1, 2) } else { (n, 1) };
    let body = format!(
        "{} - A fire at a {plant} in {city} killed {toll} people on Tuesday, police said.\n\
         Rescue workers searched the building for {} missing workers through the night.\n\
         \"We heard two blasts,\" said Ana Lopes, who lives across the street from the {plant}.\n\
         The mayor of {city} said the cause was not known yet. Report number {event}.",
        city.to_uppercase(),
        toll + 2,
    );
    json!({
        "uri": format!("urn:test:{uri}"),
        "version": version,
        "publisher": teller,
        "headline": format!("Fire at {city} {plant} kills {toll}"),
        "body": body,
        "language": LANGUAGES[event % LANGUAGES.len()],
        "versionCreated": "2026-03-03T08:00:00Z",
    })
}
