//! What the room costs for one article, measured by hand in release:
//! `cargo test --release -p writethru-core claims::bench -- --nocapture --include-ignored`.
