//! The description of the interface: OpenAPI 3.1, made of the schemas of what is answered.
//!
//! A test walks every path of it, and holds every answer to its schema.

use axum::http::HeaderMap;
use axum::response::Response;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::access::May;
use super::alerts::{Alerts, Listed};
use super::answer;
use super::explained::Explained;
use super::problem;
use super::stories::{Stories, Times};
use crate::formats::alerts::AlertEvent;
use crate::formats::changes::{Event, payload};
use crate::formats::decisions::DecisionIn;
use crate::formats::stories::Document;

/// What narrows an answer: name and meaning.
const NARROW: [(&str, &str); 11] = [
    ("desk", "The story space."),
    ("place", "A place that the claim or its story names."),
    ("person", "A person that the story names."),
    ("indicator", "What a number counts: `killed`."),
    ("status", "What stands: `disputed`."),
    ("type", "The beginning of a type of change: `claim.` or `claim.denied`."),
    ("rule", "The rule of an alert; no change has one."),
    ("priority", "Alerts of this priority and graver ones: 1 is the gravest."),
    ("story", "Id of one story."),
    ("since", "Log time from here on, RFC 3339."),
    ("until", "Log time up to here, RFC 3339."),
];

/// The whole document.
#[must_use]
pub fn document() -> Value {
    let mut settings = SchemaSettings::draft2020_12().for_serialize();
    settings.definitions_path = "/components/schemas".into();
    let mut schemas = settings.into_generator();
    let stories = schemas.subschema_for::<Stories>();
    let story = schemas.subschema_for::<Document<'static>>();
    let times = schemas.subschema_for::<Times>();
    let change = schemas.subschema_for::<Event<'static, payload::Nothing>>();
    let problem = schemas.subschema_for::<problem::Body<'static>>();
    let mut taken = SchemaSettings::draft2020_12().for_deserialize();
    taken.definitions_path = "/components/schemas".into();
    let mut taken = taken.into_generator();
    let decision = taken.subschema_for::<DecisionIn>();
    let alerts = schemas.subschema_for::<Alerts>();
    schemas.subschema_for::<Explained>();
    let access = schemas.subschema_for::<May>();
    let alert = schemas.subschema_for::<Listed>();
    let event = schemas.subschema_for::<AlertEvent<'static>>();
    let mut paths = Map::new();
    let mut path = |path: &str, what: Value| paths.insert(path.to_owned(), json!({ "get": what }));
    let page = |after: &str, most: usize, not: &[&str]| {
        let narrow = NARROW.iter().filter(|(name, _)| !not.contains(name));
        let mut all: Vec<Value> = narrow.map(|(name, what)| query(name, what)).collect();
        all.push(query("after", after));
        all.push(json!({ "name": "limit", "in": "query", "description": "How many at most.",
                         "schema": { "type": "integer", "minimum": 1, "maximum": most } }));
        all
    };
    path(
        "/v1/stories",
        json!({
            "operationId": "stories",
            "summary": "All stories, the last that moved first",
            "parameters": page("`next` of the page before.", super::stories::PAGE_STORIES_MAX,
                &["type", "rule", "priority", "story"]),
            "responses": answers(json!({ "200": of("Stories", "application/json", &json!(stories)) })),
        }),
    );
    path(
        "/v1/stories/{id}",
        json!({
            "operationId": "story",
            "summary": "One story as it stands, or with `at` as it was known then",
            "parameters": [id(), query("at", "As it was known at this log time, with the levels as \
                they stood. Such an answer has `asOf` and `complete` and lacks what only the desk knows.")],
            "responses": answers(json!({
                "200": of("The document", "application/json", &json!({ "anyOf": [story, then()] })),
                "308": { "description": "It was merged; `Location` has the story that goes on" },
            })),
        }),
    );
    path(
        "/v1/stories/{id}/times",
        json!({
            "operationId": "times",
            "summary": "When a story moved",
            "parameters": [id()],
            "responses": answers(json!({
                "200": of("Log times", "application/json", &json!(times)),
                "308": { "description": "It was merged; `Location` has the story that goes on" },
            })),
        }),
    );
    path(
        "/v1/claims/{id}",
        json!({
            "operationId": "claim",
            "summary": "One claim, with its rivals and how its level came about",
            "parameters": [id()],
            "responses": answers(json!({
                "200": of("The claim", "application/json", &told()),
                "308": { "description": "It was merged; `Location` has the claim that goes on" },
            })),
        }),
    );
    path(
        "/v1/changes",
        json!({
            "operationId": "changes",
            "summary": "Changes in published order: the way to sync",
            "parameters": page("The cursor behind what you have.", super::changes::PAGE_CHANGES_MAX, &[]),
            "responses": answers(json!({
                "200": of("A page", "application/json", &json!({
                    "type": "object", "required": ["changes", "next", "more"],
                    "properties": {
                        "changes": { "type": "array", "items": change },
                        "next": { "type": "string" }, "more": { "type": "boolean" },
                    },
                })),
                "410": of("The cursor points at what is not held any more; `first` is the oldest",
                    "application/problem+json", &json!(problem)),
            })),
        }),
    );
    path(
        "/v1/alerts",
        json!({
            "operationId": "alerts",
            "summary": "What a desk was told at once, as it stands, the last that was told first",
            "parameters": of_alerts(page("`next` of the page before.", super::alerts::PAGE_ALERTS_MAX, &[])),
            "responses": answers(json!({ "200": of("Alerts", "application/json", &json!(alerts)) })),
        }),
    );
    path(
        "/v1/alerts/{id}",
        json!({
            "operationId": "alert",
            "summary": "One alert as it stands, with the chain of its events",
            "parameters": [id()],
            "responses": answers(json!({
                "200": of("The alert", "application/json", &json!({
                    "type": "object", "required": ["alert", "events"],
                    "properties": { "alert": alert, "events": { "type": "array", "items": event } },
                })),
            })),
        }),
    );
    path(
        "/v1/alerts/events",
        json!({
            "operationId": "alert_events",
            "summary": "Events of alerts in published order",
            "parameters": page("The cursor behind what you have.", super::changes::PAGE_CHANGES_MAX, &[]),
            "responses": answers(json!({
                "200": of("A page", "application/json", &json!({
                    "type": "object", "required": ["events", "next", "more"],
                    "properties": {
                        "events": { "type": "array", "items": event },
                        "next": { "type": "string" }, "more": { "type": "boolean" },
                    },
                })),
                "410": of("The cursor points at what is not held any more; `first` is the oldest",
                    "application/problem+json", &json!(problem)),
            })),
        }),
    );
    path(
        "/v1/stream",
        json!({
            "operationId": "stream",
            "summary": "Changes and alert events as they are published, as server-sent events",
            "description": "The id of an event is the cursor behind it: `Last-Event-ID` goes on there. \
                An event without a name is a change; `alert.raised`, `alert.updated` and \
                `alert.cancelled` are what they say; `open` comes first; `gap` says that events were \
                passed over which are not held any more. A quiet stream has comments in it.",
            "parameters": page("As `Last-Event-ID`, which goes before it.", 1, &[]),
            "responses": answers(json!({
                "200": of("Events", "text/event-stream", &json!({ "type": "string" })),
            })),
        }),
    );
    paths.insert("/v1/decisions".to_owned(), json!({ "post": {
        "operationId": "decide",
        "summary": "A human's decision, into the desk's log",
        "description": "It acts when the desk reads it; `decision.applied` among the changes tells \
            that it took effect. The same `id` sent twice is one decision.",
        "requestBody": { "required": true, "content": { "application/json": { "schema": decision } } },
        "responses": answers(json!({
            "202": of("Taken up", "application/json", &json!({
                "type": "object", "required": ["id"], "properties": { "id": { "type": "string" } },
            })),
        })),
    } }));
    let mut path = |path: &str, what: Value| paths.insert(path.to_owned(), json!({ "get": what }));
    path(
        "/v1/access",
        json!({
            "operationId": "access",
            "summary": "What whoever asks may do",
            "responses": answers(json!({ "200": of("What", "application/json", &json!(access)) })),
        }),
    );
    for (at, kind) in [("atom", "application/atom+xml"), ("json", "application/feed+json")] {
        let feed =
            of("A feed", kind, &json!({ "type": if at == "json" { "object" } else { "string" } }));
        path(
            &format!("/feeds/stories.{at}"),
            json!({
                "operationId": format!("feed_{at}"),
                "summary": "All stories as a feed; also /feeds/desk/{desk} and /feeds/place/{place}",
                "responses": answers(json!({ "200": feed })),
            }),
        );
        path(
            &format!("/feeds/alerts.{at}"),
            json!({
                "operationId": format!("feed_alerts_{at}"),
                "summary": "All alerts as a feed; also /feeds/rule/{rule}",
                "responses": answers(json!({ "200": feed })),
            }),
        );
    }
    for (at, what, kind) in [
        ("/healthz", "Whether every part comes round", "text/plain"),
        ("/readyz", "Whether every part is ready", "text/plain"),
        ("/metrics", "Metrics for Prometheus", "application/openmetrics-text"),
    ] {
        let name = at.trim_start_matches('/');
        let text = of(what, kind, &json!({ "type": "string" }));
        let responses = answers(json!({ "200": text }));
        path(at, json!({ "operationId": name, "summary": what, "responses": responses }));
    }
    let mut schemas = schemas.take_definitions(true);
    schemas.extend(taken.take_definitions(true));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "writethru",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What is known of every developing story, who says so, and how sure one may be.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }, {}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": { "Problem": of("What went wrong", "application/problem+json", &json!(problem)) },
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn query(name: &str, what: &str) -> Value {
    let schema = match name {
        "since" | "until" | "at" => json!({ "type": "string", "format": "date-time" }),
        "story" => json!({ "type": "string", "pattern": "^[0-9a-f]{24}$" }),
        "priority" => json!({ "type": "integer", "minimum": 1, "maximum": 9 }),
        _ => json!({ "type": "string", "maxLength": 200 }),
    };
    json!({ "name": name, "in": "query", "description": what, "schema": schema })
}

