//! The whole configuration as it is in use: the defaults' own text with its sentences, and in it
//! what a file or the environment sets. It can be read back, and no secret stands in it.

use std::path::Path;

use config::{Value, ValueKind};

use super::layers::{ConfigError, FREE, Layers};

/// In place of the defaults' own opening.
const OPENING: &str = "\
# Every setting as it is in use, written by `writethru config --print`. One with a sign in front has
# its default: take the sign away to set it. A comment behind a value says where it was set.
";

/// Settings that hold secrets themselves; all others name files of them.
const SECRETS: [&str; 2] = ["serve.read_tokens", "serve.decide_tokens"];

/// Parts of names that properties with secrets have, with those of other clients, which are given
/// by mistake.
const SECRET_PARTS: [&str; 8] =
    ["password", "passphrase", "secret", "token", "credential", "jaas", "key.pem", "private.key"];
/// Properties with secrets whose names do not say so.
const SECRET_PROPERTIES: [&str; 1] = ["sasl.oauthbearer.config"];

/// Whether a property of librdkafka holds a secret, by its name, or by a value with a name and a
/// password in an address.
fn is_secret(name: &str, value: &str) -> bool {
    let name = name.to_lowercase().replace('_', ".");
    let has_login = value
        .split("://")
        .skip(1)
        .any(|it| it.split(['/', ',', ' ']).next().is_some_and(|host| host.contains('@')));
    SECRET_PARTS.iter().any(|part| name.contains(part))
        || SECRET_PROPERTIES.contains(&name.as_str())
        || has_login
}

/// A setting that is not at its default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// With its section.
    pub key: String,
    /// As TOML; `None` for a secret.
    pub value: Option<String>,
    /// The file or the variable.
    pub origin: String,
}

/// All that a file or the environment sets, by key.
pub(super) fn given(layers: &Layers) -> Result<Vec<Given>, ConfigError> {
    let keys = layers.given().map(str::to_owned).collect::<Vec<_>>();
    keys.into_iter().map(|key| one(layers, key)).collect()
}

fn one(layers: &Layers, key: String) -> Result<Given, ConfigError> {
    let origin = layers.origin(&key);
    let free = FREE.iter().find_map(|section| Some((section, key.strip_prefix(section)?)));
    let value = match free {
        Some((section, name)) => {
            let name = name.trim_start_matches('.');
            let text = layers.free(section).get(name).cloned().unwrap_or_default();
            let secret = *section == "kafka.properties" && is_secret(name, &text);
            (!secret).then(|| quoted(&text))
        }
        None if SECRETS.contains(&key.as_str()) => None,
        None => {
            let value: Value = layers.get(&key)?;
            let last = key.rsplit('.').next().unwrap_or_default();
            Some(toml(value, &|path| layers.beside(&key, path), last).to_string())
        }
    };
    Ok(Given { key, value, origin })
}

/// The text of the defaults with what is given in place.
pub(super) fn print(defaults: &str, layers: &Layers) -> Result<String, ConfigError> {
    let given = given(layers)?;
    let mut page = OPENING.to_owned();
    let mut section = String::new();
    // The defaults open with a paragraph of their own.
    for line in defaults.lines().skip_while(|line| line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            if section == "kafka" {
                page += &free_sections(&given);
            }
            section = name.to_owned();
        }
        let key = line.split_once(" = ").filter(|_| !line.starts_with('#')).map(|(key, _)| {
            if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") }
        });
        let is_setting = key.is_some();
        match key.and_then(|key| given.iter().find(|it| it.key == key)) {
            Some(set) => page += &set.line(),
            None if is_setting => page += &format!("#{line}\n"),
            None => page += &format!("{line}\n"),
        }
    }
    Ok(page)
}

impl Given {
    fn line(&self) -> String {
        let name = self.key.rsplit('.').next().unwrap_or_default();
        self.line_as(name)
    }

    fn line_as(&self, name: &str) -> String {
        let origin = self.origin.replace(char::is_control, " ");
        match &self.value {
            Some(value) => format!("{name} = {value}  # {origin}\n"),
            None => format!("# {name} is a secret; {origin} sets it\n"),
        }
    }
}

/// What has names of its own stands behind the section that it belongs to.
fn free_sections(given: &[Given]) -> String {
    let mut page = String::new();
    for section in FREE {
        let prefix = format!("{section}.");
        let mut of = given.iter().filter(|it| it.key.starts_with(&prefix)).peekable();
        if of.peek().is_some() {
            page += &format!("[{section}]\n");
            for one in of {
                page += &one.line_as(&quoted(one.key.trim_start_matches(&prefix)));
            }
            page += "\n";
        }
    }
    page
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Paths are made whole, so that they hold wherever the page is put.
fn toml(value: Value, beside: &dyn Fn(&str) -> std::path::PathBuf, name: &str) -> toml::Value {
    let is_path =
        ["files", "folder"].contains(&name) || name.ends_with("_file") || name.ends_with("_files");
    match value.kind {
        ValueKind::Boolean(it) => it.into(),
        ValueKind::I64(it) => it.into(),
        ValueKind::Float(it) => it.into(),
        ValueKind::Array(items) => {
            items.into_iter().map(|item| toml(item, beside, name)).collect::<Vec<_>>().into()
        }
        ValueKind::Table(fields) => {
            let mut sorted: Vec<(String, Value)> = fields.into_iter().collect();
            sorted.sort_by(|one, other| one.0.cmp(&other.0));
            let fields =
                sorted.into_iter().map(|(key, value)| (key.clone(), toml(value, beside, &key)));
            toml::Value::Table(fields.collect())
        }
        ValueKind::String(text) if is_path && !text.is_empty() => whole(&beside(&text)).into(),
        other => Value::new(None, other).into_string().unwrap_or_default().into(),
    }
}

fn whole(path: &Path) -> String {
    let whole = std::path::absolute(path);
    whole.as_deref().unwrap_or(path).display().to_string()
}
