//! What of breaking news is put out: scores worked by hand, packed files, refusals.

use std::io::Write as _;
use std::path::Path;

use super::{run, text};

/// Topic, id, minute after nine, words; not in the order of time. The page is what the id begins
/// with.
const UPDATES: [(&str, &str, u32, &str); 9] = [
    ("ferry", "f-1", 100, "The fire on the ferry off Norvik has killed 19 people, police said."),
    ("ferry", "z-1", 50, "In pictures: the ferry off Norvik"),
    ("ferry", "a-1", 60, "A ferry caught fire off Norvik on Monday, the coast guard said."),
    ("ferry", "b-1", 70, TOLL),
    (
        "quake",
        "d-1",
        75,
        "An earthquake of magnitude 6.1 shook the Sarano valley, the geological survey said.",
    ),
    ("ferry", "c-1", 80, TOLL),
    ("ferry", "c-2", 80, "Sign up for our newsletter."),
    (
        "quake",
        "e-1",
        85,
        "The council of Sarano opened a new swimming pool on Sunday, the mayor said.",
    ),
    (
        "ferry",
        "g-1",
        90,
        "According to the health ministry, the ferry fire killed at least 12 people on Monday.",
    ),
];

const TOLL: &str =
    "At least 12 people were killed in the fire on the ferry off Norvik, police said.";

/// Topic, name, importance. Nobody states that the captain is held. Two topics have an `n1`.
const NUGGETS: [(&str, &str, u32); 5] = [
    ("ferry", "n1", 3),
    ("ferry", "n2", 2),
    ("ferry", "n3", 1),
    ("ferry", "held", 3),
    ("quake", "n1", 2),
];

/// `b-1` has its fact from `c-1`, which repeats it.
const MATCHES: [(&str, &str, &str); 7] = [
    ("ferry", "z-1", "n1"),
    ("ferry", "z-1", "n2"),
    ("ferry", "a-1", "n1"),
    ("ferry", "c-1", "n2"),
    ("ferry", "g-1", "n2"),
    ("ferry", "f-1", "n3"),
    ("quake", "d-1", "n1"),
];

/// Worked by hand. Facts: n1, n2, n3 of the ferry and n1 of the quake, worth 3, 2, 1 and 2.
///
/// - All nine in order of time: z (n1 n2), a (n1), b (n2), d (n1), c (n2), two without, g (n2),
///   f (n3). z, d and f have something new; 4 of 8 facts repeat one.
/// - z, c-1 and the newsletter change no claim. So a, b, d, e, g, f: four with something new, e
///   with nothing, g repeats (1 of 5). n1 is ten minutes late, n2 twenty, the others not: five.
/// - g only corroborates: a, b, d, e, f.
/// - Alerts tell the toll: b raises, g and f update. n2 (twenty minutes late) and n3 of four.
/// - z is in a story of its own, the other five of the ferry are in one: recall
///   (5 × 5/6 + 1/6 + 1) / 7.
const TABLE: &str = "\
put out                    outputs recall weighted novel off topic redundancy    F1 median lag
every update                     9  1.000    1.000  .333      .222       .500  .500        0 s
any change of a claim            6  1.000    1.000  .667      .167       .200  .800      5 min
new facts                        5  1.000    1.000  .800      .200       .000  .889      5 min
alerts raised or updated         3   .500     .375  .667      .000       .333  .571     10 min
stories over the 7 updates that state a fact: BCubed P / R / F1 1.000 / .762 / .865, 3 found / 2 gold
";

#[test]
fn eval_updates_scores_what_is_put_out() {
    let folder = tempfile::tempdir().unwrap();
    let files = data(folder.path());
    let out = run(&["eval", "updates", &files[0], &files[1], &files[2]], "");
    assert_eq!((text(&out.stderr).as_str(), text(&out.stdout).as_str()), ("", TABLE));
}

