//! What a newsroom may write, and what it is told when it errs.

use std::io::Write as _;

use super::*;

fn with_file(text: &str) -> Result<(Settings, Policy), ConfigError> {
    let mut file = tempfile::NamedTempFile::with_suffix(".toml").expect("a temporary file");
    file.write_all(text.as_bytes()).expect("room on disk");
    load_with(Some(file.path()), std::iter::empty())
}

fn refused(text: &str) -> String {
    let sentence = with_file(text).expect_err("this must be refused").to_string();
    assert!(sentence.contains(".toml"), "no file in: {sentence}");
    sentence
}

fn with_variable(name: &str, value: &str) -> Result<(Settings, Policy), ConfigError> {
    load_with(None, std::iter::once((name.to_owned(), value.to_owned())))
}

#[test]
fn the_defaults_are_those_of_the_desk() {
    let (settings, policy) = load_with(None, std::iter::empty()).expect("embedded defaults");
    assert_eq!(policy.calculus, writethru_core::policy::Calculus::default());
    assert_eq!(policy.stories, writethru_core::policy::StoryRules::default());
    assert_eq!(policy.copies, writethru_core::policy::CopyRules::default());
    assert_eq!(policy.limits, writethru_core::policy::Limits::default());
    assert_eq!(settings.desks.default_desk(), "en");
    assert_eq!(policy.digest.len(), 64);
}

#[test]
fn a_file_changes_what_it_names_and_nothing_else() {
    let (settings, policy) =
        with_file("[calculus]\nreliability_b = 0.75\nbase_rate = 1\n[desks]\ndefault = \"de\"\n")
            .expect("good settings");
    assert_eq!(policy.calculus.reliability[1], 750_000);
    assert_eq!(policy.calculus.base_rate, 1_000_000);
    assert_eq!(policy.calculus.reliability[0], 950_000);
    assert_eq!(settings.desks.default_desk(), "de");
}

#[test]
fn the_environment_has_the_last_word() {
    let (settings, _) =
        with_variable("WRITETHRU__KAFKA__ARTICLE_TOPICS", "wire, web").expect("good settings");
    assert_eq!(settings.kafka.article_topics, ["wire", "web"]);
    let error = with_variable("WRITETHRU__READING__THREADS", "many").expect_err("no number");
    assert_eq!(
        error.to_string(),
        "WRITETHRU__READING__THREADS: \"reading.threads\" must be a whole number, but is \"many\""
    );
}

#[test]
fn a_mistyped_key_is_told_with_the_nearest_one() {
    let sentence = refused("[stories]\ndormant_after_hour = 3\n");
    assert!(sentence.ends_with(
        "unknown setting \"stories.dormant_after_hour\"; \
         did you mean \"stories.dormant_after_hours\"?"
    ));
    let sentence = refused("reliability_a = 0.5\n");
    assert!(sentence.ends_with("did you mean \"calculus.reliability_a\"?"), "{sentence}");
}

#[test]
fn a_value_that_does_not_fit_is_told_with_its_key() {
    assert!(
        refused("[calculus]\nmass_max = 1.5\n").contains("\"calculus.mass_max\" must be from 0")
    );
    assert!(
        refused("[calculus]\nmass_max = \"x\"\n").contains("must be a number, but is a string")
    );
    assert!(refused("clock = \"sun\"\n").contains("must be \"append\" or \"received\""));
    assert!(refused("[stories]\nclosed_after_hours = 2\n").contains("must be more than"));
    assert!(refused("[serve]\nlisten = \"here\"\n").contains("serve.listen"));
    assert!(refused("app = \n").contains("line 1"));
    assert!(refused("[[desks.rules]]\ndesc = \"x\"\n").contains("\"desks.rules\" number 1"));
}

#[test]
fn own_sources_replace_by_id_and_change_the_digest() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let own = "[[source]]\nid = \"reuters\"\nname = \"Reuters\"\nkind = \"agency\"\n\
               letter = \"C\"\nreason = \"our own record with it\"\n";
    std::fs::write(folder.path().join("own.toml"), own).expect("room on disk");
    let config = folder.path().join("config.toml");
    std::fs::write(&config, "[sources]\nfiles = [\"own.toml\"]\n").expect("room on disk");
    let (_, policy) = load_with(Some(&config), std::iter::empty()).expect("good settings");
    let letter = policy.sources.by_id("reuters").map(|source| source.letter);
    assert_eq!(letter, Some(writethru_core::policy::Letter::C));
    let (_, plain) = load_with(None, std::iter::empty()).expect("embedded defaults");
    assert_ne!(policy.digest, plain.digest);
}

#[test]
fn places_and_threads_do_not_change_the_digest() {
    let (_, plain) = load_with(None, std::iter::empty()).expect("embedded defaults");
    let (_, moved) =
        with_file("[state]\ndir = \"/var/lib/x\"\n[reading]\nthreads = 3\n").expect("good");
    assert_eq!(plain.digest, moved.digest);
}

