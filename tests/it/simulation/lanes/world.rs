//! A broker in memory: offsets, transactions, read-committed visibility, epochs of producers,
//! generations of a group, and requests of which nobody knows whether they were applied.

use std::collections::BTreeMap;

use writethru::logs::kafka::feed::Fetched;
use writethru::logs::kafka::port::{Outgoing, Own};
use writethru::logs::kafka::wire::{Origin, article_headers};

use crate::simulation::chance::Chance;

/// What stands in the log, as the oracle knows it.
#[derive(Clone, Debug)]
pub enum Logged {
    /// From this source partition, at this offset.
    Article { source: i32, offset: i64, line: String },
    /// A timer of the desk.
    Tick { due: i64 },
    /// Other settings.
    Epoch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Open,
    Committed,
    Aborted,
}

#[derive(Debug)]
pub struct Transaction {
    pub epoch: u64,
    pub status: Status,
    pub offset: Option<i64>,
}

#[derive(Debug, Default)]
pub struct Partition {
    /// The lane's input.
    pub routed: Vec<Fetched>,
    pub logged: Vec<Logged>,
    /// All that was sent in transactions, with the transaction's number.
    pub records: Vec<(Outgoing, usize)>,
    pub transactions: Vec<Transaction>,
    /// The newest producer under the lane's id.
    pub epoch: u64,
    /// The group's offset.
    pub committed: Option<i64>,
    /// Requests to commit that are still on their way.
    pub strays: Vec<usize>,
    /// Whose it is, by the group.
    pub owner: usize,
}

#[derive(Debug)]
pub struct Process {
    pub is_alive: bool,
    /// The generation that it takes part in, as far as it knows.
    pub generation: u64,
    /// Ends after so many more calls.
    pub dies_in: Option<u64>,
}

pub struct World {
    pub chance: Chance,
    pub now_ms: i64,
    pub generation: u64,
    /// Without: as where a member that was thrown out names no generation at all.
    pub fences_generations: bool,
    /// Calls in a thousand that go wrong.
    pub faults: u64,
    pub partitions: Vec<Partition>,
    pub processes: Vec<Process>,
    /// What each member reads next, by member and partition.
    pub positions: BTreeMap<(usize, usize), i64>,
    /// Commits that became visible, of transactions that were given up for unknown among them.
    pub commits: u64,
    pub unknown_commits: u64,
}

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is applied, and the caller knows.
    Done,
    /// It is not applied, and the caller may go on after aborting.
    Refused,
    /// The caller never hears of it.
    Unheard { applied: bool },
}

impl World {
    pub fn new(seed: u64, partitions: usize, processes: usize) -> Self {
        let mut chance = Chance::new(seed);
        let process = || Process { is_alive: true, generation: 0, dies_in: None };
        Self {
            now_ms: 1_000_000,
            generation: 0,
            fences_generations: chance.below(3) > 0,
            faults: [0, 15, 60, 200][chance.below(4) as usize],
            partitions: (0..partitions).map(|_| Partition::default()).collect(),
            processes: (0..processes).map(|_| process()).collect(),
            positions: BTreeMap::new(),
            commits: 0,
            unknown_commits: 0,
            chance,
        }
    }

    /// What becomes of a call of this process; it may die in it.
    pub fn fate(&mut self, process: usize) -> Fate {
        let applied = self.chance.below(2) == 0;
        if !self.processes[process].is_alive {
            return Fate::Unheard { applied: false };
        }
        if let Some(left) = &mut self.processes[process].dies_in {
            if *left == 0 {
                self.processes[process].is_alive = false;
                return Fate::Unheard { applied };
            }
            *left -= 1;
        }
        if self.chance.below(1_000) >= self.faults {
            return Fate::Done;
        }
        match self.chance.below(2) {
            0 => Fate::Refused,
            _ => Fate::Unheard { applied },
        }
    }

