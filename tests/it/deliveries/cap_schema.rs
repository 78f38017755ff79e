//! The documents of every golden case against the schema of CAP 1.2, as OASIS gives it out.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use writethru::deliver::cap::{Cap, Way};
use writethru::deliver::courier::Ended;

use super::documents::envelope;
use super::{Hasty, Wire, events};
use crate::stream;

/// What holds documents against a schema, which a registry has to give.
fn validator() -> Option<PathBuf> {
    let script = stream::root().join("scripts/xml-schema");
    let done = Command::new(&script).output().unwrap();
    if done.status.success() {
        return Some(script);
    }
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    eprintln!("passed over: there is no lxml, so no document was held against the schema: {said}");
    None
}

/// What is wrong with these documents.
fn wrong(validator: &Path, documents: &[PathBuf]) -> String {
    let schema = stream::root().join("tests/fixtures/cap-1.2/CAP-v1.2.xsd");
    let done = Command::new(validator).arg(schema).args(documents).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(said.is_empty(), "{said}");
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn cap_documents_are_what_the_schema_says() {
    let Some(validator) = validator() else { return };
    let cases = stream::cases();
    let names: Vec<&str> = cases.iter().map(|it| it.name.as_str()).collect();
    let mut events = events(&names);
    let mut odd: Value = serde_json::from_slice(&events[0]).unwrap();
    odd["id"] = json!("odd");
    odd["data"]["headline"] = json!("</headline> & \u{1b} ]]> \u{fffe}\u{ffff} <!-- \u{202e}");
    odd["data"]["text"] = json!("");
    events.push(format!("{odd}\n").into_bytes());
    let wire = Wire::new();
    let folder = wire.folder.path().join("cap");
    let mut courier = wire.courier(Cap::new(envelope(), Way::Folder(folder.clone())));
    wire.write(&events);
    assert_eq!(courier.run(&mut Hasty::default()), Ended::Stopped);
    let files = std::fs::read_dir(&folder).unwrap().map(|it| it.unwrap().path());
    let files: Vec<PathBuf> = files.filter(|it| it.extension().is_some()).collect();
    assert!(files.len() > 20, "{} documents", files.len());
    assert_eq!(wrong(&validator, &files), "");

    // It would have said so.
    let good = std::fs::read_to_string(folder.join("odd.xml")).unwrap();
    let broken = [
        good.replace("-00:00</sent>", "Z</sent>"),
        good.replace("<urgency>Unknown</urgency>", ""),
        good.replace("<status>Test</status>", "<status>Real</status>"),
    ];
    for (at, text) in broken.into_iter().enumerate() {
        assert_ne!(text, good);
        let file = wire.folder.path().join(format!("broken-{at}.xml"));
        std::fs::write(&file, text).unwrap();
        assert!(wrong(&validator, &[file]).contains(&format!("broken-{at}.xml: ")));
    }
}
