//! E-mail through an SMTP server: one message for each event, in one thread for each alert.
//!
//! A message's id is that of its event, and it names those before it, so the thread is the same
//! whoever reads it, and a message that is sent once more after a kill is told apart by nobody.

use std::time::{Duration, SystemTime};

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Mailboxes};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Message, SmtpTransport, Transport as _};

use super::{Event, Failure, Journal, Target};
use crate::config::{Security, Smtp};

/// A server answers within this.
const TIMEOUT: Duration = Duration::from_secs(15);
/// Earlier messages that a message names: the first and the last ones.
const REFERENCES_MAX: usize = 20;
/// Characters of a subject.
const SUBJECT_CHARS_MAX: usize = 200;
/// Sources that a message links to.
const LINKS_MAX: usize = 10;

/// Mail from one sender to some receivers.
pub struct Mail {
    transport: SmtpTransport,
    from: Mailbox,
    to: Mailboxes,
    /// Right of the sign in the ids of messages.
    domain: String,
}

impl Mail {
    /// Through this server.
    ///
    /// # Errors
    /// An address that is none, or a server's name that is none.
    pub fn new(server: &Smtp, from: &str, to: &[String]) -> Result<Self, String> {
        let mailbox = |text: &str| -> Result<Mailbox, String> {
            text.parse().map_err(|error| format!("\"{text}\" is no address: {error}"))
        };
        let from = mailbox(from)?;
        let to = to.iter().map(|it| mailbox(it)).collect::<Result<Mailboxes, _>>()?;
        let host = server.host.as_str();
        let builder = match server.security {
            Security::Tls => SmtpTransport::relay(host),
            Security::Starttls => SmtpTransport::starttls_relay(host),
            Security::None => Ok(SmtpTransport::builder_dangerous(host)),
        };
        let builder = builder.map_err(|error| format!("\"{host}\" is no server: {error}"))?;
        let mut builder = builder.port(server.port).timeout(Some(TIMEOUT));
        if let Some((user, password)) = &server.login {
            builder = builder.credentials(Credentials::new(user.clone(), password.0.clone()));
        }
        let domain = from.email.domain().to_owned();
        Ok(Self { transport: builder.build(), from, to, domain })
    }

    fn id(&self, event: &str) -> String {
        format!("<{event}@{}>", self.domain)
    }

    /// The message of one event.
    fn message(&self, event: &Event) -> Result<Message, lettre::error::Error> {
        let data = &event.data;
        let sent = Duration::from_millis(u64::try_from(event.recorded.0).unwrap_or_default());
        let header = |name, value: &str| HeaderValue::new(name, value.to_owned());
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let rule = HeaderName::new_from_ascii_str("X-Writethru-Rule");
        let mut message = Message::builder()
            .from(self.from.clone())
            .subject(subject(&data.headline))
            .message_id(Some(self.id(&event.id)))
            .date(SystemTime::UNIX_EPOCH + sent)
            .header(ContentType::TEXT_PLAIN)
            .raw_header(header(automatic, "auto-generated"))
            .raw_header(header(rule, &data.rule));
        for to in self.to.iter() {
            message = message.to(to.clone());
        }
        if let Some(last) = data.references.last() {
            let all = references(&data.references);
            let all: Vec<String> = all.into_iter().map(|event| self.id(event)).collect();
            message = message.in_reply_to(self.id(last)).references(all.join(" "));
        }
        message.body(body(event))
    }
}

/// The first, so that the thread has its root, and the last ones.
fn references(all: &[String]) -> Vec<&String> {
    let last = all.len().saturating_sub(REFERENCES_MAX - 1).max(1);
    all.iter().take(1).chain(all.iter().skip(last)).collect()
}

/// One line, whatever a headline has in it.
fn subject(headline: &str) -> String {
    let words: Vec<&str> = headline
        .split(|c: char| c.is_control() || c.is_whitespace())
        .filter(|it| !it.is_empty())
        .collect();
    words.join(" ").chars().take(SUBJECT_CHARS_MAX).collect()
}

fn body(event: &Event) -> String {
    let data = &event.data;
    let mut body = format!("{}\n\n{}\n", data.headline, data.text);
    if !data.reason.is_empty() {
        body.push_str(&format!("\n{}\n", data.reason));
    }
    for (url, publisher) in data.links().take(LINKS_MAX) {
        body.push_str(&format!("\n{publisher}: {url}"));
    }
    body.push_str(&format!("\n\n-- \nrule {}, priority {}\n", data.rule, data.priority));
    body
}

impl Target for Mail {
    fn deliver(&mut self, event: &Event, _journal: &mut Journal) -> Result<(), Failure> {
        let message = self
            .message(event)
            .map_err(|error| Failure::Refused(format!("no message: {error}")))?;
        match self.transport.send(&message) {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(Failure::Refused(error.to_string())),
            Err(error) => Err(Failure::Passing(error.to_string(), None)),
        }
    }
}
