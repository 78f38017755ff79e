//! The world around the desk: what comes in, what is kept, what goes out.
pub mod log;
pub mod logs;
