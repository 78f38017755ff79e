//! Files that crash: the storage contract, with a power cut or a kill at any chosen effect.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use writethru::logs::disk::Storage;

use super::chance::Chance;

/// What is lost when it crashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crash {
    /// The process ends; whatever it wrote is there.
    Kill,
    /// The machine ends; what was not synced may be there, or not, or be zeros.
    PowerCut,
}

/// A handle on simulated files.
#[derive(Clone)]
pub struct SimFiles(Arc<Mutex<World>>);

struct World {
    contents: Vec<Content>,
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    /// Changes of names since the last sync of their directory, in order.
    pending: Vec<(PathBuf, Naming)>,
    effects: u64,
    crash_at: Option<u64>,
    crashed: bool,
    locked: bool,
    chance: Chance,
    room: Option<u64>,
}

#[derive(Default)]
struct Content {
    now: Vec<u8>,
    durable: Vec<u8>,
}

enum Naming {
    Made(PathBuf, usize),
    Renamed(PathBuf, PathBuf),
    Removed(PathBuf),
}

/// Bytes that are lost or kept together when the power is cut.
const SECTOR: usize = 16;

impl SimFiles {
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(World {
            contents: Vec::new(),
            names: BTreeMap::new(),
            durable_names: BTreeMap::new(),
            pending: Vec::new(),
            effects: 0,
            crash_at: None,
            crashed: false,
            locked: false,
            chance: Chance::new(seed),
            room: None,
        })))
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap()
    }

    /// Effects so far.
    pub fn effects(&self) -> u64 {
        self.world().effects
    }

    /// Crashes at the effect that comes after so many more.
    pub fn crash_after(&self, effects: u64) {
        let mut world = self.world();
        world.crash_at = Some(world.effects + effects);
    }

    /// Whether it has crashed since the last reboot.
    pub fn has_crashed(&self) -> bool {
        self.world().crashed
    }

    /// Lets so many more bytes be written.
    pub fn leave_room(&self, bytes: Option<u64>) {
        self.world().room = bytes;
    }

    /// Starts again with what has survived.
    pub fn reboot(&self, crash: Crash) {
        let world = &mut *self.world();
        if crash == Crash::PowerCut {
            world.cut_power();
        }
        world.crashed = false;
        world.crash_at = None;
        world.locked = false;
    }

    /// The bytes of a file.
    pub fn bytes(&self, path: &str) -> Vec<u8> {
        let world = self.world();
        world
            .names
            .get(Path::new(path))
            .map(|id| world.contents[*id].now.clone())
            .unwrap_or_default()
    }

    /// Puts other bytes into a file.
    pub fn overwrite(&self, path: &Path, bytes: Vec<u8>) {
        let mut world = self.world();
        let id = world.names[path];
        world.contents[id] = Content { now: bytes.clone(), durable: bytes };
    }

    /// Removes the files of these names.
    pub fn forget(&self, prefix: &str) {
        let named =
            |path: &Path| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(prefix));
        self.world().names.retain(|path, _| !named(path));
    }

    /// All files, sorted.
    pub fn paths(&self) -> Vec<PathBuf> {
        self.world().names.keys().cloned().collect()
    }
}

impl World {
    fn cut_power(&mut self) {
        let kept = self.chance.below(self.pending.len() as u64 + 1) as usize;
        let pending: Vec<_> = self.pending.drain(..).collect();
        for (_, naming) in pending.into_iter().take(kept) {
            apply(&mut self.durable_names, naming);
        }
        self.names = self.durable_names.clone();
        for content in &mut self.contents {
            if content.now == content.durable {
                continue;
            }
            content.now = survive(&content.durable, &content.now, &mut self.chance);
            content.durable = content.now.clone();
        }
    }

    /// Counts an effect; on the chosen one, what of it is to happen before the crash.
    fn effect(&mut self) -> io::Result<Option<u64>> {
        if self.crashed {
            return Err(io::Error::other("the machine is down"));
        }
        self.effects += 1;
        if self.crash_at.is_some_and(|at| self.effects > at) {
            self.crashed = true;
            return Ok(Some(self.chance.next()));
        }
        Ok(None)
    }

    fn down() -> io::Result<()> {
        Err(io::Error::other("the machine went down"))
    }

    fn id(&mut self, path: &Path) -> usize {
        if let Some(id) = self.names.get(path) {
            return *id;
        }
        let id = self.contents.len();
        self.contents.push(Content::default());
        self.name(path.parent().unwrap(), Naming::Made(path.to_owned(), id));
        id
    }

