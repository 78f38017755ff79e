//! Mails in threads: ids that are those of the events, whatever happens in between.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use mail_parser::{HeaderValue, Message, MessageParser};
use serde_json::{Value, json};
use writethru::config::{Secret, Security, Smtp as Settings};
use writethru::deliver::courier::Ended;
use writethru::deliver::mail::Mail;
use writethru_core::lane::Output;

use super::smtp::{AUTHORITY, Smtp};
use super::{Hasty, Wire, events};
use crate::kill::{killed_runs, runs};
use crate::stream;

fn mail(server: &Smtp, security: Security) -> Mail {
    trusting(server, "127.0.0.1", security, Some(AUTHORITY))
}

fn trusting(server: &Smtp, host: &str, security: Security, authority: Option<&str>) -> Mail {
    let settings = Settings {
        host: host.to_owned(),
        port: server.address.port(),
        security,
        authority: authority.map(str::to_owned),
        login: Some(("desk".to_owned(), Secret("open sesame".to_owned()))),
    };
    let to = ["Night Desk <night@desk.example>", "day@desk.example"].map(str::to_owned);
    Mail::new(&settings, "writethru <alerts@desk.example>", &to).unwrap()
}

fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    match value {
        HeaderValue::Text(text) => vec![text.to_string()],
        HeaderValue::TextList(list) => list.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

fn parsed(bytes: &[u8]) -> Message<'_> {
    MessageParser::default().parse(bytes).unwrap()
}

#[test]
fn an_alert_is_one_thread() {
    let (wire, events) = (Wire::new(), events(&["demo", "denial", "kill", "revisions", "toll"]));
    let server = Smtp::start(|_| "250 taken");
    let mut courier = wire.courier(mail(&server, Security::None));
    wire.write(&events);
    assert_eq!(courier.run(&mut Hasty::default()), Ended::Stopped);
    let letters = server.letters();
    assert_eq!(letters.len(), events.len());
    let mut threads: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (letter, event) in letters.iter().zip(&events) {
        let event: Value = serde_json::from_slice(event).unwrap();
        assert_eq!(letter.from, "alerts@desk.example");
        assert_eq!(letter.to, ["night@desk.example", "day@desk.example"]);
        assert_eq!(letter.login.as_deref(), Some(LOGIN));
        let message = parsed(&letter.bytes);
        let id = message.message_id().unwrap().to_owned();
        assert_eq!(id, format!("{}@desk.example", event["id"].as_str().unwrap()));
        assert_eq!(message.subject().unwrap(), event["data"]["headline"].as_str().unwrap().trim());
        let text = message.body_text(0).unwrap();
        assert!(text.contains(event["data"]["text"].as_str().unwrap()), "{text}");
        let alert = event["data"]["alert"].as_str().unwrap().to_owned();
        let thread = threads.entry(alert).or_default();
        assert_eq!(
            ids(message.in_reply_to()),
            thread.last().cloned().into_iter().collect::<Vec<_>>()
        );
        assert_eq!(&ids(message.references()), thread);
        thread.push(id);
    }
    assert!(threads.values().any(|thread| thread.len() > 3), "{threads:?}");
}

/// Sent once more after a kill, it is byte for byte the same message.
#[test]
fn the_same_event_is_the_same_message() {
    let events = events(&["toll"]);
    let sent = || {
        let wire = Wire::new();
        let server = Smtp::start(|_| "250 taken");
        let mut courier = wire.courier(mail(&server, Security::None));
        wire.write(&events);
        courier.run(&mut Hasty::default());
        server.letters().into_iter().map(|it| it.bytes).collect::<Vec<_>>()
    };
    let first = sent();
    assert!(first.len() > 1);
    assert_eq!(first, sent());
}

#[test]
fn a_server_that_is_busy_is_tried_again_and_one_that_refuses_is_not_for_long() {
    let (wire, events) = (Wire::new(), events(&["denial"]));
    let count = AtomicUsize::new(0);
    let server = Smtp::start(move |_| match count.fetch_add(1, Ordering::Relaxed) {
        0 => "451 come back later",
        1 => "250 taken",
        _ => "550 not here",
    });
    let mut courier = wire.courier(mail(&server, Security::None));
    wire.write(&[&events[..1], &events[..1]].concat());
    let mut pace = Hasty::default();
    courier.run(&mut pace);
    let seconds: Vec<u64> = pace.waits.iter().map(|it| it.as_secs()).collect();
    assert_eq!(seconds, [5, 5, 300]);
    assert_eq!(server.letters().len(), 1);
    let noted = wire.noted();
    assert!(noted.contains("given_up") && noted.contains("550"), "{noted}");
}

/// "\0desk\0open sesame", as it goes over the wire.
const LOGIN: &str = "AGRlc2sAb3BlbiBzZXNhbWU=";

