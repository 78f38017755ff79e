//! The past of Kafka: the routed topic lane by lane, or an article topic as if it came again.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::num::NonZeroU32;

use anyhow::{Context as _, bail};
use writethru_core::article::Time;

use super::{Stage, Wanted, kafka, tell_missing};
use crate::config::Settings;
use crate::log::{Entry, LogError, Marker, Record, Rows};
use crate::logs::kafka::client::Cluster;
use crate::logs::kafka::error::LaneError;
use crate::logs::kafka::past::{Bound, Merged, Past};
use crate::logs::kafka::producer::Gapless;
use crate::logs::kafka::topics::{Topics, partitions_of};
use crate::logs::kafka::{spread, wire};
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
    let open = |partition| -> anyhow::Result<Range> {
        let range = Range::open(cluster, &topic, partition, wanted)
            .map_err(|error| LaneError::kafka("reading the past", error))?;
        tell_missing(&range.past, &topic, partition, wanted.is_fresh);
        Ok(range)
    };
    if wanted.article_topic.is_some() {
        let ranges =
            all.map(|at| Ok((at, open(at)?))).collect::<anyhow::Result<BTreeMap<_, _>>>()?;
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
    let ranges = all.map(|at| Ok((at, open(at)?))).collect::<anyhow::Result<Vec<_>>>()?;
    let records = ranges.iter().map(|(_, range)| range.past.remaining().unsigned_abs()).sum();
    stage.begin()?;
    let mut progress = stage.progress(Some(records));
    for (partition, range) in ranges {
        let seen = BTreeMap::new();
        stage.play(Lane { topic: topic.clone(), partition, range, seen }, &mut progress)?;
    }
    progress.end();
    Ok(())
}

/// One partition of the past.
struct Range {
    past: Past,
    /// What is written begins here.
    from: i64,
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
        Ok(Self { past, from })
    }
}

/// One lane's log; what route sent twice is dropped as the lane drops it.
struct Lane {
    topic: String,
    partition: i32,
    range: Range,
    seen: BTreeMap<wire::Path, i64>,
}

impl Source for Lane {
    fn restore(&mut self, rows: &mut dyn Rows) -> Result<Marker, LogError> {
        rows.clear();
        rows.settle();
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

fn failed(error: rdkafka::error::KafkaError) -> LogError {
    LogError::broken(LaneError::kafka("reading the past", error))
}

/// Another topic to write changes into, each a record keyed by its story.
pub struct Topic {
    name: String,
    partitions: NonZeroU32,
    producer: Gapless,
    line: Vec<u8>,
}

impl Topic {
    /// Finds the topic.
    ///
    /// # Errors
    /// One of the service's own, or one that is not there.
    pub fn open(settings: &Settings, name: &str) -> anyhow::Result<Self> {
        if settings.kafka.bootstrap_servers.is_empty() {
            bail!("--output topic:{name} needs kafka.bootstrap_servers");
        }
        let ours = Topics::of(&settings.app);
        if ours.names().contains(&name) || settings.kafka.article_topics.iter().any(|it| it == name)
        {
            bail!("{name} is a topic of the running service; a replay never writes there");
        }
        let cluster = kafka::answering(settings)?;
        let partitions = partitions_of(&cluster, name)?.and_then(NonZeroU32::new);
        let partitions =
            partitions.with_context(|| format!("there is no topic {name}; make it first"))?;
        let producer = Gapless::open(&cluster)?;
        Ok(Self { name: name.to_owned(), partitions, producer, line: Vec::new() })
    }

    fn send(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        let change: serde_json::Value = serde_json::from_slice(&line)?;
        let story = change["subject"].as_str().unwrap_or_default();
        let partition = spread::partition(story, self.partitions);
        self.producer
            .send(&self.name, partition, story.as_bytes(), &line, &[])
            .map_err(io::Error::other)
    }
}

impl Write for Topic {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for byte in bytes {
            match byte {
                b'\n' => self.send()?,
                byte => self.line.push(*byte),
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.producer.drain().map_err(io::Error::other)
    }
}
