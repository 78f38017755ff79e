//! `replay`, `dlq` and `doctor` without Kafka: over a state directory and a file.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::json;

use crate::stream::root;

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn run(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_writethru"))
            .args(args)
            .env("WRITETHRU__STATE__DIR", self.path("state"))
            .env("WRITETHRU__OUTPUT__DIR", self.path("out"))
            .env("WRITETHRU__INPUTS", self.path("wires"))
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (status.code(), text(stdout), text(stderr))
    }
}

/// Forty articles about ten fires, and two lines that nobody can read.
fn articles() -> String {
    let article = |n: usize| {
        let (event, toll) = (n / 4, 2 + n % 4);
        json!({
            "uri": format!("urn:past:{n}"),
            "publisher": (["apnews.com", "reuters.com"][n % 2]),
            "headline": format!("Fire in depot number {event} kills {toll}"),
            "body": format!("A fire in depot number {event} killed {toll} people, police said."),
            "language": (["en", "de"][event % 2]),
            "receivedAt": format!("2026-03-03T08:{n:02}:00Z"),
        })
        .to_string()
    };
    let mut lines: Vec<String> = (0..40).map(article).collect();
    lines.insert(7, "{\"uri\": broken".to_owned());
    lines.insert(30, "nonsense".to_owned());
    lines.join("\n") + "\n"
}

fn worked() -> (Desk, String) {
    let desk = Desk { folder: tempfile::tempdir().unwrap() };
    std::fs::create_dir(desk.path("out")).unwrap();
    std::fs::create_dir(desk.path("wires")).unwrap();
    let file = desk.path("articles.ndjson");
    std::fs::write(&file, articles()).unwrap();
    let (state, dead) = (desk.path("state"), desk.path("out/dead-letters.ndjson"));
    let args = ["pipe", &file, "--state", &state, "--dead-letters", &dead];
    let (code, live, said) = desk.run(&args);
    assert_eq!(code, Some(0), "{said}");
    assert!(live.lines().count() > 40);
    (desk, live)
}

