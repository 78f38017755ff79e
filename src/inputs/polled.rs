//! One feed of the web, asked for again and again, politely: only where its robots.txt allows it,
//! with what its server said it was last time, later where that asks for time, and ever later
//! while it fails.
//!
//! Nothing here waits; whoever asks is told when to ask again.

use std::collections::HashSet;
use std::io::{BufReader, Cursor};
use std::time::{Duration, Instant};

use robotstxt::DefaultMatcher;
use ureq::http::{HeaderMap, Response, StatusCode, header};
use ureq::{Agent, Body};
use xxhash_rust::xxh3::xxh3_64;

use super::feeds::Feed;
use super::{Input as _, RawRecord};

/// What robots.txt knows us by.
const AGENT: &str = "writethru";
/// What we say that we are.
const USER_AGENT: &str = concat!("writethru/", env!("CARGO_PKG_VERSION"), " (news feeds)");
const ACCEPT: &str = "application/atom+xml, application/rss+xml, application/feed+json, \
                      application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1";
/// A server answers within this.
const ANSWER: Duration = Duration::from_secs(30);
/// Bytes of an answer.
const ANSWER_BYTES_MAX: u64 = 16 << 20;
/// Bytes of a robots.txt; what lies beyond does not count (RFC 9309).
const ROBOTS_BYTES_MAX: u64 = 512 << 10;
/// How long a robots.txt holds.
const ROBOTS: Duration = Duration::from_secs(24 * 3600);
/// A feed that fails is asked at least this often, unless its own time is longer.
const PAUSE_MAX: Duration = Duration::from_secs(3600);
/// No server makes us wait longer.
const ASKED_MAX: Duration = Duration::from_secs(24 * 3600);
/// Doublings of a pause; more reach `PAUSE_MAX` anyway.
const FAILURES_MAX: u32 = 16;

/// One feed.
pub struct Polled {
    url: String,
    agent: Agent,
    every: Duration,
    etag: Option<String>,
    modified: Option<String>,
    /// Digests of the entries of its last document.
    seen: HashSet<u64>,
    failures: u32,
    robots: Option<(Instant, Robots)>,
}

/// What may be asked for.
enum Robots {
    /// As these words say.
    Say(String),
    /// Nothing, while it cannot be asked.
    Silent,
}

/// What came of asking.
#[derive(Debug)]
pub struct Asked {
    /// Entries that are new or changed, the oldest first.
    pub records: Vec<RawRecord>,
    /// When to ask again; never where the feed is gone for good.
    pub again: Option<Duration>,
    /// What went wrong, in a sentence.
    pub problem: Option<String>,
}

