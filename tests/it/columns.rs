//! Parquet beside the NDJSON: the same rows, nothing of what was killed, whole files only.

use std::fs::File;
use std::path::Path;
use std::process::Command;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::Value;
use writethru::formats::columns::TABLES;

use crate::kill::{self, runs};
use crate::stream::{self, Case};

fn case(name: &str) -> Case {
    stream::cases().into_iter().find(|it| it.name == name).unwrap()
}

/// A case through `pipe` into a folder.
fn piped(case: &Case) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let out = command(&["pipe"])
        .arg(case.folder.join("articles.ndjson"))
        .args(["--until", "2026-01-01T00:00:00Z", "--state"])
        .arg(folder.path().join("state"))
        .arg("--output")
        .arg(folder.path().join("out/"))
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    folder
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_writethru"));
    command.args(arguments).env_clear();
    command
}

fn rows(folder: &Path, name: &str) -> Vec<Row> {
    let file = File::open(folder.join(format!("{name}.parquet"))).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    reader.get_row_iter(None).unwrap().map(|row| row.unwrap()).collect()
}

fn lines(folder: &Path, name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join(format!("{name}.ndjson"))).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text(row: &Row, name: &str) -> Option<String> {
    match column(row, name) {
        Field::Str(text) => Some(text.clone()),
        Field::Null => None,
        other => panic!("{name} is no text: {other:?}"),
    }
}

fn column<'a>(row: &'a Row, name: &str) -> &'a Field {
    row.get_column_iter().find(|(known, _)| *known == name).unwrap().1
}

#[test]
fn each_line_is_a_row_with_what_the_line_says() {
    let demo = case("demo");
    let folder = piped(&demo);
    let out = folder.path().join("out");
    let changes = lines(&out, "changes");
    let told = rows(&out, "changes");
    assert_eq!(told.len(), changes.len());
    let mut quotes = 0;
    for (row, change) in told.iter().zip(&changes) {
        assert_eq!(text(row, "id").as_deref(), change["id"].as_str());
        assert_eq!(
            text(row, "status").as_deref(),
            change["data"]["claim"]["level"]["status"].as_str()
        );
        let kind = change["type"].as_str().unwrap();
        assert_eq!(format!("writethru.{}.v1", text(row, "type").unwrap()), kind);
        let Field::TimestampMillis(at) = column(row, "recorded") else { panic!("no time") };
        let at = writethru_core::article::Time(*at).to_string();
        assert_eq!(Some(at.as_str()), change["recordedtime"].as_str());
        let value = change["data"]["claim"]["quantity"]["value"].as_f64();
        assert_eq!(*column(row, "value"), value.map_or(Field::Null, Field::Double));
        quotes += change["data"]["because"].as_array().unwrap().len();
    }
    let evidence = rows(&out, "evidence");
    assert!(!evidence.is_empty() && evidence.len() <= quotes, "{} of {quotes}", evidence.len());
    assert_eq!(rows(&out, "stories").len(), lines(&out, "stories").len());
    assert_eq!(rows(&out, "alerts").len(), lines(&out, "alerts").len());
    let of_articles =
        changes.iter().filter(|it| it["type"].as_str().unwrap().starts_with("writethru.article."));
    assert_eq!(rows(&out, "articles").len(), of_articles.count());
    let filled = |table: &str, name: &str| {
        rows(&out, table).iter().any(|row| *column(row, name) != Field::Null)
    };
    for table in TABLES {
        // What a stream of one language without decisions, splits and urgencies cannot have.
        let rare = ["decision", "urgency", "subjects", "language", "unit"];
        let is_rare = |name| rare.contains(&name) || (table.name, name) == ("alerts", "withhold");
        for column in table.columns.iter().filter(|column| !is_rare(column.name)) {
            assert!(filled(table.name, column.name), "{}.{} is empty", table.name, column.name);
        }
    }
}

#[test]
fn a_replay_writes_the_same_files_and_leaves_no_parts() {
    let demo = case("demo");
    let folder = piped(&demo);
    let again = folder.path().join("again/");
    let out = command(&["replay", "--output"])
        .arg(&again)
        .env("WRITETHRU__STATE__DIR", folder.path().join("state"))
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let mut names: Vec<String> = std::fs::read_dir(&again)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let all = [
        "alerts.ndjson",
        "alerts.parquet",
        "articles.parquet",
        "changes.ndjson",
        "changes.parquet",
        "dead-letters.ndjson",
        "evidence.parquet",
        "stories.ndjson",
        "stories.parquet",
    ];
    assert_eq!(names, all);
    for name in all {
        let read = |folder: &str| std::fs::read(folder.to_owned() + name).unwrap();
        let first = folder.path().join("out/").display().to_string();
        assert!(read(&first) == read(&again.display().to_string()), "{name} differs");
    }
}

#[test]
fn nothing_of_what_was_killed_is_in_the_columns() {
    let mut looked_at = 0;
    for (case, killed) in kill::streams() {
        looked_at += 1;
        let folder = piped(&case);
        for table in TABLES {
            for row in rows(&folder.path().join("out"), table.name) {
                let tells_what_to_take_out = row.get_column_iter().any(|(name, field)| {
                    let of = |wanted: &str| *field == Field::Str(wanted.to_owned());
                    (name == "type" && of("claim.retracted")) || (name == "message" && of("cancel"))
                });
                let told = row.to_string();
                let leaks = !runs(&told).is_disjoint(&killed);
                assert!(tells_what_to_take_out || !leaks, "{} {}: {told}", case.name, table.name);
            }
        }
    }
    assert!(looked_at >= 2, "too few streams with a kill: {looked_at}");
}

#[test]
fn a_folder_gets_everything_so_one_format_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let articles = stream::root().join("tests/fixtures/kill/articles.ndjson");
    let out = command(&["pipe", "--format", "alerts"])
        .arg(articles)
        .arg("--output")
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(2));
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(said.contains("is a folder and gets everything"), "{said}");
}
