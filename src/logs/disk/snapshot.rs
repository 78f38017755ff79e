//! Snapshots: all rows as of one batch, sorted, so that a start need not fold the whole log.
//!
//! A new one is the last one with the rows changed since laid over it, read and written in one
//! pass; memory holds the changed rows only. A snapshot takes its name when it is complete and
//! synced, and the two newest are kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use writethru_core::lane::LaneRow;
use writethru_core::table::Row;

use super::{DiskError, FORMAT, Storage};
use crate::log::Marker;

const PREFIX: &str = "snapshot-";
const MAGIC: [u8; 8] = *b"WTSNAP\r\n";
/// Magic, format, length of the head, checksum of the head.
const PREAMBLE: usize = 20;
/// Length unpacked, length packed, checksum of what is packed.
const BLOCK_HEADER: usize = 12;
/// Size from which a block is closed.
const BLOCK_BYTES: usize = 128 << 10;
/// The longest block or head that is believed.
const BLOCK_BYTES_MAX: u32 = 256 << 20;
/// How many are kept.
const KEPT: usize = 2;

/// What a snapshot says of itself.
pub trait Heading: Clone + Serialize + DeserializeOwned {
    /// A newer one has more.
    fn at(&self) -> u64;
}

/// What one of the write-ahead log says of itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Head {
    /// The first batch that is not in it.
    pub batch: u64,
    /// The digest of all rows.
    pub digest: u128,
    /// Bytes handed to a reader who cannot be asked what arrived.
    pub shown: u64,
    /// Where folding stood.
    pub marker: Marker,
}

impl Heading for Head {
    fn at(&self) -> u64 {
        self.batch
    }
}

/// The key of a row among all rows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowKey {
    desk: String,
    table: u8,
    key: Vec<u8>,
}

impl RowKey {
    /// Splits a row; answers its key and its value.
    #[must_use]
    pub fn split(row: LaneRow) -> (Self, Option<Vec<u8>>) {
        (Self { desk: row.desk, table: row.row.table, key: row.row.key }, row.row.value)
    }

    /// Joins what was split.
    #[must_use]
    pub fn join(self, value: Option<Vec<u8>>) -> LaneRow {
        LaneRow { desk: self.desk, row: Row { table: self.table, key: self.key, value } }
    }
}

/// Rows that changed since the last snapshot, in order; without a value where a row was removed.
pub type Changed<'a> = BTreeMap<&'a RowKey, Option<&'a [u8]>>;

/// A row as it stands in a block.
#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    desk: &'a str,
    table: u8,
    #[serde(with = "serde_bytes")]
    key: &'a [u8],
    #[serde(with = "serde_bytes")]
    value: &'a [u8],
}

struct Kept<H> {
    path: PathBuf,
    head: H,
    bytes: u64,
}

/// The snapshots of one directory, oldest first.
pub struct Snapshots<H> {
    dir: PathBuf,
    kept: Vec<Kept<H>>,
}

impl<H: Heading> Snapshots<H> {
    /// Reads the heads of all snapshots; unreadable ones are left out, with a warning.
    pub fn find(storage: &impl Storage, dir: &Path) -> Result<Self, DiskError> {
        let names = storage.list(dir).map_err(|e| DiskError::doing("list", dir, e))?;
        let mut kept = Vec::new();
        for name in names {
            if name.strip_prefix(PREFIX).and_then(|n| n.parse::<u64>().ok()).is_none() {
                continue;
            }
            let path = dir.join(name);
            match read_head::<H>(storage, &path) {
                Ok((head, _)) => {
                    let bytes = length(storage, &path)?;
                    kept.push(Kept { path, head, bytes });
                }
                Err(newer @ DiskError::Newer { .. }) => return Err(newer),
                Err(error) => tracing::warn!(%error, "snapshot is broken; left out"),
            }
        }
        kept.sort_by_key(|snapshot| snapshot.head.at());
        Ok(Self { dir: dir.to_owned(), kept })
    }

