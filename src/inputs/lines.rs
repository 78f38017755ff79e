//! NDJSON: one record a line.

use std::io::{self, BufRead};

use sha2::{Digest, Sha256};

use super::{Input, InputError, Oversized, RawRecord, unreadable};

/// The lines of a stream; blank ones are skipped, the last needs no line end.
#[derive(Debug)]
pub struct Lines<R> {
    source: String,
    reader: R,
    /// Lines begun so far.
    line: u64,
    record_bytes_max: usize,
}

impl<R: BufRead> Lines<R> {
    /// Reads lines of at most `record_bytes_max` bytes; of a longer one only size and digest.
    pub fn new(source: &str, reader: R, record_bytes_max: usize) -> Self {
        Self { source: source.to_owned(), reader, line: 0, record_bytes_max }
    }

    /// The next line without its end; `None` at the end of the stream.
    fn read_line(&mut self) -> io::Result<Option<Piece>> {
        let mut piece = Piece::new(self.record_bytes_max);
        let mut read_any = false;
        loop {
            let buffer = match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if buffer.is_empty() {
                return Ok(read_any.then_some(piece));
            }
            read_any = true;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            piece.extend(buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default());
            let used = end.map_or(buffer.len(), |end| end + 1);
            self.reader.consume(used);
            if end.is_some() {
                return Ok(Some(piece));
            }
        }
    }
}

impl<R: BufRead + Send> Input for Lines<R> {
    fn next(&mut self) -> Result<Option<RawRecord>, InputError> {
        loop {
            let read =
                self.read_line().map_err(|cause| unreadable(&self.source, self.line, cause))?;
            let Some(piece) = read else { return Ok(None) };
            self.line += 1;
            let record = piece.record(&self.source, self.line);
            if record.oversized.is_some() || !is_blank(&record.bytes) {
                return Ok(Some(record));
            }
        }
    }
}

fn is_blank(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    line.iter().all(u8::is_ascii_whitespace)
}

/// A record while it is read: its bytes, or only size and digest once it is too large.
#[derive(Debug)]
pub(super) struct Piece {
    bytes: Vec<u8>,
    bytes_max: usize,
    spilled: Option<(Sha256, u64)>,
}

impl Piece {
    pub(super) const fn new(bytes_max: usize) -> Self {
        Self { bytes: Vec::new(), bytes_max, spilled: None }
    }

    pub(super) fn extend(&mut self, more: &[u8]) {
        if self.spilled.is_none() && self.bytes.len() + more.len() > self.bytes_max {
            let mut digest = Sha256::new();
            digest.update(&self.bytes);
            self.spilled = Some((digest, self.bytes.len() as u64));
            self.bytes = Vec::new();
        }
        match &mut self.spilled {
            Some((digest, bytes)) => {
                digest.update(more);
                *bytes += more.len() as u64;
            }
            None => self.bytes.extend_from_slice(more),
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.spilled.is_none()
    }

    pub(super) fn record(mut self, source: &str, line: u64) -> RawRecord {
        if self.bytes.last() == Some(&b'\r') {
            self.bytes.pop();
        }
        let oversized = self
            .spilled
            .map(|(digest, bytes)| Oversized { bytes, sha256: digest.finalize().into() });
        RawRecord { source: source.to_owned(), line, bytes: self.bytes, oversized }
    }
}
