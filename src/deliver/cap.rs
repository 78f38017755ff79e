//! Alert events as documents of the Common Alerting Protocol 1.2, as files or over HTTP.
//!
//! An Update or Cancel names every earlier message that this target was sent, as
//! `sender,identifier,sent`; what the target was never sent is not updated but told, and not
//! cancelled.

use std::fs;
use std::path::{Path, PathBuf};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event as XmlEvent};
use ureq::Agent;
use writethru_core::article::Time;

use super::http::{agent, failure, send};
use super::{Event, Failure, Journal, Target, placed};

const NAMESPACE: &str = "urn:oasis:names:tc:emergency:cap:1.2";
/// Characters of a headline, as CAP advises.
const HEADLINE_CHARS_MAX: usize = 160;
/// Where files are written before they are renamed in.
const ELSEWHERE: &str = ".writing";

/// Where documents go.
pub enum Way {
    /// Each a file of this folder.
    Folder(PathBuf),
    /// Each a POST.
    Http {
        /// To this address.
        url: String,
        /// With this bearer token, where there is one.
        token: Option<String>,
        /// By this client.
        agent: Box<Agent>,
    },
}

impl Way {
    /// Over HTTP.
    #[must_use]
    pub fn http(url: &str, token: Option<String>, allow_private: bool) -> Self {
        Self::Http { url: url.to_owned(), token, agent: Box::new(agent(allow_private)) }
    }
}

/// What every document says of itself.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// Who sends: an address or a domain, without spaces and commas.
    pub sender: String,
    /// `Actual`, `Exercise`, `System`, `Test` or `Draft`.
    pub status: String,
    /// One of CAP's categories.
    pub category: String,
}

/// One receiver of documents.
pub struct Cap {
    envelope: Envelope,
    way: Way,
}

impl Cap {
    /// To this receiver.
    #[must_use]
    pub const fn new(envelope: Envelope, way: Way) -> Self {
        Self { envelope, way }
    }

    fn put(&self, event: &Event, document: &[u8]) -> Result<(), Failure> {
        match &self.way {
            Way::Folder(folder) => {
                let failed =
                    |error| Failure::Passing(format!("{}: {error}", folder.display()), None);
                file(folder, &event.id, document).map_err(failed)
            }
            Way::Http { url, token, agent } => {
                let token = token.as_ref().map(|token| format!("Bearer {token}"));
                let mut headers = vec![("content-type", "application/cap+xml")];
                headers.extend(token.as_ref().map(|it| ("authorization", it.as_str())));
                let answer = send(agent, "POST", url, &headers, document)?;
                failure(&answer).map_or(Ok(()), Err)
            }
        }
    }
}

fn file(folder: &Path, id: &str, document: &[u8]) -> std::io::Result<()> {
    let elsewhere = folder.join(ELSEWHERE);
    fs::create_dir_all(&elsewhere)?;
    let name = format!("{id}.xml");
    placed::put(&folder.join(&name), &elsewhere.join(&name), document)
}

impl Target for Cap {
    fn deliver(&mut self, event: &Event, journal: &mut Journal) -> Result<(), Failure> {
        let data = &event.data;
        let own = format!("{},{},{}", self.envelope.sender, event.id, stamp(event.recorded));
        // Noted before a kill: the document itself is told again, as it was.
        let before = journal.message(&data.alert).unwrap_or_default();
        let before = before.strip_suffix(&own).unwrap_or(before).trim_end().to_owned();
        let kind = match (data.msg_type.as_str(), before.is_empty()) {
            ("cancel", true) => return Ok(()),
            ("cancel", false) => "Cancel",
            ("update", false) => "Update",
            _ => "Alert",
        };
        self.put(event, &document(&self.envelope, kind, &before, event))?;
        if kind == "Cancel" {
            journal.over_when_done(&data.alert);
            return Ok(());
        }
        let all = format!("{before} {own}");
        Ok(journal.set_message(&data.alert, all.trim_start())?)
    }
}

