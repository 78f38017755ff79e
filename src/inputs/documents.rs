//! JSON documents: arrays of articles and objects that are spread over lines.
//!
//! Only brackets and strings are looked at, so an array of any length streams; what is inside a
//! record is judged when the record is decoded.

use std::io::{self, BufRead};

use super::lines::Piece;
use super::{Input, InputError, RawRecord, unreadable};

/// The elements of top-level arrays, and other top-level values, one a record.
#[derive(Debug)]
pub(super) struct Documents<R> {
    source: String,
    reader: R,
    scan: Scan,
    record_bytes_max: usize,
}

/// Where the scanner is.
#[derive(Debug, Default)]
struct Scan {
    /// Line ends seen.
    line_ends: u64,
    /// Inside a top-level array.
    in_array: bool,
    /// Open brackets of the current record.
    depth: usize,
    in_string: bool,
    escaped: bool,
}

/// What a byte means to the record that is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Between records.
    Skip,
    /// Part of the record.
    Take,
    /// The last byte of the record.
    TakeLast,
    /// The record ended before this byte.
    Ended,
}

impl<R: BufRead> Documents<R> {
    pub(super) fn new(source: &str, reader: R, record_bytes_max: usize) -> Self {
        let scan = Scan::default();
        Self { source: source.to_owned(), reader, scan, record_bytes_max }
    }

    fn read_record(&mut self) -> io::Result<Option<RawRecord>> {
        let mut piece = Piece::new(self.record_bytes_max);
        let mut line = 0;
        loop {
            let buffer = match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if buffer.is_empty() {
                self.scan = Scan { line_ends: self.scan.line_ends, ..Scan::default() };
                return Ok((!piece.is_empty()).then(|| piece.record(&self.source, line)));
            }
            let mut used = 0;
            let mut ended = false;
            let mut taken = Vec::with_capacity(buffer.len());
            for byte in buffer {
                used += 1;
                let step = self.scan.step(*byte, piece.is_empty() && taken.is_empty());
                if matches!(step, Step::Take | Step::TakeLast) {
                    if piece.is_empty() && taken.is_empty() {
                        line = self.scan.line_ends + 1;
                    }
                    taken.push(if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte });
                }
                if matches!(step, Step::TakeLast | Step::Ended) {
                    ended = true;
                    break;
                }
            }
            piece.extend(&taken);
            self.reader.consume(used);
            if ended {
                return Ok(Some(piece.record(&self.source, line)));
            }
        }
    }
}

impl<R: BufRead + Send> Input for Documents<R> {
    fn next(&mut self) -> Result<Option<RawRecord>, InputError> {
        let line = self.scan.line_ends;
        self.read_record().map_err(|cause| unreadable(&self.source, line, cause))
    }
}

impl Scan {
    /// What this byte means; `first` while the record has none yet.
    fn step(&mut self, byte: u8, first: bool) -> Step {
        self.line_ends += u64::from(byte == b'\n');
        if self.in_string {
            self.in_string = self.escaped || byte != b'"';
            self.escaped = byte == b'\\' && !self.escaped;
            let last = !self.in_string && self.depth == 0;
            return if last { Step::TakeLast } else { Step::Take };
        }
        if self.depth == 0 && (byte.is_ascii_whitespace() || byte == b',') {
            let ends = !first && (self.in_array || matches!(byte, b'\n' | b','));
            return if ends {
                Step::Ended
            } else if first {
                Step::Skip
            } else {
                Step::Take
            };
        }
        match byte {
            // The mark that some editors put before a text.
            0xEF | 0xBB | 0xBF if first => Step::Skip,
            b'[' if first && !self.in_array => {
                self.in_array = true;
                Step::Skip
            }
            b']' if self.in_array && self.depth == 0 => {
                self.in_array = false;
                if first { Step::Skip } else { Step::Ended }
            }
            b'"' => {
                self.in_string = true;
                Step::Take
            }
            b'{' | b'[' => {
                self.depth += 1;
                Step::Take
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 { Step::TakeLast } else { Step::Take }
            }
            _ => Step::Take,
        }
    }
}
