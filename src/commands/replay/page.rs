//! A comparison as one page: no scripts, nothing loaded, readable from a disk or in a message.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::escape::escape;
use sha2::{Digest as _, Sha256};

use super::tell::{about, clock, differs, fate, notes, short, word};
use crate::formats::comparison::{AlertDifference, ChangeDifference, Comparison, Row, What};

const STYLE: &str = include_str!("page.css");

/// Changes that are listed; JSON has more.
const CHANGES_LISTED_MAX: usize = 500;

/// The page.
pub fn page(comparison: &Comparison) -> String {
    // Only this very style may be used, and nothing may be loaded or run.
    let digest = STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!("default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'");
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>Two settings over one log</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>Two settings over one log</h1>\n<dl>\n<dt>These settings</dt><dd>{}</dd>\n\
         <dt>The other ones</dt><dd>{}</dd>\n</dl>\n\
         <p>Gained: published with the other ones only. Lost: with these only. Earlier and later: \
         the other ones tell it earlier or later.</p>\n",
        escape(about(&comparison.these)),
        escape(about(&comparison.other)),
    );
    page += &table("Alerts by rule", &comparison.alerts);
    page += &table("Changes by type", &comparison.changes);
    if !comparison.differs() {
        page += "<p>Nothing differs.</p>\n";
    }
    let alerts = comparison.alert_differences.iter().map(alert).collect();
    page += &list("Alerts that differ", alerts);
    let listed = comparison.change_differences.iter().take(CHANGES_LISTED_MAX);
    page += &list("Changes that differ, the first by log time", listed.map(change).collect());
    let rest = comparison.change_difference_count.saturating_sub(CHANGES_LISTED_MAX as u64);
    if rest > 0 {
        page += &format!("<p>And {rest} more; the JSON form lists them.</p>\n");
    }
    page + "</main>\n</body>\n</html>\n"
}

fn table(title: &str, rows: &[Row]) -> String {
    let head = ["same", "gained", "lost", "earlier", "later"]
        .map(|name| format!("<th scope=\"col\" class=\"n\">{name}</th>"));
    let body: String = rows.iter().map(row).collect();
    format!(
        "<table>\n<caption>{title}</caption>\n<thead><tr><th scope=\"col\">name</th>{}\
         <th scope=\"col\">by how much</th></tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n",
        head.concat()
    )
}

fn row(row: &Row) -> String {
    let counts = [row.same, row.gained, row.lost, row.earlier.count, row.later.count]
        .map(|count| format!("<td class=\"n\">{count}</td>"));
    let class = if differs(row) { "" } else { " class=\"quiet\"" };
    format!(
        "<tr{class}><th scope=\"row\">{}</th>{}<td>{}</td></tr>\n",
        escape(&row.name),
        counts.concat(),
        escape(notes(row).join(", "))
    )
}

fn list(title: &str, rows: Vec<String>) -> String {
    if rows.is_empty() {
        return String::new();
    }
    format!(
        "<table>\n<caption>{title}</caption>\n<thead><tr><th scope=\"col\">how</th>\
         <th scope=\"col\">log time</th><th scope=\"col\">what</th><th scope=\"col\">words</th>\
         <th scope=\"col\">ids</th></tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
        rows.concat()
    )
}

fn alert(it: &AlertDifference) -> String {
    let claim = it.claim.map(|it| format!(", claim {}", it.0)).unwrap_or_default();
    listed(
        (it.what, &word(it.what, it.shift_seconds).1),
        &clock(it.raised, it.other_raised),
        &format!("{} (priority {})", it.rule, it.priority),
        it.text.as_ref().unwrap_or(&it.headline),
        &format!("{}story {}{claim}", fate(it), it.story.0),
    )
}

fn change(it: &ChangeDifference) -> String {
    listed(
        (it.what, &word(it.what, it.shift_seconds).1),
        &clock(it.recorded, it.other_recorded),
        &it.kind,
        it.text.as_ref().unwrap_or(&it.headline),
        &format!("change {}, story {}", short(&it.id.0.to_string()), it.story.0),
    )
}

fn listed((what, how): (What, &str), time: &str, name: &str, words: &str, ids: &str) -> String {
    let class = match what {
        What::Gained | What::Earlier => "gained",
        What::Lost => "lost",
        What::Later | What::EndedOtherwise => "moved",
    };
    format!(
        "<tr><td class=\"{class}\">{}</td><td class=\"time\">{}</td><td>{}</td><td dir=\"auto\">{}</td>\
         <td class=\"ids\">{}</td></tr>\n",
        escape(how),
        escape(time),
        escape(name),
        escape(words),
        escape(ids)
    )
}
