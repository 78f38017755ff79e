//! Decisions in: one JSON object a record, told from an article by its fields `action` and `target`.

use schemars::JsonSchema;
use serde::Deserialize;
use writethru_core::article::Time;
use writethru_core::decision::{Action, Decision};

use super::articles::DecodeError;

/// Characters of an id, a name, a target.
const WORD_CHARS_MAX: usize = 500;
/// Characters of a reason.
const REASON_CHARS_MAX: usize = 4_000;
/// Items of `value`.
const VALUES_MAX: usize = 1_000;

/// A decision with the desk that it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The story space; where it is not said, the settings' own.
    pub desk: Option<String>,
    /// What was decided.
    pub decision: Decision,
}

/// What somebody at the desk decided.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Decision")]
pub struct DecisionIn {
    /// The sender's own: the same decision sent twice is one.
    #[schemars(with = "Word")]
    id: String,
    /// The desk; without one, the desk of articles that declare no language.
    #[schemars(with = "Option<Word>")]
    desk: Option<String>,
    /// Who decides.
    #[schemars(with = "Word")]
    by: String,
    /// When, by the sender's clock.
    #[schemars(extend("format" = "date-time"))]
    at: Option<String>,
    /// What is to be done.
    #[schemars(with = "Word", extend("enum" = Action::ALL.map(|(name, _)| name)))]
    action: String,
    /// The id of a story; of a claim to be confirmed, rejected or muted; of a decision to be
    /// revoked.
    #[schemars(with = "Word")]
    target: String,
    /// The headline to be pinned; the id of the other story; the `uri`s of the articles to be
    /// split off.
    value: Option<Value>,
    /// Why.
    #[schemars(length(max = 4_000))]
    reason: Option<String>,
    /// Only if the story still stands at this `sequence`.
    if_sequence: Option<Sequence>,
}

/// A line that says something, as its schema puts it.
#[derive(JsonSchema)]
#[schemars(inline)]
struct Word(
    #[schemars(
        length(min = 1, max = 500),
        regex(
            pattern = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$"
        )
    )]
    #[expect(dead_code, reason = "only its schema is used")]
    String,
);

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "DecisionValue")]
enum Value {
    One(String),
    Many(#[schemars(length(max = 1_000))] Vec<String>),
}

/// As a number, or in text as changes have it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "DecisionSequence")]
enum Sequence {
    Number(#[schemars(range(max = u64::MAX))] u64),
    /// As some write a whole number: `7.0`.
    #[schemars(skip)]
    Decimal(f64),
    Text(#[schemars(regex(pattern = "^[0-9]{1,19}$"))] String),
}

/// Reads a decision; `None` where the record is something else.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<Result<Decided, DecodeError>> {
    if !(holds(bytes, b"\"action\"") && holds(bytes, b"\"target\"")) {
        return None;
    }
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(bytes).ok()?;
    if !(object.contains_key("action") && object.contains_key("target")) {
        return None;
    }
    let read: Result<DecisionIn, _> = serde_json::from_value(serde_json::Value::Object(object));
    Some(read.map_err(|error| bad(error.to_string())).and_then(checked))
}

/// Reads a record that has to be a decision, of at most `bytes_max` bytes.
///
/// # Errors
/// What is wrong with it.
pub fn decode_within(bytes: &[u8], bytes_max: usize) -> Result<Decided, DecodeError> {
    if bytes.len() > bytes_max {
        let detail = format!("{} bytes, where {bytes_max} are read", bytes.len());
        return Err(DecodeError { reason: "too_large", detail });
    }
    let nothing = || bad("this is no decision: it lacks \"action\" and \"target\"".to_owned());
    decode(bytes).unwrap_or_else(|| Err(nothing()))
}

fn checked(sent: DecisionIn) -> Result<Decided, DecodeError> {
    let action = Action::ALL.iter().find(|(name, _)| *name == sent.action);
    let Some((_, action)) = action else {
        let known: Vec<&str> = Action::ALL.iter().map(|(name, _)| *name).collect();
        let detail = format!("\"action\" must be {}, but is \"{}\"", known.join(", "), sent.action);
        return Err(bad(detail));
    };
    let value = match sent.value {
        None => Vec::new(),
        Some(Value::One(one)) => vec![one],
        Some(Value::Many(many)) => many,
    };
    if value.len() > VALUES_MAX {
        return Err(bad(format!("\"value\" has more than {VALUES_MAX} items")));
    }
    let desk = sent.desk.map(|it| word("desk", &it)).transpose()?;
    let at = match sent.at {
        None => None,
        Some(text) => match time(&text) {
            Some(at) => Some(at),
            None => return Err(bad(format!("\"at\" is no time: \"{text}\""))),
        },
    };
    let if_sequence = match sent.if_sequence {
        None => None,
        Some(Sequence::Number(number)) => Some(number),
        Some(Sequence::Decimal(number)) => match format!("{number}").parse() {
            Ok(number) => Some(number),
            Err(_) => return Err(bad(format!("\"ifSequence\" is no whole number: {number}"))),
        },
        Some(Sequence::Text(text)) => match text.parse() {
            Ok(number) => Some(number),
            Err(_) => return Err(bad(format!("\"ifSequence\" is no number: \"{text}\""))),
        },
    };
    let reason = sent.reason.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
    if reason.as_ref().is_some_and(|it| it.chars().count() > REASON_CHARS_MAX) {
        return Err(bad(format!("\"reason\" is longer than {REASON_CHARS_MAX} characters")));
    }
    let decision = Decision {
        id: word("id", &sent.id)?,
        by: word("by", &sent.by)?,
        at,
        action: *action,
        target: word("target", &sent.target)?,
        value,
        reason,
        if_sequence,
    };
    Ok(Decided { desk, decision })
}

/// A time; one that lies before or after all news is the first or last moment.
fn time(text: &str) -> Option<Time> {
    let clamped = |stamp: jiff::Timestamp| Time::EPOCH.plus_ms(stamp.as_millisecond());
    Time::parse(text).or_else(|| text.parse::<jiff::Timestamp>().ok().map(clamped))
}

/// A word that says something, on one line.
fn word(field: &str, text: &str) -> Result<String, DecodeError> {
    let text = text.trim();
    let fits = !text.is_empty()
        && text.chars().count() <= WORD_CHARS_MAX
        && !text.chars().any(char::is_control);
    if fits {
        return Ok(text.to_owned());
    }
    Err(bad(format!("\"{field}\" must be a line of 1 to {WORD_CHARS_MAX} characters")))
}

fn bad(detail: String) -> DecodeError {
    DecodeError { reason: "bad_decision", detail }
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(bytes, word).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIN: &str = r#"{"id":"d1","desk":"en","by":"anna","at":"2025-05-06T04:00:00Z",
        "action":"pin_headline","target":"0123","value":"Quake","ifSequence":"7"}"#;

