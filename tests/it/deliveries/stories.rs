//! Stories for a CMS: a file for each version, read by Superdesk's rules and valid by IPTC's
//! schema; kills stay killed in them; Newshub's push is signed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use writethru::deliver::courier::Ended;
use writethru::deliver::feed::{Feed, Parcel, Place};
use writethru::deliver::folder::Folder;
use writethru::deliver::push::{Push, signature};
use writethru::deliver::stories::StoryTarget;
use writethru::deliver::{Journal, StoryCourier};
use writethru::formats::stories;
use writethru_core::lane::{Intake, Lane, Output};

use super::stand_in::StandIn;
use super::superdesk::Ingest;
use super::{Hasty, fine};
use crate::kill::{killed_runs, runs};
use crate::stream;

/// Documents that were published, in order.
#[derive(Default)]
struct Shelf(VecDeque<Parcel>);

impl Feed for Shelf {
    fn take(&mut self) -> Result<Option<Parcel>, String> {
        Ok(self.0.pop_front())
    }
}

/// A desk whose stories go somewhere after every record.
struct Desk {
    lane: Lane,
    told: BTreeMap<String, Vec<u8>>,
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { lane: stream::lane(), told: BTreeMap::new(), folder }
    }

    fn journal(&self) -> PathBuf {
        self.folder.path().join("deliveries/cms.ndjson")
    }

    fn cms(&self) -> PathBuf {
        self.folder.path().join("cms")
    }

    /// Takes a record; answers the documents that are others now.
    fn take(&mut self, intake: &Intake) -> VecDeque<Parcel> {
        let mut out = Output::default();
        self.lane.step(stream::policy(), intake.clone(), &mut out);
        let documents: BTreeMap<String, Vec<u8>> = self
            .lane
            .stories()
            .filter_map(|(desk, id)| self.lane.story(stream::policy(), desk, id))
            .map(|story| (story.story.id.to_string(), stories::line(&story)))
            .collect();
        let parcel = |(key, line): (&String, Option<Vec<u8>>)| Parcel {
            key: key.clone(),
            line,
            next: Place::Nowhere,
        };
        let moved = documents.iter().filter(|(key, line)| self.told.get(*key) != Some(line));
        let gone = self.told.keys().filter(|key| !documents.contains_key(*key));
        let parcels = moved
            .map(|(key, line)| parcel((key, Some(line.clone()))))
            .chain(gone.map(|key| parcel((key, None))))
            .collect();
        self.told = documents;
        parcels
    }

    fn tell(&self, parcels: VecDeque<Parcel>, target: impl StoryTarget + 'static) {
        let journal = Journal::open(&self.journal(), 0).unwrap();
        let feed = Box::new(Shelf(parcels));
        let mut courier = StoryCourier::of("cms", feed, journal, Box::new(target), Vec::new());
        assert_eq!(courier.run(&mut Hasty::default()), Ended::Stopped);
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> =
        entries.map(|it| it.unwrap().path()).filter(|it| it.is_file()).collect();
    files.sort();
    files
}

