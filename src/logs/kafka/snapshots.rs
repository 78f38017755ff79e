//! Local copies of the lanes' state: a lane begins with one and reads only what its topic has since.
//!
//! A snapshot is made of committed records alone, read from the topic by a thread of its own, so no
//! lane waits for it. It is a short cut and never the truth: whatever is doubtful about one, it is
//! said, and the topic alone is read.

mod keeper;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rdkafka::admin::ResourceSpecifier;
use serde::{Deserialize, Serialize};
use writethru_core::lane::LaneRow;

pub use self::keeper::keep;
use super::client::Cluster;
use super::topics::{self, Topics, TopicsError};
use super::wire::{self, LaneMarker};
use crate::logs::disk::snapshot::{Changed, Heading, Snapshots};
use crate::logs::disk::{DiskError, Files, Storage as _};

/// How long a broker remembers removals, where it cannot be asked.
const REMEMBERED: Duration = Duration::from_secs(24 * 3600);
const ANSWER: Duration = Duration::from_secs(10);

/// Where the snapshots of all lanes are, and whose they must be.
#[derive(Clone, Debug)]
pub struct Archive {
    dir: PathBuf,
    cluster: String,
    topic: String,
    age_max: Duration,
    records_min: u64,
}

impl Archive {
    /// In a folder of this installation; the next one of a lane is made after so many records.
    ///
    /// # Errors
    /// A broker that does not answer.
    pub fn new(
        cluster: &Cluster,
        topics: &Topics,
        dir: &Path,
        records_min: u64,
    ) -> Result<Self, TopicsError> {
        let admin = topics::admin(cluster)?;
        let described = topics::described(&admin, &ResourceSpecifier::Topic(&topics.state));
        let remembered = described.ok().and_then(|it| it.get("delete.retention.ms")?.parse().ok());
        Ok(Self {
            dir: dir.join("kafka").join(cluster.app()),
            cluster: admin.inner().fetch_cluster_id(ANSWER).unwrap_or_default(),
            topic: topics.state.clone(),
            age_max: remembered.map_or(REMEMBERED, Duration::from_millis),
            records_min,
        })
    }

    /// The snapshots of one lane that may be used where its state has these ends.
    #[must_use]
    pub fn shelf(&self, partition: i32, ends: (i64, i64)) -> Shelf {
        let mut shelf = self.found(partition);
        while let Some(why) = shelf.newest().and_then(|head| self.unfit(head, partition, ends)) {
            shelf.leave_out(why);
        }
        shelf
    }

    /// The snapshots of one lane that are of this topic and that `fits` takes, for reading the
    /// past: what the state topic still has does not matter.
    #[must_use]
    pub fn past(&self, partition: i32, fits: &dyn Fn(&Head) -> bool) -> Shelf {
        let mut shelf = self.found(partition);
        let unfit = |head: &Head| self.foreign(head, partition).is_some() || !fits(head);
        while shelf.newest().is_some_and(unfit) {
            shelf.snapshots.reject();
        }
        shelf
    }

    fn found(&self, partition: i32) -> Shelf {
        let dir = self.dir.join(format!("lane-{partition}"));
        let snapshots = Snapshots::none(&dir);
        let (storage, left_out) = (Files::default(), Vec::new());
        let mut shelf = Shelf { storage, snapshots, dir, left_out };
        match shelf.find() {
            Ok(snapshots) => shelf.snapshots = snapshots,
            Err(error) => shelf.left_out.push(error.to_string()),
        }
        shelf
    }

    /// Why a snapshot is not of this lane, or cannot be read by us, in words.
    fn foreign(&self, head: &Head, partition: i32) -> Option<String> {
        let Head { cluster, topic, partition: of, .. } = head;
        if *cluster != self.cluster || *topic != self.topic || *of != partition {
            return Some(format!(
                "it is of topic {topic}, partition {of}, on cluster {cluster}, and this lane is of \
                 topic {}, partition {partition}, on cluster {}",
                self.topic, self.cluster
            ));
        }
        if head.format > wire::FORMAT {
            return Some(format!(
                "a newer version of writethru made it (format {}, ours is {})",
                head.format,
                wire::FORMAT
            ));
        }
        None
    }

    /// Why a snapshot cannot be used, in words.
    fn unfit(&self, head: &Head, partition: i32, (first, end): (i64, i64)) -> Option<String> {
        if let Some(why) = self.foreign(head, partition) {
            return Some(why);
        }
        let age = u64::try_from(now_ms() - head.made_ms).map(Duration::from_millis);
        if age.is_ok_and(|age| age >= self.age_max) {
            return Some(format!(
                "it is older than the {} s for which the topic remembers what was removed",
                self.age_max.as_secs()
            ));
        }
        let kept = first..end;
        (!kept.contains(&head.marker_at)).then(|| {
            format!(
                "the topic has the offsets from {first} to {end}, and the snapshot goes on from \
                 {}: the topic was made anew, or records of it were deleted",
                head.marker_at
            )
        })
    }
}

/// What a snapshot says of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Head {
    /// The id of the cluster.
    pub cluster: String,
    /// The state topic.
    pub topic: String,
    /// The lane.
    pub partition: i32,
    /// The version of the state's records.
    pub format: u32,
    /// When it was begun, milliseconds since 1970.
    pub made_ms: i64,
    /// The offset of the last record in it, which is the marker.
    pub marker_at: i64,
    /// The marker.
    pub marker: LaneMarker,
    /// The highest offsets taken.
    pub seen: Vec<(wire::Path, i64)>,
}

impl Heading for Head {
    fn at(&self) -> u64 {
        u64::try_from(self.marker_at).unwrap_or_default()
    }
}

/// The snapshots of one lane.
pub struct Shelf {
    storage: Files,
    snapshots: Snapshots<Head>,
    dir: PathBuf,
    left_out: Vec<String>,
}

impl Shelf {
    fn find(&self) -> Result<Snapshots<Head>, DiskError> {
        match self.storage.length(&self.dir) {
            Ok(None) => Ok(Snapshots::none(&self.dir)),
            _ => Snapshots::find(&self.storage, &self.dir),
        }
    }

    /// The newest that was not left out.
    #[must_use]
    pub fn newest(&self) -> Option<&Head> {
        self.snapshots.newest()
    }

    /// Leaves the newest out from now on.
    pub fn leave_out(&mut self, why: String) {
        self.left_out.push(why);
        self.snapshots.reject();
    }

    /// Says what was left out, and why.
    pub fn tell(&mut self) {
        for why in self.left_out.drain(..) {
            let folder = self.dir.display();
            tracing::warn!(%folder, why, "a snapshot is left out; the topic has all of it, too");
        }
    }

    /// Gives the rows of the newest.
    ///
    /// # Errors
    /// A file that is damaged, or what `each` complains of.
    pub fn rows(
        &self,
        each: &mut dyn FnMut(LaneRow) -> Result<(), String>,
    ) -> Result<(), DiskError> {
        self.snapshots.rows(&self.storage, &Changed::new(), each)
    }
}

fn now_ms() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}