#[test]
fn eval_updates_says_file_line_and_cause() {
    let folder = tempfile::tempdir().unwrap();
    let [updates, nuggets, matches] = data(folder.path());
    let write = |name: &str, lines: &[&str]| {
        let file = folder.path().join(name);
        std::fs::write(&file, lines.join("\n")).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let said = |files: [&str; 3]| {
        let out = run(&["eval", "updates", files[0], files[1], files[2]], "");
        assert_eq!((out.status.code(), text(&out.stdout)), (Some(1), String::new()));
        text(&out.stderr)
    };
    let update = |more: &str| format!(r#"{{"topic":"t","id":"u","doc":"d","text":"x",{more}}}"#);
    let good = update(r#""versionCreated":"2026-03-02T10:00:00Z""#);
    let repeat = update(r#""versionCreated":"2026-03-02T10:00:00Z","duplicate_of":"v""#);
    for (name, lines, cause) in [
        ("late", vec![update(r#""versionCreated":"noon""#)], "line 1: \"noon\" is no time"),
        (
            "twice",
            vec![good.clone(), String::new(), good],
            "line 3: update \"u\" of topic \"t\" is there twice",
        ),
        ("repeat", vec![repeat], "line 1: there is no update \"v\" in topic \"t\""),
        ("none", vec![], "there are no updates in it"),
    ] {
        let file = write(name, &lines.iter().map(String::as_str).collect::<Vec<_>>());
        // A repeat is looked up once all is read; no match may be wrong before that.
        let matches = write("one-match", &[r#"{"topic":"t","update":"u","nugget":"n"}"#]);
        let nuggets = write("one-nugget", &[r#"{"topic":"t","nugget":"n","importance":1}"#]);
        let told = said([&file, &nuggets, &matches]);
        assert!(told.contains(name) && told.contains(cause), "{told}");
    }
    let below = write("below", &[r#"{"topic":"t","nugget":"n","importance":-1}"#]);
    let told = said([&updates, &below, &matches]);
    assert!(told.contains("below, line 1: invalid value: integer `-1`"), "{told}");
    let astray = write("astray", &[r#"{"topic":"ferry","update":"a-1","nugget":"n9"}"#]);
    let told = said([&updates, &nuggets, &astray]);
    assert!(
        told.contains("astray, line 1: there is no nugget \"n9\" in topic \"ferry\""),
        "{told}"
    );
    let told = said([&matches, &nuggets, &updates]);
    assert!(told.contains("matches.ndjson, line 1: missing field `id`\n"), "{told}");
    let told = said(["no-such-file", &nuggets, &matches]);
    assert!(told.starts_with("writethru: cannot read no-such-file: "), "{told}");
}

#[test]
fn eval_updates_takes_three_files() {
    let out = run(&["eval", "updates", "updates.ndjson"], "");
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stderr).contains("three files: updates, nuggets and matches"));
}

/// The three files; the updates are packed.
fn data(folder: &Path) -> [String; 3] {
    let updates = UPDATES.iter().map(|(topic, id, minute, words)| {
        let (hour, minute) = (9 + minute / 60, minute % 60);
        let repeat = if *id == "c-1" { r#","duplicate_of":"b-1""# } else { "" };
        let doc = id.split('-').next().unwrap();
        format!(
            r#"{{"topic":"{topic}","id":"{id}","doc":"{doc}","versionCreated":"2026-03-02T{hour:02}:{minute:02}:00Z","text":"{words}"{repeat}}}"#
        )
    });
    let nuggets = NUGGETS.iter().map(|(topic, nugget, importance)| {
        format!(r#"{{"topic":"{topic}","nugget":"{nugget}","importance":{importance}}}"#)
    });
    let matches = MATCHES.iter().map(|(topic, update, nugget)| {
        format!(r#"{{"topic":"{topic}","update":"{update}","nugget":"{nugget}"}}"#)
    });
    let [packed, plain, other] =
        ["updates.ndjson.gz", "nuggets.ndjson", "matches.ndjson"].map(|name| folder.join(name));
    let file = std::fs::File::create(&packed).unwrap();
    let mut packer = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    packer.write_all(lines(updates).as_bytes()).unwrap();
    packer.finish().unwrap();
    std::fs::write(&plain, lines(nuggets)).unwrap();
    std::fs::write(&other, lines(matches)).unwrap();
    [packed, plain, other].map(|path| path.to_str().unwrap().to_owned())
}

fn lines(all: impl Iterator<Item = String>) -> String {
    all.map(|line| line + "\n").collect()
}
