//! Decisions through the whole program: counted, refused with a reason, and the same after a kill
//! and in any batch.

use std::path::Path;
use std::process::{Command, Output};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::stream;

fn pipe(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_writethru");
    Command::new(program).arg("pipe").args(arguments).output().expect("the program starts")
}

fn fixture(name: &str) -> String {
    stream::root().join("tests/fixtures").join(name).join("articles.ndjson").display().to_string()
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn what_cannot_be_done_is_a_dead_letter_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let dead = folder.path().join("dead.ndjson");
    let file = fixture("decision-refused");
    let done = pipe(&[&file, "--dead-letters", dead.to_str().unwrap()]);
    let letters = lines(&dead);
    let reasons: Vec<&str> = letters.iter().map(|it| it["reason"].as_str().unwrap()).collect();
    assert_eq!(
        reasons,
        [
            "unknown_target",
            "bad_value",
            "bad_value",
            "unknown_article",
            "nothing_stays",
            "unknown_target",
            "unknown_desk",
            "id_taken",
            "already_revoked",
            "not_revocable"
        ]
    );
    let bytes = STANDARD.decode(letters[0]["bytes"].as_str().unwrap()).unwrap();
    assert!(String::from_utf8(bytes).unwrap().contains("\"action\": \"confirm\""));
    let told = String::from_utf8(done.stderr).unwrap();
    assert!(told.contains("17 records in = 4 originals"), "{told}");
    assert!(told.contains("+ 3 decisions + 10 dead letters"), "{told}");
}

#[test]
fn every_batch_size_decides_the_same() {
    for name in ["decision-pin", "decision-merge", "decision-split", "decision-mute"] {
        let file = fixture(name);
        let whole = pipe(&[&file, "--threads", "1"]).stdout;
        assert!(!whole.is_empty());
        assert_eq!(pipe(&[&file, "--batch", "1", "--threads", "3"]).stdout, whole, "{name}");
    }
}

/// Documents after a merge or a split that was taken back hold each article once.
#[test]
fn an_article_is_in_one_story_whatever_is_decided() {
    for name in ["decision-merge", "decision-split"] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("stories.ndjson");
        pipe(&[&fixture(name), "--format", "stories", "--output", out.to_str().unwrap()]);
        let mut uris: Vec<String> = lines(&out)
            .iter()
            .flat_map(|story| story["articles"].as_array().unwrap().clone())
            .map(|article| article["uri"].as_str().unwrap().to_owned())
            .collect();
        let count = uris.len();
        uris.sort();
        uris.dedup();
        assert_eq!(uris.len(), count, "{name}");
        assert!(count >= 5, "{name}: {count}");
    }
}
