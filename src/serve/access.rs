//! Who may ask, and under which name.
//!
//! Without tokens (on this machine's own address only) everybody may read and decide. A name that
//! is not ours is refused, so that no foreign page can reach us through a name of its own.

use std::net::{IpAddr, SocketAddr};

use axum::extract::State;
use axum::http::{HeaderMap, Uri, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Serving, answer};
use crate::config::{Serve, Token};

/// What a request may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Nothing but the page and the signs of life.
    Nothing,
    /// Read.
    Read,
    /// Read and decide.
    Decide,
}

/// What whoever asks may do.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Access")]
pub struct May {
    /// Whether a decision would be taken.
    decide: bool,
}

/// `GET /v1/access`
pub async fn told(State(serving): State<Serving>, headers: HeaderMap) -> Response {
    let may = serving.access.scope(&headers) == Scope::Decide;
    let decide = may && serving.decisions.get().is_some();
    answer::json(&headers, &May { decide })
}

/// Who may ask.
#[derive(Clone, Debug)]
pub struct Access {
    address: SocketAddr,
    hosts: Vec<String>,
    readers: Vec<Token>,
    deciders: Vec<Token>,
}

impl Access {
    /// At this address.
    #[must_use]
    pub fn new(address: SocketAddr, serve: &Serve) -> Self {
        Self {
            address,
            hosts: serve.hosts.clone(),
            readers: serve.readers.clone(),
            deciders: serve.deciders.clone(),
        }
    }

    /// What the bearer of these headers may do.
    #[must_use]
    pub fn scope(&self, headers: &HeaderMap) -> Scope {
        if self.readers.is_empty() && self.deciders.is_empty() {
            return Scope::Decide;
        }
        let Some(token) = token(headers) else { return Scope::Nothing };
        // All are compared, each in constant time.
        let among = |tokens: &[Token]| tokens.iter().filter(|known| **known == token).count() > 0;
        match (among(&self.deciders), among(&self.readers)) {
            (true, _) => Scope::Decide,
            (false, true) => Scope::Read,
            (false, false) => Scope::Nothing,
        }
    }

    /// Whether a request names us.
    #[must_use]
    pub fn is_ours(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let named = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = named.or_else(|| uri.authority().map(axum::http::uri::Authority::as_str));
        host.is_some_and(|host| self.knows(host))
    }

    /// Whether a page of this origin may ask us to do something; what is no page says none.
    #[must_use]
    pub fn is_same_origin(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(header::ORIGIN) else { return true };
        let origin = origin.to_str().ok().and_then(|it| it.split_once("://"));
        origin.is_some_and(|(_, host)| self.knows(host))
    }

    fn knows(&self, host: &str) -> bool {
        let name = name_of(host).to_lowercase();
        if self.hosts.iter().any(|known| *known == name || *known == host.to_lowercase()) {
            return true;
        }
        let own = self.address.ip();
        match name.trim_matches(['[', ']']).parse::<IpAddr>() {
            // No foreign name leads to a number.
            Ok(ip) => ip == own || own.is_unspecified() || (ip.is_loopback() && own.is_loopback()),
            Err(_) => name == "localhost" && (own.is_loopback() || own.is_unspecified()),
        }
    }
}

/// A host without its port.
fn name_of(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|it| it.is_ascii_digit()) => name,
        _ => host,
    }
}

/// `Bearer TOKEN`, or the password of `Basic`, for feed readers that know nothing else.
fn token(headers: &HeaderMap) -> Option<Token> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(Token::of(credentials.trim()));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    pair.split_once(':').map(|(_, password)| Token::of(password))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(address: &str, hosts: &[&str]) -> Access {
        Access {
            address: address.parse().unwrap(),
            hosts: hosts.iter().map(|it| (*it).to_owned()).collect(),
            readers: Vec::new(),
            deciders: Vec::new(),
        }
    }

    #[test]
    fn only_our_own_names_are_ours() {
        let local = access("127.0.0.1:8080", &["wire.example.org"]);
        for host in ["localhost:8080", "127.0.0.1", "[::1]:8080", "wire.example.org:443"] {
            assert!(local.knows(host), "{host}");
        }
        for host in ["evil.example", "localhost.evil.example", "10.0.0.1", "", "127.0.0.1.nip.io"] {
            assert!(!local.knows(host), "{host}");
        }
        let open = access("0.0.0.0:8080", &[]);
        assert!(open.knows("10.1.2.3:8080") && !open.knows("evil.example"));
    }
}
