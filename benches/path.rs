//! The embedded path on full articles, stage by stage: `cargo bench --bench path`.
//!
//! One thread throughout. `parse` is serde_json alone, the yardstick; `whole` is all of it with
//! the write-ahead log on a real disk, batches of 256. First comes a table in processor time, which
//! a busy machine does not disturb; `-- --table` ends there, and `-- --table FILE` takes the articles
//! of a file of NDJSON.

mod news;

use std::borrow::Cow;
use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput};
use serde::Deserialize;
use writethru::app;
use writethru::config::{self, Keeping, Settings};
use writethru::engine::Lines;
use writethru::formats::articles::{Decoded, decode};
use writethru::formats::changes;
use writethru::log::{Entry, Record, Stream};
use writethru::logs::disk::{DiskLog, Files};
use writethru::logs::{Outlet, Outlets};
use writethru_core::article::{Article, Time};
use writethru_core::lane::{Input, Intake, Lane, Output};
use writethru_core::policy::Policy;
use writethru_core::reading::read;

const ARTICLES: usize = 6_000;
const BATCH: usize = 256;

/// What a parser has to look at, at the very least.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only parsed")]
struct Parsed<'a> {
    #[serde(borrow)]
    uri: Cow<'a, str>,
    #[serde(borrow)]
    headline: Cow<'a, str>,
    #[serde(borrow)]
    body: Cow<'a, str>,
}

struct World {
    lines: Vec<String>,
    articles: Vec<Article>,
    intakes: Vec<Intake>,
    settings: Arc<Settings>,
    policy: Policy,
}

fn world(lines: Option<Vec<String>>) -> World {
    let (mut settings, policy) =
        config::load_with(None, std::iter::empty()).expect("the embedded defaults are good");
    settings.reading.threads = 1;
    let mut news = news::News::full(7, 20);
    let lines = lines.unwrap_or_else(|| (0..ARTICLES).map(|_| news.line()).collect());
    let article = |line: &String| match decode(line.as_bytes()) {
        Ok(Decoded::Article(article)) => *article,
        other => panic!("{other:?}"),
    };
    let articles: Vec<Article> = lines.iter().map(article).collect();
    let intake = |article: &Article| Intake {
        desk: "en".to_owned(),
        at: article.received.unwrap_or(Time::EPOCH),
        input: Input::Article(Box::new(read(&policy, article.clone()))),
    };
    let intakes = articles.iter().map(intake).collect();
    World { lines, articles, intakes, settings: Arc::new(settings), policy }
}

fn fold(world: &World, intakes: Vec<Intake>) -> (Lane, Vec<Output>) {
    let mut lane = Lane::default();
    let outputs = intakes
        .into_iter()
        .map(|intake| {
            let mut output = Output::default();
            lane.step(&world.policy, intake, &mut output);
            output
        })
        .collect();
    (lane, outputs)
}

fn whole(world: &World, folder: PathBuf) -> u64 {
    let output = folder.join("changes.ndjson");
    let keeping = Keeping { dir: folder.join("state"), ..world.settings.state.clone() };
    let outlets = Outlets::default().with(Stream::Changes, Outlet::File(output));
    let log = DiskLog::open(Files::default(), keeping, outlets).expect("an empty folder");
    let lines = Lines { changes: Some(changes::line), ..Lines::default() };
    let until = Time(i64::MAX);
    let mut desk = app::open(log, &world.settings, world.policy.clone(), lines, until, None)
        .expect("an empty log");
    for batch in world.lines.chunks(BATCH) {
        let record = |line: &String| {
            let bytes = line.clone().into_bytes();
            Entry::Record(Record { source: "bench".to_owned(), bytes, ..Record::default() })
        };
        desk.accept(batch.iter().map(record).collect()).expect("room on the disk");
    }
    desk.settle().expect("room on the disk");
    desk.marker().length(Stream::Changes)
}

