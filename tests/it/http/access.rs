//! Who may ask, and under which name; secrets are never shown.

use std::process::Command;

use super::server::Server;

const READER: &str = "reader-token-0123456789";
const DECIDER: &str = "decider-token-0123456789";

#[test]
fn a_name_that_is_not_ours_is_refused() {
    let server = Server::over("denial", &[("SERVE__HOSTS", "wire.example.org")]);
    for host in ["evil.example", "localhost.evil.example", "10.0.0.1:8080"] {
        let answer = server.ask("/v1/stories", &[("Host", host)]);
        assert_eq!(answer.status, 421, "{host}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    for host in ["wire.example.org", "localhost"] {
        assert_eq!(server.ask("/v1/stories", &[("Host", host)]).status, 200, "{host}");
    }
}

#[test]
fn with_tokens_nothing_is_shown_without_one() {
    let settings = [("SERVE__READ_TOKENS", READER), ("SERVE__DECIDE_TOKENS", DECIDER)];
    let server = Server::over("denial", &settings);
    let as_reader = format!("Bearer {READER}");
    for path in ["/v1/stories", "/v1/changes", "/v1/stream", "/metrics", "/nothing"] {
        let refused = server.get(path);
        assert_eq!((refused.status, refused.header("www-authenticate")), (401, "Bearer"), "{path}");
        assert_eq!(server.ask(path, &[("Authorization", "Bearer wrong-token-0123")]).status, 401);
    }
    for path in ["/", "/healthz", "/readyz", "/openapi.json"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    assert_eq!(server.ask("/v1/stories", &[("Authorization", &as_reader)]).status, 200);
    let decider = format!("Bearer {DECIDER}");
    assert_eq!(server.ask("/v1/stories", &[("Authorization", &decider)]).status, 200);
    let all = server.ask("/metrics", &[("Authorization", &as_reader)]).body
        + &server.get("/openapi.json").body
        + &server.last_words();
    assert!(!all.contains(READER) && !all.contains(DECIDER), "a token was shown");
}

#[test]
fn an_address_for_others_needs_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let out = Command::new(env!("CARGO_BIN_EXE_writethru"))
        .arg("run")
        .current_dir(folder.path())
        .env_clear()
        .env("WRITETHRU__INPUTS", "wires.ndjson")
        .env("WRITETHRU__SERVE__LISTEN", "0.0.0.0:0")
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(2));
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(said.contains("WRITETHRU__SERVE__LISTEN") && said.contains("needs tokens"), "{said}");
}
