//! `writethru run` over the articles of a golden folder, with its HTTP interface on a free port.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::Agent;
use ureq::http::Response;
use writethru_core::lane::Output;

use crate::stream;

/// No answer takes longer.
const DEADLINE: Duration = Duration::from_secs(30);

/// A running service with its folder.
pub struct Server {
    child: Child,
    stderr: BufReader<ChildStderr>,
    pub address: String,
    folder: tempfile::TempDir,
    agent: Agent,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Server {
    /// Over the articles of a case, with settings; returns once all of its changes are in.
    pub fn over(case: &str, settings: &[(&str, &str)]) -> Self {
        let lines: Vec<String> = case_lines(case);
        Self::with(&lines, settings)
    }

    /// Over these articles.
    pub fn with(lines: &[String], settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("wires.ndjson"), lines.join("\n") + "\n").unwrap();
        let server = Self::start(folder, settings);
        server.wait_for(changes_of(lines), settings);
        server
    }

    fn start(folder: tempfile::TempDir, settings: &[(&str, &str)]) -> Self {
        let (child, stderr, address) = spawn(folder.path().to_owned(), settings);
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(DEADLINE))
            .build();
        Self { child, stderr, address, folder, agent: agent.into() }
    }

    /// Kills it and starts it again over the same folder.
    pub fn again(mut self, settings: &[(&str, &str)]) -> Self {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let (child, stderr, address) = spawn(self.folder.path().to_owned(), settings);
        (self.child, self.stderr, self.address) = (child, stderr, address);
        self.until_ready();
        self
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The file that it follows.
    pub fn wires(&self) -> PathBuf {
        self.folder.path().join("wires.ndjson")
    }

    /// One more article.
    pub fn add(&self, line: &str) {
        let path = self.folder.path().join("wires.ndjson");
        let mut file = std::fs::OpenOptions::new().append(true).open(path).unwrap();
        writeln!(file, "{line}").unwrap();
    }

    fn until_ready(&self) {
        let begin = Instant::now();
        while self.get("/readyz").status != 200 {
            assert!(begin.elapsed() < DEADLINE, "it does not get ready");
        }
    }

    /// Waits until so many changes were published.
    fn wait_for(&self, count: usize, settings: &[(&str, &str)]) {
        self.until_ready();
        let token = settings.iter().find(|(key, _)| *key == "SERVE__READ_TOKENS");
        let token = token.map(|(_, token)| format!("Bearer {token}"));
        let headers: Vec<(&str, &str)> =
            token.iter().map(|token| ("Authorization", token.as_str())).collect();
        let begin = Instant::now();
        while self.written() < count || self.held(&headers) < count {
            assert!(begin.elapsed() < DEADLINE, "{} of {count} changes", self.written());
        }
    }

    /// Changes in the file.
    pub fn written(&self) -> usize {
        self.file().lines().count()
    }

    /// The file of changes.
    pub fn file(&self) -> String {
        let path = self.folder.path().join("output/changes.ndjson");
        std::fs::read_to_string(path).unwrap_or_default()
    }

    /// Alert events in their file, as they were published.
    pub fn alerts(&self) -> Vec<Value> {
        let path = self.folder.path().join("output/alerts.ndjson");
        let file = std::fs::read_to_string(path).unwrap_or_default();
        file.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Changes that readers were shown so far, counted by the cursor.
    fn held(&self, headers: &[(&str, &str)]) -> usize {
        let answer = self.ask("/v1/stories?limit=1", headers);
        let cursor = answer.json()["cursor"].as_str().map(str::to_owned).unwrap_or_default();
        let cursor = writethru::views::Cursor::parse(&cursor);
        let position = cursor.map_or(0, |cursor| cursor.position(0));
        usize::try_from(position).unwrap()
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask(path, &[])
    }

    pub fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    pub fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        Answer::of(self.call(path, headers))
    }

    pub fn post(&self, path: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.post(format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(request.send(body).unwrap_or_else(|error| panic!("{path}: {error}")))
    }

    pub fn call(&self, path: &str, headers: &[(&str, &str)]) -> Response<ureq::Body> {
        let mut request = self.agent.get(format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.call().unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The stream, event by event.
    pub fn stream(&self, path: &str, last: Option<&str>) -> Events {
        let headers: Vec<(&str, &str)> =
            last.map(|last| ("Last-Event-ID", last)).into_iter().collect();
        let response = self.call(path, &headers);
        assert_eq!(response.status().as_u16(), 200);
        Events { lines: BufReader::new(Box::new(response.into_body().into_reader())) }
    }

    /// What it has said so far on stderr, once it has ended.
    pub fn last_words(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let mut said = String::new();
        self.stderr.read_to_string(&mut said).unwrap();
        said
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

fn spawn(folder: PathBuf, settings: &[(&str, &str)]) -> (Child, BufReader<ChildStderr>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_writethru"));
    command.arg("run").current_dir(folder).env_clear().env("WRITETHRU__INPUTS", "wires.ndjson");
    command.env("WRITETHRU__SERVE__LISTEN", "127.0.0.1:0");
    // Without the timers of the wall clock: the changes are those of the articles.
    command.env("WRITETHRU__CLOCK", "received");
    for (key, value) in settings {
        command.env(format!("WRITETHRU__{key}"), value);
    }
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    let address = loop {
        let mut line = String::new();
        assert!(stderr.read_line(&mut line).unwrap() > 0, "it ended: {said}");
        if let Some((_, address)) = line.split_once("http://") {
            break address.trim().trim_end_matches('/').to_owned();
        }
        said.push_str(&line);
    };
    (child, stderr, address)
}

/// The articles of a golden folder, or of the demo.
pub fn case_lines(case: &str) -> Vec<String> {
    let case = stream::cases().into_iter().find(|it| it.name == case).unwrap();
    case.lines().map(str::to_owned).collect()
}

/// How many changes these articles bring.
fn changes_of(lines: &[String]) -> usize {
    let mut lane = stream::lane();
    let mut count = 0;
    for line in lines {
        let mut out = Output::default();
        lane.step(stream::policy(), stream::intake(line), &mut out);
        count += out.changes.len();
    }
    count
}

impl Answer {
    fn of(mut response: Response<ureq::Body>) -> Self {
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        let body = response.body_mut().read_to_string().unwrap();
        Self { status: response.status().as_u16(), headers, body }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }
}

/// Server-sent events as they come.
pub struct Events {
    lines: BufReader<Box<dyn Read>>,
}

/// One of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    pub name: String,
    pub id: String,
    pub data: String,
}

impl Iterator for Events {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        let mut event = Event::default();
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).ok()? == 0 {
                return None;
            }
            match line.trim_end_matches('\n').split_once(": ") {
                Some(("event", name)) => event.name = name.to_owned(),
                Some(("id", id)) => event.id = id.to_owned(),
                Some(("data", data)) => event.data = data.to_owned(),
                None if !event.id.is_empty() => return Some(event),
                _ => {}
            }
        }
    }
}
