//! What the service does on a real broker, as figures: `cargo bench --bench kafka -- WHAT`.
//!
//! - `latency RATE SECONDS`: from a producer's call to the committed change, at so many articles a
//!   second, part by part.
//! - `throughput ARTICLES PAIRS`: articles a second exactly once, in alternation with a plain
//!   librdkafka consumer that only counts; processor seconds of each process.
//! - `restart STORIES`: time to ready with so many live stories, from the snapshots and what came
//!   after them, and from the state topic alone.
//! - `short`: all of it with small numbers, to see that it runs.
//!
//! It starts a broker of its own with `scripts/kafka`. Where there are two cores and `taskset`, the
//! broker has the first and everything else the second.

#[path = "../news/mod.rs"]
mod news;

mod bench_broker;
mod latency;
mod restart;
mod service;
mod throughput;

use std::process::ExitCode;

fn main() -> ExitCode {
    // `cargo bench` adds a flag of its own.
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<u64>().expect("a whole number");
    match words[..] {
        ["latency", rate, seconds] => latency::measure(number(rate), number(seconds)),
        ["throughput", articles, pairs] => throughput::measure(number(articles), number(pairs)),
        ["restart", stories] => restart::measure(number(stories)),
        ["short"] => {
            latency::measure(50, 4);
            throughput::measure(1_000, 2);
            restart::measure(1_000);
        }
        // Called by `throughput`, as a process of its own.
        ["count", bootstrap, topic] => throughput::count(bootstrap, topic),
        _ => {
            eprintln!(
                "cargo bench --bench kafka -- latency RATE SECONDS | throughput ARTICLES PAIRS | \
                 restart STORIES | short"
            );
            // `cargo bench` without arguments runs every bench.
            return ExitCode::SUCCESS;
        }
    }
    ExitCode::SUCCESS
}
