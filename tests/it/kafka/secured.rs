//! A broker that wants to know who speaks to it: PLAIN and, with the feature `tls`, SCRAM over TLS.
//! The password comes from a file and is shown nowhere.

use std::path::Path;
use std::process::Command;

use super::broker::{Broker, WIRES};
use super::service::{Service, command, wait_until_done};
use super::{oracle, sent};

const PASSWORD: &str = "correct-horse-battery";
const PLAIN: &str = "org.apache.kafka.common.security.plain.PlainLoginModule required";
const SCRAM: &str = "org.apache.kafka.common.security.scram.ScramLoginModule required;";

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
             sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512\n\
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

/// The settings of whoever speaks through that listener, the password in a file of its own.
fn settings(
    broker: &Broker,
    (protocol, port): (&str, u16),
    mechanism: &str,
    password: &str,
) -> Vec<(&'static str, String)> {
    let secret = broker.folder().join(format!("password-{}", password.len()));
    std::fs::write(&secret, format!("{password}\n")).unwrap();
    let file = |path: &Path| path.display().to_string();
    let mut all = vec![
        ("WRITETHRU__KAFKA__BOOTSTRAP_SERVERS", format!("127.0.0.1:{port}")),
        ("WRITETHRU__KAFKA__PROPERTIES__SECURITY_PROTOCOL", protocol.to_owned()),
        ("WRITETHRU__KAFKA__PROPERTIES__SASL_MECHANISM", mechanism.to_owned()),
        ("WRITETHRU__KAFKA__PROPERTIES__SASL_USERNAME", "newsroom".to_owned()),
        ("WRITETHRU__KAFKA__SECRETS__SASL_PASSWORD", file(&secret)),
        // All that librdkafka says of how it signs in.
        ("WRITETHRU__KAFKA__PROPERTIES__DEBUG", "security,conf".to_owned()),
    ];
    if protocol == "SASL_SSL" {
        let trusted = file(&broker.folder().join("ca.pem"));
        all.push(("WRITETHRU__KAFKA__PROPERTIES__SSL_CA_LOCATION", trusted));
    }
    all
}

fn through(protocol: &str, mechanism: &str) {
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
    let right = settings(&broker, (protocol, port), mechanism, PASSWORD);
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

    let (code, said) = doctor(&settings(&broker, (protocol, port), mechanism, "wrong"));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.to_lowercase().contains("authentication failed"), "{said}");
}

#[test]
fn plain() {
    through("SASL_PLAINTEXT", "PLAIN");
}

#[cfg(feature = "tls")]
#[test]
fn scram_over_tls() {
    through("SASL_SSL", "SCRAM-SHA-512");
}
