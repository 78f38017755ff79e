//! The role that delivers: committed alerts and stories from the topics, in a process of its own
//! that is killed, with progress of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::broker::{Broker, WIRES, flush, send};
use super::service::{Service, wait_until_done};
use crate::deliveries::stand_in::StandIn;
use crate::deliveries::superdesk::Ingest;
use crate::deliveries::{fine, webhooks};
use crate::stream;

/// Looks at whether it is done.
const LOOKS_MAX: u32 = 1_200;

fn newsroom(folder: &Path, hook: &StandIn) -> std::path::PathBuf {
    std::fs::write(folder.join("secret"), webhooks::SECRET).unwrap();
    let path = folder.join("newsroom.toml");
    let text = format!(
        "[state]\ndir = \"{state}\"\n[[deliver.webhooks]]\nname = \"hook\"\nurl = \"{url}\"\n\
         secret_files = [\"secret\"]\nallow_private = true\n\
         [[deliver.folders]]\nname = \"cms\"\nfolder = \"cms\"\n",
        state = folder.join("state").display(),
        url = hook.url("/hook"),
    );
    std::fs::write(&path, text).unwrap();
    path
}

fn told(hook: &StandIn) -> BTreeSet<String> {
    hook.requests().iter().map(|it| it.headers["webhook-id"].clone()).collect()
}

fn committed(broker: &Broker) -> BTreeSet<String> {
    let id = |bytes: &[u8]| -> String {
        let event: Value = serde_json::from_slice(bytes).unwrap();
        event["id"].as_str().unwrap().to_owned()
    };
    broker.all("desk.alerts").iter().flatten().map(|it| id(&it.value)).collect()
}

/// Headlines of all stories by the identity of their items; withdrawn ones are told apart.
fn stories(broker: &Broker) -> BTreeMap<String, String> {
    let mut newest: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    for record in broker.all("desk.stories").into_iter().flatten() {
        newest.insert(record.key, record.value);
    }
    let headline = |bytes: &Vec<u8>| {
        let story: Value = serde_json::from_slice(bytes).ok()?;
        let (desk, id) = (story["desk"].as_str()?, story["id"].as_str()?);
        Some((format!("urn:writethru:{desk}:{id}"), story["headline"].as_str()?.to_owned()))
    };
    newest.values().filter_map(headline).collect()
}

fn headlines(folder: &Path) -> BTreeMap<String, String> {
    let mut ingest = Ingest::default();
    let Ok(entries) = std::fs::read_dir(folder.join("cms")) else { return BTreeMap::new() };
    let mut files: Vec<_> =
        entries.map(|it| it.unwrap().path()).filter(|it| it.is_file()).collect();
    files.sort();
    for path in files {
        ingest.read(&std::fs::read(path).unwrap()).unwrap();
    }
    ingest.0.into_iter().map(|(guid, item)| (guid, item.headline)).collect()
}

#[test]
fn alerts_and_stories_are_delivered_over_a_kill() {
    let Some(broker) = Broker::start() else { return };
    broker.topic(WIRES, 4);
    let folder = tempfile::tempdir().unwrap();
    let hook = StandIn::start(|_| fine());
    let settings = newsroom(folder.path(), &hook);
    let deliver = || Service::configured(&broker, "desk", &["deliver"], &settings).begun();
    // It begins before the news.
    let first = deliver();
    // A second one on the same state has nothing to do, and says so.
    let twin = Service::configured(&broker, "desk", &["deliver"], &settings);
    let (code, said) = twin.ended();
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("another process delivers to all of these targets already"), "{said}");
    let mut services = [Service::start(&broker, "desk", &["route", "lanes"], &[])];
    let producer = broker.producer();
    let cases = stream::cases();
    let lines = || cases.iter().filter(|it| ["demo", "kill", "toll"].contains(&it.name.as_str()));
    let lines: Vec<&str> = lines().flat_map(stream::Case::lines).collect();
    let (before, after) = lines.split_at(lines.len() / 2);
    for (number, line) in before.iter().enumerate() {
        send(&producer, &number.to_string(), line.as_bytes());
    }
    flush(&producer);
    wait_until_done(&broker, "desk", &mut services);
    first.kill();
    for (number, line) in after.iter().enumerate() {
        send(&producer, &format!("later {number}"), line.as_bytes());
    }
    flush(&producer);
    wait_until_done(&broker, "desk", &mut services);
    let mut second = deliver();
    let (wanted, documents) = (committed(&broker), stories(&broker));
    assert!(wanted.len() > 3 && documents.len() > 1, "{wanted:?} {documents:?}");
    let is_done = || {
        let shown = headlines(folder.path());
        told(&hook) == wanted
            && documents.iter().all(|(uri, headline)| shown.get(uri) == Some(headline))
    };
    for _ in 0..LOOKS_MAX {
        if is_done() {
            let (code, said) = second.end();
            assert_eq!(code, Some(0), "{said}");
            return;
        }
        assert!(second.runs(), "it ended: {}", second.said());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("{:?} of {wanted:?}\n{:?} of {documents:?}", told(&hook), headlines(folder.path()));
}
