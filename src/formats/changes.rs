//! Changes out: one CloudEvent 1.0 a line, structured JSON.
//!
//! The order of the fields is fixed, so the same change is the same bytes.

pub mod payload;

use schemars::JsonSchema;
use serde::Serialize;
use writethru_core::article::{ChangeId, StoryId};
use writethru_core::change::{self, Body, Change};

use super::claims::Claim;
use super::numbers::{Digits, Hex, Stamp};
use super::parts::{Because, Story, words};
use super::stories::{Place, SummaryLine};

/// The line of one change.
#[must_use]
pub fn line(change: &Change) -> Vec<u8> {
    use payload::{
        ArticleLeft, ArticleReclassified, ArticleRevised, ArticleWithdrawn, Claimed, Corrected,
        Decided, Joined, LevelChanged, Membership, Merged, MergedClaim, Nothing, Retracted,
        Revision, Split, Superseded, Updated,
    };
    let claimed =
        |claim: &change::ClaimDoc| event(change, Claimed { claim: claim.into(), previous: None });
    match &change.body {
        Body::StoryCreated
        | Body::StoryActivated
        | Body::StoryDormant
        | Body::StoryClosed
        | Body::StoryReopened => event(change, Nothing {}),
        Body::StoryUpdated { changed, headline, slug, summary, places } => event(
            change,
            Updated {
                changed,
                headline,
                slug,
                summary: summary.iter().map(SummaryLine::from).collect(),
                places: places.iter().map(Place::from).collect(),
            },
        ),
        Body::StoryMerged { into } => event(change, Merged { into: into.into() }),
        Body::StorySplit { children } => {
            event(change, Split { children: children.iter().map(Story::from).collect() })
        }
        Body::ArticleJoined { article, copy_of } => {
            event(change, Joined { article: Membership::new(article, copy_of.as_ref()) })
        }
        Body::ArticleRevised { article, kind, previous_version, facts } => {
            let revision = Revision::new(article, *kind, *previous_version, facts);
            event(change, ArticleRevised { article: article.into(), revision })
        }
        Body::ArticleReclassified { article, copy_of } => event(
            change,
            ArticleReclassified { article: Membership::new(article, copy_of.as_ref()) },
        ),
        Body::ArticleWithdrawn { article, notice } => {
            event(change, ArticleWithdrawn { article: article.into(), notice: notice.as_deref() })
        }
        Body::ArticleLeft { article, to } => {
            event(change, ArticleLeft { article: article.into(), to: to.as_ref().map(Story::from) })
        }
        Body::ClaimAdded { claim }
        | Body::ClaimCorroborated { claim }
        | Body::ClaimDenied { claim }
        | Body::ClaimDisputed { claim }
        | Body::ClaimResolved { claim } => claimed(claim),
        Body::ClaimSuperseded { claim, by } => {
            event(change, Superseded { claim: Claim::from(&**claim), superseded_by: Hex(*by) })
        }
        Body::ClaimCorrected { claim, by } => {
            event(change, Corrected { claim: Claim::from(&**claim), corrected_by: by.map(Hex) })
        }
        Body::ClaimRetracted { claim, text, withhold } => {
            event(change, Retracted::new(claim, text, *withhold))
        }
        Body::ClaimMerged { claim, into } => {
            event(change, MergedClaim { claim: Claim::from(&**claim), into: Hex(*into) })
        }
        Body::ClaimLevelChanged { claim, from, to, why } => event(
            change,
            LevelChanged {
                claim: Claim::from(&**claim),
                previous: payload::Previous { level: from.into() },
                from: from.into(),
                to: to.into(),
                why: (*why).into(),
            },
        ),
        Body::DecisionApplied { decision, action, by, target, reason } => event(
            change,
            Decided {
                decision: payload::Decision {
                    id: decision,
                    action,
                    by,
                    target,
                    reason: reason.as_deref(),
                },
            },
        ),
    }
}

