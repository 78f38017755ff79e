//! E-mail through an SMTP server: one message for each event, in one thread for each alert.
//!
//! A message's id is that of its event, and it names those before it, so the thread is the same
//! whoever reads it, and a message that is sent once more after a kill is told apart by nobody.

use std::error::Error as _;
use std::time::{Duration, SystemTime};

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Mailboxes};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
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
    /// The server, for messages.
    server: String,
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
        let tls = match server.security {
            Security::Tls => Tls::Wrapper(parameters(server)?),
            Security::Starttls => Tls::Required(parameters(server)?),
            Security::None => Tls::None,
        };
        let builder = SmtpTransport::builder_dangerous(&server.host).tls(tls);
        let mut builder = builder.port(server.port).timeout(Some(TIMEOUT));
        if let Some((user, password)) = &server.login {
            builder = builder.credentials(Credentials::new(user.clone(), password.0.clone()));
        }
        let domain = from.email.domain().to_owned();
        let server = format!("{}:{}", server.host, server.port);
        Ok(Self { transport: builder.build(), server, from, to, domain })
    }

    fn id(&self, event: &str) -> String {
        format!("<{event}@{}>", self.domain)
    }

    /// Why nothing arrived, in words for who has to see to it.
    fn why(&self, error: &Error) -> String {
        let server = &self.server;
        let inner = error.source().map(ToString::to_string).unwrap_or_default();
        if inner.contains("STARTTLS is not supported") {
            return format!("{server} offers no TLS, so nothing was sent to it");
        }
        if inner.contains("InvalidContentType") {
            return format!("{server} does not speak TLS, so nothing was sent to it");
        }
        if inner.contains("invalid peer certificate") {
            return format!(
                "{server} has no certificate that can be trusted, so nothing was sent to it \
                 (\"authority_file\" can name who vouches for it): {inner}"
            );
        }
        format!("{server}: {error}")
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

/// How TLS is spoken: with whose certificates, and to whom.
fn parameters(server: &Smtp) -> Result<TlsParameters, String> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(pem) = &server.authority {
        if !pem.contains("-----BEGIN CERTIFICATE-----") {
            return Err("the file of \"authority_file\" has no certificate in it".to_owned());
        }
        let read = Certificate::from_pem(pem.as_bytes());
        let read = read.map_err(|error| format!("cannot read \"authority_file\": {error}"))?;
        builder = builder.add_root_certificate(read);
    }
    builder.build().map_err(|error| format!("cannot speak TLS with {}: {error}", server.host))
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
            Err(error) => Err(Failure::Passing(self.why(&error), None)),
        }
    }
}
