//! The past of Kafka: the routed topic lane by lane, or an article topic as if it came again.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use anyhow::{Context as _, bail};
use writethru_core::article::Time;

use super::lane::Lane;
use super::{Stage, Wanted, tell_missing};
use crate::config::Settings;
use crate::log::{Entry, LogError, Marker, Record, Rows};
use crate::logs::kafka::client::Cluster;
use crate::logs::kafka::error::LaneError;
use crate::logs::kafka::past::{Bound, Merged, Past};
use crate::logs::kafka::snapshots::Archive;
use crate::logs::kafka::spread;
use crate::logs::kafka::topics::{Topics, partitions_of};
use crate::logs::replay::{Moment, Source, Step};

/// Plays each partition of the routed topic, or an article topic.
pub fn play_all(
    cluster: &Cluster,
    settings: &Settings,
    wanted: &Wanted,
    stage: &mut Stage<'_>,
) -> anyhow::Result<()> {
    let routed = Topics::of(&settings.app).routed;
    let topic = wanted.article_topic.clone().unwrap_or_else(|| routed.clone());
    let partitions = partitions_of(cluster, &topic)?;
    let partitions = partitions.with_context(|| format!("there is no topic {topic}"))?;
    let all = 0..i32::try_from(partitions).unwrap_or(i32::MAX);
    let open = |partition| -> anyhow::Result<(i32, Range)> {
        let range = Range::open(cluster, &topic, partition, wanted)
            .map_err(|error| LaneError::kafka("reading the past", error))?;
        Ok((partition, range))
    };
    if wanted.article_topic.is_some() {
        let ranges = all.map(open).collect::<anyhow::Result<BTreeMap<_, _>>>()?;
        check_any(&topic, &ranges)?;
        for (at, range) in &ranges {
            tell_missing(&range.past, &topic, *at, wanted.is_fresh);
        }
        let from = ranges.iter().map(|(at, range)| (*at, range.from)).collect();
        let parts = ranges.into_iter().map(|(at, range)| (at, range.past)).collect();
        let merged = Merged::of(parts);
        stage.begin()?;
        let mut progress = stage.progress(Some(merged.remaining().unsigned_abs()));
        stage.play(Articles { topic, merged, from }, &mut progress)?;
        progress.end();
        return Ok(());
    }
    // One desk is in one partition; the others are not read at all.
    let only = wanted.playing.desk.as_ref().zip(NonZeroU32::new(partitions));
    let only = only.map(|(desk, partitions)| spread::partition(desk, partitions));
    let all = all.filter(|partition| only.is_none_or(|only| only == *partition));
    let ranges = all.map(open).collect::<anyhow::Result<BTreeMap<_, _>>>()?;
    check_any(&topic, &ranges)?;
    let records = ranges.values().map(|range| range.past.remaining().unsigned_abs()).sum();
    let (epoch, archive) = (stage.epoch(), archive(cluster, settings, wanted));
    stage.begin()?;
    let mut progress = stage.progress(Some(records));
    for (partition, range) in ranges {
        let lane = Lane::new(&topic, partition, range);
        let lane = match &archive {
            Some(archive) => lane.with_snapshots(archive, &epoch, partitions),
            None => lane,
        };
        stage.play(lane, &mut progress)?;
    }
    progress.end();
    Ok(())
}

/// The lanes' local snapshots, where what lies before the range counts. One of another cluster or
/// topic is never taken, and nothing is written there.
fn archive(cluster: &Cluster, settings: &Settings, wanted: &Wanted) -> Option<Archive> {
    if wanted.is_fresh || wanted.from.is_none() {
        return None;
    }
    let archive = Archive::new(cluster, &Topics::of(&settings.app), &settings.state.dir, u64::MAX);
    archive.map_err(|error| tracing::debug!(error = %error, "no snapshots")).ok()
}

/// Refuses a range in which nothing lies.
fn check_any(topic: &str, ranges: &BTreeMap<i32, Range>) -> anyhow::Result<()> {
    if ranges.values().any(|range| range.from < range.past.end()) {
        return Ok(());
    }
    let held = |(partition, range): (&i32, &Range)| {
        let (first, last) = range.past.held();
        (first < last)
            .then(|| format!("partition {partition} has those from {first} to {}", last - 1))
    };
    let held: Vec<String> = ranges.iter().filter_map(held).collect();
    match held.as_slice() {
        [] if ranges.len() == 1 => {
            let partition = ranges.keys().next().copied().unwrap_or_default();
            bail!("there is nothing to replay: {topic} has no records in partition {partition}")
        }
        [] => bail!("there is nothing to replay: {topic} has no records"),
        held => bail!("no record of {topic} lies in that range; offsets: {}", held.join(", ")),
    }
}

/// One partition of the past.
pub struct Range {
    /// What is read.
    pub past: Past,
    /// What is written begins here.
    pub from: i64,
    /// What was before it is not read.
    pub is_fresh: bool,
}

impl Range {
    fn open(
        cluster: &Cluster,
        topic: &str,
        partition: i32,
        wanted: &Wanted,
    ) -> Result<Self, rdkafka::error::KafkaError> {
        let bound = |moment: Option<Moment>, open| match moment {
            None => open,
            Some(Moment::Offset(offset)) => Bound::Offset(offset),
            Some(Moment::At(time)) => Bound::Appended(time.0),
        };
        let (from, to) = (bound(wanted.from, Bound::Beginning), bound(wanted.to, Bound::End));
        let read_from = if wanted.is_fresh { from } else { Bound::Beginning };
        let past = Past::open(cluster, topic, partition, (read_from, to))?;
        let from = past.place(topic, partition, from)?;
        Ok(Self { past, from, is_fresh: wanted.is_fresh })
    }
}

/// All partitions of an article topic, oldest first. Log time is the article's own word on when it
/// was received, at most the topic's.
struct Articles {
    topic: String,
    merged: Merged,
    from: BTreeMap<i32, i64>,
}

impl Source for Articles {
    fn restore(&mut self, rows: &mut dyn Rows) -> Result<Marker, LogError> {
        rows.clear();
        rows.settle();
        Ok(Marker::default())
    }

    fn next(&mut self) -> Result<Option<Step>, LogError> {
        let Some((partition, record)) = self.merged.take().map_err(failed)? else {
            return Ok(None);
        };
        let from = self.from.get(&partition).copied().unwrap_or_default();
        let at = Time(record.appended_ms);
        let entry = Entry::Record(Record {
            stamp: Some(at),
            source: format!("{}/{partition}", self.topic),
            line: record.offset.unsigned_abs(),
            bytes: record.value,
            oversized: None,
        });
        Ok(Some(Step { entry, at, is_wanted: record.offset >= from }))
    }
}

/// What the broker did not give.
pub fn failed(error: rdkafka::error::KafkaError) -> LogError {
    LogError::broken(LaneError::kafka("reading the past", error))
}