fn event<P: Serialize>(change: &Change, payload: P) -> Vec<u8> {
    super::line(&Event {
        specversion: Version,
        id: Hex(change.id),
        source: format!("/desk/{}", change.desk),
        kind: format!("writethru.{}.v1", change.body.name()),
        subject: Hex(change.story.id),
        time: Stamp(change.time),
        recordedtime: Stamp(change.recorded),
        sequence: Digits(change.sequence),
        desksequence: Digits(change.desk_sequence),
        datacontenttype: Json,
        data: Data {
            story: (&change.story).into(),
            payload,
            because: quotes(change).iter().map(Because::from).collect(),
            cause: (&change.cause).into(),
        },
    })
}

/// What a kill took back is not quoted again.
fn quotes(change: &Change) -> &[change::Because] {
    match change.body {
        Body::ClaimRetracted { withhold: true, .. } => &[],
        _ => &change.because,
    }
}

/// A CloudEvent 1.0 with the extensions `recordedtime`, `sequence` and `desksequence`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Event")]
pub struct Event<'a, P> {
    /// Of CloudEvents.
    pub specversion: Version,
    /// Stable over replays: drop what you have seen.
    pub id: Hex<ChangeId>,
    /// `/desk/` and the desk.
    pub source: String,
    /// What happened; what stands is in `level.status`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The story's id.
    pub subject: Hex<StoryId>,
    /// The cause's own time.
    pub time: Stamp,
    /// Log time.
    pub recordedtime: Stamp,
    /// Number within the story, from 1, without gaps.
    pub sequence: Digits,
    /// Number within the desk, from 1, without gaps.
    pub desksequence: Digits,
    /// Of `data`.
    pub datacontenttype: Json,
    /// What happened.
    pub data: Data<'a, P>,
}

/// What happened, to which story, who says so, and what brought it about.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Data")]
pub struct Data<'a, P> {
    /// The story.
    pub story: Story<'a>,
    /// What this kind of change says.
    #[serde(flatten)]
    pub payload: P,
    /// The quotes it rests on.
    pub because: Vec<Because<'a>>,
    /// What brought it about.
    pub cause: Cause<'a>,
}

/// A revision or a human's decision.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Cause")]
pub enum Cause<'a> {
    /// A revision.
    Article {
        /// Identity of the article.
        uri: &'a str,
        /// The publisher's version number.
        version: Option<u64>,
    },
    /// A human's decision.
    Decision {
        /// Its id.
        decision: &'a str,
    },
}

impl<'a> From<&'a change::Cause> for Cause<'a> {
    fn from(cause: &'a change::Cause) -> Self {
        match cause {
            change::Cause::Article { uri, version, .. } => Self::Article { uri, version: *version },
            change::Cause::Decision(decision) => Self::Decision { decision },
        }
    }
}

macro_rules! constants {
    ($($(#[$doc:meta])* $name:ident = $value:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($value)
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool { true }
            fn schema_name() -> std::borrow::Cow<'static, str> { stringify!($name).into() }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "const": $value })
            }
        }
    )*};
}

constants! {
    /// The version of CloudEvents.
    Version = "1.0";
    /// The media type of the data.
    Json = "application/json";
}

words! {
    /// Why a level moved.
    Why = change::Why {
        NewOrigin, BetterPath, Denial, RivalValue, Revision, Withdrawal, Reinstatement, Correction,
        Outweighed, OriginsMerged, Decay, Decision,
    }
    /// How a revision differs from the one before it.
    RevisionKind = change::RevisionKind {
        New, Repeat, Refile, Update, Correction, SilentCorrection, Withdrawal, Reinstatement,
    }
}

#[cfg(test)]
mod tests {
    use writethru_core::article::{ClaimId, Id, Span, Time};
    use writethru_core::change::{ArticleRef, ClaimDoc, StoryRef};
    use writethru_core::claims::{self, Confidence, Likelihood, Status};
    use writethru_core::reading::{Hop, Part, Stance, Words};

    use super::*;

