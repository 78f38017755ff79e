//! CAP documents and Apprise: the rules of the standard, and what the other end answers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use quick_xml::Reader;
use quick_xml::events::Event as XmlEvent;
use serde_json::{Value, json};
use writethru::deliver::apprise::Apprise;
use writethru::deliver::cap::{Cap, Envelope, Way};
use writethru::deliver::courier::Ended;

use super::stand_in::StandIn;
use super::{Hasty, Wire, events, fine};

/// The elements of CAP 1.2 in the order of its schema.
const ALERT: [&str; 15] = [
    "identifier",
    "sender",
    "sent",
    "status",
    "msgType",
    "source",
    "scope",
    "restriction",
    "addresses",
    "code",
    "note",
    "references",
    "incidents",
    "info",
    "alert",
];
const INFO: [&str; 18] = [
    "language",
    "category",
    "event",
    "responseType",
    "urgency",
    "severity",
    "certainty",
    "audience",
    "eventCode",
    "effective",
    "onset",
    "expires",
    "senderName",
    "headline",
    "description",
    "instruction",
    "web",
    "parameter",
];

pub fn envelope() -> Envelope {
    let word = str::to_owned;
    Envelope { sender: word("desk@example.net"), status: word("Test"), category: word("Other") }
}

/// A document by its elements' paths, checked against the order and the words of CAP.
fn checked(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut reader = Reader::from_reader(bytes);
    let (mut path, mut found, mut order) = (Vec::new(), BTreeMap::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            XmlEvent::Start(start) => {
                let name = start.name().as_ref().to_owned();
                if path.is_empty() {
                    let namespace = start.attributes().next().unwrap().unwrap().value;
                    assert_eq!(&*namespace, "urn:oasis:names:tc:emergency:cap:1.2");
                }
                order.push((path.join("/"), name.clone()));
                path.push(name);
                found.entry(path.join("/")).or_insert_with(String::new);
            }
            XmlEvent::End(_) => {
                path.pop();
            }
            XmlEvent::Text(text) => {
                found.entry(path.join("/")).or_default().push_str(&text);
            }
            XmlEvent::Eof => break,
            _ => {}
        }
    }
    for (parent, names) in [("alert", &ALERT[..]), ("alert/info", &INFO[..])] {
        let own = order.iter().filter(|(within, _)| within == parent);
        let places: Vec<usize> = own
            .map(|(_, name)| names.iter().position(|it| it == name).expect("an element of CAP"))
            .collect();
        assert!(places.is_sorted(), "{order:?}");
    }
    let one_of = |name: &str, words: &[&str]| {
        assert!(words.contains(&found[name].as_str()), "{name}: {}", found[name]);
    };
    one_of("alert/status", &["Actual", "Exercise", "System", "Test", "Draft"]);
    one_of("alert/msgType", &["Alert", "Update", "Cancel", "Ack", "Error"]);
    one_of("alert/scope", &["Public", "Restricted", "Private"]);
    one_of("alert/info/urgency", &["Immediate", "Expected", "Future", "Past", "Unknown"]);
    one_of("alert/info/severity", &["Extreme", "Severe", "Moderate", "Minor", "Unknown"]);
    one_of("alert/info/certainty", &["Observed", "Likely", "Possible", "Unlikely", "Unknown"]);
    // \d\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[-,+]\d\d:\d\d
    let digits = |c: char| if c.is_ascii_digit() { '9' } else { c };
    let shape: String = found["alert/sent"].chars().map(digits).collect();
    assert_eq!(shape, "9999-99-99T99:99:99-99:99");
    for name in ["alert/identifier", "alert/sender"] {
        assert!(!found[name].contains([' ', ',', '<', '&']) && !found[name].is_empty());
    }
    assert_eq!(found["alert/scope"] == "Restricted", found.contains_key("alert/restriction"));
    found
}

