//! The port of a lane in the simulated world; every call may go wrong in every way.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use writethru::logs::kafka::error::LaneError;
use writethru::logs::kafka::feed::{Feed, Hold};
use writethru::logs::kafka::port::{EachState, Failure, Outgoing, Own, Port};
use writethru::logs::kafka::reader::ReadError;

use super::world::{Fate, Status, Transaction, World};

pub struct SimPort {
    world: Rc<RefCell<World>>,
    process: usize,
    partition: usize,
    feed: Arc<Feed>,
    epoch: u64,
    transaction: Cell<Option<usize>>,
}

impl SimPort {
    /// `None` where taking over failed, whether or not it was applied.
    pub fn take_over(
        world: &Rc<RefCell<World>>,
        process: usize,
        partition: usize,
        feed: &Arc<Feed>,
    ) -> Option<Self> {
        let fate = world.borrow_mut().fate(process);
        if matches!(fate, Fate::Refused | Fate::Unheard { applied: false }) {
            return None;
        }
        let epoch = world.borrow_mut().take_over(partition);
        (fate == Fate::Done).then(|| Self {
            world: Rc::clone(world),
            process,
            partition,
            feed: Arc::clone(feed),
            epoch,
            transaction: Cell::new(None),
        })
    }

    /// Calls the broker: `apply` says whether it allows it.
    fn call(&self, apply: impl FnOnce(&mut World) -> Result<(), Failure>) -> Result<(), Failure> {
        let world = &mut *self.world.borrow_mut();
        match world.fate(self.process) {
            Fate::Refused => Err(Failure::Abort("refused".to_owned())),
            Fate::Unheard { applied } => {
                if applied {
                    apply(world).ok();
                }
                Err(Failure::Abandon("no answer".to_owned()))
            }
            Fate::Done if world.partitions[self.partition].epoch != self.epoch => {
                Err(Failure::Abandon("fenced".to_owned()))
            }
            Fate::Done => apply(world),
        }
    }

    fn number(&self) -> Result<usize, Failure> {
        self.transaction.get().ok_or_else(|| Failure::Abandon("no transaction".to_owned()))
    }

    fn ask<T>(&self, answer: impl FnOnce(&World) -> T) -> Result<T, LaneError> {
        let world = &mut *self.world.borrow_mut();
        if world.fate(self.process) == Fate::Done { Ok(answer(world)) } else { Err(no_answer()) }
    }
}

fn silent() -> KafkaError {
    KafkaError::MetadataFetch(RDKafkaErrorCode::OperationTimedOut)
}

fn no_answer() -> LaneError {
    LaneError::kafka("asking", silent())
}

impl Port for SimPort {
    fn begin(&self) -> Result<(), Failure> {
        self.transaction.set(None);
        self.call(|world| {
            let partition = &mut world.partitions[self.partition];
            let open = Transaction { epoch: self.epoch, status: Status::Open, offset: None };
            partition.transactions.push(open);
            self.transaction.set(Some(partition.transactions.len() - 1));
            Ok(())
        })
    }

    fn send(&self, record: &Outgoing) -> Result<(), Failure> {
        let number = self.number()?;
        self.call(|world| {
            let partition = &mut world.partitions[self.partition];
            let is_open = partition.transactions[number].status == Status::Open;
            // A stray of a fenced producer is not taken.
            if partition.epoch == self.epoch && is_open {
                partition.records.push((record.clone(), number));
            }
            Ok(())
        })
    }

    fn drain(&self) -> Result<(), Failure> {
        self.call(|_| Ok(()))
    }

    fn send_offset(&self, next: i64) -> Result<bool, Failure> {
        let known =
            self.feed.while_ours(|| Some(self.world.borrow().processes[self.process].generation));
        let Some(known) = known else { return Ok(false) };
        let number = self.number()?;
        self.call(|world| {
            if world.fences_generations && known != world.generation {
                return Err(Failure::Abort("another generation".to_owned()));
            }
            let partition = &mut world.partitions[self.partition];
            if partition.epoch == self.epoch {
                partition.transactions[number].offset = Some(next);
            }
            Ok(())
        })
        .map(|()| true)
    }

    fn commit(&self) -> Result<(), Failure> {
        let number = self.number()?;
        let world = &mut *self.world.borrow_mut();
        match world.fate_of_commit(self.process) {
            Fate::Refused => Err(Failure::Abort("refused".to_owned())),
            Fate::Unheard { applied: true } => {
                world.unknown_commits += u64::from(world.commit(self.partition, number));
                Err(Failure::Abandon("no answer".to_owned()))
            }
            Fate::Unheard { applied: false } => {
                // On its way for a while, perhaps.
                if world.chance.below(2) == 0 {
                    world.partitions[self.partition].strays.push(number);
                }
                Err(Failure::Abandon("no answer".to_owned()))
            }
            Fate::Done if world.commit(self.partition, number) => Ok(()),
            Fate::Done => Err(Failure::Abandon("fenced".to_owned())),
        }
    }

    fn abort(&self) -> Result<(), Failure> {
        let Some(number) = self.transaction.get() else { return Ok(()) };
        self.call(|world| {
            world.abort(self.partition, number);
            Ok(())
        })
        .map_err(|failure| match failure {
            Failure::Abort(why) | Failure::Abandon(why) | Failure::Refused(why) => {
                Failure::Abandon(why)
            }
        })
    }

    fn pause(&self, _attempt: u32) {}

    fn committed(&self) -> Result<Option<i64>, LaneError> {
        self.ask(|world| world.partitions[self.partition].committed)
    }

    fn ends(&self) -> Result<(i64, i64), LaneError> {
        self.ask(|world| (0, world.partitions[self.partition].routed.len() as i64))
    }

    fn appended_at(&self, offset: i64) -> Result<Option<i64>, LaneError> {
        let at = usize::try_from(offset).unwrap();
        self.ask(|world| world.partitions[self.partition].routed.get(at).map(|it| it.appended_ms))
    }

    fn state_ends(&self) -> Result<(i64, i64), LaneError> {
        self.ask(|world| (0, world.partitions[self.partition].records.len() as i64))
    }

    fn read_state(&self, from: i64, each: EachState<'_>) -> Result<(), ReadError> {
        let world = &mut *self.world.borrow_mut();
        // Broken off anywhere.
        let breaks_off = match world.fate(self.process) {
            Fate::Done => u64::MAX,
            _ => world.chance.below(50),
        };
        for (read, (offset, record)) in (0..).zip(world.visible(self.partition, "sim.state")) {
            if read == breaks_off {
                return Err(ReadError::Kafka(silent()));
            }
            if offset >= from && !each(offset, &record.key, record.value.as_deref()) {
                return Err(ReadError::Stopped);
            }
        }
        if breaks_off == u64::MAX { Ok(()) } else { Err(ReadError::Kafka(silent())) }
    }

    fn seek(&self, offset: i64) -> bool {
        if self.feed.hold() != Hold::Held {
            return false;
        }
        self.world.borrow_mut().positions.insert((self.process, self.partition), offset);
        self.feed.sought();
        true
    }

    fn append(&self, records: &[Own]) -> Result<(), LaneError> {
        let world = &mut *self.world.borrow_mut();
        let fate = world.fate(self.process);
        if matches!(fate, Fate::Done | Fate::Unheard { applied: true }) {
            records.iter().for_each(|record| world.put_own(self.partition, record));
        }
        if fate == Fate::Done { Ok(()) } else { Err(no_answer()) }
    }
}
