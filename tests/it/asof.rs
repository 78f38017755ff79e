//! `asof`: what was known then, with the levels as they stood, and nothing of what was killed since.

use std::process::Command;

use serde_json::Value;
use writethru::formats::changes;
use writethru_core::lane::Output;

use crate::kill::{self, runs};
use crate::stream::{self, Case};

/// The output of `pipe` over a case, as a file.
fn file_of(case: &Case) -> tempfile::NamedTempFile {
    let mut lane = stream::lane();
    let mut bytes = Vec::new();
    for intake in case.intakes() {
        let mut out = Output::default();
        lane.step(stream::policy(), intake, &mut out);
        out.changes.iter().for_each(|change| bytes.extend(changes::line(change)));
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    file
}

fn asof(file: &tempfile::NamedTempFile, arguments: &[&str]) -> (Option<i32>, String, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_writethru"))
        .arg("asof")
        .args(arguments)
        .arg("--changes")
        .arg(file.path())
        .env_clear()
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (out.status.code(), text(out.stdout), text(out.stderr))
}

fn case(name: &str) -> Case {
    stream::cases().into_iter().find(|it| it.name == name).unwrap()
}

#[test]
fn a_story_that_was_taken_back_whole_is_withdrawn_until_it_comes_back() {
    let article = |version: u32, minute: u32, status: &str| {
        format!(
            r#"{{"uri":"a","version":{version},"publisher":"a.example","headline":"Ferry burns off Tarvo","pubStatus":"{status}","receivedAt":"2026-03-03T08:{minute:02}:00Z"}}"#
        )
    };
    let news = [article(1, 0, "usable"), article(2, 10, "canceled"), article(3, 20, "usable")];
    let folder = tempfile::tempdir().unwrap();
    let (articles, changes) = (folder.path().join("a"), tempfile::NamedTempFile::new().unwrap());
    std::fs::write(&articles, news.join("\n")).unwrap();
    let pipe = Command::new(env!("CARGO_BIN_EXE_writethru"))
        .args(["pipe".as_ref(), articles.as_os_str(), "--output".as_ref()])
        .arg(changes.path())
        .current_dir(folder.path())
        .status();
    assert!(pipe.unwrap().success());
    for (at, state) in [("08:05", "emerging"), ("08:15", "withdrawn"), ("08:25", "active")] {
        let (code, out, said) = asof(&changes, &[at, "--json"]);
        let story: Value = serde_json::from_str(&out).unwrap();
        assert_eq!((code, story["state"].as_str()), (Some(0), Some(state)), "{at}: {out}{said}");
    }
    // Articles are no changes, and it is said.
    std::fs::write(changes.path(), news.join("\n")).unwrap();
    let (code, _, said) = asof(&changes, &["08:05"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("line 1 is no change") && said.contains("--changes"), "{said}");
}

#[test]
fn at_every_time_each_level_is_the_last_that_was_published_by_then() {
    let file = file_of(&case("denial"));
    let told = std::fs::read_to_string(file.path()).unwrap();
    let told: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut times: Vec<&str> = told.iter().filter_map(|it| it["recordedtime"].as_str()).collect();
    times.dedup();
    assert!(times.len() > 3);
    for at in times {
        let (_, out, _) = asof(&file, &[at, "--json"]);
        let stories = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let claims: Vec<Value> =
            stories.flat_map(|story| story["claims"].as_array().unwrap().clone()).collect();
        for claim in &claims {
            let then = |it: &&Value| {
                it["recordedtime"].as_str().unwrap() <= at
                    && it["data"]["claim"]["id"] == claim["id"]
            };
            let last = told.iter().rfind(then).unwrap();
            assert_eq!(claim["level"], last["data"]["claim"]["level"], "{} at {at}", claim["id"]);
        }
        assert!(!claims.is_empty(), "{at}");
    }
}

#[test]
fn nothing_of_what_was_killed_is_told_of_any_time() {
    let mut looked_at = 0;
    for (case, killed) in kill::streams() {
        let file = file_of(&case);
        for at in case.intakes().iter().step_by(4).map(|intake| intake.at.to_string()) {
            for format in [&[at.as_str(), "--json"][..], &[at.as_str()]] {
                let (_, out, _) = asof(&file, format);
                looked_at += 1;
                let leaked: Vec<_> = runs(&out).intersection(&killed).cloned().collect();
                assert!(leaked.is_empty(), "{} at {at}: {leaked:?}", case.name);
            }
        }
    }
    assert!(looked_at > 30, "{looked_at}");
}

#[test]
fn a_time_of_day_means_the_last_day_and_mistakes_are_told() {
    let file = file_of(&case("demo"));
    let (code, short, _) = asof(&file, &["06:00"]);
    assert_eq!(code, Some(0));
    assert!(short.starts_with("As of Sunday 8 December 2024, 06:00 UTC: "), "{short}");
    let (_, long, _) = asof(&file, &["2024-12-08T06:00:00Z"]);
    assert_eq!(short, long);
    let digits = short.lines().find_map(|line| line.trim().split_once("  ")).unwrap().0.to_owned();
    let story = short.lines().nth(3).unwrap().trim().split("  ").next().unwrap().to_owned();
    assert!(!digits.is_empty());
    let (code, one, said) = asof(&file, &["06:00", &story]);
    assert_eq!(code, Some(0), "{said}");
    assert!(one.contains("Likelihood: ") && one.contains("Confidence: "), "{one}");
    for (arguments, code, sentence) in [
        (&["soon"][..], 2, "is no time; write it as"),
        (&["06:00", "xyz"], 1, "is no id"),
        (&["06:00", "000000000000"], 1, "no story with the id"),
        (&["2000-01-01T00:00:00Z", &story], 1, "no story with the id"),
    ] {
        let (got, _, said) = asof(&file, arguments);
        assert_eq!(got, Some(code), "{said}");
        assert!(said.contains(sentence), "{said}");
    }
}
