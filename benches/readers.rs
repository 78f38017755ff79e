//! Readers while a lane runs at full speed: `cargo bench --bench readers [-- ARTICLES READERS RATE]`.
//!
//! The embedded service folds the same articles three times: without HTTP, with nobody reading, and
//! with so many readers of the stream and so many requests a second. It prints how long that took,
//! what the lane lost by it, how soon requests were answered, and the peak of memory.

mod news;

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const ARTICLES: usize = 20_000;
const READERS: usize = 2_000;
const RATE: u64 = 1_000;
/// Connections that share the requests.
const CONNECTIONS: u64 = 50;
/// The output has come to its end when it has not grown for so long.
const QUIET: Duration = Duration::from_millis(6_000);
const LOOK: Duration = Duration::from_millis(50);
/// What is asked for, in turn.
const PATHS: [&str; 4] =
    ["/v1/stories?limit=20", "/v1/changes?limit=50", "/v1/alerts?limit=20", "/feeds/stories.json"];

fn main() {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse::<usize>().ok());
    let articles = numbers.next().unwrap_or(ARTICLES);
    let readers = numbers.next().unwrap_or(READERS);
    let rate = numbers.next().map_or(RATE, |rate| rate as u64);
    let mut news = news::News::full(7, 20);
    let lines: Vec<String> = (0..articles).map(|_| news.line()).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    for (name, serves, readers, rate) in [
        ("without HTTP", false, 0, 0),
        ("with nobody reading", true, 0, 0),
        ("with readers", true, readers, rate),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut service = Service::start(folder.path(), serves);
        let load = runtime.block_on(async {
            let load = Load::start(service.address.as_deref(), readers, rate).await;
            std::fs::write(folder.path().join("wires.ndjson"), lines.join("\n") + "\n")
                .expect("a file");
            let took = service.until_quiet(folder.path()).await;
            println!(
                "{name:<20} {articles} articles in {:>6.1} s, {:>6.0} a second, {:>5} MiB peak",
                took.as_secs_f64(),
                articles as f64 / took.as_secs_f64(),
                service.peak_mib(),
            );
            load.end().await
        });
        load.tell();
        service.end();
    }
}

/// `run` over a file that is still to come.
struct Service {
    child: Child,
    address: Option<String>,
}

impl Service {
    fn start(folder: &Path, serves: bool) -> Self {
        let messages = folder.join("messages");
        let stderr = std::fs::File::create(&messages).expect("a file");
        let child = Command::new(env!("CARGO_BIN_EXE_writethru"))
            .arg("run")
            .current_dir(folder)
            .env("WRITETHRU__INPUTS", "wires.ndjson")
            .env("WRITETHRU__CLOCK", "received")
            .env("WRITETHRU__SERVE__LISTEN", if serves { "127.0.0.1:0" } else { "" })
            .stdout(Stdio::null())
            .stderr(stderr)
            .spawn()
            .expect("the program was built");
        let mut service = Self { child, address: None };
        loop {
            let said = std::fs::read_to_string(&messages).unwrap_or_default();
            if said.contains("following") {
                let address = said.split_once("http://").map(|(_, after)| after);
                let address = address.and_then(|after| after.split('/').next());
                service.address = address.map(str::to_owned);
                return service;
            }
            assert!(service.child.try_wait().is_ok_and(|it| it.is_none()), "it ended: {said}");
            std::thread::sleep(LOOK);
        }
    }

    /// How long it wrote.
    async fn until_quiet(&mut self, folder: &Path) -> Duration {
        let path = folder.join("output/changes.ndjson");
        let begun = Instant::now();
        let (mut length, mut grew) = (0, begun);
        loop {
            tokio::time::sleep(LOOK).await;
            let now = path.metadata().map_or(0, |it| it.len());
            if now > length {
                (length, grew) = (now, Instant::now());
            }
            if length > 0 && grew.elapsed() > QUIET {
                return grew - begun;
            }
        }
    }

    fn peak_mib(&self) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = peak.and_then(|it| it.split_whitespace().next()?.parse::<u64>().ok());
        kib.unwrap_or_default() / 1024
    }

    fn end(mut self) {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").args(["-s", "TERM", &pid]).status();
        assert!(told.is_ok_and(|it| it.success()), "it runs");
        self.child.wait().expect("it was started");
    }
}

/// Who reads meanwhile.
#[derive(Default)]
struct Load {
    ended: Arc<AtomicBool>,
    readers: usize,
    streams: JoinSet<u64>,
    /// In a thread of its own: who asks is not to wait for what others here have to read.
    requests: Option<std::thread::JoinHandle<Vec<Duration>>>,
}

