//! What readers are given, wired: the view, the thread that folds into it, and the server.
//!
//! The lane hands over what it has committed and goes on; parsing is this thread's work. Where it
//! falls behind, the lane waits: readers are never shown a hole.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::Context as _;
use writethru_core::article::{StoryId, Time};
use writethru_core::policy::Policy;

use super::arrivals::Guest;
use super::http::{Http, HttpLimits};
use super::{Arrival, Arrivals, Desk, Stop};
use crate::config::{Serve, Settings};
use crate::formats;
use crate::log::{Log, Record};
use crate::logs::kafka::client::Cluster;
use crate::logs::kafka::producer::Gapless;
use crate::logs::kafka::published::{Published as Read, follow};
use crate::logs::kafka::topics::Topics;
use crate::logs::told::{Committed, Listener};
use crate::serve::{Access, Append, Decisions, Front, Published, Serving, figures, router};
use crate::telemetry::{Health, Telemetry};
use crate::views::{Limits, Track, View};

/// Commits that wait to be folded in.
const COMMITS_WAITING_MAX: usize = 64;
/// How long the sender of a decision waits until it is in the log.
const KEPT_WITHIN: Duration = Duration::from_secs(10);
/// What decisions over HTTP are called as a source of records.
const DECISIONS: &str = "http decisions";
/// Decisions of all desks share one partition, so they keep their order.
const FIRST: i32 = 0;
/// What the part is called that shows what was published.
const PART: &str = "readers";
/// The one partition of an embedded log.
const EMBEDDED: u32 = 0;

/// A server with what it shows.
pub struct Readers {
    /// What was published.
    pub published: Arc<Published>,
    http: Http,
    health: Health,
    decisions: Decisions,
    folding: Option<JoinHandle<()>>,
}

impl Readers {
    /// Listens at the address of the settings; `None` where there is none, or where nobody asked
    /// for the default one and it is taken.
    ///
    /// # Errors
    /// An address that cannot be had.
    pub fn listen(
        settings: &Settings,
        policy: &Arc<Policy>,
        telemetry: &Telemetry,
    ) -> anyhow::Result<Option<Self>> {
        let Some(address) = settings.serve.listen else { return Ok(None) };
        match Self::at(address, &settings.serve, policy, telemetry) {
            Ok(readers) => Ok(Some(readers)),
            Err(error) if !settings.serve.is_asked => {
                eprintln!(
                    "no page and no HTTP interface: {address} cannot be had ({error}); set \
                     serve.listen to another address, or to \"\" for none"
                );
                Ok(None)
            }
            Err(error) => Err(error).with_context(|| format!("cannot listen at {address}")),
        }
    }

    /// Listens at an address.
    ///
    /// # Errors
    /// What the system refuses.
    pub fn at(
        address: SocketAddr,
        serve: &Serve,
        policy: &Arc<Policy>,
        telemetry: &Telemetry,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let (serving, limits) = serving(&listener, serve, policy, telemetry)?;
        let (published, decisions) = (Arc::clone(&serving.published), serving.decisions.clone());
        telemetry.health.waits(PART, "take up what was published");
        let http = Http::start(listener, router(serving), limits)?;
        let health = telemetry.health.clone();
        Ok(Self { published, http, health, decisions, folding: None })
    }

    /// Shows only figures and health, for a process that serves nothing else, where somebody asked
    /// for an address.
    ///
    /// # Errors
    /// An address that cannot be had.
    pub fn figures(
        settings: &Settings,
        policy: &Arc<Policy>,
        telemetry: &Telemetry,
    ) -> anyhow::Result<Option<Http>> {
        let Some(address) = settings.serve.listen.filter(|_| settings.serve.is_asked) else {
            return Ok(None);
        };
        let open = || -> io::Result<Http> {
            let listener = TcpListener::bind(address)?;
            let (serving, limits) = serving(&listener, &settings.serve, policy, telemetry)?;
            Http::start(listener, figures(serving), limits)
        };
        let http = open().with_context(|| format!("cannot listen at {address}"))?;
        eprintln!("figures are at http://{}/metrics", http.address());
        Ok(Some(http))
    }

    /// Decisions go among the records of an embedded desk.
    pub fn decide_at(&self, arrivals: &Arrivals) {
        self.decide_with(Inbox { arrivals: arrivals.guest(), count: AtomicU64::new(0) });
    }

    /// Decisions go onto the topic of decisions.
    pub fn decide_on(&self, cluster: &Cluster, topics: &Topics) {
        let producer = Mutex::new(None);
        let (cluster, topic) = (cluster.clone(), topics.decisions.clone());
        self.decide_with(Topic { cluster, topic, producer });
    }

