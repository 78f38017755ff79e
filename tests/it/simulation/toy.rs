//! A desk small enough to be checked by eye: it counts the revisions of each article and speaks up
//! when one has been quiet for an hour.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use writethru::engine::{Fold, Read, Reader};
use writethru::log::Record;
use writethru_core::article::{Article, Id, Time};
use writethru_core::change::{Body, Cause, Change, RevisionKind, StoryRef};
use writethru_core::lane::{Input, Intake, LaneRow, Outcome, Output};
use writethru_core::policy::{HOUR_MS, Policy};
use writethru_core::reading::Reading;
use writethru_core::table::{RowError, Table};

const LANE: u8 = 1;
const COUNTS: u8 = 2;

/// Counts by article, with the time of the newest revision; under "" all changes, and log time.
pub struct Toy {
    lane: Table<u8, (u64, i64)>,
    counts: Table<String, (u64, i64)>,
    /// Derived: what falls quiet when.
    quiet: BTreeMap<(i64, String), ()>,
}

impl Default for Toy {
    fn default() -> Self {
        Self { lane: Table::new(LANE), counts: Table::new(COUNTS), quiet: BTreeMap::new() }
    }
}

impl Toy {
    fn speak(&mut self, now: i64, uri: &str, body: Body, out: &mut Output) {
        let (sequence, _) = self.lane.get(&0).copied().unwrap_or_default();
        self.lane.insert(0, (sequence + 1, now));
        out.changes.push(Change {
            id: Default::default(),
            desk: "en".to_owned(),
            story: StoryRef { headline: uri.to_owned(), ..StoryRef::default() },
            time: Time(now),
            recorded: Time(now),
            sequence: 1,
            desk_sequence: sequence + 1,
            cause: Cause::Article {
                uri: uri.into(),
                version: None,
                revision: 0,
                digest: Id::default(),
            },
            body,
            because: Vec::new(),
        });
    }

    fn pass_time(&mut self, at: Time, out: &mut Output) -> i64 {
        let now = at.0.max(self.lane.get(&0).map_or(0, |lane| lane.1));
        while let Some(((due, uri), ())) = self.quiet.first_key_value() {
            if *due > now {
                break;
            }
            let (due, uri) = (*due, uri.clone());
            self.quiet.pop_first();
            self.counts.remove(&uri);
            self.speak(due, &uri, Body::StoryDormant, out);
        }
        let (sequence, _) = self.lane.get(&0).copied().unwrap_or_default();
        self.lane.insert(0, (sequence, now));
        now
    }
}

/// Panics on the first try only, once in a process.
static STUMBLED: AtomicBool = AtomicBool::new(false);

impl Fold for Toy {
    fn step(&mut self, _policy: &Policy, intake: Intake, out: &mut Output) {
        let now = self.pass_time(intake.at, out);
        let Input::Article(reading) = intake.input else {
            out.outcome = Some(Outcome::Nothing);
            return;
        };
        let uri = reading.article.uri.clone();
        let (count, last) = self.counts.get(&uri).copied().unwrap_or_default();
        self.counts.insert(uri.clone(), (count + 1, now));
        self.quiet.remove(&(last + HOUR_MS, uri.clone()));
        self.quiet.insert((now + HOUR_MS, uri.clone()), ());
        assert!(reading.headline != "boom", "boom in {uri}");
        assert!(reading.headline != "stumble" || STUMBLED.swap(true, Ordering::SeqCst), "stumbled");
        let body = if count == 0 { Body::StoryCreated } else { Body::StoryActivated };
        self.speak(now, &uri, body, out);
        out.outcome = Some(match count {
            0 => Outcome::Original,
            _ => Outcome::Revision(RevisionKind::Update),
        });
    }

    fn drain(&mut self, sink: &mut dyn FnMut(LaneRow)) {
        self.lane.drain(&mut |row| sink(LaneRow { desk: String::new(), row }));
        self.counts.drain(&mut |row| sink(LaneRow { desk: "en".to_owned(), row }));
    }

    fn load(&mut self, row: &LaneRow) -> Result<(), RowError> {
        match row.row.table {
            LANE => self.lane.load(&row.row),
            COUNTS => self.counts.load(&row.row),
            other => Err(RowError::UnknownTable(other)),
        }
    }

    fn reindex(&mut self) {
        let due = |(uri, (_, last)): (&String, &(u64, i64))| ((last + HOUR_MS, uri.clone()), ());
        self.quiet = self.counts.iter().map(due).collect();
    }

    fn digest(&self) -> u128 {
        self.lane.digest().wrapping_add(self.counts.digest())
    }

    fn next_due(&self) -> Option<(String, Time)> {
        self.quiet.first_key_value().map(|((due, _), ())| ("en".to_owned(), Time(*due)))
    }
}

/// Reads `minute uri headline`.
pub struct ToyReader;

impl Reader for ToyReader {
    fn read(&self, record: &Record) -> Read {
        let text = String::from_utf8_lossy(&record.bytes);
        let words: Vec<&str> = text.split(' ').collect();
        let [minute, uri, headline] = words[..] else {
            return Read::Dead { reason: "not_toy".to_owned(), detail: text.into_owned() };
        };
        assert!(headline != "unreadable", "cannot read {uri}");
        if headline == "picture" {
            return Read::PassedOver(headline.to_owned());
        }
        let received = Some(Time(minute.parse::<i64>().unwrap() * 60_000));
        let article = Article { uri: uri.to_owned(), received, ..Article::default() };
        let reading = Reading { article, headline: headline.to_owned(), ..Reading::default() };
        Read::Article { desk: "en".to_owned(), reading: Box::new(reading) }
    }
}
