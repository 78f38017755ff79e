//! Changes as a person follows them: what is new, who says so, what stands, what was taken back.
//!
//! What stands is told from the level and never from the name of an event. Copies are counted and
//! told in one line when the story moves again.

use std::collections::BTreeMap;

use writethru_core::article::{SlotId, StoryId, Time};
use writethru_core::change::{ArticleRef, Body, Change, RevisionKind, StoryRef};
use writethru_core::claims::Status;

use super::line::{Line, Look};
use super::moment::{Moment, Moved, moments};
use super::words;

/// Claims of one article that are told; the others are counted.
const CLAIMS_MAX: usize = 3;
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
    copies: BTreeMap<(StoryId, String), usize>,
    series: BTreeMap<SlotId, Vec<String>>,
    taken_back: usize,
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

    /// Claims and articles that were taken back so far.
    pub const fn taken_back(&self) -> usize {
        self.taken_back
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
        let created = moment.events.iter().any(|event| matches!(event, Body::StoryCreated));
        let same = self.story == Some(moment.story.id);
        lines.push(Line::blank());
        let mut line = Line::at(0, STORY).with(Look::Quiet, format!("{}  ", clock(moment.at)));
        if created {
            line = line.with(Look::Firm, "NEW STORY  ").with(Look::Bold, headline(moment.story));
        } else if same {
            line = line.with(Look::Quiet, headline(moment.story));
        } else {
            line = line.with(Look::Bold, headline(moment.story));
        }
        lines.push(line);
        self.story = Some(moment.story.id);
    }

    /// The copies that came since the story last moved, in one line a report.
    fn reprints(&mut self, story: StoryId, lines: &mut Vec<Line>) {
        let mine = |(of, _): &(StoryId, String)| *of == story;
        let keys: Vec<(StoryId, String)> =
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
                told.push(
                    line.with(Look::Quiet, format!("{}: ", article.publisher))
                        .with(Look::Plain, article.headline.clone()),
                );
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
                self.taken_back += 1;
                told.extend(withdrawn(article, notice.as_deref()));
            }
            Body::ArticleReclassified { article, copy_of: Some(root) } => {
                let text = format!("{} turns out to reprint {}", article.publisher, root.publisher);
                told.push(line.with(Look::Quiet, text));
            }
            Body::StoryMerged { into } => {
                let text = format!("is one story with: {}", headline(into));
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
        for moved in &moment.claims {
            self.note_series(moved);
        }
        let (taken, rest): (Vec<&Moved<'_>>, Vec<&Moved<'_>>) = moment
            .claims
            .iter()
            .filter(|moved| moved.worth_telling())
            .partition(|moved| gone(moved.claim.level.status));
        self.taken_back += taken.len();
        for moved in taken.iter().chain(rest.iter().take(CLAIMS_MAX)) {
            self.claim(moved, told);
        }
        let more = rest.len().saturating_sub(CLAIMS_MAX);
        if more > 0 {
            let text = format!("… and {} more", words::counted(more, "claim"));
            told.push(Line::at(CLAIM, 0).with(Look::Quiet, text));
        }
    }

    /// What is said, who says so, and what stands.
    fn claim(&self, moved: &Moved<'_>, told: &mut Vec<Line>) {
        let claim = moved.claim;
        let level = &claim.level;
        let words_look = if gone(level.status) { Look::Struck } else { Look::Plain };
        let mark = if moved.new { "+ " } else { "~ " };
        told.push(
            Line::at(CLAIM, 2).with(words::look(level.status), mark).with(words_look, moved.text),
        );
        if let Some(series) = self.series.get(&claim.slot).filter(|values| values.len() > 1) {
            let shown = series.get(series.len().saturating_sub(SERIES_MAX)..).unwrap_or_default();
            let text = format!("so far: {}", shown.join(" → "));
            told.push(Line::at(CLAIM + 2, 2).with(Look::Bold, text));
        }
        if let Some(voice) = words::voice(moved.because, claim).filter(|_| !gone(level.status)) {
            told.push(Line::at(CLAIM + 2, 2).with(Look::Quiet, words::chain(&voice.chain)));
        }
        told.push(standing(moved));
        told.extend(denial(moved));
    }

    fn note_series(&mut self, moved: &Moved<'_>) {
        let Some(quantity) = &moved.claim.quantity else { return };
        let value = super::numbers::quantity(quantity);
        let values = self.series.entry(moved.claim.slot).or_default();
        if !values.contains(&value) && !gone(moved.claim.level.status) {
            values.push(value);
        }
    }
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
    if gone(level.status) {
        let why = moved
            .why
            .map_or_else(String::new, |why| format!(" after {}", crate::formats::words::why(why)));
        return line.with(Look::Plain, why);
    }
    line.with(Look::Plain, format!(": {}", words::standing(level)))
        .with(Look::Plain, format!(" {}", words::grounds(level.confidence)))
}

fn denial(moved: &Moved<'_>) -> Option<Line> {
    if moved.claim.denied_by.is_empty() || gone(moved.claim.level.status) {
        return None;
    }
    let who = moved.claim.denied_by.join(", ");
    let line = Line::at(CLAIM + 2, 2).with(Look::Contested, format!("denied by {who}"));
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

fn withdrawn(article: &ArticleRef, notice: Option<&str>) -> Vec<Line> {
    let mut lines = vec![
        Line::at(STORY, 2)
            .with(Look::Alarm, "TAKEN BACK ")
            .with(Look::Plain, format!("by {}: ", article.publisher))
            .with(Look::Struck, article.headline.clone()),
    ];
    lines.extend(notice.map(|text| Line::at(CLAIM, 2).with(Look::Plain, text)));
    lines
}

fn headline(story: &StoryRef) -> String {
    if story.headline.is_empty() { "(no headline)".to_owned() } else { story.headline.clone() }
}

fn clock(at: Time) -> String {
    words::clock(at)
}
