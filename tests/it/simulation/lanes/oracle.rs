//! What must have been committed: the plain fold of the log, with nothing of the lane's own path but
//! the desk and the reading of a record.

use std::collections::BTreeMap;

use writethru::engine::{Fold as _, Read, Reader as _};
use writethru::formats;
use writethru::log::Record;
use writethru::logs::kafka::port::Outgoing;
use writethru::logs::kafka::wire::{StateRecord, state};
use writethru_core::article::Time;
use writethru_core::lane::{Input, Intake, Output};
use writethru_core::policy::Policy;

use super::world::{Logged, Status, World};
use crate::simulation::toy::{Toy, ToyReader};

/// All that became visible, partition by partition.
pub fn check(world: &World) {
    for (number, partition) in world.partitions.iter().enumerate() {
        let times = partition.routed.iter().map(|record| record.appended_ms);
        let wanted = oracle(partition.logged.iter().zip(times));
        let value = |(_, record): (i64, &Outgoing)| {
            String::from_utf8(record.value.clone().unwrap()).unwrap()
        };
        let changes: Vec<String> =
            world.visible(number, "sim.changes").into_iter().map(value).collect();
        assert_eq!(changes, wanted.changes, "changes of partition {number}");
        let key = |(_, record): (i64, &Outgoing)| String::from_utf8(record.key.clone()).unwrap();
        let dead: Vec<String> = world.visible(number, "sim.dlq").into_iter().map(key).collect();
        assert_eq!(dead, wanted.dead, "dead letters of partition {number}");
        let states = world.visible(number, "sim.state");
        let marker = states.iter().rev().find_map(|(_, record)| {
            match state(&record.key, record.value.as_deref()) {
                Ok(StateRecord::Marker(marker)) => Some(marker),
                _ => None,
            }
        });
        let marker = marker.expect("something is committed");
        assert_eq!(marker.digest, wanted.digest, "state of partition {number}");
        assert!(partition.transactions.iter().all(|it| it.status != Status::Open));
    }
}

#[derive(Default)]
struct Folded {
    changes: Vec<String>,
    dead: Vec<String>,
    digest: String,
}

/// The plain fold of one partition's log: what was taken before is dropped, what panics is buried.
fn oracle<'a>(log: impl Iterator<Item = (&'a Logged, i64)>) -> Folded {
    let mut folded = Folded::default();
    let mut seen: BTreeMap<i32, i64> = BTreeMap::new();
    let mut desk = Toy::default();
    for (entry, appended_ms) in log {
        let intake = match entry {
            Logged::Epoch => continue,
            Logged::Tick { due } => {
                Intake { desk: "en".to_owned(), at: Time(*due), input: Input::Tick }
            }
            Logged::Article { source, offset, line } => {
                let highest = seen.entry(*source).or_insert(-1);
                if offset <= highest {
                    continue;
                }
                *highest = *offset;
                let mut bury = || folded.dead.push(format!("wires/{source}/{offset}"));
                if line.ends_with("unreadable") {
                    bury();
                    continue;
                }
                let record = Record { bytes: line.clone().into_bytes(), ..Record::default() };
                match ToyReader.read(&record) {
                    Read::Dead { .. } => {
                        bury();
                        continue;
                    }
                    Read::PassedOver(_) | Read::Decision { .. } => continue,
                    Read::Article { reading, .. } if reading.headline == "boom" => {
                        bury();
                        continue;
                    }
                    Read::Article { desk, reading } => {
                        Intake { desk, at: Time(appended_ms), input: Input::Article(reading) }
                    }
                }
            }
        };
        let mut out = Output::default();
        desk.step(&Policy::default(), intake, &mut out);
        let text = |change| {
            let mut line = formats::changes::line(change);
            line.pop();
            String::from_utf8(line).unwrap()
        };
        folded.changes.extend(out.changes.iter().map(text));
    }
    desk.drain(&mut |_| {});
    folded.digest = format!("{:032x}", desk.digest());
    folded
}
