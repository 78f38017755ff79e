//! Whether a topic is what it must be. One place decides: `doctor` tells all of it, `run` refuses
//! what would break a promise and warns of the rest.

use std::collections::BTreeMap;
use std::fmt;

use super::client::MESSAGE_BYTES_MAX;
use super::topics::{MESSAGE_BYTES, Topics};

/// What the headers of a record that is sent on may take beyond its bytes; a dead letter that would
/// need more keeps neither key nor headers.
pub const HEADER_BYTES_MAX: usize = 64 << 10;
/// Records are sent in batches of up to this size, which is what a topic takes by default.
const BATCH_BYTES: usize = (1 << 20) + 12;

/// The largest record that is routed: with its headers it must fit into the topic.
#[must_use]
pub fn routed_bytes_max(record_bytes_max: usize) -> usize {
    record_bytes_max.min(MESSAGE_BYTES_MAX - HEADER_BYTES_MAX)
}

/// What a topic must take where the settings let in records of this size.
#[must_use]
pub fn bytes_needed(record_bytes_max: usize) -> usize {
    (routed_bytes_max(record_bytes_max) + HEADER_BYTES_MAX).max(BATCH_BYTES)
}

/// A setting of a topic that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// Which.
    pub topic: String,
    /// Which of its settings.
    pub setting: &'static str,
    /// What it is.
    pub has: String,
    /// What it must be, in words.
    pub needs: String,
    /// A value that is right.
    pub right: &'static str,
    /// What comes of it.
    pub why: &'static str,
    /// Whether a promise would be broken; else it works, and may not for ever.
    pub is_refused: bool,
    /// Where the broker is, for the command that changes it.
    pub servers: String,
}

impl Unfit {
    /// What was found.
    #[must_use]
    pub fn found(&self) -> String {
        let Self { setting, has, needs, why, .. } = self;
        format!("{setting}={has}, but needs {needs}: {why}")
    }

    /// The command that puts it right.
    #[must_use]
    pub fn todo(&self) -> String {
        let Self { topic, setting, right, servers, .. } = self;
        format!(
            "kafka-configs.sh --bootstrap-server {servers} --alter --entity-type topics \
             --entity-name {topic} --add-config {setting}={right}"
        )
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "topic \"{}\" has {}; to change it: {}", self.topic, self.found(), self.todo())
    }
}

/// What topics are measured by.
pub struct Measure<'a> {
    /// By name.
    pub topics: &'a Topics,
    /// The largest record that is read.
    pub record_bytes_max: usize,
    /// Where the broker is.
    pub servers: &'a str,
}

impl Measure<'_> {
    /// What is not as it should be. `wanted` is what the topic would be made with; a setting that
    /// the broker does not tell is passed over.
    #[must_use]
    pub fn unfit(
        &self,
        topic: &str,
        wanted: &[(&'static str, &'static str)],
        has: &BTreeMap<String, String>,
    ) -> Vec<Unfit> {
        let size = ("max.message.bytes", MESSAGE_BYTES);
        let look = |(setting, right): (&'static str, &'static str)| {
            let has = has.get(setting)?;
            let (needs, why, is_refused) = self.judged(topic, setting, right, has)?;
            let (topic, has, servers) = (topic.to_owned(), has.clone(), self.servers.to_owned());
            Some(Unfit { topic, setting, has, needs, right, why, is_refused, servers })
        };
        wanted.iter().copied().chain([size]).filter_map(look).collect()
    }

    /// What it must be, what comes of it as it is, and whether that is refused.
    fn judged(
        &self,
        topic: &str,
        setting: &str,
        right: &str,
        has: &str,
    ) -> Option<(String, &'static str, bool)> {
        match setting {
            "cleanup.policy" if right == "compact" && has != right => {
                let why = "with that the lanes would forget stories that they still need";
                Some((right.to_owned(), why, true))
            }
            // Nothing at all keeps everything.
            "cleanup.policy" if right == "delete" && has.contains("compact") => {
                let why = "with that records would be removed before they are read";
                Some((right.to_owned(), why, true))
            }
            "message.timestamp.type" if has != right => {
                let why = "log time must be the broker's, not that of whoever sends";
                Some((right.to_owned(), why, true))
            }
            "retention.ms" if number(has) != -1 && number(has) < number(right) => {
                let why = "a rest longer than that cannot be made up for";
                Some((format!("at least {right}"), why, false))
            }
            "max.message.bytes" => self.size(topic, number(has)),
            _ => None,
        }
    }

    fn size(&self, topic: &str, has: i64) -> Option<(String, &'static str, bool)> {
        let has = usize::try_from(has).unwrap_or_default();
        let Topics { routed, dlq, decisions, .. } = self.topics;
        let least = bytes_needed(self.record_bytes_max);
        if has < least && topic != decisions {
            let needs = format!(
                "at least {least}, for records of up to reading.record_bytes_max = {}",
                self.record_bytes_max
            );
            return Some((needs, "the broker would refuse what is larger, again and again", true));
        }
        // The lanes' own records may grow beyond what came in; nothing else can.
        let grows = topic != routed && topic != dlq;
        (grows && has < MESSAGE_BYTES_MAX).then(|| {
            let why = "a lane stops at a record that is larger";
            (format!("at least {MESSAGE_BYTES_MAX}"), why, false)
        })
    }
}

