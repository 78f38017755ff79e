//! The log, killed at every effect: what is published is what one clean fold gives.
//!
//! A run is a function of its seed. The oracle is a plain loop over the same desk, with no log, no
//! batches, no snapshots and no threads.

pub mod chance;
pub mod files;
mod lanes;
mod toy;

use std::path::PathBuf;
use std::sync::Arc;

use writethru::config::Keeping;
use writethru::engine::{Ahead, Engine, Fold, Lines, Read, Reader};
use writethru::formats;
use writethru::formats::dead_letters::DeadLetter;
use writethru::log::{Entry, Log, LogError, Record, Rows, Stream};
use writethru::logs::disk::DiskLog;
use writethru::logs::{Outlet, Outlets};
use writethru::route::Routed;
use writethru_core::article::Time;
use writethru_core::lane::{Input, Intake, Lane, LaneRow, Output};
use writethru_core::policy::Policy;
use writethru_core::table::RowError;

use self::chance::Chance;
use self::files::{Crash, SimFiles};
use self::toy::{Toy, ToyReader};
use crate::stream;

pub const STATE: &str = "/state";
pub const CHANGES: &str = "/out/changes.ndjson";
const DEAD: &str = "/out/dead-letters.ndjson";
const SEED: &str = "WRITETHRU_SIMULATION_SEED";

/// One seeded world: what comes in and how it is kept.
pub struct Scenario {
    seed: u64,
    lines: Vec<String>,
    pub keeping: Keeping,
}

impl Scenario {
    pub fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let mut minute = 0;
        let lines = (0..20 + chance.below(20))
            .map(|at| {
                minute += chance.below(25);
                let headline = match chance.below(20) {
                    0 => "boom",
                    1 => "unreadable",
                    2 => "picture",
                    3 => return format!("garbage-{at}"),
                    4 => "stumble",
                    _ => "news",
                };
                format!("{minute} wire:{} {headline}", chance.below(6))
            })
            .collect();
        let keeping = Keeping {
            snapshot_bytes: 300 + chance.below(600),
            snapshot_records: 3 + chance.below(12),
            segment_bytes: 200 + chance.below(800),
            keep_log: chance.below(2) == 0,
            dir: PathBuf::from(STATE),
        };
        Self { seed, lines, keeping }
    }

    fn record(&self, at: usize) -> Record {
        let bytes = self.lines[at].as_bytes().to_vec();
        Record {
            stamp: None,
            source: "wire".to_owned(),
            line: at as u64 + 1,
            bytes,
            oversized: None,
        }
    }

    fn open(&self, files: &SimFiles) -> Result<Engine<Toy, DiskLog<SimFiles>>, LogError> {
        let outlets = Outlets::default()
            .with(Stream::Changes, Outlet::File(PathBuf::from(CHANGES)))
            .with(Stream::DeadLetters, Outlet::File(PathBuf::from(DEAD)));
        let log = DiskLog::open(files.clone(), self.keeping.clone(), outlets)?;
        let ahead = Ahead::alone(Arc::new(ToyReader));
        let lines = Lines { changes: Some(formats::changes::line), ..Lines::default() };
        Engine::open(log, Arc::new(Policy::default()), lines, ahead, Time(i64::MAX), None)
    }

    /// Goes on with the input from where the state stands, to the end.
    pub fn run(&self, files: &SimFiles, chance: &mut Chance) -> Result<String, LogError> {
        let mut engine = self.open(files)?;
        let progress = engine.marker().inputs.get("wire").copied().unwrap_or_default();
        let mut at = progress.records as usize;
        while at < self.lines.len() {
            let batch = (1 + chance.below(5) as usize).min(self.lines.len() - at);
            engine.accept((at..at + batch).map(|at| Entry::Record(self.record(at))).collect())?;
            at += batch;
            if chance.below(4) == 0 {
                engine.settle()?;
            }
        }
        engine.checkpoint()?;
        if !engine.marker().inputs["wire"].ended {
            engine.accept(vec![Entry::End { source: "wire".to_owned(), forget: false }])?;
            engine.settle()?;
        }
        assert!(engine.marker().tally.adds_up());
        Ok(engine.marker().tally.to_string())
    }

    pub fn published(&self, files: &SimFiles) -> (String, String) {
        let text = |path| String::from_utf8(files.bytes(path)).unwrap();
        (text(CHANGES), text(DEAD))
    }

    fn how_to_rerun(&self) -> String {
        format!("rerun with {SEED}={} cargo test --test it simulation", self.seed)
    }
}

