//! Superdesk Newshub's push: each version of a story as a signed POST.
//!
//! Newshub compares `sha1=` and the HMAC-SHA1 of the body with the header `x-superdesk-signature`;
//! the same value also goes under the names by which other releases ask for it.

use hmac::{Hmac, Mac as _};
use sha1::Sha1;
use ureq::Agent;

use super::Failure;
use super::http::{agent, failure, send};
use super::stories::{StoryTarget, Version};

/// Names of the header, by release.
const HEADERS: [&str; 3] = ["x-superdesk-signature", "x-newshub-signature", "x-newsroom-signature"];

/// One Newshub.
pub struct Push {
    url: String,
    key: String,
    agent: Agent,
}

impl Push {
    /// At this address (its `/push`), with its `PUSH_KEY`.
    #[must_use]
    pub fn new(url: &str, key: &str, allow_private: bool) -> Self {
        Self { url: url.to_owned(), key: key.trim().to_owned(), agent: agent(allow_private) }
    }
}

/// What Newshub compares.
#[must_use]
pub fn signature(key: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).expect("any length is a key");
    mac.update(body);
    let hex: String = mac.finalize().into_bytes().iter().map(|it| format!("{it:02x}")).collect();
    format!("sha1={hex}")
}

impl StoryTarget for Push {
    fn deliver(&mut self, version: &Version) -> Result<(), Failure> {
        let body = serde_json::to_vec(&version.item).expect("an item is plain data");
        let signature = signature(&self.key, &body);
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(HEADERS.map(|name| (name, signature.as_str())));
        let answer = send(&self.agent, "POST", &self.url, &headers, &body)?;
        failure(&answer).map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second case of RFC 2202.
    #[test]
    fn a_signature_is_that_of_the_standard() {
        let signed = signature("Jefe", b"what do ya want for nothing?");
        assert_eq!(signed, "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    }
}
