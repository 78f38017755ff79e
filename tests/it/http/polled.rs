//! Feeds of the web: asked for politely, and what they bring goes the way of every other input.

use serde_json::Value;

use super::server::{Server, case_lines};
use crate::deliveries::stand_in::{Request, StandIn};
use crate::until;

fn entry(number: usize, headline: &str) -> String {
    format!(
        "<item><guid>urn:feed:{number}</guid><title>{headline}</title>\
         <description>{headline}, the police said.</description>\
         <pubDate>Mon, 30 Dec 2024 0{number}:00:00 GMT</pubDate></item>"
    )
}

fn rss(entries: &[String]) -> String {
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Wire</title>\
         <link>https://example.net/</link><language>en</language>{}</channel></rss>",
        entries.concat()
    )
}

fn asked<'a>(requests: &'a [Request], path: &str) -> Vec<&'a Request> {
    requests.iter().filter(|it| it.path == path).collect()
}

#[test]
fn a_feed_is_asked_for_as_its_server_wants() {
    let [ferry, dam] = [(1, "Ferry sinks off Samos"), (2, "Dam bursts above Derna")]
        .map(|(number, headline)| entry(number, headline));
    let (first, later) = (rss(std::slice::from_ref(&ferry)), rss(&[dam, ferry]));
    let mut asked_news = 0;
    let wire = StandIn::start(move |request| match request.path.as_str() {
        "/robots.txt" => (200, Vec::new(), "User-agent: *\nDisallow: /private".to_owned()),
        "/news.xml" => {
            asked_news += 1;
            let tag = |tag: &str| vec![("etag", tag.to_owned())];
            match asked_news {
                1 => (200, tag("\"one\""), first.clone()),
                2 => (304, Vec::new(), String::new()),
                _ => (200, tag("\"two\""), later.clone()),
            }
        }
        "/busy.xml" => (503, vec![("retry-after", "3600".to_owned())], String::new()),
        "/gone.xml" => (410, Vec::new(), String::new()),
        _ => (404, Vec::new(), String::new()),
    });
    let feeds = ["/news.xml", "/busy.xml", "/gone.xml", "/private/news.xml"];
    let feeds = feeds.map(|path| wire.url(path)).join(",");
    let settings = [("SOURCES__FEEDS", feeds.as_str()), ("SOURCES__POLL_SECONDS", "1")];
    let server = Server::with(&case_lines("denial")[..1], &settings);
    let has = |stories: &Value, headline: &str| {
        stories["stories"].as_array().unwrap().iter().any(|it| it["headline"] == headline)
    };
    until(|| {
        let stories = server.json("/v1/stories");
        let both =
            has(&stories, "Dam bursts above Derna") && has(&stories, "Ferry sinks off Samos");
        both.then_some(()).ok_or_else(|| stories.to_string())
    });
    // Once more, so that what is not asked for again would have been.
    until(|| {
        let times = asked(&wire.requests(), "/news.xml").len();
        (times >= 5).then_some(()).ok_or_else(|| format!("asked {times} times"))
    });
    let requests = wire.requests();
    let tags: Vec<Option<&str>> = asked(&requests, "/news.xml")
        .iter()
        .map(|it| it.headers.get("if-none-match").map(String::as_str))
        .collect();
    assert_eq!(&tags[..4], [None, Some("\"one\""), Some("\"one\""), Some("\"two\"")]);
    assert!(requests.iter().all(|it| it.headers["user-agent"].starts_with("writethru/")));
    assert_eq!(asked(&requests, "/busy.xml").len(), 1, "it asked for an hour");
    assert_eq!(asked(&requests, "/gone.xml").len(), 1, "it is gone for good");
    assert!(asked(&requests, "/private/news.xml").is_empty(), "robots.txt does not allow it");
    // An entry that stands in two documents is one article.
    let joined = server.json("/v1/changes?type=article.joined&limit=1000");
    let ferries = joined["changes"].as_array().unwrap().iter();
    let ferries = ferries.filter(|it| it["data"]["article"]["uri"] == "urn:feed:1");
    assert_eq!(ferries.count(), 1);
}