    fn change(body: Body) -> Change {
        let article = ArticleRef {
            uri: "urn:example:1".into(),
            version: Some(2),
            publisher: "example.net".into(),
            published: Time(1_733_629_260_000),
            ..ArticleRef::default()
        };
        let publisher = Hop { text: "example.net".to_owned(), named: true, ..Hop::default() };
        let police = Hop {
            text: "police".to_owned(),
            span: Some(Span::new(40, 46)),
            cue: Some(Words { text: "said".to_owned(), span: Span::new(47, 51) }),
            ..Hop::default()
        };
        Change {
            id: ChangeId::default(),
            desk: "en".to_owned(),
            story: StoryRef { headline: "Ferry burns".into(), ..StoryRef::default() },
            time: Time(1_733_629_260_000),
            recorded: Time(1_733_629_261_500),
            sequence: 3,
            desk_sequence: 17,
            cause: change::Cause::Article {
                uri: "urn:example:1".into(),
                version: Some(2),
                revision: 2,
                digest: Id::default(),
            },
            body,
            because: vec![change::Because {
                article,
                stance: Stance::Assert,
                quote: "the ferry burned".into(),
                part: Part::Body,
                span: Span::new(0, 16),
                chain: [publisher, police].into(),
                as_of: Time(1_733_629_260_000),
            }],
        }
    }

    fn claim() -> Box<ClaimDoc> {
        Box::new(ClaimDoc {
            id: ClaimId(Id([7; 12])),
            text: Some("the ferry burned".to_owned()),
            level: claims::Level {
                status: Status::Corroborated,
                likelihood: Likelihood::VeryLikely,
                confidence: Confidence::Moderate,
                origins: 2,
                p: 886_792,
                ..claims::Level::default()
            },
            ..ClaimDoc::default()
        })
    }

    fn parsed(change: &Change) -> serde_json::Value {
        serde_json::from_slice(&line(change)).expect("a line is JSON")
    }

    #[test]
    fn the_envelope_stands_in_the_documented_order() {
        let line = String::from_utf8(line(&change(Body::StoryCreated))).expect("UTF-8");
        assert!(line.starts_with(
            "{\"specversion\":\"1.0\",\"id\":\"000000000000000000000000\",\"source\":\"/desk/en\",\
             \"type\":\"writethru.story.created.v1\",\"subject\":\"000000000000000000000000\",\
             \"time\":\"2024-12-08T03:41:00Z\",\"recordedtime\":\"2024-12-08T03:41:01.5Z\",\
             \"sequence\":\"3\",\"desksequence\":\"17\",\"datacontenttype\":\"application/json\",\
             \"data\":{\"story\":{"
        ));
        assert!(line.ends_with("\"cause\":{\"uri\":\"urn:example:1\",\"version\":2}}}\n"));
    }

    #[test]
    fn a_claim_carries_its_level_and_its_chain() {
        let event = parsed(&change(Body::ClaimCorroborated { claim: claim() }));
        let level = &event["data"]["claim"]["level"];
        assert_eq!(level["status"], "corroborated");
        assert_eq!(level["likelihood"], "very_likely");
        assert_eq!(level["p"].to_string(), "0.887");
        let chain = &event["data"]["because"][0]["chain"];
        assert!(chain[0]["cue"].is_null() && chain[0]["source"]["span"].is_null());
        assert_eq!(chain[1]["source"]["span"].to_string(), "[40,46]");
    }

    #[test]
    fn a_kill_gives_the_text_to_the_desk_and_no_quote() {
        let mut withheld = claim();
        withheld.withheld = Some("KILL: the report was wrong".to_owned());
        let text = "the ferry burned".to_owned();
        let event = parsed(&change(Body::ClaimRetracted { claim: withheld, text, withhold: true }));
        assert_eq!(event["data"]["claim"]["text"], "the ferry burned");
        assert_eq!(event["data"]["claim"]["withhold"], true);
        assert_eq!(event["data"]["because"].to_string(), "[]");
    }

    #[test]
    fn any_other_change_never_shows_a_withheld_text() {
        let mut withheld = claim();
        withheld.withheld = Some("KILL".to_owned());
        let event = parsed(&change(Body::ClaimAdded { claim: withheld }));
        assert!(event["data"]["claim"]["text"].is_null());
    }
}
