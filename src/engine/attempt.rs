//! One try to fold a batch: nothing of it counts until all of it is folded.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use writethru_core::article::{Article, ClaimId, StoryId, Time};
use writethru_core::change::Change;
use writethru_core::decision::Decision;
use writethru_core::lane::{Input, Intake, Outcome, Output};

use super::{Engine, Fold, Read, Readings, trap};
use crate::formats::dead_letters::DeadLetter;
use crate::formats::stories;
use crate::log::{Entry, Fate, Log, Published, Record, Stream};

/// What a batch brought about.
#[derive(Default)]
pub(super) struct Folded {
    /// By stream, in order.
    pub outputs: Vec<(Stream, Vec<u8>)>,
    /// Each line of the outputs, in order within its stream.
    pub lines: Vec<Published>,
    /// Stories whose document changed, by desk.
    pub touched: BTreeSet<(String, StoryId)>,
    /// Claims that may look different in their documents.
    pub moved: BTreeSet<ClaimId>,
    /// Last documents of stories that left the state meanwhile.
    pub last: BTreeMap<StoryId, Vec<u8>>,
    /// In order, where somebody watches.
    pub changes: Vec<Change>,
    /// By entry; records only.
    pub fates: Vec<Option<Fate>>,
    /// Empty buffers for the outputs.
    spare: Vec<Vec<u8>>,
    /// How many changes there were of each type.
    pub types: BTreeMap<&'static str, u64>,
    /// Of each article, milliseconds from publishing to receiving.
    pub delays: Vec<i64>,
}

/// A step that did not return.
pub(super) struct Panicked {
    /// At which entry of the batch.
    pub at: usize,
    /// Its own words.
    pub message: String,
}

impl<F: Fold, L: Log> Engine<F, L> {
    /// Folds a batch. Entries in `doomed` panicked twice and are not stepped any more.
    pub(super) fn attempt(
        &mut self,
        entries: &[Entry],
        readings: &mut Readings,
        doomed: &BTreeMap<usize, String>,
    ) -> Result<Folded, Panicked> {
        let mut folded = Folded { spare: std::mem::take(&mut self.spare), ..Folded::default() };
        let mut cap = self.marker.cap;
        for (at, entry) in entries.iter().enumerate() {
            let mut fate = None;
            let intake = match entry {
                Entry::Record(record) | Entry::Routed { record, .. } => {
                    match (readings.next(record), doomed.get(&at)) {
                        (Read::PassedOver(kind), _) => {
                            fate = Some(Fate::PassedOver(kind));
                            None
                        }
                        (Read::Dead { reason, detail }, _) => {
                            folded.bury(record, &reason, &detail);
                            fate = Some(Fate::Dead(reason));
                            None
                        }
                        (Read::Article { .. } | Read::Decision { .. }, Some(message)) => {
                            let detail = format!("the step panicked twice: {message}");
                            folded.bury(record, "internal", &detail);
                            fate = Some(Fate::Dead("internal".to_owned()));
                            None
                        }
                        (Read::Article { desk, reading }, None) => {
                            let (desk, at) = match entry {
                                Entry::Routed { desk, at, .. } => (desk.clone(), *at),
                                _ => (desk, article_time(record, &reading.article, cap)),
                            };
                            folded.delays.extend(reading.article.published.map(|it| at.0 - it.0));
                            Some(Intake { desk, at, input: Input::Article(reading) })
                        }
                        (Read::Decision { desk, decision }, None) => {
                            let (desk, at) = match entry {
                                Entry::Routed { desk, at, .. } => (desk.clone(), *at),
                                _ => (desk, decision_time(record, &decision, cap)),
                            };
                            Some(Intake { desk, at, input: Input::Decision(decision) })
                        }
                    }
                }
                Entry::Tick { desk, due } if !doomed.contains_key(&at) => {
                    Some(Intake { desk: desk.clone(), at: *due, input: Input::Tick })
                }
                Entry::Cap { until } => {
                    cap = *until;
                    None
                }
                Entry::Tick { .. }
                | Entry::Decision(_)
                | Entry::Epoch { .. }
                | Entry::End { .. }
                | Entry::Grown { .. } => None,
            };
            if let Some(intake) = intake {
                let is_record = matches!(entry, Entry::Record(_) | Entry::Routed { .. });
                let mut out = self.step(intake).map_err(|message| Panicked { at, message })?;
                fate = is_record.then(|| Fate::Taken(out.outcome.unwrap_or(Outcome::Nothing)));
                if let (Some(refusal), Entry::Record(record) | Entry::Routed { record, .. }) =
                    (out.refused.take(), entry)
                {
                    folded.bury(record, refusal.reason, &refusal.detail);
                    fate = Some(Fate::Dead(refusal.reason.to_owned()));
                }
                folded.publish(self.lines, &out);
                for change in &out.changes {
                    *folded.types.entry(change.body.name()).or_default() += 1;
                }
                if self.lines.stories {
                    folded.touched.append(&mut out.touched);
                    folded.moved.append(&mut out.moved);
                    let last = out.evicted.iter().map(|it| (it.story.id, stories::line(it)));
                    folded.last.extend(last);
                }
                if self.watcher.is_some() {
                    folded.changes.append(&mut out.changes);
                }
            }
            folded.fates.push(fate);
        }
        Ok(folded)
    }

