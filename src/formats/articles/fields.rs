//! The fields of one record, found in one pass and left as raw JSON until they are wanted.
//!
//! So a number out of range, a lone surrogate or a tower of brackets spoils its own field only.
//! Keys are matched in any case: `versioncreated` (ninjs 1 and 2) is `versionCreated`.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{DecodeError, parts};

/// Fields of one record that are kept, `body_*` and `headline_*` included.
const FIELDS_MAX: usize = 64;
/// Items of a list that are kept.
const ITEMS_MAX: usize = 200;
/// Bytes of a key that can be a field's name.
const KEY_BYTES_MAX: usize = 64;

macro_rules! field_names {
    ($($(#[$doc:meta])* $field:ident = $($name:literal)|+),* $(,)?) => {
        /// A field that is read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Field { $($(#[$doc])* $field),* }

        impl Field {
            fn of(lower: &str) -> Option<Self> {
                match lower { $($($name)|+ => Some(Self::$field),)* _ => None }
            }

            /// The name to show, in lower case.
            pub(super) fn name(self) -> &'static str {
                match self { $(Self::$field => [$($name),+][0]),* }
            }
        }
    };
}

field_names! {
    Uri = "uri",
    /// What some systems call the `uri`.
    Guid = "guid",
    Url = "url",
    Publisher = "publisher",
    Headline = "headline",
    Body = "body",
    Version = "version",
    VersionCreated = "versioncreated",
    FirstCreated = "firstcreated",
    ReceivedAt = "receivedat",
    Embargoed = "embargoeduntil" | "embargoed",
    Language = "language",
    Byline = "byline" | "by" | "bylines" | "authors",
    Located = "located",
    PubStatus = "pubstatus",
    EdNote = "ednote",
    Slugline = "slugline",
    Urgency = "urgency",
    Subjects = "subjects" | "subject",
    InfoSources = "infosources" | "infosource",
    CopyrightHolder = "copyrightholder",
    Source = "source",
    Type = "type",
    Title = "title",
    Headlines = "headlines",
    Bodies = "bodies",
    /// Fields that only ninjs has and that tell no more than that.
    Mark = "standard" | "$standard" | "representationtype" | "altids" | "associations"
        | "renditions" | "contentcreated" | "usageterms" | "charcount" | "wordcount"
        | "copyrightnotice" | "descriptions" | "trustindicators" | "rightsinfo" | "mimetype"
        | "profile" | "expires",
}

/// The fields of one record.
#[derive(Debug, Default)]
pub(super) struct Fields<'a> {
    known: Vec<(Field, &'a str)>,
    /// `headline_*`, by what follows the underscore.
    pub(super) headlines: Vec<(String, &'a str)>,
    /// `body_*`, by what follows the underscore.
    pub(super) bodies: Vec<(String, &'a str)>,
    /// A key that stands twice with two values.
    conflict: Option<Field>,
}

impl<'a> Fields<'a> {
    /// Finds the fields of a JSON object.
    pub(super) fn read(text: &'a str) -> Result<Self, DecodeError> {
        if !text.trim_start().starts_with('{') {
            return Err(match serde_json::from_str::<IgnoredAny>(text) {
                Ok(_) => DecodeError::new("not_an_object", "a record is a JSON object"),
                Err(_) if text.trim_start().starts_with('<') => {
                    DecodeError::new("not_json", "neither JSON nor a feed that can be read")
                }
                Err(error) => DecodeError::new("not_json", error.to_string()),
            });
        }
        let fields: Self = serde_json::from_str(text)
            .map_err(|error| DecodeError::new("not_json", error.to_string()))?;
        match fields.conflict {
            Some(field) => {
                let detail = format!("{} stands twice with two values", field.name());
                Err(DecodeError::new("duplicate_key", detail))
            }
            None => Ok(fields),
        }
    }

    fn keep(&mut self, key: &str, raw: &'a str) {
        let lower = key.to_ascii_lowercase();
        if self.known.len() + self.headlines.len() + self.bodies.len() >= FIELDS_MAX
            || raw == "null"
        {
            return;
        }
        if let Some(field) = Field::of(&lower) {
            let told_apart = matches!(field, Field::Mark | Field::Byline | Field::Subjects);
            match self.raw(field) {
                Some(other) if other != raw && !told_apart => self.conflict = Some(field),
                Some(_) => {}
                None => self.known.push((field, raw)),
            }
        } else if let Some(name) = lower.strip_prefix("headline_") {
            self.headlines.push((name.to_owned(), raw));
        } else if let Some(name) = lower.strip_prefix("body_") {
            self.bodies.push((name.to_owned(), raw));
        }
    }

    /// The raw JSON of a field; `null` counts as absent.
    pub(super) fn raw(&self, field: Field) -> Option<&'a str> {
        self.known.iter().find(|(known, _)| *known == field).map(|(_, raw)| *raw)
    }

    /// A field as text; `None` where it is none.
    pub(super) fn text(&self, field: Field) -> Option<Cow<'a, str>> {
        self.raw(field).and_then(|raw| parts::text(raw).ok())
    }

    /// A short field of metadata, on one line; `None` where it is empty.
    pub(super) fn meta(&self, field: Field) -> Option<String> {
        self.text(field).and_then(|text| parts::meta(&text))
    }

    /// A field that may be absent but, where it is there, must be readable text.
    pub(super) fn required_text(&self, field: Field) -> Result<Option<Cow<'a, str>>, DecodeError> {
        self.raw(field).map(|raw| required(raw, field.name())).transpose()
    }

    /// Whether this is ninjs: it has what only ninjs has, and not what only the flat shape has.
    pub(super) fn is_ninjs(&self) -> bool {
        let has = |field| self.raw(field).is_some();
        if has(Field::Headlines)
            || has(Field::Bodies)
            || !self.bodies.is_empty()
            || !self.headlines.is_empty()
        {
            return true;
        }
        if has(Field::Body) || has(Field::Publisher) {
            return false;
        }
        let kind = self.text(Field::Type);
        has(Field::Mark) || kind.is_some_and(|kind| super::ninjs::TYPES.contains(&kind.as_ref()))
    }
}