/// What narrows a list of alerts: no type, but whether they stand.
fn of_alerts(mut all: Vec<Value>) -> Vec<Value> {
    all.retain(|one| one["name"] != "type" && one["name"] != "indicator");
    let state = json!({ "type": "string", "enum": ["open", "cancelled"] });
    all.push(json!({ "name": "state", "in": "query", "description": "Whether it stands.",
                     "schema": state }));
    all
}

fn id() -> Value {
    json!({ "name": "id", "in": "path", "required": true,
            "schema": { "type": "string", "pattern": "^[0-9a-f]{24}$" } })
}

fn of(what: &str, kind: &str, schema: &Value) -> Value {
    json!({ "description": what, "content": { kind: { "schema": schema } } })
}

/// With what every address may answer.
fn answers(mut answers: Value) -> Value {
    answers["default"] = json!({ "$ref": "#/components/responses/Problem" });
    answers
}

/// A story as it was known at a time.
fn then() -> Value {
    json!({ "type": "object", "required": ["id", "asOf", "complete", "headline", "claims"],
            "properties": { "asOf": { "type": "string", "format": "date-time" },
                            "complete": { "type": "boolean" } } })
}

/// A claim with what belongs to it.
fn told() -> Value {
    let claim = json!({ "$ref": "#/components/schemas/Claim" });
    let required = ["claim", "story", "rivals", "history", "explained"];
    json!({ "type": "object", "required": required, "properties": {
        "claim": claim, "story": { "$ref": "#/components/schemas/Story" },
        "rivals": { "type": "array", "items": claim },
        "history": { "type": "array", "items": { "type": "object" } },
        "explained": { "$ref": "#/components/schemas/Explained" },
    } })
}

/// `GET /openapi.json`
pub async fn serve(headers: HeaderMap) -> Response {
    answer::json(&headers, &document())
}