#[test]
fn cap_documents_replace_and_cancel_by_their_references() {
    let events = events(&["demo", "denial", "kill", "revisions", "toll"]);
    let wire = Wire::new();
    let folder = wire.folder.path().join("cap");
    let target = || Cap::new(envelope(), Way::Folder(folder.clone()));
    let mut courier = wire.courier(target());
    wire.write(&events);
    assert_eq!(courier.run(&mut Hasty::default()), Ended::Stopped);
    // A receiver that knows only what CAP says.
    let mut active: BTreeMap<String, String> = BTreeMap::new();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut sent: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in &events {
        let event: Value = serde_json::from_slice(line).unwrap();
        let id = event["id"].as_str().unwrap();
        let document = std::fs::read(folder.join(format!("{id}.xml"))).unwrap();
        let found = checked(&document);
        let name = |it: &str| found[&format!("alert/{it}")].clone();
        let own = format!("{},{},{}", name("sender"), name("identifier"), name("sent"));
        let alert = event["data"]["alert"].as_str().unwrap().to_owned();
        let earlier = sent.entry(alert).or_default();
        let references: Vec<String> = found
            .get("alert/references")
            .map(|it| it.split_whitespace().map(str::to_owned).collect())
            .unwrap_or_default();
        assert_eq!(&references, earlier, "{found:?}");
        references.iter().for_each(|it| drop(active.remove(it)));
        if name("msgType") != "Cancel" {
            active.insert(own.clone(), id.to_owned());
        }
        earlier.push(own);
        *kinds.entry(name("msgType")).or_default() += 1;
    }
    assert!(kinds["Alert"] > 3 && kinds["Update"] > 0 && kinds["Cancel"] > 0, "{kinds:?}");
    let open = super::open_alerts(&events);
    assert_eq!(active.len(), open.len());
}

fn is_update(line: &[u8]) -> bool {
    String::from_utf8_lossy(line).contains("\"msgType\":\"update\"")
}

#[test]
fn cap_over_http_begins_where_the_target_begins() {
    let events = events(&["demo"]);
    let update = events.iter().position(|it| is_update(it)).unwrap();
    let (wire, server) = (Wire::new(), StandIn::start(|_| fine()));
    let way = Way::http(&server.url("/cap"), Some("open".to_owned()), true);
    let mut courier = wire.courier(Cap::new(envelope(), way));
    // It was never sent the alert, so the update is the alert.
    wire.write(&events[update..=update]);
    courier.run(&mut Hasty::default());
    let request = &server.requests()[0];
    assert_eq!(request.headers["content-type"], "application/cap+xml");
    assert_eq!(request.headers["authorization"], "Bearer open");
    let found = checked(&request.body);
    assert_eq!(found["alert/msgType"], "Alert");
    assert!(!found.contains_key("alert/references"));
}

#[test]
fn words_of_articles_are_no_markup_in_cap() {
    let (wire, event) = (Wire::new(), events(&["denial"]).remove(0));
    let mut value: Value = serde_json::from_slice(&event).unwrap();
    let words = "</headline><status>Actual</status> & \u{1b} ]]>";
    value["data"]["headline"] = json!(words);
    let folder = wire.folder.path().join("cap");
    let mut courier = wire.courier(Cap::new(envelope(), Way::Folder(folder.clone())));
    wire.write(&[format!("{value}\n").into_bytes()]);
    courier.run(&mut Hasty::default());
    let id = value["id"].as_str().unwrap();
    let text = std::fs::read_to_string(folder.join(format!("{id}.xml"))).unwrap();
    assert!(text.contains("&lt;status&gt;Actual&lt;/status&gt; &amp;"), "{text}");
    assert_eq!(text.matches("<status>").count(), 1);
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn apprise_is_told_in_its_own_words() {
    let (wire, events) = (Wire::new(), events(&["demo"]));
    let update = events.iter().position(|it| is_update(it)).unwrap();
    let count = AtomicUsize::new(0);
    let server = StandIn::start(move |_| match count.fetch_add(1, Ordering::Relaxed) {
        0 => (424, Vec::new(), "{}".to_owned()),
        1 | 2 => fine(),
        _ => (204, Vec::new(), String::new()),
    });
    let services = Some("ntfys://desk".to_owned());
    let target = Apprise::new(&server.url("/notify"), services, Some("night".to_owned()), true);
    let mut courier = wire.courier(target);
    let told = [&events[0], &events[update], &events[1]];
    wire.write(&told.map(Clone::clone));
    let mut pace = Hasty::default();
    courier.run(&mut pace);
    let bodies: Vec<Value> =
        server.requests().iter().map(|it| serde_json::from_slice(&it.body).unwrap()).collect();
    assert_eq!(bodies[0], bodies[1], "a service that could not be told is tried again");
    let first: Value = serde_json::from_slice(&events[0]).unwrap();
    assert_eq!(bodies[1]["title"], first["data"]["headline"]);
    assert_eq!(bodies[1]["type"], "warning");
    assert_eq!(bodies[2]["type"], "info");
    assert_eq!((&bodies[1]["urls"], &bodies[1]["tag"]), (&json!("ntfys://desk"), &json!("night")));
    let noted = std::fs::read_to_string(wire.journal()).unwrap();
    assert!(noted.contains("nobody is to be told"), "{noted}");
}
