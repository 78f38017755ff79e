//! `POST /v1/decisions`: what a human decided, into the desk's log.
//!
//! Nothing is decided here: the record is checked, appended, and acts like any other when the desk
//! reads it. `decision.applied` among the changes tells that it took effect.

use std::sync::{Arc, OnceLock};

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::Serving;
use super::problem::Problem;
use crate::formats::decisions;

/// Bytes of a decision.
const DECISION_BYTES_MAX: usize = 64 << 10;

/// Takes decisions into the desk's log. Blocking.
pub trait Append: Send + Sync {
    /// Appends one, as it was sent.
    ///
    /// # Errors
    /// Why it could not be.
    fn append(&self, decision: &[u8]) -> Result<(), String>;
}

/// The log that decisions go into, once there is one.
pub type Decisions = Arc<OnceLock<Box<dyn Append>>>;

/// What was taken up.
#[derive(Serialize)]
struct TakenUp<'a> {
    id: &'a str,
}

/// `POST /v1/decisions`
pub async fn decide(
    State(serving): State<Serving>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        let detail = "a decision is sent as application/json";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    let Ok(bytes) = to_bytes(body, DECISION_BYTES_MAX).await else {
        let detail = format!("a decision has at most {DECISION_BYTES_MAX} bytes");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail));
    };
    let decided = decisions::decode_within(&bytes, DECISION_BYTES_MAX)
        .map_err(|error| Problem::bad_request(error.detail))?;
    let Some(log) = serving.decisions.get() else {
        let detail = "this server shows what was published, but has no desk to decide at";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail));
    };
    // On one line: it goes into a log of lines.
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let line = serde_json::to_vec(&value).expect("a value is JSON");
    let appended = tokio::task::block_in_place(|| log.append(&line));
    appended.map_err(|why| Problem::new(StatusCode::SERVICE_UNAVAILABLE, why))?;
    let taken = TakenUp { id: &decided.decision.id };
    let json = serde_json::to_vec(&taken).expect("plain data");
    let kind = [(header::CONTENT_TYPE, super::answer::JSON)];
    Ok((StatusCode::ACCEPTED, kind, json).into_response())
}
