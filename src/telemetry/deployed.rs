//! The dashboard and the alert rules under `deploy/` ask for figures and labels that there are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

use super::metrics::{ForReason, Metrics, OfKind, OfType, Place, WithCode, WithOutcome};

/// Labels that the asking side adds, or that a histogram has.
const FOREIGN: [&str; 4] = ["instance", "job", "le", "severity"];

fn read(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("deploy").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every name that `/metrics` can show, with its labels.
fn shown() -> BTreeMap<String, BTreeSet<String>> {
    let metrics = Metrics::default();
    let (place, lane) = (Place { topic: "wires".to_owned(), partition: 0 }, Metrics::lane(0));
    metrics.read("wires", 0, 1, 1);
    metrics.dead("not_json");
    metrics.passed("picture");
    metrics.repeats_dropped.get_or_create(&lane).inc();
    metrics.changes.get_or_create(&OfType { r#type: "claim.added".to_owned() }).inc();
    metrics.consumer_lag_records.get_or_create(&place).set(1);
    metrics.event_time_lag_seconds.get_or_create(&lane).set(1.0);
    metrics.transactions.get_or_create(&WithOutcome { outcome: "committed" }).inc();
    metrics.restore_remaining_records.get_or_create(&lane).set(1);
    metrics.rebalances.get_or_create(&OfKind { group: "lanes", kind: "lost" }).inc();
    metrics.state_stories.get_or_create(&lane).set(1);
    metrics.state_bytes.get_or_create(&lane).set(1);
    metrics.queue_depth.get_or_create(&lane).set(1);
    metrics.webhook_attempts.get_or_create(&WithCode { code: "200".to_owned() }).inc();
    let _none = metrics.dead_letters.get_or_create(&ForReason { reason: "internal".to_owned() });
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let text = metrics.encode();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, rest) = line.split_at(line.find(['{', ' ']).expect("a name and a value"));
        let labels = rest.split(['{', ',']).filter_map(|part| part.split_once("=\""));
        names.entry(name.to_owned()).or_default().extend(labels.map(|(name, _)| name.to_owned()));
    }
    names
}

/// Words of a query that begin like our figures.
fn figures(query: &str) -> BTreeSet<&str> {
    let words = query.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("writethru_")).collect()
}

/// Labels of a query: what it groups by, and what it picks by.
fn labels(query: &str) -> BTreeSet<String> {
    let by = query.split("by (").skip(1).filter_map(|rest| rest.split_once(')'));
    let grouped = by.flat_map(|(list, _)| list.split(',').map(|it| it.trim().to_owned()));
    let picked = query.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    let picked = picked.flat_map(|(list, _)| {
        list.split(',').filter_map(|it| it.split(['=', '!']).next()).map(|it| it.trim().to_owned())
    });
    grouped.chain(picked).collect()
}

fn check(what: &str, query: &str) {
    let shown = shown();
    let named = figures(query);
    for figure in &named {
        assert!(shown.contains_key(*figure), "{what} asks for {figure}, which there is not");
    }
    for label in labels(query).iter().filter(|label| !FOREIGN.contains(&label.as_str())) {
        let has = named.iter().any(|figure| shown[*figure].contains(label));
        assert!(has, "{what} asks for the label {label}: {query}");
    }
}

#[test]
fn the_dashboard_asks_for_figures_that_there_are() {
    let board: Value =
        serde_json::from_str(&read("grafana/dashboards/writethru.json")).expect("JSON");
    let panels = board["panels"].as_array().expect("panels");
    assert!(panels.len() >= 10, "{} panels", panels.len());
    for panel in panels {
        let title = panel["title"].as_str().expect("a title");
        let targets = panel["targets"].as_array().expect("targets");
        assert!(!targets.is_empty(), "{title} asks for nothing");
        for target in targets {
            let query = target["expr"].as_str().expect("a query");
            assert!(!figures(query).is_empty(), "{title}: {query}");
            check(title, query);
        }
    }
}

#[test]
fn the_alert_rules_ask_for_figures_that_there_are() {
    let rules = YamlLoader::load_from_str(&read("prometheus-alerts.yml")).expect("YAML");
    let groups = rules[0]["groups"].as_vec().expect("groups");
    let rules = groups.iter().flat_map(|group| group["rules"].as_vec().expect("rules"));
    let mut names = BTreeSet::new();
    for rule in rules {
        let name = rule["alert"].as_str().expect("a name");
        assert!(names.insert(name), "{name} stands there twice");
        let query = rule["expr"].as_str().expect("a query");
        check(name, query);
        assert_eq!(query.matches('(').count(), query.matches(')').count(), "{name}: {query}");
        assert!(["page", "ticket"].contains(&text(&rule["labels"]["severity"])), "{name}");
        for part in ["summary", "action"] {
            let told = text(&rule["annotations"][part]);
            assert!(told.split_whitespace().count() >= 4, "{name} has no {part}");
            for label in told.split("$labels.").skip(1) {
                let label: String = label.chars().take_while(char::is_ascii_lowercase).collect();
                let kept = labels(query).contains(&label) || query.starts_with("up{");
                assert!(kept, "{name} tells of {label}, which its query drops");
            }
        }
    }
    assert!(names.len() >= 8, "{names:?}");
    let asked = YamlLoader::load_from_str(&read("prometheus.yml")).expect("YAML");
    assert_eq!(asked[0]["rule_files"][0].as_str(), Some("prometheus-alerts.yml"));
}

fn text(yaml: &Yaml) -> &str {
    yaml.as_str().unwrap_or_default()
}
