//! Peak memory of `pipe` over many short articles: `cargo bench --bench memory [-- ARTICLES]`.
//!
//! Prints the peak at each tenth of the input. It grows until log time has passed the window in
//! which stories and their articles are kept, and stays there.

mod news;

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

const ARTICLES: u64 = 1_000_000;
/// Seconds of log time between two articles: a million of them are 116 days.
const PACE: u64 = 10;

fn main() {
    let wanted = std::env::args().filter_map(|argument| argument.parse().ok()).next_back();
    let articles: u64 = wanted.unwrap_or(ARTICLES);
    let mut pipe = Command::new(env!("CARGO_BIN_EXE_writethru"))
        .args(["pipe", "--output", "/dev/null"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("the program was built");
    let mut input = std::io::BufWriter::new(pipe.stdin.take().expect("it is piped"));
    let mut news = news::News::short(11, PACE);
    let begun = Instant::now();
    for at in 1..=articles {
        writeln!(input, "{}", news.line()).expect("it reads to the end");
        if at % (articles / 10).max(1) == 0 {
            let seconds = begun.elapsed().as_secs();
            println!("{at:>9} articles  {:>6} MiB peak  {seconds} s", peak_mib(pipe.id()));
        }
    }
    drop(input);
    let status = pipe.wait().expect("it was started");
    assert!(status.success(), "pipe ended with {status}");
}

/// The high-water mark of a process's memory, where the system tells it.
fn peak_mib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|it| it.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or_default() / 1024
}
