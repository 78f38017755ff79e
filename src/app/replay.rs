//! Wiring of `replay`: which past, through a fresh lane, into which outlets.

mod compare;
mod disk;
mod into;
mod lane;
mod topic;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, bail};
use writethru_core::article::Time;
use writethru_core::lane::Lane;
use writethru_core::policy::Policy;

use super::{Progress, kafka, places, reading};
use crate::config::Settings;
use crate::engine::{Ahead, Engine, Lines};
use crate::formats;
use crate::log::{Entry, Epoch, Marker, Stream, Tally};
use crate::logs::disk::{Files, unkept};
use crate::logs::kafka::past::Past;
use crate::logs::replay::{Moment, Playing, Replay, Source, Step};
use crate::logs::{Outlet, Outlets};
use crate::route::Routed;

pub use self::compare::{Configured, compare};
pub use self::into::Topic;

/// What a folder gets.
pub const FILES: [&str; 4] =
    ["changes.ndjson", "alerts.ndjson", "dead-letters.ndjson", "stories.ndjson"];

/// Desks that are named where another was asked for.
const DESKS_MAX: usize = 20;

/// What is to be replayed.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// What is written begins here.
    pub from: Option<Moment>,
    /// And ends before this.
    pub to: Option<Moment>,
    /// With nothing known of what was before.
    pub is_fresh: bool,
    /// An article topic in place of the routed one.
    pub article_topic: Option<String>,
    /// How it is played, and which desk.
    pub playing: Playing,
}

/// What is written, and where.
pub struct Writing {
    /// Where each stream goes.
    pub outlets: Outlets,
    /// How values become lines.
    pub lines: Lines,
    /// The documents of stories at the end, too.
    pub with_documents: bool,
    /// Counts records as they are read.
    pub read: Arc<AtomicU64>,
    /// Nobody is shown how far it has come.
    pub is_silent: bool,
}

impl Writing {
    /// Changes, alerts and, where there is a place for them, documents, as they are published.
    #[must_use]
    pub fn published(outlets: Outlets, with_documents: bool) -> Self {
        let everything = everything();
        let documents = everything.documents.filter(|_| with_documents);
        let lines = Lines { documents, ..everything };
        let read = Arc::new(AtomicU64::new(0));
        Self { outlets, lines, with_documents, read, is_silent: false }
    }
}

/// Everything that a folder gets, as it is published.
#[must_use]
pub fn everything() -> Lines {
    Lines {
        changes: Some(formats::changes::line),
        alerts: Some(formats::alerts::line),
        documents: Some((Stream::Stories, formats::stories::line)),
        stories: false,
    }
}

/// Everything a replay of several partitions goes through.
struct Stage<'a> {
    policy: Arc<Policy>,
    ahead: Ahead,
    playing: &'a Playing,
    writing: &'a mut Writing,
    tally: Tally,
    found: Found,
}

/// What there was to replay.
#[derive(Default)]
struct Found {
    /// Entries of all lanes, those before the range, too, and when the last one was.
    entries: u64,
    newest: Option<Time>,
    /// Those of the range.
    wanted: u64,
    /// Whose they are.
    desks: BTreeSet<String>,
}

impl Found {
    /// Refuses what gave nothing because there was nothing of what was asked for.
    fn check(&self, wanted: &Wanted) -> anyhow::Result<()> {
        if let Some(desk) = &wanted.playing.desk
            && !self.desks.contains(desk)
        {
            let known: Vec<&str> = self.desks.iter().map(String::as_str).take(DESKS_MAX).collect();
            match known.as_slice() {
                [] => bail!("no record is of desk \"{desk}\""),
                known => bail!("no record is of desk \"{desk}\"; beside it: {}", known.join(", ")),
            }
        }
        match (self.wanted, self.entries) {
            (0, 0) => bail!("there is nothing to replay: the log has no records"),
            (0, entries) => {
                let last = self.newest.and_then(|it| jiff::Timestamp::from_millisecond(it.0).ok());
                let last = last.filter(|it| it.as_millisecond() > 0);
                let last = last.map(|it| format!(", up to {}", it.strftime("%FT%TZ")));
                let last = last.unwrap_or_default();
                bail!(
                    "no record lies in that range; the log has the numbers from 0 to {}{last}",
                    entries - 1
                )
            }
            _ => Ok(()),
        }
    }
}

/// Replays; answers what became of the records that were folded.
///
/// # Errors
/// What cannot be read or written.
pub fn replay(
    wanted: &Wanted,
    settings: Settings,
    policy: Policy,
    mut writing: Writing,
) -> anyhow::Result<Tally> {
    let (settings, policy) = (Arc::new(settings), Arc::new(policy));
    let mut stage = Stage {
        ahead: reading(&settings, &policy),
        policy: Arc::clone(&policy),
        playing: &wanted.playing,
        writing: &mut writing,
        tally: Tally::default(),
        found: Found::default(),
    };
    if settings.kafka.bootstrap_servers.is_empty() {
        let reader = Routed { settings: Arc::clone(&settings), policy };
        let mut progress = stage.progress(None);
        let source = disk::Disk::open(&settings, wanted, reader)?;
        stage.begin()?;
        stage.play(source, &mut progress)?;
        progress.end();
    } else {
        let cluster = kafka::answering(&settings)?;
        topic::play_all(&cluster, &settings, wanted, &mut stage)?;
    }
    stage.found.check(wanted)?;
    stage.end()?;
    Ok(stage.tally)
}

