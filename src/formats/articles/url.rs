//! Addresses: their canonical form, and who stands behind an identity.

use url::Url;

/// Parameters that say how a reader came, not what the page is.
const TRACKING: &[&str] = &[
    "_ga",
    "_gl",
    "at_campaign",
    "at_campaign_type",
    "at_custom1",
    "at_custom2",
    "at_custom3",
    "at_custom4",
    "at_link_id",
    "at_link_origin",
    "at_link_type",
    "at_medium",
    "at_ptr_name",
    "at_format",
    "at_bbc_team",
    "cmp",
    "cmpid",
    "dclid",
    "fbclid",
    "gbraid",
    "gclid",
    "gclsrc",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
    "igsh",
    "igshid",
    "intcid",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "msclkid",
    "ncid",
    "ns_campaign",
    "ns_fee",
    "ns_linkname",
    "ns_mchannel",
    "ns_source",
    "ocid",
    "oly_anon_id",
    "oly_enc_id",
    "rss_id",
    "s_cid",
    "s_kwcid",
    "sh",
    "smid",
    "smtyp",
    "srnd",
    "taid",
    "traffic_source",
    "ttclid",
    "twclid",
    "vero_id",
    "wbraid",
    "wt.mc_id",
    "xtor",
    "yclid",
];
/// Parameters of one address that are looked at.
const PARAMETERS_MAX: usize = 200;

/// The canonical form of an `http` or `https` address: host in lower case, no default port, no
/// fragment, no name and password, no tracking parameters. `None` for anything else.
///
/// Parameters keep their order, which may matter to a site; `amp` and mobile hosts are left alone.
#[must_use]
pub fn canonical_url(address: &str) -> Option<String> {
    let mut url = Url::parse(address.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return None;
    }
    url.set_fragment(None);
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    if let Some(query) = url.query() {
        let kept: Vec<&str> = query
            .split('&')
            .take(PARAMETERS_MAX)
            .filter(|pair| !pair.is_empty() && !tracks(pair))
            .collect();
        let kept = kept.join("&");
        url.set_query((!kept.is_empty()).then_some(kept.as_str()));
    }
    Some(url.into())
}

fn tracks(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
    name.starts_with("utm_") || TRACKING.contains(&name.as_str())
}

/// The host of an address, without `www.`.
pub(super) fn host(address: &str) -> Option<String> {
    let url = Url::parse(address.trim()).ok()?;
    let host = url.host_str()?.trim_end_matches('.');
    let host = host.strip_prefix("www.").unwrap_or(host);
    (!host.is_empty()).then(|| host.to_owned())
}

/// The domain that an identity names: the host of an address, the authority of a `tag:` or
/// `urn:newsml:` identity.
pub(super) fn authority(uri: &str) -> Option<String> {
    let lower = uri.trim().to_ascii_lowercase();
    let named = match lower.split_once(':')? {
        ("http" | "https", _) => return host(uri),
        ("tag", rest) => rest.split([',', ':']).next()?,
        ("urn", rest) => match rest.split_once(':')? {
            ("newsml", rest) => rest.split(':').next()?,
            (namespace, _) => namespace,
        },
        _ => return None,
    };
    let is_domain = named.contains('.')
        && named.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    is_domain.then(|| named.strip_prefix("www.").unwrap_or(named).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_what_does_not_tell_pages_apart() {
        for (written, canonical) in [
            (
                "HTTPS://Example.NET:443/A/b?utm_source=x&id=7&fbclid=y#top",
                "https://example.net/A/b?id=7",
            ),
            ("http://example.net:80?gclid=1", "http://example.net/"),
            ("http://example.net:8080/a", "http://example.net:8080/a"),
            ("https://user:secret@example.net/a", "https://example.net/a"),
            ("https://example.net/a?b=2&a=1", "https://example.net/a?b=2&a=1"),
            ("https://m.example.net/amp/a", "https://m.example.net/amp/a"),
            ("  https://example.net/a b ", "https://example.net/a%20b"),
            ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ] {
            let made = canonical_url(written).unwrap();
            assert_eq!(made, canonical);
            assert_eq!(canonical_url(&made).unwrap(), made);
        }
        for none in ["", "example.net/a", "javascript:alert(1)", "ftp://example.net/", "http://"] {
            assert_eq!(canonical_url(none), None, "{none}");
        }
    }

    #[test]
    fn identities_name_their_authority() {
        for (uri, domain) in [
            ("https://www.example.net/a", Some("example.net")),
            ("tag:example.net,2024:newsml_L8N1", Some("example.net")),
            ("urn:newsml:example.org:20241208:1", Some("example.org")),
            ("urn:example.int:2024-summit", Some("example.int")),
            ("urn:uuid:1234", None),
            ("rss-12", None),
            ("", None),
        ] {
            assert_eq!(authority(uri).as_deref(), domain, "{uri}");
        }
    }
}