/// Every golden stream, its files taken up by ingest after each record.
#[test]
fn superdesk_takes_every_file_and_each_as_a_later_version() {
    let (mut taken, mut killed) = (0, 0);
    for case in stream::cases() {
        let mut desk = Desk::new();
        let mut ingest = Ingest::default();
        let mut written: BTreeMap<String, usize> = BTreeMap::new();
        for intake in case.intakes() {
            let parcels = desk.take(&intake);
            desk.tell(parcels, Folder::new(&desk.cms(), true));
            for path in files(&desk.cms()) {
                let bytes = std::fs::read(&path).unwrap();
                ingest.read(&bytes).unwrap_or_else(|error| panic!("{}: {error}", case.name));
                let item: Value = serde_json::from_slice(&bytes).unwrap();
                *written.entry(item["guid"].as_str().unwrap().to_owned()).or_default() += 1;
                taken += 1;
                std::fs::remove_file(path).unwrap();
            }
        }
        for (guid, item) in &ingest.0 {
            assert_eq!(item.versions, written[guid], "{}: {guid}", case.name);
        }
        for (desk_name, id) in desk.lane.stories() {
            let uri = format!("urn:writethru:{desk_name}:{id}");
            let story = desk.lane.story(stream::policy(), desk_name, id).unwrap();
            let item = &ingest.0[&uri];
            assert_eq!(item.headline, story.story.headline, "{}", case.name);
            let is_withdrawn = story.state == writethru_core::change::Life::Withdrawn;
            assert_eq!(item.is_killed, is_withdrawn, "{}: {uri}", case.name);
        }
        // What is no story of its own any more is killed there, too.
        let alive: BTreeSet<String> =
            desk.lane.stories().map(|(desk, id)| format!("urn:writethru:{desk}:{id}")).collect();
        for (guid, item) in ingest.0.iter().filter(|(guid, _)| !alive.contains(*guid)) {
            assert!(item.is_killed, "{}: {guid} {item:?}", case.name);
        }
        killed += ingest.0.values().filter(|item| item.is_killed).count();
    }
    assert!(taken > 100 && killed > 2, "{taken} files, {killed} killed");
}

/// The files that nobody has read yet, searched for what was withdrawn.
#[test]
fn a_kill_stays_killed_in_the_folder() {
    let mut looked_at = 0;
    for case in stream::cases() {
        let mut desk = Desk::new();
        let intakes = case.intakes();
        for (number, intake) in intakes.iter().enumerate() {
            let parcels = desk.take(intake);
            desk.tell(parcels, Folder::new(&desk.cms(), true));
            let killed = killed_runs(&intakes[..=number], &desk.lane);
            if killed.is_empty() {
                continue;
            }
            for path in files(&desk.cms()) {
                looked_at += 1;
                let text = std::fs::read_to_string(&path).unwrap();
                let leaked: Vec<_> = runs(&text).intersection(&killed).cloned().collect();
                assert!(leaked.is_empty(), "{} {number} {}: {leaked:?}", case.name, path.display());
            }
        }
    }
    assert!(looked_at > 20, "only {looked_at} files after a kill");
}