/// Text that the record cannot do without.
pub(super) fn required<'a>(raw: &'a str, name: &str) -> Result<Cow<'a, str>, DecodeError> {
    parts::text(raw).map_err(|error| {
        let shown = parts::shown(raw);
        let half_a_pair = error.contains("surrogate") || error.contains("hex escape");
        let reason = if half_a_pair { "lone_surrogate" } else { "bad_field" };
        DecodeError::new(reason, format!("{name} is {shown}: {error}"))
    })
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an article")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Fields::default();
        while let Some(Key(key)) = map.next_key()? {
            if key.len() > KEY_BYTES_MAX {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            fields.keep(&key, map.next_value::<&RawValue>()?.get());
        }
        Ok(fields)
    }
}

/// A key, borrowed where it has no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// The first items of a list, raw.
pub(super) struct Items<'a>(pub(super) Vec<&'a str>);

impl<'de> Deserialize<'de> for Items<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ItemsVisitor;
        impl<'de> Visitor<'de> for ItemsVisitor {
            type Value = Items<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while items.len() < ITEMS_MAX {
                    let Some(item) = list.next_element::<&RawValue>()? else {
                        return Ok(Items(items));
                    };
                    items.push(item.get());
                }
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Items(items))
            }
        }
        deserializer.deserialize_seq(ItemsVisitor)
    }
}

/// The keys, in lower case, and raw values of an object inside a record.
pub(super) struct Object<'a>(Vec<(String, &'a str)>);

impl<'a> Object<'a> {
    /// Reads an object; `None` where the value is none.
    pub(super) fn read(raw: &'a str) -> Option<Self> {
        serde_json::from_str(raw).ok()
    }

    /// The raw value of a key in lower case.
    pub(super) fn raw(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, raw)| *raw)
    }

    /// The value of a key as text.
    pub(super) fn text(&self, key: &str) -> Option<Cow<'a, str>> {
        self.raw(key).and_then(|raw| parts::text(raw).ok())
    }
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;
        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(Key(key)) = map.next_key()? {
                    let raw = map.next_value::<&RawValue>()?.get();
                    if pairs.len() < ITEMS_MAX {
                        pairs.push((key.to_ascii_lowercase(), raw));
                    }
                }
                Ok(Object(pairs))
            }
        }
        deserializer.deserialize_map(ObjectVisitor)
    }
}
