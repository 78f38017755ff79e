//! What crosses the border: public shapes in types of their own, twins of the domain's.
//!
//! Keys are camelCase, values snake_case, times RFC 3339 in UTC, shares JSON numbers of three
//! decimals. Nothing here decides anything; a shape changes only with its schema.

pub mod alerts;
pub mod annotation;
pub mod articles;
pub mod assignments;
pub mod changes;
pub mod claims;
pub mod columns;
pub mod comparison;
pub mod dead_letters;
pub mod decisions;
pub mod digests;
pub mod ninjs_out;
pub mod numbers;
pub mod parts;
pub mod schemas;
pub mod stories;
pub mod times;
pub mod words;

/// One JSON object on a line of its own.
fn line<T: serde::Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1024);
    serde_json::to_writer(&mut bytes, value).expect("formats are plain data with text keys");
    bytes.push(b'\n');
    bytes
}
