//! Wiring of `replay`: which past, through a fresh lane, into which outlets.

mod disk;
mod topic;

use std::sync::Arc;

use anyhow::Context as _;
use writethru_core::article::Time;
use writethru_core::lane::Lane;
use writethru_core::policy::Policy;

use super::{Progress, kafka, reading};
use crate::config::Settings;
use crate::engine::{Ahead, Engine, Lines};
use crate::formats;
use crate::log::{Stream, Tally};
use crate::logs::kafka::past::Past;
use crate::logs::replay::{Moment, Playing, Replay, Source};
use crate::logs::{Outlet, Outlets};
use crate::route::Routed;

pub use self::topic::Topic;

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

/// Everything a replay of several partitions goes through.
struct Stage<'a> {
    policy: Arc<Policy>,
    ahead: Ahead,
    lines: Lines,
    playing: &'a Playing,
    outlets: &'a mut Outlets,
    with_documents: bool,
    tally: Tally,
}

/// Replays; answers what became of the records that were folded.
///
/// # Errors
/// What cannot be read or written.
pub fn replay(
    wanted: &Wanted,
    settings: Settings,
    policy: Policy,
    mut outlets: Outlets,
    with_documents: bool,
) -> anyhow::Result<Tally> {
    let (settings, policy) = (Arc::new(settings), Arc::new(policy));
    outlets.begin(&crate::logs::disk::Files::default())?;
    let documents: Option<(Stream, fn(&_) -> _)> =
        with_documents.then_some((Stream::Stories, formats::stories::line as fn(&_) -> _));
    let mut stage = Stage {
        ahead: reading(&settings, &policy),
        policy: Arc::clone(&policy),
        lines: Lines {
            changes: Some(formats::changes::line),
            alerts: Some(formats::alerts::line),
            documents,
            stories: None,
        },
        playing: &wanted.playing,
        outlets: &mut outlets,
        with_documents,
        tally: Tally::default(),
    };
    if settings.kafka.bootstrap_servers.is_empty() {
        let reader = Routed { settings: Arc::clone(&settings), policy };
        let mut progress = Progress::of(None);
        let source = disk::Disk::open(&settings, wanted, reader)?;
        stage.play(source, &mut progress)?;
        progress.end();
    } else {
        let cluster = kafka::cluster(&settings)?;
        topic::play_all(&cluster, &settings, wanted, &mut stage)?;
    }
    Ok(stage.tally)
}

impl Stage<'_> {
    /// One lane's past, to its end.
    fn play<S: Source>(&mut self, source: S, progress: &mut Progress) -> anyhow::Result<()> {
        let mut told = || {
            progress.count_one();
            progress.show();
        };
        let log = Replay::new(source, self.playing, &mut *self.outlets, &mut told);
        let (policy, ahead) = (Arc::clone(&self.policy), self.ahead.clone());
        // Opening folds all that the log has, and this one has nothing else.
        let mut lane: Engine<Lane, Replay<'_, S>> =
            Engine::open(log, policy, self.lines, ahead, Time::EPOCH, None)?;
        if self.with_documents {
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
        Ok(())
    }
}

/// Where a replay writes: a file, a folder, a topic, or standard output.
///
/// # Errors
/// A topic that is one of the service's own, or a folder that cannot be made.
pub fn outlets(output: Option<&str>, settings: &Settings) -> anyhow::Result<(Outlets, bool)> {
    let changes = |outlet| Outlets::default().with(Stream::Changes, outlet);
    let Some(output) = output else {
        return Ok((changes(Outlet::Reader(Box::new(std::io::stdout()))), false));
    };
    if let Some(topic) = output.strip_prefix("topic:") {
        let topic = Topic::open(settings, topic)?;
        return Ok((changes(Outlet::Reader(Box::new(topic))), false));
    }
    let path = std::path::Path::new(output);
    if !output.ends_with('/') && !path.is_dir() {
        return Ok((changes(Outlet::File(path.to_owned())), false));
    }
    std::fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))?;
    let file = |name: &str| Outlet::File(path.join(name));
    let all = changes(file("changes.ndjson"))
        .with(Stream::Alerts, file("alerts.ndjson"))
        .with(Stream::DeadLetters, file("dead-letters.ndjson"))
        .with(Stream::Stories, file("stories.ndjson"));
    Ok((all, true))
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
