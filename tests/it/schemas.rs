//! The committed schemas are the generated ones, and everything that is written validates.

use std::collections::BTreeMap;

use jsonschema::{Retrieve, Uri, Validator};
use serde_json::Value;
use writethru::formats::{alerts, changes, columns, ninjs_out, schemas, stories};
use writethru_core::lane::Output;

use crate::stream;

#[test]
fn the_committed_schemas_are_those_of_the_types() {
    let folder = stream::root().join("schemas");
    let mut expected: BTreeMap<String, String> = schemas::all().into_iter().collect();
    expected.insert(columns::PAGE.to_owned(), columns::described());
    for entry in std::fs::read_dir(&folder).expect("the schemas are committed") {
        let path = entry.expect("a readable folder").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("UTF-8").to_owned();
        let found = std::fs::read_to_string(&path).expect("UTF-8");
        let same = expected.remove(&name).is_some_and(|text| text == found);
        assert!(same, "schemas/{name} is stale: run `cargo run -- schemas`");
    }
    assert!(expected.is_empty(), "not committed: {:?}", expected.keys());
}

#[test]
fn every_published_line_validates() {
    let validators = validators();
    let ninjs = ninjs();
    for case in stream::cases() {
        let mut lane = stream::lane();
        for intake in case.intakes() {
            let mut out = Output::default();
            lane.step(stream::policy(), intake, &mut out);
            for change in &out.changes {
                let name = format!("{}.v1.json", change.body.name());
                check(&validators[&name], &changes::line(change), &name);
            }
            for alert in &out.alerts {
                let name = format!("{}.v1.json", alerts::name(alert.message));
                check(&validators[&name], &alerts::line(alert), &name);
            }
        }
        let ids: Vec<_> = lane.stories().map(|(desk, id)| (desk.to_owned(), id)).collect();
        for (desk, id) in ids {
            let Some(story) = lane.story(stream::policy(), &desk, id) else { continue };
            check(&validators["story.document.v1.json"], &stories::line(&story), "document");
            check(&ninjs, &ninjs_out::line(&story), "ninjs");
        }
    }
}

fn check(validator: &Validator, line: &[u8], what: &str) {
    let value: Value = serde_json::from_slice(line).expect("a line is JSON");
    let errors: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{what}: {errors:#?}\n{value:#}");
}

fn validators() -> BTreeMap<String, Validator> {
    let compile = |(name, text): (String, String)| {
        let schema = serde_json::from_str(&text).expect("a schema is JSON");
        (name, jsonschema::validator_for(&schema).expect("a good schema"))
    };
    schemas::all().into_iter().map(compile).collect()
}

/// IPTC's own schema of ninjs 3.1; see the note beside it. We write no geometry, so what it says
/// of GeoJSON by reference is not fetched.
fn ninjs() -> Validator {
    let text = include_str!("../fixtures/ninjs-3.1/ninjs-schema_3.1.json");
    let schema = serde_json::from_str(text).expect("a schema is JSON");
    let options = jsonschema::options().with_retriever(Nothing);
    options.build(&schema).expect("a good schema")
}

struct Nothing;

impl Retrieve for Nothing {
    fn retrieve(&self, _: &Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        Ok(serde_json::json!({}))
    }
}
