//! What a person can ask for, one file each.

pub mod annotate;
pub mod asof;
pub mod demo;
pub mod dlq;
pub mod doctor;
pub mod eval;
pub mod explain;
pub mod pipe;
pub mod replay;
pub mod run;
pub mod schemas;
pub mod settings;

mod fold;
mod line;
mod print;
mod words;