    /// Tells the hub, where there is one, which feeds have changed, until the end is asked for.
    pub fn tell_hub(&self, serve: &Serve, stop: &Stop) {
        if let Some(hub) = &serve.hub {
            super::hub::start(hub, &serve.public_url, Arc::clone(&self.published), stop);
        }
    }

    fn decide_with(&self, log: impl Append + 'static) {
        if self.decisions.set(Box::new(log)).is_err() {
            tracing::error!("decisions have a log already");
        }
    }

    /// Where it is.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.http.address()
    }

    /// Takes up what an embedded desk has published so far into this folder, and answers a listener
    /// for the rest.
    ///
    /// # Errors
    /// A file of changes or alerts that cannot be read.
    pub fn take_up<L: Log>(
        &mut self,
        desk: &Desk<L>,
        output: &Path,
        settings: &Serve,
    ) -> anyhow::Result<Listener> {
        let mut counts = Counts::default();
        let mut result = Ok(());
        self.published.fold(|view| {
            documents(view, desk, settings.stories_max);
            result = published_before(view, output, settings).map(|it| counts = it);
        });
        result?;
        self.set_ready();
        Ok(self.listener(counts))
    }

    /// All that was published before is in.
    pub fn set_ready(&self) {
        self.published.set_ready();
        self.health.ready_is(PART);
    }

    /// Follows the topics of what was published, until `stopped`.
    ///
    /// # Errors
    /// What the broker refuses for good.
    pub fn follow(
        &self,
        cluster: &Cluster,
        topics: &Topics,
        changes_max: usize,
        stopped: &dyn Fn() -> bool,
    ) -> anyhow::Result<()> {
        let published = &self.published;
        published.fold(|view| view.name_log(topics.changes.as_bytes()));
        let mut is_ready = false;
        follow(cluster, topics, changes_max, stopped, &mut |batch| {
            let mut caught_up = false;
            published.fold(|view| {
                for one in batch {
                    match one {
                        Read::Begin(track, partition, offset) => {
                            view.begin(track, partition, offset);
                        }
                        Read::Document(id, json) if is_ready => view.document(id, json.as_deref()),
                        Read::Document(id, json) => view.document_before(id, json.as_deref()),
                        Read::Change(partition, offset, line) => {
                            view.change(partition, offset, &line);
                        }
                        Read::Alert(partition, offset, line) => {
                            view.alert(partition, offset, &line);
                        }
                        Read::CaughtUp => caught_up = true,
                    }
                }
            });
            if caught_up {
                is_ready = true;
                self.set_ready();
            }
        })?;
        Ok(())
    }

    /// Folds in what it is told from here on, in a thread of its own.
    #[must_use]
    pub fn listener(&mut self, counts: Counts) -> Listener {
        let (sender, receiver): (SyncSender<Arc<Committed>>, Receiver<Arc<Committed>>) =
            sync_channel(COMMITS_WAITING_MAX);
        let published = Arc::clone(&self.published);
        self.folding = Some(thread::spawn(move || {
            let mut counts = counts;
            for committed in receiver {
                published.fold(|view| take(view, &committed, &mut counts));
            }
        }));
        Box::new(move |committed| {
            if sender.send(Arc::clone(committed)).is_err() {
                tracing::error!("nobody folds what readers are shown any more");
            }
        })
    }
}

/// What handlers share, and the limits of connections.
fn serving(
    listener: &TcpListener,
    serve: &Serve,
    policy: &Arc<Policy>,
    telemetry: &Telemetry,
) -> io::Result<(Serving, HttpLimits)> {
    let limits = Limits {
        changes_max: serve.changes_max,
        changes_bytes_max: serve.changes_bytes_max,
        stories_max: serve.stories_max,
        stories_bytes_max: serve.stories_bytes_max,
        alerts_max: serve.alerts_max,
        alerts_bytes_max: serve.alerts_bytes_max,
    };
    let serving = Serving {
        published: Arc::new(Published::new(limits, serve.streams_max)),
        access: Arc::new(Access::new(listener.local_addr()?, serve)),
        heartbeat: Duration::from_secs(serve.heartbeat_seconds),
        policy: Arc::clone(policy),
        front: Arc::new(Front { url: serve.public_url.clone(), hub: serve.hub.clone() }),
        telemetry: telemetry.clone(),
        decisions: Decisions::default(),
    };
    let limits = HttpLimits {
        connections_max: serve.connections_max,
        stall: Duration::from_secs(serve.stall_seconds),
    };
    Ok((serving, limits))
}

/// Decisions among the records of an embedded desk.
struct Inbox {
    arrivals: Guest,
    count: AtomicU64,
}

