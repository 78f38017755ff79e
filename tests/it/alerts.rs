//! Alerts from outside: a consumer that knows only `references`, a flood of rewrites, a kill, and
//! rules that cannot be used.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde_json::{Value, json};
use writethru::config;
use writethru::formats::alerts;
use writethru_core::alerts::{Alert, Message};
use writethru_core::lane::{Lane, Output};
use writethru_core::policy::Policy;
use writethru_core::policy::alerts::{FIELDS, PLACEHOLDERS};

use crate::stream;

/// A consumer that keeps what it was told until another message replaces it.
#[derive(Default)]
struct Board(BTreeMap<String, Value>);

impl Board {
    fn take(&mut self, alert: &Alert) {
        let event: Value = serde_json::from_slice(&alerts::line(alert)).unwrap();
        for replaced in event["data"]["references"].as_array().unwrap() {
            self.0.remove(replaced.as_str().unwrap());
        }
        if event["data"]["msgType"] != "cancel" {
            self.0.insert(event["id"].as_str().unwrap().to_owned(), event);
        }
    }
}

#[test]
fn who_knows_only_references_has_nothing_open_that_should_be_closed() {
    let (mut raised, mut cancelled) = (0, 0);
    for case in stream::cases() {
        let mut board = Board::default();
        let mut lane = stream::lane();
        for intake in case.intakes() {
            let mut out = Output::default();
            lane.step(stream::policy(), intake, &mut out);
            out.alerts.iter().for_each(|alert| board.take(alert));
            raised += out.alerts.iter().filter(|it| it.message == Message::Raised).count();
            cancelled += out.alerts.iter().filter(|it| it.message == Message::Cancelled).count();
            check(&case.name, &board, &lane);
        }
    }
    assert!(raised > 10 && cancelled > 0, "{raised} raised, {cancelled} cancelled");
}

/// What is open is what the documents still hold up, and as it stands.
fn check(case: &str, board: &Board, lane: &Lane) {
    let claims: BTreeMap<String, Value> = lane
        .stories()
        .filter_map(|(desk, id)| lane.story(stream::policy(), desk, id))
        .flat_map(|story| {
            let document: Value =
                serde_json::from_slice(&writethru::formats::stories::line(&story)).unwrap();
            document["claims"].as_array().unwrap().clone()
        })
        .map(|claim| (claim["id"].as_str().unwrap().to_owned(), claim))
        .collect();
    let mut told = BTreeSet::new();
    for event in board.0.values() {
        let alert = event["data"]["alert"].as_str().unwrap();
        assert!(told.insert(alert.to_owned()), "{case}: two open messages of {alert}");
        let under = event["data"]["claims"].as_array().unwrap();
        let stands = |claim: &Value| {
            let Some(now) = claims.get(claim["id"].as_str().unwrap()) else { return true };
            // What is muted is told when it may speak again.
            let is_muted = case == "decision-mute";
            assert!(
                is_muted || now["level"]["status"] == claim["level"]["status"],
                "{case}: {event:#}"
            );
            assert!(is_muted || now["deniedBy"] == claim["deniedBy"], "{case}: {event:#}");
            !["retracted", "corrected", "denied"]
                .contains(&now["level"]["status"].as_str().unwrap())
        };
        let standing = under.iter().filter(|claim| stands(claim)).count();
        assert!(under.is_empty() || standing > 0, "{case}: should be closed: {event:#}");
    }
    let open: usize = lane.desks().map(|(_, state)| state.alerts.open().count()).sum();
    assert_eq!(open, board.0.len(), "{case}");
}

#[test]
fn a_thousand_rewrites_of_one_report_are_one_alert() {
    let events = of_a_thousand_rewrites();
    let told: Vec<_> = events.iter().map(|it| (it.rule.as_str(), it.message)).collect();
    assert_eq!(told, [("toll", Message::Raised)]);
}

