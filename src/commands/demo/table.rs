//! The table at the end: each story with its best claims.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use writethru_core::change::{ArticleDoc, ClaimDoc, Life, StoryDoc};
use writethru_core::claims::Status;

use crate::commands::line::{Line, Look};
use crate::commands::words;

/// Claims shown for a story of several articles, and for one of a single article.
const CLAIMS_MAX: [usize; 2] = [5, 1];

/// One block a story, those with most articles first; then what was taken back.
pub fn table(stories: &[StoryDoc], taken_back: &[String]) -> Vec<Line> {
    let live = |story: &&StoryDoc| story.state != Life::Withdrawn;
    let mut sorted: Vec<&StoryDoc> = stories.iter().filter(live).collect();
    sorted.sort_by_key(|story| (Reverse(story.article_count), story.opened, story.story.id));
    let mut lines = vec![Line::blank(), Line::at(0, 0).with(Look::Bold, "── What stands ──")];
    for story in sorted {
        lines.push(Line::blank());
        lines.extend(block(story));
    }
    if !taken_back.is_empty() {
        lines.push(Line::blank());
        lines.push(Line::at(0, 0).with(Look::Bold, "── What was taken back ──"));
        lines.push(Line::blank());
        let struck = |text: &String| Line::at(2, 2).with(Look::Struck, text.clone());
        lines.extend(taken_back.iter().map(struck));
    }
    lines
}

fn block(story: &StoryDoc) -> Vec<Line> {
    let own = |it: &&ArticleDoc| !it.withdrawn && it.copy_of.is_none();
    let own = story.articles.iter().filter(own).count();
    let all = usize::try_from(story.article_count).unwrap_or(usize::MAX);
    let counts = match (all, all.saturating_sub(own)) {
        (all, 0) => words::counted(all, "article"),
        (all, rest) => format!("{}, {rest} with nothing new", words::counted(all, "article")),
    };
    let mut lines = vec![
        Line::at(0, 2)
            .with(Look::Bold, story.story.headline.clone())
            .with(Look::Quiet, format!("  ({counts})")),
    ];
    let mut texts = BTreeSet::new();
    let mut claims: Vec<&ClaimDoc> = story.claims.iter().collect();
    claims.retain(|claim| claim.text.as_ref().is_some_and(|text| texts.insert(text)));
    let shown = CLAIMS_MAX[usize::from(all == 1)];
    if all > 1 {
        claims.sort_by_key(|claim| (rank(claim), Reverse(claim.level.p)));
    }
    lines.extend(claims.iter().take(shown).map(|claim| row(claim)));
    lines
}

/// What stands on most grounds first; what is gone last.
const fn rank(claim: &ClaimDoc) -> u8 {
    match claim.level.status {
        Status::StronglyCorroborated | Status::Corroborated | Status::Official => 0,
        Status::Disputed | Status::Denied => 1,
        Status::SeveralOrigins => 2,
        Status::SingleOrigin | Status::NotJudged => 3,
        Status::Retracted | Status::Corrected => 4,
        Status::Superseded => 5,
    }
}

fn row(claim: &ClaimDoc) -> Line {
    let status = words::status(claim.level.status);
    let gone = matches!(claim.level.status, Status::Retracted | Status::Corrected);
    let text = claim.text.clone().unwrap_or_default();
    Line::at(2, 24)
        .with(words::look(claim.level.status), format!("{status:<22}  "))
        .with(if gone { Look::Struck } else { Look::Plain }, text)
}
