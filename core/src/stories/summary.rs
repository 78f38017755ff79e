//! How a story is told: its headline, its slug, its summary.
