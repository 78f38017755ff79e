//! The systemd unit: systemd itself finds nothing wrong with it, and its rights are few.

use std::process::Command;

use crate::stream::root;

#[test]
fn systemd_accepts_the_unit() {
    let unit = std::fs::read_to_string(root().join("deploy/writethru.service")).unwrap();
    assert!(unit.contains("ExecStartPre=/usr/local/bin/writethru doctor --config"), "{unit}");
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        eprintln!("passed over: there is no systemd-analyze, so the unit was only read");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("writethru.service");
    // The program must be where the unit says.
    let here = unit.replace("/usr/local/bin/writethru", env!("CARGO_BIN_EXE_writethru"));
    std::fs::write(&path, here).unwrap();
    let asked = |arguments: &[&str]| {
        let out = Command::new("systemd-analyze").args(arguments).arg(&path).output().unwrap();
        let told = [out.stdout, out.stderr].concat();
        (out.status.success(), String::from_utf8(told).unwrap())
    };
    let (is_good, told) = asked(&["verify", "--man=no"]);
    // Other units of this machine are none of ours.
    let ours: Vec<&str> = told.lines().filter(|line| line.contains("writethru")).collect();
    assert!(is_good && ours.is_empty(), "{told}");
    // Exposure in tenths: 2.0 of 10.
    let (is_tight, told) = asked(&["security", "--offline=true", "--threshold=20"]);
    assert!(is_tight, "{told}");
}