    #[test]
    fn a_decision_is_told_from_an_article_by_its_fields() {
        let decided = decode(PIN.as_bytes()).unwrap().unwrap();
        assert_eq!(decided.desk.as_deref(), Some("en"));
        assert_eq!(decided.decision.action, Action::PinHeadline);
        assert_eq!(decided.decision.value, ["Quake"]);
        assert_eq!(decided.decision.if_sequence, Some(7));
        assert!(decode(br#"{"uri":"urn:a","headline":"the \"action\" and \"target\""}"#).is_none());
        assert!(decode(br#"{"headline":"x","body":{"action":1,"target":2}}"#).is_none());
        assert!(decode(b"\"action\" \"target\"").is_none());
    }

    #[test]
    fn the_schema_takes_the_numbers_that_are_read() {
        let schema = serde_json::to_value(schemars::schema_for!(DecisionIn)).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for (number, is_read) in [
            ("0", true),
            ("18446744073709551615", true),
            ("18446744073709551616", false),
            ("5972704917733195431063861592064", false),
            ("-1", false),
        ] {
            let text = PIN.replace("\"7\"", number);
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(decode(text.as_bytes()).unwrap().is_ok(), is_read, "{number}");
            assert_eq!(validator.is_valid(&value), is_read, "{number}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            (PIN.replace("pin_headline", "pin"), "must be pin_headline, merge"),
            (PIN.replace("\"by\":\"anna\",", ""), "missing field `by`"),
            (PIN.replace("anna", " "), "\"by\" must be a line"),
            (PIN.replace("anna", "a\\nb"), "\"by\" must be a line"),
            (PIN.replace("2025-05-06T04:00:00Z", "noon"), "\"at\" is no time"),
            (PIN.replace("\"7\"", "\"x\""), "\"ifSequence\" is no number"),
            (PIN.replace("\"value\"", "\"values\""), "unknown field `values`"),
        ];
        for (text, expected) in cases {
            let error = decode(text.as_bytes()).unwrap().unwrap_err();
            assert_eq!(error.reason, "bad_decision");
            assert!(error.detail.contains(expected), "{text}: {}", error.detail);
        }
    }
}
