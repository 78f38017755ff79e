//! The demo in a browser: what each article brought about, as a running desk would publish it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail};
use writethru_core::lane::Output;
use writethru_core::policy::Policy;

use crate::app::{Counts, Readers, Stop};
use crate::commands::fold::Fold;
use crate::config::Serve;
use crate::formats;
use crate::logs::told::{Committed, Listener};
use crate::telemetry::Telemetry;

/// Between two looks at whether the end was asked for.
const LOOK: Duration = Duration::from_millis(100);

/// The page while the demo plays.
pub struct Page {
    readers: Readers,
    listener: Listener,
}

impl Page {
    /// Opens it at an address.
    pub fn open(address: SocketAddr, serve: &Serve, policy: &Policy) -> anyhow::Result<Self> {
        if !address.ip().is_loopback() && serve.readers.is_empty() && serve.deciders.is_empty() {
            bail!("{address} can be reached from other machines; set serve.read_token_file first");
        }
        let mut readers =
            Readers::at(address, serve, &Arc::new(policy.clone()), &Telemetry::default())
                .with_context(|| format!("cannot listen at {address}"))?;
        let listener = readers.listener(Counts::default());
        readers.set_ready();
        eprintln!("in a browser: http://{}/", readers.address());
        Ok(Self { readers, listener })
    }

    /// What one article brought about.
    pub fn publish(&mut self, fold: &Fold, output: &Output) {
        let document = |(desk, id): &(String, _)| {
            let story = fold.lane().story(fold.policy(), desk, *id);
            (*id, story.map(|story| formats::stories::line(&story)))
        };
        (self.listener)(&Arc::new(Committed {
            changes: output.changes.iter().flat_map(formats::changes::line).collect(),
            alerts: output.alerts.iter().flat_map(formats::alerts::line).collect(),
            stories: output.touched.iter().map(document).collect(),
        }));
    }

    /// Stays until Ctrl-C.
    pub fn stay(self) -> anyhow::Result<()> {
        let stop = Stop::listen().context("cannot listen for Ctrl-C")?;
        eprintln!("the page stays at http://{}/ until Ctrl-C", self.readers.address());
        while !stop.is_asked() {
            thread::sleep(LOOK);
        }
        Ok(())
    }
}
