//! Makes the snapshots: reads what a lane's state has beyond the last one and lays it over that.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::consumer::Consumer as _;
use rdkafka::consumer::base_consumer::BaseConsumer;
use rdkafka::error::KafkaError;
use rdkafka::{Message as _, Offset};

use super::{Archive, Head, Shelf, now_ms};
use crate::logs::disk::{DiskError, RowKey, Storage as _};
use crate::logs::kafka::client::{Cluster, Told, without_secrets};
use crate::logs::kafka::lag::Positions;
use crate::logs::kafka::reader::{ReadError, read_to_end};
use crate::logs::kafka::wire::{self, LaneMarker, StateError, StateRecord};

const LOOK_EVERY: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(10);
/// Fewer bytes than a row takes in a file: the next snapshot waits for as many records as the last
/// one may have rows, so that snapshots cost no more than the records themselves.
const ROW_BYTES: u64 = 64;

/// Begins to keep snapshots of the lanes that have a position, until the positions are dropped.
///
/// # Errors
/// Settings that the client refuses.
pub fn keep(
    cluster: &Cluster,
    archive: Archive,
    positions: &Arc<Positions>,
) -> Result<(), KafkaError> {
    let consumer: BaseConsumer<Told> = cluster.reader().create_with_context(Told)?;
    let keeper = Keeper { cluster: cluster.clone(), archive, consumer };
    let positions = Arc::downgrade(positions);
    let started =
        thread::Builder::new().name("snapshots".to_owned()).spawn(move || keeper.go_on(&positions));
    if let Err(error) = started {
        tracing::warn!(error = %error, "no snapshots are made; starts read whole topics");
    }
    Ok(())
}

struct Keeper {
    cluster: Cluster,
    archive: Archive,
    consumer: BaseConsumer<Told>,
}

/// Why there is no snapshot this time.
#[derive(Debug, thiserror::Error)]
enum NoSnapshot {
    #[error("{}", without_secrets(.0))]
    Kafka(#[from] KafkaError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Disk(#[from] DiskError),
    #[error(transparent)]
    State(#[from] StateError),
}

impl Keeper {
    fn go_on(&self, positions: &Weak<Positions>) {
        let mut is_told = false;
        loop {
            let Some(held) = positions.upgrade().map(|positions| positions.partitions()) else {
                return;
            };
            for partition in held {
                match self.look_at(partition) {
                    Err(error) if !is_told => {
                        tracing::warn!(partition, error = %error, "no snapshot this time");
                        is_told = true;
                    }
                    Err(error) => tracing::debug!(partition, error = %error, "no snapshot again"),
                    Ok(()) => {}
                }
            }
            thread::sleep(LOOK_EVERY);
        }
    }

    /// Makes a snapshot if one is due.
    fn look_at(&self, partition: i32) -> Result<(), NoSnapshot> {
        let topic = &self.archive.topic;
        let ends = self.consumer.fetch_watermarks(topic, partition, ANSWER)?;
        let mut shelf = self.archive.shelf(partition, ends);
        let from = shelf.newest().map_or(0, |head| head.marker_at);
        let floor = shelf.snapshots.newest_bytes() / ROW_BYTES;
        let due = u64::try_from(ends.1 - from).unwrap_or_default();
        if due < self.archive.records_min.max(floor) {
            return Ok(());
        }
        let (began, made_ms) = (Instant::now(), now_ms());
        let tail = Tail::read(&self.cluster, topic, partition, from)?;
        let Some((marker_at, marker)) = tail.marker else { return Ok(()) };
        let mut seen: BTreeMap<_, _> =
            shelf.newest().map(|head| head.seen.iter().cloned().collect()).unwrap_or_default();
        seen.extend(tail.seen);
        let head = Head {
            cluster: self.archive.cluster.clone(),
            topic: topic.clone(),
            partition,
            format: wire::FORMAT,
            made_ms,
            marker_at,
            marker,
            seen: seen.into_iter().collect(),
        };
        let changed = tail.rows.len();
        if shelf.write(head, &tail.rows)? {
            let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            tracing::info!(partition, offset = marker_at, changed, ms, "snapshot kept");
        }
        Ok(())
    }
}

impl Shelf {
    /// `false` where another process is writing one.
    fn write(
        &mut self,
        head: Head,
        rows: &BTreeMap<RowKey, Option<Vec<u8>>>,
    ) -> Result<bool, DiskError> {
        let dir = &self.dir;
        self.storage.make_dir(dir).map_err(|e| DiskError::doing("make the folder", dir, e))?;
        let lock = dir.join("lock");
        if !self.storage.lock(&lock).map_err(|e| DiskError::doing("lock", &lock, e))? {
            return Ok(false);
        }
        let changed = rows.iter().map(|(key, value)| (key, value.as_deref())).collect();
        self.snapshots.write(&self.storage, head, &changed).map(|()| true)
    }
}

/// What the topic has beyond a snapshot. Only committed records are read, and every transaction
/// ends with its marker, so this is the state as of one commit.
#[derive(Default)]
struct Tail {
    marker: Option<(i64, LaneMarker)>,
    seen: BTreeMap<wire::Path, i64>,
    rows: BTreeMap<RowKey, Option<Vec<u8>>>,
}

impl Tail {
    fn read(cluster: &Cluster, topic: &str, partition: i32, from: i64) -> Result<Self, NoSnapshot> {
        let mut tail = Self::default();
        let mut broken = None;
        let from = if from == 0 { Offset::Beginning } else { Offset::Offset(from) };
        let read = read_to_end(cluster, topic, partition, from, &mut |message| {
            let key = message.key().unwrap_or_default();
            match wire::state(key, message.payload()) {
                Ok(record) => tail.take(message.offset(), record),
                Err(error) => broken = Some(error),
            }
            broken.is_none()
        });
        match broken {
            Some(error) => Err(error.into()),
            None => Ok(read.map(|()| tail)?),
        }
    }

    fn take(&mut self, offset: i64, record: StateRecord) {
        match record {
            StateRecord::Row(row) => {
                let (key, value) = RowKey::split(row);
                self.rows.insert(key, value);
            }
            StateRecord::Seen(path, offset) => {
                self.seen.insert(path, offset);
            }
            StateRecord::Marker(marker) => self.marker = Some((offset, *marker)),
        }
    }
}
