//! What a reader needs to know of one change or alert event without its whole text.

use serde_json::Value;
use writethru_core::article::{AlertId, ClaimId, Id, StoryId, Time};

/// Characters of a text in a list.
const TEXT_CHARS_MAX: usize = 300;

/// The facts of one change, or of one event of an alert.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Which story.
    pub story: StoryId,
    /// Which claim, where it is about one.
    pub claim: Option<ClaimId>,
    /// Which desk.
    pub desk: String,
    /// `claim.corroborated`.
    pub kind: String,
    /// The status that stands.
    pub status: Option<String>,
    /// What a number counts.
    pub indicator: Option<String>,
    /// Where the claim says it happened.
    pub place: Option<String>,
    /// The cause's own time.
    pub time: Time,
    /// Log time.
    pub recorded: Time,
    /// Number within the story.
    pub sequence: u64,
    /// Whether it moves what a reader sees of the story: a copy that joins does not.
    pub is_material: bool,
    /// In a line.
    pub text: String,
    /// The rule and the priority of an alert.
    pub rule: Option<(String, u8)>,
}

/// The last change of a story that a reader could see.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct LastChange {
    /// `claim.corroborated`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status that stands since then.
    pub status: Option<String>,
    /// In a line.
    pub text: String,
    /// Log time.
    pub time: String,
}

impl Facts {
    /// Of a published change; `None` for what is no change of ours.
    #[must_use]
    pub fn of(change: &Value) -> Option<Self> {
        let kind = change["type"].as_str()?.strip_prefix("writethru.")?;
        let kind = kind.rsplit_once(".v").map_or(kind, |(kind, _)| kind).to_owned();
        let (data, claim) = (&change["data"], &change["data"]["claim"]);
        let word = |value: &Value| value.as_str().map(str::to_owned);
        Some(Self {
            story: story_id(&change["subject"])?,
            claim: claim_id(&claim["id"]),
            desk: change["source"].as_str()?.strip_prefix("/desk/")?.to_owned(),
            status: word(&claim["level"]["status"]),
            indicator: word(&claim["quantity"]["indicator"]),
            place: word(&claim["where"]),
            time: time(&change["time"]),
            recorded: time(&change["recordedtime"]),
            sequence: change["sequence"].as_str()?.parse().ok()?,
            is_material: is_material(&kind, data),
            text: text(&kind, data),
            kind,
            rule: None,
        })
    }

    /// Of a published event of an alert, with which alert it is; `None` for what is none of ours.
    #[must_use]
    pub fn of_alert(event: &Value) -> Option<(AlertId, Self)> {
        let kind = event["type"].as_str()?.strip_prefix("writethru.")?;
        let kind = kind.rsplit_once(".v").map_or(kind, |(kind, _)| kind).to_owned();
        let data = &event["data"];
        let rule = data["rule"].as_str()?.to_owned();
        let priority = data["priority"].as_u64().and_then(|it| u8::try_from(it).ok())?;
        let facts = Self {
            story: story_id(&event["subject"])?,
            desk: event["source"].as_str()?.strip_prefix("/desk/")?.to_owned(),
            status: data["claims"][0]["level"]["status"].as_str().map(str::to_owned),
            time: time(&event["time"]),
            recorded: time(&event["recordedtime"]),
            sequence: event["sequence"].as_str()?.parse().ok()?,
            text: data["headline"].as_str()?.chars().take(TEXT_CHARS_MAX).collect(),
            kind,
            rule: Some((rule, priority)),
            ..Self::default()
        };
        Some((data["alert"].as_str().and_then(Id::parse).map(AlertId)?, facts))
    }

    /// As a list shows it.
    #[must_use]
    pub fn last_change(&self) -> LastChange {
        LastChange {
            kind: self.kind.clone(),
            status: self.status.clone(),
            text: self.text.clone(),
            time: self.recorded.to_string(),
        }
    }
}

/// The id of a story.
#[must_use]
pub fn story_id(value: &Value) -> Option<StoryId> {
    value.as_str().and_then(Id::parse).map(StoryId)
}

/// The id of a claim.
#[must_use]
pub fn claim_id(value: &Value) -> Option<ClaimId> {
    value.as_str().and_then(Id::parse).map(ClaimId)
}

/// A time, or the beginning of all.
#[must_use]
pub fn time(value: &Value) -> Time {
    value.as_str().and_then(Time::parse).unwrap_or(Time::EPOCH)
}

fn is_material(kind: &str, data: &Value) -> bool {
    match kind {
        "story.created" | "story.merged" | "story.split" | "article.withdrawn" => true,
        "story.updated" => {
            let changed = data["changed"].as_array().map(Vec::as_slice).unwrap_or_default();
            changed.iter().any(|it| it == "headline" || it == "summary")
        }
        "article.revised" => {
            let kind = data["revision"]["kind"].as_str().unwrap_or_default();
            matches!(kind, "correction" | "silent_correction" | "reinstatement")
        }
        "claim.merged" => false,
        // Nothing was said; time passed.
        "claim.level_changed" => data["why"] != "decay",
        _ => kind.starts_with("claim.") || kind.starts_with("decision."),
    }
}

fn text(kind: &str, data: &Value) -> String {
    let first = match kind {
        _ if kind.starts_with("claim.") => {
            let claim = &data["claim"];
            let text = claim["text"].as_str().filter(|_| claim["withhold"] != true);
            let text = text.or_else(|| claim["denialText"].as_str());
            text.or_else(|| claim["notice"].as_str())
        }
        "article.withdrawn" => data["notice"].as_str(),
        _ => data["article"]["headline"].as_str(),
    };
    let text = first.or_else(|| data["story"]["headline"].as_str()).unwrap_or_default();
    text.chars().take(TEXT_CHARS_MAX).collect()
}