    /// The same for the call that matters most: it goes wrong more often.
    pub fn fate_of_commit(&mut self, process: usize) -> Fate {
        match self.fate(process) {
            Fate::Done if self.chance.below(1_000) < self.faults * 2 => {
                Fate::Unheard { applied: self.chance.below(2) == 0 }
            }
            fate => fate,
        }
    }

    /// Takes the lane's id over: what its last owner left open is aborted.
    pub fn take_over(&mut self, partition: usize) -> u64 {
        let partition = &mut self.partitions[partition];
        partition.epoch += 1;
        for transaction in &mut partition.transactions {
            if transaction.status == Status::Open {
                transaction.status = Status::Aborted;
            }
        }
        partition.epoch
    }

    /// Commits, if its producer is still the newest and the transaction is open.
    pub fn commit(&mut self, partition: usize, number: usize) -> bool {
        let partition = &mut self.partitions[partition];
        let transaction = &mut partition.transactions[number];
        if transaction.epoch != partition.epoch || transaction.status != Status::Open {
            return false;
        }
        transaction.status = Status::Committed;
        self.commits += 1;
        if let Some(next) = transaction.offset {
            assert!(partition.committed.is_none_or(|before| before <= next), "it went back");
            partition.committed = Some(next);
        }
        true
    }

    pub fn abort(&mut self, partition: usize, number: usize) {
        let partition = &mut self.partitions[partition];
        let transaction = &mut partition.transactions[number];
        if transaction.epoch == partition.epoch && transaction.status == Status::Open {
            transaction.status = Status::Aborted;
        }
    }

    /// The broker gives up on an open transaction and fences its producer.
    pub fn time_out(&mut self, partition: usize) {
        let is_open = |it: &Transaction| it.status == Status::Open;
        if self.partitions[partition].transactions.iter().any(is_open) {
            self.take_over(partition);
        }
    }

    /// What a reader of committed records sees of a topic: nothing from the first open transaction.
    pub fn visible(&self, partition: usize, topic: &str) -> Vec<(i64, &Outgoing)> {
        let partition = &self.partitions[partition];
        let status = |number: usize| partition.transactions[number].status;
        let records = partition.records.iter().enumerate();
        records
            .take_while(|(_, (_, number))| status(*number) != Status::Open)
            .filter(|(_, (record, number))| {
                record.topic == topic && status(*number) == Status::Committed
            })
            .map(|(at, (record, _))| (at as i64, record))
            .collect()
    }

    pub fn route(&mut self, partition: usize, source: i32, offset: i64, line: &str) {
        let topic = "wires".to_owned();
        let origin = Origin { topic, partition: source, offset, came_ms: self.now_ms };
        let headers = article_headers(&origin, None);
        let logged = Logged::Article { source, offset, line: line.to_owned() };
        self.put(partition, "en", line.as_bytes(), &headers, logged);
    }

    pub fn put_own(&mut self, partition: usize, (key, value, headers): &Own) {
        let header = |name| headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value);
        let logged = match header("kind").map(String::as_str) {
            Some("tick") => Logged::Tick { due: header("due.ms").unwrap().parse().unwrap() },
            _ => Logged::Epoch,
        };
        self.put(partition, key, value, headers, logged);
    }

    fn put(
        &mut self,
        partition: usize,
        key: &str,
        value: &[u8],
        headers: &[(&'static str, String)],
        logged: Logged,
    ) {
        self.now_ms += 1;
        let partition = &mut self.partitions[partition];
        let owned = |(key, value): &(&str, String)| ((*key).to_owned(), value.clone().into_bytes());
        partition.routed.push(Fetched {
            offset: partition.routed.len() as i64,
            appended_ms: self.now_ms,
            key: key.as_bytes().to_vec(),
            value: value.to_vec(),
            headers: headers.iter().map(owned).collect(),
        });
        partition.logged.push(logged);
    }
}