impl Load {
    async fn start(address: Option<&str>, readers: usize, rate: u64) -> Self {
        let mut load = Self { readers, ..Self::default() };
        let Some(address) = address.filter(|_| readers > 0) else { return load };
        let opened = Arc::new(AtomicU64::new(0));
        for _ in 0..readers {
            let (address, ended, opened) =
                (address.to_owned(), Arc::clone(&load.ended), Arc::clone(&opened));
            load.streams.spawn(async move { listen(&address, &ended, &opened).await });
        }
        while opened.load(Ordering::Relaxed) < readers as u64 {
            tokio::time::sleep(LOOK).await;
        }
        let (address, ended) = (address.to_owned(), Arc::clone(&load.ended));
        load.requests = Some(std::thread::spawn(move || ask_all(&address, rate, &ended)));
        load
    }

    async fn end(mut self) -> Told {
        self.ended.store(true, Ordering::Relaxed);
        let requests = self.requests.take().map(|it| it.join().expect("it does not panic"));
        let mut answered = requests.unwrap_or_default();
        answered.sort_unstable();
        // What was published is on its way to the slowest.
        tokio::time::sleep(QUIET).await;
        self.streams.abort_all();
        let readers = self.readers;
        Told { answered, readers }
    }
}

/// What the readers saw.
struct Told {
    answered: Vec<Duration>,
    readers: usize,
}

impl Told {
    fn tell(&self) {
        let Some(last) = self.answered.len().checked_sub(1) else { return };
        let at = |share: usize| self.answered[last * share / 1000].as_secs_f64() * 1e3;
        let mut out = std::io::stdout().lock();
        writeln!(
            out,
            "{:<20} {} streams; {} requests, p50 {:.1} ms, p99 {:.1} ms, p99.9 {:.1} ms",
            "",
            self.readers,
            self.answered.len(),
            at(500),
            at(990),
            at(999),
        )
        .expect("somebody reads");
    }
}

/// One reader of the stream; answers the bytes that came.
async fn listen(address: &str, ended: &AtomicBool, opened: &AtomicU64) -> u64 {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let request = format!("GET /v1/stream HTTP/1.1\r\nHost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("it reads");
    let mut piece = vec![0; 64 << 10];
    let mut bytes = 0;
    while !ended.load(Ordering::Relaxed) {
        let read = stream.read(&mut piece).await.expect("the stream goes on");
        assert!(read > 0, "a reader was dropped");
        if bytes == 0 {
            opened.fetch_add(1, Ordering::Relaxed);
        }
        bytes += read as u64;
    }
    bytes
}

/// All requests, from connections that share the pace; answers how long each took.
fn ask_all(address: &str, rate: u64, ended: &Arc<AtomicBool>) -> Vec<Duration> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let mut asking = JoinSet::new();
        for _ in 0..CONNECTIONS {
            let (address, ended) = (address.to_owned(), Arc::clone(ended));
            let pause = Duration::from_micros(1_000_000 * CONNECTIONS / rate.max(1));
            asking.spawn(async move { ask(&address, pause, &ended).await });
        }
        asking.join_all().await.concat()
    })
}

/// Asks at a pace, one request after the other; answers how long each took.
async fn ask(address: &str, pause: Duration, ended: &AtomicBool) -> Vec<Duration> {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let mut due = tokio::time::Instant::now();
    let mut took = Vec::new();
    let mut buffer = Vec::new();
    for path in PATHS.iter().cycle() {
        if ended.load(Ordering::Relaxed) {
            break;
        }
        tokio::time::sleep_until(due).await;
        // From when it was due: who waits for a slow answer counts as waiting.
        let asked = due.max(tokio::time::Instant::now() - pause);
        due += pause;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("it reads");
        answer(&mut stream, &mut buffer).await;
        took.push(asked.elapsed());
    }
    took
}

/// Reads one answer to its end.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) {
    buffer.clear();
    loop {
        let read = stream.read_buf(buffer).await.expect("it answers");
        assert!(read > 0, "the connection was closed");
        let Some(at) = memchr::memmem::find(buffer, b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(buffer.get(..at).unwrap_or_default()).to_lowercase();
        let length = head.split_once("content-length: ").map(|(_, after)| after);
        let length = length.and_then(|after| after.lines().next()?.trim().parse::<usize>().ok());
        let wanted = at + 4 + length.expect("answers have a length");
        while buffer.len() < wanted {
            let read = stream.read_buf(buffer).await.expect("it answers");
            assert!(read > 0, "the connection was closed");
        }
        return;
    }
}
