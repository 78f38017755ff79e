//! Markup that only a hostile hand writes: so many attributes that a parser, which compares each
//! with each, would not come to an end. It is told apart, and stripped, in one pass.

/// Comparisons of attributes that a parser may be made to do.
const COMPARISONS_MAX: usize = 100_000_000;

/// Whether tags have more attributes than a parser should be given.
pub(super) fn is_soup(html: &str) -> bool {
    let mut scan = Scan::default();
    let mut comparisons: usize = 0;
    let mut separators: usize = 0;
    for byte in html.bytes() {
        let was_inside = scan.inside;
        scan.step(byte);
        separators += usize::from(scan.inside && scan.separates(byte));
        if was_inside && !scan.inside {
            comparisons = comparisons.saturating_add(separators.saturating_mul(separators) / 2);
            separators = 0;
        }
    }
    comparisons.saturating_add(separators.saturating_mul(separators) / 2) > COMPARISONS_MAX
}

/// The text outside tags, with spaces where tags were; entities stay.
pub(super) fn strip_soup(html: &str) -> String {
    let mut scan = Scan::default();
    let mut text = String::new();
    let mut start = 0;
    for (at, byte) in html.bytes().enumerate() {
        let was_inside = scan.inside;
        scan.step(byte);
        if scan.inside && !was_inside {
            text.push_str(html.get(start..at.saturating_sub(1)).unwrap_or_default());
            text.push(' ');
        }
        if was_inside && !scan.inside {
            start = at + 1;
        }
    }
    if !scan.inside {
        text.push_str(html.get(start..).unwrap_or_default());
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where in or outside tags the scan is.
#[derive(Default)]
struct Scan {
    inside: bool,
    quote: Option<u8>,
    before: u8,
}

impl Scan {
    fn step(&mut self, byte: u8) {
        match self.quote {
            Some(quote) if byte == quote => self.quote = None,
            Some(_) => {}
            None if self.inside && matches!(byte, b'"' | b'\'') && self.before == b'=' => {
                self.quote = Some(byte);
            }
            None if self.inside => self.inside = byte != b'>',
            None => {
                self.inside = self.before == b'<' && (byte.is_ascii_alphabetic() || byte == b'/')
            }
        }
        if !byte.is_ascii_whitespace() {
            self.before = byte;
        } else if self.before == b'<' {
            self.before = b' ';
        }
    }

    /// Whether a new attribute may start behind this byte.
    const fn separates(&self, byte: u8) -> bool {
        self.quote.is_none()
            && matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | b'\x0C' | b'/' | b'"' | b'\'')
    }
}
