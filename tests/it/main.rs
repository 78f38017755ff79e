//! What the whole program promises, one room a promise.

mod durability; // damage, full disks, moved files: a clear sentence, nothing lost
mod simulation; // killed at every effect of the log, checked by an oracle
