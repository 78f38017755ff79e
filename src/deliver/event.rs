//! One alert event as it stands in the output file or on the topic.

use serde::Deserialize;
use writethru_core::article::Time;

/// An event with what targets look at.
#[derive(Clone, Debug)]
pub struct Event {
    /// Drop what you have seen.
    pub id: String,
    /// Log time.
    pub recorded: Time,
    /// The line itself, without its end.
    pub bytes: Vec<u8>,
    /// What it says.
    pub data: Data,
}

/// What targets read of an event.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Data {
    /// The same in all events of one alert.
    pub alert: String,
    /// `alert`, `update`, `cancel`, or `digest` of what was held back.
    pub msg_type: String,
    /// Every earlier event of the alert, in order.
    pub references: Vec<String>,
    /// The rule's name.
    pub rule: String,
    /// From 1, the gravest.
    pub priority: u8,
    /// One line.
    pub headline: String,
    /// Names source and status.
    pub text: String,
    /// Of the story.
    pub language: Option<String>,
    /// Which.
    pub story: Story,
    /// What it rests on.
    #[serde(default)]
    pub claims: Vec<Claim>,
    /// What moved.
    pub reason: String,
    /// Where it stands.
    pub sources: Vec<Source>,
}

/// A story.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Story {
    /// Never changes.
    pub id: String,
    /// Short name.
    pub slug: String,
}

/// A claim under an alert.
#[derive(Clone, Debug, Deserialize)]
pub struct Claim {
    /// How sure.
    pub level: Level,
}

/// How sure one may be.
#[derive(Clone, Debug, Deserialize)]
pub struct Level {
    /// What stands.
    pub status: String,
    /// In the terms of ICD-203.
    pub likelihood: String,
}

/// An article.
#[derive(Clone, Debug, Deserialize)]
pub struct Source {
    /// Where to read it.
    pub url: Option<String>,
    /// Who published it.
    pub publisher: String,
}

#[derive(Deserialize)]
struct Envelope {
    id: String,
    recordedtime: String,
    data: Data,
}

impl Event {
    /// Reads a line.
    ///
    /// # Errors
    /// A line that is no alert event.
    pub fn read(line: &[u8]) -> Result<Self, serde_json::Error> {
        let Envelope { id, recordedtime, data } = serde_json::from_slice(line)?;
        let recorded = Time::parse(&recordedtime).unwrap_or(Time::EPOCH);
        Ok(Self { id, recorded, bytes: line.to_vec(), data })
    }
}

impl Data {
    /// Addresses of its sources that a reader may be sent to, with their publishers.
    pub fn links(&self) -> impl Iterator<Item = (&str, &str)> {
        self.sources
            .iter()
            .filter_map(|source| Some((source.url.as_deref()?, source.publisher.as_str())))
            .filter(|(url, _)| url.starts_with("https://") || url.starts_with("http://"))
    }
}
