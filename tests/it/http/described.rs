//! The AsyncAPI document holds against the specification's own schema, and every published line
//! against it.

use serde_json::{Value, json};
use writethru::formats::{alerts, changes, stories};
use writethru_core::lane::Output;

use super::server::Server;
use crate::stream;

#[test]
fn the_asyncapi_document_is_one() {
    let text = include_str!("../../fixtures/asyncapi-3.0/asyncapi-schema_3.0.0.json");
    let schema: Value = serde_json::from_str(text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let server = Server::over("denial", &[]);
    let document = server.json("/asyncapi.json");
    assert_eq!(document, writethru::serve::asyncapi());
    let faults: Vec<String> = validator
        .iter_errors(&document)
        .map(|it| format!("{}: {it}", it.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let mut count = 0;
    references(&document, &mut |to| {
        count += 1;
        let pointer = to.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "nothing is at {to}");
    });
    assert!(count > 80, "{count}");
}

fn references(value: &Value, each: &mut dyn FnMut(&str)) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, field)| match field.as_str() {
            Some(to) if name == "$ref" => each(to),
            _ => references(field, each),
        }),
        Value::Array(items) => items.iter().for_each(|item| references(item, each)),
        _ => {}
    }
}

#[test]
fn every_published_line_is_one_of_its_messages() {
    let document = writethru::serve::asyncapi();
    let mut seen = std::collections::BTreeSet::new();
    let validator = |name: &str| {
        let payload = &document["components"]["messages"][name]["payload"];
        assert!(payload.is_object(), "no message {name}");
        let whole = json!({ "$schema": "http://json-schema.org/draft-07/schema#",
            "components": document["components"], "allOf": [payload] });
        jsonschema::validator_for(&whole).unwrap()
    };
    let mut validators = std::collections::BTreeMap::new();
    let mut check = |name: &str, line: &[u8]| {
        let value: Value = serde_json::from_slice(line).unwrap();
        let validator = validators.entry(name.to_owned()).or_insert_with(|| validator(name));
        let faults: Vec<String> = validator.iter_errors(&value).map(|it| it.to_string()).collect();
        assert!(faults.is_empty(), "{name}: {faults:#?}");
        seen.insert(name.to_owned());
    };
    for case in stream::cases() {
        let mut lane = stream::lane();
        for intake in case.intakes() {
            let mut out = Output::default();
            lane.step(stream::policy(), intake, &mut out);
            out.changes.iter().for_each(|it| check(it.body.name(), &changes::line(it)));
            out.alerts.iter().for_each(|it| check(alerts::name(it.message), &alerts::line(it)));
        }
        let ids: Vec<_> = lane.stories().map(|(desk, id)| (desk.to_owned(), id)).collect();
        let stories = ids.iter().filter_map(|(desk, id)| lane.story(stream::policy(), desk, *id));
        stories.for_each(|story| check("story.document", &stories::line(&story)));
    }
    assert!(seen.len() > 20, "{seen:?}");
}
