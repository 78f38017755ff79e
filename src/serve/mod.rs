//! What readers get over HTTP: stories, claims, changes, alerts, the stream, feeds, and the page.
//!
//! Everything here is read from [`Published`], a fold of what was committed; nothing decides and
//! nothing is a truth of its own. Every answer passes [`guard`]: who asks, under which name, and
//! for how long.

mod access;
mod alerts;
mod answer;
mod asyncapi;
mod changes;
mod claims;
mod decisions;
mod explained;
mod feeds;
mod guard;
mod openapi;
mod page;
mod problem;
mod published;
mod query;
mod stories;
mod stream;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware;
use axum::response::Response;
use axum::routing::{get, post};
use writethru_core::policy::Policy;

pub use self::access::Access;
pub use self::asyncapi::document as asyncapi;
pub use self::decisions::{Append, Decisions};
pub use self::feeds::topics;
pub use self::openapi::document as openapi;
use self::problem::Problem;
pub use self::published::Published;
use crate::telemetry::Telemetry;

/// How the text of metrics ends.
const METRICS_END: &str = "# EOF\n";

/// How it looks from outside.
#[derive(Clone, Debug, Default)]
pub struct Front {
    /// The address under which others reach it; empty where that is not known.
    pub url: String,
    /// The WebSub hub of its feeds.
    pub hub: Option<String>,
}

/// What every handler may use.
#[derive(Clone)]
pub struct Serving {
    /// What was published.
    pub published: Arc<Published>,
    /// Who may ask.
    pub access: Arc<Access>,
    /// Between two signs of life on a quiet stream.
    pub heartbeat: Duration,
    /// How evidence is weighed: levels are explained by it.
    pub policy: Arc<Policy>,
    /// How it looks from outside.
    pub front: Arc<Front>,
    /// Figures and health of the process.
    pub telemetry: Telemetry,
    /// Where decisions go, once there is a desk.
    pub decisions: Decisions,
}

/// All routes. Those of [`openapi`] are these.
pub fn router(serving: Serving) -> Router {
    let read = Router::new()
        .route("/v1/stories", get(stories::list))
        .route("/v1/stories/{id}", get(stories::one))
        .route("/v1/stories/{id}/times", get(stories::times))
        .route("/v1/claims/{id}", get(claims::one))
        .route("/v1/changes", get(changes::page))
        .route("/v1/alerts", get(alerts::list))
        .route("/v1/alerts/events", get(alerts::events))
        .route("/v1/alerts/{id}", get(alerts::one))
        .route("/v1/stream", get(stream::stream))
        .route("/v1/decisions", post(decisions::decide))
        .route("/v1/access", get(access::told))
        .route("/feeds/{file}", get(feeds::all))
        .route("/feeds/{by}/{file}", get(feeds::narrowed))
        .route_layer(middleware::from_fn_with_state(serving.clone(), guard::once_ready));
    Router::new()
        .merge(read)
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .route("/openapi.json", get(openapi::serve))
        .route("/asyncapi.json", get(asyncapi::serve))
        .merge(page::routes())
        .fallback(|| async { Problem::not_found("there is nothing at this address") })
        .method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this address does not take that method")
        })
        .layer(middleware::from_fn_with_state(serving.clone(), guard::guard))
        .with_state(serving)
}

async fn healthz(State(serving): State<Serving>) -> Result<Response, Problem> {
    said(serving.telemetry.health.alive(), "alive")
}

async fn readyz(State(serving): State<Serving>) -> Result<Response, Problem> {
    said(serving.telemetry.health.ready(), "ready")
}

fn said(health: Result<(), String>, well: &str) -> Result<Response, Problem> {
    match health {
        Ok(()) => Ok(answer::text(format!("{well}\n"))),
        Err(why) => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, why)),
    }
}

async fn metrics(State(serving): State<Serving>) -> Response {
    let text = serving.telemetry.metrics.encode();
    let own = serving.published.metrics();
    answer::metrics(text.trim_end_matches(METRICS_END).to_owned() + &own + METRICS_END)
}
