//! From a record's bytes to its desk and reading: decode → desk → read.
//!
//! A pure function of the record and the settings, so it runs ahead on any thread.

use std::sync::Arc;

use writethru_core::article::{Article, Time};
use writethru_core::policy::Policy;
use writethru_core::reading::read;

use crate::config::Settings;
use crate::engine::{Read, Reader, article_time, decision_time};
use crate::formats::articles::{Decoded, decode_within};
use crate::formats::decisions::{self, Decided};
use crate::log::Record;

/// The desk of an article: its publisher's in the settings, else its declared language's primary
/// subtag, else the default; never guessed from the text.
#[must_use]
pub fn desk(settings: &Settings, article: &Article) -> String {
    settings.desks.desk(article)
}

/// Reads records as these settings say.
pub struct Routed {
    /// Desks and limits.
    pub settings: Arc<Settings>,
    /// What decides.
    pub policy: Arc<Policy>,
}

impl Routed {
    /// Whose clock a record moves, and to when, before the running maximum; told without reading
    /// what it says.
    #[must_use]
    pub fn moment(&self, record: &Record, cap: Time) -> Option<(String, Time)> {
        if let Some(decided) = decisions::decode(&record.bytes) {
            let Decided { desk, decision } = decided.ok()?;
            return Some((self.decided_at(desk), decision_time(record, &decision, cap)));
        }
        match decode_within(&record.bytes, self.settings.reading.record_bytes_max) {
            Ok(Decoded::Article(article)) => {
                Some((desk(&self.settings, &article), article_time(record, &article, cap)))
            }
            Ok(Decoded::PassedOver { .. }) | Err(_) => None,
        }
    }

    fn decided_at(&self, desk: Option<String>) -> String {
        desk.unwrap_or_else(|| self.settings.desks.default_desk().to_owned())
    }
}

impl Reader for Routed {
    fn read(&self, record: &Record) -> Read {
        let bytes_max = self.settings.reading.record_bytes_max;
        if let Some(oversized) = &record.oversized {
            let detail = format!("{} bytes, where {bytes_max} are read", oversized.bytes);
            return Read::Dead { reason: "too_large".to_owned(), detail };
        }
        if let Some(decided) = decisions::decode(&record.bytes) {
            return match decided {
                Ok(Decided { desk, decision }) => {
                    Read::Decision { desk: self.decided_at(desk), decision: Box::new(decision) }
                }
                Err(error) => Read::Dead { reason: error.reason.to_owned(), detail: error.detail },
            };
        }
        match decode_within(&record.bytes, bytes_max) {
            Ok(Decoded::PassedOver { kind }) => Read::PassedOver(kind),
            Ok(Decoded::Article(article)) => {
                let desk = desk(&self.settings, &article);
                Read::Article { desk, reading: Box::new(read(&self.policy, *article)) }
            }
            Err(error) => Read::Dead { reason: error.reason.to_owned(), detail: error.detail },
        }
    }
}