    /// Of a directory that has none.
    pub fn none(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), kept: Vec::new() }
    }

    /// The newest that was not rejected.
    pub fn newest(&self) -> Option<&H> {
        self.kept.last().map(|kept| &kept.head)
    }

    /// Size of the newest.
    pub fn newest_bytes(&self) -> u64 {
        self.kept.last().map_or(0, |kept| kept.bytes)
    }

    /// The first batch that the oldest kept one needs; 0 until there are two.
    pub fn oldest_batch(&self) -> u64 {
        let enough = self.kept.len() >= KEPT;
        self.kept.first().filter(|_| enough).map_or(0, |kept| kept.head.at())
    }

    /// Leaves out the newest from now on.
    pub fn reject(&mut self) {
        self.kept.pop();
    }

    /// Gives the rows of the newest with the changed ones laid over them, in order of their keys.
    pub fn rows(
        &self,
        storage: &impl Storage,
        changed: &Changed<'_>,
        each: &mut dyn FnMut(LaneRow) -> Result<(), String>,
    ) -> Result<(), DiskError> {
        let mut changed = changed.iter().peekable();
        if let Some(base) = self.kept.last() {
            let wrong = |detail| DiskError::Snapshot { path: base.path.clone(), detail };
            read_rows::<H>(storage, &base.path, &mut |row| {
                let (key, value) = RowKey::split(row);
                while let Some((before, value)) = changed.next_if(|(other, _)| ***other < key) {
                    give(before, *value, each)?;
                }
                match changed.next_if(|(other, _)| ***other == key) {
                    Some((key, value)) => give(key, *value, each),
                    None => each(key.join(value)),
                }
            })?
            .map_err(wrong)?;
        }
        for (key, value) in changed {
            give(key, *value, each)
                .map_err(|detail| DiskError::Snapshot { path: self.dir.clone(), detail })?;
        }
        Ok(())
    }

    /// Writes a new snapshot; only when it is complete are older ones removed.
    pub fn write(
        &mut self,
        storage: &impl Storage,
        head: H,
        changed: &Changed<'_>,
    ) -> Result<(), DiskError> {
        let path = self.dir.join(format!("{PREFIX}{:020}", head.at()));
        let draft = self.dir.join("snapshot.tmp");
        if storage.length(&draft).map_err(|e| DiskError::doing("look at", &draft, e))?.is_some() {
            storage.remove(&draft).map_err(|e| DiskError::doing("remove", &draft, e))?;
        }
        let bytes = self.draft(storage, &draft, &head, changed)?;
        storage.sync(&draft).map_err(|e| DiskError::doing("sync", &draft, e))?;
        storage.rename(&draft, &path).map_err(|e| DiskError::doing("rename", &draft, e))?;
        storage.sync_dir(&self.dir).map_err(|e| DiskError::doing("sync", &self.dir, e))?;
        self.kept.retain(|kept| kept.path != path);
        self.kept.push(Kept { path, head, bytes });
        self.remove_old(storage)
    }

    fn draft(
        &self,
        storage: &impl Storage,
        draft: &Path,
        head: &H,
        changed: &Changed<'_>,
    ) -> Result<u64, DiskError> {
        // Reading the last one and writing the new one alternate by block, so memory stays at a few.
        let mut packed = head_bytes(head);
        let mut block = Vec::with_capacity(BLOCK_BYTES * 2);
        let mut count = 0_u64;
        let mut written = 0_u64;
        let mut failed = None;
        let mut put = |bytes: &mut Vec<u8>| {
            written += bytes.len() as u64;
            let done = storage.append(draft, bytes);
            bytes.clear();
            done.map_err(|e| DiskError::doing("write", draft, e))
        };
        put(&mut packed)?;
        self.rows(storage, changed, &mut |row| {
            count += 1;
            push_row(&mut block, &row);
            if block.len() >= BLOCK_BYTES {
                push_block(&mut packed, &block);
                block.clear();
                put(&mut packed).map_err(|error| {
                    failed = Some(error);
                    String::new()
                })?;
            }
            Ok(())
        })
        .map_err(|error| failed.take().unwrap_or(error))?;
        if !block.is_empty() {
            push_block(&mut packed, &block);
        }
        push_end(&mut packed, count);
        put(&mut packed)?;
        Ok(written)
    }

    fn remove_old(&mut self, storage: &impl Storage) -> Result<(), DiskError> {
        let old = self.kept.len().saturating_sub(KEPT);
        self.kept.drain(..old);
        let names = storage.list(&self.dir).map_err(|e| DiskError::doing("list", &self.dir, e))?;
        for name in names.into_iter().filter(|name| name.starts_with(PREFIX)) {
            let path = self.dir.join(name);
            if self.kept.iter().all(|kept| kept.path != path) {
                storage.remove(&path).map_err(|e| DiskError::doing("remove", &path, e))?;
            }
        }
        Ok(())
    }
}

fn give(
    key: &RowKey,
    value: Option<&[u8]>,
    each: &mut dyn FnMut(LaneRow) -> Result<(), String>,
) -> Result<(), String> {
    match value {
        Some(value) => each(key.clone().join(Some(value.to_vec()))),
        None => Ok(()),
    }
}

fn head_bytes(head: &impl Heading) -> Vec<u8> {
    let encoded = postcard::to_stdvec(head).expect("a head can always be encoded");
    let length = u32::try_from(encoded.len()).expect("a head is far below 4 GiB");
    let mut bytes = Vec::with_capacity(PREAMBLE + encoded.len());
    bytes.extend(MAGIC);
    bytes.extend(FORMAT.to_le_bytes());
    bytes.extend(length.to_le_bytes());
    bytes.extend(crc32c::crc32c(&encoded).to_le_bytes());
    bytes.extend(encoded);
    bytes
}

fn push_row(block: &mut Vec<u8>, row: &LaneRow) {
    let value = row.row.value.as_deref().unwrap_or_default();
    let stored = Stored { desk: &row.desk, table: row.row.table, key: &row.row.key, value };
    let filled = std::mem::take(block);
    *block = postcard::to_extend(&stored, filled).expect("a row can always be encoded");
}

