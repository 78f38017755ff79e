//! Apprise API: one notification for each event, to whatever the server there knows how to tell.

use serde_json::json;
use ureq::Agent;

use super::http::{agent, failure, send};
use super::{Event, Failure, Journal, Target};

/// Answered where nothing there is to be told.
const NOBODY: u16 = 204;
/// Answered where at least one service there could not be told.
const SOME_FAILED: u16 = 424;
/// Sources that a notification links to.
const LINKS_MAX: usize = 3;

/// One address of an Apprise API.
pub struct Apprise {
    url: String,
    /// Services to be told, where the server keeps none under the address.
    services: Option<String>,
    /// Only services with this tag.
    tag: Option<String>,
    agent: Agent,
}

impl Apprise {
    /// `…/notify/KEY`, or `…/notify` with the addresses of services.
    #[must_use]
    pub fn new(url: &str, services: Option<String>, tag: Option<String>, private: bool) -> Self {
        Self { url: url.to_owned(), services, tag, agent: agent(private) }
    }
}

impl Target for Apprise {
    fn deliver(&mut self, event: &Event, _journal: &mut Journal) -> Result<(), Failure> {
        let data = &event.data;
        let links: Vec<String> =
            data.links().take(LINKS_MAX).map(|(url, name)| format!("{name}: {url}")).collect();
        let parts = [data.text.as_str(), &data.reason, &links.join("\n")];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let kind = if data.msg_type == "update" { "info" } else { "warning" };
        let mut body = json!({
            "title": data.headline, "body": parts.join("\n\n"), "type": kind, "format": "text",
        });
        if let Some(services) = &self.services {
            body["urls"] = json!(services);
        }
        if let Some(tag) = &self.tag {
            body["tag"] = json!(tag);
        }
        let headers = [("content-type", "application/json"), ("accept", "application/json")];
        let body = body.to_string();
        let answer = send(&self.agent, "POST", &self.url, &headers, body.as_bytes())?;
        match answer.status {
            NOBODY => Err(Failure::Refused("nobody is to be told at that address".to_owned())),
            SOME_FAILED => Err(Failure::Passing("a service could not be told".to_owned(), None)),
            _ => failure(&answer).map_or(Ok(()), Err),
        }
    }
}