#[test]
fn a_replay_of_what_was_live_gives_the_same_bytes() {
    let (desk, live) = worked();
    let (code, all, said) = desk.run(&["replay"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(all == live, "other bytes");
    let (_, late, _) = desk.run(&["replay", "--from", "2026-03-03T08:20:00Z"]);
    assert!(!late.is_empty() && live.ends_with(&late), "what is written is the end of it");
    let (_, early, _) = desk.run(&["replay", "--to", "2026-03-03T08:20:00Z"]);
    assert_eq!(early + &late, live, "the two parts are the whole");
    let (_, numbered, _) = desk.run(&["replay", "--from", "20"]);
    assert!(!numbered.is_empty() && live.ends_with(&numbered));
    let (_, fresh, _) = desk.run(&["replay", "--from", "20", "--fresh"]);
    assert_ne!(fresh, numbered, "knowing nothing, it tells stories anew");
    let (_, german, _) = desk.run(&["replay", "--desk", "de"]);
    assert!(!german.is_empty() && german.lines().all(|line| line.contains("\"/desk/de\"")));
    let folder = desk.path("then/");
    let (code, _, said) = desk.run(&["replay", "--output", &folder]);
    assert_eq!(code, Some(0), "{said}");
    let written = std::fs::read_to_string(Path::new(&folder).join("changes.ndjson")).unwrap();
    assert!(written == live);
    let dead = |path: String| std::fs::read_to_string(path).unwrap();
    assert_eq!(
        dead(desk.path("then/dead-letters.ndjson")),
        dead(desk.path("out/dead-letters.ndjson"))
    );
    assert_eq!(desk.run(&["replay", "--from", "soon"]).0, Some(2));
}

#[test]
fn a_range_in_which_nothing_lies_is_refused_and_empties_nothing() {
    let (desk, live) = worked();
    let kept = desk.path("then.ndjson");
    std::fs::write(&kept, "kept\n").unwrap();
    let early = "2026-03-03T07:00:00Z";
    for (args, code, words) in [
        (&["--from", "20", "--to", "10"][..], 2, "--to must be after --from"),
        (&["--from", "20", "--to", "20"], 2, "nothing lies between them"),
        (&["--to", "0"], 2, "--to must be after --from"),
        (&["--from", "2026-03-03T09:00:00Z", "--to", early], 2, "--to must be after --from"),
        (&["--from", "5000"], 1, "no record lies in that range; the log has the numbers from 0 to"),
        (&["--from", "2027-01-01T00:00:00Z"], 1, "to 44, up to 2026-03-03T08:39:00Z"),
        (&["--to", early], 1, "no record lies in that range"),
        (&["--desk", "fr"], 1, "no record is of desk \"fr\"; beside it: de, en"),
        (&["--desk", "fr", "--fresh", "--from", "10"], 1, "no record is of desk \"fr\""),
    ] {
        let (given, told, said) = desk.run(&[&["replay", "--output", &kept], args].concat());
        assert_eq!((given, told.as_str()), (Some(code), ""), "{args:?}: {said}");
        assert!(said.contains(words), "{args:?}: {said}");
        assert_eq!(std::fs::read_to_string(&kept).unwrap(), "kept\n", "{args:?}");
    }
    let other = desk.path("other.toml");
    std::fs::write(&other, "").unwrap();
    let (code, told, said) = desk.run(&["replay", "--compare", &other, "--from", "5000"]);
    assert_eq!((code, told.as_str()), (Some(1), ""), "{said}");
    assert!(said.contains("no record lies in that range"), "{said}");
    // What is there is written over the old, however long that was.
    std::fs::write(&kept, "kept\n".repeat(100_000)).unwrap();
    let (code, _, said) = desk.run(&["replay", "--output", &kept, "--desk", "de"]);
    assert_eq!(code, Some(0), "{said}");
    let german: String = live
        .lines()
        .filter(|it| it.contains("/desk/de\""))
        .map(|it| it.to_owned() + "\n")
        .collect();
    assert!(std::fs::read_to_string(&kept).unwrap() == german);
}

#[test]
fn a_replay_never_writes_where_the_service_does() {
    let (desk, live) = worked();
    let live_file = desk.path("out/changes.ndjson");
    std::fs::write(&live_file, &live).unwrap();
    std::os::unix::fs::symlink(desk.path("out"), desk.path("elsewhere")).unwrap();
    let (state, wires) = (desk.path("state/x.ndjson"), desk.path("wires/x.ndjson"));
    let through = desk.path("elsewhere/changes.ndjson");
    let (dots, folder) = (desk.path("wires/../out/alerts.ndjson"), desk.path("out/"));
    for output in [&live_file, &state, &wires, &through, &dots, &folder] {
        let (code, told, said) = desk.run(&["replay", "--output", output]);
        assert_eq!((code, told.as_str()), (Some(2), ""), "{output}: {said}");
        assert!(said.contains(output.as_str()) && said.contains("with --output"), "{said}");
        let compared = ["replay", "--compare", "none.toml", "--output", &state];
        assert_eq!(desk.run(&compared).0, Some(2));
        // A pipe into another state writes there as little.
        let articles = desk.path("articles.ndjson");
        assert_eq!(desk.run(&["pipe", &articles, "--output", output]).0, Some(2), "{output}");
    }
    assert!(std::fs::read_to_string(&live_file).unwrap() == live);
    assert!(!Path::new(&state).exists() && !Path::new(&wires).exists());
    let (code, _, said) = desk.run(&["replay", "--output", &desk.path("out/then.ndjson")]);
    assert_eq!(code, Some(0), "{said}");
    // What cannot be replayed empties nothing.
    let kept = desk.path("then.ndjson");
    std::fs::write(&kept, "kept").unwrap();
    std::fs::rename(desk.path("state"), desk.path("moved")).unwrap();
    assert_eq!(desk.run(&["replay", "--output", &kept]).0, Some(1));
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), "kept");
}