/// The alerts of one report and its rewrites by a thousand papers.
pub fn of_a_thousand_rewrites() -> &'static [Alert] {
    static EVENTS: OnceLock<Vec<Alert>> = OnceLock::new();
    EVENTS.get_or_init(|| {
        let mut lane = stream::lane();
        let mut events = Vec::new();
        for number in 0..=1000 {
            let mut out = Output::default();
            lane.step(stream::policy(), stream::intake(&rewrite(number)), &mut out);
            events.extend(out.alerts);
        }
        events
    })
}

fn rewrite(number: u32) -> String {
    let publisher = match number {
        0 => "reuters.com".to_owned(),
        other => format!("paper{other}.example"),
    };
    let body = "SAMOS (Reuters) - At least 47 people were killed when a ferry sank off the \
        island of Samos on Tuesday, the Greek coast guard said. The ferry had left Piraeus in \
        the evening with some four hundred people on board.";
    let line = json!({
        "uri": format!("https://{publisher}/ferry"), "publisher": publisher,
        "headline": "Ferry sinks off Samos", "body": body, "language": "en",
        "versionCreated": format!("2025-05-06T{:02}:{:02}:00Z", 4 + number / 60, number % 60),
    });
    line.to_string()
}

/// A kill under an alert: cancelled, with the words for the desk, and never told again.
#[test]
fn a_kill_cancels_what_rested_on_it_and_a_return_is_a_new_alert() {
    let article = |version: u64, status: &str, at: &str| {
        let line = json!({
            "uri": "urn:w:1", "version": version, "publisher": "reuters.com", "language": "en",
            "headline": "Ferry sinks off Samos", "pubStatus": status, "versionCreated": at,
            "body": "At least 47 people were killed when a ferry sank off Samos, police said.",
        });
        stream::intake(&line.to_string())
    };
    let mut lane = stream::lane();
    let mut tell = |intake| {
        let mut out = Output::default();
        lane.step(stream::policy(), intake, &mut out);
        out.alerts.into_iter().filter(|it| it.rule == "toll").collect::<Vec<_>>()
    };
    let raised = tell(article(1, "usable", "2025-05-06T04:00:00Z")).remove(0);
    let cancel = tell(article(2, "canceled", "2025-05-06T05:00:00Z")).remove(0);
    assert_eq!((cancel.message, cancel.alert), (Message::Cancelled, raised.alert));
    assert_eq!(cancel.references, [raised.id]);
    let event: Value = serde_json::from_slice(&alerts::line(&cancel)).unwrap();
    assert_eq!(event["data"]["withhold"], true);
    assert_eq!(event["data"]["claims"][0]["withhold"], true);
    assert!(event["data"]["claims"][0]["text"].as_str().unwrap().contains("47 people"));
    let again = tell(article(3, "usable", "2025-05-06T06:00:00Z")).remove(0);
    assert_eq!(again.message, Message::Raised);
    assert_ne!(again.alert, raised.alert);
    assert!(again.references.is_empty());
}

fn with_rules(rules: &str) -> Result<Policy, String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("own.toml"), rules).unwrap();
    let settings = folder.path().join("newsroom.toml");
    std::fs::write(&settings, "[alerts]\nfiles = [\"own.toml\"]\n").unwrap();
    let loaded = config::load_with(Some(&settings), std::iter::empty());
    loaded.map(|(_, policy)| policy).map_err(|error| error.to_string())
}

fn refusal(when: &str) -> String {
    let rules = format!("[[rule]]\nname = \"own\"\npriority = 2\nwhen = '''\n{when}\n'''\n");
    let error = with_rules(&rules).err().unwrap_or_else(|| panic!("not refused: {when}"));
    let (file, reason) = error.split_once("own.toml, ").expect("the file is named");
    assert!(file.ends_with('/'), "{error}");
    reason.to_owned()
}

