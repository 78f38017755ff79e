//! A broker that wants to know who speaks to it: PLAIN and, with the feature `tls`, SCRAM over TLS
//! and OAUTHBEARER with unsigned tokens, with `oidc` with those of a provider. The password comes from a file and is shown nowhere.

use std::path::Path;
use std::process::Command;

use super::broker::{Broker, WIRES};
use super::service::{Service, command, wait_until_done};
use super::{oracle, sent};

const PASSWORD: &str = "correct-horse-battery";
const PLAIN: &str = "org.apache.kafka.common.security.plain.PlainLoginModule required";
const SCRAM: &str = "org.apache.kafka.common.security.scram.ScramLoginModule required;";

/// Tokens that are not signed, as Kafka has them for tests; one without this scope is refused.
const BEARER: &str = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required \
                      unsecuredLoginStringClaim_sub=\"broker\" \
                      unsecuredValidatorRequiredScope=\"news\";";

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A broker with one more listener, of this protocol on this port.
fn start(protocol: &str, port: u16) -> Option<Broker> {
    Broker::start_with(|folder| {
        let name = protocol.to_lowercase();
        let store = folder.join("broker.p12");
        if protocol == "SASL_SSL" {
            make_keys(folder, &store);
        }
        let properties = format!(
            "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,\
             {protocol}:{protocol}\n\
             sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512,OAUTHBEARER\n\
             listener.name.{name}.oauthbearer.sasl.jaas.config={BEARER}\n\
             listener.name.{name}.plain.sasl.jaas.config={PLAIN} user_newsroom=\"{PASSWORD}\";\n\
             listener.name.{name}.scram-sha-512.sasl.jaas.config={SCRAM}\n"
        );
        let keys = format!(
            "ssl.keystore.type=PKCS12\nssl.keystore.location={}\n\
             ssl.keystore.password={PASSWORD}\n",
            store.display()
        );
        let properties = if store.exists() { properties + &keys } else { properties };
        let scram = format!("--add-scram SCRAM-SHA-512=[name=newsroom,password={PASSWORD}]");
        vec![
            ("KAFKA_LISTENERS", format!("{protocol}://127.0.0.1:{port}")),
            ("KAFKA_PROPERTIES", properties),
            ("KAFKA_FORMAT", scram),
        ]
    })
}

/// The broker's key, and the certificate that clients trust.
fn make_keys(folder: &Path, store: &Path) {
    let keytool = |words: &[&str]| {
        let mut command = Command::new("keytool");
        command.args(words).arg("-keystore").arg(store);
        command.args(["-storepass", PASSWORD, "-alias", "broker"]);
        let done = command.output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    };
    let names = "san=ip:127.0.0.1,dns:localhost";
    let of = ["-genkeypair", "-keyalg", "RSA", "-storetype", "PKCS12", "-dname", "CN=localhost"];
    keytool(&[&of[..], &["-ext", names, "-validity", "30"]].concat());
    let certificate = folder.join("ca.pem");
    keytool(&["-exportcert", "-rfc", "-file", &certificate.display().to_string()]);
}

/// Settings by name.
type Settings = Vec<(&'static str, String)>;

/// What a mechanism wants: given a file with the password, and whether it is the right one.
type Wants<'a> = &'a dyn Fn(&Path, bool) -> Settings;

/// The settings of whoever speaks through that listener, the password in a file of its own.
fn settings(
    broker: &Broker,
    (protocol, port): (&str, u16),
    wants: Wants<'_>,
    password: &str,
) -> Settings {
    let secret = broker.folder().join(format!("password-{}", password.len()));
    std::fs::write(&secret, format!("{password}\n")).unwrap();
    let mut all = vec![
        ("WRITETHRU__KAFKA__BOOTSTRAP_SERVERS", format!("127.0.0.1:{port}")),
        ("WRITETHRU__KAFKA__PROPERTIES__SECURITY_PROTOCOL", protocol.to_owned()),
        // All that librdkafka says of how it signs in.
        ("WRITETHRU__KAFKA__PROPERTIES__DEBUG", "security,conf".to_owned()),
    ];
    all.extend(wants(&secret, password == PASSWORD));
    if protocol == "SASL_SSL" {
        let trusted = broker.folder().join("ca.pem").display().to_string();
        all.push(("WRITETHRU__KAFKA__PROPERTIES__SSL_CA_LOCATION", trusted));
    }
    all
}

fn mechanism(name: &str) -> (&'static str, String) {
    ("WRITETHRU__KAFKA__PROPERTIES__SASL_MECHANISM", name.to_owned())
}

fn with_password(name: &str, secret: &Path) -> Settings {
    vec![
        mechanism(name),
        ("WRITETHRU__KAFKA__PROPERTIES__SASL_USERNAME", "newsroom".to_owned()),
        ("WRITETHRU__KAFKA__SECRETS__SASL_PASSWORD", secret.display().to_string()),
    ]
}

/// Everything through that listener; a wrong password is refused in these words.
fn through(protocol: &str, wants: Wants<'_>, refused: &str) {
    let port = free_port();
    let Some(broker) = start(protocol, port) else { return };
    broker.topic(WIRES, 1);
    sent(&broker, 0..40);
    let doctor = |with: &[(&str, String)]| {
        let with = with.iter().map(|(name, value)| (name, value));
        let mut command = command(&broker, "desk");
        command.envs(with).env("RUST_LOG", "trace").args(["doctor", "--make"]);
        let done = command.output().unwrap();
        let said = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
        assert!(!said.contains(PASSWORD), "the password is shown: {said}");
        (done.status.code(), said)
    };
    let right = settings(&broker, (protocol, port), wants, PASSWORD);
    let (code, said) = doctor(&right);
    assert_eq!(code, Some(0), "{said}");
    let with: Vec<(&str, &str)> = right.iter().map(|(name, it)| (*name, it.as_str())).collect();
    let mut services = [Service::start(&broker, "desk", &[], &with)];
    wait_until_done(&broker, "desk", &mut services);
    let [service] = services;
    let (code, said) = service.end();
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains(PASSWORD), "the password is shown");
    assert!(oracle::check(&broker, "desk").changes > 20);

    let (code, said) = doctor(&settings(&broker, (protocol, port), wants, "wrong"));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.to_lowercase().contains(refused), "{said}");
}

