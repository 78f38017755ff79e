//! The JSON Schemas of everything written, generated from the types.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::json;

use super::alerts::AlertEvent;
use super::annotation::Annotation;
use super::assignments::Assignment;
use super::changes::{Event, payload};
use super::dead_letters::DeadLetter;
use super::decisions::DecisionIn;
use super::digests::{self, Digest};
use super::stories::Document;

/// All schemas by file name, in order.
#[must_use]
pub fn all() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        changes().into_iter().map(|(kind, schema)| named(&format!("{kind}.v1"), schema)).collect();
    all.extend(
        ["alert.raised", "alert.updated", "alert.cancelled"]
            .map(|kind| named(&format!("{kind}.v1"), typed(of::<AlertEvent<'static>>(), kind))),
    );
    let digest = typed(of::<Digest<'static>>(), digests::NAME);
    all.push(named(&format!("{}.v1", digests::NAME), digest));
    all.push(named("story.document.v1", of::<Document<'static>>()));
    all.push(named("annotation.v1", of::<Annotation<'static>>()));
    all.push(named("assignment.v1", of::<Assignment<'static>>()));
    all.push(named("decision.v1", of_input::<DecisionIn>()));
    all.push(named("dead_letter.v1", of::<DeadLetter<'static>>()));
    all.sort();
    all
}

/// The schema of each kind of change.
fn changes() -> Vec<(&'static str, Schema)> {
    use payload::{
        ArticleLeft, ArticleReclassified, ArticleRevised, ArticleWithdrawn, Claimed, Corrected,
        Decided, Joined, LevelChanged, Merged, MergedClaim, Nothing, Retracted, Split, Superseded,
        Updated,
    };
    vec![
        change::<Nothing>("story.created"),
        change::<Nothing>("story.activated"),
        change::<Updated<'static>>("story.updated"),
        change::<Merged<'static>>("story.merged"),
        change::<Split<'static>>("story.split"),
        change::<Nothing>("story.dormant"),
        change::<Nothing>("story.closed"),
        change::<Nothing>("story.reopened"),
        change::<Joined<'static>>("article.joined"),
        change::<ArticleRevised<'static>>("article.revised"),
        change::<ArticleReclassified<'static>>("article.reclassified"),
        change::<ArticleWithdrawn<'static>>("article.withdrawn"),
        change::<ArticleLeft<'static>>("article.left"),
        change::<Claimed<'static>>("claim.added"),
        change::<Claimed<'static>>("claim.corroborated"),
        change::<Claimed<'static>>("claim.denied"),
        change::<Claimed<'static>>("claim.disputed"),
        change::<Claimed<'static>>("claim.resolved"),
        change::<Superseded<'static>>("claim.superseded"),
        change::<Corrected<'static>>("claim.corrected"),
        change::<Retracted<'static>>("claim.retracted"),
        change::<MergedClaim<'static>>("claim.merged"),
        change::<LevelChanged<'static>>("claim.level_changed"),
        change::<Decided<'static>>("decision.applied"),
    ]
}

fn change<P: JsonSchema>(kind: &'static str) -> (&'static str, Schema) {
    (kind, typed(of::<Event<'static, P>>(), kind))
}

/// With its `type` said in full.
fn typed(mut schema: Schema, kind: &str) -> Schema {
    if let Some(name) = schema.pointer_mut("/properties/type") {
        *name = json!({ "const": format!("writethru.{kind}.v1") });
    }
    schema
}

fn of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

fn of_input<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_deserialize().into_generator().into_root_schema_for::<T>()
}

fn named(name: &str, mut schema: Schema) -> (String, String) {
    let file = format!("{name}.json");
    schema.insert("title".to_owned(), json!(name));
    let text = serde_json::to_string_pretty(&schema).expect("a schema is plain data");
    (file, text + "\n")
}
