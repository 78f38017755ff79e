//! HTML to text: whole pages by a readability library, fragments by a tokenizer that keeps what a
//! reader sees. Plain text stays as it is, whatever angle brackets it holds.

mod soup;
mod strip;

use std::borrow::Cow;

use dom_smoothie::{Config, Readability, TextMode};

use soup::{is_soup, strip_soup};
use strip::{decode_entities, strip};

/// Bytes of a page that the readability library is given; a larger one is stripped.
const PAGE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Nested elements from which a page is stripped instead.
const PAGE_DEPTH_MAX: usize = 200;
/// Elements of a page that the readability library is given.
const PAGE_ELEMENTS_MAX: usize = 20_000;
/// Bytes of text below which the library's finding is doubted.
const PAGE_TEXT_BYTES_MIN: usize = 140;

/// What is known of a text before looking at it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Markup {
    /// Declared as plain text.
    Plain,
    /// Declared as HTML.
    Html,
    /// Nothing: look.
    #[default]
    Unknown,
}

impl Markup {
    /// By content type.
    pub(super) fn declared(content_type: &str) -> Self {
        let kind = content_type.to_ascii_lowercase();
        match kind.as_str() {
            _ if kind.contains("html") || kind.contains("xml") => Self::Html,
            _ if kind.starts_with("text/plain") => Self::Plain,
            _ => Self::Unknown,
        }
    }

    /// By the name that a sender gives a text (`body_richtext`).
    pub(super) fn named(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let is_rich = ["html", "rich", "nitf", "xml"].iter().any(|part| name.contains(part));
        if is_rich { Self::Html } else { Self::Unknown }
    }

    /// This, else the other.
    pub(super) fn or(self, other: Self) -> Self {
        if self == Self::Unknown { other } else { self }
    }
}

/// The text that a reader sees, paragraphs on lines of their own.
#[must_use]
pub fn plain_text(text: &str) -> Cow<'_, str> {
    plain_text_of(text, Markup::Unknown)
}

/// The same where something is known of the text.
pub(super) fn plain_text_of(text: &str, markup: Markup) -> Cow<'_, str> {
    match markup {
        Markup::Plain => Cow::Borrowed(text),
        Markup::Html => Cow::Owned(html_text(text)),
        Markup::Unknown if is_html(text) => Cow::Owned(html_text(text)),
        Markup::Unknown if !has_entity(text) => Cow::Borrowed(text),
        Markup::Unknown => {
            // Feeds escape their markup twice at times.
            let decoded = decode_entities(text);
            Cow::Owned(if is_html(&decoded) { html_text(&decoded) } else { decoded })
        }
    }
}

