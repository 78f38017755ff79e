//! The service as a process that is killed, stopped and told to end.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::broker::{Broker, WIRES};

/// Partitions of `routed` in these tests.
pub const PARTITIONS: i32 = 4;

/// Looks at whether it is done.
const LOOKS_MAX: u32 = 1_200;

/// One process of the service.
pub struct Service {
    child: Child,
    log: PathBuf,
}

impl Service {
    /// Starts it with these roles; none are all. `with` are further settings.
    pub fn start(broker: &Broker, app: &str, roles: &[&str], with: &[(&str, &str)]) -> Self {
        let log = tempfile::NamedTempFile::new().unwrap().into_temp_path().keep().unwrap();
        let messages = std::fs::File::create(&log).unwrap();
        let mut command = command(broker, app);
        command
            .arg("run")
            .args(roles.iter().flat_map(|role| ["--role", role]))
            .env("RUST_LOG", "debug")
            // A member that was killed is missed after a second.
            .env("WRITETHRU__KAFKA__PROPERTIES__SESSION_TIMEOUT_MS", "1000")
            .env("WRITETHRU__KAFKA__PROPERTIES__HEARTBEAT_INTERVAL_MS", "300")
            .envs(with.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(messages);
        Self { child: command.spawn().unwrap(), log }
    }

    /// Starts it with these roles and a file of settings.
    pub fn configured(broker: &Broker, app: &str, roles: &[&str], settings: &Path) -> Self {
        let log = tempfile::NamedTempFile::new().unwrap().into_temp_path().keep().unwrap();
        let messages = std::fs::File::create(&log).unwrap();
        let mut command = command(broker, app);
        command
            .args(["run", "--config"])
            .arg(settings)
            .args(roles.iter().flat_map(|role| ["--role", role]))
            .current_dir(settings.parent().unwrap())
            .env("RUST_LOG", "debug")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(messages);
        Self { child: command.spawn().unwrap(), log }
    }

    /// What it has said so far.
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// kill -9
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// A signal by name.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// SIGTERM; answers the exit code and what it said.
    pub fn end(mut self) -> (Option<i32>, String) {
        self.signal("TERM");
        let status = self.child.wait().unwrap();
        (status.code(), self.said())
    }

    /// Waits until it ends by itself; answers the exit code and what it said.
    pub fn ended(mut self) -> (Option<i32>, String) {
        for _ in 0..LOOKS_MAX {
            if !self.runs() {
                return (self.child.wait().unwrap().code(), self.said());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("it goes on: {}", self.said());
    }

    /// Waits until it has said this.
    pub fn until(&mut self, words: &str) {
        for _ in 0..LOOKS_MAX {
            if self.said().contains(words) {
                return;
            }
            assert!(self.runs(), "the service ended: {}", self.said());
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("it never said \"{words}\": {}", self.said());
    }

    /// Waits until it has begun to work.
    pub fn begun(mut self) -> Self {
        while !self.said().contains("running") {
            assert!(self.runs(), "the service ended: {}", self.said());
            std::thread::sleep(Duration::from_millis(20));
        }
        self
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.child.kill().ok();
            self.child.wait().ok();
        }
        std::fs::remove_file(&self.log).ok();
    }
}

/// The program with the settings of these tests.
pub fn command(broker: &Broker, app: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_writethru"));
    command
        .env("WRITETHRU__APP", app)
        .env("WRITETHRU__KAFKA__BOOTSTRAP_SERVERS", &broker.bootstrap)
        .env("WRITETHRU__KAFKA__ARTICLE_TOPICS", WIRES)
        .env("WRITETHRU__KAFKA__PARTITIONS", PARTITIONS.to_string())
        .env("WRITETHRU__STATE__DIR", broker.folder().join("state"))
        // Several at once on one machine.
        .env("WRITETHRU__SERVE__LISTEN", "")
        .env("WRITETHRU__READING__THREADS", "1");
    command
}

/// Waits until everything that was sent is routed, folded and committed, for as long as anything
/// moves.
pub fn wait_until_done(broker: &Broker, app: &str, services: &mut [Service]) {
    // Looks, not seconds: a machine may sleep.
    let (mut looks, mut before) = (0, 0);
    while looks < LOOKS_MAX {
        if broker.is_read(&format!("{app}.route"), WIRES)
            && broker.is_read(&format!("{app}.lanes"), &format!("{app}.routed"))
            && broker.is_read(&format!("{app}.route"), WIRES)
        {
            return;
        }
        for service in &mut *services {
            assert!(service.runs(), "the service ended: {}", service.said());
        }
        let said = services.iter().map(Service::said);
        let commits = said.map(|said| said.matches("DEBUG committed ").count()).sum::<usize>();
        looks = if commits > before { 0 } else { looks + 1 };
        before = commits;
        std::thread::sleep(Duration::from_millis(100));
    }
    let said: String = services.iter().map(Service::said).collect();
    panic!("not done in time: {said}");
}
