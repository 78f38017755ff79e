//! Fixed point outside: shares in three decimals, half up; amounts without a needless fraction.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use writethru_core::article::{Span, Time};

/// Millionths, published with three decimals, half up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share(pub i64);

/// Thousandths of a unit, published exactly; whole numbers have no fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount(pub i64);

/// RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp(pub Time);

/// A 64-bit number in text, as JSON readers lose digits of large ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digits(pub u64);

/// Start and end in code points, end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range(pub Span);

/// Anything with a text form: ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hex<T>(pub T);

impl Share {
    /// Rounded to thousandths, half up.
    #[must_use]
    pub const fn thousandths(self) -> i64 {
        (self.0 + 500).div_euclid(1000)
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(decimal(self.thousandths()))
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1000 == 0 {
            serializer.serialize_i64(self.0 / 1000)
        } else {
            serializer.serialize_f64(decimal(self.0))
        }
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl Serialize for Digits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl Serialize for Range {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [self.0.start, self.0.end].serialize(serializer)
    }
}

impl<T: std::fmt::Display> Serialize for Hex<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

#[expect(clippy::cast_precision_loss, reason = "values of interest lie far below 2^53 thousandths")]
fn decimal(thousandths: i64) -> f64 {
    thousandths as f64 / 1000.0
}

macro_rules! schema {
    ($([$($generic:tt)*] $name:ty, $title:literal => $schema:tt;)*) => {$(
        impl<$($generic)*> JsonSchema for $name {
            fn inline_schema() -> bool { true }
            fn schema_name() -> Cow<'static, str> { $title.into() }
            fn json_schema(_: &mut SchemaGenerator) -> Schema { json_schema!($schema) }
        }
    )*};
}

schema! {
    [] Share, "Share" => { "type": "number", "multipleOf": 0.001 };
    [] Amount, "Amount" => { "type": "number" };
    [] Stamp, "Stamp" => { "type": "string", "format": "date-time" };
    [] Digits, "Digits" => { "type": "string", "pattern": "^(0|[1-9][0-9]*)$" };
    [] Range, "Range" => {
        "type": "array", "items": { "type": "integer", "minimum": 0 }, "minItems": 2, "maxItems": 2
    };
    [T] Hex<T>, "Id" => { "type": "string", "pattern": "^[0-9a-f]{24}$" };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json<T: Serialize>(value: T) -> String {
        serde_json::to_string(&value).expect("plain data")
    }

    #[test]
    fn shares_round_half_up_to_three_decimals() {
        let shown = |millionths| json(Share(millionths));
        assert_eq!(shown(886_500), "0.887");
        assert_eq!(shown(886_499), "0.886");
        assert_eq!(shown(0), "0.0");
        assert_eq!(shown(999_600), "1.0");
    }

    #[test]
    fn whole_amounts_have_no_fraction() {
        assert_eq!(json(Amount(47_000)), "47");
        assert_eq!(json(Amount(7_400)), "7.4");
        assert_eq!(json(Amount(-500)), "-0.5");
    }

    #[test]
    fn large_numbers_travel_as_text() {
        assert_eq!(json(Digits(u64::MAX)), "\"18446744073709551615\"");
    }
}