/// A headline: the text on one line.
pub(super) fn plain_line(text: &str) -> String {
    let text = plain_text(text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn html_text(html: &str) -> String {
    if is_soup(html) {
        return strip_soup(html);
    }
    if is_page(html)
        && let Some(text) = readable(html)
    {
        return text;
    }
    strip(html).text
}

/// The article of a whole page; `None` where none is found or the page is out of bounds.
fn readable(html: &str) -> Option<String> {
    let seen = strip(html);
    if html.len() > PAGE_BYTES_MAX
        || seen.depth > PAGE_DEPTH_MAX
        || seen.elements > PAGE_ELEMENTS_MAX
    {
        return None;
    }
    let config = Config {
        max_elements_to_parse: PAGE_ELEMENTS_MAX,
        text_mode: TextMode::Formatted,
        ..Config::default()
    };
    let article = Readability::new(html, None, Some(config)).ok()?.parse().ok()?;
    // The library's own text runs blocks together; what it chose is stripped like a fragment.
    let text = strip(&article.content).text;
    (text.len() >= PAGE_TEXT_BYTES_MIN.min(seen.text.len())).then_some(text)
}

fn is_page(html: &str) -> bool {
    let start = html.trim_start();
    let opens =
        |tag: &str| start.get(..tag.len()).is_some_and(|head| head.eq_ignore_ascii_case(tag));
    opens("<!doctype") || opens("<html") || opens("<head") || opens("<body")
}

/// Whether there is a tag in it that HTML knows; `x < y` and `<name@example.net>` are none.
pub(super) fn is_html(text: &str) -> bool {
    const TAGS: &[&str] = &[
        "a",
        "abbr",
        "article",
        "aside",
        "b",
        "blockquote",
        "body",
        "br",
        "center",
        "cite",
        "code",
        "dd",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "font",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hr",
        "html",
        "i",
        "iframe",
        "img",
        "ins",
        "li",
        "link",
        "main",
        "mark",
        "meta",
        "nav",
        "ol",
        "p",
        "picture",
        "pre",
        "q",
        "s",
        "script",
        "section",
        "small",
        "span",
        "strong",
        "style",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "time",
        "title",
        "tr",
        "u",
        "ul",
        "video",
    ];
    const TAG_BYTES_MAX: usize = 10;
    text.match_indices('<').any(|(at, _)| {
        let rest = text.get(at + 1..).unwrap_or_default();
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        if rest.get(..8).is_some_and(|head| head.eq_ignore_ascii_case("!doctype")) {
            return true;
        }
        let name_end =
            rest.bytes().take(TAG_BYTES_MAX + 1).position(|byte| !byte.is_ascii_alphanumeric());
        let Some((name, after)) = name_end.and_then(|end| rest.split_at_checked(end)) else {
            return false;
        };
        let name = name.to_ascii_lowercase();
        TAGS.binary_search(&name.as_str()).is_ok() && tag_end(after).is_some_and(closes)
    })
}

/// What stands between a tag's name and its end; a tag of an article is no longer than this.
fn tag_end(after: &str) -> Option<&str> {
    const TAG_BYTES_MAX: usize = 2_000;
    after.get(..after.floor_char_boundary(TAG_BYTES_MAX))?.split_once('>').map(|(inside, _)| inside)
}

/// Whether this may stand between a tag's name and its end; in "a<b and c>d" it may not.
fn closes(inside: &str) -> bool {
    let attributes = inside.trim_end_matches('/');
    attributes.trim().is_empty()
        || attributes.starts_with(char::is_whitespace)
            && attributes.contains('=')
            && !inside.contains('<')
}

/// Whether there is something like `&amp;`, `&#8217;`, `&#x2019;` in it.
fn has_entity(text: &str) -> bool {
    const ENTITY_BYTES_MAX: usize = 10;
    text.match_indices('&').any(|(at, _)| {
        let rest = text.as_bytes().get(at + 1..).unwrap_or_default();
        let end = rest.iter().take(ENTITY_BYTES_MAX).position(|byte| *byte == b';');
        let name = end.and_then(|end| rest.get(..end)).unwrap_or_default();
        !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'#')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_untouched() {
        for text in [
            "Inflation < 2 %, growth > 1 %; a<b and b>a",
            "Write to <desk@example.net> & wait",
            "AT&T, R&D and Q&A",
            "<3 is a heart, x <b is maths",
            "",
        ] {
            assert_eq!(plain_text(text), text);
            assert!(matches!(plain_text(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn fragments_become_paragraphs() {
        let html = "<p>Rebels <b>entered</b> the&nbsp;city &amp; its suburbs.</p>\n<p>The army\n left.<br>Two died.</p>\
            <script>var x = '<p>no</p>';</script><style>p{}</style><ul><li>One</li><li>Two</li></ul><!-- no -->";
        assert_eq!(
            plain_text(html),
            "Rebels entered the\u{a0}city & its suburbs.\nThe army left.\nTwo died.\nOne\nTwo"
        );
        assert_eq!(plain_text("&lt;p&gt;Twice&lt;/p&gt;"), "Twice");
        assert_eq!(plain_text("AT&amp;T &#8217; 5 &lt; 6 &quot;x&quot;"), "AT&T ’ 5 < 6 \"x\"");
        assert_eq!(plain_line("<i>Oil</i> falls\n &gt; 2%"), "Oil falls > 2%");
    }

    #[test]
    fn pages_give_their_article() {
        let sentence =
            "Rebels entered the city before dawn, two officers said, and the army left its posts. ";
        let paragraphs: String = (0..8).map(|_| format!("<p>{}</p>", sentence.repeat(3))).collect();
        let page = format!(
            "<!doctype html><html><head><title>Rebels enter city</title><script>track()</script></head><body>\
            <nav><a href='/'>Home</a><a href='/world'>World</a></nav>\
            <article><h1>Rebels enter city</h1>{paragraphs}</article>\
            <footer>All about cookies <a href='/x'>here</a></footer></body></html>"
        );
        let text = plain_text(&page);
        assert_eq!(text.matches("before dawn").count(), 24);
        assert!(!text.contains("track()") && !text.contains("World") && !text.contains("cookies"));
        assert!(text.lines().count() >= 8, "{text}");
        let short = "<html><body><p>Two died.</p></body></html>";
        assert_eq!(plain_text(short), "Two died.");
    }

    #[test]
    fn hostile_markup_ends() {
        let tower = "<div>".repeat(200_000);
        assert_eq!(plain_text(&format!("<html><body>{tower}deep")), "deep");
        assert_eq!(plain_text(&format!("{tower}deep")), "deep");
        let open = format!("<p>start {}", "<b ".repeat(50_000));
        assert!(plain_text(&open).starts_with("start"));
        let comment = format!("<p>a</p>{}", "<!--".repeat(50_000));
        assert_eq!(plain_text(&comment), "a");
        let attributes: String = (0..300_000).map(|n| format!(" a{n}='>'")).collect();
        assert_eq!(plain_text(&format!("<p>start</p><p{attributes}>end</p>")), "start end");
        let closing: String = (0..50_000).map(|n| format!("<b x={n} ")).collect();
        assert!(plain_text(&format!("<p>start</p>{closing}")).starts_with("start"));
        let ends = "</p>".repeat(100_000);
        assert_eq!(plain_text(&ends), "");
    }
}