fn number(text: &str) -> i64 {
    text.parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unfit(topic: &str, with: &[(&str, &str)], record_bytes_max: usize) -> Vec<(String, bool)> {
        let topics = Topics::of("desk");
        let measure = Measure { topics: &topics, record_bytes_max, servers: "here:9092" };
        let (name, wanted) =
            topics.settings().into_iter().find(|(name, _)| *name == topic).expect("one of ours");
        let mut has: BTreeMap<String, String> =
            wanted.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        has.insert("max.message.bytes".to_owned(), MESSAGE_BYTES.to_owned());
        has.extend(with.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let found = measure.unfit(name, &wanted, &has);
        found.into_iter().map(|it| (it.setting.to_owned(), it.is_refused)).collect()
    }

    #[test]
    fn what_is_made_fits() {
        for topic in Topics::of("desk").names() {
            assert_eq!(unfit(topic, &[], 8 << 20), []);
        }
    }

    #[test]
    fn what_breaks_a_promise_is_refused() {
        let refused = |setting: &str| vec![(setting.to_owned(), true)];
        let policy = [("cleanup.policy", "compact")];
        for topic in ["desk.routed", "desk.changes", "desk.alerts", "desk.dlq", "desk.decisions"] {
            assert_eq!(unfit(topic, &policy, 8 << 20), refused("cleanup.policy"));
            assert_eq!(unfit(topic, &[("cleanup.policy", "")], 8 << 20), []);
        }
        for has in ["delete", "compact,delete", ""] {
            assert_eq!(
                unfit("desk.state", &[("cleanup.policy", has)], 8 << 20),
                refused("cleanup.policy")
            );
        }
        let sent = [("message.timestamp.type", "CreateTime")];
        assert_eq!(unfit("desk.routed", &sent, 8 << 20), refused("message.timestamp.type"));
        assert_eq!(unfit("desk.changes", &sent, 8 << 20), [], "readers do not mind");
    }

    #[test]
    fn a_topic_takes_what_the_settings_let_in() {
        let sized = |topic: &str, bytes: &str, record_bytes_max: usize| {
            unfit(topic, &[("max.message.bytes", bytes)], record_bytes_max)
        };
        let size = |is_refused| vec![("max.message.bytes".to_owned(), is_refused)];
        // What a topic has by default.
        for topic in ["desk.routed", "desk.dlq", "desk.changes", "desk.state", "desk.stories"] {
            assert_eq!(sized(topic, "1048588", 8 << 20), size(true), "{topic}");
        }
        assert_eq!(sized("desk.routed", "1048588", 900_000), []);
        assert_eq!(sized("desk.changes", "1048588", 900_000), size(false));
        // Batches are as large, however small the records.
        assert_eq!(sized("desk.routed", "500000", 1_000), size(true));
        let least = (8 << 20) + HEADER_BYTES_MAX;
        assert_eq!(sized("desk.routed", &least.to_string(), 8 << 20), []);
        assert_eq!(sized("desk.routed", &(least - 1).to_string(), 8 << 20), size(true));
        assert_eq!(sized("desk.routed", MESSAGE_BYTES, 16 << 20), []);
        assert_eq!(sized("desk.decisions", "1048588", 8 << 20), size(false));
    }

    #[test]
    fn a_short_memory_is_told() {
        let kept = |ms| unfit("desk.routed", &[("retention.ms", ms)], 8 << 20);
        assert_eq!(kept("3600000"), [("retention.ms".to_owned(), false)]);
        assert_eq!(kept("-1"), []);
    }
}
