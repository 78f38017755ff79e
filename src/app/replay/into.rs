//! Another topic as the place where a replay writes.

use std::io::{self, Write};
use std::num::NonZeroU32;

use anyhow::{Context as _, bail};

use super::kafka;
use crate::config::Settings;
use crate::logs::kafka::producer::Gapless;
use crate::logs::kafka::spread;
use crate::logs::kafka::topics::{Topics, partitions_of};

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