    fn step(&mut self, intake: Intake) -> Result<Output, String> {
        let began = Instant::now();
        let (fold, policy) = (&mut self.fold, &*self.policy);
        let step = AssertUnwindSafe(|| {
            trap::spring(&intake);
            let mut out = Output::default();
            fold.step(policy, intake, &mut out);
            out
        });
        let stepped = catch_unwind(step).map_err(|panic| panic_message(&*panic));
        if let Some(measured) = &self.measured {
            measured.decided(began.elapsed());
        }
        stepped
    }
}

impl Folded {
    fn bury(&mut self, record: &Record, reason: &str, detail: &str) {
        let Record { source, line, bytes, .. } = record;
        let letter = match &record.oversized {
            Some(oversized) => {
                DeadLetter::too_large(detail, source, *line, &hexadecimal(&oversized.sha256)).line()
            }
            None => DeadLetter::new(reason, detail, source, *line, bytes).line(),
        };
        self.line(Stream::DeadLetters, None, &letter);
    }

    fn publish(&mut self, lines: super::Lines, out: &Output) {
        if let Some(line) = lines.changes {
            for change in &out.changes {
                self.line(Stream::Changes, Some(change.story.id), &line(change));
            }
        }
        if let Some(line) = lines.alerts {
            for alert in &out.alerts {
                self.line(Stream::Alerts, Some(alert.story.id), &line(alert));
            }
        }
        if let Some((stream, line)) = lines.documents {
            for story in &out.evicted {
                self.line(stream, Some(story.story.id), &line(story));
            }
        }
    }

    fn line(&mut self, stream: Stream, story: Option<StoryId>, line: &[u8]) {
        let at = self.outputs.iter().position(|(known, _)| *known == stream);
        let at = at.unwrap_or_else(|| {
            self.outputs.push((stream, self.spare.pop().unwrap_or_default()));
            self.outputs.len() - 1
        });
        self.outputs[at].1.extend(line);
        self.lines.push(Published { stream, story, bytes: line.len() });
    }
}

/// When somebody decided: by the stamp of `run`, else by the decision's own word, capped.
#[must_use]
pub fn decision_time(record: &Record, decision: &Decision, cap: Time) -> Time {
    record.stamp.or(decision.at.map(|at| at.min(cap))).unwrap_or(Time::EPOCH)
}

/// When an article was received: by the stamp of `run`, which its own `receivedAt` may precede;
/// else by its own word, capped. One that tells no time takes the desk's.
#[must_use]
pub fn article_time(record: &Record, article: &Article, cap: Time) -> Time {
    match record.stamp {
        Some(stamp) => article.received.unwrap_or(stamp).min(stamp),
        None => article.received.or(article.published).unwrap_or(Time::EPOCH).min(cap),
    }
}

/// The words of a panic.
pub(super) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without words").to_owned()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
