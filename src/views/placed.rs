//! Which story each article is in, over merges and splits.

use std::collections::BTreeMap;

use writethru_core::article::StoryId;
use writethru_core::change::{Body, Change};

/// Which story each article is in, over merges, splits and stories long gone.
#[derive(Debug, Default)]
pub struct Placed {
    /// In order of first arrival.
    articles: Vec<(String, StoryId)>,
    by_uri: BTreeMap<String, usize>,
    merged: BTreeMap<StoryId, StoryId>,
}

impl Placed {
    /// Takes note of one change.
    pub fn follow(&mut self, change: &Change) {
        match &change.body {
            Body::ArticleJoined { article, .. } => self.put(&article.uri, change.story.id),
            Body::ArticleLeft { article, to: Some(to) } => self.put(&article.uri, to.id),
            Body::StoryMerged { into } => {
                self.merged.insert(change.story.id, into.id);
            }
            _ => {}
        }
    }

    fn put(&mut self, uri: &str, story: StoryId) {
        match self.by_uri.get(uri) {
            Some(at) => self.articles[*at].1 = story,
            None => {
                self.by_uri.insert(uri.to_owned(), self.articles.len());
                self.articles.push((uri.to_owned(), story));
            }
        }
    }

    /// The story of an article today.
    #[must_use]
    pub fn story(&self, uri: &str) -> Option<StoryId> {
        self.by_uri.get(uri).map(|at| self.resolve(self.articles[*at].1))
    }

    /// All articles with their stories, in order of first arrival.
    pub fn all(&self) -> impl Iterator<Item = (&str, StoryId)> {
        self.articles.iter().map(|(uri, story)| (uri.as_str(), self.resolve(*story)))
    }

    fn resolve(&self, mut story: StoryId) -> StoryId {
        while let Some(into) = self.merged.get(&story) {
            story = *into;
        }
        story
    }
}
