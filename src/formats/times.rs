//! Times as a person writes them, in an argument or an address.

use writethru_core::article::Time;

/// A time as a person gives it. Years that no clock of ours holds mean its end.
#[must_use]
pub fn time(text: &str) -> Option<Time> {
    let end = || {
        let (year, rest) = text.trim().split_once('-')?;
        let is_far = year.len() == 4 && year.parse::<u32>().is_ok_and(|year| year >= 3000);
        // A leap year among those that are kept, to see whether the rest is a time.
        let known = Time::parse(&format!("2996-{rest}")).filter(|_| is_far);
        known.map(|_| Time::EPOCH.plus_ms(i64::MAX))
    };
    Time::parse(text).or_else(end)
}
