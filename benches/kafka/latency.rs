//! From a producer's call to the committed change, and where that time goes.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::{Message as _, Offset, TopicPartitionList};

use crate::bench_broker::{Broker, PARTITIONS, flush, load, percentile, send, uri};
use crate::news::News;
use crate::service::Service;

type Sent = Arc<Mutex<BTreeMap<String, Instant>>>;

pub fn measure(rate: u64, seconds: u64) {
    let broker = Broker::start();
    let level = "info,writethru::logs::kafka=debug";
    let mut service = Service::start(&broker, "bench", level, &broker.state_of("bench"));
    service.until("lane caught up", usize::try_from(PARTITIONS).unwrap_or(1));
    let before = load();
    let sent: Sent = Arc::default();
    let done = Arc::new(AtomicBool::new(false));
    let watching = watch(&broker, &sent, &done);
    let late = send_all(&broker, &sent, rate, seconds);
    broker.wait_until_done("bench");
    std::thread::sleep(Duration::from_millis(500));
    done.store(true, Ordering::Relaxed);
    let took = watching.join().expect("the watcher ends");
    let (said, cpu) = service.end();
    let all = rate * seconds;
    println!(
        "{all} articles at {rate} a second ({late} sent late); load {before} before, {} after; \
         {:.2} CPU ms of the service for each",
        load(),
        cpu * 1000.0 / all as f64
    );
    tell("produced to committed change", "ms", took);
    let figures = |name: &str| figures(&said, name);
    tell("  its way to the lane's topic", "ms", figures("routed_ms="));
    tell("  from there into the lane", "ms", figures("waited_ms="));
    let in_ms = |name: &str| figures(name).into_iter().map(|us| us / 1000.0).collect();
    tell("  read, decided, rendered", "ms", in_ms("folded_us="));
    tell("  one commit", "ms", in_ms(" us="));
    tell("    handing over", "ms", in_ms("send_us="));
    tell("    until the broker has it", "ms", in_ms("drain_us="));
    tell("    adding the offset", "ms", in_ms("offset_us="));
    tell("    making it visible", "ms", in_ms("commit_us="));
    tell("articles of a commit", "", figures("articles="));
    tell("records of a commit", "", figures("records="));
}

/// One figure of each commit of articles.
fn figures(said: &str, name: &str) -> Vec<f64> {
    said.lines()
        .filter(|line| line.contains(" committed ") && !line.contains("articles=0 "))
        .filter_map(|line| line.split(name).nth(1)?.split_whitespace().next()?.parse().ok())
        .collect()
}

/// Sends at an even pace; answers how many were sent late.
fn send_all(broker: &Broker, sent: &Sent, rate: u64, seconds: u64) -> u64 {
    let producer = broker.producer();
    let mut news = News::full(1, 2);
    let lines: Vec<(String, String)> = (0..rate * seconds)
        .map(|_| {
            let line = news.line();
            (uri(&line), line)
        })
        .collect();
    let mut late = 0;
    let began = Instant::now();
    for (n, (key, line)) in (0_u64..).zip(&lines) {
        let due = began + Duration::from_nanos(1_000_000_000 * n / rate);
        match due.checked_duration_since(Instant::now()) {
            Some(left) => std::thread::sleep(left),
            None => late += 1,
        }
        sent.lock().expect("no panic").entry(key.clone()).or_insert_with(Instant::now);
        send(&producer, key, line);
    }
    flush(&producer);
    late
}

fn tell(what: &str, unit: &str, mut figures: Vec<f64>) {
    figures.sort_by(f64::total_cmp);
    let at = |percent| percentile(&figures, percent);
    println!(
        "{what:32} {:6} of them: p50 {:.1}, p90 {:.1}, p99 {:.1}, most {:.1} {unit}",
        figures.len(),
        at(50),
        at(90),
        at(99),
        figures.last().copied().unwrap_or_default()
    );
}

/// Notes when the first change that an article caused is visible.
fn watch(broker: &Broker, sent: &Sent, done: &Arc<AtomicBool>) -> JoinHandle<Vec<f64>> {
    let mut config = broker.config();
    config.set("group.id", "watch").set("isolation.level", "read_committed");
    config.set("fetch.wait.max.ms", "20").set("fetch.queue.backoff.ms", "5");
    let consumer: BaseConsumer = config.create().expect("a consumer");
    let mut list = TopicPartitionList::new();
    for partition in 0..PARTITIONS {
        list.add_partition_offset("bench.changes", partition, Offset::Beginning)
            .expect("an offset");
    }
    let (sent, done) = (Arc::clone(sent), Arc::clone(done));
    std::thread::spawn(move || {
        consumer.assign(&list).expect("a topic that is there");
        let mut took = Vec::new();
        while !done.load(Ordering::Relaxed) {
            let Some(Ok(message)) = consumer.poll(Duration::from_millis(20)) else { continue };
            let now = Instant::now();
            let change: serde_json::Value =
                serde_json::from_slice(message.payload().unwrap_or_default()).expect("a change");
            let cause = change["data"]["cause"]["uri"].as_str().unwrap_or_default();
            if let Some(since) = sent.lock().expect("no panic").remove(cause) {
                took.push(now.duration_since(since).as_secs_f64() * 1000.0);
            }
        }
        took
    })
}
