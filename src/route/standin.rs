//! Stands in until decoding and reading are there.

use writethru_core::article::{Article, PubStatus, Time};
use writethru_core::policy::Policy;
use writethru_core::reading::{Reading, label, passages, terms};
use writethru_core::text;

pub enum Decoded {
    Article(Box<Article>),
    #[expect(dead_code, reason = "stand-in")]
    PassedOver {
        kind: String,
    },
}

pub struct DecodeError {
    pub reason: &'static str,
    pub detail: String,
}

pub fn decode(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    let value: serde_json::Value = serde_json::from_slice(bytes)
        .map_err(|error| DecodeError { reason: "not_json", detail: error.to_string() })?;
    let text = |key: &str| value.get(key).and_then(|v| v.as_str()).map(str::to_owned);
    let time = |key: &str| text(key).and_then(|t| Time::parse(&t));
    let Some(uri) = text("uri").or_else(|| text("url")) else {
        return Err(DecodeError { reason: "no_identity", detail: "neither uri nor url".into() });
    };
    Ok(Decoded::Article(Box::new(Article {
        uri,
        publisher: text("publisher").unwrap_or_default(),
        version: value.get("version").and_then(serde_json::Value::as_u64),
        headline: text("headline").unwrap_or_default(),
        body: text("body").unwrap_or_default(),
        published: time("versionCreated"),
        received: time("receivedAt"),
        embargoed_until: time("embargoedUntil"),
        language: text("language"),
        ed_note: text("edNote"),
        status: match text("pubStatus").as_deref() {
            Some("canceled") => PubStatus::Canceled,
            Some("withheld") => PubStatus::Withheld,
            _ => PubStatus::Usable,
        },
        ..Article::default()
    })))
}

pub fn read(policy: &Policy, mut article: Article) -> Reading {
    let headline = text::normalise_line(&article.headline, policy.limits.headline_chars_max);
    let body = text::normalise_body(&article.body, policy.limits.body_chars_max);
    let bytes = text::sentences(&body);
    let points = text::Points::new(&body);
    let label = label::label(&article, &headline, "");
    article.headline.clear();
    article.body.clear();
    Reading {
        label,
        sentences: bytes.iter().map(|sentence| points.span(sentence)).collect(),
        digest: blake3::hash(format!("{headline}\0{body}").as_bytes()).into(),
        passages: passages::passages(policy, &body, &bytes),
        terms: terms::terms(policy, "en", &headline, &body, &bytes),
        language: "en".to_owned(),
        article,
        headline,
        text: body,
        ..Reading::default()
    }
}
