//! Changes as a person follows them: what is new, who says so, what stands, what was taken back.
//!
//! What stands is told from the level and never from the name of an event. Copies are counted and
//! told in one line when the story moves again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use writethru_core::article::{ClaimId, StoryId, Time};
use writethru_core::change::{ArticleRef, Because, Body, Change, RevisionKind, StoryRef};
use writethru_core::claims::Status;
use writethru_core::reading::Stance;

use super::moment::{Moment, Moved, moments};
use crate::commands::line::{Line, Look};
use crate::commands::words;

/// Claims of one article that are told; the others are counted.
const CLAIMS_MAX: usize = 3;
/// Claims of one article that are told when they are taken back.
const TAKEN_MAX: usize = 4;
/// Values of one series that are told.
const SERIES_MAX: usize = 6;
/// Column at which the story's lines begin, after the clock.
const STORY: usize = 7;
/// Column of what an article says.
const CLAIM: usize = 9;

/// Remembers what a reader has been told.
#[derive(Debug, Default)]
pub struct Teller {
    day: String,
    story: Option<StoryId>,
    copies: BTreeMap<(StoryId, Arc<str>), usize>,
    series: BTreeMap<ClaimId, Vec<String>>,
    headlines: BTreeMap<Arc<str>, Arc<str>>,
    stories: BTreeMap<StoryId, String>,
    taken_back: Vec<String>,
}

impl Teller {
    /// The lines of one step's changes.
    pub fn tell(&mut self, changes: &[Change]) -> Vec<Line> {
        let mut lines = Vec::new();
        for moment in moments(changes) {
            self.moment(&moment, &mut lines);
        }
        lines
    }

    /// What is still to be said when nothing comes any more.
    pub fn finish(&mut self) -> Vec<Line> {
        let mut lines = Vec::new();
        let stories: Vec<StoryId> = self.copies.keys().map(|(story, _)| *story).collect();
        stories.into_iter().for_each(|story| self.reprints(story, &mut lines));
        lines
    }

    /// What was taken back so far: headlines and claims, in order.
    pub fn taken_back(&self) -> &[String] {
        &self.taken_back
    }

    fn moment(&mut self, moment: &Moment<'_>, lines: &mut Vec<Line>) {
        let mut told = Vec::new();
        for event in &moment.events {
            self.event(moment.story, event, &mut told);
        }
        self.claims(moment, &mut told);
        if told.is_empty() {
            return;
        }
        self.heading(moment, lines);
        self.reprints(moment.story.id, lines);
        lines.append(&mut told);
    }

    /// Clock and story; the day where it is another.
    fn heading(&mut self, moment: &Moment<'_>, lines: &mut Vec<Line>) {
        let day = words::day(moment.at);
        if day != self.day {
            lines.push(Line::blank());
            lines.push(Line::at(0, 0).with(Look::Bold, format!("── {day}, UTC ──")));
            self.day = day;
        }
        let title = self.title(moment.story);
        let created = moment.events.iter().any(|event| matches!(event, Body::StoryCreated));
        let same = self.story == Some(moment.story.id);
        lines.push(Line::blank());
        let mut line = Line::at(0, STORY).with(Look::Quiet, format!("{}  ", clock(moment.at)));
        if created {
            line = line.with(Look::Firm, "NEW STORY  ").with(Look::Bold, title.clone());
        } else if same {
            line = line.with(Look::Quiet, title.clone());
        } else {
            line = line.with(Look::Bold, title.clone());
        }
        lines.push(line);
        self.story = Some(moment.story.id);
    }

    /// The story's headline; the last one where all its articles are gone.
    fn title(&mut self, story: &StoryRef) -> String {
        if !story.headline.is_empty() {
            self.stories.insert(story.id, story.headline.clone());
        }
        self.stories.get(&story.id).cloned().unwrap_or_else(|| story.slug.clone())
    }

    /// The copies that came since the story last moved, in one line a report.
    fn reprints(&mut self, story: StoryId, lines: &mut Vec<Line>) {
        let mine = |(of, _): &(StoryId, Arc<str>)| *of == story;
        let keys: Vec<(StoryId, Arc<str>)> =
            self.copies.keys().filter(|it| mine(it)).cloned().collect();
        for key in keys {
            let count = self.copies.remove(&key).unwrap_or_default();
            let reprints = words::counted(count, "reprint");
            let text = format!("{reprints} of the {} report: nothing new", key.1);
            lines.push(Line::at(STORY, 2).with(Look::Quiet, text));
        }
    }

