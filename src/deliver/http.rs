//! HTTP towards targets, safe against being turned on the inside: no redirects are followed, no
//! proxy of the environment is used, and a connection goes to the very address that was checked,
//! so a name that answers differently the second time changes nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

use super::Failure;

/// A target answers within this.
const TIMEOUT: Duration = Duration::from_secs(15);
/// Bytes of an answer that are read.
const ANSWER_BYTES_MAX: u64 = 1 << 20;

/// A client for one target.
#[must_use]
pub fn agent(allow_private: bool) -> Agent {
    let config = Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .proxy(None)
        .user_agent(concat!("writethru/", env!("CARGO_PKG_VERSION")))
        .build();
    let resolver = Checked { allow_private, inner: DefaultResolver::default() };
    Agent::with_parts(config, DefaultConnector::default(), resolver)
}

/// What a target answered.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After`, in seconds.
    pub retry_after: Option<Duration>,
    /// Its body.
    pub body: Vec<u8>,
}

/// Sends a body with these headers.
///
/// # Errors
/// Where nothing was answered.
pub fn send(
    agent: &Agent,
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Answer, Failure> {
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(body).map_err(|error| Failure::Refused(error.to_string()))?;
    let mut answer = agent.run(request).map_err(|error| match error {
        Error::Other(inner) => Failure::Refused(inner.to_string()),
        error => Failure::Passing(error.to_string(), None),
    })?;
    let seconds = answer.headers().get("retry-after").and_then(|it| it.to_str().ok()?.parse().ok());
    let status = answer.status().as_u16();
    let body = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
    Ok(Answer {
        status,
        retry_after: seconds.map(Duration::from_secs),
        body: body.unwrap_or_default(),
    })
}

/// What a status says about trying again.
#[must_use]
pub fn failure(answer: &Answer) -> Option<Failure> {
    let told = format!("HTTP {}", answer.status);
    match answer.status {
        200..=299 => None,
        410 => Some(Failure::Gone(told)),
        408 | 409 | 425 | 429 | 500..=599 => Some(Failure::Passing(told, answer.retry_after)),
        _ => Some(Failure::Refused(told)),
    }
}

/// Answers only with addresses that may be connected to.
#[derive(Debug)]
struct Checked {
    allow_private: bool,
    inner: DefaultResolver,
}

/// Why a name is not connected to.
#[derive(Debug, thiserror::Error)]
#[error("{0} is an address of the inside; allow_private = true lets it be one")]
struct Inside(IpAddr);

impl Resolver for Checked {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let addresses = self.inner.resolve(uri, config, timeout)?;
        if self.allow_private {
            return Ok(addresses);
        }
        match addresses.iter().find(|address| !is_public(address.ip())) {
            Some(inside) => Err(Error::Other(Box::new(Inside(inside.ip())))),
            None => Ok(addresses),
        }
    }
}

/// Whether an address is of the open internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => is_public_v4(mapped),
            None => is_public_v6(address),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240;
    !special
}

/// Global unicast, without what leads to IPv4 addresses by another way (6to4, Teredo, NAT64).
fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let global = segments[0] & 0xe000 == 0x2000;
    let tunnel = segments[0] == 0x2002 || (segments[0] == 0x2001 && segments[1] < 0x0200);
    let documentation = segments[0] == 0x2001 && segments[1] == 0x0db8;
    global && !tunnel && !documentation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_inside_are_told() {
        let inside = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "2002:7f00:1::",
            "2001::1",
            "64:ff9b::7f00:1",
            "ff02::1",
        ];
        for address in inside {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in ["8.8.8.8", "93.184.216.34", "2606:2800:220:1::1", "2a00:1450::1"] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }
}
