//! How a batch stands in a file: a header with a number that only grows, then the entries.
//!
//! ```text
//! magic | length u32 | number u64 | shown u64 | crc32c of the payload | crc32c of the header | payload
//! ```
//! A frame that cannot be read is a torn tail unless the header of a later batch stands behind it:
//! a later batch is written only after this one was synced, so then it is damage.

use crate::log::Entry;

const MAGIC: [u8; 4] = *b"wtB1";

/// Bytes of a header.
pub const HEADER: usize = 32;

/// The longest payload that is believed. A batch is far shorter.
const PAYLOAD_MAX: u32 = 256 << 20;

/// A readable header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Bytes of the payload.
    pub length: u32,
    /// Which batch.
    pub number: u64,
    /// Bytes handed to a reader who cannot be asked what arrived, before this batch was written.
    pub shown: u64,
    crc: u32,
}

impl Header {
    /// Reads a header, `None` where it is not one.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; HEADER] = bytes.get(..HEADER)?.try_into().ok()?;
        if bytes[..4] != MAGIC || word(bytes, 28) != crc32c::crc32c(&bytes[..28]) {
            return None;
        }
        let length = word(bytes, 4);
        let (number, shown) = (long(bytes, 8), long(bytes, 16));
        (length <= PAYLOAD_MAX).then_some(Self { length, number, shown, crc: word(bytes, 24) })
    }

    /// Whether this is its payload.
    #[must_use]
    pub fn holds(&self, payload: &[u8]) -> bool {
        payload.len() as u64 == u64::from(self.length) && crc32c::crc32c(payload) == self.crc
    }
}

fn word(bytes: &[u8; HEADER], at: usize) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(word)
}

fn long(bytes: &[u8; HEADER], at: usize) -> u64 {
    u64::from(word(bytes, at)) | u64::from(word(bytes, at + 4)) << 32
}

/// The frame of a batch.
#[must_use]
pub fn frame(number: u64, shown: u64, entries: &[Entry]) -> Vec<u8> {
    let room = HEADER + 16 + entries.iter().map(Entry::weight).sum::<usize>();
    let mut bytes = Vec::with_capacity(room);
    bytes.resize(HEADER, 0);
    let mut bytes = postcard::to_extend(entries, bytes).expect("entries can always be encoded");
    let payload = bytes.get(HEADER..).expect("made room for the header");
    let length = u32::try_from(payload.len()).expect("a batch is bounded by its byte limit");
    let crc = crc32c::crc32c(payload);
    bytes[..4].copy_from_slice(&MAGIC);
    bytes[4..8].copy_from_slice(&length.to_le_bytes());
    bytes[8..16].copy_from_slice(&number.to_le_bytes());
    bytes[16..24].copy_from_slice(&shown.to_le_bytes());
    bytes[24..28].copy_from_slice(&crc.to_le_bytes());
    let header_crc = crc32c::crc32c(&bytes[..28]);
    bytes[28..32].copy_from_slice(&header_crc.to_le_bytes());
    bytes
}

/// The entries of a payload.
///
/// # Errors
/// In words, what cannot be read.
pub fn entries(payload: &[u8]) -> Result<Vec<Entry>, String> {
    postcard::from_bytes(payload).map_err(|error| format!("entries cannot be read: {error}"))
}

/// Where in these bytes the header of a batch after `number` begins.
#[must_use]
pub fn find_later(bytes: &[u8], number: u64) -> Option<usize> {
    bytes.windows(HEADER).position(|window| {
        window.starts_with(&MAGIC) && Header::read(window).is_some_and(|h| h.number > number)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(source: &str) -> Vec<Entry> {
        vec![Entry::End { source: source.to_owned(), forget: false }]
    }

    #[test]
    fn a_frame_comes_back_and_a_flipped_bit_does_not() {
        let bytes = frame(7, 512, &end("wire.ndjson"));
        let header = Header::read(&bytes).unwrap();
        assert_eq!((header.number, header.shown), (7, 512));
        assert!(header.holds(&bytes[HEADER..]));
        assert_eq!(entries(&bytes[HEADER..]).unwrap(), end("wire.ndjson"));
        for at in 0..bytes.len() {
            let mut torn = bytes.clone();
            torn[at] ^= 4;
            let read = Header::read(&torn).is_some_and(|h| h.holds(&torn[HEADER..]));
            assert!(!read, "a flipped bit at {at} was not noticed");
        }
    }

    #[test]
    fn a_later_batch_is_found_behind_a_broken_one() {
        let mut bytes = frame(3, 0, &end("a"));
        bytes[5] ^= 1;
        assert_eq!(find_later(&bytes, 3), None);
        let torn = bytes.len();
        bytes.extend(frame(4, 0, &end("b")));
        assert_eq!(find_later(&bytes, 3), Some(torn));
    }
}
