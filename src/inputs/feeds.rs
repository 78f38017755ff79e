//! RSS, Atom and JSON Feed documents: each entry becomes one flat record.

use std::io::{BufRead, Read};
use std::vec::IntoIter;

use feed_rs::model::{self, Entry};
use feed_rs::parser::Builder;
use serde_json::{Map, Value};

use crate::formats::articles::canonical_url;

use super::lines::Piece;
use super::{Input, InputError, RawRecord, unreadable};

/// Bytes of one feed document.
const FEED_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Hosts that only redirect to the publisher.
const REDIRECTORS: &[&str] =
    &["feedproxy.google.com", "feeds.feedburner.com", "rss.feedsportal.com"];

/// The entries of one feed, oldest first.
#[derive(Debug)]
pub(super) struct Feed {
    entries: IntoIter<RawRecord>,
}

impl Feed {
    /// Reads a whole feed document.
    pub(super) fn read<R: BufRead>(source: &str, reader: R) -> Result<Self, InputError> {
        let bytes = head(source, reader.take(FEED_BYTES_MAX + 1))?;
        let refused = |cause: String| InputError::NoFeed { file: source.to_owned(), cause };
        Ok(Self { entries: entries(source, &bytes).map_err(refused)?.into_iter() })
    }

    /// Reads a file; where it is no feed, it is one record as it stands, which nobody can read.
    pub(super) fn of_file<R: BufRead>(
        source: &str,
        mut reader: R,
        record_bytes_max: usize,
    ) -> Result<Self, InputError> {
        let bytes = head(source, reader.by_ref().take(FEED_BYTES_MAX + 1))?;
        if let Ok(entries) = entries(source, &bytes) {
            return Ok(Self { entries: entries.into_iter() });
        }
        let mut whole = Piece::new(record_bytes_max);
        whole.extend(&bytes);
        loop {
            let more = reader.fill_buf().map_err(|cause| unreadable(source, 0, cause))?;
            if more.is_empty() {
                break;
            }
            whole.extend(more);
            let used = more.len();
            reader.consume(used);
        }
        let is_blank = bytes.iter().all(u8::is_ascii_whitespace);
        let broken = (!is_blank).then(|| whole.record(source, 1));
        Ok(Self { entries: broken.into_iter().collect::<Vec<_>>().into_iter() })
    }
}

fn head(source: &str, mut reader: impl Read) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(|cause| unreadable(source, 0, cause))?;
    Ok(bytes)
}

fn entries(source: &str, bytes: &[u8]) -> Result<Vec<RawRecord>, String> {
    if bytes.len() as u64 > FEED_BYTES_MAX {
        return Err(format!("it is larger than {FEED_BYTES_MAX} bytes"));
    }
    let parser =
        Builder::new().id_generator(|_, _, _| String::new()).sanitize_content(false).build();
    let feed = parser.parse(bytes).map_err(|error| error.to_string())?;
    let record =
        |(line, bytes)| RawRecord { source: source.to_owned(), line, bytes, oversized: None };
    Ok(records(&feed).into_iter().map(record).collect())
}

impl Input for Feed {
    fn next(&mut self) -> Result<Option<RawRecord>, InputError> {
        Ok(self.entries.next())
    }
}

/// Feeds put the newest first; what is told first comes first here.
fn records(feed: &model::Feed) -> Vec<(u64, Vec<u8>)> {
    let mut entries: Vec<(u64, &Entry)> = (1..).zip(&feed.entries).collect();
    entries.reverse();
    entries.sort_by_key(|(_, entry)| entry.updated.or(entry.published));
    entries
        .into_iter()
        .map(|(at, entry)| (at, Value::from(record(feed, entry)).to_string().into_bytes()))
        .collect()
}

fn record(feed: &model::Feed, entry: &Entry) -> Map<String, Value> {
    let mut record = Map::new();
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            record.insert(key.to_owned(), Value::from(value));
        }
    };
    let url = link(&entry.links).and_then(canonical_url);
    let home = link(&feed.links).and_then(host);
    let publisher = publisher(entry, url.as_deref(), home);
    put("uri", identity(&entry.id, url.as_deref(), publisher.as_deref()));
    put("url", url);
    put("publisher", publisher.or_else(|| feed.title.as_ref().map(|title| title.content.clone())));
    put("headline", entry.title.as_ref().map(|title| title.content.clone()));
    put("body", body(entry));
    put("versionCreated", entry.updated.or(entry.published).map(|time| time.to_rfc3339()));
    put("firstCreated", entry.published.map(|time| time.to_rfc3339()));
    put("language", entry.language.clone().or_else(|| feed.language.clone()));
    put("byline", byline(entry));
    record
}

/// The identity of an entry: its id where that is one for the whole world; an address without the
/// fragment in which some publishers count versions.
fn identity(id: &str, url: Option<&str>, publisher: Option<&str>) -> Option<String> {
    let id = id.trim();
    if id.is_empty() {
        return None;
    }
    if let Some(address) = canonical_url(id) {
        return Some(address);
    }
    if id.contains(':') {
        return Some(id.to_owned());
    }
    match (url, publisher) {
        (Some(_), _) => None,
        (None, Some(publisher)) => Some(format!("{publisher}:{id}")),
        (None, None) => Some(id.to_owned()),
    }
}

/// The host of the entry's source, else of its address, else of the feed's home page.
fn publisher(entry: &Entry, url: Option<&str>, home: Option<String>) -> Option<String> {
    let source = entry.source.as_deref().and_then(host);
    let own = url.and_then(host).filter(|host| !REDIRECTORS.contains(&host.as_str()));
    source.or(own).or(home)
}

fn host(address: &str) -> Option<String> {
    let address = url::Url::parse(address).ok()?;
    let host = address.host_str()?;
    Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
}

/// The address of the page: the alternate one, else the first that is no enclosure or feed.
fn link(links: &[model::Link]) -> Option<&str> {
    let rel = |link: &&model::Link, rels: &[Option<&str>]| rels.contains(&link.rel.as_deref());
    let alternate = links.iter().find(|link| rel(link, &[None, Some("alternate")]));
    let other =
        || links.iter().find(|link| !rel(link, &[Some("enclosure"), Some("self"), Some("hub")]));
    alternate.or_else(other).map(|link| link.href.as_str())
}

/// The longer of content and summary.
fn body(entry: &Entry) -> Option<String> {
    let content = entry.content.as_ref().and_then(|content| content.body.clone());
    let summary = entry.summary.as_ref().map(|summary| summary.content.clone());
    match (content, summary) {
        (Some(content), Some(summary)) if summary.len() > content.len() => Some(summary),
        (Some(content), _) => Some(content),
        (None, summary) => summary,
    }
}

fn byline(entry: &Entry) -> Option<String> {
    let named = entry.authors.iter().filter_map(|author| author.name.as_deref());
    let names: Vec<&str> = named.map(str::trim).filter(|name| !name.is_empty()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}
