//! The rows as of the last commit, in memory: what a step that panicked is taken back to.

use std::collections::BTreeMap;

use writethru_core::lane::LaneRow;

use super::disk::RowKey;
use crate::log::{LogError, Rows};

/// Rows by key.
#[derive(Debug, Default)]
pub struct Kept(BTreeMap<RowKey, Vec<u8>>);

impl Kept {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Takes up what a commit changed.
    pub fn put(&mut self, row: LaneRow) {
        let (key, value) = RowKey::split(row);
        match value {
            Some(value) => self.0.insert(key, value),
            None => self.0.remove(&key),
        };
    }

    /// Gives all of them back.
    ///
    /// # Errors
    /// A row that cannot be read, though it was written by this very run.
    pub fn reload(&self, rows: &mut dyn Rows) -> Result<(), LogError> {
        rows.clear();
        for (key, value) in &self.0 {
            let row = key.clone().join(Some(value.clone()));
            rows.load(&row).map_err(|error| {
                LogError::Broken(format!("a row of this very run cannot be read: {error:?}").into())
            })?;
        }
        rows.settle();
        Ok(())
    }
}
