//! The page at `/`: files that are part of the program, without a build chain.

use axum::Router;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use bytes::Bytes;

use super::problem::Problem;
use super::query::Named;
use super::{Serving, answer};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

const INDEX: &str = include_str!("page/index.html");

const SVG: &str = "image/svg+xml";

/// Name, kind and text of each file under `/page/`.
const FILES: [(&str, &str, &str); 12] = [
    ("page.css", CSS, include_str!("page/page.css")),
    ("icon.svg", SVG, include_str!("page/icon.svg")),
    ("alerts.js", JS, include_str!("page/alerts.js")),
    ("app.js", JS, include_str!("page/app.js")),
    ("chart.js", JS, include_str!("page/chart.js")),
    ("claim.js", JS, include_str!("page/claim.js")),
    ("decide.js", JS, include_str!("page/decide.js")),
    ("dom.js", JS, include_str!("page/dom.js")),
    ("list.js", JS, include_str!("page/list.js")),
    ("net.js", JS, include_str!("page/net.js")),
    ("story.js", JS, include_str!("page/story.js")),
    ("words.js", JS, include_str!("page/words.js")),
];

/// The page and its files.
pub fn routes() -> Router<Serving> {
    Router::new().route("/", get(index)).route("/page/{name}", get(file))
}

async fn index(headers: HeaderMap) -> Response {
    answer::bytes(&headers, HTML, Bytes::from_static(INDEX.as_bytes()))
}

async fn file(headers: HeaderMap, Named(name): Named<String>) -> Result<Response, Problem> {
    let found = FILES.iter().find(|(known, ..)| *known == name);
    let (_, kind, text) =
        found.ok_or_else(|| Problem::not_found("the page has no file of this name"))?;
    Ok(answer::bytes(&headers, kind, Bytes::from_static(text.as_bytes())))
}
