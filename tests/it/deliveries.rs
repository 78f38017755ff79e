//! Deliveries against stand-ins: signed and in order, tried again by the schedule, never to an
//! address of the inside; in chat one message an alert, edited, with a thread; killed at any answer.

pub mod stand_in;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use writethru::deliver::chat::{Chat, Service};
use writethru::deliver::courier::Ended;
use writethru::deliver::webhook::{Webhook, signatures};
use writethru::deliver::{Courier, Pace, Target};
use writethru::formats::alerts;
use writethru_core::lane::Output;

use self::stand_in::{Answer, StandIn};
use crate::stream;

/// "0123456789abcdef01234567" in base64.
const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";
const OTHER: &str = "whsec_NzY1NDMyMTBmZWRjYmE5ODc2NTQzMjEw";

/// Waits for nothing; ends when there is nothing new, or when it is told to.
#[derive(Default)]
struct Hasty {
    waits: Vec<Duration>,
    is_dead: Arc<AtomicBool>,
}

impl Pace for Hasty {
    fn wait(&mut self, time: Duration) -> bool {
        if time < Duration::from_secs(1) || self.is_dead.load(Ordering::Relaxed) {
            return false;
        }
        self.waits.push(time);
        true
    }
}

/// The alerts of all golden cases in one file, written after the target began.
struct Wire {
    folder: tempfile::TempDir,
}

impl Wire {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("alerts.ndjson")
    }

    fn journal(&self) -> PathBuf {
        self.folder.path().join("deliveries/target.ndjson")
    }

    fn write(&self, events: &[Vec<u8>]) {
        std::fs::write(self.path(), events.concat()).unwrap();
    }

    fn courier(&self, target: impl Target + 'static) -> Courier {
        Courier::open("target", &self.path(), &self.journal(), Box::new(target), 9).unwrap()
    }
}

fn events(cases: &[&str]) -> Vec<Vec<u8>> {
    let mut events = Vec::new();
    for case in stream::cases().into_iter().filter(|it| cases.contains(&it.name.as_str())) {
        let mut lane = stream::lane();
        for intake in case.intakes() {
            let mut out = Output::default();
            lane.step(stream::policy(), intake, &mut out);
            events.extend(out.alerts.iter().map(alerts::line));
        }
    }
    events
}

fn webhook(url: &str, secrets: &[&str], allow_private: bool) -> Webhook {
    let secrets: Vec<String> = secrets.iter().map(|it| (*it).to_owned()).collect();
    Webhook::new(url, &secrets, allow_private, || 1_733_629_260).unwrap()
}

fn fine() -> Answer {
    (200, Vec::new(), String::new())
}

#[test]
fn webhooks_are_signed_and_come_in_order_once() {
    let (wire, events) = (Wire::new(), events(&["demo"]));
    let server = StandIn::start(|_| fine());
    let target = || webhook(&server.url("/hook"), &[SECRET, OTHER], true);
    let mut courier = wire.courier(target());
    wire.write(&events);
    assert_eq!(courier.run(&mut Hasty::default()), Ended::Stopped);
    drop(courier);
    assert_eq!(wire.courier(target()).run(&mut Hasty::default()), Ended::Stopped);

    let requests = server.requests();
    assert_eq!(requests.len(), events.len());
    for (request, event) in requests.iter().zip(&events) {
        let body = event.strip_suffix(b"\n").unwrap();
        assert_eq!(request.body, body);
        assert_eq!(request.headers["content-type"], "application/cloudevents+json");
        let value: Value = serde_json::from_slice(body).unwrap();
        let id = &request.headers["webhook-id"];
        assert_eq!(value["id"], id.as_str());
        let secrets = [b"0123456789abcdef01234567".to_vec(), b"76543210fedcba9876543210".to_vec()];
        let expected = signatures(&secrets, id, 1_733_629_260, body);
        assert_eq!(request.headers["webhook-signature"], expected);
        assert_eq!(expected.split(' ').count(), 2);
    }
}

#[test]
fn what_fails_is_tried_again_by_the_schedule_and_then_given_up() {
    let (wire, events) = (Wire::new(), events(&["denial"]));
    let count = AtomicUsize::new(0);
    let server = StandIn::start(move |_| match count.fetch_add(1, Ordering::Relaxed) {
        0 => (503, Vec::new(), String::new()),
        1 => (429, vec![("retry-after", "4000".to_owned())], String::new()),
        2 => fine(),
        _ => (503, Vec::new(), String::new()),
    });
    let mut courier = wire.courier(webhook(&server.url("/"), &[SECRET], true));
    wire.write(&[&events[..1], &events[..1]].concat());
    let mut pace = Hasty::default();
    courier.run(&mut pace);
    let seconds: Vec<u64> = pace.waits.iter().map(Duration::as_secs).collect();
    assert_eq!(seconds, [5, 4000, 5, 300, 1800, 7200, 18000, 36000, 36000]);
    let noted = std::fs::read_to_string(wire.journal()).unwrap();
    assert!(noted.contains("\"given_up\"") && noted.contains("HTTP 503"), "{noted}");
}

#[test]
fn an_address_of_the_inside_is_never_connected_to_and_no_redirect_followed() {
    let (wire, events) = (Wire::new(), events(&["denial"]));
    let server = StandIn::start(|_| fine());
    let mut courier = wire.courier(webhook(&server.url("/"), &[SECRET], false));
    wire.write(&events[..1]);
    courier.run(&mut Hasty::default());
    assert!(server.requests().is_empty());
    assert!(std::fs::read_to_string(wire.journal()).unwrap().contains("address of the inside"));

    let wire = Wire::new();
    let elsewhere = server.url("/elsewhere");
    let gate = StandIn::start(move |_| (302, vec![("location", elsewhere.clone())], String::new()));
    let mut courier = wire.courier(webhook(&gate.url("/"), &[SECRET], true));
    wire.write(&events[..1]);
    courier.run(&mut Hasty::default());
    assert_eq!(gate.requests().len(), 3);
    assert!(server.requests().is_empty());
}

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
    let events = events(&["copies", "demo", "denial", "kill", "revisions", "seed", "toll"]);
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
    let (wire, events) = (Wire::new(), events(&["revisions"]));
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

#[test]
fn a_line_that_is_not_whole_yet_is_waited_for() {
    let (wire, events) = (Wire::new(), events(&["denial"]));
    let server = StandIn::start(|_| fine());
    let mut courier = wire.courier(webhook(&server.url("/"), &[SECRET], true));
    let (half, rest) = events[0].split_at(100);
    std::fs::write(wire.path(), half).unwrap();
    courier.run(&mut Hasty::default());
    assert!(server.requests().is_empty());
    append(&wire.path(), rest);
    courier.run(&mut Hasty::default());
    assert_eq!(server.requests().len(), 1);
}

fn append(path: &Path, bytes: &[u8]) {
    use std::io::Write as _;
    let mut file = std::fs::OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(bytes).unwrap();
}
