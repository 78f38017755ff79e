//! Known sources, their reliability, who owns them and for whom they speak.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::article::Id;

/// Reliability of a source on the Admiralty scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Letter {
    /// Completely reliable.
    A,
    /// Usually reliable.
    B,
    /// Fairly reliable.
    C,
    /// Not usually reliable.
    D,
    /// Unreliable.
    E,
    /// Cannot be judged.
    F,
}

impl Letter {
    /// One letter up: A stays A, F becomes C.
    #[must_use]
    pub const fn up(self) -> Self {
        match self {
            Self::A | Self::B => Self::A,
            Self::C => Self::B,
            Self::D | Self::F => Self::C,
            Self::E => Self::D,
        }
    }

    /// One letter down: E stays E, F becomes D.
    #[must_use]
    pub const fn down(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::C,
            Self::C | Self::F => Self::D,
            Self::D | Self::E => Self::E,
        }
    }
}

/// What kind of body a listed source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListedKind {
    /// A wire agency.
    Agency,
    /// Any other medium.
    Outlet,
    /// A government body.
    Official,
    /// Any other body.
    Organisation,
}

/// One `[[source]]` of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Stable, kebab-case.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// Other spellings in running text.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Hosts without `www.`.
    #[serde(default)]
    pub domains: Vec<String>,
    /// Agency, outlet, official, organisation.
    pub kind: ListedKind,
    /// Reliability.
    pub letter: Letter,
    /// Same owner: not independent.
    #[serde(default)]
    pub owner: Option<String>,
    /// The side for which it speaks.
    #[serde(default)]
    pub side: Option<String>,
    /// ISO 3166-1.
    #[serde(default)]
    pub country: Option<String>,
    /// Why this letter.
    pub reason: String,
}

/// One `[[side]]` of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// Stable, kebab-case.
    pub id: String,
    /// Words that, as a claim's subject or a source, mean this side.
    pub names: Vec<String>,
    /// Sides with the same interest.
    #[serde(default)]
    pub allies: Vec<String>,
    /// Sides with the opposite interest.
    #[serde(default)]
    pub opponents: Vec<String>,
}

/// All sources and sides, with their indexes.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    list: Vec<Source>,
    sides: Vec<Side>,
    by_id: BTreeMap<String, usize>,
    by_domain: BTreeMap<String, usize>,
    by_name: BTreeMap<String, usize>,
    side_by_id: BTreeMap<String, usize>,
    side_by_name: BTreeMap<String, usize>,
}

impl Sources {
    /// Indexes the lists.
    ///
    /// # Errors
    /// A sentence that names what stands twice or is not defined.
    pub fn new(list: Vec<Source>, sides: Vec<Side>) -> Result<Self, String> {
        let mut made = Self { list, sides, ..Self::default() };
        for (at, source) in made.list.iter().enumerate() {
            unique(&mut made.by_id, &source.id, at, "source id")?;
            for domain in &source.domains {
                unique(&mut made.by_domain, domain, at, "domain")?;
            }
            unique(&mut made.by_name, &source.name.to_lowercase(), at, "source name")?;
            for alias in &source.aliases {
                unique(&mut made.by_name, &alias.to_lowercase(), at, "alias")?;
            }
        }
        for (at, side) in made.sides.iter().enumerate() {
            unique(&mut made.side_by_id, &side.id, at, "side id")?;
            for name in &side.names {
                unique(&mut made.side_by_name, &name.to_lowercase(), at, "name of a side")?;
            }
        }
        made.check_sides()?;
        Ok(made)
    }

    fn check_sides(&self) -> Result<(), String> {
        let named = self.list.iter().filter_map(|source| source.side.as_ref());
        let related = self.sides.iter().flat_map(|side| side.allies.iter().chain(&side.opponents));
        match named.chain(related).find(|id| !self.side_by_id.contains_key(*id)) {
            Some(id) => Err(format!("side \"{id}\" is used but not defined")),
            None => Ok(()),
        }
    }

    /// All sources in the order of the configuration.
    #[must_use]
    pub fn list(&self) -> &[Source] {
        &self.list
    }

    /// The source with this id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Source> {
        self.by_id.get(id).map(|at| &self.list[*at])
    }

    /// The source whose name or alias this is, in any case.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<&Source> {
        self.by_name.get(&name.to_lowercase()).map(|at| &self.list[*at])
    }

    /// The source that owns this host or a parent of it; else the one with this name.
    #[must_use]
    pub fn publisher(&self, publisher: &str) -> Option<&Source> {
        let mut host = publisher.trim().to_lowercase();
        loop {
            if let Some(at) = self.by_domain.get(host.trim_start_matches("www.")) {
                return Some(&self.list[*at]);
            }
            match host.split_once('.') {
                Some((_, parent)) if parent.contains('.') => host = parent.to_owned(),
                _ => return self.by_name(publisher.trim()),
            }
        }
    }

    /// The side with this id.
    #[must_use]
    pub fn side(&self, id: &str) -> Option<&Side> {
        self.side_by_id.get(id).map(|at| &self.sides[*at])
    }

    /// The side that these words mean, in any case.
    #[must_use]
    pub fn side_of_name(&self, name: &str) -> Option<&Side> {
        self.side_by_name.get(&name.to_lowercase()).map(|at| &self.sides[*at])
    }

    /// All sides.
    #[must_use]
    pub fn sides(&self) -> &[Side] {
        &self.sides
    }
}

fn unique(
    index: &mut BTreeMap<String, usize>,
    key: &str,
    at: usize,
    what: &str,
) -> Result<(), String> {
    match index.insert(key.to_owned(), at) {
        Some(other) if other != at => Err(format!("{what} \"{key}\" stands twice")),
        _ => Ok(()),
    }
}

/// The key of an organisation or person as a root: its listed id, else its folded name.
#[must_use]
pub fn root_key(id: Option<&str>, resolved: &str) -> Id {
    match id {
        Some(id) => Id::of(&[b"root", b"id", id.as_bytes()]),
        None => Id::of(&[b"root", b"name", resolved.to_lowercase().as_bytes()]),
    }
}
