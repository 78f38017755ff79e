//! What the whole program promises, one room a promise.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod durability; // damage, full disks, moved files: a clear sentence, nothing lost
mod simulation; // killed at every effect of the log, checked by an oracle