fn push_block(packed: &mut Vec<u8>, block: &[u8]) {
    let squeezed = lz4_flex::block::compress(block);
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).expect("a row is far below 4 GiB");
    packed.extend(length(block).to_le_bytes());
    packed.extend(length(&squeezed).to_le_bytes());
    packed.extend(crc32c::crc32c(&squeezed).to_le_bytes());
    packed.extend(squeezed);
}

/// The end of a snapshot: a block that is empty when unpacked, and the number of rows.
fn push_end(packed: &mut Vec<u8>, count: u64) {
    let count = count.to_le_bytes();
    packed.extend(0_u32.to_le_bytes());
    packed.extend(8_u32.to_le_bytes());
    packed.extend(crc32c::crc32c(&count).to_le_bytes());
    packed.extend(count);
}

/// The head, and where the first block begins.
fn read_head<H: Heading>(storage: &impl Storage, path: &Path) -> Result<(H, u64), DiskError> {
    let wrong = |detail: &str| DiskError::Snapshot { path: path.into(), detail: detail.into() };
    let preamble = exactly(storage, path, 0, PREAMBLE as u32)?;
    if !preamble.starts_with(&MAGIC) {
        return Err(wrong("this is no snapshot"));
    }
    let found = word(&preamble, 8);
    if found > FORMAT {
        return Err(DiskError::Newer { path: path.to_owned(), found, known: FORMAT });
    }
    let length = word(&preamble, 12);
    let encoded = exactly(storage, path, PREAMBLE as u64, length)?;
    if crc32c::crc32c(&encoded) != word(&preamble, 16) {
        return Err(wrong("the checksum of its head does not match"));
    }
    let head = postcard::from_bytes(&encoded).map_err(|_| wrong("its head cannot be read"))?;
    Ok((head, PREAMBLE as u64 + u64::from(length)))
}

/// Gives all rows; the inner result is what `each` or the rows' own form complain of.
fn read_rows<H: Heading>(
    storage: &impl Storage,
    path: &Path,
    each: &mut dyn FnMut(LaneRow) -> Result<(), String>,
) -> Result<Result<(), String>, DiskError> {
    let (_, mut offset) = read_head::<H>(storage, path)?;
    let mut count = 0;
    loop {
        let header = exactly(storage, path, offset, BLOCK_HEADER as u32)?;
        let (unpacked, packed) = (word(&header, 0), word(&header, 4));
        offset += BLOCK_HEADER as u64;
        let squeezed = exactly(storage, path, offset, packed)?;
        offset += u64::from(packed);
        if crc32c::crc32c(&squeezed) != word(&header, 8) || unpacked > BLOCK_BYTES_MAX {
            return Ok(Err(format!("the block before byte {offset} is damaged")));
        }
        if unpacked == 0 {
            let whole = squeezed == u64::to_le_bytes(count);
            return Ok(whole.then_some(()).ok_or_else(|| "rows are missing".to_owned()));
        }
        match give_block(&squeezed, unpacked, each) {
            Ok(rows) => count += rows,
            Err(detail) => return Ok(Err(detail)),
        }
    }
}

fn give_block(
    squeezed: &[u8],
    unpacked: u32,
    each: &mut dyn FnMut(LaneRow) -> Result<(), String>,
) -> Result<u64, String> {
    let block = lz4_flex::block::decompress(squeezed, unpacked as usize)
        .map_err(|error| format!("a block cannot be unpacked: {error}"))?;
    let mut rest = block.as_slice();
    let mut count = 0;
    while !rest.is_empty() {
        let (stored, after): (Stored<'_>, _) = postcard::take_from_bytes(rest)
            .map_err(|error| format!("a row cannot be read: {error}"))?;
        rest = after;
        count += 1;
        each(LaneRow {
            desk: stored.desk.to_owned(),
            row: Row {
                table: stored.table,
                key: stored.key.to_owned(),
                value: Some(stored.value.to_owned()),
            },
        })?;
    }
    Ok(count)
}

/// This many bytes from an offset on; fewer are an error.
fn exactly(
    storage: &impl Storage,
    path: &Path,
    offset: u64,
    bytes: u32,
) -> Result<Vec<u8>, DiskError> {
    let wrong = |detail: String| DiskError::Snapshot { path: path.to_owned(), detail };
    if bytes > BLOCK_BYTES_MAX {
        return Err(wrong(format!("the length at byte {offset} cannot be")));
    }
    let mut buffer = vec![0; bytes as usize];
    let read =
        storage.read(path, offset, &mut buffer).map_err(|e| DiskError::doing("read", path, e))?;
    if read < buffer.len() {
        return Err(wrong(format!("it ends at byte {}", offset + read as u64)));
    }
    Ok(buffer)
}

fn length(storage: &impl Storage, path: &Path) -> Result<u64, DiskError> {
    let length = storage.length(path).map_err(|e| DiskError::doing("look at", path, e))?;
    Ok(length.unwrap_or_default())
}

fn word(bytes: &[u8], at: usize) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(word)
}
