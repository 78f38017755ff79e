//! Lanes on a simulated broker: processes die, sleep and are thrown out, requests are lost or come
//! late, partitions move; what is committed is the plain fold of the log, once.
//!
//! A run is a function of its seed. `WRITETHRU_LANE_SEEDS=10000 cargo test --release --test it
//! simulation::lanes` is the long form.

mod oracle;
mod port;
mod world;

use std::cell::RefCell;
use std::num::NonZeroU32;
use std::rc::Rc;
use std::sync::Arc;

use writethru::engine::{Ahead, Engine, Fold as _, Lines};
use writethru::formats;
use writethru::log::{Entry, LogError};
use writethru::logs::kafka::feed::{Feed, Hold};
use writethru::logs::kafka::lane_log::{LaneLog, Terms};
use writethru::logs::kafka::topics::Topics;
use writethru::telemetry::Telemetry;
use writethru_core::article::Time;
use writethru_core::policy::Policy;

use self::port::SimPort;
use self::world::World;
use super::silence_expected_panics;
use super::toy::{Toy, ToyReader};

const SEED: &str = "WRITETHRU_LANE_SEED";
const SEEDS: &str = "WRITETHRU_LANE_SEEDS";
const PROCESSES: usize = 3;
const SOURCES: i32 = 2;

type Lane = Engine<Toy, LaneLog<SimPort>>;

/// A partition as one process has it.
struct Held {
    process: usize,
    partition: usize,
    feed: Arc<Feed>,
    lane: Option<Lane>,
}

struct Run {
    world: Rc<RefCell<World>>,
    terms: Terms,
    held: Vec<Held>,
    /// Held by a process that the group has given up, or that did not finish in time.
    stragglers: Vec<Held>,
    /// What comes in, by source partition; and how far route has sent and committed.
    articles: Vec<Vec<String>>,
    sent: Vec<(usize, usize)>,
    policy: Arc<Policy>,
}

fn articles(world: &mut World) -> Vec<Vec<String>> {
    let chance = &mut world.chance;
    let mut line = |at: u64| {
        let headline = match chance.below(16) {
            0 => "boom",
            1 => "unreadable",
            2 => "picture",
            3 => return format!("garbage-{at}"),
            _ => "news",
        };
        format!("{at} wire:{} {headline}", chance.below(5))
    };
    (0..SOURCES).map(|_| (0..25).map(&mut line).collect()).collect()
}

impl Run {
    fn new(seed: u64) -> Self {
        let partitions = 1 + (seed % 2) as usize;
        let mut world = World::new(seed, partitions, PROCESSES);
        let articles = articles(&mut world);
        let terms = Terms {
            topics: Topics::of("sim"),
            partitions: NonZeroU32::new(partitions as u32).unwrap(),
            batch_records_max: 1 + world.chance.below(6) as usize,
            telemetry: Telemetry::default(),
            snapshots: None,
        };
        let sent = vec![(0, 0); articles.len()];
        let world = Rc::new(RefCell::new(world));
        let policy = Arc::new(Policy::default());
        let mut run =
            Self { world, terms, held: Vec::new(), stragglers: Vec::new(), articles, sent, policy };
        (0..partitions).for_each(|partition| run.assign(partition, 0));
        run
    }

    fn below(&self, limit: u64) -> u64 {
        self.world.borrow_mut().chance.below(limit)
    }

    fn live(&mut self) {
        for _ in 0..150 {
            let minutes = self.below(8) as i64;
            self.world.borrow_mut().now_ms += 60_000 * minutes;
            match self.below(100) {
                0..25 => self.route(),
                25..50 => self.poll(),
                50..80 => self.step(),
                80..86 => self.rebalance(),
                86..89 => self.fall_asleep(),
                89..93 => self.wake_up(),
                93..96 => self.die_soon(),
                96..97 => self.disturb(),
                _ => self.broker_acts(),
            }
            self.bury_the_dead();
        }
    }

    /// Route sends on, or again from where it last committed; in order, without gaps.
    fn route(&mut self) {
        let source = self.below(self.articles.len() as u64) as usize;
        let (sent, committed) = &mut self.sent[source];
        let mut world = self.world.borrow_mut();
        match world.chance.below(6) {
            0 => *sent = *committed,
            1 => *committed = *sent,
            _ => {
                let lines = &self.articles[source];
                for _ in 0..1 + world.chance.below(4) {
                    let Some(line) = lines.get(*sent) else { return };
                    let partition = *sent % world.partitions.len();
                    world.route(partition, source as i32, *sent as i64, line);
                    *sent += 1;
                }
            }
        }
    }

