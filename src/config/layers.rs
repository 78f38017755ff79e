//! Settings by key: the defaults, overlaid by a file and by the environment.
//!
//! The defaults say which keys there are and of which type; so a key that they lack, or a value of
//! another type, is refused before anything is built from it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use config::{
    Config, Environment, File, FileFormat, FileSourceString, Map, Source, Value, ValueKind,
};

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

/// The defaults, a file and the environment as one configuration, and where each key was set.
#[derive(Debug)]
pub(super) struct Layers {
    merged: Config,
    known: BTreeMap<String, ValueKind>,
    origins: BTreeMap<String, Origin>,
    /// What has names of its own: by section, as `kafka.properties`, then by name.
    free: BTreeMap<&'static str, BTreeMap<String, String>>,
}

/// Sections whose keys are somebody else's, with any scalar as value.
pub(super) const FREE: [&str; 2] = ["kafka.properties", "kafka.secrets"];

/// Where a setting was set.
#[derive(Clone, Debug)]
enum Origin {
    File(PathBuf),
    Variable(String),
}

const PREFIX: &str = "WRITETHRU";

impl Layers {
    /// Overlays the defaults with a file, then with every `WRITETHRU__SECTION__KEY`.
    pub(super) fn load(
        defaults: &str,
        file: Option<&Path>,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let defaults = File::from_str(defaults, FileFormat::Toml);
        let known = collect(&defaults).expect("a test reads the embedded defaults");
        let mut layers = Self {
            merged: Config::default(),
            known,
            origins: BTreeMap::new(),
            free: BTreeMap::new(),
        };
        let mut builder = Config::builder().add_source(defaults);
        if let Some(path) = file {
            builder = builder.add_source(layers.file(path)?);
        }
        for (key, value) in layers.environment(variables)? {
            builder = builder.set_override(&key, value).map_err(|it| layers.odd(&key, &it))?;
        }
        layers.merged =
            builder.build().map_err(|it| ConfigError::new("settings", it.to_string()))?;
        Ok(layers)
    }

