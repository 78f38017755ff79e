//! Rows by key, with a dirty set and a digest: all that a desk remembers.
//!
//! The digest is a sum over rows, so it depends on what the table holds and never on how it came
//! to hold it. It is current once the dirty rows are drained.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeBounds;

use serde::Serialize;
use serde::de::DeserializeOwned;
use xxhash_rust::xxh3::xxh3_128;

/// One upsert or, without a value, one deletion; how state leaves and enters memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Row {
    /// Which table.
    pub table: u8,
    /// The encoded key.
    pub key: Vec<u8>,
    /// The encoded row, `None` where it was removed.
    pub value: Option<Vec<u8>>,
}

/// Why a stored row cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowError {
    /// No table has this number.
    UnknownTable(u8),
    /// The bytes are not a row of this table.
    Unreadable(u8),
}

#[derive(Clone, Debug)]
struct Held<V> {
    row: V,
    hash: u128,
    bytes: u32,
}

/// A sorted table of one desk.
#[derive(Clone, Debug)]
pub struct Table<K, V> {
    id: u8,
    /// Boxed, so that a row that comes in moves no other.
    rows: BTreeMap<K, Box<Held<V>>>,
    dirty: BTreeSet<K>,
    digest: u128,
    bytes: u64,
}

impl<K, V> Table<K, V>
where
    K: Ord + Clone + Serialize + DeserializeOwned,
    V: Serialize + DeserializeOwned,
{
    /// An empty table with the number that its rows carry.
    #[must_use]
    pub const fn new(id: u8) -> Self {
        Self { id, rows: BTreeMap::new(), dirty: BTreeSet::new(), digest: 0, bytes: 0 }
    }

    /// The row of a key.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        self.rows.get(key).map(|held| &held.row)
    }

    /// Whether there is a row.
    #[must_use]
    pub fn contains(&self, key: &K) -> bool {
        self.rows.contains_key(key)
    }

    /// The row of a key, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let held = self.rows.get_mut(key)?;
        if !self.dirty.contains(key) {
            self.dirty.insert(key.clone());
        }
        Some(&mut held.row)
    }

    /// Puts a row in place of what was there.
    pub fn insert(&mut self, key: K, row: V) {
        let held = Box::new(Held { row, hash: 0, bytes: 0 });
        if let Some(old) = self.rows.insert(key.clone(), held) {
            self.forget(&old);
        }
        self.dirty.insert(key);
    }

    /// Takes a row out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let held = self.rows.remove(key)?;
        self.forget(&held);
        self.dirty.insert(key.clone());
        Some(held.row)
    }

    /// All rows in the order of their keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.rows.iter().map(|(key, held)| (key, &held.row))
    }

    /// The rows of a range of keys, in order.
    pub fn range<R: RangeBounds<K>>(&self, range: R) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.rows.range(range).map(|(key, held)| (key, &held.row))
    }

    /// The row with the smallest key.
    #[must_use]
    pub fn first(&self) -> Option<(&K, &V)> {
        self.rows.first_key_value().map(|(key, held)| (key, &held.row))
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Hands out every row that changed since the last drain and brings the digest up to date.
    pub fn drain(&mut self, sink: &mut dyn FnMut(Row)) {
        for key in std::mem::take(&mut self.dirty) {
            let encoded = encode(&key);
            let value = self.rows.get_mut(&key).map(|held| {
                let value = encode(&held.row);
                let hash = row_hash(self.id, &encoded, &value);
                let bytes = weight(&encoded, &value);
                self.digest = self.digest.wrapping_sub(held.hash).wrapping_add(hash);
                self.bytes = self.bytes - u64::from(held.bytes) + u64::from(bytes);
                (held.hash, held.bytes) = (hash, bytes);
                value
            });
            sink(Row { table: self.id, key: encoded, value });
        }
    }

    /// Takes up one stored row; it is not dirty afterwards.
    ///
    /// # Errors
    /// [`RowError::Unreadable`] where the bytes are not a row of this table.
    pub fn load(&mut self, row: &Row) -> Result<(), RowError> {
        let unreadable = || RowError::Unreadable(self.id);
        let key: K = postcard::from_bytes(&row.key).map_err(|_| unreadable())?;
        let old = match &row.value {
            Some(value) => {
                let hash = row_hash(self.id, &row.key, value);
                let decoded = postcard::from_bytes(value).map_err(|_| unreadable())?;
                let bytes = weight(&row.key, value);
                self.digest = self.digest.wrapping_add(hash);
                self.bytes += u64::from(bytes);
                self.rows.insert(key, Box::new(Held { row: decoded, hash, bytes }))
            }
            None => self.rows.remove(&key),
        };
        if let Some(old) = old {
            self.forget(&old);
        }
        Ok(())
    }

    const fn forget(&mut self, held: &Held<V>) {
        self.digest = self.digest.wrapping_sub(held.hash);
        self.bytes -= held.bytes as u64;
    }

    /// The sum over all rows, as of the last drain.
    #[must_use]
    pub const fn digest(&self) -> u128 {
        self.digest
    }

    /// Bytes of all rows as they are stored, as of the last drain.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }
}

fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_stdvec(value).expect("rows are plain data, which always encodes")
}

/// Bytes of one row as it is stored.
fn weight(key: &[u8], value: &[u8]) -> u32 {
    u32::try_from(key.len() + value.len()).unwrap_or(u32::MAX)
}

fn row_hash(table: u8, key: &[u8], value: &[u8]) -> u128 {
    let mut bytes = Vec::with_capacity(key.len() + value.len() + 5);
    bytes.push(table);
    bytes.extend_from_slice(&u32::try_from(key.len()).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend_from_slice(key);
    bytes.extend_from_slice(value);
    xxh3_128(&bytes)
}
