//! The program as a person meets it: help, exit codes, one sentence for a mistake.

mod updates; // what of breaking news is put out, scored

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use crate::stream;

#[test]
fn without_arguments_it_says_what_it_is() {
    let out = run(&[], "");
    assert_eq!(out.status.code(), Some(2));
    let help = text(&out.stderr);
    for command in [
        "run", "demo", "pipe", "annotate", "asof", "explain", "eval", "replay", "dlq", "doctor",
        "config", "schemas",
    ] {
        assert!(help.contains(&format!("\n  {command} ")), "no {command} in:\n{help}");
    }
}

#[test]
fn every_command_explains_itself_with_an_example() {
    for command in [
        "run", "demo", "pipe", "annotate", "asof", "explain", "eval", "replay", "dlq", "doctor",
        "config", "schemas",
    ] {
        let out = run(&[command, "--help"], "");
        assert_eq!(out.status.code(), Some(0), "{command}");
        assert!(text(&out.stdout).contains(&format!("writethru {command}")), "{command}");
    }
}

#[test]
fn a_wrong_flag_or_setting_is_code_2_and_a_missing_file_code_1() {
    assert_eq!(run(&["pipe", "--formt", "x"], "").status.code(), Some(2));
    let out = run(&["pipe", "--config", "no-such-file.toml"], "");
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stderr).starts_with("writethru: no-such-file.toml: cannot be read"));
    let out = run(&["annotate", "no-such-file.ndjson"], "");
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("no-such-file.ndjson"));
}

#[test]
fn the_demo_tells_the_same_in_plain_text_every_time() {
    let first = run(&["demo", "--speed", "max"], "");
    assert_eq!(first.status.code(), Some(0));
    let told = text(&first.stdout);
    assert!(!told.contains('\u{1b}'), "codes of a terminal in a pipe");
    assert_eq!(told, text(&run(&["demo", "--speed", "max", "--plain"], "").stdout));
    for line in told.lines() {
        assert!(line.chars().count() <= 110, "too wide: {line}");
    }
}

#[test]
fn the_demo_reads_like_this() {
    let out = run(&["demo", "--speed", "max"], "");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(stream::root().join("src/commands/demo"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("told", text(&out.stdout)));
}

#[test]
fn annotate_goes_on_after_what_it_cannot_read() {
    let good = r#"{"uri":"urn:a","publisher":"example.net","headline":"Police closed the bridge"}"#;
    let out = run(&["annotate"], &format!("not json\n{good}\n"));
    assert_eq!(out.status.code(), Some(0));
    assert_eq!(text(&out.stdout).lines().count(), 1);
    assert!(text(&out.stderr).contains("standard input, line 1: not_json"));
}

#[test]
fn annotate_and_explain_read_what_pipe_reads() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let pretty = "{\n  \"uri\": \"p\",\n  \"publisher\": \"p.example\",\n  \"headline\": \"Mine floods\"\n}\n";
    write("a.json", r#"[{"uri":"a","publisher":"a.example","headline":"Ferry burns"}]"#);
    write("b.json", pretty);
    write(
        "c.rss",
        "<rss version=\"2.0\"><channel><title>N</title><link>https://n.example/</link><item>\
         <title>Dam breaks</title><link>https://n.example/1</link></item></channel></rss>",
    );
    let folder = folder.path().to_str().unwrap();
    let out = run(&["annotate", folder], "");
    let (told, said) = (text(&out.stdout), text(&out.stderr));
    assert_eq!((out.status.code(), said.as_str()), (Some(0), ""), "{said}");
    let headlines = ["Ferry burns", "Mine floods", "Dam breaks"];
    assert!(told.lines().zip(headlines).all(|(line, it)| line.contains(it)), "{told}");
    assert_eq!(told.lines().count(), 3);
    let out = run(&["pipe", "--format", "stories"], pretty);
    let story: serde_json::Value = serde_json::from_str(text(&out.stdout).trim()).unwrap();
    let out = run(&["explain", story["id"].as_str().unwrap(), folder], "");
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    // A file that is not there is told, and the others are read.
    let out = run(&["annotate", "none.ndjson", folder], "");
    assert_eq!((out.status.code(), text(&out.stdout)), (Some(1), told));
}

#[test]
fn explain_says_why_and_leaves_the_state_alone() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let articles = stream::root().join("tests/fixtures/denial/articles.ndjson");
    let (state, articles) = (state.to_str().unwrap(), articles.to_str().unwrap());
    let changes = run(&["pipe", articles, "--state", state], "");
    let claim = claim_of(&text(&changes.stdout), "writethru.claim.corroborated.v1");

    let before = contents(state);
    let asked = run(&["explain", &claim, "--state", state], "");
    assert_eq!(asked.status.code(), Some(0), "{}", text(&asked.stderr));
    assert_eq!(before, contents(state), "the state directory was changed");
    let told = text(&asked.stdout);
    assert!(told.contains("Who says so, heaviest first"), "{told}");
    assert!(told.trim_end().ends_with('.'), "{told}");

    let digits: String = claim.chars().take(8).collect();
    assert_eq!(told, text(&run(&["explain", &digits, articles], "").stdout));
}

#[test]
fn explain_refuses_what_is_no_id() {
    for (id, sentence) in [
        ("12345", "is no id: give at least 6"),
        ("zzzzzzzz", "is no id"),
        ("000000000000", "no claim and no story has the id"),
    ] {
        let out = run(&["explain", id], "");
        assert_eq!(out.status.code(), Some(1));
        assert!(text(&out.stderr).contains(sentence), "{}", text(&out.stderr));
    }
}

