//! What the whole program promises, one room a promise.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod alerts; // what a desk is told at once, and taken back; rules that are refused
mod cli; // help, exit codes, one sentence for a mistake; what the demo tells
mod decisions; // a human's word among the inputs, through the whole program
mod durability; // damage, full disks, moved files: a clear sentence, nothing lost
mod golden; // a folder of articles in, a readable list of changes beside it
mod kafka; // a real broker, killed and stopped: the output is the fold of the log
mod kill; // what was withdrawn is in no output any more
mod schemas; // the committed schemas are current, and all that is written validates
mod seed; // one article with every kind of chain, a report, its rewrites, a denial
mod simulation; // killed at every effect of the log, checked by an oracle
mod stream; // the streams that the others use
mod tidy; // layers, openings, purity, settings, sources, commands