/// Two desks one after the other, as archives are: each has its own time.
#[test]
fn a_part_of_the_past_is_that_of_every_desk() {
    let desk = Desk { folder: tempfile::tempdir().unwrap() };
    let (state, file) = (desk.path("state"), desk.path("a.ndjson"));
    let all = articles();
    let (english, others): (Vec<&str>, Vec<&str>) =
        all.lines().partition(|line| line.contains("\"language\":\"en\""));
    assert!(english.len() > 10 && others.len() > 10);
    std::fs::write(&file, [english, others].concat().join("\n")).unwrap();
    let live = desk.run(&["pipe", &file, "--state", &state]).1;
    let at = "2026-03-03T08:20:00Z";
    let is_early = |line: &&str| {
        let change: serde_json::Value = serde_json::from_str(line).unwrap();
        change["recordedtime"].as_str().unwrap() < at
    };
    let (early, late): (Vec<&str>, Vec<&str>) = live.lines().partition(is_early);
    assert!(early.iter().any(|it| it.contains("/desk/de")) && !late.is_empty());
    let replayed = |bound: &str| desk.run(&["replay", bound, at]).1;
    assert_eq!(replayed("--to").lines().collect::<Vec<_>>(), early);
    assert_eq!(replayed("--from").lines().collect::<Vec<_>>(), late);
}

/// What `run` stamped on articles that say themselves when they were received: log time is theirs.
#[test]
fn times_are_those_of_the_log_that_run_wrote() {
    let desk = Desk { folder: tempfile::tempdir().unwrap() };
    std::fs::create_dir(desk.path("wires")).unwrap();
    std::fs::write(desk.path("wires/a.ndjson"), articles()).unwrap();
    let mut run = Command::new(env!("CARGO_BIN_EXE_writethru"))
        .arg("run")
        .env("WRITETHRU__STATE__DIR", desk.path("state"))
        .env("WRITETHRU__OUTPUT__DIR", desk.path("out"))
        .env("WRITETHRU__INPUTS", desk.path("wires"))
        .env("WRITETHRU__SERVE__LISTEN", "")
        .env("WRITETHRU__CLOCK", "received")
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let live = || std::fs::read_to_string(desk.path("out/changes.ndjson")).unwrap_or_default();
    crate::until(|| if live().contains("urn:past:39") { Ok(()) } else { Err(live()) });
    run.kill().unwrap();
    run.wait().unwrap();
    let (all, at) = (desk.run(&["replay"]).1, "2026-03-03T08:20:00Z");
    let time = |line: &str| {
        let change: serde_json::Value = serde_json::from_str(line).unwrap();
        change["recordedtime"].as_str().unwrap().to_owned()
    };
    let early: String = all.split_inclusive('\n').take_while(|it| time(it).as_str() < at).collect();
    assert!(!early.is_empty() && early != all);
    assert_eq!(desk.run(&["replay", "--to", at]).1, early);
    assert_eq!(early.clone() + &desk.run(&["replay", "--from", at]).1, all);
}

#[test]
fn a_state_gives_every_format_whole_whatever_it_gave_before() {
    let (desk, live) = worked();
    let (file, more) = (desk.path("articles.ndjson"), desk.path("more.ndjson"));
    let article = articles().lines().next().unwrap().replace("urn:past:0", "urn:past:more");
    std::fs::write(&more, article.replace("08:00:00Z", "09:00:00Z") + "\n").unwrap();
    let (state, changes) = (desk.path("s"), desk.path("c.ndjson"));
    let pipe = |rest: &[&str]| {
        let mut args = vec!["pipe", &file, "--state", &state];
        args.extend_from_slice(rest);
        let (code, told, said) = desk.run(&args);
        assert_eq!(code, Some(0), "{rest:?}: {said}");
        told
    };
    let alone = |rest: &[&str]| {
        let mut args = vec!["pipe", &file];
        args.extend_from_slice(rest);
        desk.run(&args).1
    };
    let read = |path: &str| std::fs::read_to_string(path).unwrap();
    pipe(&["--output", &changes]);
    assert_eq!(read(&changes), live);
    let letters = desk.path("d.ndjson");
    pipe(&["--output", &changes, "--dead-letters", &letters]);
    assert_eq!((read(&changes), read(&letters).lines().count()), (live.clone(), 2));
    for format in ["alerts", "stories", "ninjs", "assignments", "stories", "stories"] {
        let told = pipe(&["--format", format]);
        assert!(!told.is_empty() && told == alone(&["--format", format]), "{format}");
    }
    // What came while another format was written is in the changes, too.
    pipe(&[&more, "--format", "alerts"]);
    pipe(&[&more, "--output", &changes]);
    assert_eq!(read(&changes), alone(&[&more]));
    assert!(read(&changes).starts_with(&live) && read(&changes) != live);
    let folder = desk.path("all/");
    pipe(&[&more, "--output", &folder]);
    assert_eq!(read(&(folder.clone() + "changes.ndjson")), read(&changes));
    assert_eq!(read(&(folder + "alerts.ndjson")), alone(&[&more, "--format", "alerts"]));
}

