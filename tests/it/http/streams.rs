//! The stream, cut anywhere and resumed: each change once, in order. Beyond what is held, a gap.

use std::io::{ErrorKind, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::server::{Event, Server, case_lines};

/// The cursor before everything.
fn beginning() -> String {
    writethru::views::Cursor::new(0, vec![0]).text()
}

fn id_of(event: &Event) -> String {
    let change: Value = serde_json::from_str(&event.data).unwrap();
    change["id"].as_str().unwrap().to_owned()
}

fn published(server: &Server) -> Vec<String> {
    let change = |line: &str| serde_json::from_str::<Value>(line).unwrap()["id"].clone();
    // The last line may be half written while one looks.
    let file = server.file();
    let whole = file.rsplit_once('\n').map_or("", |(whole, _)| whole);
    whole.lines().map(|line| change(line).as_str().unwrap().to_owned()).collect()
}

/// Ids of the changes and of the alert events among these, each in the order in which they came.
fn apart(events: &[Event]) -> [Vec<String>; 2] {
    let (alerts, changes): (Vec<&Event>, Vec<&Event>) =
        events.iter().partition(|event| event.name.starts_with("alert."));
    assert!(changes.iter().all(|event| event.name.is_empty()), "{events:?}");
    [changes, alerts].map(|events| events.into_iter().map(id_of).collect())
}

#[test]
fn cut_at_every_place_and_resumed_it_goes_on_exactly_there() {
    let server = Server::over("denial", &[]);
    let changes = published(&server);
    let alerts: Vec<String> =
        server.alerts().iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect();
    assert!(!alerts.is_empty());
    let count = changes.len() + alerts.len();
    let all: Vec<Event> =
        server.stream(&format!("/v1/stream?after={}", beginning()), None).take(1 + count).collect();
    assert_eq!(all[0].name, "open");
    assert_eq!(apart(&all[1..]), [changes.clone(), alerts.clone()]);
    // After a kill and a restart, too.
    let server = server.again(&[]);
    for (seen, event) in all[1..].iter().enumerate() {
        let rest = count - seen - 1;
        let resumed: Vec<Event> =
            server.stream("/v1/stream", Some(&event.id)).take(1 + rest).collect();
        let [had, told] = apart(&all[1..=seen + 1]);
        let wanted = [changes[had.len()..].to_vec(), alerts[told.len()..].to_vec()];
        assert_eq!(apart(&resumed[1..]), wanted, "cut after event {}", seen + 1);
    }
}

#[test]
fn what_comes_while_one_listens_arrives() {
    let lines = case_lines("toll");
    let (first, rest) = lines.split_at(1);
    let server = Server::with(first, &[]);
    let before = server.written();
    let mut events = server.stream("/v1/stream?type=claim.", None);
    assert_eq!(events.next().unwrap().name, "open");
    for line in rest {
        server.add(line);
    }
    let event = events.next().unwrap();
    let change: Value = serde_json::from_str(&event.data).unwrap();
    assert!(change["type"].as_str().unwrap().starts_with("writethru.claim."));
    assert!(published(&server).iter().skip(before).any(|id| *id == id_of(&event)));
}

#[test]
fn beyond_what_is_held_a_reader_is_told_of_the_gap() {
    let settings = [("SERVE__CHANGES_MAX", "20")];
    let server = Server::over("demo", &settings);
    let wanted = published(&server);
    let first = server.get("/v1/changes");
    assert_eq!(first.json()["changes"].as_array().unwrap().len(), 20);
    // A cursor from the time when the oldest changes were still held.
    let log = writethru::views::Cursor::parse(first.json()["next"].as_str().unwrap()).unwrap().log;
    let old = writethru::views::Cursor::new(log, vec![3]).text();
    let gone = server.get(&format!("/v1/changes?after={old}"));
    assert_eq!(gone.status, 410, "{}", gone.body);
    let oldest = gone.json()["first"].as_str().unwrap().to_owned();
    let rest = server.json(&format!("/v1/changes?after={oldest}"));
    assert_eq!(rest["changes"].as_array().unwrap().len(), 20);

    let alerts = server.alerts().len();
    let events: Vec<Event> = server.stream("/v1/stream", Some(&old)).take(22 + alerts).collect();
    assert_eq!((events[0].name.as_str(), events[1].name.as_str()), ("open", "gap"));
    assert!(events[1].data.contains("\"reason\":\"gone\""));
    let [got, told] = apart(&events[2..]);
    assert_eq!((got.as_slice(), told.len()), (&wanted[wanted.len() - 20..], alerts));

    let other = writethru::views::Cursor::new(log ^ 1, vec![3]).text();
    let told: Vec<Event> = server.stream("/v1/stream", Some(&other)).take(2).collect();
    assert!(told[1].data.contains("other_log"), "{told:?}");
}

#[test]
fn a_quiet_stream_shows_signs_of_life_and_an_early_end() {
    use std::io::BufRead as _;
    let server = Server::over("denial", &[("SERVE__HEARTBEAT_SECONDS", "1")]);
    let response = server.call("/v1/stream", &[]);
    let mut lines = std::io::BufReader::new(response.into_body().into_reader()).lines();
    let begin = Instant::now();
    let alive = lines.find(|line| line.as_ref().is_ok_and(|line| line == ": alive"));
    assert!(alive.is_some() && begin.elapsed() < Duration::from_secs(5));
    drop(server);
    while let Some(Ok(_)) = lines.next() {}
}

#[test]
fn a_reader_that_takes_nothing_is_dropped_and_delays_nobody() {
    let server = Server::over("demo", &[("SERVE__STALL_SECONDS", "1")]);
    let mut stalled = TcpStream::connect(&server.address).unwrap();
    stalled.set_write_timeout(Some(Duration::from_millis(100))).unwrap();
    let request =
        format!("GET /v1/changes?limit=1000 HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    let begin = Instant::now();
    // Asks on and on and reads nothing, until the other end hangs up.
    loop {
        match stalled.write_all(request.as_bytes()) {
            Ok(()) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
        assert!(begin.elapsed() < Duration::from_secs(30), "it is not dropped");
        assert_eq!(server.get("/healthz").status, 200);
    }
}

#[test]
fn readers_of_the_stream_are_limited() {
    let server = Server::over("denial", &[("SERVE__STREAMS_MAX", "2")]);
    let mut open: Vec<_> = (0..2).map(|_| server.stream("/v1/stream", None)).collect();
    assert!(open.iter_mut().all(|events| events.next().is_some()));
    assert_eq!(server.get("/v1/stream").status, 503);
    assert_eq!(server.get("/v1/stories").status, 200);
}
