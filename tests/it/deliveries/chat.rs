//! Chat: one message an alert, edited in place, with a thread; killed at any answer.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use writethru::deliver::chat::{Chat, Service};
use writethru::deliver::courier::Ended;

use super::stand_in::{self, Answer, StandIn};
use super::{Hasty, Wire, events};

/// What a channel shows.
#[derive(Default)]
struct Channel {
    posts: Vec<Post>,
    /// Answers so far; at this one the process is killed.
    answers: usize,
    kill_at: Option<usize>,
    journal: PathBuf,
    /// The journal as it was when the process was killed.
    left: Option<Vec<u8>>,
    faults: Vec<String>,
}

#[derive(Clone, Debug, Default)]
struct Post {
    id: String,
    thread: Option<String>,
    text: String,
    edits: usize,
}

impl Channel {
    /// Slack's API, as far as it is called; a wrong call is a fault.
    fn slack(&mut self, request: &stand_in::Request, is_dead: &AtomicBool) -> Answer {
        if is_dead.load(Ordering::Relaxed) {
            return (500, Vec::new(), String::new());
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let text = body["text"].as_str().unwrap_or_default().to_owned();
        let known = |id: &str, posts: &[Post]| posts.iter().position(|post| post.id == id);
        let checks = [
            request.headers.get("authorization").map(String::as_str) == Some("Bearer xoxb-1"),
            request.headers["content-type"].starts_with("application/json"),
            body["channel"] == "C1",
            !text.is_empty(),
        ];
        if checks.contains(&false) {
            self.faults.push(format!("{request:?}"));
        }
        let id = match request.path.as_str() {
            "/api/chat.postMessage" => {
                let thread = body["thread_ts"].as_str().map(str::to_owned);
                if thread.as_ref().is_some_and(|it| known(it, &self.posts).is_none()) {
                    self.faults.push(format!("no such thread: {thread:?}"));
                }
                let id = format!("17336292.{:06}", self.posts.len());
                self.posts.push(Post { id: id.clone(), thread, text, edits: 0 });
                id
            }
            "/api/chat.update" => {
                let id = body["ts"].as_str().unwrap_or_default().to_owned();
                match known(&id, &self.posts) {
                    Some(at) => {
                        self.posts[at].text = text;
                        self.posts[at].edits += 1;
                    }
                    None => self.faults.push(format!("no such message: {id}")),
                }
                id
            }
            other => {
                self.faults.push(other.to_owned());
                String::new()
            }
        };
        self.answers += 1;
        if Some(self.answers) == self.kill_at {
            self.left = Some(std::fs::read(&self.journal).unwrap());
            is_dead.store(true, Ordering::Relaxed);
        }
        (200, Vec::new(), json!({ "ok": true, "channel": "C1", "ts": id }).to_string())
    }
}

/// Delivers to a channel, killed at these answers: between the provider's answer and our record.
fn told_in_chat(wire: &Wire, events: &[Vec<u8>], kills: &BTreeSet<usize>) -> Vec<Post> {
    let channel = Channel { journal: wire.journal(), ..Channel::default() };
    let (channel, is_dead) = (Arc::new(Mutex::new(channel)), Arc::new(AtomicBool::new(false)));
    let (kept, dead) = (Arc::clone(&channel), Arc::clone(&is_dead));
    let server = StandIn::start(move |request| kept.lock().unwrap().slack(request, &dead));
    let open = || wire.courier(Chat::new(Service::Slack, &server.url(""), "xoxb-1\n", "C1", true));
    let mut courier = open();
    wire.write(events);
    let mut kills = kills.iter().copied();
    loop {
        channel.lock().unwrap().kill_at = kills.next();
        let mut pace = Hasty { is_dead: Arc::clone(&is_dead), ..Hasty::default() };
        assert_eq!(courier.run(&mut pace), Ended::Stopped);
        drop(courier);
        let Some(left) = channel.lock().unwrap().left.take() else { break };
        std::fs::write(wire.journal(), left).unwrap();
        is_dead.store(false, Ordering::Relaxed);
        courier = open();
    }
    let channel = channel.lock().unwrap();
    assert!(channel.faults.is_empty(), "{:#?}", channel.faults);
    channel.posts.clone()
}

/// For each alert: updates and cancels, in order.
fn by_alert(events: &[Vec<u8>]) -> BTreeMap<String, Vec<Value>> {
    let mut alerts: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in events {
        let event: Value = serde_json::from_slice(line).unwrap();
        let alert = event["data"]["alert"].as_str().unwrap().to_owned();
        alerts.entry(alert).or_default().push(event);
    }
    alerts
}

#[test]
fn in_chat_an_alert_is_one_message_edited_with_a_thread() {
    let events = events(&["demo", "denial", "kill", "revisions", "toll"]);
    let posts = told_in_chat(&Wire::new(), &events, &BTreeSet::new());
    let alerts = by_alert(&events);
    let (top, replies): (Vec<&Post>, Vec<&Post>) =
        posts.iter().partition(|post| post.thread.is_none());
    assert_eq!(top.len(), alerts.len());
    assert_eq!(top.len() + replies.len(), events.len());
    let edits: usize = top.iter().map(|post| post.edits).sum();
    assert_eq!(edits, replies.len());
    let cancels = |post: &&&Post| post.text.starts_with("Cancelled: ");
    let cancelled = events.iter().filter(|it| String::from_utf8_lossy(it).contains("\"cancel\""));
    let count = cancelled.count();
    assert!(count > 0);
    assert_eq!(replies.iter().filter(cancels).count(), count);
    assert_eq!(top.iter().filter(|post| post.text.starts_with("*Cancelled: ")).count(), count);
}

#[test]
fn killed_after_any_answer_it_posts_at_most_one_twice_and_loses_no_cancel() {
    let events = events(&[
        "copies",
        "demo",
        "denial",
        "growing-toll",
        "kill",
        "revisions",
        "seed",
        "toll",
        "two-landings",
    ]);
    let alerts = by_alert(&events);
    let whole = told_in_chat(&Wire::new(), &events, &BTreeSet::new());
    let answers = whole.len() + whole.iter().map(|post| post.edits).sum::<usize>();
    let mut tried = 0;
    for kill in 1..=answers {
        let posts = told_in_chat(&Wire::new(), &events, &BTreeSet::from([kill]));
        assert!(posts.len() <= whole.len() + 1, "killed at {kill}: {posts:#?}");
        let top = posts.iter().filter(|post| post.thread.is_none()).count();
        assert!(top <= alerts.len() + 1, "killed at {kill}");
        for events in alerts.values() {
            let last = &events.last().unwrap()["data"];
            let headline = last["headline"].as_str().unwrap();
            let shown = |post: &Post| post.thread.is_none() && post.text.contains(headline);
            assert!(posts.iter().any(shown), "killed at {kill}: not shown: {headline}");
        }
        tried += 1;
    }
    assert!(tried >= 50, "only {tried} answers to be killed at");
}

#[test]
fn words_of_articles_never_act_in_chat() {
    let (wire, event) = (Wire::new(), events(&["denial"]).remove(0));
    let mut value: Value = serde_json::from_slice(&event).unwrap();
    value["data"]["headline"] = json!("<!channel> & <https://evil.example|click> @here");
    value["data"]["sources"] = json!([{ "url": "javascript:alert(1)", "publisher": "x" },
        { "url": "https://example.net/a|b>", "publisher": "<b>" }]);
    let posts = told_in_chat(&wire, &[format!("{value}\n").into_bytes()], &BTreeSet::new());
    let text = &posts[0].text;
    assert!(text.contains("&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;"), "{text}");
    assert!(!text.contains("javascript:"), "{text}");
    assert!(text.contains("<https://example.net/ab|&lt;b&gt;>"), "{text}");
}

#[test]
fn mattermost_is_told_in_its_own_way() {
    let (wire, events) = (Wire::new(), events(&["toll"]));
    let posts = AtomicUsize::new(0);
    let server = StandIn::start(move |_| {
        let id = posts.fetch_add(1, Ordering::Relaxed);
        (201, Vec::new(), json!({ "id": format!("post{id}") }).to_string())
    });
    let chat = Chat::new(Service::Mattermost, &server.url("/"), "t", "channel1", true);
    let mut courier = wire.courier(chat);
    wire.write(&events[..2]);
    courier.run(&mut Hasty::default());
    let told: Vec<String> =
        server.requests().iter().map(|it| format!("{} {}", it.method, it.path)).collect();
    assert_eq!(told, ["POST /api/v4/posts", "PUT /api/v4/posts/post0/patch", "POST /api/v4/posts"],);
    let reply: Value = serde_json::from_slice(&server.requests()[2].body).unwrap();
    assert_eq!(reply["root_id"], "post0");
}
