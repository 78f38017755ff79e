//! Where alerts and stories are delivered, each target by itself. Secrets stand in files of their
//! own or in the environment and are never shown.

mod entries;
mod holds;

use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use self::holds::{HoldRules, Limit, Quiet, Whom};
use super::layers::{ConfigError, Layers};

/// One target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Tells it from the others; names its progress.
    pub name: String,
    /// How, and of what.
    pub way: Way,
}

/// What a target is told, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Alerts.
    Alerts(AlertWay, Told),
    /// Stories, as news items.
    Stories {
        /// How.
        way: StoryWay,
        /// Desks whose stories it gets; empty: all.
        desks: Vec<String>,
    },
}

/// Which alerts a target is told, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Less grave alerts are not for it.
    pub priority_max: u8,
    /// When it is left in peace.
    pub holds: HoldRules,
}

/// How a target is told of alerts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlertWay {
    /// A signed POST of the event.
    Webhook {
        /// Where.
        to: Address,
        /// Each signs; more than one is for changing them.
        secrets: Vec<Secret>,
    },
    /// A message for each alert.
    Chat {
        /// `slack` or `mattermost`.
        service: Service,
        /// Where.
        to: Address,
        /// What authorises.
        token: Secret,
        /// Which channel, by id.
        channel: String,
    },
    /// A mail for each event.
    Mail {
        /// Through which server.
        server: Smtp,
        /// Who sends.
        from: String,
        /// Who gets it.
        to: Vec<String>,
    },
    /// A notification by an Apprise API.
    Apprise {
        /// Where.
        to: Address,
        /// Services, where the server keeps none.
        services: Option<Secret>,
        /// Only services with this tag.
        tag: Option<String>,
    },
    /// A document of the Common Alerting Protocol.
    Cap {
        /// Where.
        to: CapPlace,
        /// Who sends.
        sender: String,
        /// `Actual`, `Exercise`, `System`, `Test` or `Draft`.
        status: String,
        /// One of CAP's.
        category: String,
    },
}

/// Where documents of the Common Alerting Protocol go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CapPlace {
    /// Files.
    Folder(PathBuf),
    /// Over HTTP, with a bearer token where there is one.
    Http(Address, Option<Secret>),
}

/// How a target is told of stories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoryWay {
    /// A file for each version.
    Folder {
        /// Where.
        path: PathBuf,
        /// Items have Superdesk's `guid`.
        has_guid: bool,
    },
    /// Newshub's signed push.
    Push {
        /// Where.
        to: Address,
        /// Its `PUSH_KEY`.
        key: Secret,
    },
}

/// An address of the web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// With http or https.
    pub url: String,
    /// It may be one of the inside.
    pub allow_private: bool,
}

/// A mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smtp {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is spoken to.
    pub security: Security,
    /// Who vouches for its certificate, besides the authorities that everybody trusts; as PEM.
    pub authority: Option<String>,
    /// User and password, where it wants them.
    pub login: Option<(String, Secret)>,
}

/// How the way to a mail server is kept from being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS from the first byte (port 465).
    Tls,
    /// Begun in the clear, and broken off where the server offers no TLS (port 587).
    Starttls,
    /// None, for a server on this machine (port 25).
    None,
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

/// All targets.
pub(super) fn deliveries(layers: &Layers) -> Result<Vec<Delivery>, ConfigError> {
    let mut deliveries: Vec<Delivery> = Vec::new();
    for (key, read) in entries::KINDS {
        for table in layers.tables::<toml::Table>(key)? {
            let one = read(&mut Entry { layers, key, table })?;
            if deliveries.iter().any(|other| other.name == one.name) {
                return Err(layers.refuse(key, &format!("has the name \"{}\" twice", one.name)));
            }
            deliveries.push(one);
        }
    }
    Ok(deliveries)
}

/// One target as it is written; what is read is taken out.
struct Entry<'a> {
    layers: &'a Layers,
    key: &'static str,
    table: toml::Table,
}

impl Entry<'_> {
    /// What is wrong, with where it stands.
    fn refuse(&self, problem: &str) -> ConfigError {
        self.layers.refuse(self.key, problem)
    }

    /// Something that may be left out.
    fn maybe<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, ConfigError> {
        let Some(value) = self.table.remove(name) else { return Ok(None) };
        let read = value.try_into();
        read.map(Some).map_err(|error| {
            let error = error.to_string();
            self.refuse(&format!("has a wrong \"{name}\": {}", error.trim()))
        })
    }

    /// Something that must be there.
    fn must<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, ConfigError> {
        let found = self.maybe(name)?;
        found.ok_or_else(|| self.refuse(&format!("has a target without \"{name}\"")))
    }

    /// A name that can be that of a file.
    fn name(&mut self) -> Result<String, ConfigError> {
        let name: String = self.must("name")?;
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.is_empty() || !name.chars().all(fits) {
            let problem =
                format!("has the name \"{name}\"; letters, digits, \"-\" and \"_\" make one");
            return Err(self.refuse(&problem));
        }
        Ok(name)
    }

    /// An address, with whether it may be one of the inside.
    fn address(&mut self) -> Result<Address, ConfigError> {
        let url: String = self.must("url")?;
        let is_web = url::Url::parse(&url).is_ok_and(|url| {
            matches!(url.scheme(), "https" | "http") && url.has_host() && url.username().is_empty()
        });
        if !is_web {
            return Err(
                self.refuse(&format!("has the url \"{url}\"; it must begin with http(s)://"))
            );
        }
        let allow_private = self.maybe("allow_private")?.unwrap_or_default();
        Ok(Address { url, allow_private })
    }

    /// A folder, as written beside the file that names it.
    fn folder(&mut self) -> Result<PathBuf, ConfigError> {
        let folder: String = self.must("folder")?;
        Ok(self.layers.beside(self.key, &folder))
    }

    /// A secret from `NAME_file` or from the variable that `NAME_env` names.
    fn maybe_secret(&mut self, name: &str) -> Result<Option<Secret>, ConfigError> {
        if let Some(path) = self.maybe::<String>(&format!("{name}_file"))? {
            return self.secret_in(&path).map(Some);
        }
        let Some(variable) = self.maybe::<String>(&format!("{name}_env"))? else {
            return Ok(None);
        };
        match std::env::var(&variable) {
            Ok(text) => Ok(Some(Secret(text.trim().to_owned()))),
            Err(_) => Err(self.refuse(&format!("names the variable {variable}, which is not set"))),
        }
    }

    fn secret(&mut self, name: &str) -> Result<Secret, ConfigError> {
        let found = self.maybe_secret(name)?;
        found.ok_or_else(|| {
            self.refuse(&format!("has a target without \"{name}_file\" or \"{name}_env\""))
        })
    }

    fn secret_in(&self, written: &str) -> Result<Secret, ConfigError> {
        Ok(Secret(self.text_in(written)?.trim().to_owned()))
    }

    /// What a file says, as written beside the file that names it.
    fn text_in(&self, written: &str) -> Result<String, ConfigError> {
        let path = self.layers.beside(self.key, written);
        std::fs::read_to_string(&path).map_err(|error| {
            self.refuse(&format!("names {}, which cannot be read: {error}", path.display()))
        })
    }

    /// Nothing is left that nobody has read.
    fn end(&self) -> Result<(), ConfigError> {
        match self.table.keys().next() {
            Some(key) => {
                Err(self.refuse(&format!("has a target with the unknown field \"{key}\"")))
            }
            None => Ok(()),
        }
    }
}
