//! Where alerts are delivered: webhooks and chat channels, each by itself. Secrets stand in files
//! of their own and are never shown.

use std::fmt;
use std::path::Path;

use serde::Deserialize;

use super::layers::{ConfigError, Layers};

/// One target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Tells it from the others; names its progress.
    pub name: String,
    /// Where.
    pub url: String,
    /// Less grave alerts are not for it.
    pub priority_max: u8,
    /// It may be an address of the inside.
    pub allow_private: bool,
    /// How.
    pub way: Way,
}

/// How a target is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// A signed POST of the event.
    Webhook {
        /// Each signs; more than one is for changing them.
        secrets: Vec<Secret>,
    },
    /// A message for each alert.
    Chat {
        /// `slack` or `mattermost`.
        service: Service,
        /// What authorises.
        token: Secret,
        /// Which channel, by id.
        channel: String,
    },
}

/// Which chat service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// Slack's Web API.
    Slack,
    /// Mattermost's API.
    Mattermost,
}

/// Never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookEntry {
    name: String,
    url: String,
    secret_files: Vec<String>,
    #[serde(default = "all")]
    priority_max: u8,
    #[serde(default)]
    allow_private: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChatEntry {
    name: String,
    service: Service,
    url: String,
    token_file: String,
    channel: String,
    #[serde(default = "all")]
    priority_max: u8,
    #[serde(default)]
    allow_private: bool,
}

const fn all() -> u8 {
    u8::MAX
}

/// All targets.
pub(super) fn deliveries(layers: &Layers) -> Result<Vec<Delivery>, ConfigError> {
    let mut deliveries: Vec<Delivery> = Vec::new();
    for entry in layers.tables::<WebhookEntry>("deliver.webhooks")? {
        let key = "deliver.webhooks";
        if entry.secret_files.is_empty() {
            return Err(layers.refuse(key, &format!("\"{}\" has no secret_files", entry.name)));
        }
        let secrets = entry.secret_files.iter().map(|it| secret(layers, key, it));
        deliveries.push(Delivery {
            name: entry.name,
            url: entry.url,
            priority_max: entry.priority_max,
            allow_private: entry.allow_private,
            way: Way::Webhook { secrets: secrets.collect::<Result<_, _>>()? },
        });
    }
    for entry in layers.tables::<ChatEntry>("deliver.chats")? {
        let token = secret(layers, "deliver.chats", &entry.token_file)?;
        deliveries.push(Delivery {
            name: entry.name,
            url: entry.url,
            priority_max: entry.priority_max,
            allow_private: entry.allow_private,
            way: Way::Chat { service: entry.service, token, channel: entry.channel },
        });
    }
    for (at, one) in deliveries.iter().enumerate() {
        let key = match one.way {
            Way::Webhook { .. } => "deliver.webhooks",
            Way::Chat { .. } => "deliver.chats",
        };
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if one.name.is_empty() || !one.name.chars().all(fits) {
            let problem =
                format!("has the name \"{}\"; letters, digits, \"-\" and \"_\" make one", one.name);
            return Err(layers.refuse(key, &problem));
        }
        if deliveries.iter().take(at).any(|other| other.name == one.name) {
            return Err(layers.refuse(key, &format!("has the name \"{}\" twice", one.name)));
        }
        let web = url::Url::parse(&one.url).is_ok_and(|url| {
            matches!(url.scheme(), "https" | "http") && url.has_host() && url.username().is_empty()
        });
        if !web {
            return Err(layers.refuse(key, &format!("\"{}\" needs a url with http(s)", one.name)));
        }
    }
    Ok(deliveries)
}

fn secret(layers: &Layers, key: &str, written: &str) -> Result<Secret, ConfigError> {
    let path = layers.beside(key, written);
    let text = read(&path).map_err(|error| {
        layers.refuse(key, &format!("names {}, which cannot be read: {error}", path.display()))
    })?;
    Ok(Secret(text.trim().to_owned()))
}

fn read(path: &Path) -> std::io::Result<String> {
    std::fs::read_to_string(path)
}
