//! Chat: one message for each alert, edited in place, and a reply in its thread for every update
//! and cancel, so that a person sees both how it stands and what happened.
//!
//! An edit can be sent twice without harm. A post that was answered but not noted, because the
//! process was killed in between, is posted once more; nothing is left out.

use serde_json::{Value, json};
use ureq::Agent;

use super::digest::DIGEST;
use super::http::{Answer, agent, failure, send};
use super::{Event, Failure, Journal, Target};

/// Sources that a message links to.
const LINKS_MAX: usize = 3;

/// Which service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// The Slack Web API.
    Slack,
    /// Mattermost's API, version 4.
    Mattermost,
}

/// One channel.
pub struct Chat {
    service: Service,
    url: String,
    token: String,
    channel: String,
    agent: Agent,
}

impl Chat {
    /// A channel of a service at this address.
    #[must_use]
    pub fn new(service: Service, url: &str, token: &str, channel: &str, private: bool) -> Self {
        Self {
            service,
            url: url.trim_end_matches('/').to_owned(),
            token: token.trim().to_owned(),
            channel: channel.to_owned(),
            agent: agent(private),
        }
    }

    /// Posts, in a thread where there is one; answers the message's id.
    fn post(&self, text: &str, thread: Option<&str>) -> Result<String, Failure> {
        let (path, body, id) = match self.service {
            Service::Slack => {
                let body = json!({ "channel": self.channel, "text": text, "thread_ts": thread });
                ("/api/chat.postMessage", body, "ts")
            }
            Service::Mattermost => {
                let root = thread.unwrap_or_default();
                let body = json!({ "channel_id": self.channel, "message": text, "root_id": root });
                ("/api/v4/posts", body, "id")
            }
        };
        let answer = self.call("POST", path, &body)?;
        let id = answer.get(id).and_then(Value::as_str);
        id.map(str::to_owned).ok_or_else(|| Failure::Refused("no id in the answer".to_owned()))
    }

    fn edit(&self, message: &str, text: &str) -> Result<(), Failure> {
        let (method, path, body) = match self.service {
            Service::Slack => {
                let body = json!({ "channel": self.channel, "ts": message, "text": text });
                ("POST", "/api/chat.update".to_owned(), body)
            }
            Service::Mattermost => {
                ("PUT", format!("/api/v4/posts/{message}/patch"), json!({ "message": text }))
            }
        };
        self.call(method, &path, &body).map(drop)
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value, Failure> {
        let url = format!("{}{path}", self.url);
        let authorization = format!("Bearer {}", self.token);
        let headers = [
            ("content-type", "application/json; charset=utf-8"),
            ("authorization", authorization.as_str()),
        ];
        let answer = send(&self.agent, method, &url, &headers, body.to_string().as_bytes())?;
        if let Some(failure) = failure(&answer) {
            return Err(failure);
        }
        let value: Value = serde_json::from_slice(&answer.body)
            .map_err(|_| Failure::Passing("an answer that is no JSON".to_owned(), None))?;
        match self.service {
            Service::Slack => slack(value, &answer),
            Service::Mattermost => Ok(value),
        }
    }

    /// One event in words.
    fn words(&self, event: &Event) -> String {
        let data = &event.data;
        let bold = match self.service {
            Service::Slack => "*",
            Service::Mattermost => "**",
        };
        let mut words =
            format!("{bold}{}{bold}\n{}", self.plain(&data.headline), self.plain(&data.text));
        let links: Vec<String> = data
            .links()
            .take(LINKS_MAX)
            .map(|(url, publisher)| self.link(url, publisher))
            .collect();
        if !links.is_empty() {
            words.push('\n');
            words.push_str(&links.join(" · "));
        }
        words
    }

    /// Words of articles never act: no links, no mentions, no markup.
    fn plain(&self, text: &str) -> String {
        match self.service {
            Service::Slack => text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
            Service::Mattermost => {
                let mut plain = String::new();
                for letter in text.chars() {
                    if "\\`*_{}[]()#+-!|<>~".contains(letter) {
                        plain.push('\\');
                    }
                    plain.push(letter);
                    // A mention needs its letters right behind the sign.
                    if letter == '@' {
                        plain.push('\u{200b}');
                    }
                }
                plain
            }
        }
    }

    fn link(&self, url: &str, publisher: &str) -> String {
        let name = self.plain(publisher);
        let url: String = url.chars().filter(|c| !"<>|() \n\r".contains(*c)).collect();
        match self.service {
            Service::Slack => format!("<{url}|{name}>"),
            Service::Mattermost => format!("[{name}]({url})"),
        }
    }
}

/// Slack answers 200 also where it refuses.
fn slack(value: Value, answer: &Answer) -> Result<Value, Failure> {
    if value.get("ok") == Some(&Value::Bool(true)) {
        return Ok(value);
    }
    let error = value.get("error").and_then(Value::as_str).unwrap_or("no reason").to_owned();
    match error.as_str() {
        "ratelimited"
        | "internal_error"
        | "fatal_error"
        | "service_unavailable"
        | "request_timeout" => Err(Failure::Passing(error, answer.retry_after)),
        _ => Err(Failure::Refused(error)),
    }
}

impl Target for Chat {
    fn deliver(&mut self, event: &Event, journal: &mut Journal) -> Result<(), Failure> {
        let data = &event.data;
        let words = self.words(event);
        let Some(message) = journal.message(&data.alert).map(str::to_owned) else {
            let message = self.post(&words, None)?;
            match data.msg_type.as_str() {
                "cancel" => {}
                DIGEST => {
                    journal.set_message(&data.alert, &message)?;
                    journal.over_when_done(&data.alert);
                }
                _ => journal.set_message(&data.alert, &message)?,
            }
            return Ok(());
        };
        if data.msg_type == "alert" || data.msg_type == DIGEST {
            // Posted and noted before a kill.
            return Ok(());
        }
        if journal.parts(&event.id) == 0 {
            self.edit(&message, &words)?;
            journal.set_parts(&event.id, 1)?;
        }
        if journal.parts(&event.id) == 1 {
            let reply = match data.msg_type.as_str() {
                "cancel" => format!("Cancelled: {}", self.plain(&data.reason)),
                _ => format!("Update: {}", self.plain(&data.reason)),
            };
            self.post(&reply, Some(&message))?;
            journal.set_parts(&event.id, 2)?;
        }
        if data.msg_type == "cancel" {
            journal.over_when_done(&data.alert);
        }
        Ok(())
    }
}
