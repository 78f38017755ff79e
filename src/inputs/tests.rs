//! Streams of every shape, whole, torn and oversized.

//! Folders, files and feeds as they come, and what is wrong with them.

use std::fs;
use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::*;
use crate::formats::articles::{Decoded, decode};

const MAX: usize = 1_000;

fn drain(mut input: impl Input) -> Vec<(u64, String)> {
    let mut records = Vec::new();
    while let Some(record) = input.next().unwrap() {
        records.push((record.line, String::from_utf8(record.bytes).unwrap()));
    }
    records
}

fn stream(shape: Shape, text: &str) -> Vec<(u64, String)> {
    struct Boxed(Box<dyn Input>);
    impl Input for Boxed {
        fn next(&mut self) -> Result<Option<RawRecord>, InputError> {
            self.0.next()
        }
    }
    let reader = BufReader::with_capacity(7, Cursor::new(text.as_bytes().to_vec()));
    drain(Boxed(open_stream("test", shape, reader, MAX).unwrap()))
}

fn owned(records: &[(u64, &str)]) -> Vec<(u64, String)> {
    records.iter().map(|(line, text)| (*line, (*text).to_owned())).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

#[test]
fn lines_are_records() {
    let text = "{\"a\":1}\r\n\r\n  \nnonsense\n{\"b\":2}";
    let expected = owned(&[(1, "{\"a\":1}"), (4, "nonsense"), (5, "{\"b\":2}")]);
    assert_eq!(stream(Shape::Lines, text), expected);
    assert_eq!(stream(Shape::Unknown, text), expected);
    assert_eq!(stream(Shape::Lines, ""), []);
    assert_eq!(stream(Shape::Unknown, "\u{FEFF}\n\n"), []);
}

#[test]
fn a_line_too_long_is_told_by_size_and_digest() {
    let long = "x".repeat(5_000);
    let text = format!("{{}}\n{long}\n{{\"b\":2}}\n");
    let reader = BufReader::with_capacity(64, Cursor::new(text));
    let mut lines = Lines::new("test", reader, MAX);
    assert_eq!(lines.next().unwrap().unwrap().bytes, b"{}");
    let record = lines.next().unwrap().unwrap();
    let oversized = record.oversized.unwrap();
    assert_eq!((record.line, record.bytes.len(), oversized.bytes), (2, 0, 5_000));
    assert_eq!(oversized.sha256, <[u8; 32]>::from(Sha256::digest(long.as_bytes())));
    assert_eq!(lines.next().unwrap().unwrap().line, 3);
    assert!(lines.next().unwrap().is_none());
}

#[test]
fn documents_are_taken_apart() {
    let array = "[\n {\"a\": \"x]}\\\"\"},\n {\n  \"b\": [1, {}]\n },\n 7, \"s\"\n]\n";
    let expected =
        owned(&[(2, "{\"a\": \"x]}\\\"\"}"), (3, "{   \"b\": [1, {}]  }"), (6, "7"), (6, "\"s\"")]);
    assert_eq!(stream(Shape::Unknown, array), expected);
    assert_eq!(stream(Shape::Unknown, "[{\"a\":1},{\"b\":2}]").len(), 2);
    let pretty = "{\n \"uri\": \"x\"\n}\n{\n \"uri\": \"y\"\n}";
    assert_eq!(
        stream(Shape::Unknown, pretty),
        owned(&[(1, "{  \"uri\": \"x\" }"), (4, "{  \"uri\": \"y\" }")])
    );
    assert_eq!(
        stream(Shape::Unknown, "[{\"a\":1},{\"b\":"),
        owned(&[(1, "{\"a\":1}"), (1, "{\"b\":")])
    );
    assert_eq!(stream(Shape::Unknown, "[]"), []);
}

#[test]
fn a_broken_first_line_does_not_swallow_the_rest() {
    let text = "{\"uri\": \"x\n{\"uri\":\"y\"}\n";
    assert_eq!(stream(Shape::Unknown, text).len(), 2);
    let cut = "{\"uri\": {\"x\": 1\n{\"uri\":\"y\"}\n";
    assert_eq!(stream(Shape::Unknown, cut).len(), 2);
}

const RSS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Example News</title><link>https://www.example.net/</link><language>en-gb</language>
<item><title>Army leaves Homs &amp; Hama</title><link>https://www.example.net/2?utm_source=rss</link>
<guid isPermaLink="true">https://www.example.net/2#3</guid><pubDate>Sun, 08 Dec 2024 03:41:00 GMT</pubDate>
<description>Short.</description><content:encoded><![CDATA[<p>The army left.</p><p>Nobody was hurt.</p>]]></content:encoded></item>
<item><title>Rebels near Homs</title><link>https://www.example.net/1</link><guid isPermaLink="false">771</guid>
<pubDate>Sat, 07 Dec 2024 20:00:00 GMT</pubDate><description>Rebels came near.</description></item>
</channel></rss>"#;

const ATOM: &str = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>Example</title><id>urn:x:feed</id>
<updated>2024-12-08T05:00:00Z</updated><link rel="self" href="https://example.org/feed.atom"/>
<entry><id>tag:example.org,2024:1</id><title>Airport closed</title><updated>2024-12-08T04:30:00Z</updated>
<published>2024-12-08T04:00:00Z</published><author><name>A. Writer</name></author>
<link rel="alternate" href="https://example.org/a/1"/><summary>Flights are suspended.</summary></entry></feed>"#;

const JSON_FEED: &str = r#"{ "version": "https://jsonfeed.org/version/1.1", "title": "Example",
 "home_page_url": "https://example.com/", "items": [
 {"id": "https://example.com/1", "url": "https://example.com/1", "title": "Airport closed",
  "content_text": "Flights are suspended.", "date_published": "2024-12-08T04:00:00Z"}]}"#;

