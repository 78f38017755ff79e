//! Everything that deciding depends on, with one digest over it.
//!
//! The digest is of values, never of paths or of how a file is written; where a lexicon or a list
//! of sources is a file of its own, of its words.

use writethru_core::policy::{Calculus, CopyRules, HOUR_MS, Limits, Policy, StoryRules};

use super::alerts::rules;
use super::desks::DeskRules;
use super::layers::{ConfigError, Layers};
use super::sources::{boilerplate, lexicon, sources};

/// Hours of a hundred years: longer spans are mistakes.
const HOURS_MAX: i64 = 24 * 36_525;
/// Items of one list; a larger limit would not be one.
const ITEMS_MAX: i64 = 100_000_000;

pub(super) fn policy(layers: &Layers, desks: &DeskRules) -> Result<Policy, ConfigError> {
    let sources = sources(layers)?;
    let lexicon = lexicon(layers)?;
    let boilerplate = boilerplate(layers)?;
    let alerts = rules(layers)?;
    let mut policy = Policy {
        sources: sources.made,
        lexicon: lexicon.made,
        boilerplate: boilerplate.made,
        calculus: calculus(layers)?,
        stories: stories(layers)?,
        copies: copies(layers)?,
        alerts: alerts.made,
        limits: limits(layers)?,
        digest: String::new(),
    };
    policy.digest =
        digest(&policy, desks, &[lexicon.texts, boilerplate.texts, vec![alerts.digested]].concat());
    Ok(policy)
}

fn calculus(layers: &Layers) -> Result<Calculus, ConfigError> {
    let share = |key: &str| layers.share(&format!("calculus.{key}"));
    Ok(Calculus {
        reliability: [
            share("reliability_a")?,
            share("reliability_b")?,
            share("reliability_c")?,
            share("reliability_d")?,
            share("reliability_e")?,
            share("reliability_f")?,
        ],
        carrier_listed: share("carrier_listed")?,
        carrier_other: share("carrier_other")?,
        factuality: [
            share("factuality_possible")?,
            share("factuality_claimed")?,
            share("factuality_likely")?,
            share("factuality_said")?,
            share("factuality_stated")?,
        ],
        unverified: share("unverified")?,
        mass_max: mass_max(layers)?,
        prior_weight: layers.whole("calculus.prior_weight", 1, 1000)?,
        base_rate: share("base_rate")?,
        state_half_life_ms: hours(layers, "calculus.state_half_life_hours")?,
        state_half_lives_max: layers.whole("calculus.state_half_lives_max", 1, 64)?,
    })
}

/// A mass of one would be certainty, and its weight endless.
fn mass_max(layers: &Layers) -> Result<i64, ConfigError> {
    let key = "calculus.mass_max";
    let mass = layers.share(key)?;
    if mass <= 990_000 { Ok(mass) } else { Err(layers.refuse(key, "must be at most 0.99")) }
}

fn stories(layers: &Layers) -> Result<StoryRules, ConfigError> {
    let rules = StoryRules {
        join_similarity: layers.share("stories.join_similarity")?,
        merge_similarity: layers.share("stories.merge_similarity")?,
        active_articles: layers.whole("stories.active_articles", 1, 1000)?,
        dormant_after_ms: hours(layers, "stories.dormant_after_hours")?,
        closed_after_ms: hours(layers, "stories.closed_after_hours")?,
        lineage_ms: hours(layers, "stories.lineage_hours")?,
        summary_sentences_max: layers.whole("stories.summary_sentences_max", 0, 100)?,
    };
    if rules.closed_after_ms <= rules.dormant_after_ms {
        let key = "stories.closed_after_hours";
        return Err(layers.refuse(key, "must be more than \"stories.dormant_after_hours\""));
    }
    Ok(rules)
}

fn copies(layers: &Layers) -> Result<CopyRules, ConfigError> {
    Ok(CopyRules {
        containment: layers.share("copies.containment")?,
        containment_own: layers.share("copies.containment_own")?,
        passage: layers.share("copies.passage")?,
        headline_window_ms: hours(layers, "copies.headline_window_hours")?,
        furniture_articles: layers.whole("copies.furniture_articles", 1, ITEMS_MAX)?,
        hashes_min: layers.whole("copies.hashes_min", 1, ITEMS_MAX)?,
        window_ms: hours(layers, "copies.window_hours")?,
        postings_max: layers.whole("copies.postings_max", 1, ITEMS_MAX)?,
    })
}

fn limits(layers: &Layers) -> Result<Limits, ConfigError> {
    let limit = |key: &str| layers.whole(&format!("limits.{key}"), 1, ITEMS_MAX);
    Ok(Limits {
        body_chars_max: limit("body_chars_max")?,
        headline_chars_max: limit("headline_chars_max")?,
        sentences_max: limit("sentences_max")?,
        statements_max: limit("statements_max")?,
        hops_max: limit("hops_max")?,
        terms_max: limit("terms_max")?,
        hashes_max: limit("hashes_max")?,
        names_max: limit("names_max")?,
        story_claims_max: limit("story_claims_max")?,
        slot_claims_max: limit("slot_claims_max")?,
        story_articles_listed_max: limit("story_articles_listed_max")?,
        story_claims_listed_max: limit("story_claims_listed_max")?,
        desk_articles_max: limit("desk_articles_max")?,
        origin_evidence_max: limit("origin_evidence_max")?,
        claim_evidence_max: limit("claim_evidence_max")?,
        weighed_slots_max: limit("weighed_slots_max")?,
        kept_claims_bytes_max: limit("kept_claims_bytes_max")?,
        claim_evidence_listed_max: limit("claim_evidence_listed_max")?,
        timeline_max: limit("timeline_max")?,
        revisions_max: limit("revisions_max")?,
        candidates_max: limit("candidates_max")?,
        alerts_max: limit("alerts_max")?,
        alert_events_max: limit("alert_events_max")?,
        alert_claims_max: limit("alert_claims_max")?,
        decisions_max: limit("decisions_max")?,
    })
}

fn hours(layers: &Layers, key: &str) -> Result<i64, ConfigError> {
    layers.whole::<i64>(key, 1, HOURS_MAX).map(|hours| hours * HOUR_MS)
}

/// One digest over all that decides, in the order of this function.
fn digest(policy: &Policy, desks: &DeskRules, texts: &[String]) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut part = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    part(&json(policy.sources.list()));
    part(&json(policy.sources.sides()));
    part(&json(desks));
    part(format!("{:?}", policy.calculus).as_bytes());
    part(format!("{:?}", policy.stories).as_bytes());
    part(format!("{:?}", policy.copies).as_bytes());
    part(format!("{:?}", policy.limits).as_bytes());
    texts.iter().for_each(|text| part(text.as_bytes()));
    hasher.finalize().to_hex().to_string()
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("the configuration is plain data")
}