    /// The polling thread of one process brings what there is.
    fn poll(&mut self) {
        let count = (self.held.len() + self.stragglers.len()) as u64;
        let which = self.below(count) as usize;
        if let Some(held) = self.held.iter().chain(&self.stragglers).nth(which) {
            bring(&mut self.world.borrow_mut(), held, false);
        }
    }

    /// One lane does what its thread does: is taken over, or folds and commits.
    fn step(&mut self) {
        let count = (self.held.len() + self.stragglers.len()) as u64;
        let which = self.below(count) as usize;
        let (world, terms, policy) = (&self.world, &self.terms, &self.policy);
        if let Some(held) = self.held.iter_mut().chain(&mut self.stragglers).nth(which) {
            turn(world, terms, policy, held);
        }
    }

    fn assign(&mut self, partition: usize, process: usize) {
        let mut world = self.world.borrow_mut();
        world.partitions[partition].owner = process;
        world.positions.remove(&(process, partition));
        let feed = Arc::new(Feed::default());
        self.held.push(Held { process, partition, feed, lane: None });
    }

    /// Everybody who listens takes part in the new generation.
    fn next_generation(&mut self) {
        let mut world = self.world.borrow_mut();
        world.generation += 1;
        let generation = world.generation;
        for process in 0..PROCESSES {
            let sleeps = self
                .stragglers
                .iter()
                .any(|it| it.process == process && it.feed.hold() == Hold::Held);
            if !sleeps {
                world.processes[process].generation = generation;
            }
        }
    }

    /// A partition moves in good order; or its lane does not finish in time.
    fn rebalance(&mut self) {
        let partition = self.below(self.terms.partitions.get().into()) as usize;
        let finishes = self.below(4) > 0;
        self.take_away(partition, |run, mut held| {
            held.feed.let_go(Hold::LettingGo);
            if finishes {
                if let Some(lane) = &mut held.lane {
                    lane.settle().ok();
                }
                held.feed.let_go(Hold::Gone);
            } else {
                held.feed.let_go(Hold::Gone);
                run.stragglers.push(held);
            }
        });
    }

    /// A process stands still; the group gives it up, and it does not know.
    fn fall_asleep(&mut self) {
        let process = self.below(PROCESSES as u64) as usize;
        for partition in 0..self.terms.partitions.get() as usize {
            if self.world.borrow().partitions[partition].owner == process {
                self.take_away(partition, |run, held| run.stragglers.push(held));
            }
        }
    }

    /// It hears that it lost its partitions.
    fn wake_up(&mut self) {
        for held in self.stragglers.drain(..) {
            held.feed.let_go(Hold::Gone);
        }
        self.next_generation();
    }

    fn die_soon(&mut self) {
        let process = self.below(PROCESSES as u64) as usize;
        let calls = self.below(40);
        self.world.borrow_mut().processes[process].dies_in = Some(calls);
    }

    fn disturb(&mut self) {
        self.held.iter().for_each(|held| held.feed.disturb());
    }

    /// A late request arrives, or an open transaction is given up.
    fn broker_acts(&mut self) {
        let mut world = self.world.borrow_mut();
        for partition in 0..world.partitions.len() {
            if world.chance.below(2) == 0 {
                for number in std::mem::take(&mut world.partitions[partition].strays) {
                    world.unknown_commits += u64::from(world.commit(partition, number));
                }
            } else {
                world.time_out(partition);
            }
        }
    }

    /// What a dead process held is left as it is, and another takes its partitions.
    fn bury_the_dead(&mut self) {
        for process in 0..PROCESSES {
            if self.world.borrow().processes[process].is_alive {
                continue;
            }
            self.stragglers.retain(|held| held.process != process);
            for partition in 0..self.terms.partitions.get() as usize {
                if self.world.borrow().partitions[partition].owner == process {
                    self.take_away(partition, |_, held| drop(held));
                }
            }
            // Started again.
            let mut world = self.world.borrow_mut();
            let generation = world.generation;
            let process = &mut world.processes[process];
            (process.is_alive, process.dies_in, process.generation) = (true, None, generation);
        }
    }

    fn take_away(&mut self, partition: usize, how: impl FnOnce(&mut Self, Held)) {
        let at = self.held.iter().position(|held| held.partition == partition).unwrap();
        let held = self.held.swap_remove(at);
        let old = held.process;
        how(self, held);
        self.next_generation();
        let next = (old + 1 + self.below(PROCESSES as u64 - 1) as usize) % PROCESSES;
        // One who sleeps with it would be given it anew only after waking up.
        let sleeps =
            self.stragglers.iter().any(|it| it.process == next && it.partition == partition);
        let next = if sleeps { (next + 1) % PROCESSES } else { next };
        self.stragglers.retain(|it| it.process != next || it.partition != partition);
        self.assign(partition, next);
    }

