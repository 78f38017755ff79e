//! The description of what is published as it happens: AsyncAPI 3.0, the topics and the stream, made
//! of the schemas of their records.
//!
//! A test holds it against the specification's own schema, and every published line against it.

use axum::http::HeaderMap;
use axum::response::Response;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::answer;
use crate::formats::alerts::AlertEvent;
use crate::formats::changes::Event;
use crate::formats::decisions::DecisionIn;
use crate::formats::schemas::{Each, kinds};
use crate::formats::stories::Document;

const EVENT: &str = "application/cloudevents+json";
const JSON: &str = "application/json";

/// Messages by name, with the schemas that they are made of.
struct Messages {
    schemas: SchemaGenerator,
    messages: Map<String, Value>,
}

impl Messages {
    fn put(&mut self, name: &str, kind: &str, key: &str, payload: Value) {
        let bindings = json!({ "kafka": { "key": { "type": "string", "description": key } } });
        let message =
            json!({ "name": name, "contentType": kind, "payload": payload, "bindings": bindings });
        self.messages.insert(name.to_owned(), message);
    }

    /// An event with its `type` said in full.
    fn event<T: JsonSchema>(&mut self, kind: &'static str) {
        let schema = self.schemas.subschema_for::<T>();
        let told = json!({ "properties": { "type": { "const": format!("writethru.{kind}.v1") } } });
        self.put(kind, EVENT, "The story's id.", json!({ "allOf": [schema, told] }));
    }
}

impl Each for Messages {
    fn kind<P: JsonSchema>(&mut self, kind: &'static str) {
        self.event::<Event<'static, P>>(kind);
    }
}

/// The whole document.
#[must_use]
pub fn document() -> Value {
    let mut settings = SchemaSettings::draft07().for_serialize();
    settings.definitions_path = "/components/schemas".into();
    let mut all = Messages { schemas: settings.into_generator(), messages: Map::new() };
    kinds(&mut all);
    let changes: Vec<String> = all.messages.keys().cloned().collect();
    let alerts = ["alert.raised", "alert.updated", "alert.cancelled"];
    alerts.iter().for_each(|kind| all.event::<AlertEvent<'static>>(kind));
    let story = json!(all.schemas.subschema_for::<Document<'static>>());
    all.put("story.document", JSON, "The story's id.", story);
    let decision = json!(all.schemas.subschema_for::<DecisionIn>());
    all.put("decision", JSON, "None is needed.", decision);
    all.put("dead_letter", "application/octet-stream", "Topic, partition and offset.", letter());
    let events: Vec<&str> = changes.iter().map(String::as_str).chain(alerts).collect();
    let changes: Vec<&str> = changes.iter().map(String::as_str).collect();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "writethru",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Every change in what is known of a story, as it happens: on topics, and as a \
                stream over HTTP, which /openapi.json describes in full.",
            "license": { "name": "MIT OR Apache-2.0" },
        },
        "defaultContentType": JSON,
        "servers": {
            "kafka": { "host": "{bootstrap}", "protocol": "kafka", "variables": {
                "bootstrap": { "default": "localhost:9092", "description": "As kafka.bootstrap_servers." } } },
            "http": { "host": "localhost:8080", "protocol": "http" },
        },
        "channels": {
            "changes": topic("changes", "What is published of stories and claims, in order.", &changes),
            "alerts": topic("alerts", "What a desk is told at once, and what is taken back.", &alerts),
            "stories": topic("stories", "The newest document of each story; compacted.",
                &["story.document"]),
            "decisions": topic("decisions", "What humans decide.", &["decision"]),
            "dlq": topic("dlq", "What could not be read or done, with its original bytes.",
                &["dead_letter"]),
            "stream": {
                "address": "/v1/stream",
                "description": "Server-sent events: a change has no event name, an alert's event has \
                    its kind. The id of an event is the cursor behind it.",
                "servers": [{ "$ref": "#/servers/http" }],
                "messages": messages(&events),
            },
        },
        "operations": {
            "publishChanges": operation("send", "changes"),
            "publishAlerts": operation("send", "alerts"),
            "publishStories": operation("send", "stories"),
            "buryDeadLetters": operation("send", "dlq"),
            "streamEvents": operation("send", "stream"),
            "takeDecisions": operation("receive", "decisions"),
        },
        "components": { "messages": all.messages, "schemas": all.schemas.take_definitions(true) },
    })
}

fn topic(name: &str, what: &str, of: &[&str]) -> Value {
    let app = json!({ "default": "writethru", "description": "As the setting app." });
    json!({
        "address": format!("{{app}}.{name}"),
        "description": what,
        "parameters": { "app": app },
        "servers": [{ "$ref": "#/servers/kafka" }],
        "messages": messages(of),
    })
}

fn messages(of: &[&str]) -> Value {
    let message = |name: &&str| {
        ((*name).to_owned(), json!({ "$ref": format!("#/components/messages/{name}") }))
    };
    Value::Object(of.iter().map(message).collect())
}

fn operation(action: &str, channel: &str) -> Value {
    json!({ "action": action, "channel": { "$ref": format!("#/channels/{channel}") } })
}

/// Whatever was sent; why it is here stands in the headers.
fn letter() -> Value {
    json!({ "description": "The original bytes; the headers dlq.reason, dlq.detail, dlq.topic, \
        dlq.partition and dlq.offset say why they are here and where they came from." })
}

/// `GET /asyncapi.json`
pub async fn serve(headers: HeaderMap) -> Response {
    answer::json(&headers, &document())
}
