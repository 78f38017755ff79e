//! The service as a process, what it says, and how it ends.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::bench_broker::{Broker, PARTITIONS, WIRES, cpu_seconds, on_core};

/// Told to stop, it must end within this time.
const STOP_MAX: Duration = Duration::from_secs(60);

/// Killed when dropped.
pub struct Service {
    child: Child,
    log: PathBuf,
}

impl Service {
    /// `state` is where it keeps its snapshots.
    pub fn start(broker: &Broker, app: &str, level: &str, state: &Path) -> Self {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let log = file.into_temp_path().keep().expect("a temporary file");
        let messages = std::fs::File::create(&log).expect("it was just made");
        let child = on_core(1, env!("CARGO_BIN_EXE_writethru"))
            .arg("run")
            .env("RUST_LOG", level)
            .env("WRITETHRU__APP", app)
            .env("WRITETHRU__KAFKA__BOOTSTRAP_SERVERS", &broker.bootstrap)
            .env("WRITETHRU__KAFKA__ARTICLE_TOPICS", WIRES)
            .env("WRITETHRU__KAFKA__PARTITIONS", PARTITIONS.to_string())
            .env("WRITETHRU__STATE__DIR", state)
            .env("WRITETHRU__STATE__SNAPSHOT_RECORDS", "1000")
            // Several at once on one machine.
            .env("WRITETHRU__SERVE__LISTEN", "")
            .env("WRITETHRU__READING__THREADS", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(messages)
            .spawn()
            .expect("the service starts");
        Self { child, log }
    }

    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Waits until it has said this so often.
    pub fn until(&mut self, words: &str, times: usize) {
        while self.said().matches(words).count() < times {
            let runs = self.child.try_wait().is_ok_and(|ended| ended.is_none());
            assert!(runs, "the service ended: {}", self.said());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Processor seconds so far: `taskset` becomes the program, so the number is its own.
    pub fn cpu_seconds(&self) -> f64 {
        cpu_seconds(&self.child.id().to_string())
    }

    /// Tells it to stop, and waits until it has; answers what it said and its processor seconds.
    pub fn end(mut self) -> (String, f64) {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").args(["-s", "TERM", &pid]).status();
        assert!(told.is_ok_and(|status| status.success()), "the service is told to stop");
        let deadline = Instant::now() + STOP_MAX;
        let mut cpu = self.cpu_seconds();
        while self.child.try_wait().expect("it is ours").is_none() {
            assert!(Instant::now() < deadline, "it does not stop: {}", self.said());
            std::thread::sleep(Duration::from_millis(10));
            // What has ended has no figures any more.
            cpu = cpu.max(self.cpu_seconds());
        }
        let status = self.child.wait().expect("it is ours");
        assert!(status.success(), "it ended with {status}: {}", self.said());
        (self.said(), cpu)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        std::fs::remove_file(&self.log).ok();
    }
}
