//! A comparison in a reader's words, and the words that its page shares.

use crate::commands::line::{Line, Look};
use crate::formats::comparison::{
    AlertDifference, ChangeDifference, Comparison, Moved, Row, Settings, What,
};
use crate::formats::numbers::{Amount, Stamp};

/// Changes that are told one by one.
const CHANGES_TOLD_MAX: usize = 20;
/// Digits of an id.
const DIGITS: usize = 10;
/// Columns of a name.
const NAME_COLUMNS: usize = 22;

/// All of it.
pub fn comparison(comparison: &Comparison) -> Vec<Line> {
    let mut lines = vec![
        settings("These settings", &comparison.these),
        settings("The other ones", &comparison.other),
        Line::blank(),
    ];
    lines.extend(table("Alerts by rule", &comparison.alerts));
    lines.push(Line::blank());
    lines.extend(table("Changes by type", &comparison.changes));
    if !comparison.differs() {
        lines.push(Line::blank());
        lines.push(Line::at(0, 0).with(Look::Firm, "Nothing differs."));
        return lines;
    }
    if !comparison.alert_differences.is_empty() {
        lines.push(Line::blank());
        lines.push(Line::at(0, 0).with(Look::Bold, "Alerts that differ"));
        lines.extend(comparison.alert_differences.iter().map(alert));
    }
    if !comparison.change_differences.is_empty() {
        lines.push(Line::blank());
        lines.push(Line::at(0, 0).with(Look::Bold, "Changes that differ, the first by log time"));
        lines.extend(comparison.change_differences.iter().take(CHANGES_TOLD_MAX).map(change));
        let rest = comparison.change_difference_count.saturating_sub(CHANGES_TOLD_MAX as u64);
        if rest > 0 {
            let more = format!("and {rest} more; --format json lists them");
            lines.push(Line::at(2, 0).with(Look::Quiet, more));
        }
    }
    lines
}

fn settings(title: &str, settings: &Settings) -> Line {
    Line::at(0, 2).with(Look::Bold, format!("{title}  ")).with(Look::Plain, about(settings))
}

/// "stricter.toml (policy 99aa88bb00), 3105 changes, 37 alert events from 1132 records"
pub fn about(settings: &Settings) -> String {
    let name = settings.config.as_deref().unwrap_or("the defaults");
    format!(
        "{name} (policy {}), {} changes, {} alert events from {} records",
        short(&settings.policy),
        settings.changes,
        settings.alerts,
        settings.records
    )
}

fn table(title: &str, rows: &[Row]) -> Vec<Line> {
    let head = format!(
        "{title:<NAME_COLUMNS$}{:>8}{:>8}{:>8}{:>8}{:>8}",
        "same", "gained", "lost", "earlier", "later"
    );
    let mut lines = vec![Line::at(0, 0).with(Look::Bold, head)];
    for row in rows {
        let counts = format!(
            "{:<NAME_COLUMNS$}{:>8}{:>8}{:>8}{:>8}{:>8}",
            row.name, row.same, row.gained, row.lost, row.earlier.count, row.later.count
        );
        let look = if differs(row) { Look::Plain } else { Look::Quiet };
        let mut line = Line::at(0, NAME_COLUMNS).with(look, counts);
        for note in notes(row) {
            line = line.with(Look::Quiet, format!("  {note}"));
        }
        lines.push(line);
    }
    lines
}

/// Whether anything of a row differs.
pub fn differs(row: &Row) -> bool {
    let moved = row.earlier.count + row.later.count;
    row.gained + row.lost + moved + row.ended_otherwise.unwrap_or_default() > 0
}

/// By how much, and what ended otherwise.
pub fn notes(row: &Row) -> Vec<String> {
    let by = |word: &str, moved: &Moved| {
        let (median, most) = (moved.median_seconds?, moved.most_seconds?);
        Some(format!("{word} by {} (at most {})", span(median), span(most)))
    };
    let otherwise = row.ended_otherwise.filter(|count| *count > 0);
    [
        by("earlier", &row.earlier),
        by("later", &row.later),
        otherwise.map(|count| format!("{count} ended otherwise")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn alert(it: &AlertDifference) -> Line {
    let (look, word) = word(it.what, it.shift_seconds);
    let text = it.text.as_ref().unwrap_or(&it.headline);
    let ids = format!(
        "  {}story {}{}",
        fate(it),
        short(&it.story.0.to_string()),
        it.claim.map(|it| format!(" claim {}", short(&it.0.to_string()))).unwrap_or_default()
    );
    Line::at(2, 2)
        .with(look, format!("{word}  "))
        .with(Look::Plain, format!("{} {}  {text}", clock(it.raised, it.other_raised), it.rule))
        .with(Look::Quiet, ids)
}

/// Who cancels it, where one of the two does.
pub fn fate(it: &AlertDifference) -> String {
    match (it.cancelled, it.other_cancelled) {
        (Some(at), None) if it.other_raised.is_some() => {
            format!("only these cancel it, {}; ", at.0)
        }
        (None, Some(at)) if it.raised.is_some() => {
            format!("only the other ones cancel it, {}; ", at.0)
        }
        (Some(at), _) | (None, Some(at)) => format!("cancelled {}; ", at.0),
        (None, None) => String::new(),
    }
}

fn change(it: &ChangeDifference) -> Line {
    let (look, word) = word(it.what, it.shift_seconds);
    let text = it.text.as_ref().unwrap_or(&it.headline);
    Line::at(2, 2)
        .with(look, format!("{word}  "))
        .with(Look::Plain, format!("{} {}  {text}", clock(it.recorded, it.other_recorded), it.kind))
        .with(Look::Quiet, format!("  story {}", short(&it.story.0.to_string())))
}

/// "LATER by 12 m"
pub fn word(what: What, shift: Option<Amount>) -> (Look, String) {
    let by = shift.map(|it| span(Amount(it.0.abs()))).unwrap_or_default();
    match what {
        What::Gained => (Look::Firm, "GAINED".to_owned()),
        What::Lost => (Look::Alarm, "LOST".to_owned()),
        What::Earlier => (Look::Firm, format!("EARLIER by {by}")),
        What::Later => (Look::Contested, format!("LATER by {by}")),
        What::EndedOtherwise => (Look::Contested, "ENDS OTHERWISE".to_owned()),
    }
}

/// When these settings tell it, else when the other ones do.
pub fn clock(these: Option<Stamp>, other: Option<Stamp>) -> String {
    these.or(other).map(|it| it.0.to_string()).unwrap_or_default()
}

/// The first digits of an id.
pub fn short(id: &str) -> String {
    id.chars().take(DIGITS).collect()
}

/// "1 h 3 m", "45 s", "0.5 s"
pub fn span(by: Amount) -> String {
    let seconds = by.0 / 1000;
    let parts = [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")];
    let mut rest = seconds;
    let mut told = Vec::new();
    for (size, unit) in parts {
        if rest >= size {
            told.push(format!("{} {unit}", rest / size));
            rest %= size;
        }
    }
    told.truncate(2);
    if told.is_empty() { format!("{} ms", by.0) } else { told.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_told_in_its_two_largest_units() {
        assert_eq!(span(Amount(250)), "250 ms");
        assert_eq!(span(Amount(45_000)), "45 s");
        assert_eq!(span(Amount(3_780_000)), "1 h 3 m");
        assert_eq!(span(Amount(90_061_000)), "1 d 1 h");
    }
}
