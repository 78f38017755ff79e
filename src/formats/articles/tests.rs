//! Records as senders write them, clean and odd and hostile.

//! Shapes of articles that must be read, and hostile ones that must not break anything.

use proptest::prelude::*;
use serde_json::{Value, json};
use writethru_core::article::{PubStatus, Time};

use super::*;

fn read(record: &Value) -> Article {
    match decode(record.to_string().as_bytes()).unwrap() {
        Decoded::Article(article) => *article,
        Decoded::PassedOver { kind } => panic!("passed over as {kind}"),
    }
}

fn reason(record: &str) -> &'static str {
    decode(record.as_bytes()).unwrap_err().reason
}

fn flat() -> Value {
    json!({
        "uri": "https://example.net/a/1", "version": 2, "publisher": "example.net",
        "headline": "Rebels enter Homs", "body": "HOMS - Rebels entered the city on Saturday.",
        "versionCreated": "2024-12-08T03:41:00Z", "firstCreated": "2024-12-08T03:12:00+02:00",
        "language": "en_GB", "byline": "A. Writer", "located": "Homs", "pubStatus": "usable",
        "edNote": "Adds quotes", "embargoedUntil": null, "receivedAt": "2024-12-08T03:42:00Z",
        "url": "https://example.net/a/1?utm_source=x", "slugline": "SYRIA-HOMS", "urgency": 3,
        "subjects": ["medtop:16000000"],
    })
}

fn with(key: &str, value: Value) -> Value {
    let mut record = flat();
    record[key] = value;
    record
}

#[test]
fn the_flat_shape_is_read_in_full() {
    let article = read(&flat());
    let expected = Article {
        uri: "https://example.net/a/1".to_owned(),
        url: Some("https://example.net/a/1".to_owned()),
        publisher: "example.net".to_owned(),
        version: Some(2),
        headline: "Rebels enter Homs".to_owned(),
        body: "HOMS - Rebels entered the city on Saturday.".to_owned(),
        published: Time::parse("2024-12-08T03:41:00Z"),
        first_published: Time::parse("2024-12-08T01:12:00Z"),
        language: Some("en-GB".to_owned()),
        byline: Some("A. Writer".to_owned()),
        located: Some("Homs".to_owned()),
        ed_note: Some("Adds quotes".to_owned()),
        received: Time::parse("2024-12-08T03:42:00Z"),
        slugline: Some("SYRIA-HOMS".to_owned()),
        urgency: Some(3),
        subjects: vec!["medtop:16000000".to_owned()],
        ..Article::default()
    };
    assert_eq!(article, expected);
}

