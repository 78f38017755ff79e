//! One lane's log as a past: from its beginning, or from a local snapshot before the range.

use std::collections::BTreeMap;

use rdkafka::error::KafkaError;
use writethru_core::article::Time;

use super::tell_missing;
use super::topic::{Range, failed};
use crate::log::{Epoch, LogError, Marker, Rows};
use crate::logs::kafka::snapshots::{Archive, Head, Shelf};
use crate::logs::kafka::wire;
use crate::logs::replay::{Source, Step};

/// What route sent twice is dropped as the lane drops it.
pub struct Lane {
    topic: String,
    partition: i32,
    range: Range,
    /// Snapshots that lie before the range and were made with the same settings.
    shelf: Option<Shelf>,
    seen: BTreeMap<wire::Path, i64>,
}

impl Lane {
    /// Whole, unless there is a snapshot to begin with.
    pub fn new(topic: &str, partition: i32, range: Range) -> Self {
        let topic = topic.to_owned();
        Self { topic, partition, range, shelf: None, seen: BTreeMap::new() }
    }

    /// Begins with a snapshot that these settings made of this lane before the range, if there is
    /// one. With it the lane knows what it knew then; without, the same is folded again.
    pub fn with_snapshots(mut self, archive: &Archive, epoch: &Epoch, partitions: u32) -> Self {
        let fits = |head: &Head| {
            head.marker.next <= self.range.from
                && head.marker.partitions == partitions
                && head.marker.marker.epoch == *epoch
        };
        self.shelf = Some(archive.past(self.partition, &fits));
        self
    }

    /// The state of the snapshot, with what comes next.
    fn begin_with(&mut self, head: &Head, rows: &mut dyn Rows) -> Result<(), String> {
        let told = |error: KafkaError| failed(error).to_string();
        // The record before it says whether it is of this topic.
        let before = head.marker.next - 1;
        self.range.past.begin_at(&self.topic, self.partition, before).map_err(told)?;
        let last = self.range.past.take().map_err(told)?;
        let is_known = last
            .is_some_and(|it| it.offset == before && Some(it.appended_ms) == head.marker.last_ms);
        if !is_known {
            return Err(format!("the topic has another record at offset {before}"));
        }
        rows.clear();
        let Some(shelf) = &self.shelf else { return Err("there is none".to_owned()) };
        shelf
            .rows(&mut |row| rows.load(&row).map_err(|_| "a row cannot be read".to_owned()))
            .map_err(|error| error.to_string())?;
        if format!("{:032x}", rows.settle()) != head.marker.digest {
            return Err("its rows do not have its digest".to_owned());
        }
        self.seen = head.seen.iter().cloned().collect();
        Ok(())
    }
}

impl Source for Lane {
    fn restore(&mut self, rows: &mut dyn Rows) -> Result<Marker, LogError> {
        let (partition, begins) = (self.partition, self.range.past.begins());
        while let Some(head) = self.shelf.as_ref().and_then(|shelf| shelf.newest().cloned()) {
            match self.begin_with(&head, rows) {
                Ok(()) => {
                    tracing::info!(partition, offset = head.marker.next, "begins with a snapshot");
                    return Ok(head.marker.marker);
                }
                Err(why) => {
                    tracing::info!(partition, why, "a snapshot is left out");
                    self.shelf.iter_mut().for_each(|shelf| shelf.leave_out(why.clone()));
                    self.range.past.begin_at(&self.topic, partition, begins).map_err(failed)?;
                }
            }
        }
        rows.clear();
        rows.settle();
        tell_missing(&self.range.past, &self.topic, partition, self.range.is_fresh);
        Ok(Marker::default())
    }

    fn next(&mut self) -> Result<Option<Step>, LogError> {
        loop {
            let Some(record) = self.range.past.take().map_err(failed)? else { return Ok(None) };
            let is_wanted = record.offset >= self.range.from;
            let at = Time(record.appended_ms);
            let routed = wire::routed(&self.topic, self.partition, record);
            if let Some((path, offset)) = routed.from {
                let highest = self.seen.entry(path).or_insert(-1);
                if offset <= *highest {
                    continue;
                }
                *highest = offset;
            }
            return Ok(Some(Step { entry: routed.entry, at, is_wanted }));
        }
    }
}
