//! The table at the end: each story with its best claims.

use writethru_core::change::{ClaimDoc, StoryDoc};
use writethru_core::claims::Status;

use super::line::{Line, Look};
use super::words;

/// Claims shown for each story.
const CLAIMS_MAX: usize = 4;

/// One block a story, those with most articles first.
pub fn table(stories: &[StoryDoc], taken_back: usize) -> Vec<Line> {
    let mut sorted: Vec<&StoryDoc> = stories.iter().collect();
    sorted.sort_by_key(|story| (std::cmp::Reverse(story.article_count), story.story.id));
    let mut lines = vec![Line::blank(), Line::at(0, 0).with(Look::Bold, "── What stands ──")];
    for story in sorted {
        lines.push(Line::blank());
        lines.extend(block(story));
    }
    lines.push(Line::blank());
    let all = words::counted(stories.len(), "story").replace("storys", "stories");
    let text = format!("{all}; {} taken back on the way.", words::counted(taken_back, "time"));
    lines.push(Line::at(0, 0).with(Look::Bold, text));
    lines
}

fn block(story: &StoryDoc) -> Vec<Line> {
    let live = story.articles.iter().filter(|it| !it.withdrawn && it.copy_of.is_none()).count();
    let counts = format!(
        "  {}, {live} of them with words of their own",
        words::counted(usize::try_from(story.article_count).unwrap_or(usize::MAX), "article")
    );
    let mut lines = vec![
        Line::at(0, 2).with(Look::Bold, story.story.headline.clone()).with(Look::Quiet, counts),
    ];
    let mut claims: Vec<&ClaimDoc> = story.claims.iter().filter(|it| it.text.is_some()).collect();
    claims.sort_by_key(|claim| (rank(claim), -claim.level.p, claim.id));
    lines.extend(claims.iter().take(CLAIMS_MAX).map(|claim| row(claim)));
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