/// As CAP writes times: with an offset, never `Z`.
fn stamp(time: Time) -> String {
    let stamp = jiff::Timestamp::from_millisecond(time.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    stamp.strftime("%Y-%m-%dT%H:%M:%S-00:00").to_string()
}

/// One document.
#[must_use]
pub fn document(envelope: &Envelope, kind: &str, references: &str, event: &Event) -> Vec<u8> {
    let mut xml = Writer::new(Vec::new());
    write(&mut xml, envelope, kind, references, event)
        .expect("a buffer takes whatever is written to it");
    xml.into_inner()
}

type Xml = Writer<Vec<u8>>;

fn write(
    xml: &mut Xml,
    envelope: &Envelope,
    kind: &str,
    references: &str,
    event: &Event,
) -> std::io::Result<()> {
    xml.write_event(XmlEvent::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("alert").with_attribute(("xmlns", NAMESPACE)).write_inner_content(
        |xml| {
            text(xml, "identifier", &event.id)?;
            text(xml, "sender", &envelope.sender)?;
            text(xml, "sent", &stamp(event.recorded))?;
            text(xml, "status", &envelope.status)?;
            text(xml, "msgType", kind)?;
            text(xml, "scope", "Restricted")?;
            text(xml, "restriction", "For editorial use")?;
            if kind != "Alert" {
                text(xml, "note", &event.data.reason)?;
                text(xml, "references", references)?;
            }
            xml.create_element("info").write_inner_content(|xml| info(xml, envelope, event))?;
            Ok(())
        },
    )?;
    Ok(())
}

fn info(xml: &mut Xml, envelope: &Envelope, event: &Event) -> std::io::Result<()> {
    let data = &event.data;
    if let Some(language) = &data.language {
        text(xml, "language", language)?;
    }
    text(xml, "category", &envelope.category)?;
    text(xml, "event", &data.rule)?;
    // What a newsroom knows of an event is how sure it is, not what to do about it.
    text(xml, "urgency", "Unknown")?;
    text(xml, "severity", "Unknown")?;
    text(xml, "certainty", certainty(event))?;
    let headline: String = data.headline.chars().take(HEADLINE_CHARS_MAX).collect();
    text(xml, "headline", &headline)?;
    text(xml, "description", &data.text)?;
    if let Some((url, _)) = data.links().next() {
        text(xml, "web", url)?;
    }
    let status = data.claims.first().map(|claim| claim.level.status.as_str());
    let priority = data.priority.to_string();
    let parameters = [
        ("priority", Some(priority.as_str())),
        ("status", status),
        ("story", Some(data.story.id.as_str())),
        ("alert", Some(data.alert.as_str())),
    ];
    for (name, value) in parameters {
        let Some(value) = value else { continue };
        xml.create_element("parameter").write_inner_content(|xml| {
            text(xml, "valueName", name)?;
            text(xml, "value", value)
        })?;
    }
    Ok(())
}

/// In CAP's terms: `Likely` is more than even, `Possible` at most even.
fn certainty(event: &Event) -> &'static str {
    let Some(level) = event.data.claims.first().map(|claim| &claim.level) else {
        return "Unknown";
    };
    match (level.status.as_str(), level.likelihood.as_str()) {
        ("official", _) => "Observed",
        (_, "likely" | "very_likely" | "almost_certain") => "Likely",
        (_, "roughly_even_chance" | "unlikely") => "Possible",
        (_, "very_unlikely" | "almost_no_chance") => "Unlikely",
        _ => "Unknown",
    }
}

fn text(xml: &mut Xml, name: &str, text: &str) -> std::io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(&clean(text)))?;
    Ok(())
}

/// Without what XML has no way to say.
fn clean(text: &str) -> String {
    let says = |c: &char| match c {
        '\n' | '\t' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        _ => !c.is_control(),
    };
    text.chars().filter(says).collect()
}