fn path(world: &World, criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("articles");
    group.throughput(Throughput::Elements(world.lines.len() as u64)).sample_size(10);
    group.bench_function("parse", |bench| {
        bench.iter(|| {
            for line in &world.lines {
                black_box(serde_json::from_str::<Parsed<'_>>(line).expect("an article"));
            }
        });
    });
    group.bench_function("decode", |bench| {
        bench.iter(|| world.lines.iter().for_each(|line| drop(black_box(decode(line.as_bytes())))));
    });
    group.bench_function("read", |bench| {
        bench.iter_batched(
            || world.articles.clone(),
            |articles| {
                articles.into_iter().for_each(|it| drop(black_box(read(&world.policy, it))));
            },
            BatchSize::LargeInput,
        );
    });
    group.bench_function("step", |bench| {
        bench.iter_batched(
            || world.intakes.clone(),
            |intakes| fold(world, intakes),
            BatchSize::LargeInput,
        );
    });
    group.bench_function("drain", |bench| {
        bench.iter_batched(
            || fold(world, world.intakes.clone()).0,
            |mut lane| {
                let mut rows = 0;
                lane.drain(&mut |row| rows += row.row.key.len());
                (lane, rows)
            },
            BatchSize::LargeInput,
        );
    });
    let (_, outputs) = fold(world, world.intakes.clone());
    group.bench_function("render", |bench| {
        bench.iter(|| {
            let all = outputs.iter().flat_map(|output| &output.changes);
            all.map(|change| changes::line(change).len()).sum::<usize>()
        });
    });
    group.bench_function("whole", |bench| {
        bench.iter_batched(
            || tempfile::tempdir_in(".").expect("a folder on a real disk"),
            |folder| (whole(world, folder.path().to_owned()), folder),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

/// Each stage once, in the processor time of this thread.
fn table(world: &World) {
    let stage = |name: &str, work: &mut dyn FnMut()| {
        let begun = processor_nanoseconds();
        work();
        let each = (processor_nanoseconds() - begun) / world.lines.len() as u64;
        let rate = 1_000_000_000 / each.max(1);
        eprintln!(
            "{name:>8} {:>6}.{} µs an article {rate:>9} a second",
            each / 1000,
            each / 100 % 10
        );
    };
    stage("parse", &mut || {
        for line in &world.lines {
            black_box(serde_json::from_str::<Parsed<'_>>(line).expect("an article"));
        }
    });
    stage("decode", &mut || {
        world.lines.iter().for_each(|line| drop(black_box(decode(line.as_bytes()))));
    });
    let articles = world.articles.clone();
    stage("read", &mut || {
        articles.iter().for_each(|it| drop(black_box(read(&world.policy, it.clone()))));
    });
    let mut intakes = Some(world.intakes.clone());
    let mut folded = None;
    stage("step", &mut || folded = intakes.take().map(|intakes| fold(world, intakes)));
    let (mut lane, outputs) = folded.expect("folded above");
    stage("drain", &mut || lane.drain(&mut |row| drop(black_box(row))));
    stage("render", &mut || {
        for change in outputs.iter().flat_map(|output| &output.changes) {
            black_box(changes::line(change));
        }
    });
    let folder = tempfile::tempdir_in(".").expect("a folder on a real disk");
    stage("whole", &mut || {
        black_box(whole(world, folder.path().to_owned()));
    });
}

/// Processor time of this thread, where the system tells it.
fn processor_nanoseconds() -> u64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split(' ').next().and_then(|it| it.parse().ok()).unwrap_or_default()
}

fn main() {
    let file = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let lines = file.map(|file| {
        let text = std::fs::read_to_string(&file).expect("a file of NDJSON");
        text.lines().map(str::to_owned).collect()
    });
    let world = world(lines);
    let (bytes, articles) = (world.lines.iter().map(String::len).sum::<usize>(), world.lines.len());
    eprintln!("{articles} articles of {} bytes on average", bytes / articles.max(1));
    table(&world);
    if std::env::args().any(|argument| argument == "--table") {
        return;
    }
    let mut criterion = Criterion::default().configure_from_args();
    path(&world, &mut criterion);
    criterion.final_summary();
}
