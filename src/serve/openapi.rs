//! The description of the interface: OpenAPI 3.1, made of the schemas of what is answered.

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer;

/// The whole document.
#[must_use]
pub fn document() -> Value {
    json!({ "openapi": "3.1.0", "info": { "title": "writethru", "version": env!("CARGO_PKG_VERSION") }, "paths": {} })
}

/// `GET /openapi.json`
pub async fn serve(headers: HeaderMap) -> Response {
    answer::json(&headers, &document())
}
