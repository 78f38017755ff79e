//! Settings by key: the defaults, overlaid by a file and by the environment.
//!
//! The defaults say which keys there are and of which type; so a key that they lack, or a value of
//! another type, is refused before anything is built from it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// A setting that is not known or does not fit, in one sentence.
#[derive(Debug, thiserror::Error)]
#[error("{origin}: {problem}")]
pub struct ConfigError {
    /// The file or the environment variable.
    origin: String,
    /// What is wrong, with the key.
    problem: String,
}

impl ConfigError {
    pub(super) fn new(origin: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { origin: origin.into(), problem: problem.into() }
    }
}

/// All settings by dotted key, each with where it was set.
#[derive(Debug)]
pub(super) struct Layers {
    values: BTreeMap<String, Value>,
    origins: BTreeMap<String, Origin>,
}

/// Where a setting was set.
#[derive(Clone, Debug)]
enum Origin {
    File(PathBuf),
    Variable(String),
}

const PREFIX: &str = "WRITETHRU__";

impl Layers {
    pub(super) fn new(defaults: &str) -> Self {
        let table: Table = defaults.parse().expect("a test reads the embedded defaults");
        let mut values = BTreeMap::new();
        flatten("", table, &mut values);
        Self { values, origins: BTreeMap::new() }
    }

    /// Overlays a file.
    pub(super) fn file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::new(&shown, format!("cannot be read: {error}")))?;
        let table = parse(&shown, &text)?;
        let mut given = BTreeMap::new();
        flatten("", table, &mut given);
        for (key, value) in given {
            let value = self.checked(&key, value).map_err(|it| ConfigError::new(&shown, it))?;
            self.set(key, value, Origin::File(path.to_owned()));
        }
        Ok(())
    }

    /// Overlays every `WRITETHRU__SECTION__KEY`.
    pub(super) fn environment(
        &mut self,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<(), ConfigError> {
        let ours = variables.filter(|(name, _)| name.starts_with(PREFIX));
        let sorted: BTreeMap<String, String> = ours.collect();
        for (name, text) in sorted {
            let key = name.trim_start_matches(PREFIX).to_lowercase().replace("__", ".");
            let value = self.typed(&key, &text).map_err(|it| ConfigError::new(&name, it))?;
            self.set(key, value, Origin::Variable(name));
        }
        Ok(())
    }

    /// The value of a key that the defaults have.
    pub(super) fn get(&self, key: &str) -> &Value {
        self.values.get(key).expect("a test asks for every key that is used")
    }

    /// An error at a key, with where it was set.
    pub(super) fn refuse(&self, key: &str, problem: &str) -> ConfigError {
        let origin = match self.origins.get(key) {
            Some(Origin::File(path)) => path.display().to_string(),
            Some(Origin::Variable(name)) => name.clone(),
            None => "the defaults".to_owned(),
        };
        ConfigError::new(origin, format!("\"{key}\" {problem}"))
    }

    /// A path as written, relative to the file that it was written in.
    pub(super) fn beside(&self, key: &str, path: &str) -> PathBuf {
        match self.origins.get(key) {
            Some(Origin::File(file)) => file.parent().unwrap_or(Path::new("")).join(path),
            _ => PathBuf::from(path),
        }
    }

    fn set(&mut self, key: String, value: Value, origin: Origin) {
        self.origins.insert(key.clone(), origin);
        self.values.insert(key, value);
    }

    /// A value of a file, if its key is known and its type that of the default.
    fn checked(&self, key: &str, value: Value) -> Result<Value, String> {
        match (self.known(key)?, value) {
            (Value::Float(_), Value::Integer(whole)) => Ok(Value::Float(as_float(whole))),
            (default, value) if default.same_type(&value) => Ok(value),
            (default, value) => Err(format!(
                "\"{key}\" must be {}, but is {}",
                article(default.type_str()),
                article(value.type_str())
            )),
        }
    }

    /// A text of the environment, read as the type of the default.
    fn typed(&self, key: &str, text: &str) -> Result<Value, String> {
        let default = self.known(key)?;
        let read = match default {
            Value::Integer(_) => text.trim().parse().map(Value::Integer).ok(),
            Value::Float(_) => text.trim().parse().map(Value::Float).ok(),
            Value::Boolean(_) => text.trim().parse().map(Value::Boolean).ok(),
            Value::Array(_) => Some(listed(text)),
            _ => Some(Value::String(text.to_owned())),
        };
        let kind = article(default.type_str());
        read.ok_or_else(|| format!("\"{key}\" must be {kind}, but is \"{text}\""))
    }

    fn known(&self, key: &str) -> Result<&Value, String> {
        self.values.get(key).ok_or_else(|| match self.nearest(key) {
            Some(near) => format!("unknown setting \"{key}\"; did you mean \"{near}\"?"),
            None => format!("unknown setting \"{key}\""),
        })
    }

    fn nearest(&self, key: &str) -> Option<&str> {
        nearest(key, self.values.keys().map(String::as_str))
    }
}

/// The candidate with the fewest differing letters, if those are few.
pub(super) fn nearest<'a>(
    word: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let distance = |candidate: &str| {
        let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
        strsim::damerau_levenshtein(word, candidate)
            .min(1 + strsim::damerau_levenshtein(&last(word), &last(candidate)))
    };
    let near = candidates.map(|it| (distance(it), it)).min()?;
    (near.0 <= 2 + word.len() / 5).then_some(near.1)
}

/// Reads a TOML file, or says where it is wrong.
pub(super) fn parse<T: serde::de::DeserializeOwned>(
    origin: &str,
    text: &str,
) -> Result<T, ConfigError> {
    toml::from_str(text).map_err(|error| {
        let line = error
            .span()
            .map(|span| 1 + text.bytes().take(span.start).filter(|b| *b == b'\n').count());
        let place = line.map_or_else(|| origin.to_owned(), |line| format!("{origin}, line {line}"));
        ConfigError::new(place, error.message())
    })
}

/// A comma-separated list of the environment.
fn listed(text: &str) -> Value {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    Value::Array(parts.map(|part| Value::String(part.to_owned())).collect())
}

fn flatten(prefix: &str, table: Table, into: &mut BTreeMap<String, Value>) {
    for (key, value) in table {
        let path = if prefix.is_empty() { key } else { format!("{prefix}.{key}") };
        match value {
            Value::Table(inner) => flatten(&path, inner, into),
            value => {
                into.insert(path, value);
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "shares are small numbers")]
fn as_float(whole: i64) -> f64 {
    whole as f64
}

fn article(kind: &str) -> String {
    match kind {
        "integer" => "a whole number".to_owned(),
        "float" => "a number".to_owned(),
        "array" => "a list".to_owned(),
        "boolean" => "true or false".to_owned(),
        other => format!("a {other}"),
    }
}
