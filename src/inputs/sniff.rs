//! What a stream holds: told by the file's name, else by how it begins.

use std::io::{self, BufRead, Chain, Cursor, Read};
use std::path::Path;

use serde::de::IgnoredAny;

/// Bytes that are looked at.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// What a stream holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One record a line.
    Lines,
    /// An array of articles, or objects spread over lines.
    Documents,
    /// RSS, Atom or JSON Feed.
    Feed,
    /// Look.
    Unknown,
}

impl Shape {
    /// By the ending of a file's name, `.gz` aside.
    pub(super) fn of_name(path: &Path) -> Self {
        let name = path.to_string_lossy().to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        match name.rsplit('.').next() {
            Some("ndjson" | "jsonl") => Self::Lines,
            Some("xml" | "rss" | "atom" | "rdf") => Self::Feed,
            _ => Self::Unknown,
        }
    }
}

/// A stream that is put back to its beginning.
pub(super) type Rewound<R> = Chain<Cursor<Vec<u8>>, R>;

/// Settles the shape; the stream that comes back still begins at its beginning.
pub(super) fn sniff<R: BufRead>(named: Shape, mut reader: R) -> io::Result<(Shape, Rewound<R>)> {
    let head = if named == Shape::Unknown { head(&mut reader)? } else { Vec::new() };
    let shape = if named == Shape::Unknown { shape_of(&head) } else { named };
    Ok((shape, Cursor::new(head).chain(reader)))
}

/// The beginning, up to the end of the first line that is not blank.
fn head<R: BufRead>(reader: &mut R) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while head.len() < HEAD_BYTES_MAX {
        let buffer = match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if buffer.is_empty() {
            break;
        }
        let used = buffer.len().min(HEAD_BYTES_MAX - head.len());
        head.extend_from_slice(buffer.get(..used).unwrap_or_default());
        reader.consume(used);
        if trimmed(&head).contains(&b'\n') {
            break;
        }
    }
    Ok(head)
}

fn trimmed(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start()
}

fn shape_of(head: &[u8]) -> Shape {
    let text = trimmed(head);
    match text.first() {
        Some(b'<') => Shape::Feed,
        Some(b'[') => Shape::Documents,
        Some(b'{') if is_json_feed(text) => Shape::Feed,
        Some(b'{') => object_shape(text),
        _ => Shape::Lines,
    }
}

/// Lines where the first line is a whole object, or a broken one that does not look as if it were
/// meant to go on.
fn object_shape(text: &[u8]) -> Shape {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    let goes_on = matches!(line.last(), Some(b'{' | b'[' | b','));
    let unfinished = serde_json::from_slice::<IgnoredAny>(line).is_err_and(|error| error.is_eof());
    if goes_on && unfinished { Shape::Documents } else { Shape::Lines }
}

/// Whether a key `version` names the JSON Feed format.
fn is_json_feed(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    text.match_indices("\"version\"").any(|(at, key)| {
        let value = text.get(at + key.len()..).unwrap_or_default();
        let value = value.trim_start().strip_prefix(':').unwrap_or_default().trim_start();
        let value = value.replace("\\/", "/");
        value.starts_with("\"https://jsonfeed.org/") || value.starts_with("\"http://jsonfeed.org/")
    })
}