    fn event(&mut self, story: &StoryRef, event: &Body, told: &mut Vec<Line>) {
        let line = Line::at(STORY, 2);
        match event {
            Body::ArticleJoined { copy_of: Some(root), .. } => {
                *self.copies.entry((story.id, root.publisher.clone())).or_default() += 1;
            }
            Body::ArticleJoined { article, copy_of: None } => {
                self.headlines.insert(article.uri.clone(), article.headline.clone());
                told.push(joined(story, article));
            }
            Body::ArticleRevised { article, kind, facts, .. } => {
                if let Some(label) = revised(*kind) {
                    told.push(line.with(Look::Bold, format!("{label} by {}", article.publisher)));
                }
                for fact in facts.iter().take(CLAIMS_MAX) {
                    told.extend(fact_line(fact.from.as_deref(), fact.to.as_deref()));
                }
            }
            Body::ArticleWithdrawn { article, notice } => {
                let known = self.headlines.get(&article.uri).unwrap_or(&article.headline);
                told.extend(withdrawn(&article.publisher, known, notice.as_deref()));
                self.taken_back.push(format!("{}: {known}", article.publisher));
            }
            Body::ArticleReclassified { article, copy_of: Some(root) } => {
                let text = format!("{} turns out to reprint {}", article.publisher, root.publisher);
                told.push(line.with(Look::Quiet, text));
            }
            Body::StoryMerged { into } => {
                let text = format!("is one story with: {}", into.headline);
                told.push(line.with(Look::Firm, "MERGED  ").with(Look::Plain, text));
            }
            Body::StorySplit { children } => {
                let text = format!("splits into {}", words::counted(children.len(), "story"));
                told.push(line.with(Look::Firm, "SPLIT  ").with(Look::Plain, text));
            }
            Body::StoryDormant => told.push(line.with(Look::Quiet, "the story has gone quiet")),
            Body::StoryClosed => told.push(line.with(Look::Quiet, "the story is closed")),
            Body::StoryReopened => told.push(line.with(Look::Quiet, "the story is open again")),
            Body::DecisionApplied { action, by, .. } => {
                told.push(line.with(Look::Bold, format!("{by} decided: {action}")));
            }
            _ => {}
        }
    }

    fn claims(&mut self, moment: &Moment<'_>, told: &mut Vec<Line>) {
        self.note_series(moment);
        let mut texts = BTreeSet::new();
        let (taken, rest): (Vec<&Moved<'_>>, Vec<&Moved<'_>>) = moment
            .claims
            .iter()
            .filter(|moved| moved.worth_telling() && texts.insert(moved.text))
            .partition(|moved| gone(moved.claim.level.status));
        self.taken_back.extend(taken.iter().map(|moved| moved.text.to_owned()));
        for moved in taken.iter().take(TAKEN_MAX) {
            told.push(taken_back(moved));
        }
        told.extend(more(taken.len().saturating_sub(TAKEN_MAX)));
        for moved in rest.iter().take(CLAIMS_MAX) {
            self.claim(moved, told);
        }
        told.extend(more(rest.len().saturating_sub(CLAIMS_MAX)));
    }

    /// What is said, who says so, and what stands.
    fn claim(&self, moved: &Moved<'_>, told: &mut Vec<Line>) {
        let level = &moved.claim.level;
        let mark = if moved.new { "+ " } else { "~ " };
        let line = Line::at(CLAIM, 2).with(words::look(level.status), mark);
        told.push(line.with(Look::Plain, moved.text));
        told.extend(self.so_far(moved));
        let voice = words::voice(moved.because, moved.claim);
        let said = voice.filter(|voice| voice.stance != Stance::Deny);
        told.extend(
            said.map(|voice| Line::at(CLAIM + 2, 2).with(Look::Quiet, words::chain(&voice.chain))),
        );
        told.push(standing(moved));
        told.extend(denial(moved, voice));
    }

    /// "12 → 31 → 47", where a value follows others.
    fn so_far(&self, moved: &Moved<'_>) -> Option<Line> {
        let quantity = moved.claim.quantity.as_ref()?;
        let before = self.series.get(&moved.claim.id)?;
        let shown = before.get(before.len().saturating_sub(SERIES_MAX)..).unwrap_or_default();
        let now = super::numbers::quantity(quantity);
        let text = format!("{} → {now}", shown.join(" → "));
        Some(Line::at(CLAIM + 2, 2).with(Look::Bold, text))
    }

