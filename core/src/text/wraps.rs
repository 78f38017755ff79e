//! Lines that were broken because they were full, as agencies and mail programs do.
//!
//! Looks at normal text only in ways that a second look confirms: joining is done once.

/// Bytes from which a line may have been broken for being full.
const FULL_BYTES_MIN: usize = 40;
/// Bytes of the longest line of a text that is wrapped throughout.
const WRAPPED_BYTES_MAX: usize = 130;
/// Broken sentences from which a text counts as wrapped throughout.
const BROKEN_MIN: usize = 4;

/// Whether a line of this length with this last character goes on with this first one.
pub(super) fn continues(line_bytes: usize, last: char, first: char) -> bool {
    line_bytes >= FULL_BYTES_MIN && (last.is_alphanumeric() || last == ',') && first.is_lowercase()
}

/// The width at which the whole text was wrapped; `None` where it was not.
pub(super) fn wrap_width(text: &str) -> Option<usize> {
    let mut width = 0;
    let (mut rows, mut broken) = (0, 0);
    let mut above = "";
    for row in text.split('\n') {
        let row = row.trim();
        if row.len() > WRAPPED_BYTES_MAX {
            return None;
        }
        if let (Some(last), Some(first)) = (above.chars().next_back(), row.chars().next()) {
            rows += 1;
            broken += usize::from(continues(above.len(), last, first));
        }
        width = width.max(row.len());
        above = row;
    }
    (broken >= BROKEN_MIN && broken * 2 >= rows).then_some(width)
}
