//! How long a committed alert takes to a webhook's receiver:
//! `cargo bench --bench deliveries -- COUNT RATE`.
//!
//! Lines are written and synced into a file of alerts as a desk commits them, so many a second; the
//! time runs from there until a receiver on this machine has read the request to its end. The
//! courier signs, sends and notes each of them, with a sync of its own, as the service does.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use writethru::deliver::webhook::Webhook;
use writethru::deliver::{Courier, Pace};
use writethru_core::article::Time;

const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";

type Received = Arc<Mutex<HashMap<String, Instant>>>;

fn main() {
    // `cargo bench` adds a flag of its own, and without arguments runs every bench.
    let args: Vec<u64> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    let &[count, rate] = args.as_slice() else {
        eprintln!("cargo bench --bench deliveries -- COUNT RATE");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("alerts.ndjson");
    std::fs::write(&path, "").expect("a file");
    let received = Received::default();
    let url = listen(Arc::clone(&received));
    let clock = || jiff::Timestamp::now().as_second();
    let hook = Webhook::new(&url, &[SECRET.to_owned()], true, clock).expect("a good secret");
    let journal = folder.path().join("deliveries/hook.ndjson");
    let mut courier = Courier::open("hook", &path, &journal, Box::new(hook), 9).expect("a journal");
    let is_over = Arc::new(AtomicBool::new(false));
    let mut pace = Real(Arc::clone(&is_over));
    let working = thread::spawn(move || courier.run(&mut pace));
    let mut file = OpenOptions::new().append(true).open(&path).expect("the file");
    let mut committed = Vec::new();
    let begun = Instant::now();
    for number in 0..count {
        let due = Duration::from_nanos(1_000_000_000 / rate * number);
        thread::sleep(due.saturating_sub(begun.elapsed()));
        let id = format!("{number:024}");
        file.write_all(&line(&id)).expect("written");
        file.sync_data().expect("synced");
        committed.push((id, Instant::now()));
    }
    while received.lock().expect("not poisoned").len() < committed.len() {
        thread::sleep(Duration::from_millis(5));
    }
    is_over.store(true, Ordering::Relaxed);
    working.join().expect("the courier");
    let received = received.lock().expect("not poisoned");
    let mut took: Vec<Duration> =
        committed.iter().map(|(id, at)| received[id].saturating_duration_since(*at)).collect();
    took.sort_unstable();
    let at = |share: usize| took[(took.len() * share / 1000).min(took.len() - 1)];
    println!(
        "{count} alerts, {rate} a second: p50 {:.1?}, p90 {:.1?}, p99 {:.1?}, most {:.1?}",
        at(500),
        at(900),
        at(990),
        at(1000)
    );
}

/// An alert of the usual size.
fn line(id: &str) -> Vec<u8> {
    let line = json!({
        "specversion": "1.0", "id": id, "source": "/desk/en", "type": "writethru.alert.raised.v1",
        "recordedtime": "2025-05-06T04:00:00Z",
        "data": { "alert": id, "msgType": "alert", "references": [], "rule": "toll", "priority": 1,
            "headline": "At least 47 people were killed when a ferry sank", "text": "x".repeat(1500),
            "language": "en", "story": { "id": "s", "slug": "ferry", "headline": "Ferry sinks" },
            "claims": [], "sources": [], "reason": "a new origin" },
    });
    format!("{line}\n").into_bytes()
}

/// A receiver that keeps connections open.
fn listen(received: Received) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/hook", listener.local_addr().expect("bound"));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let received = Arc::clone(&received);
            thread::spawn(move || receive(&stream, &received));
        }
    });
    url
}

/// Notes each request once it is read; ends with the connection.
fn receive(stream: &TcpStream, received: &Mutex<HashMap<String, Instant>>) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(stream);
    loop {
        let (mut id, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let Some((name, value)) = line.trim().split_once(':') else {
                if line.trim().is_empty() {
                    break;
                }
                continue;
            };
            match name.to_ascii_lowercase().as_str() {
                "webhook-id" => id = value.trim().to_owned(),
                "content-length" => length = value.trim().parse().ok()?,
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        received.lock().ok()?.insert(id, Instant::now());
        let mut writer = stream;
        writer.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").ok()?;
    }
}

/// Waits by the real clock.
struct Real(Arc<AtomicBool>);

impl Pace for Real {
    fn wait(&mut self, time: Duration) -> bool {
        thread::sleep(time);
        !self.0.load(Ordering::Relaxed)
    }

    fn now(&self) -> Time {
        Time(jiff::Timestamp::now().as_millisecond())
    }
}
