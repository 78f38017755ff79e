//! Articles that turn out to be a story of their own: the opposite of a merge.

use std::collections::BTreeSet;

use super::life;
use super::turn::Turn;
use crate::article::{ArticleId, StoryId};
use crate::change::{Body, StoryRef};
use crate::claims::Occasion;
use crate::state::{ArticleRow, StoryRow};

/// Moves articles, with what they say, from a story to a new one. The two are kept apart: no
/// article that fits both makes them one again.
pub(super) fn part(
    turn: &mut Turn<'_>,
    from: StoryId,
    child: StoryId,
    articles: &BTreeSet<ArticleId>,
) {
    let now = turn.state.now();
    let opened = StoryRow {
        opened: now,
        updated: now,
        stirred: now,
        apart: vec![from],
        ..StoryRow::default()
    };
    turn.state.put_story(child, opened);
    if let Some(row) = turn.state.story_mut(from) {
        row.apart.push(child);
    }
    let moving: Vec<ArticleId> =
        turn.state.members(from).map(|(id, _)| id).filter(|id| articles.contains(id)).collect();
    for id in &moving {
        if let Some(row) = turn.state.article(*id).cloned() {
            turn.state.put_article(*id, ArticleRow { story: child, ..row });
        }
    }
    life::choose_words(turn, child);
    let row = turn.state.story(child);
    let (slug, headline) =
        row.map(|row| (row.slug.clone(), row.headline.clone())).unwrap_or_default();
    let reference = StoryRef { id: child, slug, headline };
    turn.publish(from, Body::StorySplit { children: vec![reference.clone()] });
    for id in &moving {
        let article = turn.state.reference(*id);
        let body = Body::ArticleLeft { article, to: Some(reference.clone()) };
        turn.publish(from, body);
    }
    life::welcome(turn, child);
    for id in &moving {
        super::membership::publish_joined(turn, child, *id);
    }
    let parted = turn.state.claims.split(from, child, articles, now);
    turn.touch(parted.slots, Occasion::Decision);
    life::after_arrival(turn, child);
    turn.stir(from);
}