/// IPTC's own schema, where it lies beside this repository.
#[test]
fn files_validate_against_iptcs_schema() {
    let folder = std::env::var_os("WRITETHRU_NINJS_SCHEMAS")
        .map_or_else(|| stream::root().join("../shared/data/ninjs/schemas"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(folder.join("ninjs-schema_1.6.json")) else {
        eprintln!("skipped: no ninjs-schema_1.6.json in {}", folder.display());
        return;
    };
    let schema: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::options().with_retriever(Nothing).build(&schema).unwrap();
    let mut checked = 0;
    for case in stream::cases() {
        let mut desk = Desk::new();
        for intake in case.intakes() {
            let parcels = desk.take(&intake);
            desk.tell(parcels, Folder::new(&desk.cms(), false));
        }
        for path in files(&desk.cms()) {
            let item: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let errors: Vec<String> =
                validator.iter_errors(&item).map(|it| it.to_string()).collect();
            assert!(errors.is_empty(), "{}: {errors:#?}\n{item:#}", case.name);
            checked += 1;
        }
    }
    assert!(checked > 50, "only {checked} files");
}

struct Nothing;

impl jsonschema::Retrieve for Nothing {
    fn retrieve(
        &self,
        _: &jsonschema::Uri<String>,
    ) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        Ok(serde_json::json!({}))
    }
}

/// Killed between the file and our own record: the same file once more, not another version.
#[test]
fn a_file_written_twice_is_the_same_version() {
    let case = stream::cases().into_iter().find(|it| it.name == "toll").unwrap();
    let mut desk = Desk::new();
    let mut all = VecDeque::new();
    for intake in case.intakes() {
        all.extend(desk.take(&intake));
    }
    desk.tell(all.clone(), Folder::new(&desk.cms(), true));
    let read = |desk: &Desk| -> Vec<(PathBuf, Vec<u8>)> {
        files(&desk.cms()).into_iter().map(|it| (it.clone(), std::fs::read(it).unwrap())).collect()
    };
    let before = read(&desk);
    assert!(before.len() > 3);
    // Our record as it was before the last version.
    let journal = std::fs::read_to_string(desk.journal()).unwrap();
    let mut lines: Vec<&str> = journal.lines().collect();
    lines.pop();
    std::fs::write(desk.journal(), lines.join("\n") + "\n").unwrap();
    desk.tell(all.into_iter().rev().take(1).collect(), Folder::new(&desk.cms(), true));
    assert_eq!(read(&desk), before);
}

#[test]
fn a_torn_file_is_never_seen_and_a_folder_that_fails_is_tried_again() {
    let case = stream::cases().into_iter().find(|it| it.name == "seed").unwrap();
    let mut desk = Desk::new();
    let parcels = desk.take(&case.intakes()[0]);
    // A file stands where the folder should be.
    std::fs::write(desk.cms(), "in the way").unwrap();
    let journal = Journal::open(&desk.journal(), 0).unwrap();
    let target = Box::new(Folder::new(&desk.cms(), true));
    let feed = Box::new(Shelf(parcels));
    let mut courier = StoryCourier::of("cms", feed, journal, target, Vec::new());
    let mut pace = Hasty::default();
    courier.run(&mut pace);
    let seconds: Vec<u64> = pace.waits.iter().map(|it| it.as_secs()).collect();
    assert_eq!(seconds, [5, 300, 1800, 7200, 18000, 36000, 36000]);
    assert!(std::fs::read_to_string(desk.journal()).unwrap().contains("given_up"));
}

#[test]
fn newshubs_push_is_signed_and_tried_again() {
    let case = stream::cases().into_iter().find(|it| it.name == "merge").unwrap();
    let mut desk = Desk::new();
    let mut parcels = VecDeque::new();
    for intake in case.intakes() {
        parcels.extend(desk.take(&intake));
    }
    let count = AtomicUsize::new(0);
    let server = StandIn::start(move |_| match count.fetch_add(1, Ordering::Relaxed) {
        // The item is locked by another push.
        0 => (503, Vec::new(), String::new()),
        _ => fine(),
    });
    desk.tell(parcels, Push::new(&server.url("/push"), "newsroom-key\n", true));
    let requests = server.requests();
    assert!(requests.len() > 2);
    assert_eq!(requests[0].body, requests[1].body);
    let mut ingest = Ingest::default();
    for request in &requests {
        assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/push"));
        assert_eq!(request.headers["content-type"], "application/json");
        let expected = signature("newsroom-key", &request.body);
        for name in ["x-superdesk-signature", "x-newshub-signature", "x-newsroom-signature"] {
            assert_eq!(request.headers[name], expected);
        }
        ingest.read(&request.body).unwrap();
    }
    assert!(ingest.0.values().any(|item| item.is_killed));
}

#[test]
fn only_the_desks_that_are_asked_for_are_told() {
    let case = stream::cases().into_iter().find(|it| it.name == "seed").unwrap();
    let mut desk = Desk::new();
    let mut parcels = VecDeque::new();
    for intake in case.intakes() {
        parcels.extend(desk.take(&intake));
    }
    let journal = Journal::open(&desk.journal(), 0).unwrap();
    let target = Box::new(Folder::new(&desk.cms(), true));
    let desks = vec!["nowhere".to_owned()];
    let mut courier = StoryCourier::of("cms", Box::new(Shelf(parcels)), journal, target, desks);
    assert_eq!(courier.run(&mut Hasty::default()), Ended::Stopped);
    assert!(files(&desk.cms()).is_empty());
}
