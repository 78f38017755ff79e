//! A real server on a free port, and a real client.

mod access;
mod alerts;
mod decisions;
mod described;
mod feeds;
mod hub;
mod kills;
mod page;
mod polled;
mod routes;
mod server;
mod streams;
