//! Streams of articles for tests: the golden folders and the demo, read once with the default
//! policy.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use writethru::config::{self, Settings};
use writethru::formats::articles::{Decoded, decode};
use writethru::formats::decisions::{self, Decided};
use writethru_core::article::Time;
use writethru_core::decision::Decision;
use writethru_core::lane::{Input, Intake, Lane};
use writethru_core::policy::Policy;
use writethru_core::reading::read;

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The default policy, compiled once.
pub fn policy() -> &'static Policy {
    &loaded().1
}

/// The default settings.
pub fn settings() -> &'static Settings {
    &loaded().0
}

fn loaded() -> &'static (Settings, Policy) {
    static LOADED: OnceLock<(Settings, Policy)> = OnceLock::new();
    LOADED.get_or_init(|| {
        config::load_with(None, std::iter::empty()).expect("the embedded defaults are good")
    })
}

/// An empty lane.
pub fn lane() -> Lane {
    Lane::default()
}

/// One stream of articles.
pub struct Case {
    /// The folder's name.
    pub name: String,
    /// Where it is.
    pub folder: PathBuf,
    text: String,
}

/// All golden folders, sorted, and the demo.
pub fn cases() -> Vec<Case> {
    let fixtures = root().join("tests/fixtures");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(&fixtures)
        .expect("the fixtures are part of the repository")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.join("articles.ndjson").exists())
        .collect();
    folders.push(root().join("src/commands/demo"));
    folders.sort();
    folders.into_iter().map(Case::read).collect()
}

impl Case {
    fn read(folder: PathBuf) -> Self {
        let text = std::fs::read_to_string(folder.join("articles.ndjson")).expect("UTF-8 articles");
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or("?").to_owned();
        Self { name, folder, text }
    }

    /// Its articles as they were sent.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines().filter(|line| !line.trim().is_empty())
    }

    /// Its articles as a desk takes them.
    pub fn intakes(&self) -> Vec<Intake> {
        self.lines().map(intake).collect()
    }
}

/// One line as a desk takes it.
pub fn intake(line: &str) -> Intake {
    if let Some(decided) = decisions::decode(line.as_bytes()) {
        let Decided { desk, decision } = decided.expect("a good decision");
        return Intake {
            desk: desk.unwrap_or_else(|| settings().desks.default_desk().to_owned()),
            at: decision.at.unwrap_or(Time::EPOCH),
            input: Input::Decision(Box::new(decision)),
        };
    }
    let Decoded::Article(article) = decode(line.as_bytes()).expect("a good article") else {
        panic!("not an article: {line}");
    };
    Intake {
        desk: settings().desks.desk(&article),
        at: article.received.or(article.published).unwrap_or(Time::EPOCH),
        input: Input::Article(Box::new(read(policy(), *article))),
    }
}

/// "2024-12-08T03:41:00Z example.net v2: Headline"
pub fn heading(intake: &Intake) -> String {
    let reading = match &intake.input {
        Input::Article(reading) => reading,
        Input::Tick => return format!("{} tick", intake.at),
        Input::Decision(decision) => {
            let Decision { id, by, action, .. } = &**decision;
            return format!("{} {by} decides {id}: {}", intake.at, action.name());
        }
    };
    let article = &reading.article;
    let version = article.version.map_or(String::new(), |version| format!(" v{version}"));
    format!("{} {}{version}: {}", intake.at, article.publisher, reading.headline)
}
