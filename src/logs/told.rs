//! A log that tells readers what it has committed, once it has.
//!
//! It decides nothing and keeps nothing; without a listener it is the log that it wraps.

use std::sync::Arc;

use writethru_core::article::StoryId;

use crate::log::{Commit, Entry, Log, LogError, Marker, Rows, Stream};

/// What was committed, for readers.
#[derive(Clone, Debug, Default)]
pub struct Committed {
    /// Lines of changes, in order.
    pub changes: Vec<u8>,
    /// Lines of alert events, in order.
    pub alerts: Vec<u8>,
    /// The newest document of every story that changed; `None` where it has none any more.
    pub stories: Vec<(StoryId, Option<Vec<u8>>)>,
}

/// Is told of every commit.
pub type Listener = Box<dyn FnMut(&Arc<Committed>)>;

/// A log with listeners.
pub struct Told<L> {
    log: L,
    listeners: Vec<Listener>,
}

impl<L> Told<L> {
    /// With nobody listening yet.
    pub const fn new(log: L) -> Self {
        Self { log, listeners: Vec::new() }
    }

    /// From the next commit on.
    pub fn listen(&mut self, listener: Listener) {
        self.listeners.push(listener);
    }
}

impl<L: Log> Log for Told<L> {
    fn restore(&mut self, rows: &mut dyn Rows) -> Result<Marker, LogError> {
        self.log.restore(rows)
    }

    fn reload(&mut self, rows: &mut dyn Rows) -> Result<(), LogError> {
        self.log.reload(rows)
    }

    fn poll(&mut self) -> Result<Option<Vec<Entry>>, LogError> {
        self.log.poll()
    }

    fn append(&mut self, entries: Vec<Entry>) -> Result<(), LogError> {
        self.log.append(entries)
    }

    fn commit(&mut self, commit: Commit<'_>) -> Result<(), LogError> {
        if self.listeners.is_empty() {
            return self.log.commit(commit);
        }
        let told = Arc::new(told(&commit));
        self.log.commit(commit)?;
        self.listeners.iter_mut().for_each(|listener| listener(&told));
        Ok(())
    }

    fn caught_up(&mut self) -> Result<(), LogError> {
        self.log.caught_up()
    }

    fn checkpoint(&mut self, marker: &Marker, digest: u128) -> Result<(), LogError> {
        self.log.checkpoint(marker, digest)
    }

    fn close_with(&mut self, stream: Stream, bytes: &[u8]) -> Result<(), LogError> {
        self.log.close_with(stream, bytes)
    }
}

fn told(commit: &Commit<'_>) -> Committed {
    let lines = |wanted| {
        let found = commit.outputs.iter().find(|(stream, _)| *stream == wanted);
        found.map_or_else(Vec::new, |(_, bytes)| bytes.clone())
    };
    Committed {
        changes: lines(Stream::Changes),
        alerts: lines(Stream::Alerts),
        stories: commit.stories.clone(),
    }
}
