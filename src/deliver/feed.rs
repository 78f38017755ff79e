//! Where a courier's records come from: a file that grows, a topic, or the desk next door.

/// Where a record stands, so that a courier can go on behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before this byte of a file.
    Byte(u64),
    /// Before this offset of a partition.
    Offset {
        /// Which.
        partition: i32,
        /// Of the next record.
        next: i64,
    },
    /// Nowhere: whoever gives it gives it again after a restart.
    Nowhere,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Its key, where records have one: a story's id.
    pub key: String,
    /// What it says; `None` where what had this key is gone.
    pub line: Option<Vec<u8>>,
    /// Where the next one stands.
    pub next: Place,
}

/// Gives records in order.
pub trait Feed: Send {
    /// The next record, or `None` where there is nothing yet; may wait a moment.
    ///
    /// # Errors
    /// Why nothing can be read just now.
    fn take(&mut self) -> Result<Option<Parcel>, String>;
}