#[test]
fn a_rule_that_cannot_be_used_is_refused_with_its_line() {
    let deep = format!("{}true{}", "(".repeat(200), ")".repeat(200));
    let list = "sources.exists(a, sources.exists(b, sources.exists(c, a + b == c)))";
    let cases = [
        ("claim.status = \"official\"", "cannot be read at column"),
        ("claim.status == 3", "cannot use \"==\" on a text and a whole number"),
        ("claim.state == \"official\"", "looks at \"claim.state\""),
        ("claim.origins", "must be true or false, but is a whole number"),
        ("has(claim.place)", "every field is always there"),
        ("{\"a\": \"b\"} == {\"a\": \"b\"}", "has a map"),
        ("claim.text.matches(\"a+\")", "cannot use \"matches\""),
        (deep.as_str(), "is nested deeper than"),
        (list, "steps, where"),
        (&"true && ".repeat(2000), "is longer than"),
        ("true &&\n claim.origin > 2", "looks at \"claim.origin\""),
    ];
    for (when, expected) in cases {
        let refusal = refusal(when);
        assert!(refusal.contains(expected), "{when}: {refusal}");
        assert!(refusal.starts_with("line "), "{refusal}");
    }
    assert!(refusal("true &&\n (").starts_with("line 6: "), "{}", refusal("true &&\n ("));
}

#[test]
fn templates_names_and_priorities_are_checked_too() {
    let rule = |rest: &str| format!("[[rule]]\nname = \"own\"\nwhen = 'true'\n{rest}\n");
    let cases = [
        (rule("priority = 10"), "must be from 1"),
        (rule("scope = \"article\""), "must be \"claim\" or \"story\""),
        (rule("text = \"{claim}\""), "must name source and status, but lacks {sources}"),
        (rule("headline = \"{clam}\""), "nothing is put for \"{clam}\""),
        ("[[rule]]\nname = \"Own Rule\"\nwhen = 'true'\n".to_owned(), "small letters"),
        ("[[rule]]\nname = \"own\"\n".to_owned(), "has no \"when\""),
        ("[[rule]]\nname = \"tol\"\nenabled = false\n".to_owned(), "did you mean \"toll\"?"),
        (rule("whem = 'true'"), "unknown field"),
    ];
    for (rules, expected) in cases {
        let error = with_rules(&rules).err().unwrap_or_else(|| panic!("not refused: {rules}"));
        assert!(error.contains(expected) && error.contains("own.toml, line "), "{error}");
    }
}

/// Sixteen and more nested brackets end the process in the other parser of the library.
#[test]
fn nesting_never_ends_the_process() {
    for depth in [1, 8, 16, 24, 100, 1000] {
        for (open, close) in
            [("(", ")"), ("[", "]"), ("!(", ")"), ("-(", ")"), ("sources.all(x, ", ")")]
        {
            let when = format!("{}true{}", open.repeat(depth), close.repeat(depth));
            drop(with_rules(&format!("[[rule]]\nname = \"own\"\nwhen = '{when}'\n")));
        }
    }
}

#[test]
fn rules_are_part_of_what_decides() {
    let digest = |rules: &str| with_rules(rules).unwrap().digest;
    let none = digest("");
    let off = digest("[[rule]]\nname = \"toll\"\nenabled = false\n");
    let own = digest("[[rule]]\nname = \"own\"\nwhen = 'false'\n");
    assert!(none != off && none != own && off != own);
    assert_eq!(none, stream::policy().digest);
    assert_eq!(own, digest("# a remark\n[[rule]]\nwhen = 'false'\nname = \"own\"\n"));
}

#[test]
fn every_field_and_placeholder_is_documented() {
    let text = std::fs::read_to_string(stream::root().join("docs/configuration.md")).unwrap();
    for (field, _, says) in FIELDS {
        assert!(text.contains(&format!("| `{field}` |")), "{field}");
        assert!(text.contains(says), "{field}: {says}");
    }
    for placeholder in PLACEHOLDERS {
        assert!(text.contains(&format!("{{{placeholder}}}")), "{placeholder}");
    }
}