impl Stage<'_> {
    /// What is written begins anew; what stood there before goes as the new comes.
    fn begin(&mut self) -> anyhow::Result<()> {
        let begun = self.writing.outlets.open(&Files::default(), &Marker::default(), 0);
        Ok(begun.map_err(unkept)?)
    }

    /// Nothing is left of what stood there before.
    fn end(&mut self) -> anyhow::Result<()> {
        Ok(self.writing.outlets.cut(&Files::default()).map_err(unkept)?)
    }

    /// Who decides.
    fn epoch(&self) -> Epoch {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Epoch { policy: self.policy.digest.clone(), version }
    }

    /// Of so many records, where that is known.
    fn progress(&self, records: Option<u64>) -> Progress {
        match records {
            _ if self.writing.is_silent => Progress::silent(),
            Some(records) => Progress::of_records(records),
            None => Progress::of(None),
        }
    }

    /// One lane's past, to its end.
    fn play<S: Source>(&mut self, source: S, progress: &mut Progress) -> anyhow::Result<()> {
        let Writing { outlets, lines, with_documents, read, .. } = &mut *self.writing;
        let found = &mut self.found;
        let mut told = |step: &Step| {
            let is_news = !matches!(step.entry, Entry::Cap { .. } | Entry::Epoch { .. });
            found.wanted += u64::from(step.is_wanted && is_news);
            found.newest = found.newest.max(Some(step.at));
            read.fetch_add(1, Ordering::Relaxed);
            progress.count_one();
            progress.show();
        };
        let log = Replay::new(source, self.playing, outlets, &mut told);
        let (policy, ahead) = (Arc::clone(&self.policy), self.ahead.clone());
        // Opening folds all that the log has, and this one has nothing else.
        let mut lane: Engine<Lane, Replay<'_, S>> =
            Engine::open(log, policy, *lines, ahead, Time::EPOCH, None)?;
        if *with_documents {
            let ids: Vec<_> =
                lane.fold().stories().map(|(desk, id)| (desk.to_owned(), id)).collect();
            for (desk, id) in ids {
                if self.playing.desk.as_ref().is_some_and(|only| *only != desk) {
                    continue;
                }
                let Some(story) = lane.fold().story(&self.policy, &desk, id) else { continue };
                lane.close_with(Stream::Stories, &formats::stories::line(&story))?;
            }
        }
        self.tally.add(&lane.marker().tally);
        let (entries, desks) = (lane.marker().entries, lane.fold().desks());
        let desks: Vec<String> = desks.map(|(desk, _)| desk.to_owned()).collect();
        drop(lane);
        self.found.entries += entries;
        self.found.desks.extend(desks);
        Ok(())
    }
}

/// Where a replay writes, a file, a folder, a topic, or standard output, and whether documents go
/// there, too; or why it must not write there.
///
/// # Errors
/// A topic of the service's own, or a folder that cannot be made.
pub fn outlets(
    output: Option<&str>,
    settings: &Settings,
) -> anyhow::Result<Result<(Outlets, bool), String>> {
    let changes = |outlet| Outlets::default().with(Stream::Changes, outlet);
    let Some(output) = output else {
        return Ok(Ok((changes(Outlet::Reader(Box::new(std::io::stdout()))), false)));
    };
    if let Some(topic) = output.strip_prefix("topic:") {
        let topic = Topic::open(settings, topic)?;
        return Ok(Ok((changes(Outlet::Reader(Box::new(topic))), false)));
    }
    let path = Path::new(output);
    if let Some(refusal) = files(output).iter().find_map(|file| places::refusal(file, settings)) {
        return Ok(Err(refusal));
    }
    if !is_folder(output) {
        return Ok(Ok((changes(Outlet::File(path.to_owned())), false)));
    }
    Ok(Ok((folder(path)?, true)))
}

/// The files that an output stands for.
#[must_use]
pub fn files(output: &str) -> Vec<PathBuf> {
    match is_folder(output) {
        true => FILES.map(|name| Path::new(output).join(name)).to_vec(),
        false => vec![PathBuf::from(output)],
    }
}

/// Whether a path names a folder: it is one, or ends like one.
#[must_use]
pub fn is_folder(output: &str) -> bool {
    output.ends_with('/') || Path::new(output).is_dir()
}

/// Everything that is published, into files of a folder.
///
/// # Errors
/// A folder that cannot be made.
pub fn folder(path: &Path) -> anyhow::Result<Outlets> {
    std::fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))?;
    let [changes, alerts, dead_letters, stories] = FILES.map(|name| Outlet::File(path.join(name)));
    Ok(Outlets::default()
        .with(Stream::Changes, changes)
        .with(Stream::Alerts, alerts)
        .with(Stream::DeadLetters, dead_letters)
        .with(Stream::Stories, stories))
}

/// What of the past cannot be known any more.
fn tell_missing(past: &Past, topic: &str, partition: i32, is_fresh: bool) {
    if past.first() > 0 && !is_fresh {
        eprintln!(
            "{topic}, partition {partition}: what stood before offset {} is deleted and not known",
            past.first()
        );
    }
}