#[test]
fn properties_of_the_client_pass_through() {
    let (settings, _) = with_file(
        "[kafka.properties]\n\"security.protocol\" = \"SASL_SSL\"\nsession.timeout.ms = 6000\n",
    )
    .expect("good settings");
    let given = &settings.kafka.properties.0;
    assert_eq!(given.get("security.protocol").map(String::as_str), Some("SASL_SSL"));
    assert_eq!(given.get("session.timeout.ms").map(String::as_str), Some("6000"));
    let (settings, _) = with_variable("WRITETHRU__KAFKA__PROPERTIES__SASL_PASSWORD", "hush-hush")
        .expect("good settings");
    assert_eq!(
        settings.kafka.properties.0.get("sasl.password").map(String::as_str),
        Some("hush-hush")
    );
    assert!(!format!("{settings:?}").contains("hush-hush"), "a secret is shown");
}

#[test]
fn a_secret_is_read_from_its_file() {
    let mut secret = tempfile::NamedTempFile::new().expect("a temporary file");
    secret.write_all(b"hush-hush\n").expect("room on disk");
    let path = secret.path().display();
    let (settings, _) = with_file(&format!("[kafka.secrets]\n\"sasl.password\" = \"{path}\"\n"))
        .expect("good settings");
    assert_eq!(
        settings.kafka.properties.0.get("sasl.password").map(String::as_str),
        Some("hush-hush")
    );
    let sentence = refused("[kafka.secrets]\n\"sasl.password\" = \"/nowhere/at/all\"\n");
    assert!(sentence.contains("kafka.secrets.sasl.password"), "{sentence}");
}

#[test]
fn what_is_printed_can_be_read_back_and_holds_no_secret() {
    let (given, page) = shown_with(None, std::iter::empty()).expect("the defaults");
    assert!(given.is_empty() && page.contains("\n#app = \"writethru\"\n"), "{page}");
    let defaults = load_with(None, std::iter::empty()).expect("the defaults");
    assert_eq!(
        format!("{:?}", with_file(&page).expect("what was printed").0),
        format!("{:?}", defaults.0)
    );

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("newsroom.toml");
    let text = "[kafka]\npartitions = 3\n[kafka.properties]\n\"security.protocol\" = \"ssl\"\n\
                [serve]\nhosts = [\"wire.example.org\"]\n[calculus]\nbase_rate = 0.4\n\
                [[desks.rules]]\nsubject = \"medtop:15000000\"\ndesk = \"sport\"\n\
                [alerts]\nfiles = [\"ours.toml\"]\n";
    std::fs::write(&file, text).expect("room on disk");
    std::fs::write(folder.path().join("ours.toml"), "").expect("room on disk");
    let variables = || {
        [
            ("WRITETHRU__SERVE__READ_TOKENS", "tell-nobody-of-this"),
            ("WRITETHRU__KAFKA__PROPERTIES__SASL_PASSWORD", "nor-of-this"),
            ("WRITETHRU__KAFKA__PROPERTIES__SASL_USERNAME", "newsroom"),
            ("WRITETHRU__KAFKA__ARTICLE_TOPICS", "wires,own"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let (given, page) = shown_with(Some(&file), variables()).expect("good settings");
    assert_eq!(given.len(), 10, "{given:?}");
    assert!(!page.contains("nobody") && !page.contains("nor-of"), "{page}");
    assert!(page.contains("# read_tokens is a secret; WRITETHRU__SERVE__READ_TOKENS sets it"));
    assert!(page.contains("\"sasl.username\" = \"newsroom\"  # WRITETHRU__KAFKA__"), "{page}");
    let (settings, policy) = load_with(Some(&file), variables()).expect("good settings");
    let (again, policy_again) = with_file(&page).expect("what was printed");
    assert_eq!(policy.digest, policy_again.digest);
    assert_eq!(
        (again.kafka.partitions, again.kafka.article_topics),
        (3, settings.kafka.article_topics)
    );
    assert_eq!(again.serve.hosts, settings.serve.hosts);
}

#[test]
fn no_property_with_a_secret_is_printed() {
    for (name, value, is_shown) in [
        ("sasl.jaas.config", "x required password=hush-hush", false),
        ("sasl.password", "hush-hush", false),
        ("SASL.Password", "hush-hush", false),
        ("ssl.key.pem", "hush-hush", false),
        ("ssl.key.password", "hush-hush", false),
        ("ssl.keystore.password", "hush-hush", false),
        ("sasl.oauthbearer.config", "principal=hush-hush", false),
        ("sasl.oauthbearer.client.secret", "hush-hush", false),
        ("sasl.oauthbearer.assertion.private.key.passphrase", "hush-hush", false),
        ("basic.auth.credentials.source", "hush-hush", false),
        ("sasl.oauthbearer.token.endpoint.url", "https://hush-hush", false),
        ("https.proxy", "http://me:hush-hush@proxy:3128", false),
        ("sasl.username", "hush-hush", true),
        ("sasl.oauthbearer.method", "hush-hush", true),
        ("ssl.ca.location", "/hush-hush", true),
        ("client.id", "at@hush-hush", true),
    ] {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        let text = format!("[kafka.properties]\n\"{name}\" = \"{value}\"\n");
        file.write_all(text.as_bytes()).expect("room on disk");
        let (given, page) = shown_with(Some(file.path()), std::iter::empty()).expect(name);
        assert_eq!(page.contains("hush-hush"), is_shown, "{name}: {page}");
        assert_eq!(given[0].value.is_some(), is_shown, "{name}");
    }
}
