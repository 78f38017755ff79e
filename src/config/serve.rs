//! The HTTP interface: where, for whom, and how much is held for readers.

use std::net::SocketAddr;

use super::layers::{ConfigError, Layers};

/// Letters of a token; a shorter one could be guessed.
const TOKEN_CHARS_MIN: usize = 16;

/// The HTTP interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serve {
    /// Address; none where it is off.
    pub listen: Option<SocketAddr>,
    /// Somebody asked for this address: it is a mistake if it cannot be had.
    pub is_asked: bool,
    /// Names under which it is reached, beside its address.
    pub hosts: Vec<String>,
    /// The address under which others reach it, without a slash at its end; empty where unknown.
    pub public_url: String,
    /// A WebSub hub.
    pub hub: Option<String>,
    /// Tokens that may read.
    pub readers: Vec<Token>,
    /// Tokens that may read and decide.
    pub deciders: Vec<Token>,
    /// Changes that are held.
    pub changes_max: usize,
    /// Bytes of them.
    pub changes_bytes_max: usize,
    /// Stories that are held.
    pub stories_max: usize,
    /// Bytes of them.
    pub stories_bytes_max: usize,
    /// Alerts that are held.
    pub alerts_max: usize,
    /// Bytes of them.
    pub alerts_bytes_max: usize,
    /// Connections at a time.
    pub connections_max: usize,
    /// Readers of the stream at a time.
    pub streams_max: usize,
    /// Between two signs of life.
    pub heartbeat_seconds: u64,
    /// How long a reader may take nothing.
    pub stall_seconds: u64,
}

/// The digest of a bearer token: the token itself is not kept and cannot be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(blake3::Hash);

impl Token {
    /// Of a token as it was given.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(blake3::hash(text.as_bytes()))
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

pub(super) fn serve(layers: &Layers) -> Result<Serve, ConfigError> {
    let listen = match layers.text("serve.listen").as_str() {
        "" => None,
        text => Some(text.parse::<SocketAddr>().map_err(|_| {
            layers.refuse("serve.listen", "must be an address with a port such as 127.0.0.1:8080")
        })?),
    };
    let serve = Serve {
        listen,
        is_asked: layers.is_set("serve.listen"),
        hosts: layers.texts("serve.hosts")?.iter().map(|host| host.to_lowercase()).collect(),
        public_url: web(layers, "serve.public_url")?.unwrap_or_default(),
        hub: web(layers, "serve.hub")?,
        readers: tokens(layers, "serve.read_tokens", "serve.read_token_file")?,
        deciders: tokens(layers, "serve.decide_tokens", "serve.decide_token_file")?,
        changes_max: layers.whole("serve.changes_max", 1, i64::MAX)?,
        changes_bytes_max: layers.whole("serve.changes_bytes_max", 1, i64::MAX)?,
        stories_max: layers.whole("serve.stories_max", 1, i64::MAX)?,
        stories_bytes_max: layers.whole("serve.stories_bytes_max", 1, i64::MAX)?,
        alerts_max: layers.whole("serve.alerts_max", 1, i64::MAX)?,
        alerts_bytes_max: layers.whole("serve.alerts_bytes_max", 1, i64::MAX)?,
        connections_max: layers.whole("serve.connections_max", 1, 1_000_000)?,
        streams_max: layers.whole("serve.streams_max", 1, 1_000_000)?,
        heartbeat_seconds: layers.whole("serve.heartbeat_seconds", 1, 60)?,
        stall_seconds: layers.whole("serve.stall_seconds", 1, 3600)?,
    };
    if serve.hub.is_some() && serve.public_url.is_empty() {
        let problem =
            "needs serve.public_url: a hub is told which feed has changed, by its address";
        return Err(layers.refuse("serve.hub", problem));
    }
    let is_open = serve.listen.is_some_and(|address| !address.ip().is_loopback());
    if is_open && serve.readers.is_empty() && serve.deciders.is_empty() {
        let problem = "can be reached from other machines, so it needs tokens: name a file of them \
                       in serve.read_token_file or serve.decide_token_file";
        return Err(layers.refuse("serve.listen", problem));
    }
    Ok(serve)
}

/// An address of the web, without a slash at its end; none where it is empty.
fn web(layers: &Layers, key: &str) -> Result<Option<String>, ConfigError> {
    let text = layers.text(key);
    if text.is_empty() {
        return Ok(None);
    }
    let parsed = url::Url::parse(&text).ok();
    if !parsed.is_some_and(|it| matches!(it.scheme(), "http" | "https") && it.has_host()) {
        return Err(layers.refuse(key, "must be an address such as https://wire.example.org"));
    }
    Ok(Some(text.trim_end_matches('/').to_owned()))
}

/// From the list and from the file, one a line.
fn tokens(layers: &Layers, list: &str, file: &str) -> Result<Vec<Token>, ConfigError> {
    let mut texts: Vec<(&str, String)> =
        layers.texts(list)?.into_iter().map(|text| (list, text)).collect();
    let path = layers.text(file);
    if !path.is_empty() {
        let path = layers.beside(file, &path);
        let text = std::fs::read_to_string(&path).map_err(|error| {
            layers.refuse(file, &format!("cannot be read: {}: {error}", path.display()))
        })?;
        texts.extend(text.lines().map(|line| (file, line.to_owned())));
    }
    let mut tokens = Vec::new();
    for (key, text) in texts {
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        if text.chars().count() < TOKEN_CHARS_MIN {
            let problem = format!("has a token of fewer than {TOKEN_CHARS_MIN} characters");
            return Err(layers.refuse(key, &problem));
        }
        tokens.push(Token::of(text));
    }
    Ok(tokens)
}
