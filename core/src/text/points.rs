//! From bytes to code points and back.
//!
//! One mark every 64 bytes, so a look-up counts at most 63 bytes; ASCII needs no marks at all.

use std::ops::Range;

use crate::article::Span;

const STEP: usize = 64;

/// The code points of one text.
#[derive(Clone, Debug)]
pub struct Points<'a> {
    text: &'a str,
    /// Code points before each step; empty where the text is ASCII.
    marks: Vec<u32>,
}

impl<'a> Points<'a> {
    /// Measures a text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        if text.is_ascii() {
            return Self { text, marks: Vec::new() };
        }
        let mut marks = Vec::with_capacity(text.len() / STEP + 1);
        let mut before = 0;
        for chunk in text.as_bytes().chunks(STEP) {
            marks.push(before);
            before += starts(chunk);
        }
        Self { text, marks }
    }

    /// The code points before this byte offset; an offset past the end is the end.
    #[must_use]
    pub fn point(&self, byte: usize) -> u32 {
        let byte = byte.min(self.text.len());
        let Some(last) = self.marks.len().checked_sub(1) else { return narrow(byte) };
        let step = (byte / STEP).min(last);
        let rest = self.text.as_bytes().get(step * STEP..byte).unwrap_or_default();
        self.marks.get(step).copied().unwrap_or_default() + starts(rest)
    }

    /// The byte offset of this code point; a point past the end is the end.
    #[must_use]
    pub fn byte(&self, point: u32) -> usize {
        let Some(last) = self.marks.len().checked_sub(1) else {
            return usize::try_from(point).map_or(self.text.len(), |at| at.min(self.text.len()));
        };
        let step = self.marks.partition_point(|mark| *mark <= point).saturating_sub(1).min(last);
        let mut left = point.saturating_sub(self.marks.get(step).copied().unwrap_or_default());
        let from = step * STEP;
        for (at, byte) in self.text.bytes().enumerate().skip(from) {
            if !continues(byte) {
                if left == 0 {
                    return at;
                }
                left -= 1;
            }
        }
        self.text.len()
    }

    /// The span of a range of bytes.
    #[must_use]
    pub fn span(&self, bytes: &Range<usize>) -> Span {
        Span::new(self.point(bytes.start), self.point(bytes.end))
    }

    /// The range of bytes of a span.
    #[must_use]
    pub fn bytes(&self, span: Span) -> Range<usize> {
        let start = self.byte(span.start);
        start..self.byte(span.end).max(start)
    }

    /// The words of a span; empty where there are none.
    #[must_use]
    pub fn slice(&self, span: Span) -> &'a str {
        self.text.get(self.bytes(span)).unwrap_or_default()
    }
}

/// How many code points start in these bytes.
fn starts(bytes: &[u8]) -> u32 {
    narrow(bytes.iter().filter(|byte| !continues(**byte)).count())
}

const fn continues(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn points_are_code_points() {
        let text = "Déjà vu: 5 % in Łódź";
        let points = Points::new(text);
        let at = text.find("Łódź").unwrap();
        assert_eq!(points.point(at), 16);
        assert_eq!(points.byte(16), at);
        assert_eq!(points.slice(Span::new(16, 20)), "Łódź");
        assert_eq!(points.slice(Span::new(16, 99)), "Łódź");
        assert_eq!(points.slice(Span::new(30, 20)), "");
    }

    proptest! {
        #[test]
        fn every_boundary_maps_there_and_back(text in "(\\PC|[a-z ]{10,80}){0,40}") {
            let points = Points::new(&text);
            for (point, (byte, _)) in text.char_indices().enumerate() {
                let point = u32::try_from(point).unwrap();
                prop_assert_eq!(points.point(byte), point);
                prop_assert_eq!(points.byte(point), byte);
            }
        }

        #[test]
        fn nothing_panics(text in "\\PC{0,99}", point in any::<u32>(), byte in any::<usize>()) {
            let points = Points::new(&text);
            prop_assert!(points.byte(point) <= text.len());
            prop_assert!(points.point(byte) as usize <= text.len());
        }
    }
}
