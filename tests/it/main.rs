//! What the whole program promises, one room a promise.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod alerts; // what a desk is told at once, and taken back; rules that are refused
mod analysis; // the queries of the guide, run by DuckDB
mod asof; // what was known at a time
mod cli; // help, exit codes, one sentence for a mistake; what the demo tells
mod columns; // Parquet beside the NDJSON
mod decisions; // a human's word among the inputs, through the whole program
mod deliveries; // alerts to stand-ins: signed, in order, tried again, edited in place
mod desks; // what the desks of a partition share
mod durability; // damage, full disks, moved files: a clear sentence, nothing lost
mod explained; // what a reader without a desk is told of a level
mod followed; // files that grow, are written over, or cannot be read
mod golden; // a folder of articles in, a readable list of changes beside it
mod http; // a real server and a real client: routes, stream, tokens, feeds, the page in a browser
mod kafka; // a real broker, killed and stopped: the output is the fold of the log
mod kill; // what was withdrawn is in no output any more
mod operations; // the systemd unit
mod orders; // the same news in many orders: no change twice, no number left out
mod past; // replays, dead letters and the doctor, without Kafka
mod schemas; // the committed schemas are current, and all that is written validates
mod seed; // one article with every kind of chain, a report, its rewrites, a denial
mod simulation; // killed at every effect of the log, checked by an oracle
mod stream; // the streams that the others use
mod tidy; // layers, openings, purity, settings, sources, commands
mod wire_news; // made-up news of many desks, with kills and garbage

/// Waits until something holds, half a minute at most; then it fails with what was said last.
fn until(mut holds: impl FnMut() -> Result<(), String>) {
    let begin = std::time::Instant::now();
    while let Err(said) = holds() {
        assert!(begin.elapsed().as_secs() < 30, "never: {said}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// JSON of an address; what is no JSON is null.
fn http_get(address: &str, path: &str) -> serde_json::Value {
    let agent = ureq::Agent::config_builder().http_status_as_error(false).build();
    let answer = ureq::Agent::from(agent).get(format!("http://{address}{path}")).call();
    let mut answer = answer.unwrap_or_else(|error| panic!("{path}: {error}"));
    let text = answer.body_mut().with_config().limit(64 << 20).read_to_string().unwrap();
    serde_json::from_str(&text).unwrap_or_default()
}