    /// All goes well from here on, until everything is committed.
    fn heal(&mut self) {
        {
            let mut world = self.world.borrow_mut();
            world.faults = 0;
            world.processes.iter_mut().for_each(|process| process.dies_in = None);
        }
        self.wake_up();
        self.broker_acts();
        for (source, lines) in self.articles.iter().enumerate() {
            let mut world = self.world.borrow_mut();
            for (offset, line) in lines.iter().enumerate().skip(self.sent[source].0) {
                let partition = offset % world.partitions.len();
                world.route(partition, source as i32, offset as i64, line);
            }
        }
        for _ in 0..400 {
            for held in &mut self.held {
                turn(&self.world, &self.terms, &self.policy, held);
                bring(&mut self.world.borrow_mut(), held, true);
            }
            if self.is_done() {
                return;
            }
        }
        panic!("it never comes to an end");
    }

    fn is_done(&self) -> bool {
        let world = self.world.borrow();
        world.partitions.iter().all(|it| it.committed == Some(it.routed.len() as i64))
    }
}

/// Puts what the position has before a lane.
fn bring(world: &mut World, held: &Held, all: bool) {
    let key = (held.process, held.partition);
    let Some(position) = world.positions.get(&key).copied() else { return };
    let most = if all { 8 } else { world.chance.below(8) as usize };
    let from = position as usize;
    let routed = &world.partitions[held.partition].routed;
    let records: Vec<_> = routed.iter().skip(from).take(most).cloned().collect();
    world.positions.insert(key, position + records.len() as i64);
    held.feed.push(records);
}

fn turn(world: &Rc<RefCell<World>>, terms: &Terms, policy: &Arc<Policy>, held: &mut Held) {
    let Some(lane) = &mut held.lane else {
        if held.feed.hold() == Hold::Held {
            held.lane = open(world, terms, policy, held);
        }
        return;
    };
    let now = Time(world.borrow().now_ms);
    let mut done = lane.settle();
    if let Some((desk, due)) = lane.fold().next_due()
        && done.is_ok()
        && held.feed.is_empty()
        && due <= now
    {
        done = lane.accept(vec![Entry::Tick { desk, due }]);
    }
    match done {
        Ok(()) if held.feed.hold() == Hold::Held => {}
        Ok(()) | Err(LogError::Lost) => held.lane = None,
        Err(error) => panic!("a lane cannot go on: {error}"),
    }
}

fn open(
    world: &Rc<RefCell<World>>,
    terms: &Terms,
    policy: &Arc<Policy>,
    held: &Held,
) -> Option<Lane> {
    let port = SimPort::take_over(world, held.process, held.partition, &held.feed)?;
    let partition = held.partition as i32;
    let log = LaneLog::new(port, terms.clone(), partition, Arc::clone(&held.feed));
    let lines = Lines { changes: Some(formats::changes::line), ..Lines::default() };
    let ahead = Ahead::alone(Arc::new(ToyReader));
    match Engine::open(log, Arc::clone(policy), lines, ahead, Time::EPOCH, None) {
        Ok(lane) => Some(lane),
        Err(LogError::Lost) => None,
        Err(error) => panic!("a lane cannot be taken over: {error}"),
    }
}

fn one(seed: u64) -> (u64, u64) {
    let mut run = Run::new(seed);
    run.live();
    run.heal();
    oracle::check(&run.world.borrow());
    let world = run.world.borrow();
    (world.commits, world.unknown_commits)
}

#[test]
fn whatever_happens_the_committed_output_is_the_fold_of_the_log() {
    silence_expected_panics();
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().expect("a number"));
    let seeds = match number(SEED) {
        Some(seed) => seed..seed + 1,
        None => 0..number(SEEDS).unwrap_or(400),
    };
    let (mut commits, mut unknown) = (0, 0);
    for seed in seeds.clone() {
        let done = std::panic::catch_unwind(|| one(seed));
        let Ok((more, of_them)) = done else {
            panic!("rerun with {SEED}={seed} cargo test --test it simulation::lanes");
        };
        commits += more;
        unknown += of_them;
    }
    println!("{} seeds: {commits} commits, {unknown} of them unknown to their lane", seeds.count());
    assert!(commits > 0);
}
