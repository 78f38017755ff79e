//! `/v1/claims/{id}`: one claim as it stands, how its level came about, what each origin is worth to
//! it, and what would raise it.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use writethru_core::article::ClaimId;

use super::problem::Problem;
use super::query::Named;
use super::{Serving, answer, explained, query};
use crate::views::View;

/// Changes of a claim that are told, the newest ones.
const HISTORY_MAX: usize = 100;

/// `GET /v1/claims/{id}`
pub async fn one(
    State(serving): State<Serving>,
    headers: HeaderMap,
    Named(id): Named<String>,
) -> Result<Response, Problem> {
    let id = query::claim(&id)?;
    let view = serving.published.view();
    let Some(story) = view.story_of(id) else { return elsewhere(&view, id) };
    let (json, brief) = (story.json.clone(), story.brief.clone());
    let history = history(&view, id);
    drop(view);
    let document: Value = serde_json::from_slice(&json).unwrap_or_default();
    let claims = document["claims"].as_array().map(Vec::as_slice).unwrap_or_default();
    let wanted = Value::from(id.to_string());
    let Some(claim) = claims.iter().find(|claim| claim["id"] == wanted) else {
        return Err(Problem::not_found("this claim is not listed any more"));
    };
    let slot: Vec<&Value> =
        claims.iter().filter(|it| it["slot"] == claim["slot"] && it["id"] != wanted).collect();
    let told = json!({
        "claim": claim,
        "story": { "id": brief.id.to_string(), "slug": brief.slug, "headline": brief.headline },
        "rivals": slot,
        "history": history,
        "explained": explained::explained(&serving.policy, claim),
    });
    Ok(answer::json(&headers, &told))
}

/// What happened to it, the oldest first.
fn history(view: &View, id: ClaimId) -> Vec<Value> {
    let ours = view.changes().from(0).filter(|(_, held)| held.facts.claim == Some(id));
    let changes = ours.filter_map(|(_, held)| serde_json::from_slice::<Value>(&held.json).ok());
    let mut told: Vec<Value> = changes
        .map(|change| {
            let data = &change["data"];
            json!({
                "change": change["id"], "type": change["type"], "time": change["time"],
                "recordedtime": change["recordedtime"], "level": data["claim"]["level"],
                "why": data["why"], "cause": data["cause"],
            })
        })
        .collect();
    let more = told.len().saturating_sub(HISTORY_MAX);
    told.drain(..more);
    told
}

/// Two claims that turned out to be one go on under one id.
fn elsewhere(view: &View, id: ClaimId) -> Result<Response, Problem> {
    let merged = |held: &crate::views::Held| {
        held.facts.claim == Some(id) && held.facts.kind == "claim.merged"
    };
    let change = view.changes().from(0).filter(|(_, held)| merged(held)).last();
    let change = change.and_then(|(_, held)| serde_json::from_slice::<Value>(&held.json).ok());
    let into = change.as_ref().and_then(|change| change["data"]["into"].as_str());
    let Some(into) = into else {
        return Err(Problem::not_found("no claim has this id, or it is not held any more"));
    };
    let location = format!("/v1/claims/{into}");
    Ok((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response())
}
