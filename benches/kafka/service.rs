//! The service as a process, and what it says.

use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;

use crate::bench_broker::{Broker, PARTITIONS, WIRES, cpu_seconds, on_core};

/// Killed when dropped.
pub struct Service {
    child: Child,
    log: PathBuf,
}

impl Service {
    pub fn start(broker: &Broker, app: &str, level: &str) -> Self {
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
    pub fn until(&self, words: &str, times: usize) {
        while self.said().matches(words).count() < times {
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Processor seconds so far: `taskset` becomes the program, so the number is its own.
    pub fn cpu_seconds(&self) -> f64 {
        cpu_seconds(&self.child.id().to_string())
    }

    pub fn kill(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.kill();
        std::fs::remove_file(&self.log).ok();
    }
}