/// The oracle: every line stepped in order; one that panics is put aside and never seen again.
pub fn oracle(scenario: &Scenario) -> (String, String) {
    let (mut changes, mut dead) = (Vec::new(), Vec::new());
    let mut good: Vec<Intake> = Vec::new();
    let mut desk = Toy::default();
    for at in 0..scenario.lines.len() {
        let record = scenario.record(at);
        let mut bury = |reason: &str, detail: &str| {
            let letter = DeadLetter::new(reason, detail, "wire", record.line, &record.bytes);
            dead.extend(letter.line());
        };
        let line = &scenario.lines[at];
        if line.ends_with("unreadable") {
            let uri = line.split(' ').nth(1).unwrap();
            bury("internal", &format!("reading panicked: cannot read {uri}"));
            continue;
        }
        match ToyReader.read(&record) {
            Read::Dead { reason, detail } => bury(&reason, &detail),
            Read::PassedOver(_) | Read::Decision { .. } => {}
            Read::Article { reading, .. } if reading.headline == "boom" => {
                let uri = &reading.article.uri;
                bury("internal", &format!("the step panicked twice: boom in {uri}"));
            }
            Read::Article { desk: name, mut reading } => {
                reading.headline = "news".to_owned();
                let at = reading.article.received.unwrap();
                good.push(Intake { desk: name, at, input: Input::Article(reading) });
            }
        }
    }
    for intake in good {
        let mut out = Output::default();
        desk.step(&Policy::default(), intake, &mut out);
        changes.extend(out.changes.iter().flat_map(formats::changes::line));
    }
    (String::from_utf8(changes).unwrap(), String::from_utf8(dead).unwrap())
}

fn seeds() -> Vec<u64> {
    match std::env::var(SEED) {
        Ok(seed) => vec![seed.parse().expect("a seed is a number")],
        Err(_) => (0..6).collect(),
    }
}

#[test]
fn a_kill_at_every_effect_changes_nothing() {
    silence_expected_panics();
    for seed in seeds() {
        let scenario = Scenario::new(seed);
        let expected = oracle(&scenario);
        let files = SimFiles::new(seed);
        let tally = scenario.run(&files, &mut Chance::new(seed)).unwrap();
        assert_eq!(scenario.published(&files), expected, "{}", scenario.how_to_rerun());
        let effects = files.effects();
        for at in 0..effects {
            for crash in [Crash::Kill, Crash::PowerCut] {
                let counted = crash_once(&scenario, at, crash);
                assert_eq!(counted.1, expected, "effect {at}: {}", scenario.how_to_rerun());
                assert_eq!(counted.0, tally, "effect {at}: {}", scenario.how_to_rerun());
            }
        }
    }
}

fn crash_once(scenario: &Scenario, at: u64, crash: Crash) -> (String, (String, String)) {
    let files = SimFiles::new(scenario.seed ^ (at << 8));
    files.crash_after(at);
    let first = scenario.run(&files, &mut Chance::new(scenario.seed));
    assert!(first.is_err() && files.has_crashed());
    files.reboot(crash);
    let tally = scenario.run(&files, &mut Chance::new(at)).unwrap_or_else(|error| {
        panic!("after {crash:?} at effect {at}: {error}; {}", scenario.how_to_rerun())
    });
    (tally, scenario.published(&files))
}

#[test]
fn many_crashes_in_a_row_change_nothing() {
    silence_expected_panics();
    for seed in seeds() {
        for round in 0..40 {
            let scenario = Scenario::new(seed);
            let mut chance = Chance::new(seed * 1000 + round);
            let files = SimFiles::new(chance.next());
            let mut crashes = 0;
            loop {
                files.crash_after(chance.below(4 + 40 * (crashes / 50)));
                match scenario.run(&files, &mut chance) {
                    Ok(_) => break,
                    Err(error) if !files.has_crashed() => {
                        panic!(
                            "round {round}, crash {crashes}: {error}; {}",
                            scenario.how_to_rerun()
                        )
                    }
                    Err(_) => crashes += 1,
                }
                files.reboot(if chance.below(2) == 0 { Crash::Kill } else { Crash::PowerCut });
            }
            let published = scenario.published(&files);
            assert_eq!(published, oracle(&scenario), "round {round}: {}", scenario.how_to_rerun());
        }
    }
}

/// Panics are part of these tests; their messages would hide a real one.
pub fn silence_expected_panics() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let text = info.payload_as_str().unwrap_or_default();
            if !["boom in", "cannot read", "stumbled"].iter().any(|known| text.starts_with(known)) {
                usual(info);
            }
        }));
    });
}

/// Loads nothing.
struct Nothing;

impl Rows for Nothing {
    fn clear(&mut self) {}
    fn load(&mut self, _row: &LaneRow) -> Result<(), RowError> {
        Ok(())
    }
    fn settle(&mut self) -> u128 {
        0
    }
}

#[test]
fn ticks_are_a_part_of_the_log() {
    silence_expected_panics();
    for seed in seeds() {
        let mut scenario = Scenario::new(seed);
        scenario.keeping.keep_log = true;
        let mut chance = Chance::new(seed);
        let files = SimFiles::new(seed);
        for _ in 0..60 {
            files.crash_after(chance.below(40));
            drop(tick_along(&scenario, &files, &mut chance));
            files.reboot(if chance.below(2) == 0 { Crash::Kill } else { Crash::PowerCut });
        }
        tick_along(&scenario, &files, &mut chance).unwrap();
        files.reboot(Crash::Kill);
        let published = scenario.published(&files);
        let entries = whole_log(&scenario, &files);
        assert_eq!(published.0, fold_plainly(&entries), "{}", scenario.how_to_rerun());
        let line = |entry: &Entry| match entry {
            Entry::Record(record) => Some(record.line),
            _ => None,
        };
        let came: Vec<_> = entries.iter().filter_map(line).collect();
        let all: Vec<_> = (1..=scenario.lines.len() as u64).collect();
        assert_eq!(came, all, "lost or taken twice; {}", scenario.how_to_rerun());
    }
}

