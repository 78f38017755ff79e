//! The deliveries' threads: one for each target, so that none waits for another.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::{Stop, wall_clock};
use crate::config::{Delivery, Service, Way};
use crate::deliver::chat::{self, Chat};
use crate::deliver::courier::Ended;
use crate::deliver::webhook::Webhook;
use crate::deliver::{Courier, Pace, Target};

/// While it waits, a courier looks up this often.
const SLICE: Duration = Duration::from_millis(100);

/// All couriers that were started.
pub struct Deliveries {
    ending: Arc<AtomicBool>,
    couriers: Vec<JoinHandle<()>>,
}

impl Deliveries {
    /// Starts a courier for each target; its progress is kept in `folder`.
    ///
    /// # Errors
    /// Progress that cannot be read or written, or a secret that is none.
    pub fn start(
        targets: &[Delivery],
        alerts: &Path,
        folder: &Path,
        stop: &Stop,
    ) -> anyhow::Result<Self> {
        let ending = Arc::new(AtomicBool::new(false));
        let mut couriers = Vec::new();
        for one in targets {
            let target = target(one).with_context(|| format!("the delivery \"{}\"", one.name))?;
            let journal = folder.join(format!("{}.ndjson", one.name));
            let mut courier = Courier::open(&one.name, alerts, &journal, target, one.priority_max)
                .with_context(|| format!("cannot keep progress in {}", journal.display()))?;
            let mut pace = Patience { stop: stop.clone(), ending: Arc::clone(&ending) };
            let name = one.name.clone();
            let run = move || match courier.run(&mut pace) {
                Ended::Stopped => {}
                Ended::Gone => {
                    tracing::error!(target = name, "delivers no more until the next start")
                }
                Ended::Broken(reason) => tracing::error!(target = name, reason, "delivers no more"),
            };
            let thread = thread::Builder::new().name(format!("to {}", one.name));
            couriers.push(thread.spawn(run).context("cannot start a courier")?);
        }
        Ok(Self { ending, couriers })
    }

    /// Lets each end what it is doing.
    pub fn end(self) {
        self.ending.store(true, Ordering::Relaxed);
        for courier in self.couriers {
            drop(courier.join());
        }
    }

    /// Waits until somebody asks to stop.
    pub fn wait(&self, stop: &Stop) {
        while !stop.is_asked() {
            thread::sleep(SLICE);
        }
    }
}

fn target(one: &Delivery) -> anyhow::Result<Box<dyn Target>> {
    Ok(match &one.way {
        Way::Webhook { secrets } => {
            let secrets: Vec<String> = secrets.iter().map(|it| it.0.clone()).collect();
            let clock = || wall_clock().0 / 1000;
            let webhook = Webhook::new(&one.url, &secrets, one.allow_private, clock);
            Box::new(webhook.map_err(anyhow::Error::msg)?)
        }
        Way::Chat { service, token, channel } => {
            let service = match service {
                Service::Slack => chat::Service::Slack,
                Service::Mattermost => chat::Service::Mattermost,
            };
            Box::new(Chat::new(service, &one.url, &token.0, channel, one.allow_private))
        }
    })
}

struct Patience {
    stop: Stop,
    ending: Arc<AtomicBool>,
}

impl Pace for Patience {
    fn wait(&mut self, time: Duration) -> bool {
        let began = Instant::now();
        loop {
            if self.stop.is_asked() || self.ending.load(Ordering::Relaxed) {
                return false;
            }
            let left = time.saturating_sub(began.elapsed());
            if left.is_zero() {
                return true;
            }
            thread::sleep(left.min(SLICE));
        }
    }
}
