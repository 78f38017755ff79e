//! The JSON Schemas of everything written, generated from the types.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::json;

use super::alerts::AlertEvent;
use super::annotation::Annotation;
use super::assignments::Assignment;
use super::changes::{Event, payload};
use super::comparison::Comparison;
use super::dead_letters::DeadLetter;
use super::decisions::DecisionIn;
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
    all.push(named("story.document.v1", of::<Document<'static>>()));
    all.push(named("annotation.v1", of::<Annotation<'static>>()));
    all.push(named("assignment.v1", of::<Assignment<'static>>()));
    all.push(named("comparison.v1", of::<Comparison>()));
    all.push(named("decision.v1", of_input::<DecisionIn>()));
    all.push(named("dead_letter.v1", of::<DeadLetter<'static>>()));
    all.sort();
    all
}

/// Is shown the payload of each kind of change.
pub trait Each {
    /// One kind.
    fn kind<P: JsonSchema>(&mut self, kind: &'static str);
}

/// Shows every kind of change with its payload.
pub fn kinds(each: &mut impl Each) {
    use payload::{
        ArticleLeft, ArticleReclassified, ArticleRevised, ArticleWithdrawn, Claimed, Corrected,
        Decided, Joined, LevelChanged, Merged, MergedClaim, Nothing, Retracted, Split, Superseded,
        Updated,
    };
    each.kind::<Nothing>("story.created");
    each.kind::<Nothing>("story.activated");
    each.kind::<Updated<'static>>("story.updated");
    each.kind::<Merged<'static>>("story.merged");
    each.kind::<Split<'static>>("story.split");
    each.kind::<Nothing>("story.dormant");
    each.kind::<Nothing>("story.closed");
    each.kind::<Nothing>("story.reopened");
    each.kind::<Joined<'static>>("article.joined");
    each.kind::<ArticleRevised<'static>>("article.revised");
    each.kind::<ArticleReclassified<'static>>("article.reclassified");
    each.kind::<ArticleWithdrawn<'static>>("article.withdrawn");
    each.kind::<ArticleLeft<'static>>("article.left");
    each.kind::<Claimed<'static>>("claim.added");
    each.kind::<Claimed<'static>>("claim.corroborated");
    each.kind::<Claimed<'static>>("claim.denied");
    each.kind::<Claimed<'static>>("claim.disputed");
    each.kind::<Claimed<'static>>("claim.resolved");
    each.kind::<Superseded<'static>>("claim.superseded");
    each.kind::<Corrected<'static>>("claim.corrected");
    each.kind::<Retracted<'static>>("claim.retracted");
    each.kind::<MergedClaim<'static>>("claim.merged");
    each.kind::<LevelChanged<'static>>("claim.level_changed");
    each.kind::<Decided<'static>>("decision.applied");
}

/// The schema of each kind of change.
fn changes() -> Vec<(&'static str, Schema)> {
    let mut roots = Roots::default();
    kinds(&mut roots);
    roots.0
}

#[derive(Default)]
struct Roots(Vec<(&'static str, Schema)>);

impl Each for Roots {
    fn kind<P: JsonSchema>(&mut self, kind: &'static str) {
        self.0.push((kind, typed(of::<Event<'static, P>>(), kind)));
    }
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