/// Goes on with the input; whenever chance has it that nothing came, the next timer fires.
fn tick_along(scenario: &Scenario, files: &SimFiles, chance: &mut Chance) -> Result<(), LogError> {
    let mut engine = scenario.open(files)?;
    let read = engine.marker().inputs.get("wire").map_or(0, |progress| progress.records);
    for at in read as usize..scenario.lines.len() {
        engine.accept(vec![Entry::Record(scenario.record(at))])?;
        if chance.below(3) == 0 {
            engine.settle()?;
            if let Some((desk, due)) = engine.fold().next_due() {
                engine.accept(vec![Entry::Tick { desk, due }])?;
            }
        }
    }
    engine.settle()
}

fn whole_log(scenario: &Scenario, files: &SimFiles) -> Vec<Entry> {
    files.forget("snapshot-");
    let keeping = scenario.keeping.clone();
    let mut log = DiskLog::open(files.clone(), keeping, Outlets::default()).unwrap();
    log.restore(&mut Nothing).unwrap();
    let mut entries = Vec::new();
    while let Some(batch) = log.poll().unwrap() {
        entries.extend(batch);
    }
    entries
}

fn fold_plainly(entries: &[Entry]) -> String {
    let mut desk = Toy::default();
    let mut changes = Vec::new();
    for entry in entries {
        let intake = match entry {
            Entry::Tick { desk, due } => {
                Intake { desk: desk.clone(), at: *due, input: Input::Tick }
            }
            Entry::Record(record) if !record.bytes.ends_with(b"unreadable") => {
                match ToyReader.read(record) {
                    Read::Article { desk, reading } if reading.headline != "boom" => {
                        let at = reading.article.received.unwrap();
                        Intake { desk, at, input: Input::Article(reading) }
                    }
                    _ => continue,
                }
            }
            _ => continue,
        };
        let mut out = Output::default();
        desk.step(&Policy::default(), intake, &mut out);
        changes.extend(out.changes.iter().flat_map(formats::changes::line));
    }
    String::from_utf8(changes).unwrap()
}

/// The real lane over the golden streams, with the crashes at chosen moments.
#[test]
fn the_real_lane_goes_on_after_crashes() {
    for (seed, case) in (1..).zip(stream::cases()) {
        let mut chance = Chance::new(seed);
        let files = SimFiles::new(seed);
        let mut crashes = 0;
        loop {
            files.crash_after(5 + chance.below(20) * (1 + crashes));
            match run_case(&case, &files, &mut chance) {
                Ok(()) => break,
                Err(error) if !files.has_crashed() => panic!("{}: {error}", case.name),
                Err(_) => crashes += 1,
            }
            files.reboot(if chance.below(2) == 0 { Crash::Kill } else { Crash::PowerCut });
        }
        let mut lane = stream::lane();
        let mut expected = Vec::new();
        for intake in case.intakes() {
            let mut out = Output::default();
            lane.step(stream::policy(), intake, &mut out);
            expected.extend(out.changes.iter().flat_map(formats::changes::line));
        }
        let expected = String::from_utf8(expected).unwrap();
        let published = String::from_utf8(files.bytes(CHANGES)).unwrap();
        assert!(published == expected, "{} after {crashes} crashes", case.name);
    }
}

fn run_case(case: &stream::Case, files: &SimFiles, chance: &mut Chance) -> Result<(), LogError> {
    let keeping = Keeping {
        dir: PathBuf::from(STATE),
        snapshot_bytes: 4_000,
        snapshot_records: 3,
        segment_bytes: 10_000,
        keep_log: false,
    };
    let outlets = Outlets::default().with(Stream::Changes, Outlet::File(PathBuf::from(CHANGES)));
    let log = DiskLog::open(files.clone(), keeping, outlets)?;
    let policy = Arc::new(stream::policy().clone());
    let settings = Arc::new(stream::settings().clone());
    let reader = Arc::new(Routed { settings, policy: Arc::clone(&policy) });
    let lines = Lines { changes: Some(formats::changes::line), ..Lines::default() };
    let until = Time(i64::MAX);
    let mut engine: Engine<Lane, _> =
        Engine::open(log, policy, lines, Ahead::alone(reader), until, None)?;
    let read = engine.marker().inputs.get("case").map_or(0, |progress| progress.records);
    let mut lines = case.lines().skip(read as usize).peekable();
    while lines.peek().is_some() {
        let record = |line: &str| {
            let bytes = line.as_bytes().to_vec();
            Entry::Record(Record { source: "case".to_owned(), bytes, ..Record::default() })
        };
        let batch = 1 + chance.below(3) as usize;
        engine.accept(lines.by_ref().take(batch).map(record).collect())?;
    }
    engine.checkpoint()
}
