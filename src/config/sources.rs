//! The lists of sources and the lexicons: embedded, and replaced entry by entry by a newsroom's own.

use std::collections::BTreeMap;

use serde::Deserialize;
use writethru_core::policy::lexicon::LexiconFile;
use writethru_core::policy::{Boilerplate, Furniture, Lexicon, Side, Source, Sources};

use super::layers::{ConfigError, Layers, parse};

const SOURCES: &str = include_str!("../../config/sources.toml");
const LEXICONS: [(&str, &str); 1] =
    [("config/lexicon/en.toml", include_str!("../../config/lexicon/en.toml"))];

const BOILERPLATE: &str = include_str!("../../config/lexicon/boilerplate.toml");

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourcesFile {
    #[serde(default)]
    source: Vec<Source>,
    #[serde(default)]
    side: Vec<Side>,
}

/// What is compiled, with the texts that it was compiled from.
pub(super) struct Compiled<T> {
    pub(super) made: T,
    pub(super) texts: Vec<String>,
}

/// The embedded sources with a newsroom's own; the same id replaces.
pub(super) fn sources(layers: &Layers) -> Result<Compiled<Sources>, ConfigError> {
    let mut all: SourcesFile = parse("config/sources.toml", SOURCES)?;
    let mut texts = vec![SOURCES.to_owned()];
    let mut last = "config/sources.toml".to_owned();
    for (name, text) in files(layers, "sources.files")? {
        let own: SourcesFile = parse(&name, &text)?;
        own.source.into_iter().for_each(|it| replace(&mut all.source, it, |one| &one.id));
        own.side.into_iter().for_each(|it| replace(&mut all.side, it, |one| &one.id));
        texts.push(text);
        last = name;
    }
    let made = Sources::new(all.source, all.side).map_err(|it| ConfigError::new(last, it))?;
    Ok(Compiled { made, texts })
}

/// The embedded lexicons with a newsroom's own; the same language replaces.
pub(super) fn lexicon(layers: &Layers) -> Result<Compiled<Lexicon>, ConfigError> {
    let embedded = LEXICONS.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let mut all: Vec<LexiconFile> = Vec::new();
    let mut texts = Vec::new();
    let mut last = String::new();
    for (name, text) in embedded.into_iter().chain(files(layers, "lexicon.files")?) {
        replace(&mut all, parse(&name, &text)?, |one: &LexiconFile| &one.language);
        texts.push(text);
        last = name;
    }
    let made = Lexicon::new(all).map_err(|it| ConfigError::new(last, it))?;
    Ok(Compiled { made, texts })
}

/// The embedded page furniture with a newsroom's own; the same language replaces.
pub(super) fn boilerplate(layers: &Layers) -> Result<Compiled<Boilerplate>, ConfigError> {
    let name = "config/lexicon/boilerplate.toml".to_owned();
    let mut all: BTreeMap<String, Furniture> = BTreeMap::new();
    let mut texts = Vec::new();
    let mut last = String::new();
    let own = files(layers, "boilerplate.files")?;
    for (name, text) in std::iter::once((name, BOILERPLATE.to_owned())).chain(own) {
        all.extend(parse::<BTreeMap<String, Furniture>>(&name, &text)?);
        texts.push(text);
        last = name;
    }
    let made = Boilerplate::new(&all).map_err(|it| ConfigError::new(last, it))?;
    Ok(Compiled { made, texts })
}

/// The files that a setting names, with their texts.
pub(super) fn files(layers: &Layers, key: &str) -> Result<Vec<(String, String)>, ConfigError> {
    let read = |written: String| {
        let path = layers.beside(key, &written);
        let text = std::fs::read_to_string(&path).map_err(|error| {
            layers.refuse(key, &format!("names {}, which cannot be read: {error}", path.display()))
        })?;
        Ok((path.display().to_string(), text))
    };
    layers.texts(key)?.into_iter().map(read).collect()
}

fn replace<T>(all: &mut Vec<T>, one: T, id: impl Fn(&T) -> &String) {
    match all.iter().position(|known| id(known) == id(&one)) {
        Some(at) => all[at] = one,
        None => all.push(one),
    }
}
