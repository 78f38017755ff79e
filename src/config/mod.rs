//! Files and environment → what decides ([`Policy`]) and how it runs ([`Settings`]).
//!
//! This is the one place that reads configuration, and the one that can refuse it: with one
//! sentence that names the file, the key and, where it was mistyped, the nearest key there is.

mod alerts;
mod deliveries;
mod desks;
mod layers;
mod policy;
mod serve;
mod settings;
mod sources;

use std::path::Path;

use writethru_core::policy::Policy;

pub use deliveries::{Delivery, Secret, Service, Way};
pub use desks::DeskRules;
pub use layers::ConfigError;
pub use serve::{Serve, Token};
pub use settings::{
    Clock, Feeds, Kafka, Keeping, LogFormat, Messages, Properties, Reading, Settings,
};

/// Every setting with its default.
pub const DEFAULTS: &str = include_str!("../../config/default.toml");

/// The embedded defaults, overlaid by a file and then by the environment.
///
/// # Errors
/// A sentence with file and key for anything that is not known or does not fit.
pub fn load(path: Option<&Path>) -> Result<(Settings, Policy), ConfigError> {
    load_with(path, std::env::vars())
}

/// The same with the environment as an argument.
///
/// # Errors
/// A sentence with file and key for anything that is not known or does not fit.
pub fn load_with(
    path: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<(Settings, Policy), ConfigError> {
    let layers = layers::Layers::load(DEFAULTS, path, environment)?;
    let settings = settings::settings(&layers)?;
    let policy = policy::policy(&layers, &settings.desks)?;
    Ok((settings, policy))
}

#[cfg(test)]
mod tests;
