//! The service itself: killed and started again beside a CMS folder and a webhook, nothing is lost;
//! one process delivers to a target at a time; the figures say what was sent.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::stand_in::StandIn;
use super::superdesk::Ingest;
use super::{fine, webhooks};

/// Looks at whether it is done.
const LOOKS_MAX: u32 = 1_500;

struct Service {
    child: Child,
    log: std::path::PathBuf,
}

impl Service {
    fn start(folder: &Path, roles: &[&str]) -> Self {
        let log = folder.join(format!("log-{}", roles.join("-")));
        let messages = std::fs::File::create(&log).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_writethru"))
            .args(["run", "--config", "newsroom.toml"])
            .args(roles.iter().flat_map(|role| ["--role", role]))
            .current_dir(folder)
            .env("RUST_LOG", "info")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(messages)
            .spawn()
            .unwrap();
        Self { child, log }
    }

    fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Waits until something holds.
    fn until(&mut self, what: &str, holds: &mut dyn FnMut() -> bool) {
        for _ in 0..LOOKS_MAX {
            if holds() {
                return;
            }
            assert!(self.child.try_wait().unwrap().is_none(), "it ended: {}", self.said());
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("never: {what}\n{}", self.said());
    }

    fn until_said(&mut self, words: &str) {
        let log = self.log.clone();
        self.until(words, &mut || std::fs::read_to_string(&log).unwrap().contains(words));
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn newsroom(folder: &Path, hook: &StandIn) {
    std::fs::write(folder.join("secret"), webhooks::SECRET).unwrap();
    std::fs::write(folder.join("wire.ndjson"), "").unwrap();
    let text = format!(
        "inputs = [\"wire.ndjson\"]\n[serve]\nlisten = \"127.0.0.1:0\"\n\
         [[deliver.webhooks]]\nname = \"hook\"\nurl = \"{}\"\nsecret_files = [\"secret\"]\n\
         allow_private = true\n[[deliver.folders]]\nname = \"cms\"\nfolder = \"cms\"\n",
        hook.url("/hook")
    );
    std::fs::write(folder.join("newsroom.toml"), text).unwrap();
}

fn send(folder: &Path, lines: &[String]) {
    use std::io::Write as _;
    let path = folder.join("wire.ndjson");
    let mut file = std::fs::OpenOptions::new().append(true).open(path).unwrap();
    file.write_all((lines.join("\n") + "\n").as_bytes()).unwrap();
}

fn lines_of(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// All files in the order of their versions, as ingest reads them.
fn ingested(folder: &Path) -> Ingest {
    let mut ingest = Ingest::default();
    let Ok(entries) = std::fs::read_dir(folder.join("cms")) else { return ingest };
    let mut files: Vec<_> = entries.map(|it| it.unwrap().path()).collect();
    files.retain(|path| path.is_file());
    files.sort();
    for path in files {
        ingest.read(&std::fs::read(&path).unwrap()).unwrap();
    }
    ingest
}

/// Three accidents with their dead, later totals, and one report taken back.
fn wire() -> Vec<String> {
    let report = |version: u64, place: &str, what: &str, dead: u32| {
        let body = format!(
            "{place} (Reuters) - At least {dead} people were killed when a {what} off {place} on \
             Tuesday, police said. The cause was not known."
        );
        json!({
            "uri": format!("urn:wire:{place}"), "version": version, "publisher": "reuters.com",
            "language": "en", "headline": format!("At least {dead} killed as {what} off {place}"),
            "body": body,
        })
    };
    let kill = json!({ "uri": "urn:wire:Samos", "version": 3, "pubStatus": "canceled",
        "publisher": "reuters.com", "language": "en", "headline": "KILL: Samos" });
    let lines = [
        report(1, "Samos", "ferry sank", 47),
        report(1, "Bergen", "trawler caught fire", 12),
        report(2, "Samos", "ferry sank", 52),
        report(1, "Porto", "crane fell on a barge", 31),
        report(2, "Bergen", "trawler caught fire", 14),
        report(2, "Porto", "crane fell on a barge", 33),
        kill,
    ];
    lines.iter().map(ToString::to_string).collect()
}

#[test]
fn killed_and_started_again_it_loses_no_alert_and_no_version() {
    let lines = wire();
    let folder = tempfile::tempdir().unwrap();
    let hook = StandIn::start(|_| fine());
    newsroom(folder.path(), &hook);
    let changes = folder.path().join("output/changes.ndjson");
    for piece in lines.chunks(lines.len().div_ceil(4)) {
        let mut service = Service::start(folder.path(), &[]);
        service.until_said("following 1 input");
        let before = lines_of(&changes).len();
        send(folder.path(), piece);
        service.until("a change", &mut || lines_of(&changes).len() > before);
        // Killed while couriers are at work.
        drop(service);
    }
    let mut service = Service::start(folder.path(), &[]);
    service.until_said("following 1 input");
    let alerts = folder.path().join("output/alerts.ndjson");
    let told = |hook: &StandIn| -> BTreeSet<String> {
        hook.requests().iter().map(|it| it.headers["webhook-id"].clone()).collect()
    };
    let wanted = || -> BTreeSet<String> {
        lines_of(&alerts).iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
    };
    service.until("every alert", &mut || !wanted().is_empty() && told(&hook) == wanted());
    let address = service.said();
    let address = address.split_once("http://").unwrap().1.split('/').next().unwrap().to_owned();
    let stories = crate::http_get(&address, "/v1/stories?limit=100")["stories"].clone();
    let stories = stories.as_array().unwrap().clone();
    assert!(!stories.is_empty());
    service.until("every story as it stands", &mut || {
        let ingest = ingested(folder.path());
        stories.iter().all(|story| {
            let uri = format!("urn:writethru:en:{}", story["id"].as_str().unwrap());
            let item = ingest.0.get(&uri);
            item.is_some_and(|it| story["headline"] == it.headline.as_str())
        })
    });
    let answer = ureq::get(format!("http://{address}/metrics")).call().unwrap();
    let text = answer.into_body().read_to_string().unwrap();
    for target in ["hook", "cms"] {
        let line = format!("writethru_delivery_oldest_seconds{{target=\"{target}\"}} 0");
        assert!(text.lines().any(|it| it == line), "no {line} in\n{text}");
    }
}

#[test]
fn one_process_delivers_to_a_target_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let hook = StandIn::start(|_| fine());
    newsroom(folder.path(), &hook);
    let mut first = Service::start(folder.path(), &[]);
    first.until_said("following 1 input");
    let mut second = Service::start(folder.path(), &["deliver"]);
    let status = second.child.wait().unwrap();
    assert_eq!(status.code(), Some(2), "{}", second.said());
    assert!(second.said().contains("another process delivers"), "{}", second.said());
}