impl Append for Inbox {
    fn append(&self, decision: &[u8]) -> Result<(), String> {
        let line = 1 + self.count.fetch_add(1, Ordering::Relaxed);
        let source = DECISIONS.to_owned();
        let record = Record { source, line, bytes: decision.to_vec(), ..Record::default() };
        let (kept, is_kept) = sync_channel(1);
        let is_taken = self.arrivals.send(Arrival::Asked { record, kept });
        let closing = || "the desk is closing".to_owned();
        is_taken.then_some(()).ok_or_else(closing)?;
        match is_kept.recv_timeout(KEPT_WITHIN) {
            Ok(()) => Ok(()),
            Err(RecvTimeoutError::Disconnected) => Err(closing()),
            Err(RecvTimeoutError::Timeout) => {
                Err("the desk has not kept it yet; send it again, under the same id".to_owned())
            }
        }
    }
}

/// Decisions on their topic; the producer is set up with the first of them.
struct Topic {
    cluster: Cluster,
    topic: String,
    producer: Mutex<Option<Gapless>>,
}

impl Append for Topic {
    fn append(&self, decision: &[u8]) -> Result<(), String> {
        let mut producer = self.producer.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = match producer.take() {
            Some(known) => Ok(known),
            None => Gapless::open(&self.cluster),
        }
        .and_then(|open| {
            open.send(&self.topic, FIRST, &[], decision, &[])?;
            open.drain()?;
            Ok(open)
        });
        match sent {
            Ok(open) => {
                *producer = Some(open);
                Ok(())
            }
            // It is dropped with whatever it held: the sender was told.
            Err(error) => Err(format!("the broker does not take decisions: {error}")),
        }
    }
}

/// How many lines were published before.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    changes: u64,
    alerts: u64,
}

/// One commit: documents first, so that what is blanked can be told in today's words.
fn take(view: &mut View, committed: &Committed, counts: &mut Counts) {
    for (id, document) in &committed.stories {
        view.document(*id, document.as_deref());
    }
    for line in committed.changes.split_inclusive(|byte| *byte == b'\n') {
        view.name_log(line);
        view.change(EMBEDDED, counts.changes, line);
        counts.changes += 1;
    }
    for line in committed.alerts.split_inclusive(|byte| *byte == b'\n') {
        view.alert(EMBEDDED, counts.alerts, line);
        counts.alerts += 1;
    }
}

/// The documents of the stories that changed last.
fn documents<L: Log>(view: &mut View, desk: &Desk<L>, stories_max: usize) {
    let lane = desk.fold();
    let mut stories: Vec<(Time, StoryId, &str)> = lane
        .stories()
        .filter_map(|(name, id)| Some((lane.desk(name)?.story(id)?.updated, id, name)))
        .collect();
    stories.sort_unstable();
    let fewer = stories.len().saturating_sub(stories_max);
    for (_, id, name) in stories.drain(fewer..) {
        if let Some(story) = lane.story(desk.policy(), name, id) {
            view.document(id, Some(&formats::stories::line(&story)));
        }
    }
}

/// The last changes, and all alerts: one that was raised long ago may be open.
fn published_before(view: &mut View, output: &Path, settings: &Serve) -> anyhow::Result<Counts> {
    let (changes, alerts) = (output.join("changes.ndjson"), output.join("alerts.ndjson"));
    let changes_max = settings.changes_max;
    let changes = changes_before(view, &changes, changes_max)
        .with_context(|| format!("cannot read {}", changes.display()))?;
    let alerts = alerts_before(view, &alerts)
        .with_context(|| format!("cannot read {}", alerts.display()))?;
    Ok(Counts { changes, alerts })
}

/// The last changes of a file, and from those before them what must not be shown any more; answers
/// how many it has in all.
fn changes_before(view: &mut View, path: &Path, changes_max: usize) -> io::Result<u64> {
    let mut file = BufReader::new(File::open(path)?);
    let mut line = Vec::new();
    let mut count = 0_u64;
    while file.read_until(b'\n', &mut line)? > 0 {
        if count == 0 {
            view.name_log(&line);
        }
        count += 1;
        line.clear();
    }
    let first_held = count.saturating_sub(changes_max as u64);
    view.begin(Track::Changes, EMBEDDED, first_held);
    file.seek(SeekFrom::Start(0))?;
    for position in 0..count {
        line.clear();
        file.read_until(b'\n', &mut line)?;
        if position < first_held {
            view.change_before(&line, changes_max);
        } else {
            view.change(EMBEDDED, position, &line);
        }
    }
    Ok(count)
}

/// All alert events of a file; answers how many.
fn alerts_before(view: &mut View, path: &Path) -> io::Result<u64> {
    let mut file = BufReader::new(File::open(path)?);
    let mut line = Vec::new();
    let mut count = 0;
    while file.read_until(b'\n', &mut line)? > 0 {
        view.alert(EMBEDDED, count, &line);
        count += 1;
        line.clear();
    }
    Ok(count)
}
