//! Damage, full disks, moved files, other versions: one clear sentence, and nothing lost.

use std::path::{Path, PathBuf};

use writethru::config::Keeping;
use writethru::log::{Log as _, LogError, Stream};
use writethru::logs::disk::DiskLog;
use writethru::logs::memory::MemoryLog;
use writethru::logs::{Outlet, Outlets};

use crate::simulation::chance::Chance;
use crate::simulation::files::{Crash, SimFiles};
use crate::simulation::{CHANGES, STATE, Scenario, oracle, silence_expected_panics};

/// A state directory after a whole run, with several files of the log and two snapshots.
fn kept(seed: u64) -> (Scenario, SimFiles) {
    silence_expected_panics();
    let mut scenario = Scenario::new(seed);
    scenario.keeping = Keeping {
        dir: PathBuf::from(STATE),
        snapshot_records: 4,
        snapshot_bytes: 300,
        segment_bytes: 500,
        keep_log: true,
    };
    let files = SimFiles::new(seed);
    scenario.run(&files, &mut Chance::new(seed)).unwrap();
    files.reboot(Crash::Kill);
    assert_eq!(scenario.published(&files), oracle(&scenario));
    (scenario, files)
}

fn named(files: &SimFiles, prefix: &str) -> Vec<PathBuf> {
    let is = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with(prefix);
    files.paths().into_iter().filter(is).collect()
}

fn flip(files: &SimFiles, path: &Path, at: usize) {
    let mut bytes = files.bytes(path.to_str().unwrap());
    bytes[at] ^= 0x20;
    files.overwrite(path, bytes);
}

fn run_again(scenario: &Scenario, files: &SimFiles) -> Result<String, String> {
    let done = scenario.run(files, &mut Chance::new(1)).map_err(|error| error.to_string());
    files.reboot(Crash::Kill);
    done
}

#[test]
fn a_broken_snapshot_is_passed_by() {
    for broken in [1, 2] {
        let (scenario, files) = kept(1);
        let snapshots = named(&files, "snapshot-");
        assert_eq!(snapshots.len(), 2);
        for path in snapshots.iter().rev().take(broken) {
            let last = files.bytes(path.to_str().unwrap()).len() - 30;
            flip(&files, path, last);
        }
        run_again(&scenario, &files).unwrap();
        assert_eq!(scenario.published(&files), oracle(&scenario));
    }
}

#[test]
fn snapshots_that_are_gone_are_not_missed() {
    let (scenario, files) = kept(2);
    files.forget("snapshot-");
    run_again(&scenario, &files).unwrap();
    assert_eq!(scenario.published(&files), oracle(&scenario));
}

#[test]
fn damage_in_the_middle_is_named_and_nothing_is_changed() {
    let (scenario, files) = kept(3);
    files.forget("snapshot-");
    let first = named(&files, "log-").remove(0);
    flip(&files, &first, 70);
    let before = files.bytes(first.to_str().unwrap());
    let error = run_again(&scenario, &files).unwrap_err();
    assert!(error.contains("log-00000000000000000000 is damaged at byte 24"), "{error}");
    assert!(error.contains("backup"), "{error}");
    assert_eq!(files.bytes(first.to_str().unwrap()), before);
}

#[test]
fn a_missing_file_of_the_log_is_named() {
    let (scenario, files) = kept(3);
    files.forget("snapshot-");
    let logs = named(&files, "log-");
    assert!(logs.len() > 2);
    files.forget(logs[1].file_name().unwrap().to_str().unwrap());
    let error = run_again(&scenario, &files).unwrap_err();
    assert!(error.contains("has no batch"), "{error}");
}

#[test]
fn a_torn_tail_is_taken_back() {
    let (scenario, files) = kept(4);
    let last = named(&files, "log-").pop().unwrap();
    let mut bytes = files.bytes(last.to_str().unwrap());
    bytes.extend([7; 40]);
    files.overwrite(&last, bytes);
    run_again(&scenario, &files).unwrap();
    assert_eq!(scenario.published(&files), oracle(&scenario));
}

#[test]
fn a_newer_format_is_refused() {
    let (scenario, files) = kept(5);
    let snapshot = named(&files, "snapshot-").pop().unwrap();
    let mut bytes = files.bytes(snapshot.to_str().unwrap());
    bytes[8] = 9;
    files.overwrite(&snapshot, bytes);
    let error = run_again(&scenario, &files).unwrap_err();
    assert!(error.contains("state format 9"), "{error}");
    assert!(error.contains("newer version"), "{error}");
}

#[test]
fn a_second_process_is_refused() {
    let (scenario, files) = kept(6);
    let open = || DiskLog::open(files.clone(), scenario.keeping.clone(), Outlets::default());
    let first = open().map_err(|error| error.to_string());
    assert!(first.is_ok());
    let Err(second) = open() else { panic!("two processes have one directory") };
    assert!(second.to_string().contains("in use by another process"), "{second}");
}

#[test]
fn an_output_that_was_moved_away_is_missed() {
    let (scenario, files) = kept(7);
    files.forget("changes.ndjson");
    let error = run_again(&scenario, &files).unwrap_err();
    assert!(error.contains("put the file back"), "{error}");
}

#[test]
fn what_others_wrote_behind_the_output_is_cut_off() {
    let (scenario, files) = kept(8);
    let mut bytes = files.bytes(CHANGES);
    bytes.extend(b"{\"torn\":");
    files.overwrite(Path::new(CHANGES), bytes);
    run_again(&scenario, &files).unwrap();
    assert_eq!(scenario.published(&files), oracle(&scenario));
}

#[test]
fn a_full_disk_loses_nothing() {
    silence_expected_panics();
    for room in (0..3000).step_by(137) {
        let scenario = Scenario::new(9);
        let files = SimFiles::new(9);
        files.leave_room(Some(room));
        match scenario.run(&files, &mut Chance::new(9)) {
            Err(error @ LogError::Broken(_)) => {
                assert!(error.to_string().contains("the disk is full"), "{error}");
            }
            Err(error) => panic!("{error}"),
            Ok(_) => {}
        }
        files.leave_room(None);
        files.reboot(Crash::Kill);
        run_again(&scenario, &files).unwrap();
        assert_eq!(scenario.published(&files), oracle(&scenario), "with room for {room} bytes");
    }
}

#[test]
fn a_full_disk_promises_nothing_where_nothing_is_kept() {
    let files = SimFiles::new(10);
    let outlets = Outlets::default().with(Stream::Changes, Outlet::File(CHANGES.into()));
    let mut log = MemoryLog::new(files.clone(), outlets).unwrap_or_else(|error| panic!("{error}"));
    files.leave_room(Some(3));
    let error = log.close_with(Stream::Changes, b"one change").unwrap_err().to_string();
    assert!(
        error.contains("the disk is full") && error.contains("nothing else is kept"),
        "{error}"
    );
    assert!(!error.contains("is lost"), "{error}");
}
