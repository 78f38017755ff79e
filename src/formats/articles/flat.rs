//! The flat shape: one headline, one body, names from ninjs.

use writethru_core::article::Article;

use super::fields::{Field, Fields, required};
use super::{DecodeError, html, parts, url};

/// Reads headline, body, publisher, byline, subjects and credits.
pub(super) fn read(fields: &Fields<'_>, article: &mut Article) -> Result<(), DecodeError> {
    if let Some(headline) = fields.required_text(Field::Headline)? {
        article.headline = html::plain_line(&headline);
    }
    if let Some(raw) = fields.raw(Field::Body) {
        let body = required(raw, "body")?;
        article.body = html::plain_text(&body).into_owned();
    }
    article.publisher = publisher(fields);
    article.byline = byline(fields);
    article.subjects = fields.raw(Field::Subjects).map(parts::subjects).unwrap_or_default();
    article.credits = credits(fields);
    Ok(())
}

/// A domain or a name; an address gives its host.
pub(super) fn publisher(fields: &Fields<'_>) -> String {
    let Some(name) = fields.meta(Field::Publisher) else { return String::new() };
    if name.contains("://") { url::host(&name).unwrap_or(name) } else { name }
}

/// Who wrote it: text, or a list of texts or of objects with a name.
pub(super) fn byline(fields: &Fields<'_>) -> Option<String> {
    let names = parts::names(fields.raw(Field::Byline)?, &["by", "name", "byline", "value"]);
    (!names.is_empty()).then(|| names.join(", "))
}

/// Agencies that the metadata credits.
pub(super) fn credits(fields: &Fields<'_>) -> Vec<String> {
    let raw = fields.raw(Field::InfoSources);
    raw.map(|raw| parts::names(raw, &["name", "literal", "code"])).unwrap_or_default()
}
