//! The kinds of targets, as they are written.

use super::{AlertWay, CapPlace, Delivery, Entry, Security, Smtp, StoryWay, Told, Way, holds};
use crate::config::layers::ConfigError;

/// Reads one target of a kind.
type Reading = fn(&mut Entry<'_>) -> Result<Delivery, ConfigError>;

/// All kinds by their key.
pub(super) const KINDS: [(&str, Reading); 7] = [
    ("deliver.webhooks", |entry| alerts(entry, webhook)),
    ("deliver.chats", |entry| alerts(entry, chat)),
    ("deliver.mails", |entry| alerts(entry, mail)),
    ("deliver.apprise", |entry| alerts(entry, apprise)),
    ("deliver.caps", |entry| alerts(entry, cap)),
    ("deliver.folders", |entry| stories(entry, folder)),
    ("deliver.pushes", |entry| stories(entry, push)),
];

/// Categories of the Common Alerting Protocol.
const CATEGORIES: [&str; 12] = [
    "Geo",
    "Met",
    "Safety",
    "Security",
    "Rescue",
    "Fire",
    "Health",
    "Env",
    "Transport",
    "Infra",
    "CBRNE",
    "Other",
];
/// Its statuses.
const STATUSES: [&str; 5] = ["Actual", "Exercise", "System", "Test", "Draft"];

fn alerts(
    entry: &mut Entry<'_>,
    way: fn(&mut Entry<'_>) -> Result<AlertWay, ConfigError>,
) -> Result<Delivery, ConfigError> {
    let name = entry.name()?;
    let way = way(entry)?;
    let priority_max = entry.maybe("priority_max")?.unwrap_or(u8::MAX);
    let told = Told { priority_max, holds: holds::rules(entry)? };
    entry.end()?;
    if matches!(way, AlertWay::Cap { .. }) && told.holds != holds::HoldRules::default() {
        return Err(entry.refuse("cannot hold alerts back: CAP has no digest"));
    }
    Ok(Delivery { name, way: Way::Alerts(way, told) })
}

fn stories(
    entry: &mut Entry<'_>,
    way: fn(&mut Entry<'_>) -> Result<StoryWay, ConfigError>,
) -> Result<Delivery, ConfigError> {
    let name = entry.name()?;
    let way = way(entry)?;
    let desks = entry.maybe("desks")?.unwrap_or_default();
    entry.end()?;
    Ok(Delivery { name, way: Way::Stories { way, desks } })
}

fn webhook(entry: &mut Entry<'_>) -> Result<AlertWay, ConfigError> {
    let to = entry.address()?;
    let files: Vec<String> = entry.maybe("secret_files")?.unwrap_or_default();
    let mut secrets =
        files.iter().map(|file| entry.secret_in(file)).collect::<Result<Vec<_>, _>>()?;
    secrets.extend(entry.maybe_secret("secret")?);
    if secrets.is_empty() {
        return Err(entry.refuse("has a target without \"secret_files\" or \"secret_env\""));
    }
    Ok(AlertWay::Webhook { to, secrets })
}

fn chat(entry: &mut Entry<'_>) -> Result<AlertWay, ConfigError> {
    Ok(AlertWay::Chat {
        service: entry.must("service")?,
        to: entry.address()?,
        token: entry.secret("token")?,
        channel: entry.must("channel")?,
    })
}

fn mail(entry: &mut Entry<'_>) -> Result<AlertWay, ConfigError> {
    let security = entry.maybe("security")?.unwrap_or(Security::Tls);
    let usual = match security {
        Security::Tls => 465,
        Security::Starttls => 587,
        Security::None => 25,
    };
    let login = match entry.maybe::<String>("user")? {
        Some(user) => Some((user, entry.secret("password")?)),
        None => None,
    };
    let authority = match entry.maybe::<String>("authority_file")? {
        Some(file) => Some(entry.text_in(&file)?),
        None => None,
    };
    let to: Vec<String> = entry.must("to")?;
    if to.is_empty() {
        return Err(entry.refuse("has a target with nobody in \"to\""));
    }
    let port = entry.maybe("port")?.unwrap_or(usual);
    let server = Smtp { host: entry.must("host")?, port, security, authority, login };
    Ok(AlertWay::Mail { server, from: entry.must("from")?, to })
}

fn apprise(entry: &mut Entry<'_>) -> Result<AlertWay, ConfigError> {
    Ok(AlertWay::Apprise {
        to: entry.address()?,
        services: entry.maybe_secret("services")?,
        tag: entry.maybe("tag")?,
    })
}

fn cap(entry: &mut Entry<'_>) -> Result<AlertWay, ConfigError> {
    let sender: String = entry.must("sender")?;
    if sender.is_empty() || sender.contains(|c: char| c.is_whitespace() || "<&,".contains(c)) {
        return Err(entry.refuse("has a \"sender\" with a space, a comma, \"<\" or \"&\""));
    }
    let to = if entry.table.contains_key("folder") {
        CapPlace::Folder(entry.folder()?)
    } else {
        CapPlace::Http(entry.address()?, entry.maybe_secret("token")?)
    };
    let status = one_of(entry, "status", "Actual", &STATUSES)?;
    let category = one_of(entry, "category", "Other", &CATEGORIES)?;
    Ok(AlertWay::Cap { to, sender, status, category })
}

fn one_of(
    entry: &mut Entry<'_>,
    name: &str,
    usual: &str,
    words: &[&str],
) -> Result<String, ConfigError> {
    let word: String = entry.maybe(name)?.unwrap_or_else(|| usual.to_owned());
    if words.contains(&word.as_str()) {
        return Ok(word);
    }
    Err(entry.refuse(&format!("has the {name} \"{word}\"; it is one of {}", words.join(", "))))
}

fn folder(entry: &mut Entry<'_>) -> Result<StoryWay, ConfigError> {
    let path = entry.folder()?;
    Ok(StoryWay::Folder { path, has_guid: entry.maybe("guid")?.unwrap_or(true) })
}

fn push(entry: &mut Entry<'_>) -> Result<StoryWay, ConfigError> {
    Ok(StoryWay::Push { to: entry.address()?, key: entry.secret("key")? })
}
