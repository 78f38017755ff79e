//! What went wrong, as RFC 9457 wants it: one JSON object with a sentence for a person.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

/// A problem, ready to be answered with.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    detail: Box<str>,
    more: Option<Box<(&'static str, String)>>,
    header: Option<(&'static str, &'static str)>,
}

/// As it is written.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct Body<'a> {
    r#type: &'a str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(flatten)]
    more: Option<std::collections::BTreeMap<&'a str, &'a str>>,
}

impl Problem {
    /// With a sentence.
    pub fn new(status: StatusCode, detail: impl Into<Box<str>>) -> Self {
        Self { status, detail: detail.into(), more: None, header: None }
    }

    /// 400
    pub fn bad_request(detail: impl Into<Box<str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 404
    pub fn not_found(detail: impl Into<Box<str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// 503: what was published before the start is still being read.
    pub fn starting() -> Self {
        let detail = "still reading what was published before; ask again in a moment";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail).with("retry-after", "1")
    }

    /// With one more member.
    #[must_use]
    pub fn and(mut self, name: &'static str, value: String) -> Self {
        self.more = Some(Box::new((name, value)));
        self
    }

    /// With a header.
    #[must_use]
    pub const fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.header = Some((name, value));
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Body {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Problem"),
            status: self.status.as_u16(),
            detail: &self.detail,
            more: self.more.as_ref().map(|more| [(more.0, more.1.as_str())].into()),
        };
        let body = serde_json::to_vec(&body).expect("plain data");
        let kind = HeaderValue::from_static("application/problem+json");
        let mut response = (self.status, [(header::CONTENT_TYPE, kind)], body).into_response();
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}
