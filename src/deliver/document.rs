//! A story's document as it is published, as far as a news item is made of it.

use serde::Deserialize;
use writethru_core::article::Time;

/// A document.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// Never changes.
    pub id: String,
    /// `withdrawn` where nothing of it may be used any more.
    pub state: String,
    /// The story space.
    pub desk: String,
    /// Most frequent language of its articles.
    pub language: Option<String>,
    /// Short name.
    pub slug: String,
    /// Current headline.
    pub headline: String,
    /// 1 to 9.
    pub urgency: Option<u8>,
    /// Codes.
    pub subjects: Vec<String>,
    /// The sequence of its last change.
    pub version: u64,
    /// Log time of its first article.
    opened: String,
    /// Log time of its last change.
    updated: String,
    /// Stories that were merged into it.
    pub merged_from: Vec<String>,
    /// By prominence.
    pub places: Vec<Named>,
    /// By prominence.
    pub people: Vec<Named>,
    /// By prominence.
    pub organisations: Vec<Named>,
    /// A few sentences.
    pub summary: Vec<Line>,
    /// Newest first.
    pub articles: Vec<Member>,
    /// In order of first appearance.
    pub claims: Vec<Claim>,
}

/// Somebody or something with a name.
#[derive(Clone, Debug, Deserialize)]
pub struct Named {
    /// As written.
    pub name: String,
}

/// A sentence.
#[derive(Clone, Debug, Deserialize)]
pub struct Line {
    /// Its words.
    pub text: String,
}

/// An article of the story.
#[derive(Clone, Debug, Deserialize)]
pub struct Member {
    /// Who published it.
    pub publisher: String,
    /// `live` or `withdrawn`.
    pub state: String,
}

/// What is said.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// The affirmed proposition; none where it must not be published.
    pub text: Option<String>,
    /// How sure.
    pub level: Level,
    /// Who denies it.
    pub denied_by: Vec<String>,
    /// On whom it rests, heaviest first.
    pub origins: Vec<Origin>,
    /// A withdrawal left nothing live.
    #[serde(default)]
    pub withhold: bool,
    /// The notice of that withdrawal.
    pub notice: Option<String>,
}

/// How sure one may be.
#[derive(Clone, Debug, Deserialize)]
pub struct Level {
    /// What stands.
    pub status: String,
}

/// A class of roots.
#[derive(Clone, Debug, Deserialize)]
pub struct Origin {
    /// Of its best root.
    pub name: String,
    /// `assert` or `deny`.
    pub stance: String,
}

impl Document {
    /// Reads a line.
    ///
    /// # Errors
    /// A line that is no story document.
    pub fn read(line: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(line)
    }

    /// Seconds since 1970 of its first article.
    #[must_use]
    pub fn opened(&self) -> i64 {
        seconds(&self.opened)
    }

    /// Seconds since 1970 of its last change.
    #[must_use]
    pub fn updated(&self) -> i64 {
        seconds(&self.updated)
    }

    /// Nothing of it may be used any more.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        self.state == "withdrawn"
    }

    /// How much of it was taken back.
    #[must_use]
    pub fn fallen(&self) -> u32 {
        let articles = self.articles.iter().filter(|it| it.state == "withdrawn").count();
        let claims = self.claims.iter().filter(|it| it.withhold).count();
        u32::try_from(articles + claims).unwrap_or(u32::MAX)
    }
}

fn seconds(time: &str) -> i64 {
    Time::parse(time).map_or(0, |time| time.0.div_euclid(1000))
}