#[test]
fn a_line_that_has_grown_between_two_pipes_is_read_as_it_has_become() {
    let desk = Desk { folder: tempfile::tempdir().unwrap() };
    let (state, file, all) = (desk.path("state"), desk.path("a.ndjson"), articles());
    let (half, next) = (all.len() / 2, all.len() / 2 + 700);
    let args = ["pipe", &file, "--state", &state];
    for (end, dead) in [(half, "2 dead"), (next, "3 dead"), (all.len(), "4 dead")] {
        std::fs::write(&file, &all.as_bytes()[..end]).unwrap();
        let (code, _, said) = desk.run(&args);
        assert!(code == Some(0) && said.contains(dead), "{said}");
    }
    let said = desk.run(&args).2;
    assert!(said.contains("44 records in") && said.contains("0 revisions"), "{said}");
    std::fs::write(&file, &all.as_bytes()[1..]).unwrap();
    assert_eq!(desk.run(&args).0, Some(1), "another file is refused");
}

#[test]
fn two_settings_are_compared_over_one_log() {
    let (desk, live) = worked();
    let other = desk.path("other.toml");
    std::fs::write(&other, "[alerts]\nfiles = [\"rules.toml\"]\n").unwrap();
    let rules = "[[rule]]\nname = \"strong-event\"\nenabled = false\n\
                 [[rule]]\nname = \"any-event\"\nwhen = 'claim.kind == \"event\"'\n";
    std::fs::write(desk.path("rules.toml"), rules).unwrap();
    let (code, told, said) = desk.run(&["replay", "--compare", &other, "--format", "json"]);
    assert_eq!(code, Some(0), "{said}");
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let schema = std::fs::read(root().join("schemas/comparison.v1.json")).unwrap();
    let schema = serde_json::from_slice(&schema).unwrap();
    jsonschema::validate(&schema, &told).unwrap();
    assert_eq!(told["these"]["changes"], live.lines().count());
    assert_eq!(told["other"]["changes"], told["these"]["changes"], "only the rules differ");
    assert_eq!(told["changeDifferenceCount"], 0);
    let row = |name: &str| {
        let rows = told["alerts"].as_array().unwrap();
        rows.iter().find(|row| row["name"] == name).unwrap().clone()
    };
    assert!(row("strong-event")["lost"].as_u64() > Some(0), "{told}");
    assert!(row("any-event")["gained"].as_u64() > Some(0), "{told}");
    assert_eq!(row("strong-event")["same"], 0);
    let (_, german, _) =
        desk.run(&["replay", "--compare", &other, "--format", "json", "--desk", "de"]);
    let german: serde_json::Value = serde_json::from_str(&german).unwrap();
    assert!(german["these"]["changes"].as_u64() < told["these"]["changes"].as_u64());
    let (_, text, _) = desk.run(&["replay", "--compare", &other]);
    assert!(text.contains("LOST  2026-03-03T08:") && text.contains("strong-event"), "{text}");
    let folder = desk.path("report/");
    assert_eq!(desk.run(&["replay", "--compare", &other, "--output", &folder]).0, Some(0));
    let page = std::fs::read_to_string(Path::new(&folder).join("comparison.html")).unwrap();
    assert!(page.contains("default-src 'none'; style-src 'sha256-") && !page.contains("<script"));
    assert!(Path::new(&folder).join("comparison.json").exists());
}

