//! From a producer's call to the committed change, and what a commit takes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::{Message as _, Offset, TopicPartitionList};

use crate::bench_broker::{Broker, PARTITIONS, flush, percentile, send, uri};
use crate::news::News;
use crate::service::Service;

type Sent = Arc<Mutex<BTreeMap<String, Instant>>>;

pub fn measure(rate: u64, seconds: u64) {
    let broker = Broker::start();
    let mut service = Service::start(&broker, "bench", "info,writethru::logs::kafka=debug");
    service.until("lane caught up", usize::try_from(PARTITIONS).unwrap_or(1));
    let sent: Sent = Arc::default();
    let watching = watch(&broker, &sent, Duration::from_secs(seconds + 8));
    let mut behind = 0;
    {
        let producer = broker.producer();
        let mut news = News::full(1, 2);
        let lines: Vec<(String, String)> = (0..rate * seconds)
            .map(|_| {
                let line = news.line();
                (uri(&line), line)
            })
            .collect();
        let began = Instant::now();
        for (n, (key, line)) in (0_u64..).zip(&lines) {
            let due = began + Duration::from_nanos(1_000_000_000 * n / rate);
            match due.checked_duration_since(Instant::now()) {
                Some(left) => std::thread::sleep(left),
                None => behind += 1,
            }
            sent.lock().expect("no panic").entry(key.clone()).or_insert_with(Instant::now);
            send(&producer, key, line);
        }
        flush(&producer);
    }
    let mut took = watching.join().expect("the watcher ends");
    took.sort_by(f64::total_cmp);
    let said = service.said();
    service.kill();
    let mut commits: Vec<f64> = said
        .lines()
        .filter(|line| line.contains(" committed "))
        .filter_map(|line| line.split("us=").nth(1)?.split_whitespace().next()?.parse().ok())
        .map(|us: f64| us / 1000.0)
        .collect();
    commits.sort_by(f64::total_cmp);
    let all = rate * seconds;
    println!("{all} articles at {rate} a second ({behind} sent late)");
    tell("produced to committed change", &took);
    tell("one commit", &commits);
}

fn tell(what: &str, sorted: &[f64]) {
    let at = |percent| percentile(sorted, percent);
    println!(
        "{what}: {} of them, ms: p50 {:.1}, p90 {:.1}, p99 {:.1}, longest {:.1}",
        sorted.len(),
        at(50),
        at(90),
        at(99),
        sorted.last().copied().unwrap_or_default()
    );
}

/// Notes when the first change that an article caused is visible.
fn watch(broker: &Broker, sent: &Sent, long: Duration) -> std::thread::JoinHandle<Vec<f64>> {
    let mut config = broker.config();
    config.set("group.id", "watch").set("isolation.level", "read_committed");
    config.set("fetch.wait.max.ms", "20").set("fetch.queue.backoff.ms", "5");
    let consumer: BaseConsumer = config.create().expect("a consumer");
    let mut list = TopicPartitionList::new();
    for partition in 0..PARTITIONS {
        list.add_partition_offset("bench.changes", partition, Offset::Beginning)
            .expect("an offset");
    }
    let sent = Arc::clone(sent);
    std::thread::spawn(move || {
        consumer.assign(&list).expect("a topic that is there");
        let until = Instant::now() + long;
        let mut took = Vec::new();
        while Instant::now() < until {
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
