//! What every request passes: the name it asks under, its token, a deadline, and the headers that
//! every answer has.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::Serving;
use super::access::Scope;
use super::problem::Problem;

/// No answer takes longer to be made; a stream begins within it.
const ANSWER_SECONDS_MAX: u64 = 15;

/// Nothing is loaded from elsewhere, nothing runs that is not ours, nobody frames us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// Addresses that need no token: they show nothing of what was published.
fn is_public(path: &str) -> bool {
    matches!(path, "/" | "/healthz" | "/readyz" | "/openapi.json" | "/asyncapi.json")
        || path.starts_with("/page/")
}

/// Checks a request, and dresses its answer.
pub async fn guard(State(serving): State<Serving>, request: Request, next: Next) -> Response {
    let refused = refusal(&serving, &request);
    let mut response = match refused {
        Some(problem) => problem.into_response(),
        None => {
            match tokio::time::timeout(Duration::from_secs(ANSWER_SECONDS_MAX), next.run(request))
                .await
            {
                Ok(response) => response,
                Err(_) => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "this took too long")
                    .into_response(),
            }
        }
    };
    dress(response.headers_mut());
    response
}

fn refusal(serving: &Serving, request: &Request) -> Option<Problem> {
    let (access, headers) = (&serving.access, request.headers());
    if !access.is_ours(request.uri(), headers) {
        let detail = "this is not the name of this server; names of its own go into serve.hosts";
        return Some(Problem::new(StatusCode::MISDIRECTED_REQUEST, detail));
    }
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_read && !access.is_same_origin(headers) {
        return Some(Problem::new(StatusCode::FORBIDDEN, "asked by a page from elsewhere"));
    }
    let needed = match (is_public(request.uri().path()), is_read) {
        (true, _) => Scope::Nothing,
        (false, true) => Scope::Read,
        (false, false) => Scope::Decide,
    };
    match access.scope(headers) {
        scope if scope >= needed => None,
        Scope::Nothing => Some(
            Problem::new(StatusCode::UNAUTHORIZED, "give a token: Authorization: Bearer TOKEN")
                .with("www-authenticate", "Bearer"),
        ),
        _ => Some(Problem::new(StatusCode::FORBIDDEN, "this token may read, but not decide")),
    }
}

fn dress(headers: &mut HeaderMap) {
    let all = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Kept, but never used unasked: the ETag says whether it is still so.
        (header::CACHE_CONTROL, "private, no-cache"),
        (header::VARY, "Authorization"),
    ];
    for (name, value) in all {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// Nothing is read before all that was published is in.
pub async fn once_ready(State(serving): State<Serving>, request: Request, next: Next) -> Response {
    if serving.published.is_ready() {
        return next.run(request).await;
    }
    Problem::starting().into_response()
}
