//! The page in a real Chromium, driven by `tests/page/page.mjs`. Without Node, Chromium or the two
//! packages (`npm ci` in tests/page) it says that it was passed over.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::server::{Server, case_lines};
use crate::stream;

#[test]
fn the_page_in_a_real_browser() {
    let scripts = stream::root().join("tests/page");
    let chromium = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    let has_node = Command::new("node").arg("--version").output().is_ok();
    let packages = scripts.join("node_modules/playwright-core");
    if !has_node || !Path::new(&chromium).exists() || !packages.exists() {
        // Not through the capture: who runs the tests should know.
        let told = "page: passed over; it needs node, chromium and `npm ci` in tests/page\n";
        std::io::stderr().write_all(told.as_bytes()).unwrap();
        return;
    }
    let (mut now, later) = articles();
    now.extend(taken_back());
    now.extend(hostile());
    let server = Server::with(&now, &[]);
    let desk = Server::with(&just_now(), &[]);
    let coming = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(coming.path(), later.join("\n")).unwrap();
    let mut command = Command::new("node");
    command.arg("page.mjs").current_dir(&scripts).env("CHROMIUM", chromium);
    command.arg(&server.address).arg(server.id().to_string());
    command.arg(server.wires()).arg(coming.path()).arg(&desk.address);
    command.args(std::env::var("WRITETHRU_SHOTS").ok());
    let out = command.output().unwrap();
    let said = String::from_utf8_lossy(&out.stdout);
    let complained = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{said}{complained}");
}

/// The demo's articles, and some that come while the page is open: each a story of its own.
fn articles() -> (Vec<String>, Vec<String>) {
    let later = [
        "Ferry sinks off Samos",
        "Dam bursts above Derna",
        "Pope lands in Lisbon",
        "Tram strike in Oslo",
    ];
    let later = (0..).zip(later).map(|(number, headline)| {
        json!({
            "uri": format!("urn:later:{number}"), "publisher": "example.net", "headline": headline,
            "body": format!("{headline}, the police said on Monday."), "language": "en",
            "receivedAt": format!("2024-12-09T0{number}:00:00Z"),
        })
        .to_string()
    });
    (case_lines("demo"), later.collect())
}

fn hostile() -> Vec<String> {
    let headlines = [
        "<img src=x onerror=\"window.harmed=1\"><script>window.harmed=1</script> hostile goat",
        "\u{202e}\u{2066}hostile \u{202d}orbit\u{202c} sdrawkcab",
        &format!("hostile turbine {}", "W".repeat(9_900)),
    ];
    (0..)
        .zip(headlines)
        .map(|(number, headline)| {
            json!({
                "uri": format!("urn:hostile:{number}"), "publisher": "<b>example</b>.net",
                "headline": headline, "url": "javascript:window.harmed=1", "language": "en",
                "body": "A <script>window.harmed=1</script> lighthouse, the keeper said, went dark.",
                "receivedAt": format!("2024-12-08T2{number}:00:00Z"),
            })
            .to_string()
        })
        .collect()
}

/// Articles that come without a time, so that they are as old as the decisions about them.
fn just_now() -> Vec<String> {
    let told = [
        ("Bridge closed at Mostar", "Police closed the bridge at Mostar, a spokesman said."),
        (
            "Ferry service to Brac halted",
            "The ferry to Brac was halted by a storm, Jadrolinija said.",
        ),
        (
            "Harbour of Split shut",
            "The harbour of Split was shut after waves hit it, its master said.",
        ),
    ];
    (0..)
        .zip(told)
        .map(|(number, (headline, body))| {
            json!({
                "uri": format!("urn:now:{number}"), "publisher": "example.net", "language": "en",
                "headline": headline, "body": body,
            })
            .to_string()
        })
        .collect()
}

/// A toll that was alerted, and the kill that takes the alert back.
fn taken_back() -> [String; 2] {
    let toll = json!({
        "uri": "urn:back:1", "version": 1, "publisher": "reuters.com", "language": "en",
        "headline": "Mine collapses near Zenica", "receivedAt": "2024-12-08T19:00:00Z",
        "body": "At least 33 people were killed when a mine collapsed near Zenica, police said.",
    });
    let kill = json!({
        "uri": "urn:back:1", "version": 2, "publisher": "reuters.com", "pubStatus": "canceled",
        "edNote": "KILL: wrong", "receivedAt": "2024-12-08T19:30:00Z",
    });
    [toll, kill].map(|it| it.to_string())
}