impl Polled {
    /// A feed that is asked for at this pace.
    #[must_use]
    pub fn new(url: &str, every: Duration) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(ANSWER))
            .http_status_as_error(false)
            .user_agent(USER_AGENT)
            .build();
        Self {
            url: url.to_owned(),
            agent: config.into(),
            every,
            etag: None,
            modified: None,
            seen: HashSet::new(),
            failures: 0,
            robots: None,
        }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Asks once.
    pub fn ask(&mut self) -> Asked {
        if !self.is_allowed() {
            let why = match self.robots {
                Some((_, Robots::Silent)) => "its robots.txt cannot be had",
                _ => "its robots.txt does not allow it",
            };
            return self.failed(why.to_owned(), None);
        }
        let mut request = self.agent.get(&self.url).header(header::ACCEPT, ACCEPT);
        if let Some(etag) = &self.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(modified) = &self.modified {
            request = request.header(header::IF_MODIFIED_SINCE, modified);
        }
        match request.call() {
            Ok(answer) => self.answered(answer),
            Err(error) => self.failed(error.to_string(), None),
        }
    }

    fn answered(&mut self, mut answer: Response<Body>) -> Asked {
        let status = answer.status();
        match status {
            StatusCode::OK => {}
            StatusCode::NOT_MODIFIED => return self.worked(Vec::new()),
            StatusCode::GONE => {
                let problem =
                    Some("it is gone for good (410); take it out of sources.feeds".into());
                return Asked { records: Vec::new(), again: None, problem };
            }
            _ => {
                let asked = retry_after(answer.headers());
                return self.failed(format!("HTTP {}", status.as_u16()), asked);
            }
        }
        let body = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
        let read = body.map_err(|error| error.to_string()).and_then(|body| self.read(body));
        match read {
            Ok(records) => {
                let word = |name| answer.headers().get(name)?.to_str().ok().map(str::to_owned);
                self.etag = word(header::ETAG);
                self.modified = word(header::LAST_MODIFIED);
                self.worked(records)
            }
            Err(problem) => self.failed(problem, None),
        }
    }

    /// The entries that the last document did not have.
    fn read(&mut self, body: Vec<u8>) -> Result<Vec<RawRecord>, String> {
        let reader = BufReader::new(Cursor::new(body));
        let mut feed = Feed::read(&self.url, reader).map_err(|error| error.to_string())?;
        let (mut new, mut seen) = (Vec::new(), HashSet::new());
        while let Some(record) = feed.next().map_err(|error| error.to_string())? {
            let digest = xxh3_64(&record.bytes);
            seen.insert(digest);
            if !self.seen.contains(&digest) {
                new.push(record);
            }
        }
        self.seen = seen;
        Ok(new)
    }

    fn worked(&mut self, records: Vec<RawRecord>) -> Asked {
        self.failures = 0;
        Asked { records, again: Some(self.every), problem: None }
    }

    /// Later each time; not before the server asked for it.
    fn failed(&mut self, problem: String, asked: Option<Duration>) -> Asked {
        self.failures = (self.failures + 1).min(FAILURES_MAX);
        let doubled = self.every.saturating_mul(1 << (self.failures - 1));
        let pause = doubled.min(PAUSE_MAX.max(self.every));
        let again = pause.max(asked.unwrap_or_default().min(ASKED_MAX));
        Asked { records: Vec::new(), again: Some(again), problem: Some(problem) }
    }

    fn is_allowed(&mut self) -> bool {
        let is_fresh = self
            .robots
            .as_ref()
            .is_some_and(|(at, robots)| matches!(robots, Robots::Say(_)) && at.elapsed() < ROBOTS);
        if !is_fresh {
            self.robots = Some((Instant::now(), self.ask_robots()));
        }
        match &self.robots {
            Some((_, Robots::Say(words))) => {
                DefaultMatcher::default().one_agent_allowed_by_robots(words, AGENT, &self.url)
            }
            _ => false,
        }
    }

    /// None is none in the way; a server that fails is left alone (RFC 9309).
    fn ask_robots(&self) -> Robots {
        let Some(address) = robots_address(&self.url) else { return Robots::Say(String::new()) };
        let Ok(mut answer) = self.agent.get(&address).call() else { return Robots::Silent };
        match answer.status().as_u16() {
            200..=299 => {
                let body = answer.body_mut().as_reader();
                let mut words = Vec::new();
                let read = std::io::Read::read_to_end(
                    &mut std::io::Read::take(body, ROBOTS_BYTES_MAX),
                    &mut words,
                );
                match read {
                    Ok(_) => Robots::Say(String::from_utf8_lossy(&words).into_owned()),
                    Err(_) => Robots::Silent,
                }
            }
            400..=499 => Robots::Say(String::new()),
            _ => Robots::Silent,
        }
    }
}

fn robots_address(url: &str) -> Option<String> {
    let mut address = url::Url::parse(url).ok()?;
    address.set_path("/robots.txt");
    address.set_query(None);
    address.set_fragment(None);
    Some(address.to_string())
}

/// In seconds, or as a date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    let left = at.as_millisecond() - jiff::Timestamp::now().as_millisecond();
    Some(Duration::from_millis(u64::try_from(left).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_that_fails_is_asked_ever_later() {
        let mut feed = Polled::new("http://127.0.0.1:9/feed", Duration::from_secs(60));
        let mut pauses = (0..12).map(|_| feed.failed("down".into(), None).again.unwrap().as_secs());
        assert_eq!(pauses.by_ref().take(4).collect::<Vec<_>>(), [60, 120, 240, 480]);
        assert_eq!(pauses.last(), Some(3600));
        let asked = feed.failed("busy".into(), Some(Duration::from_secs(7200)));
        assert_eq!(asked.again, Some(Duration::from_secs(7200)));
        assert_eq!(feed.worked(Vec::new()).again, Some(Duration::from_secs(60)));
    }

    #[test]
    fn a_server_says_when_in_seconds_or_as_a_date() {
        let told = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, text.parse().unwrap());
            retry_after(&headers)
        };
        assert_eq!(told("120"), Some(Duration::from_secs(120)));
        assert_eq!(told("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
        assert!(told("Fri, 01 Jan 2100 00:00:00 GMT").unwrap() > Duration::from_secs(3600));
        assert_eq!(told("soon"), None);
    }
}
