//! Articles in: the flat shape and ninjs 1, 2 and 3, told apart by their fields.
//!
//! Never panics and never guesses: what says who, where and what must be readable, else the record
//! is a dead letter with its reason; any other field that cannot be read is dropped.

mod fields;
mod flat;
mod html;
mod ninjs;
mod parts;
mod url;

#[cfg(test)]
mod tests;

use thiserror::Error;
use writethru_core::article::{Article, PubStatus};
use writethru_core::reading::{Label, label};

pub use html::plain_text;
pub use url::canonical_url;

use fields::{Field, Fields};

/// Bytes of a record that is read; a larger one is a dead letter.
pub const RECORD_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Bytes of a `uri` or `url`.
const IDENTITY_BYTES_MAX: usize = 2_048;

/// What a record turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decoded {
    /// A revision of an article.
    Article(Box<Article>),
    /// A picture, an event, …: no text, and no dead letter.
    PassedOver {
        /// The item's `type`.
        kind: String,
    },
}

/// Why a record cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{reason}: {detail}")]
pub struct DecodeError {
    /// Machine value, `snake_case`.
    pub reason: &'static str,
    /// What was wrong, for a person.
    pub detail: String,
}

impl DecodeError {
    fn new(reason: &'static str, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into() }
    }
}

/// Reads one record of at most [`RECORD_BYTES_MAX`] bytes.
///
/// # Errors
/// See [`decode_within`].
pub fn decode(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    decode_within(bytes, RECORD_BYTES_MAX)
}

/// Reads one record of at most `record_bytes_max` bytes.
///
/// # Errors
/// With one of the reasons `too_large`, `not_utf8`, `not_json`, `not_an_object`, `too_deep`,
/// `lone_surrogate`, `duplicate_key`, `bad_field`, `no_identity`, `no_text`, `no_publisher`.
pub fn decode_within(bytes: &[u8], record_bytes_max: usize) -> Result<Decoded, DecodeError> {
    if bytes.len() > record_bytes_max {
        let detail = format!("{} bytes, where {record_bytes_max} are read", bytes.len());
        return Err(DecodeError::new("too_large", detail));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| DecodeError::new("not_utf8", error.to_string()))?;
    let fields = Fields::read(text.trim_start_matches('\u{FEFF}'))?;
    let mut article = Article::default();
    read_common(&fields, &mut article)?;
    if fields.is_ninjs() {
        if let Some(kind) = ninjs::passed_over(&fields) {
            return Ok(Decoded::PassedOver { kind });
        }
        ninjs::read(&fields, &mut article)?;
    } else {
        flat::read(&fields, &mut article)?;
    }
    complete(article).map(|article| Decoded::Article(Box::new(article)))
}

/// What both shapes write alike.
fn read_common(fields: &Fields<'_>, article: &mut Article) -> Result<(), DecodeError> {
    article.uri =
        identity(fields, Field::Uri)?.or(identity(fields, Field::Guid)?).unwrap_or_default();
    article.url = identity(fields, Field::Url)?.as_deref().and_then(canonical_url);
    article.version = fields.raw(Field::Version).and_then(parts::whole_number);
    article.language = fields.text(Field::Language).as_deref().and_then(parts::language_tag);
    article.located = fields.meta(Field::Located);
    article.slugline = fields.meta(Field::Slugline);
    article.ed_note = fields.meta(Field::EdNote);
    article.status =
        fields.text(Field::PubStatus).map_or(PubStatus::Usable, |word| parts::status(&word));
    article.urgency = fields.raw(Field::Urgency).and_then(parts::urgency);
    let times = [
        (Field::VersionCreated, &mut article.published),
        (Field::FirstCreated, &mut article.first_published),
        (Field::ReceivedAt, &mut article.received),
    ];
    for (field, time) in times {
        let Some(raw) = fields.raw(field) else { continue };
        *time = parts::time(raw);
        article.unreadable_time |= time.is_none();
    }
    article.embargoed_until = fields.raw(Field::Embargoed).map(embargo).transpose()?;
    Ok(())
}

/// An embargo that cannot be read must not be broken: the record is a dead letter.
fn embargo(raw: &str) -> Result<writethru_core::article::Time, DecodeError> {
    parts::time(raw).ok_or_else(|| {
        DecodeError::new(
            "bad_field",
            format!("embargo ends at {}, which is no time", parts::shown(raw)),
        )
    })
}

/// A `uri` or `url`, which must be clean text.
fn identity(fields: &Fields<'_>, field: Field) -> Result<Option<String>, DecodeError> {
    let Some(text) = fields.required_text(field)? else { return Ok(None) };
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err(DecodeError::new(
            "bad_field",
            format!("{} holds control characters", field.name()),
        ));
    }
    if text.len() > IDENTITY_BYTES_MAX {
        let detail = format!("{} has {} bytes", field.name(), text.len());
        return Err(DecodeError::new("bad_field", detail));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// Identity and publisher from what there is; refuses what has no identity, text or publisher.
fn complete(mut article: Article) -> Result<Article, DecodeError> {
    if article.uri.is_empty() {
        let url = article.url.clone();
        article.uri = url.ok_or_else(|| DecodeError::new("no_identity", "neither uri nor url"))?;
    }
    if article.url.is_none() {
        article.url = canonical_url(&article.uri);
    }
    if article.publisher.is_empty() {
        let host = article.url.as_deref().and_then(url::host);
        article.publisher = host.or_else(|| url::authority(&article.uri)).unwrap_or_default();
    }
    let withdrawn =
        || label::label(&article, &article.headline, &article.body) == Label::Withdrawal;
    let has_text = !article.headline.is_empty() || !article.body.trim().is_empty();
    if !has_text && !withdrawn() {
        return Err(DecodeError::new("no_text", "neither headline nor body"));
    }
    if article.publisher.is_empty() && !withdrawn() {
        let detail = "no publisher, and no host to take it from";
        return Err(DecodeError::new("no_publisher", detail));
    }
    Ok(article)
}