fn articles(feed: &str) -> Vec<writethru_core::article::Article> {
    let records = stream(Shape::Unknown, feed);
    let decoded = records.iter().map(|(_, record)| decode(record.as_bytes()).unwrap());
    decoded
        .map(|decoded| match decoded {
            Decoded::Article(article) => *article,
            Decoded::PassedOver { kind } => panic!("passed over as {kind}"),
        })
        .collect()
}

#[test]
fn rss_entries_are_flat_records_oldest_first() {
    let found = articles(RSS);
    let [first, second] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        (first.headline.as_str(), first.uri.as_str()),
        ("Rebels near Homs", "https://www.example.net/1")
    );
    assert_eq!(second.uri, "https://www.example.net/2");
    assert_eq!(second.url.as_deref(), Some("https://www.example.net/2"));
    assert_eq!(second.headline, "Army leaves Homs & Hama");
    assert_eq!(second.body, "The army left.\nNobody was hurt.");
    assert_eq!(second.publisher, "example.net");
    assert_eq!(second.language.as_deref(), Some("en-gb"));
    assert_eq!(second.published.unwrap().to_string(), "2024-12-08T03:41:00Z");
}

#[test]
fn atom_and_json_feed_are_read() {
    let atom = articles(ATOM);
    assert_eq!(atom[0].uri, "tag:example.org,2024:1");
    assert_eq!(atom[0].byline.as_deref(), Some("A. Writer"));
    assert_eq!(atom[0].published.unwrap().to_string(), "2024-12-08T04:30:00Z");
    assert_eq!(atom[0].first_published.unwrap().to_string(), "2024-12-08T04:00:00Z");
    let json = articles(JSON_FEED);
    assert_eq!(
        (json[0].publisher.as_str(), json[0].body.as_str()),
        ("example.com", "Flights are suspended.")
    );
}

