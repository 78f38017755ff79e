//! Atom (RFC 4287), with tombstones (RFC 6721).

use bytes::Bytes;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{Entry, Feed, Gone};

/// Its media type.
pub const KIND: &str = "application/atom+xml; charset=utf-8";

type Xml = Writer<Vec<u8>>;

/// The whole feed.
pub fn bytes(feed: &Feed) -> Bytes {
    let mut xml = Writer::new(Vec::new());
    write(&mut xml, feed).expect("a buffer takes whatever is written to it");
    Bytes::from(xml.into_inner())
}

fn write(xml: &mut Xml, feed: &Feed) -> std::io::Result<()> {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    xml.create_element("feed")
        .with_attribute(("xmlns", "http://www.w3.org/2005/Atom"))
        .with_attribute(("xmlns:at", "http://purl.org/atompub/tombstones/1.0"))
        .write_inner_content(|xml| {
            text(xml, "id", &format!("urn:writethru:feed:{}", feed.path))?;
            text(xml, "title", &format!("writethru: {}", feed.title))?;
            text(xml, "updated", &feed.updated.to_string())?;
            link(xml, "self", &feed.address(&feed.path))?;
            link(xml, "alternate", &feed.address("/"))?;
            feed.front.hub.iter().try_for_each(|hub| link(xml, "hub", hub))?;
            xml.create_element("author")
                .write_inner_content(|xml| text(xml, "name", "writethru"))?;
            feed.entries.iter().try_for_each(|one| entry(xml, feed, one))?;
            feed.gone.iter().try_for_each(|one| tombstone(xml, one))
        })?;
    Ok(())
}

fn entry(xml: &mut Xml, feed: &Feed, entry: &Entry) -> std::io::Result<()> {
    xml.create_element("entry").write_inner_content(|xml| {
        text(xml, "id", &entry.uri)?;
        text(xml, "title", &entry.title)?;
        text(xml, "published", &entry.published.to_string())?;
        text(xml, "updated", &entry.updated.to_string())?;
        link(xml, "alternate", &feed.address(&entry.page))?;
        for term in std::iter::once(&entry.desk).chain(&entry.places) {
            xml.create_element("category").with_attribute(("term", &*clean(term))).write_empty()?;
        }
        if let Some(alert) = &entry.alert {
            let state = if alert.is_cancelled { "cancelled" } else { "open" };
            let priority = format!("priority-{}", alert.priority);
            for term in [alert.rule.as_str(), priority.as_str(), state] {
                xml.create_element("category").with_attribute(("term", term)).write_empty()?;
            }
        }
        if !entry.summary.is_empty() {
            text(xml, "summary", &entry.summary.join(" "))?;
        }
        xml.create_element("content").with_attribute(("type", "xhtml")).write_inner_content(
            |xml| {
                xml.create_element("div")
                    .with_attribute(("xmlns", "http://www.w3.org/1999/xhtml"))
                    .write_inner_content(|xml| {
                        for line in &entry.summary {
                            text(xml, "p", line)?;
                        }
                        if entry.claims.is_empty() {
                            return Ok(());
                        }
                        xml.create_element("ul").write_inner_content(|xml| {
                            entry.claims.iter().try_for_each(|claim| {
                                xml.create_element("li").write_inner_content(|xml| {
                                    text(xml, "strong", &claim.text)?;
                                    text(xml, "p", &claim.level)?;
                                    text(xml, "p", &claim.confidence)
                                })?;
                                Ok(())
                            })
                        })?;
                        Ok(())
                    })?;
                Ok(())
            },
        )?;
        Ok(())
    })?;
    Ok(())
}

fn tombstone(xml: &mut Xml, gone: &Gone) -> std::io::Result<()> {
    xml.create_element("at:deleted-entry")
        .with_attribute(("ref", gone.uri.as_str()))
        .with_attribute(("when", gone.when.to_string().as_str()))
        .write_inner_content(|xml| text(xml, "at:comment", gone.why))?;
    Ok(())
}

fn text(xml: &mut Xml, name: &str, text: &str) -> std::io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(&clean(text)))?;
    Ok(())
}

fn link(xml: &mut Xml, rel: &str, href: &str) -> std::io::Result<()> {
    xml.create_element("link")
        .with_attribute(("rel", rel))
        .with_attribute(("href", href))
        .write_empty()?;
    Ok(())
}

/// Without what XML cannot hold.
fn clean(text: &str) -> String {
    let fits = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(fits).collect()
}
