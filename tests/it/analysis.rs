//! The queries of docs/analysis.md, run by a real DuckDB over the bundled articles: each gives the
//! table that stands below it.

use std::path::PathBuf;
use std::process::Command;

use crate::stream::root;

/// Runs queries and prints each table; what is between two tables is a line of dashes.
const RUN: &str = r#"
import sys, duckdb
connection = duckdb.connect()
for query in sys.stdin.read().split("\0"):
    relation = connection.sql(query)
    rows = [relation.columns] + [["" if it is None else str(it) for it in row] for row in relation.fetchall()]
    widths = [max(len(row[at]) for row in rows) for at in range(len(relation.columns))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    print("----")
"#;

/// A Python that has DuckDB, which a registry has to give.
fn python() -> Option<PathBuf> {
    let done = Command::new(root().join("scripts/duckdb")).output().unwrap();
    if done.status.success() {
        return Some(String::from_utf8(done.stdout).unwrap().trim().into());
    }
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    eprintln!("passed over: there is no DuckDB, so no query was run: {said}");
    None
}

/// Each query of the guide with the table below it.
fn queries(guide: &str) -> Vec<(String, String)> {
    let after = |text: &str, fence: &str| {
        let (_, rest) = text.split_once(fence)?;
        let (block, rest) = rest.split_once("\n```")?;
        Some((block.to_owned(), rest.to_owned()))
    };
    let mut rest = guide.to_owned();
    let mut queries = Vec::new();
    while let Some((query, below)) = after(&rest, "```sql\n") {
        let (table, below) = after(&below, "```text\n").expect("a table below each query");
        queries.push((query, table));
        rest = below;
    }
    queries
}

#[test]
fn the_guides_queries_give_the_guides_tables() {
    let guide = std::fs::read_to_string(root().join("docs/analysis.md")).unwrap();
    let queries = queries(&guide);
    assert!(queries.len() >= 4, "{} queries", queries.len());
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let out = Command::new(env!("CARGO_BIN_EXE_writethru"))
        .arg("pipe")
        .arg(root().join("src/commands/demo/articles.ndjson"))
        .arg("--output")
        .arg(folder.path().join("damascus/"))
        .env_clear()
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let input = queries.iter().map(|(query, _)| query.as_str()).collect::<Vec<_>>().join("\0");
    let script = folder.path().join("queries");
    std::fs::write(&script, input).unwrap();
    let told = Command::new(python)
        .args(["-c", RUN])
        .stdin(std::fs::File::open(&script).unwrap())
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told = String::from_utf8(told.stdout).unwrap();
    let tables: Vec<&str> = told.split("----\n").filter(|table| !table.is_empty()).collect();
    assert_eq!(tables.len(), queries.len());
    for ((query, wanted), table) in queries.iter().zip(tables) {
        assert_eq!(table.trim_end(), wanted.trim_end(), "{query}");
        assert!(table.lines().count() > 1, "an empty table: {query}");
    }
}
