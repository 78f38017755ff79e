//! IPTC ninjs 1, 2 and 3.
//!
//! 1 has `headline*` and `body_*` with names of the sender's choice, 2 and 3 have lists with roles;
//! 3 writes its keys in camel case. The main or plainest text is taken.

use std::borrow::Cow;

use writethru_core::article::Article;

use super::fields::{Field, Fields, Object, required};
use super::html::{self, Markup};
use super::{DecodeError, flat, parts};

/// The types that the schemas know.
pub(super) const TYPES: &[&str] = &[
    "text",
    "audio",
    "video",
    "picture",
    "graphic",
    "composite",
    "component",
    "event",
    "planning",
    "package",
];
/// Characters of a type that is counted under its own name.
const KIND_BYTES_MAX: usize = 24;

/// The type of an item that is no text.
pub(super) fn passed_over(fields: &Fields<'_>) -> Option<String> {
    let kind = fields.text(Field::Type)?.trim().to_ascii_lowercase();
    let is_word = !kind.is_empty()
        && kind.len() <= KIND_BYTES_MAX
        && kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    match kind.as_str() {
        "text" | "composite" => None,
        _ if is_word => Some(kind),
        _ => Some("other".to_owned()),
    }
}

/// Reads headline, body, publisher, byline, subjects and credits.
pub(super) fn read(fields: &Fields<'_>, article: &mut Article) -> Result<(), DecodeError> {
    if let Some(text) = plainest(headlines(fields)?) {
        article.headline = html::plain_line(&text.value);
    }
    if let Some(text) = plainest(bodies(fields)?) {
        article.body = html::plain_text_of(&text.value, text.markup).into_owned();
    }
    article.byline = flat::byline(fields);
    article.credits = flat::credits(fields);
    article.subjects = fields.raw(Field::Subjects).map(parts::subjects).unwrap_or_default();
    article.publisher = flat::publisher(fields);
    if article.publisher.is_empty() && !has_authority(article) {
        let named = fields.meta(Field::CopyrightHolder).or_else(|| fields.meta(Field::Source));
        article.publisher = named.unwrap_or_default();
    }
    Ok(())
}

/// Whether identity or address name a publisher already.
fn has_authority(article: &Article) -> bool {
    article.url.is_some() || super::url::authority(&article.uri).is_some()
}

/// One of several texts of an item.
struct Text<'a> {
    main: bool,
    markup: Markup,
    value: Cow<'a, str>,
}

/// The main one, else the longest plain one, else the longest one; where two are main, the plain.
fn plainest(texts: Vec<Text<'_>>) -> Option<Text<'_>> {
    let rank = |text: &Text<'_>| {
        let plain = match text.markup {
            Markup::Plain => true,
            Markup::Html => false,
            Markup::Unknown => !html::is_html(&text.value),
        };
        (text.main, plain, text.value.len())
    };
    let some = texts.into_iter().filter(|text| !text.value.trim().is_empty());
    // The first of equals, so that the order of the sender counts.
    some.reduce(|best, text| if rank(&text) > rank(&best) { text } else { best })
}

fn headlines<'a>(fields: &Fields<'a>) -> Result<Vec<Text<'a>>, DecodeError> {
    let mut texts = Vec::new();
    if let Some(value) = fields.required_text(Field::Headline)? {
        texts.push(Text { main: true, markup: Markup::Unknown, value });
    }
    gather(fields.raw(Field::Headlines), &fields.headlines, "headline", &mut texts)?;
    if texts.is_empty()
        && let Some(value) = fields.text(Field::Title)
    {
        texts.push(Text { main: false, markup: Markup::Unknown, value });
    }
    Ok(texts)
}

fn bodies<'a>(fields: &Fields<'a>) -> Result<Vec<Text<'a>>, DecodeError> {
    let mut texts = Vec::new();
    if let Some(value) = fields.required_text(Field::Body)? {
        texts.push(Text { main: true, markup: Markup::Unknown, value });
    }
    gather(fields.raw(Field::Bodies), &fields.bodies, "body", &mut texts)?;
    Ok(texts)
}

/// Texts of a list with roles (2 and 3) and of keys with names (1).
fn gather<'a>(
    list: Option<&'a str>,
    named: &[(String, &'a str)],
    what: &str,
    texts: &mut Vec<Text<'a>>,
) -> Result<(), DecodeError> {
    let before = texts.len();
    let mut unreadable = None;
    for raw in list.map(parts::items).unwrap_or_default() {
        let Some(object) = Object::read(raw) else { continue };
        let Some(value) = object.raw("value") else { continue };
        let role = object.text("role").unwrap_or_default();
        let declared = object.text("contenttype").unwrap_or_default();
        match required(value, what) {
            Ok(value) => {
                let markup = Markup::declared(&declared).or(Markup::named(&role));
                texts.push(Text { main: is_main(&role), markup, value });
            }
            Err(error) => unreadable = Some(error),
        }
    }
    for (name, raw) in named {
        match required(raw, what) {
            Ok(value) => {
                texts.push(Text { main: is_main(name), markup: Markup::named(name), value })
            }
            Err(error) => unreadable = Some(error),
        }
    }
    // One unreadable text of several is dropped; where there is no other, the record is refused.
    match unreadable {
        Some(error) if texts.len() == before => Err(error),
        _ => Ok(()),
    }
}

fn is_main(role: &str) -> bool {
    let role = role.trim().rsplit(['/', ':']).next().unwrap_or_default();
    role.eq_ignore_ascii_case("main")
}