#[test]
fn identity_and_publisher_come_from_the_address() {
    let record =
        json!({"url": "https://www.example.net/a?utm_x=1#top", "headline": "Rebels enter Homs"});
    let article = read(&record);
    assert_eq!(article.uri, "https://www.example.net/a");
    assert_eq!(article.publisher, "example.net");
    assert_eq!(
        read(&with("publisher", json!("https://www.example.org/"))).publisher,
        "example.org"
    );
    assert_eq!(reason(r#"{"uri":"x","headline":"Rebels enter Homs"}"#), "no_publisher");
    assert_eq!(reason(r#"{"publisher":"x","headline":"Rebels enter Homs"}"#), "no_identity");
    assert_eq!(reason(r#"{"uri":" ","publisher":"x","headline":"Rebels"}"#), "no_identity");
    assert_eq!(reason(r#"{"uri":"x","publisher":"x","headline":" ","body":""}"#), "no_text");
}

#[test]
fn a_withdrawal_needs_its_identity_only() {
    for record in [
        json!({"uri": "tag:1", "pubStatus": "canceled"}),
        json!({"uri": "tag:1", "pubStatus": "cancelled"}),
        json!({"url": "https://example.net/1", "pubstatus": "withheld"}),
        json!({"uri": "tag:1", "edNote": "KILL"}),
    ] {
        read(&record);
    }
    assert_eq!(read(&json!({"uri": "tag:1", "pubStatus": "withheld"})).status, PubStatus::Withheld);
    assert_eq!(reason(r#"{"pubStatus":"canceled"}"#), "no_identity");
}

#[test]
fn unreadable_optional_fields_are_dropped() {
    for (key, value) in [
        ("version", json!("draft")),
        ("version", json!(-1)),
        ("version", json!(1.5)),
        ("language", json!(["en"])),
        ("language", json!("what language?")),
        ("urgency", json!(12)),
        ("urgency", json!({"level": 1})),
        ("subjects", json!(7)),
        ("byline", json!({"x": 1})),
        ("located", json!(["Homs"])),
        ("edNote", json!(5)),
        ("pubStatus", json!(["usable"])),
        ("x", json!([[[[]]]])),
    ] {
        let article = read(&with(key, value.clone()));
        assert_eq!(article.headline, "Rebels enter Homs", "{key} {value}");
        assert!(!article.unreadable_time);
    }
    assert_eq!(read(&with("version", json!("3"))).version, Some(3));
    assert_eq!(read(&with("version", json!(3.0))).version, Some(3));
    assert_eq!(read(&with("urgency", json!("2"))).urgency, Some(2));
    assert_eq!(read(&with("byline", json!(["A", {"name": "B"}]))).byline, Some("A, B".to_owned()));
}

#[test]
fn times_are_read_or_marked() {
    for unreadable in [json!("last Tuesday"), json!(1_733_629_260), json!("2024-13-01"), json!("")]
    {
        let article = read(&with("versionCreated", unreadable));
        assert!(article.unreadable_time && article.published.is_none());
    }
    let day = read(&with("versionCreated", json!("2024-12-08")));
    assert_eq!(day.published, Time::parse("2024-12-08T00:00:00Z"));
    let never = read(&with("embargoedUntil", json!("9999-12-31T23:59:59Z")));
    assert!(never.embargoed_until > Time::parse("2999-01-01T00:00:00Z"));
    assert_eq!(reason(&with("embargoedUntil", json!("next Monday")).to_string()), "bad_field");
    assert!(!read(&with("firstCreated", json!(null))).unreadable_time);
}

#[test]
fn hostile_records_have_a_reason() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_body = format!(r#"{{"uri":"x","publisher":"x","body":{deep}}}"#);
    for (record, expected) in [
        ("", "not_json"),
        ("nonsense", "not_json"),
        ("{\"uri\":\"x\"", "not_json"),
        ("{} {}", "not_json"),
        ("[]", "not_an_object"),
        ("\"text\"", "not_an_object"),
        (deep.as_str(), "not_an_object"),
        (deep_body.as_str(), "bad_field"),
        (r#"{"uri":"x","publisher":"x","body":"half a pair \ud83d"}"#, "lone_surrogate"),
        (r#"{"uri":"x","publisher":"x","body":7}"#, "bad_field"),
        (r#"{"uri":7,"publisher":"x","body":"b"}"#, "bad_field"),
        (r#"{"uri":"a\nb","publisher":"x","body":"b"}"#, "bad_field"),
        (r#"{"uri":"x","uri":"y","publisher":"x","body":"b"}"#, "duplicate_key"),
        (r#"{"uri":"x","publisher":"x","body":"a","body":"b"}"#, "duplicate_key"),
    ] {
        assert_eq!(reason(record), expected, "{}", &record.chars().take(80).collect::<String>());
    }
    assert_eq!(decode(b"{\"uri\":\"\xff\"}").unwrap_err().reason, "not_utf8");
    assert_eq!(decode_within(b"{\"uri\":\"x\"}", 5).unwrap_err().reason, "too_large");
    let long = json!({"uri": "x".repeat(5_000), "publisher": "x", "body": "b"}).to_string();
    assert_eq!(reason(&long), "bad_field");
}

#[test]
fn what_is_odd_but_clear_is_read() {
    let twice =
        r#"{"uri":"x","uri":"x","publisher":"x","body":"b","urgency":1e999,"note":"\ud800"}"#;
    assert!(matches!(decode(twice.as_bytes()), Ok(Decoded::Article(_))));
    let marked = format!("\u{FEFF}{}", flat());
    assert!(matches!(decode(marked.as_bytes()), Ok(Decoded::Article(_))));
    let spaced = format!(" \r\n {} \r\n", flat());
    assert!(matches!(decode(spaced.as_bytes()), Ok(Decoded::Article(_))));
    assert_eq!(
        read(&with("headline", json!("\u{1F5F3} Vote &amp; count"))).headline,
        "🗳 Vote & count"
    );
    assert_eq!(read(&with("body", json!("<p>One.</p><p>Two.</p>"))).body, "One.\nTwo.");
}

#[test]
fn ninjs_1_has_named_texts() {
    let article = read(&json!({
        "uri": "http://example.net/items/1", "type": "text", "version": "4",
        "versioncreated": "2024-12-08T03:41:00Z", "pubstatus": "usable", "urgency": 1,
        "language": "en-US", "byline": "A. Writer", "ednote": "CORRECTS toll", "located": "Homs",
        "headline_short": "Homs", "headline_main": "Rebels enter Homs",
        "body_html": "<p>A much longer text in HTML, with every detail.</p>",
        "body_teaser": "Short.", "body_text": "Rebels entered the city.",
        "subject": [{"code": "16000000", "scheme": "http://cv.iptc.org/newscodes/mediatopic/", "name": "war"}],
        "infosource": [{"name": "Example Agency"}],
    }));
    assert_eq!(article.headline, "Rebels enter Homs");
    assert_eq!(article.body, "Rebels entered the city.");
    assert_eq!((article.version, article.urgency), (Some(4), Some(1)));
    assert_eq!(article.publisher, "example.net");
    assert_eq!(article.subjects, ["medtop:16000000"]);
    assert_eq!(article.credits, ["Example Agency"]);
    assert_eq!(article.published, Time::parse("2024-12-08T03:41:00Z"));
}

#[test]
fn ninjs_2_and_3_have_lists() {
    for (created, status, contents) in [
        ("versioncreated", "pubstatus", "contenttype"),
        ("versionCreated", "pubStatus", "contentType"),
    ] {
        let article = read(&json!({
            "uri": "tag:example.net,2024:homs", "type": "composite", "by": "A. Writer",
            created: "2024-12-08T03:41:00Z", status: "withheld", "version": "1",
            "headlines": [{"role": "short", "value": "Homs"}, {"role": "main", "value": "Rebels enter Homs"}],
            "bodies": [
                {"role": "rich", contents: "text/html", "value": "<p>Rebels entered the city, in HTML.</p>"},
                {"role": "summary", contents: "text/plain", "value": "Rebels in."},
                {"role": "full", contents: "text/plain", "value": "Rebels entered <the> city."},
            ],
            "subjects": [{"uri": "http://cv.iptc.org/newscodes/mediatopic/16000000", "name": "war"}],
        }));
        assert_eq!(article.headline, "Rebels enter Homs");
        assert_eq!(article.body, "Rebels entered <the> city.");
        assert_eq!(
            (article.publisher.as_str(), article.status),
            ("example.net", PubStatus::Withheld)
        );
        assert_eq!(article.subjects, ["medtop:16000000"]);
    }
    let only_html = read(&json!({
        "uri": "http://example.net/2", "headlines": [{"value": "Homs"}],
        "bodies": [{"contentType": "application/xhtml+xml", "value": "<div><p>One.</p><p>Two.</p></div>"}],
    }));
    assert_eq!(only_html.body, "One.\nTwo.");
}

#[test]
fn items_that_are_no_text_are_passed_over() {
    for (kind, counted) in
        [("picture", "picture"), ("event", "event"), ("video", "video"), ("a b", "other")]
    {
        let record = json!({"uri": "x", "type": kind, "headlines": [{"value": "A picture"}]});
        let decoded = decode(record.to_string().as_bytes()).unwrap();
        assert_eq!(decoded, Decoded::PassedOver { kind: counted.to_owned() });
    }
    let bare = json!({"uri": "x", "type": "picture"}).to_string();
    assert!(matches!(decode(bare.as_bytes()), Ok(Decoded::PassedOver { .. })));
    // The flat shape has no type; a sender's own does not matter.
    assert_eq!(read(&with("type", json!("picture"))).headline, "Rebels enter Homs");
}

proptest! {
    #[test]
    fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        drop(decode(&bytes));
    }

    #[test]
    fn any_value_anywhere_is_read_or_refused(
        key in "uri|url|publisher|headline|body|version|versionCreated|bodies|headlines|type|subjects|by|body_x|infoSources",
        value in prop_oneof![
            Just(json!(null)), Just(json!(1e300)), Just(json!([])), Just(json!({})), Just(json!([{"value": 1}])),
            Just(json!([{"role": "main", "value": "<p>x"}])), "\\PC{0,30}".prop_map(Value::from),
        ],
    ) {
        drop(decode(with(&key, value).to_string().as_bytes()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn markup_soup_is_text(soup in "(<[/!]?[a-z]{0,6}[ >]?|&[a-z#0-9]{0,6};?|[a-z]{1,9}| |\\n|\\PC){0,60}") {
        drop(plain_text(&soup));
        drop(plain_text(&format!("<html>{soup}")));
    }
}
