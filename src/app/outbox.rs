//! From an embedded desk to a story target: the stories that moved, handed over as documents while
//! there is room, so that a target that is down holds back nobody and fills no memory.

use std::collections::{BTreeSet, VecDeque};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};

use writethru_core::article::StoryId;
use writethru_core::change::StoryDoc;

use super::Desk;
use crate::deliver::feed::{Feed, Parcel, Place};
use crate::formats::stories;
use crate::log::Log;

/// Documents that wait for a target.
const DOCUMENTS_MAX: usize = 32;

/// What one target is still to be given.
pub struct Outbox {
    order: VecDeque<StoryId>,
    known: BTreeSet<StoryId>,
    sender: SyncSender<Parcel>,
}

/// The other end.
pub struct Inbox(Receiver<Parcel>);

/// Both ends.
pub fn pair() -> (Outbox, Inbox) {
    let (sender, receiver) = sync_channel(DOCUMENTS_MAX);
    (Outbox { order: VecDeque::new(), known: BTreeSet::new(), sender }, Inbox(receiver))
}

impl Outbox {
    /// A story moved.
    pub fn moved(&mut self, story: StoryId) {
        if self.known.insert(story) {
            self.order.push_back(story);
        }
    }

    /// Hands over what there is room for.
    pub fn fill<L: Log>(&mut self, desk: &Desk<L>) {
        while let Some(story) = self.order.pop_front() {
            let line = document(desk, story).map(|it| stories::line(&it));
            let parcel = Parcel { key: story.to_string(), line, next: Place::Nowhere };
            match self.sender.try_send(parcel) {
                Ok(()) => {
                    self.known.remove(&story);
                }
                Err(TrySendError::Full(_)) => {
                    self.order.push_front(story);
                    return;
                }
                // The courier has ended and said why.
                Err(TrySendError::Disconnected(_)) => {
                    self.order.clear();
                    self.known.clear();
                }
            }
        }
    }
}

/// A story as it stands; none where it became part of another or is known no more.
fn document<L: Log>(desk: &Desk<L>, story: StoryId) -> Option<StoryDoc> {
    let lane = desk.fold();
    let (name, _) = lane.desks().find(|(_, state)| state.story(story).is_some())?;
    lane.story(desk.policy(), name, story)
}

impl Feed for Inbox {
    fn take(&mut self) -> Result<Option<Parcel>, String> {
        match self.0.try_recv() {
            Ok(parcel) => Ok(Some(parcel)),
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => Ok(None),
        }
    }
}
