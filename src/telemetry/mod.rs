//! What the program says of itself: messages, figures, and whether it is well.
//!
//! Nothing here decides anything: with all of it taken out, the same bytes are published.

#[cfg(test)]
mod deployed;
pub mod health;
pub mod messages;
pub mod metrics;

use std::sync::Arc;

pub use self::health::Health;
pub use self::messages::{failed, refused, start};
pub use self::metrics::Metrics;

/// The figures and the health of one process, handed to whoever fills or shows them.
#[derive(Clone, Debug, Default)]
pub struct Telemetry {
    /// Figures, as Prometheus reads them.
    pub metrics: Arc<Metrics>,
    /// Whether it lives and is ready.
    pub health: Health,
}