    /// Reads a file and refuses keys that are not known and values of another type.
    fn file(&mut self, path: &Path) -> Result<File<FileSourceString, FileFormat>, ConfigError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::new(&shown, format!("cannot be read: {error}")))?;
        parse::<toml::Table>(&shown, &text)?;
        let source = File::from_str(&text, FileFormat::Toml);
        let given = collect(&source).map_err(|it| ConfigError::new(&shown, it.to_string()))?;
        for (key, kind) in given {
            if !self.is_free(&key, &kind, str::to_owned) {
                self.checked(&key, &kind).map_err(|it| ConfigError::new(&shown, it))?;
            }
            self.origins.insert(key, Origin::File(path.to_owned()));
        }
        Ok(source)
    }

    /// What the environment sets, each text read as the type of the default.
    fn environment(
        &mut self,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<BTreeMap<String, Value>, ConfigError> {
        let source = Environment::with_prefix(PREFIX).prefix_separator("__").separator("__");
        let source = source.source(Some(variables.collect()));
        let given =
            collect(&source).map_err(|it| ConfigError::new("environment", it.to_string()))?;
        let mut values = BTreeMap::new();
        for (key, kind) in given {
            let name = format!("{PREFIX}__{}", key.replace('.', "__").to_uppercase());
            // No variable can have a dot in its name, and no such property has an underscore.
            if self.is_free(&key, &kind, |key| key.replace('_', ".")) {
                self.origins.insert(key.replace('_', "."), Origin::Variable(name));
                continue;
            }
            let text = Value::new(None, kind).into_string().unwrap_or_default();
            let value = self.typed(&key, &text).map_err(|it| ConfigError::new(&name, it))?;
            values.insert(key.clone(), value);
            self.origins.insert(key, Origin::Variable(name));
        }
        Ok(values)
    }

    /// The value of a key that the defaults have.
    pub(super) fn get<T: serde::de::DeserializeOwned>(&self, key: &str) -> Result<T, ConfigError> {
        self.merged.get(key).map_err(|error| self.odd(key, &error))
    }

    fn odd(&self, key: &str, error: &config::ConfigError) -> ConfigError {
        self.refuse(key, &format!("cannot be used: {error}"))
    }

    /// Whether a file or the environment sets a key.
    pub(super) fn is_set(&self, key: &str) -> bool {
        self.origins.contains_key(key)
    }

    /// All keys that a file or the environment sets.
    pub(super) fn given(&self) -> impl Iterator<Item = &str> {
        self.origins.keys().map(String::as_str)
    }

    /// Where a key was set.
    pub(super) fn origin(&self, key: &str) -> String {
        match self.origins.get(key) {
            Some(Origin::File(path)) => path.display().to_string(),
            Some(Origin::Variable(name)) => name.clone(),
            None => "the defaults".to_owned(),
        }
    }

    /// An error at a key, with where it was set.
    pub(super) fn refuse(&self, key: &str, problem: &str) -> ConfigError {
        ConfigError::new(self.origin(key), format!("\"{key}\" {problem}"))
    }

    /// A path as written, relative to the file that it was written in.
    pub(super) fn beside(&self, key: &str, path: &str) -> PathBuf {
        match self.origins.get(key) {
            Some(Origin::File(file)) => file.parent().unwrap_or(Path::new("")).join(path),
            _ => PathBuf::from(path),
        }
    }

    /// Refuses a value of a file whose key is not known or whose type is not that of the default.
    fn checked(&self, key: &str, kind: &ValueKind) -> Result<(), String> {
        let (wanted, given) = (type_of(self.known(key)?), type_of(kind));
        if wanted == given || (wanted, given) == ("a number", "a whole number") {
            return Ok(());
        }
        Err(format!("\"{key}\" must be {wanted}, but is {given}"))
    }

    /// A text of the environment, read as the type of the default.
    fn typed(&self, key: &str, text: &str) -> Result<Value, String> {
        let default = self.known(key)?;
        let text = text.trim();
        let read = match default {
            ValueKind::I64(_) => text.parse::<i64>().map(Value::from).ok(),
            ValueKind::Float(_) => text.parse::<f64>().map(Value::from).ok(),
            ValueKind::Boolean(_) => text.parse::<bool>().map(Value::from).ok(),
            ValueKind::Array(_) => Some(Value::from(listed(text))),
            _ => Some(Value::from(text)),
        };
        read.ok_or_else(|| format!("\"{key}\" must be {}, but is \"{text}\"", type_of(default)))
    }

    /// Takes a key of a free section.
    fn is_free(&mut self, key: &str, kind: &ValueKind, name: impl Fn(&str) -> String) -> bool {
        let within = |section: &&&str| key.starts_with(&format!("{section}."));
        let Some(section) = FREE.iter().find(within) else { return false };
        let own = key.trim_start_matches(section).trim_start_matches('.');
        let Ok(text) = Value::new(None, kind.clone()).into_string() else { return false };
        self.free.entry(section).or_default().insert(name(own), text);
        true
    }

    /// What a free section has.
    pub(super) fn free(&self, section: &str) -> BTreeMap<String, String> {
        self.free.get(section).cloned().unwrap_or_default()
    }

    fn known(&self, key: &str) -> Result<&ValueKind, String> {
        self.known.get(key).ok_or_else(|| {
            match nearest(key, self.known.keys().map(String::as_str)) {
                Some(near) => format!("unknown setting \"{key}\"; did you mean \"{near}\"?"),
                None => format!("unknown setting \"{key}\""),
            }
        })
    }
}

/// The values of one source by dotted key.
fn collect(source: &dyn Source) -> Result<BTreeMap<String, ValueKind>, config::ConfigError> {
    let mut flat = BTreeMap::new();
    flatten("", source.collect()?, &mut flat);
    Ok(flat)
}

fn flatten(prefix: &str, table: Map<String, Value>, into: &mut BTreeMap<String, ValueKind>) {
    for (key, value) in table {
        let path = if prefix.is_empty() { key } else { format!("{prefix}.{key}") };
        match value.kind {
            ValueKind::Table(inner) => flatten(&path, inner, into),
            kind => {
                into.insert(path, kind);
            }
        }
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
        let line = error.span().map(|span| line_of(text, span.start));
        let place = line.map_or_else(|| origin.to_owned(), |line| format!("{origin}, line {line}"));
        ConfigError::new(place, error.message())
    })
}

/// The line of a byte, from 1.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

/// A comma-separated list of the environment.
fn listed(text: &str) -> Vec<String> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

const fn type_of(kind: &ValueKind) -> &'static str {
    match kind {
        ValueKind::Boolean(_) => "true or false",
        ValueKind::I64(_) | ValueKind::I128(_) | ValueKind::U64(_) | ValueKind::U128(_) => {
            "a whole number"
        }
        ValueKind::Float(_) => "a number",
        ValueKind::Array(_) => "a list",
        ValueKind::Table(_) => "a table",
        ValueKind::String(_) | ValueKind::Nil => "a string",
    }
}
