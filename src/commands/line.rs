//! Lines as a terminal shows them: words with a style, wrapped to a width.
//!
//! Without colours the words say the same; nothing is told by colour alone.

use std::io::{IsTerminal as _, Stdout, stdout};
use std::ops::RangeInclusive;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Effects, Style};
use unicode_width::UnicodeWidthStr as _;

/// Columns between which text is wrapped.
const COLUMNS: RangeInclusive<usize> = 60..=110;
/// Columns where there is no terminal.
const COLUMNS_ELSEWHERE: usize = 100;

/// Standard output, with colours where it is a terminal that has them.
pub fn screen(plain: bool) -> AutoStream<Stdout> {
    let plain = plain || !stdout().is_terminal();
    AutoStream::new(stdout(), if plain { ColorChoice::Never } else { ColorChoice::Auto })
}

/// How wide lines may be.
pub fn columns() -> usize {
    let terminal = stdout().is_terminal().then(terminal_size::terminal_size).flatten();
    let columns = terminal.map_or(COLUMNS_ELSEWHERE, |(width, _)| usize::from(width.0));
    columns.clamp(*COLUMNS.start(), *COLUMNS.end())
}

/// How words look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// As they are.
    Plain,
    /// A headline.
    Bold,
    /// What may be skipped.
    Quiet,
    /// Stands on several origins, or is official.
    Firm,
    /// Stands on one.
    Thin,
    /// Disputed or denied.
    Contested,
    /// Taken back, corrected.
    Struck,
    /// A label of what was taken back.
    Alarm,
}

impl Look {
    const fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Bold => Style::new().bold(),
            Self::Quiet => Style::new().dimmed(),
            Self::Firm => AnsiColor::Green.on_default().bold(),
            Self::Thin => AnsiColor::Yellow.on_default(),
            Self::Contested => AnsiColor::Magenta.on_default().bold(),
            Self::Struck => Style::new().effects(Effects::STRIKETHROUGH.insert(Effects::DIMMED)),
            Self::Alarm => AnsiColor::Red.on_default().bold(),
        }
    }
}

/// One line before wrapping. Lines after the first are indented like it, and by its hang.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    indent: usize,
    hang: usize,
    parts: Vec<(Look, String)>,
}

impl Line {
    /// An empty line.
    #[must_use]
    pub fn blank() -> Self {
        Self::default()
    }

    /// A line that begins at this column; what is wrapped begins `hang` columns further.
    #[must_use]
    pub const fn at(indent: usize, hang: usize) -> Self {
        Self { indent, hang, parts: Vec::new() }
    }

    /// With more words.
    #[must_use]
    pub fn with(mut self, look: Look, words: impl Into<String>) -> Self {
        self.parts.push((look, words.into()));
        self
    }

    /// As text of at most this width, with the terminal's codes for looks.
    #[must_use]
    pub fn paint(&self, width: usize) -> String {
        let mut page = Page::begin(self.indent, self.indent + self.hang, width);
        for (look, words) in &self.parts {
            page.write(look.style(), words);
        }
        page.painted
    }
}

/// A line that is being wrapped.
struct Page {
    painted: String,
    column: usize,
    hang: usize,
    width: usize,
    fresh: bool,
}

impl Page {
    fn begin(indent: usize, hang: usize, width: usize) -> Self {
        Self { painted: " ".repeat(indent), column: indent, hang, width, fresh: true }
    }

    /// Writes words in one style, which is closed before each break and opened again after it.
    fn write(&mut self, style: Style, words: &str) {
        self.painted.push_str(&format!("{style}"));
        for (at, word) in words.split(' ').enumerate() {
            let space = usize::from(at > 0);
            if !self.fresh && self.column + space + word.width() > self.width {
                self.painted.push_str(&format!("{style:#}\n{}{style}", " ".repeat(self.hang)));
                self.column = self.hang;
            } else if at > 0 {
                self.painted.push(' ');
                self.column += 1;
            }
            self.painted.push_str(word);
            self.column += word.width();
            self.fresh &= word.is_empty();
        }
        self.painted.push_str(&format!("{style:#}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(line: &Line, width: usize) -> String {
        anstream::adapter::strip_str(&line.paint(width)).to_string()
    }

    #[test]
    fn long_lines_wrap_under_their_first_word() {
        let line = Line::at(4, 2).with(Look::Bold, "- one two").with(Look::Quiet, " three four");
        assert_eq!(plain(&line, 16), "    - one two\n      three four");
        assert_eq!(plain(&line, 80), "    - one two three four");
    }

    #[test]
    fn a_word_wider_than_the_screen_stands_alone() {
        let line = Line::at(0, 0).with(Look::Plain, "Donaudampfschifffahrt ahoi");
        assert_eq!(plain(&line, 10), "Donaudampfschifffahrt\nahoi");
    }
}