#[test]
fn settings_that_decide_the_same_do_not_differ() {
    let (desk, _) = worked();
    let other = desk.path("other.toml");
    std::fs::write(&other, "[reading]\nthreads = 1\nbatch_records_max = 3\n").unwrap();
    let (code, told, said) = desk.run(&["replay", "--compare", &other]);
    assert_eq!(code, Some(0), "{said}");
    assert!(told.contains("\nNothing differs.\n"), "{told}");
    std::fs::write(&other, "[stories]\ndormant_after_hour = 1\n").unwrap();
    let (code, _, said) = desk.run(&["replay", "--compare", &other]);
    assert_eq!(code, Some(2));
    assert!(said.contains("did you mean \"stories.dormant_after_hours\"?"), "{said}");
}

#[test]
fn dead_letters_are_listed_shown_and_sent_back() {
    let (desk, _) = worked();
    let (code, list, said) = desk.run(&["dlq", "list"]);
    assert_eq!((code, list.lines().count()), (Some(0), 2), "{said}");
    assert!(list.starts_with("1  ") && list.contains("articles.ndjson, line 8"), "{list}");
    let (_, bytes, _) = desk.run(&["dlq", "show", "2", "--bytes"]);
    assert_eq!(bytes, "nonsense");
    let (code, told, said) = desk.run(&["dlq", "send-back", "--all"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(told.contains("2 dead letters sent back into"), "{told}");
    let mut files = std::fs::read_dir(desk.path("wires")).unwrap();
    let file = files.next().unwrap().unwrap().path();
    assert_eq!(std::fs::read_to_string(file).unwrap(), "{\"uri\": broken\nnonsense\n");
    assert!(files.next().is_none());
    let (code, _, said) = desk.run(&["dlq", "show", "9"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("there is no dead letter 9"), "{said}");
}

#[test]
fn a_doctor_says_what_to_do() {
    let (desk, _) = worked();
    let (code, told, said) = desk.run(&["doctor"]);
    assert_eq!(code, Some(0), "{told}{said}");
    assert!(told.contains("`writethru run` can start."), "{told}");
    let with = |name: &str, value: &str| {
        let mut doctor = Command::new(env!("CARGO_BIN_EXE_writethru"));
        doctor.arg("doctor").env_clear().current_dir(desk.folder.path()).env(name, value);
        let out = doctor.output().unwrap();
        (out.status.code(), String::from_utf8(out.stdout).unwrap())
    };
    let (code, told) = with("WRITETHRU__SOURCES__FEEDS", "https://news.example/rss");
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("ok     feeds of the web: 1"), "{told}");
    let (code, told) = with("WRITETHRU__APP", "empty");
    assert!(code == Some(1) && told.contains("there is nothing to follow"), "{told}");
    let nothing = ["doctor", "--config", "no-such-file.toml"];
    assert_eq!(desk.run(&nothing).0, Some(2));
    let out = Command::new(env!("CARGO_BIN_EXE_writethru"))
        .arg("doctor")
        .env("WRITETHRU__KAFKA__BOOTSTRAP_SERVERS", "127.0.0.1:1")
        .env("WRITETHRU__KAFKA__ARTICLE_TOPICS", "wires")
        .output()
        .unwrap();
    let told = String::from_utf8(out.stdout).unwrap();
    assert_eq!(out.status.code(), Some(1), "{told}");
    assert!(told.contains("WRONG  broker: 127.0.0.1:1 does not answer"), "{told}");
}

#[test]
fn messages_are_json_where_the_settings_say_so() {
    let (desk, _) = worked();
    let out = Command::new(env!("CARGO_BIN_EXE_writethru"))
        .args(["pipe", &desk.path("articles.ndjson"), "--state", &desk.path("state")])
        .env("WRITETHRU__STORIES__DORMANT_AFTER_HOURS", "12")
        .env("WRITETHRU__LOG__FORMAT", "json")
        .env("WRITETHRU__LOG__LEVEL", "info")
        .output()
        .unwrap();
    let said = String::from_utf8(out.stderr).unwrap();
    let message = |line: &str| -> Option<String> {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(message["fields"]["message"].as_str()?.to_owned())
    };
    let found = said.lines().filter_map(message).any(|it| it.starts_with("other settings"));
    assert!(found, "{said}");
}
