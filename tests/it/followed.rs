//! Files that `run` follows: none is lost, none is read twice, and what cannot be read is said once.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::until;

/// A service over a folder of wires, with no page.
struct Service {
    folder: tempfile::TempDir,
    child: Option<Child>,
}

impl Service {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("wires")).unwrap();
        Self { folder, child: None }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn start(&mut self) {
        let said = fs::File::create(self.path("said")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_writethru"));
        command.arg("run").current_dir(self.folder.path()).env_clear();
        command.env("WRITETHRU__INPUTS", "wires").env("WRITETHRU__SERVE__LISTEN", "");
        command.stdout(Stdio::null()).stderr(said);
        self.child = Some(command.spawn().unwrap());
        self.wait("following 1 input");
    }

    /// Waits until it has said something.
    fn wait(&self, text: &str) {
        until(|| if self.said().contains(text) { Ok(()) } else { Err(self.said()) });
    }

    fn said(&self) -> String {
        fs::read_to_string(self.path("said")).unwrap_or_default()
    }

    /// Stops it: so many records came, none of them twice, and so many were dead letters.
    fn has_counted(&mut self, records: usize, dead: usize) {
        let counted = self.stop();
        assert!(counted.starts_with(&format!("{records} records in =")), "{counted}");
        assert!(
            counted.contains(" 0 revisions") && counted.contains(&format!(" {dead} dead")),
            "{counted}"
        );
        assert_eq!(self.dead(), dead);
    }

    /// Asks it to stop; answers what it counted.
    fn stop(&mut self) -> String {
        let mut child = self.child.take().unwrap();
        assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
        assert!(child.wait().unwrap().success(), "{}", self.said());
        let said = self.said();
        said.lines().find(|line| line.contains("records in")).unwrap().to_owned()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path("wires").join(name), text).unwrap();
    }

    fn append(&self, name: &str, text: &str) {
        let path = self.path("wires").join(name);
        let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    /// Headlines of all first revisions, in order.
    fn joined(&self) -> Vec<String> {
        let changes = fs::read_to_string(self.path("output/changes.ndjson")).unwrap_or_default();
        let changes = changes.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        changes
            .filter(|it| it["type"] == "writethru.article.joined.v1")
            .map(|it| it["data"]["article"]["headline"].as_str().unwrap().to_owned())
            .collect()
    }

    fn dead(&self) -> usize {
        let path = self.path("output/dead-letters.ndjson");
        fs::read_to_string(path).unwrap_or_default().lines().count()
    }

    fn wait_for(&self, headlines: &[&str]) {
        until(|| {
            if self.joined() == headlines { Ok(()) } else { Err(format!("{:?}", self.joined())) }
        });
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _gone = child.kill();
            let _gone = child.wait();
        }
    }
}

fn article(headline: &str) -> String {
    json!({"uri": format!("urn:{headline}"), "publisher": "example.net", "headline": headline,
           "body": format!("{headline}. Nothing else is known of it so far.")})
    .to_string()
}

#[test]
fn a_last_line_without_an_end_is_read_once() {
    let mut service = Service::new();
    let (a, b, c) = (article("Ferry burns"), article("Mine floods"), article("Bridge falls"));
    service.write("w.ndjson", &format!("{a}\n{b}"));
    service.start();
    // Nothing more comes, and it is whole.
    service.wait_for(&["Ferry burns", "Mine floods"]);
    service.append("w.ndjson", &format!("\n{c}"));
    service.wait_for(&["Ferry burns", "Mine floods", "Bridge falls"]);
    service.has_counted(3, 0);
    service.append("w.ndjson", "\n");
    service.start();
    service.has_counted(3, 0);
}

#[test]
fn a_line_that_grows_after_a_stop_is_read_as_it_has_become() {
    let mut service = Service::new();
    let (a, b, c) = (article("Ferry burns"), article("Mine floods"), article("Bridge falls"));
    let (half, rest) = b.split_at(20);
    service.write("w.ndjson", &format!("{a}\n{half}"));
    service.start();
    service.wait_for(&["Ferry burns"]);
    // At a stop it is a line.
    service.has_counted(2, 1);
    service.append("w.ndjson", &format!("{rest}\n"));
    service.start();
    service.wait_for(&["Ferry burns", "Mine floods"]);
    service.append("w.ndjson", &format!("{c}\n"));
    service.wait_for(&["Ferry burns", "Mine floods", "Bridge falls"]);
    service.has_counted(4, 1);
    // And it is known again by what it has become.
    service.start();
    service.has_counted(4, 1);
    assert!(!service.said().contains("not the file that was read before"), "{}", service.said());
}

#[test]
fn a_file_that_was_written_over_is_read_from_its_beginning() {
    let mut service = Service::new();
    let lines = |names: &[&str]| names.iter().map(|it| article(it) + "\n").collect::<String>();
    service.write("w.ndjson", &lines(&["Ferry burns", "Mine floods"]));
    service.start();
    service.wait_for(&["Ferry burns", "Mine floods"]);
    // The same inode, longer, with other first lines.
    service.write("w.ndjson", &lines(&["Bridge falls", "Dam breaks", "Train derails"]));
    let mut all = vec!["Ferry burns", "Mine floods", "Bridge falls", "Dam breaks", "Train derails"];
    service.wait_for(&all);
    // And another inode.
    service.write("w.tmp", &lines(&["Roof caves in"]));
    fs::rename(service.path("wires/w.tmp"), service.path("wires/w.ndjson")).unwrap();
    all.push("Roof caves in");
    service.wait_for(&all);
    service.has_counted(6, 0);
}

#[test]
fn a_broken_feed_is_a_dead_letter_until_it_is_mended() {
    let mut service = Service::new();
    service.write("news.xml", "<rss version=\"2.0\"><channel><item>");
    service.start();
    let dead = || if service.dead() == 1 { Ok(()) } else { Err(service.said()) };
    until(dead);
    let feed = "<rss version=\"2.0\"><channel><title>N</title><link>https://n.example/</link>\
        <item><title>Ferry burns</title><link>https://n.example/1</link></item></channel></rss>";
    service.write("news.xml", feed);
    service.wait_for(&["Ferry burns"]);
    service.has_counted(2, 1);
}

#[test]
fn what_cannot_be_read_is_said_once() {
    let mut service = Service::new();
    // Two links that lead to each other, for whoever runs this may read every file.
    let at = |name: &str| service.path("wires").join(name);
    std::os::unix::fs::symlink("two.ndjson", at("one.ndjson")).unwrap();
    std::os::unix::fs::symlink("one.ndjson", at("two.ndjson")).unwrap();
    service.write("zz.ndjson", &(article("Ferry burns") + "\n"));
    service.start();
    service.wait_for(&["Ferry burns"]);
    // Many looks later.
    service.append("zz.ndjson", &article("Mine floods"));
    service.wait_for(&["Ferry burns", "Mine floods"]);
    service.stop();
    let said = service.said();
    assert_eq!(said.matches("one.ndjson").count(), 1, "{said}");
    assert!(said.contains("cannot be read; it is followed once it can be"), "{said}");
}
