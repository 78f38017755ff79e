//! Answers with a strong ETag: the same bytes have the same one, and are not sent twice.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use crate::telemetry::metrics::CONTENT_TYPE;

/// JSON.
pub const JSON: &str = "application/json";

/// Bytes of a kind; nothing but a 304 where the reader has them.
pub fn bytes(asked: &HeaderMap, kind: &'static str, bytes: Bytes) -> Response {
    let etag = etag(&bytes);
    let mut response = if has(asked, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = HeaderValue::from_static(kind);
        ([(header::CONTENT_TYPE, kind)], Body::from(bytes)).into_response()
    };
    let value = HeaderValue::from_str(&etag).expect("hexadecimal digits in quotes");
    response.headers_mut().insert(header::ETAG, value);
    response
}

/// A value as JSON.
pub fn json(asked: &HeaderMap, value: &impl serde::Serialize) -> Response {
    let json = serde_json::to_vec(value).expect("formats are plain data with text keys");
    bytes(asked, JSON, Bytes::from(json))
}

/// Plain text.
pub fn text(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// Metrics in the text form.
pub fn metrics(text: String) -> Response {
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response()
}

fn etag(bytes: &[u8]) -> String {
    let digest = blake3::hash(bytes).to_hex();
    let short: String = digest.chars().take(32).collect();
    format!("\"{short}\"")
}

/// Whether `If-None-Match` names this tag; it compares weakly, so a `W/` before it is no matter.
fn has(asked: &HeaderMap, etag: &str) -> bool {
    let tags = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|it| it.to_str().ok());
    let mut tags = tags.flat_map(|it| it.split(',')).map(str::trim);
    tags.any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}
