//! Articles a second, exactly once, beside a consumer that only counts.

use std::time::{Duration, Instant};

use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::{Offset, TopicPartitionList};

use crate::bench_broker::{Broker, PARTITIONS, WIRES, fill, load, on_core, percentile};
use crate::service::Service;

pub fn measure(articles: u64, pairs: u64) {
    let broker = Broker::start();
    fill(&broker, articles);
    println!("{articles} full articles in {PARTITIONS} partitions; load {}", load());
    let (mut services, mut counters) = (Vec::new(), Vec::new());
    for pair in 1..=pairs {
        // What goes first in one pair goes last in the next.
        let (counted, served) = if pair % 2 == 1 {
            let counted = counted(&broker);
            (counted, Served::by(&broker, pair, articles))
        } else {
            let served = Served::by(&broker, pair, articles);
            (counted(&broker), served)
        };
        println!(
            "pair {pair}: counting {counted:.0} a second; exactly once {:.0} a second, {:.2} % of \
             it; CPU s per million: service {:.0}, broker {:.0}; load {}",
            served.rate,
            100.0 * served.rate / counted,
            served.own,
            served.brokers,
            load(),
        );
        services.push(served);
        counters.push(counted);
    }
    let median = |mut figures: Vec<f64>| {
        figures.sort_by(f64::total_cmp);
        percentile(&figures, 50)
    };
    println!(
        "median: counting {:.0}, exactly once {:.0} a second (start included); CPU s per million: \
         service {:.0}, broker {:.0}",
        median(counters),
        median(services.iter().map(|it| it.rate).collect()),
        median(services.iter().map(|it| it.own).collect()),
        median(services.iter().map(|it| it.brokers).collect()),
    );
}

/// One run of the service over all articles.
struct Served {
    /// Articles a second, start included.
    rate: f64,
    /// Processor seconds for a million articles.
    own: f64,
    /// Those of the broker meanwhile.
    brokers: f64,
}

impl Served {
    fn by(broker: &Broker, pair: u64, articles: u64) -> Self {
        let app = format!("pair{pair}");
        let (began, before) = (Instant::now(), broker.cpu_seconds());
        let mut service = Service::start(broker, &app, "info", &broker.state_of(&app));
        service.until("lane caught up", usize::try_from(PARTITIONS).unwrap_or(1));
        broker.wait_until_done(&app);
        let seconds = began.elapsed().as_secs_f64();
        let brokers = broker.cpu_seconds() - before;
        let (_, own) = service.end();
        let million = 1e6 / articles as f64;
        let rate = articles as f64 / seconds;
        Self { rate, own: own * million, brokers: brokers * million }
    }
}

fn counted(broker: &Broker) -> f64 {
    let own = std::env::current_exe().expect("a path");
    let done = on_core(1, &own.display().to_string())
        .args(["count", &broker.bootstrap, WIRES])
        .output()
        .expect("the counter runs");
    String::from_utf8_lossy(&done.stdout).trim().parse().expect("a number")
}

/// Counts a topic to its end and prints how many a second.
pub fn count(bootstrap: &str, topic: &str) {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", bootstrap).set("group.id", "count");
    config.set("enable.partition.eof", "true").set("enable.auto.commit", "false");
    let consumer: BaseConsumer = config.create().expect("a consumer");
    consumer.fetch_metadata(Some(topic), Duration::from_secs(10)).expect("an answer");
    let mut list = TopicPartitionList::new();
    for partition in 0..PARTITIONS {
        list.add_partition_offset(topic, partition, Offset::Beginning).expect("an offset");
    }
    let began = Instant::now();
    consumer.assign(&list).expect("a topic that is there");
    let (mut records, mut ended) = (0_u64, 0);
    while ended < PARTITIONS {
        match consumer.poll(Duration::from_millis(100)) {
            Some(Ok(_)) => records += 1,
            Some(Err(KafkaError::PartitionEOF(_))) => ended += 1,
            _ => {}
        }
    }
    println!("{}", records as f64 / began.elapsed().as_secs_f64());
}
