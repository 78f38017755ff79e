//! One alert event as it stands in the output file.

use serde::Deserialize;

/// An event with what targets look at.
#[derive(Clone, Debug)]
pub struct Event {
    /// Drop what you have seen.
    pub id: String,
    /// The line itself, without its end.
    pub bytes: Vec<u8>,
    /// What it says.
    pub data: Data,
}

/// What targets read of an event.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Data {
    /// The same in all events of one alert.
    pub alert: String,
    /// `alert`, `update` or `cancel`.
    pub msg_type: String,
    /// The rule's name.
    pub rule: String,
    /// From 1, the gravest.
    pub priority: u8,
    /// One line.
    pub headline: String,
    /// Names source and status.
    pub text: String,
    /// What moved.
    pub reason: String,
    /// Where it stands.
    pub sources: Vec<Source>,
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
    data: Data,
}

impl Event {
    /// Reads a line.
    ///
    /// # Errors
    /// A line that is no alert event.
    pub fn read(line: &[u8]) -> Result<Self, serde_json::Error> {
        let Envelope { id, data } = serde_json::from_slice(line)?;
        Ok(Self { id, bytes: line.to_vec(), data })
    }
}
