//! A thousand rewrites are one notification; who knows only `references` ends every golden story
//! with exactly those alerts open that are.

use serde_json::Value;
use writethru::formats::alerts;
use writethru_core::lane::Output;

use super::stand_in::StandIn;
use super::webhooks::{SECRET, webhook};
use super::{Hasty, Wire, fine, open_alerts};
use crate::alerts::of_a_thousand_rewrites;
use crate::stream;

/// What a webhook was sent of these events.
fn received(events: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let (wire, server) = (Wire::new(), StandIn::start(|_| fine()));
    let mut courier = wire.courier(webhook(&server.url("/"), &[SECRET], true));
    wire.write(events);
    courier.run(&mut Hasty::default());
    server.requests().into_iter().map(|it| it.body).collect()
}

#[test]
fn a_thousand_rewrites_are_one_notification() {
    let events: Vec<Vec<u8>> = of_a_thousand_rewrites().iter().map(alerts::line).collect();
    assert_eq!(received(&events).len(), 1);
}

#[test]
fn who_knows_only_references_ends_with_what_is_open() {
    let mut cancelled = 0;
    for case in stream::cases() {
        let mut lane = stream::lane();
        let mut events = Vec::new();
        for intake in case.intakes() {
            let mut out = Output::default();
            lane.step(stream::policy(), intake, &mut out);
            events.extend(out.alerts.iter().map(alerts::line));
        }
        let received = received(&events);
        let cancel = |body: &&Vec<u8>| String::from_utf8_lossy(body).contains("\"cancel\"");
        cancelled += received.iter().filter(cancel).count();
        let mut open: Vec<Value> =
            open_alerts(&received).into_values().map(|it| it["data"]["alert"].clone()).collect();
        open.sort_by_key(ToString::to_string);
        let count: usize = lane.desks().map(|(_, state)| state.alerts.open().count()).sum();
        assert_eq!(open.len(), count, "{}: {open:?}", case.name);
        open.dedup();
        assert_eq!(open.len(), count, "{}: an alert with two open messages", case.name);
    }
    assert!(cancelled > 3, "only {cancelled} cancels");
}
