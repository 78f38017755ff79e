//! The past of embedded mode: the log of a state directory, which may be in use.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;

use anyhow::{Context as _, bail};
use writethru_core::article::Time;

use super::Wanted;
use crate::config::{Keeping, Settings};
use crate::log::{Entry, Log as _, LogError, Marker, Rows};
use crate::logs::Outlets;
use crate::logs::disk::{DiskLog, ReadOnly};
use crate::logs::replay::{Moment, Source, Step};
use crate::route::Routed;

/// See the module.
pub struct Disk {
    log: DiskLog<ReadOnly>,
    reader: Routed,
    wanted: Wanted,
    waiting: VecDeque<Entry>,
    /// Entries that were given, or left out.
    count: i64,
    /// Log time with the last entry, and of each desk.
    now: Time,
    clocks: BTreeMap<String, Time>,
    /// No record's own time counts beyond this.
    cap: Time,
}

impl Disk {
    /// Opens the log that the settings name.
    pub fn open(settings: &Settings, wanted: &Wanted, reader: Routed) -> anyhow::Result<Self> {
        let keeping: &Keeping = &settings.state;
        check(&keeping.dir)?;
        if wanted.article_topic.is_some() {
            bail!("--topic is for Kafka; without it the log in {} is read", keeping.dir.display());
        }
        let log = DiskLog::open(ReadOnly::default(), keeping.clone(), Outlets::default())
            .with_context(|| format!("reading the log in {}", keeping.dir.display()))?;
        // A snapshot spares folding what lies before it, where that is before what is written.
        let log = match wanted.from {
            Some(Moment::Offset(from)) if !wanted.is_fresh => log.before(from.unsigned_abs()),
            _ => log.whole(),
        };
        let wanted = wanted.clone();
        let (now, cap, clocks) = (Time::EPOCH, Time::EPOCH, BTreeMap::new());
        Ok(Self { log, reader, wanted, waiting: VecDeque::new(), count: 0, now, clocks, cap })
    }

    fn entry(&mut self) -> Result<Option<Entry>, LogError> {
        while self.waiting.is_empty() {
            match self.log.poll()? {
                Some(batch) => self.waiting.extend(batch),
                None => return Ok(None),
            }
        }
        Ok(self.waiting.pop_front())
    }

    /// Log time with this entry, which is a running maximum of its desk; that of the entry before
    /// where it has none.
    fn time(&mut self, entry: &Entry) -> Time {
        let moved = match entry {
            Entry::Record(record) => self.reader.moment(record, self.cap),
            Entry::Routed { desk, at, .. } => Some((desk.clone(), *at)),
            Entry::Tick { desk, due } => Some((desk.clone(), *due)),
            _ => None,
        };
        let Some((desk, at)) = moved else { return self.now };
        let clock = self.clocks.entry(desk).or_insert(Time::EPOCH);
        *clock = at.max(*clock);
        *clock
    }
}

impl Source for Disk {
    fn restore(&mut self, rows: &mut dyn Rows) -> Result<Marker, LogError> {
        let marker = self.log.restore(rows)?;
        self.count = i64::try_from(marker.entries).unwrap_or(i64::MAX);
        self.cap = marker.cap;
        Ok(marker)
    }

    fn next(&mut self) -> Result<Option<Step>, LogError> {
        loop {
            let Some(entry) = self.entry()? else { return Ok(None) };
            if let Entry::Cap { until } = &entry {
                self.cap = *until;
            }
            let by_time = |moment| matches!(moment, Some(Moment::At(_)));
            let paced = self.wanted.playing.times_faster.is_some();
            if paced || by_time(self.wanted.from) || by_time(self.wanted.to) {
                self.now = self.time(&entry);
            }
            let (number, at) = (self.count, self.now);
            self.count += 1;
            let has_come = |moment: Moment| match moment {
                Moment::Offset(offset) => number >= offset,
                Moment::At(time) => at >= time,
            };
            match self.wanted.to.filter(|to| has_come(*to)) {
                Some(Moment::Offset(_)) => return Ok(None),
                // Another desk may not be as far yet.
                Some(Moment::At(_)) => continue,
                None => {}
            }
            let is_wanted = self.wanted.from.is_none_or(has_come);
            // How far records' own times count, and who decided, is always known.
            let opens = matches!(entry, Entry::Cap { .. } | Entry::Epoch { .. });
            if is_wanted || opens || !self.wanted.is_fresh {
                return Ok(Some(Step { entry, at, is_wanted }));
            }
        }
    }
}

fn check(dir: &Path) -> anyhow::Result<()> {
    if !dir.is_dir() {
        bail!("there is no state directory {}", dir.display());
    }
    Ok(())
}
