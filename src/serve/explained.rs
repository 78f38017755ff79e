//! Why a claim has its level, from what was published of it: what each origin is worth, which one
//! carries it, and what would raise it, in words.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use writethru_core::article::Id;
use writethru_core::claims::outline::{Outline, Shown, outline};
use writethru_core::claims::{self, Level};
use writethru_core::policy::Policy;
use writethru_core::reading::{Basis, Stance};

use crate::formats::claims::Status;
use crate::formats::numbers::{Hex, Share};
use crate::formats::words;

/// What stands, each of it.
const STATUSES: [claims::Status; 11] = [
    claims::Status::Retracted,
    claims::Status::Corrected,
    claims::Status::Superseded,
    claims::Status::Disputed,
    claims::Status::Denied,
    claims::Status::Official,
    claims::Status::NotJudged,
    claims::Status::StronglyCorroborated,
    claims::Status::Corroborated,
    claims::Status::SeveralOrigins,
    claims::Status::SingleOrigin,
];

/// Why a claim has its level.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Explained {
    /// In the order of the claim's origins.
    origins: Vec<Worth>,
    /// On whom it stands or falls, in a sentence.
    pivotal: Option<String>,
    /// What would raise it, in a sentence.
    raise: String,
    /// What would stand then.
    raise_to: Option<Status>,
    /// So many more named independent sources are needed for that.
    raise_origins: Option<u32>,
}

/// What one origin is worth.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Worth")]
struct Worth {
    id: Hex<Id>,
    /// Probability with it less that without it; `null` where nobody else has words for the claim.
    delta: Option<Share>,
    /// What would stand without it, where that can be told from what was published.
    status_without: Option<Status>,
    /// The level stands or falls with it.
    pivotal: bool,
}

/// Explains a claim of a document.
pub fn explained(policy: &Policy, claim: &Value) -> Explained {
    let origins = claim["origins"].as_array().map(Vec::as_slice).unwrap_or_default();
    let shown: Vec<Shown> = origins.iter().map(|origin| shown(claim, origin)).collect();
    let denied = claim["deniedBy"].as_array().is_some_and(|names| !names.is_empty());
    let outline = outline(policy, &level(&claim["level"]), denied, &shown);
    Explained {
        pivotal: pivotal(&outline, origins),
        origins: origins.iter().zip(&outline.worths).filter_map(worth).collect(),
        raise: outline.sentence,
        raise_to: outline.raise.map(|raise| raise.to.into()),
        raise_origins: outline.raise.map(|raise| raise.origins),
    }
}

fn worth((origin, worth): (&Value, &claims::outline::Worth)) -> Option<Worth> {
    Some(Worth {
        id: Hex(origin["id"].as_str().and_then(Id::parse)?),
        delta: worth.delta.map(Share),
        status_without: worth.status_without.map(Status::from),
        pivotal: worth.pivotal,
    })
}

fn pivotal(outline: &Outline, origins: &[Value]) -> Option<String> {
    let at = outline.worths.iter().position(|worth| worth.pivotal)?;
    let name = origins[at]["name"].as_str().filter(|name| !name.is_empty());
    let status = words::status(outline.worths[at].status_without?);
    Some(format!("It rests on {}: without it, {status}.", name.unwrap_or("one origin")))
}

fn shown(claim: &Value, origin: &Value) -> Shown {
    let evidence = claim["evidence"].as_array().map(Vec::as_slice).unwrap_or_default();
    let roots = evidence.iter().filter(|it| it["stance"] == "assert").filter_map(|it| {
        let hop = it["chain"].as_array().and_then(|chain| chain.last());
        hop.map(|hop| &hop["source"])
    });
    let mut roots = roots.peekable();
    let name = &origin["name"];
    let is_its = |source: &Value| source["resolved"] == *name || source["text"] == *name;
    Shown {
        stance: if origin["stance"] == "assert" { Stance::Assert } else { Stance::Deny },
        weight: millionths(&origin["weight"]),
        unresolved: origin["rule"] == "unresolved",
        // Where no quote is shown, nothing can be told of it.
        has_words: roots.peek().is_none() || roots.any(is_its),
    }
}

/// As far as [`outline`] looks at it.
fn level(level: &Value) -> Level {
    let is = |status: &claims::Status| {
        serde_json::to_value(Status::from(*status)).is_ok_and(|word| word == level["status"])
    };
    let own_act = level["basis"] == "own_act";
    Level {
        status: STATUSES.into_iter().find(is).unwrap_or_default(),
        basis: if own_act { Basis::OwnAct } else { Basis::Attributed },
        origins: level["origins"]
            .as_u64()
            .and_then(|it| u32::try_from(it).ok())
            .unwrap_or_default(),
        ..Level::default()
    }
}

/// A share as it was published, in three decimals.
fn millionths(share: &Value) -> i64 {
    let thousandths = (share.as_f64().unwrap_or_default() * 1000.0).round();
    #[expect(clippy::cast_possible_truncation, reason = "a weight has few digits")]
    let thousandths = thousandths as i64;
    thousandths * 1000
}
