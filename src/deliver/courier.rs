//! One target's way: the next event, delivered, held back or passed over, and noted.

use std::path::Path;
use std::time::Duration;

use writethru_core::article::Time;

use super::feed::{Feed, Parcel, Place};
use super::holds::{Fate, Held};
use super::notes::Note;
use super::tail::Tail;
use super::tries::Trying;
use super::{Event, Journal, Tally, Target, digest};
use crate::config::HoldRules;

/// Between two looks where there is nothing new.
pub(super) const INTERVAL: Duration = Duration::from_millis(10);

/// The clock and the patience of a courier.
pub trait Pace: Send {
    /// Waits; `false` where it is told to stop.
    fn wait(&mut self, time: Duration) -> bool;

    /// What the clock says.
    fn now(&self) -> Time;
}

/// Delivers alert events to one target, in order.
pub struct Courier {
    name: String,
    feed: Box<dyn Feed>,
    journal: Journal,
    target: Box<dyn Target>,
    /// Less grave alerts are not for this target.
    priority_max: u8,
    holds: HoldRules,
    tally: Tally,
}

/// Why a courier ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Told to stop.
    Stopped,
    /// The target wants nothing any more.
    Gone,
    /// Files that cannot be read or written.
    Broken(String),
}

impl From<std::io::Error> for Ended {
    fn from(error: std::io::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

impl Courier {
    /// Goes on where the journal stands in a file; a new target begins at its end.
    ///
    /// # Errors
    /// A journal that cannot be read or written.
    pub fn open(
        name: &str,
        file: &Path,
        journal: &Path,
        target: Box<dyn Target>,
        priority_max: u8,
    ) -> std::io::Result<Self> {
        let journal = Journal::open(journal, Tail::end(file))?;
        let feed = Box::new(Tail::at(file, journal.standing().byte));
        Ok(Self::of(name, feed, journal, target, priority_max))
    }

    /// Delivers what a feed gives.
    #[must_use]
    pub fn of(
        name: &str,
        feed: Box<dyn Feed>,
        journal: Journal,
        target: Box<dyn Target>,
        priority_max: u8,
    ) -> Self {
        let (name, holds, tally) = (name.to_owned(), HoldRules::default(), Tally::default());
        Self { name, feed, journal, target, priority_max, holds, tally }
    }

    /// With quiet hours and limits.
    #[must_use]
    pub fn holding(self, holds: HoldRules) -> Self {
        Self { holds, ..self }
    }

    /// Counting what becomes of it.
    #[must_use]
    pub fn counting(self, tally: Tally) -> Self {
        tally.waits(self.journal.standing().held.count());
        Self { tally, ..self }
    }

    /// Delivers what is there and what comes, until told to stop.
    pub fn run(&mut self, pace: &mut dyn Pace) -> Ended {
        loop {
            let done = match self.feed.take() {
                Err(error) => {
                    tracing::warn!(target = self.name, error, "cannot read alerts; trying again");
                    Ok(false)
                }
                Ok(None) => self.tell_digests(pace.now(), pace).map(|()| false),
                Ok(Some(parcel)) => self.take(&parcel, pace).map(|()| true),
            };
            match done {
                Err(ended) => return ended,
                Ok(true) => {}
                Ok(false) if pace.wait(INTERVAL) => {}
                Ok(false) => return Ended::Stopped,
            }
        }
    }

    fn take(&mut self, parcel: &Parcel, pace: &mut dyn Pace) -> Result<(), Ended> {
        let notes = match Event::read(parcel.line.as_deref().unwrap_or_default()) {
            Ok(event) if event.data.priority <= self.priority_max => {
                self.tell_digests(event.recorded, pace)?;
                self.tell(&event, pace)?
            }
            Ok(_) => Vec::new(),
            Err(error) => {
                tracing::error!(target = self.name, %error, "no alert event; passed over");
                Vec::new()
            }
        };
        self.journal.set_done(parcel.next, notes)?;
        self.tally.waits(self.journal.standing().held.count());
        Ok(())
    }

    /// Lets an event go out, or holds it; answers what is to be noted with it.
    fn tell(&mut self, event: &Event, pace: &mut dyn Pace) -> Result<Vec<Note>, Ended> {
        let held = &self.journal.standing().held;
        let alert = event.data.alert.clone();
        match held.fate(&self.holds, event) {
            Fate::Passes => {
                let released = held.has(&alert).then_some(Note::Released { alert });
                let mut notes = self.deliver(event, event.recorded, pace)?;
                notes.extend(released);
                Ok(notes)
            }
            Fate::Waits(event) => {
                self.tally.count("held");
                Ok(vec![Note::Held(event)])
            }
            Fate::TakesBack(hold) => {
                self.tally.count("taken_back");
                Ok(vec![Note::TakenBack { hold, alert, event: event.id.clone() }])
            }
        }
    }

    /// Tells what is due by this time.
    fn tell_digests(&mut self, now: Time, pace: &mut dyn Pace) -> Result<(), Ended> {
        while let Some((hold, waiting)) = self.journal.standing().held.due(now) {
            let hold = hold.to_owned();
            let at = Time(waiting.until_ms.min(now.0));
            let digest = digest::of(&self.name, &hold, waiting, at);
            let mut notes = match &digest {
                Some(digest) => {
                    self.tally.count("digest");
                    self.deliver(digest, at, pace)?
                }
                None => Vec::new(),
            };
            notes.push(Note::Digested { hold });
            self.journal.set_done(Place::Nowhere, notes)?;
            self.tally.waits(self.journal.standing().held.count());
        }
        Ok(())
    }

    fn deliver(
        &mut self,
        event: &Event,
        at: Time,
        pace: &mut dyn Pace,
    ) -> Result<Vec<Note>, Ended> {
        self.tally.delivers(event.recorded);
        let Self { name, journal, target, tally, holds, .. } = self;
        let trying = Trying { target: name, what: &event.id, tally };
        let given_up = trying.deliver(pace, &mut || target.deliver(event, journal))?;
        tally.idle(pace.now());
        Ok(match given_up {
            Some(reason) => vec![Note::GivenUp { event: event.id.clone(), reason }],
            None => Held::note_sent(holds, event, at).into_iter().collect(),
        })
    }
}