    fn name(&mut self, dir: &Path, naming: Naming) {
        let again = match &naming {
            Naming::Made(path, id) => Naming::Made(path.clone(), *id),
            Naming::Renamed(from, to) => Naming::Renamed(from.clone(), to.clone()),
            Naming::Removed(path) => Naming::Removed(path.clone()),
        };
        apply(&mut self.names, again);
        self.pending.push((dir.to_owned(), naming));
    }
}

fn apply(names: &mut BTreeMap<PathBuf, usize>, naming: Naming) {
    match naming {
        Naming::Made(path, id) => {
            names.insert(path, id);
        }
        Naming::Renamed(from, to) => {
            let id = names.remove(&from).expect("a file is made before it is renamed");
            names.insert(to, id);
        }
        Naming::Removed(path) => {
            names.remove(&path);
        }
    }
}

/// What stands in a file after a power cut: what was synced, and of the rest whatever chance says.
fn survive(durable: &[u8], now: &[u8], chance: &mut Chance) -> Vec<u8> {
    if now.len() < durable.len() || !now.starts_with(durable) {
        return if chance.below(2) == 0 { durable.to_vec() } else { now.to_vec() };
    }
    let length = durable.len() + chance.below((now.len() - durable.len()) as u64 + 1) as usize;
    let mut left = now[..length].to_vec();
    if chance.below(2) == 0 {
        for sector in left[durable.len()..].chunks_mut(SECTOR) {
            if chance.below(3) == 0 {
                sector.fill(0);
            }
        }
    }
    left
}

impl Storage for SimFiles {
    fn make_dir(&self, _dir: &Path) -> io::Result<()> {
        Ok(())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let world = self.world();
        let names = world.names.keys().filter(|path| path.parent() == Some(dir));
        Ok(names.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect())
    }

    fn length(&self, path: &Path) -> io::Result<Option<u64>> {
        let world = self.world();
        Ok(world.names.get(path).map(|id| world.contents[*id].now.len() as u64))
    }

    fn read(&self, path: &Path, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let world = self.world();
        let id = world.names.get(path).ok_or(io::ErrorKind::NotFound)?;
        let bytes = world.contents[*id].now.get(offset as usize..).unwrap_or_default();
        let filled = bytes.len().min(buffer.len());
        buffer[..filled].copy_from_slice(&bytes[..filled]);
        Ok(filled)
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut world = self.world();
        let crash = world.effect()?;
        let id = world.id(path);
        if let Some(chance) = crash {
            let part = (chance % (bytes.len() as u64 + 1)) as usize;
            world.contents[id].now.extend(&bytes[..part]);
            return World::down();
        }
        if let Some(room) = world.room {
            let part = bytes.len().min(room as usize);
            world.contents[id].now.extend(&bytes[..part]);
            world.room = Some(room - part as u64);
            return if part < bytes.len() {
                Err(io::ErrorKind::StorageFull.into())
            } else {
                Ok(())
            };
        }
        world.contents[id].now.extend(bytes);
        Ok(())
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        let mut world = self.world();
        let crash = world.effect()?;
        let id = world.id(path);
        if crash.is_none_or(|chance| chance % 2 == 0) {
            world.contents[id].durable = world.contents[id].now.clone();
        }
        if crash.is_some() { World::down() } else { Ok(()) }
    }

    fn truncate(&self, path: &Path, length: u64) -> io::Result<()> {
        let mut world = self.world();
        let crash = world.effect()?;
        let id = world.id(path);
        if crash.is_none_or(|chance| chance % 2 == 0) {
            world.contents[id].now.truncate(length as usize);
        }
        if crash.is_some() { World::down() } else { Ok(()) }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut world = self.world();
        let crash = world.effect()?;
        if crash.is_none_or(|chance| chance % 2 == 0) {
            world.name(to.parent().unwrap(), Naming::Renamed(from.to_owned(), to.to_owned()));
        }
        if crash.is_some() { World::down() } else { Ok(()) }
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut world = self.world();
        let crash = world.effect()?;
        if crash.is_none_or(|chance| chance % 2 == 0) {
            world.name(path.parent().unwrap(), Naming::Removed(path.to_owned()));
        }
        if crash.is_some() { World::down() } else { Ok(()) }
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        let mut world = self.world();
        let crash = world.effect()?;
        if crash.is_none_or(|chance| chance % 2 == 0) {
            let (done, left) = world.pending.drain(..).partition(|(of, _)| of == dir);
            world.pending = left;
            let done: Vec<(PathBuf, Naming)> = done;
            for (_, naming) in done {
                apply(&mut world.durable_names, naming);
            }
        }
        if crash.is_some() { World::down() } else { Ok(()) }
    }

    fn lock(&self, _path: &Path) -> io::Result<bool> {
        let mut world = self.world();
        let free = !world.locked;
        world.locked = true;
        Ok(free)
    }
}