#[test]
fn eval_feeds_no_answers() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gold.ndjson");
    let article = |uri: &str, headline: &str, story: &str| {
        format!(
            r#"{{"uri":"{uri}","publisher":"{uri}.example","headline":"{headline}","gold":{{"story":"{story}"}}}}"#
        )
    };
    let quake = "Earthquake shakes the Atacama region in northern Chile";
    let lines = [
        article("a", quake, "quake"),
        article("b", quake, "quake"),
        article("c", "Chelsea beat Tottenham in London derby", "match"),
    ];
    std::fs::write(&file, lines.join("\n")).unwrap();
    let out = run(&["eval", "stories", file.to_str().unwrap()], "");
    let table = text(&out.stdout);
    assert!(table.contains("1.000 / 1.000 / 1.000") && table.contains("2 / 2"), "{table}");
    std::fs::write(&file, r#"{"uri":"a","publisher":"a.example","headline":"x"}"#).unwrap();
    let out = run(&["eval", "stories", file.to_str().unwrap()], "");
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("line 1: no `gold.story`"));
}

#[test]
fn eval_reads_packed_files_and_prints_a_table_only_when_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let line =
        r#"{"uri":"a","publisher":"a.example","headline":"Ferry burns","gold":{"story":"s"}}"#;
    let packed = folder.path().join("gold.ndjson.gz");
    let file = std::fs::File::create(&packed).unwrap();
    let mut packer = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    packer.write_all(line.as_bytes()).unwrap();
    packer.finish().unwrap();
    let packed = packed.to_str().unwrap();
    let out = run(&["eval", "stories", packed], "");
    assert!(text(&out.stdout).contains("1 / 1"), "{}", text(&out.stderr));
    let broken = folder.path().join("broken.ndjson");
    std::fs::write(&broken, "{}").unwrap();
    let out = run(&["eval", "stories", packed, broken.to_str().unwrap()], "");
    assert_eq!((out.status.code(), text(&out.stdout)), (Some(1), String::new()));
}

#[test]
fn pipe_refuses_a_file_that_is_given_twice() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.ndjson");
    std::fs::write(&file, "").unwrap();
    let (folder, file) = (folder.path().to_str().unwrap(), file.to_str().unwrap());
    for given in [[file, file], [folder, file]] {
        let out = run(&["pipe", given[0], given[1]], "");
        assert_eq!(out.status.code(), Some(2));
        assert!(text(&out.stderr).contains("a.ndjson is given twice"), "{}", text(&out.stderr));
    }
}

#[test]
fn pipe_says_which_folders_it_does_not_read() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("older")).unwrap();
    std::fs::write(folder.path().join("a.ndjson"), "").unwrap();
    let out = run(&["pipe", folder.path().to_str().unwrap()], "");
    assert_eq!(out.status.code(), Some(0));
    let said = text(&out.stderr);
    assert!(
        said.contains("a folder within a folder is not read") && said.contains("older"),
        "{said}"
    );
}

#[test]
fn one_bad_file_does_not_keep_pipe_from_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    let article = r#"{"uri":"a","publisher":"a.example","headline":"Ferry burns"}"#;
    write("a.xml", b"<html><p>Not found</p></html>");
    write("c.ndjson", article.as_bytes());
    let out = run(&["pipe", folder.path().to_str().unwrap()], "");
    let said = text(&out.stderr);
    assert_eq!(out.status.code(), Some(0), "{said}");
    assert!(said.contains("2 records in = 1 originals") && said.contains("1 dead"), "{said}");
    assert!(text(&out.stdout).contains("Ferry burns"));
    // Where a file cannot be read at all, nothing of it is in the dead letters.
    write("b.ndjson.gz", b"\x1f\x8b\x08\x00torn");
    let out = run(&["pipe", folder.path().to_str().unwrap()], "");
    let said = text(&out.stderr);
    assert_eq!(out.status.code(), Some(1), "{said}");
    assert!(said.contains("b.ndjson.gz") && said.contains("the others are read"), "{said}");
    assert!(said.contains("2 records in = 1 originals"), "{said}");
}

#[test]
fn a_year_that_no_clock_holds_is_no_end() {
    let article = r#"{"uri":"a","publisher":"a.example","headline":"Ferry burns","receivedAt":"2026-01-01T00:00:00Z"}"#;
    let until = |time: &str| run(&["pipe", "--until", time], article);
    let far = until("9999-12-31T23:59:59Z");
    assert_eq!(far.status.code(), Some(0), "{}", text(&far.stderr));
    assert_eq!(text(&far.stdout), text(&until("2999-12-31T00:00:00Z").stdout));
    assert_eq!(until("9999-13-31T23:59:59Z").status.code(), Some(2));
}

/// The claim of the first change of this type.
fn claim_of(changes: &str, kind: &str) -> String {
    let change = changes.lines().find(|line| line.contains(kind)).unwrap();
    let change: serde_json::Value = serde_json::from_str(change).unwrap();
    change["data"]["claim"]["id"].as_str().unwrap().to_owned()
}

fn contents(folder: &str) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<_> =
        entries.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect();
    all.sort();
    all
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_writethru"));
    command.args(arguments).env_clear();
    command
}

fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that reads nothing may be gone before it was written to.
    let _gone = child.stdin.take().expect("piped").write_all(input.as_bytes());
    child.wait_with_output().expect("the program ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}
