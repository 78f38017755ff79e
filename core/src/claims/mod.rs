//! What is said, by whom, and how sure one may be.
//!
//! The room owns its rows ([`rows`]); a slot's level is computed anew from its whole, capped
//! evidence and never carried forward, so it is a function of the set of evidence.

pub mod rows;

pub use rows::{
    ClaimRow, Confidence, Dispute, EvidenceKey, EvidenceRow, Level, Likelihood, Standing, Status,
};
