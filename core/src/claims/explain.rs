//! Why this level: origins by weight, what each is worth, and what would raise it.
/// Why this level.
pub struct Explanation;
