//! One row's values, taken from an event.

use serde_json::Value;

use crate::formats::columns::{Column, Kind, Take};
use writethru_core::article::Time;

/// What a row is made from.
pub struct Row<'a> {
    /// A change, an alert's event or a story.
    pub event: &'a Value,
    /// The part of it that this row is about; else the same.
    pub own: &'a Value,
    /// Which part.
    pub number: usize,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Text or JSON.
    Text(String),
    /// A whole number, or milliseconds since 1970.
    Whole(i64),
    /// A number.
    Real(f64),
    /// True or false.
    Flag(bool),
    /// Nothing.
    Null,
}

impl<'a> Row<'a> {
    /// About all of an event.
    pub const fn of(event: &'a Value) -> Self {
        Self { event, own: event, number: 0 }
    }

    /// What it has for a column.
    pub fn cell(&self, column: &Column) -> Cell {
        let found = self.found(column.take);
        match column.kind {
            Kind::Text | Kind::Json => match found {
                Value::String(text) => Cell::Text(text),
                Value::Null => Cell::Null,
                other => Cell::Text(other.to_string()),
            },
            Kind::Whole => whole(&found).map_or(Cell::Null, Cell::Whole),
            Kind::Real => found.as_f64().map_or(Cell::Null, Cell::Real),
            Kind::Flag => found.as_bool().map_or(Cell::Null, Cell::Flag),
            Kind::Time => {
                let time = found.as_str().and_then(Time::parse);
                time.map_or(Cell::Null, |time| Cell::Whole(time.0))
            }
        }
    }

    fn found(&self, take: Take) -> Value {
        match take {
            Take::At(place) => self.event.pointer(place).cloned().unwrap_or_default(),
            Take::Own(place) => self.own.pointer(place).cloned().unwrap_or_default(),
            Take::Number => self.number.into(),
            Take::TypeName => short(&self.event["type"], "writethru."),
            Take::Desk => short(&self.event["source"], "/desk/"),
            Take::Joined(place, field) => joined(self.event.pointer(place), field),
            Take::Length(place) => {
                let list = self.own.pointer(place).and_then(Value::as_array);
                list.map_or(Value::Null, |list| list.len().into())
            }
            Take::Chain => {
                let names: Vec<&str> = self.hops().iter().map(name).collect();
                if names.is_empty() { Value::Null } else { names.join(" ← ").into() }
            }
            Take::Root(field) => {
                self.hops().last().map(|hop| of_hop(hop, field)).unwrap_or_default()
            }
            Take::Json(place) => {
                let value = self.event.pointer(place);
                value.map_or(Value::Null, |value| value.to_string().into())
            }
            Take::OwnJson => self.own.to_string().into(),
        }
    }

    fn hops(&self) -> &[Value] {
        self.own["chain"].as_array().map(Vec::as_slice).unwrap_or_default()
    }
}

fn name(hop: &Value) -> &str {
    let source = &hop["source"];
    let resolved = source["resolved"].as_str().filter(|name| !name.is_empty());
    resolved.or_else(|| source["text"].as_str()).unwrap_or_default()
}

fn of_hop(hop: &Value, field: &str) -> Value {
    match field {
        "resolved" => name(hop).into(),
        "id" => hop["source"]["id"].clone(),
        field => hop[field].clone(),
    }
}

/// Without its prefix, and without the version that a type ends with.
fn short(value: &Value, prefix: &str) -> Value {
    let Some(text) = value.as_str() else { return Value::Null };
    let text = text.strip_prefix(prefix).unwrap_or(text);
    let is_type = prefix == "writethru.";
    let cut = text.rsplit_once(".v").filter(|_| is_type).map_or(text, |(name, _)| name);
    cut.into()
}

fn joined(list: Option<&Value>, field: &str) -> Value {
    let Some(list) = list.and_then(Value::as_array) else { return Value::Null };
    let text = |it: &'_ Value| -> Option<String> {
        let it = if field.is_empty() { it } else { &it[field] };
        it.as_str().map(str::to_owned)
    };
    let texts: Vec<String> = list.iter().filter_map(text).collect();
    if texts.is_empty() { Value::Null } else { texts.join("; ").into() }
}

/// Large numbers travel as text.
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}