#[test]
fn over_tls_the_login_and_the_message_are_read_by_nobody_on_the_way() {
    let events = events(&["denial"]);
    for (security, clear) in [(Security::Tls, ""), (Security::Starttls, "EHLO STARTTLS")] {
        let wire = Wire::new();
        let server = Smtp::speaking(security, |_| "250 taken");
        let mut courier = wire.courier(mail(&server, security));
        wire.write(&events[..1]);
        assert_eq!(courier.run(&mut Hasty::default()), Ended::Stopped);
        let letters = server.letters();
        assert_eq!(letters.len(), 1, "{security:?}: {}", wire.noted());
        assert!(letters[0].is_over_tls);
        assert_eq!(letters[0].login.as_deref(), Some(LOGIN));
        assert!(parsed(&letters[0].bytes).body_text(0).is_some());
        let lines = server.lines_in_clear();
        let verbs: Vec<&str> = lines.iter().filter_map(|it| it.split(' ').next()).collect();
        assert_eq!(verbs.join(" "), clear);
    }
}

/// What stands in the journal once a server could not be sent anything, and that nobody on the way
/// could read anything that matters.
fn refused(server: &Smtp, mail: Mail) -> String {
    let (wire, events) = (Wire::new(), events(&["denial"]));
    let mut courier = wire.courier(mail);
    wire.write(&events[..1]);
    courier.run(&mut Hasty::default());
    assert!(server.letters().is_empty());
    for line in server.lines_in_clear() {
        assert!(!line.starts_with("AUTH") && !line.starts_with("MAIL"), "{line}");
        assert!(!line.contains(LOGIN), "{line}");
    }
    wire.noted()
}

#[test]
fn without_the_tls_that_was_asked_for_no_password_is_sent() {
    for (security, why) in [
        (Security::Starttls, "offers no TLS, so nothing was sent to it"),
        (Security::Tls, "does not speak TLS, so nothing was sent to it"),
    ] {
        let server = Smtp::start(|_| "250 taken");
        let noted = refused(&server, mail(&server, security));
        assert!(noted.contains(&format!("127.0.0.1:{} {why}", server.address.port())), "{noted}");
    }
}

#[test]
fn a_server_whose_certificate_nobody_vouches_for_gets_no_password() {
    for security in [Security::Tls, Security::Starttls] {
        let server = Smtp::speaking(security, |_| "250 taken");
        let noted = refused(&server, trusting(&server, "127.0.0.1", security, None));
        assert!(noted.contains("has no certificate that can be trusted"), "{noted}");
        assert!(noted.contains("authority_file"), "{noted}");
        // The authority is the right one, and the name is another's.
        let server = Smtp::speaking(security, |_| "250 taken");
        let noted = refused(&server, trusting(&server, "localhost", security, Some(AUTHORITY)));
        assert!(noted.contains("has no certificate that can be trusted"), "{noted}");
    }
}

#[test]
fn an_authority_that_is_none_is_refused_at_start() {
    let settings = |authority: &str| Settings {
        host: "mail.example".to_owned(),
        port: 465,
        security: Security::Tls,
        authority: Some(authority.to_owned()),
        login: None,
    };
    let made = |text: &str| Mail::new(&settings(text), "a@desk.example", &[]).map(|_| ());
    assert_eq!(made(AUTHORITY), Ok(()));
    for text in ["", "no certificate"] {
        let why = made(text).unwrap_err();
        assert!(why.contains("no certificate"), "{why}");
    }
}

#[test]
fn words_of_articles_make_no_headers() {
    let (wire, event) = (Wire::new(), events(&["denial"]).remove(0));
    let mut value: Value = serde_json::from_slice(&event).unwrap();
    value["data"]["headline"] =
        json!("Ferry\r\nBcc: everybody@example.net\r\n\r\nsinks \u{202e}off");
    let server = Smtp::start(|_| "250 taken");
    let mut courier = wire.courier(mail(&server, Security::None));
    wire.write(&[format!("{value}\n").into_bytes()]);
    courier.run(&mut Hasty::default());
    let letter = &server.letters()[0];
    let message = parsed(&letter.bytes);
    assert!(message.bcc().is_none());
    assert!(message.subject().unwrap().starts_with("Ferry Bcc: everybody@example.net sinks"));
    assert_eq!(letter.to.len(), 2);
}

/// What was withdrawn is in no mail after it, save for the cancel that tells of it.
#[test]
fn a_kill_stays_killed_in_mails() {
    let mut looked_at = 0;
    for case in stream::cases() {
        let (wire, server) = (Wire::new(), Smtp::start(|_| "250 taken"));
        let mut courier = wire.courier(mail(&server, Security::None));
        let (mut lane, mut lines, intakes) = (stream::lane(), Vec::new(), case.intakes());
        for (number, intake) in intakes.iter().enumerate() {
            let mut out = Output::default();
            lane.step(stream::policy(), intake.clone(), &mut out);
            let before = lines.len();
            lines.extend(out.alerts.iter().map(writethru::formats::alerts::line));
            wire.write(&lines);
            courier.run(&mut Hasty::default());
            let killed = killed_runs(&intakes[..=number], &lane);
            let told = server.letters();
            for (letter, line) in told.iter().zip(&lines).skip(before) {
                let event: Value = serde_json::from_slice(line).unwrap();
                if killed.is_empty() || event["data"]["msgType"] == "cancel" {
                    continue;
                }
                looked_at += 1;
                let message = parsed(&letter.bytes);
                let text =
                    format!("{} {}", message.subject().unwrap(), message.body_text(0).unwrap());
                assert!(runs(&text).is_disjoint(&killed), "{}: {text}", case.name);
            }
        }
    }
    assert!(looked_at > 0, "no mail came after a kill");
}