#[test]
fn what_is_no_feed_is_said() {
    let page = "<html>\n<p>Not found</p>\n</html>";
    let Err(error) = Feed::read("news.xml", page.as_bytes()) else { panic!("a feed?") };
    assert!(error.to_string().starts_with("news.xml is not a readable feed"), "{error}");
    // In a file it is a record that becomes a dead letter, with its bytes.
    assert_eq!(stream(Shape::Feed, page), owned(&[(1, page)]));
    assert_eq!(stream(Shape::Feed, " \n"), []);
    let large = format!("<html>{}", "x".repeat(5_000));
    let mut input = open_stream("l.xml", Shape::Feed, Cursor::new(large.clone()), MAX).unwrap();
    let oversized = input.next().unwrap().unwrap().oversized.unwrap();
    assert_eq!(oversized.sha256, <[u8; 32]>::from(Sha256::digest(large.as_bytes())));
    let tower = format!("<rss version=\"2.0\"><channel>{}", "<a>".repeat(100_000));
    drop(open_stream("news.xml", Shape::Feed, Cursor::new(tower.into_bytes()), MAX));
    let entry = format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><content type=\"xhtml\">{}",
        "<b>".repeat(50_000)
    );
    drop(open_stream("news.xml", Shape::Feed, Cursor::new(entry.into_bytes()), MAX));
}

#[test]
fn a_folder_is_read_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write("b.ndjson", b"{\"n\":2}\n{\"n\":3}");
    write("a.jsonl.gz", &gzip("{\"n\":1}\n"));
    write("c.json", b"[{\"n\":4},\n{\"n\":5}]");
    write(".hidden.ndjson", b"{\"n\":0}");
    write("readme.txt", b"not this one");
    fs::create_dir(folder.path().join("sub.json")).unwrap();
    let records = drain(Inputs::open(&[folder.path()], MAX).unwrap());
    let numbers: Vec<i64> = records
        .iter()
        .map(|(_, record)| serde_json::from_str::<Value>(record).unwrap()["n"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
}

#[test]
fn what_cannot_be_read_names_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let Err(missing) = Inputs::open(&[folder.path().join("no.ndjson")], MAX) else {
        panic!("found")
    };
    assert!(missing.to_string().contains("no.ndjson"), "{missing}");
    let Err(empty) = Inputs::open(&[folder.path()], MAX) else { panic!("found") };
    assert!(empty.to_string().contains("holds no article files (.ndjson"), "{empty}");

    let torn = gzip(&"{\"n\":1}\n".repeat(5_000));
    fs::write(folder.path().join("a.ndjson.gz"), &torn[..torn.len() / 2]).unwrap();
    fs::write(folder.path().join("b.ndjson"), "{\"n\":2}\n").unwrap();
    let mut inputs = Inputs::open(&[folder.path()], MAX).unwrap();
    let error = loop {
        match inputs.next() {
            Ok(record) => assert!(record.is_some(), "the end came before the error"),
            Err(error) => break error,
        }
    };
    assert!(error.to_string().contains("a.ndjson.gz after line"), "{error}");
    assert_eq!(inputs.next().unwrap().unwrap().bytes, b"{\"n\":2}");
    assert!(inputs.next().unwrap().is_none());
}

proptest! {
    #[test]
    fn nothing_panics_and_lines_count_up(text in "([\\[\\]{},:\"\\\\ \\n]|[a-z0-9]{1,4}){0,60}") {
        for shape in [Shape::Lines, Shape::Documents, Shape::Unknown] {
            let lines: Vec<u64> = stream(shape, &text).into_iter().map(|(line, _)| line).collect();
            prop_assert!(lines.is_sorted() && lines.first() != Some(&0));
        }
    }

    #[test]
    fn an_array_gives_its_elements(numbers in proptest::collection::vec(any::<i32>(), 1..9), pretty in any::<bool>()) {
        let values: Vec<Value> = numbers.iter().map(|n| serde_json::json!({"n": n, "s": "a\"]\\"})).collect();
        let text = if pretty { serde_json::to_string_pretty(&values) } else { serde_json::to_string(&values) };
        let read: Vec<Value> = stream(Shape::Unknown, &text.unwrap())
            .iter()
            .map(|(_, record)| serde_json::from_str(record).unwrap())
            .collect();
        prop_assert_eq!(read, values);
    }
}
