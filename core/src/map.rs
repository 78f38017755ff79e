//! A hash map that cannot be iterated: fast look-ups whose order can never leak into output.
//!
//! Equal maps iterate differently after a rebuild, so there is no way to iterate this one.

use std::hash::{BuildHasher, Hash, Hasher};

/// Keys to values, by hash with a fixed seed.
#[derive(Clone, Debug)]
pub struct Map<K, V>(hashbrown::HashMap<K, V, Fixed>);

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self(hashbrown::HashMap::with_hasher(Fixed))
    }
}

impl<K: Eq + Hash, V> Map<K, V> {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        self.0.get(key)
    }

    /// The value of a key, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.0.get_mut(key)
    }

    /// The value of a key, made where there is none.
    pub fn entry(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.0.entry(key).or_default()
    }

    /// Puts a value; gives back what was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.0.insert(key, value)
    }

    /// Takes a value out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.0.remove(key)
    }

    /// Whether there is a value.
    #[must_use]
    pub fn contains(&self, key: &K) -> bool {
        self.0.contains_key(key)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Fixed;

impl BuildHasher for Fixed {
    type Hasher = Folded;

    fn build_hasher(&self) -> Folded {
        Folded(0x9e37_79b9_7f4a_7c15)
    }
}

/// A multiply-and-fold hasher; keys here are hashes and digests already.
struct Folded(u64);

impl Folded {
    fn fold(&mut self, word: u64) {
        let mixed = u128::from(self.0 ^ word) * u128::from(0xa076_1d64_78bd_642f_u64);
        let bytes = mixed.to_le_bytes();
        let (low, high) = bytes.split_at(8);
        self.0 = word_of(low) ^ word_of(high);
    }
}

fn word_of(bytes: &[u8]) -> u64 {
    let mut word = [0; 8];
    for (to, from) in word.iter_mut().zip(bytes) {
        *to = *from;
    }
    u64::from_le_bytes(word)
}

impl Hasher for Folded {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            self.fold(word_of(chunk));
        }
    }

    fn write_u32(&mut self, word: u32) {
        self.fold(u64::from(word));
    }

    fn write_u64(&mut self, word: u64) {
        self.fold(word);
    }

    fn write_usize(&mut self, word: usize) {
        self.fold(word as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::Map;

    #[test]
    fn a_value_is_found_changed_and_taken() {
        let mut map: Map<u32, Vec<u8>> = Map::default();
        map.entry(7).push(1);
        map.entry(7).push(2);
        map.insert(8, vec![]);
        assert_eq!(map.get(&7), Some(&vec![1, 2]));
        assert_eq!(map.remove(&8), Some(vec![]));
        assert_eq!(map.len(), 1);
        assert!(!map.contains(&8));
    }
}
