//! The nouns: an article as it was sent, its identity, and time.
//!
//! Nothing here decides; every other room shares these words.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970, UTC. Log time and the article's own times; never a wall clock.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Time(pub i64);

/// The last millisecond that is kept: the end of the year 2999. Later times are clamped.
const TIME_MAX_MS: i64 = 32_503_679_999_999;

impl Time {
    /// 1970: log time before any record told one.
    pub const EPOCH: Self = Self(0);

    /// Reads an RFC 3339 timestamp, also without a zone (then UTC) or with a date only.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let ms = if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
            stamp.as_millisecond()
        } else if let Ok(civil) = text.parse::<jiff::civil::DateTime>() {
            jiff::tz::Offset::UTC.to_timestamp(civil).ok()?.as_millisecond()
        } else {
            return None;
        };
        (0..=TIME_MAX_MS).contains(&ms).then_some(Self(ms))
    }

    /// This time and `ms` more, within what is kept.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms).clamp(0, TIME_MAX_MS))
    }

    /// Milliseconds from `earlier` to this, negative if it is the other way round.
    #[must_use]
    pub fn since_ms(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Time {
    /// RFC 3339 in UTC, with milliseconds only where there are any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stamp = jiff::Timestamp::from_millisecond(self.0.clamp(0, TIME_MAX_MS))
            .expect("clamped times are within what a timestamp holds");
        write!(f, "{stamp}")
    }
}

/// A half-open range of Unicode code points.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Span {
    /// First code point.
    pub start: u32,
    /// One past the last code point.
    pub end: u32,
}

impl Span {
    /// From `start` to `end`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// Whether the other span lies within this one.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a code point.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Twelve bytes of a digest: short enough for rows, long enough never to collide by chance.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Id(pub [u8; 12]);

impl Ord for Id {
    /// As its bytes are ordered, in two steps: ids are compared all the time.
    fn cmp(&self, other: &Self) -> Ordering {
        self.halves().cmp(&other.halves())
    }
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Id {
    const fn halves(&self) -> (u64, u32) {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = self.0;
        (u64::from_be_bytes([a, b, c, d, e, f, g, h]), u32::from_be_bytes([i, j, k, l]))
    }

    /// The digest of some parts; each is delimited by its length, so no two lists collide.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        let mut id = [0; 12];
        id.copy_from_slice(&hasher.finalize().as_bytes()[..12]);
        Self(id)
    }

    /// Reads the 24 hexadecimal digits that `Display` writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 24 {
            return None;
        }
        let mut id = [0; 12];
        for (byte, pair) in id.iter_mut().zip(bytes.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).ok()?;
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        Some(Self(id))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let mut written = [0; 24];
        for (letter, digit) in written.iter_mut().zip(digits) {
            *letter = if digit < 10 { b'0' + digit } else { b'a' + digit - 10 };
        }
        f.write_str(str::from_utf8(&written).expect("digits and letters"))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub Id);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    )*};
}

ids! {
    /// The lineage of one item at one publisher: the digest of its `uri`.
    ArticleId,
    /// A developing event; never changes, merged ids redirect.
    StoryId,
    /// What is said, free of who says it.
    ClaimId,
    /// The question that a claim answers.
    SlotId,
    /// An equivalence class of roots: the unit of independence.
    OriginId,
    /// One published event.
    ChangeId,
    /// An alert from its raising to its end.
    AlertId,
}

impl AlertId {
    /// Sorts before all others.
    pub const MIN: Self = Self(Id([0; 12]));
    /// Sorts after all others.
    pub const MAX: Self = Self(Id([u8::MAX; 12]));
}

impl ArticleId {
    /// Sorts before all others.
    pub const MIN: Self = Self(Id([0; 12]));
    /// Sorts after all others.
    pub const MAX: Self = Self(Id([u8::MAX; 12]));

    /// The identity of the article with this `uri`.
    #[must_use]
    pub fn of(uri: &str) -> Self {
        Self(Id::of(&[b"article", uri.as_bytes()]))
    }
}

/// The publisher's word on whether the item may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PubStatus {
    /// May be published.
    #[default]
    Usable,
    /// Held back for now: a withdrawal until a higher usable version.
    Withheld,
    /// Killed.
    Canceled,
}

/// One revision as its sender wrote it, decoded but not yet normalised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// Identity: the `uri`, else the canonical URL.
    pub uri: String,
    /// Where a reader finds it; canonical.
    pub url: Option<String>,
    /// A domain or a name; else the host of the URL. Empty only for a bare withdrawal.
    pub publisher: String,
    /// The publisher's version number.
    pub version: Option<u64>,
    /// Headline as plain text.
    pub headline: String,
    /// Body as plain text, paragraphs on lines of their own.
    pub body: String,
    /// `versionCreated`, where it can be read.
    pub published: Option<Time>,
    /// `firstCreated`, where it can be read.
    pub first_published: Option<Time>,
    /// The declared language tag.
    pub language: Option<String>,
    /// Who wrote it.
    pub byline: Option<String>,
    /// The dateline's place.
    pub located: Option<String>,
    /// Usable, withheld or canceled.
    pub status: PubStatus,
    /// The editor's note.
    pub ed_note: Option<String>,
    /// Parked until then.
    pub embargoed_until: Option<Time>,
    /// When it reached us, where the sender or the embedded log says so.
    pub received: Option<Time>,
    /// The wire's keyword line.
    pub slugline: Option<String>,
    /// 1 (most urgent) to 9.
    pub urgency: Option<u8>,
    /// Codes such as `medtop:16000000`.
    pub subjects: Vec<String>,
    /// Agencies that the metadata credits (`infoSources`).
    pub credits: Vec<String>,
    /// A time was given and could not be read.
    pub unreadable_time: bool,
}
