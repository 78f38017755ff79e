//! Articles a second, exactly once, beside a consumer that only counts.

use std::time::{Duration, Instant};

use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::{Offset, TopicPartitionList};

use crate::bench_broker::{Broker, PARTITIONS, WIRES, fill, on_core, percentile};
use crate::service::Service;

pub fn measure(articles: u64, pairs: u64) {
    let broker = Broker::start();
    fill(&broker, articles);
    println!("{articles} full articles in {PARTITIONS} partitions");
    let (mut services, mut counters) = (Vec::new(), Vec::new());
    let million = 1e6 / articles as f64;
    for pair in 1..=pairs {
        let counted = counted(&broker);
        let app = format!("pair{pair}");
        let (began, broker_before) = (Instant::now(), broker.cpu_seconds());
        let mut service = Service::start(&broker, &app, "warn");
        broker.wait_until_done(&app);
        let seconds = began.elapsed().as_secs_f64();
        let (own, of_broker) = (service.cpu_seconds(), broker.cpu_seconds() - broker_before);
        service.kill();
        let rate = articles as f64 / seconds;
        println!(
            "pair {pair}: counting {counted:.0} a second; exactly once {rate:.0} a second, {:.2} % \
             of it; CPU s per million: service {:.0}, broker {:.0}",
            100.0 * rate / counted,
            own * million,
            of_broker * million,
        );
        services.push(rate);
        counters.push(counted);
    }
    services.sort_by(f64::total_cmp);
    counters.sort_by(f64::total_cmp);
    println!(
        "median: counting {:.0}, exactly once {:.0} a second (start included)",
        percentile(&counters, 50),
        percentile(&services, 50)
    );
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
