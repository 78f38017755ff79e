//! A real server on a free port, and a real client.

mod access;
mod decisions;
mod feeds;
mod kills;
mod page;
mod routes;
mod server;
mod streams;