#[test]
fn plain() {
    let wants = |secret: &Path, _| with_password("PLAIN", secret);
    through("SASL_PLAINTEXT", &wants, "authentication failed");
}

#[cfg(feature = "tls")]
#[test]
fn scram_over_tls() {
    let wants = |secret: &Path, _| with_password("SCRAM-SHA-512", secret);
    through("SASL_SSL", &wants, "authentication failed");
}

#[cfg(feature = "tls")]
#[test]
fn oauthbearer_with_tokens_of_its_own() {
    let wants = |secret: &Path, is_right| {
        // The token says itself what its owner may do.
        let scope = if is_right { "news" } else { "none" };
        std::fs::write(secret, format!("principal=newsroom scope={scope}")).unwrap();
        let config = secret.display().to_string();
        vec![
            mechanism("OAUTHBEARER"),
            ("WRITETHRU__KAFKA__PROPERTIES__ENABLE_SASL_OAUTHBEARER_UNSECURE_JWT", "true".into()),
            ("WRITETHRU__KAFKA__SECRETS__SASL_OAUTHBEARER_CONFIG", config),
        ]
    };
    through("SASL_PLAINTEXT", &wants, "insufficient_scope");
}

#[cfg(feature = "oidc")]
#[test]
fn oauthbearer_with_tokens_of_a_provider() {
    let port = provider::start();
    let wants = |secret: &Path, _| {
        let method = "WRITETHRU__KAFKA__PROPERTIES__SASL_OAUTHBEARER_METHOD";
        let id = "WRITETHRU__KAFKA__PROPERTIES__SASL_OAUTHBEARER_CLIENT_ID";
        let url = "WRITETHRU__KAFKA__PROPERTIES__SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL";
        let client_secret = "WRITETHRU__KAFKA__SECRETS__SASL_OAUTHBEARER_CLIENT_SECRET";
        vec![
            mechanism("OAUTHBEARER"),
            (method, "oidc".to_owned()),
            (id, "newsroom".to_owned()),
            (url, format!("http://127.0.0.1:{port}/token")),
            (client_secret, secret.display().to_string()),
        ]
    };
    through("SASL_PLAINTEXT", &wants, "failed to retrieve");
}

/// Gives a token to whoever has the password.
#[cfg(feature = "oidc")]
mod provider {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;

    use base64::Engine as _;
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

    use super::PASSWORD;

    /// For as long as the tests run; answers its port.
    pub fn start() -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let known = format!("Basic {}", BASE64_STANDARD.encode(format!("newsroom:{PASSWORD}")));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let head: Vec<String> =
                    lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
                let (status, body) = match head.iter().any(|line| line.ends_with(&known)) {
                    true => ("200 OK", token()),
                    false => ("401 Unauthorized", "{\"error\":\"invalid_client\"}".to_owned()),
                };
                let answer = format!(
                    "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
                     Connection: close\r\n\r\n{body}",
                    body.len()
                );
                // Whoever asked may have gone.
                stream.write_all(answer.as_bytes()).ok();
            }
        });
        port
    }

    /// Not signed, as the broker of these tests takes it.
    fn token() -> String {
        let now = jiff::Timestamp::now().as_second();
        let claims = serde_json::json!({ "sub": "newsroom", "scope": "news", "iat": now,
            "exp": now + 3600 });
        let part = |value: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let token = format!("{}.{}.", part(serde_json::json!({ "alg": "none" })), part(claims));
        serde_json::json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600 })
            .to_string()
    }
}