    /// A value that supersedes another goes on with its series.
    fn note_series(&mut self, moment: &Moment<'_>) {
        for moved in &moment.claims {
            let (Some(by), Some(quantity)) = (moved.by, &moved.claim.quantity) else { continue };
            if moved.claim.level.status != Status::Superseded {
                continue;
            }
            let mut series = self.series.get(&moved.claim.id).cloned().unwrap_or_default();
            series.push(super::numbers::quantity(quantity));
            self.series.insert(by, series);
        }
    }
}

/// "TAKEN BACK: …", with what stood before.
fn taken_back(moved: &Moved<'_>) -> Line {
    let status = moved.claim.level.status;
    let label = format!("{}: ", words::status(status));
    let line = Line::at(CLAIM, 2).with(Look::Alarm, label).with(Look::Struck, moved.text);
    match moved.status_before() {
        Some(before) => {
            let text = format!(" (was {})", crate::formats::words::status(before));
            line.with(Look::Quiet, text)
        }
        None => line,
    }
}

fn more(count: usize) -> Option<Line> {
    let noun = if count == 1 { "claim" } else { "claims" };
    let text = format!("… and {count} more {noun}");
    (count > 0).then(|| Line::at(CLAIM, 0).with(Look::Quiet, text))
}

/// "CORROBORATED (was single origin): very likely, 2 origins. Moderate confidence."
fn standing(moved: &Moved<'_>) -> Line {
    let level = &moved.claim.level;
    let mut line =
        Line::at(CLAIM + 2, 2).with(words::look(level.status), words::status(level.status));
    if let Some(before) = moved.status_before() {
        let text = format!(" (was {})", crate::formats::words::status(before));
        line = line.with(Look::Quiet, text);
    }
    line.with(Look::Plain, format!(": {}", words::standing(level)))
        .with(Look::Plain, format!(" {}", words::grounds(level.confidence)))
}

/// Who denies it, through whom, and in which words.
fn denial(moved: &Moved<'_>, voice: Option<&Because>) -> Option<Line> {
    if moved.claim.denied_by.is_empty() {
        return None;
    }
    let who = match voice.filter(|voice| voice.stance == Stance::Deny) {
        Some(voice) => format!("denied: {}", words::chain(&voice.chain)),
        None => format!("denied by {}", moved.claim.denied_by.join(", ")),
    };
    let line = Line::at(CLAIM + 2, 2).with(Look::Contested, who);
    Some(match &moved.claim.denial_text {
        Some(text) => line.with(Look::Plain, format!(": {text}")),
        None => line,
    })
}

const fn gone(status: Status) -> bool {
    matches!(status, Status::Retracted | Status::Corrected)
}

const fn revised(kind: RevisionKind) -> Option<&'static str> {
    match kind {
        RevisionKind::Correction => Some("CORRECTION"),
        RevisionKind::SilentCorrection => Some("CHANGED WITHOUT A NOTICE"),
        RevisionKind::Reinstatement => Some("REINSTATED"),
        RevisionKind::Update => Some("UPDATE"),
        RevisionKind::Refile => Some("REFILE"),
        RevisionKind::New | RevisionKind::Repeat | RevisionKind::Withdrawal => None,
    }
}

fn fact_line(from: Option<&str>, to: Option<&str>) -> Option<Line> {
    let (Some(from), Some(to)) = (from, to) else { return None };
    Some(Line::at(CLAIM, 2).with(Look::Struck, from).with(Look::Plain, " → ").with(Look::Plain, to))
}

/// Whose article, and its headline where that is not the story's.
fn joined(story: &StoryRef, article: &ArticleRef) -> Line {
    let line = Line::at(STORY, 2);
    if *article.headline == *story.headline {
        return line.with(Look::Quiet, &*article.publisher);
    }
    line.with(Look::Quiet, format!("{}: ", article.publisher)).with(Look::Plain, &*article.headline)
}

fn withdrawn(publisher: &str, headline: &str, notice: Option<&str>) -> Vec<Line> {
    let mut lines = vec![
        Line::at(STORY, 2)
            .with(Look::Alarm, "TAKEN BACK ")
            .with(Look::Plain, format!("by {publisher}: "))
            .with(Look::Struck, headline),
    ];
    lines.extend(notice.map(|text| Line::at(CLAIM, 2).with(Look::Plain, text)));
    lines
}

fn clock(at: Time) -> String {
    words::clock(at)
}
