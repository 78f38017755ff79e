//! Numbers in words: "at least 47", "about 210,000", "$4.2".

use writethru_core::reading::{Bound, Quantity};

/// The value with its bound and unit.
pub fn quantity(quantity: &Quantity) -> String {
    let value = amount(quantity.value);
    let bounded = match quantity.bound {
        Bound::Exactly => value,
        Bound::About => format!("about {value}"),
        Bound::AtLeast => format!("at least {value}"),
        Bound::MoreThan => format!("more than {value}"),
        Bound::AtMost => format!("at most {value}"),
        Bound::FewerThan => format!("fewer than {value}"),
        Bound::Between => match (quantity.low, quantity.high) {
            (Some(low), Some(high)) => format!("{}–{}", amount(low), amount(high)),
            _ => value,
        },
    };
    match quantity.unit.as_deref() {
        Some(unit) => format!("{bounded} {unit}"),
        None => bounded,
    }
}

/// Thousandths with a comma every three digits.
fn amount(thousandths: i64) -> String {
    let whole = (thousandths / 1000).unsigned_abs().to_string();
    let fraction = (thousandths % 1000).unsigned_abs();
    let mut shown = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    let sign = if thousandths < 0 { "-" } else { "" };
    if fraction == 0 {
        return format!("{sign}{shown}");
    }
    let decimals = format!("{fraction:03}");
    format!("{sign}{shown}.{}", decimals.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_a_newspaper_writes_them() {
        assert_eq!(amount(210_000_000), "210,000");
        assert_eq!(amount(7_400), "7.4");
        assert_eq!(amount(-50), "-0.05");
        let killed = Quantity { value: 1_247_000, bound: Bound::AtLeast, ..Quantity::default() };
        assert_eq!(quantity(&killed), "at least 1,247");
    }
}
