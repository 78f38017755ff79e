//! Single values: text, numbers, times, tags, as senders write them.
//!
//! Lenient where leniency loses nothing: `"3"` is 3, `cancelled` is `canceled`, `en_GB` is `en-GB`.

use std::borrow::Cow;

use writethru_core::article::{PubStatus, Time};

use super::fields::{Items, Object};

/// Characters of a metadata field.
const META_CHARS_MAX: usize = 500;
/// Bytes of a language tag.
const LANGUAGE_BYTES_MAX: usize = 35;
/// Characters of a value that is shown in a detail.
const SHOWN_CHARS_MAX: usize = 60;
/// Subjects and credits that are kept.
const NAMES_MAX: usize = 50;

/// A JSON string; borrowed where it has no escapes.
pub(super) fn text(raw: &str) -> Result<Cow<'_, str>, String> {
    if let Some(inner) = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'))
        && !inner.contains('\\')
    {
        return Ok(Cow::Borrowed(inner));
    }
    serde_json::from_str::<String>(raw).map(Cow::Owned).map_err(|error| error.to_string())
}

/// Metadata on one line without controls; `None` where nothing is left.
pub(super) fn meta(text: &str) -> Option<String> {
    let line = writethru_core::text::normalise_line(text, META_CHARS_MAX);
    (!line.is_empty()).then_some(line)
}

/// The value as it stands, cut short, for a detail.
pub(super) fn shown(raw: &str) -> String {
    let mut shown: String =
        raw.chars().filter(|letter| !letter.is_control()).take(SHOWN_CHARS_MAX).collect();
    if raw.chars().nth(SHOWN_CHARS_MAX).is_some() {
        shown.push('…');
    }
    shown
}

/// A whole number, also in quotes or with zero decimals.
pub(super) fn whole_number(raw: &str) -> Option<u64> {
    let quoted = text(raw).ok();
    let digits = quoted.as_deref().unwrap_or(raw).trim();
    let digits = digits.split_once('.').map_or(digits, |(whole, decimals)| {
        if decimals.bytes().all(|byte| byte == b'0') { whole } else { digits }
    });
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

/// 1 (most urgent) to 9.
pub(super) fn urgency(raw: &str) -> Option<u8> {
    whole_number(raw)
        .and_then(|number| u8::try_from(number).ok())
        .filter(|level| (1..=9).contains(level))
}

/// An RFC 3339 time. What lies beyond the calendar's end ("never") is its last moment.
pub(super) fn time(raw: &str) -> Option<Time> {
    const LAST_YEARS: std::ops::RangeInclusive<i16> = 3000..=9999;
    let text = text(raw).ok()?;
    let text = text.trim();
    Time::parse(text).or_else(|| {
        let date: jiff::civil::Date = text.get(..10)?.parse().ok()?;
        LAST_YEARS.contains(&date.year()).then(|| Time::EPOCH.plus_ms(i64::MAX))
    })
}

/// The publication status; a word that says neither withheld nor canceled is usable.
pub(super) fn status(word: &str) -> PubStatus {
    let word = word.trim().to_ascii_lowercase();
    match word.strip_prefix("stat:").unwrap_or(&word) {
        "withheld" | "embargoed" | "onhold" => PubStatus::Withheld,
        "canceled" | "cancelled" | "killed" | "kill" | "withdrawn" | "retracted" | "deleted" => {
            PubStatus::Canceled
        }
        _ => PubStatus::Usable,
    }
}

/// A language tag with hyphens; `None` for anything else.
pub(super) fn language_tag(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-");
    let is_tag = tag.len() <= LANGUAGE_BYTES_MAX
        && tag
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        && tag.split('-').next().is_some_and(|first| {
            (2..=8).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        });
    is_tag.then_some(tag)
}

/// The items of a list; a single value is a list of one.
pub(super) fn items(raw: &str) -> Vec<&str> {
    if raw.starts_with('[') {
        serde_json::from_str::<Items<'_>>(raw).map(|items| items.0).unwrap_or_default()
    } else {
        vec![raw]
    }
}

/// Names in a list of texts or of objects with one of these keys.
pub(super) fn names(raw: &str, keys: &[&str]) -> Vec<String> {
    let name = |raw: &str| match Object::read(raw) {
        Some(object) => keys.iter().find_map(|key| object.text(key).as_deref().and_then(meta)),
        None => text(raw).ok().as_deref().and_then(meta),
    };
    items(raw).into_iter().take(NAMES_MAX).filter_map(name).collect()
}

/// Subject codes: `medtop:16000000` from its parts, else the code, URI or name as it is.
pub(super) fn subjects(raw: &str) -> Vec<String> {
    items(raw).into_iter().take(NAMES_MAX).filter_map(subject).collect()
}

fn subject(raw: &str) -> Option<String> {
    let Some(object) = Object::read(raw) else { return text(raw).ok().as_deref().and_then(code) };
    let code_of = |key| object.text(key).as_deref().and_then(code);
    let number = code_of("code").or_else(|| code_of("literal"));
    let is_medtop = |key| {
        object.text(key).is_some_and(|text| text.contains("mediatopic") || text.contains("medtop"))
    };
    match number {
        Some(number) if number.contains(':') => Some(number),
        Some(number) if is_medtop("scheme") || is_medtop("uri") => Some(format!("medtop:{number}")),
        Some(number) => Some(number),
        None => code_of("uri").or_else(|| code_of("name")),
    }
}

/// A code as it is, the address of a media topic as `medtop:…`.
fn code(text: &str) -> Option<String> {
    let line = meta(text)?;
    let topic =
        line.split_once("newscodes/mediatopic/").map(|(_, topic)| topic.trim_end_matches('/'));
    Some(topic.map_or(line.clone(), |topic| format!("medtop:{topic}")))
}
