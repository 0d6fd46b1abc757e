//! Drafts: files and folders that grow beside the name they will take, and what becomes of them when a run is stopped.
//!
//! A draft of `report` is `.report.portolan-new-BOOT-RANDOM`: made by this process and no other (it is an error to find
//! it there, so no link that somebody planted is followed), and locked as long as its process lives. BOOT names the
//! running system, because a lock of another machine on a shared folder cannot always be seen from here.

use super::super::answer::printable;
use sha2::{Digest, Sha256};
use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::time::Duration;

/// What is removed when the program is stopped. Whoever makes, renames or removes a path of a draft holds the lock
/// meanwhile, so that a signal ends the program between such steps and never within one.
static LIVE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A draft of another running system may be alive though its lock is not seen; this long untouched it is not.
const FORGOTTEN: Duration = Duration::from_secs(24 * 3600);
/// Characters of the random part of a name.
const RANDOM_LENGTH: usize = 12;
/// Longest name of a file that its drafts carry as it is; names in a folder end at 255 bytes.
const LONGEST_LABEL: usize = 150;
/// How often another name is tried when somebody took this one for a leftover in the moment it was made.
const ATTEMPTS: usize = 16;

pub(super) struct Gate(MutexGuard<'static, Vec<PathBuf>>);

/// Keep signals out until the guard is dropped.
pub(super) fn gate() -> Gate {
    Gate(LIVE.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Gate {
    fn forget(&mut self, path: &Path) {
        self.0.retain(|live| live != path);
    }
}

/// What a draft is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// not yet, or no more, what the target's name stands for
    New,
    /// the whole of what the target's name stood for, out of the way while the new one takes its place
    Old,
}

impl Word {
    const fn text(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Old => "old",
        }
    }
}

/// Where the drafts of a target lie and how they are called.
#[derive(Debug, Clone)]
pub(super) struct Beside {
    folder: PathBuf,
    label: String,
}

/// A path that is removed when this is dropped, when the program is stopped, or by a later run.
#[derive(Debug)]
pub(super) struct Draft {
    path: PathBuf,
    /// held, not read: the lock ends with it
    lock: Option<File>,
    kept: bool,
}

impl Beside {
    /// The place beside a target; nothing for a path without a name of its own.
    pub(super) fn of(target: &Path) -> Option<Self> {
        let name = target.file_name()?;
        let folder = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        Some(Self { folder, label: label(name) })
    }

    fn prefix(&self, word: Word) -> String {
        format!(".{}.portolan-{}-", self.label, word.text())
    }

    /// A file that nobody else has, open for reading and writing.
    pub(super) fn file(&self) -> io::Result<(Draft, File)> {
        self.draft(|folder, builder| {
            let create = |path: &Path| File::options().read(true).write(true).create_new(true).open(path);
            let (file, path) = builder.make_in(folder, create)?.keep().map_err(|error| error.error)?;
            Ok((path, file))
        })
        .map(|(path, file)| (Draft { path, lock: file.try_clone().ok(), kept: false }, file))
    }

    /// A folder that nobody else has.
    pub(super) fn folder(&self) -> io::Result<Draft> {
        self.draft(|folder, builder| {
            let path = builder.tempdir_in(folder)?.keep();
            // a folder cannot be opened, and so not locked, on every system
            Ok((path.clone(), File::open(path).ok()))
        })
        .map(|(path, lock)| Draft { path, lock, kept: false })
    }

    fn draft<L: Lockable>(
        &self,
        make: impl Fn(&Path, &tempfile::Builder<'_, '_>) -> io::Result<(PathBuf, L)>,
    ) -> io::Result<(PathBuf, L)> {
        let prefix = format!("{}{}-", self.prefix(Word::New), boot());
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix("").rand_bytes(RANDOM_LENGTH);
        let mut gate = gate();
        for _ in 0..ATTEMPTS {
            let (path, made) = make(&self.folder, &builder)?;
            // whoever sweeps leftovers may have been quicker with the lock: then it is theirs to remove
            if made.lock_it(&path) {
                gate.0.push(path.clone());
                return Ok((path, made));
            }
        }
        Err(io::Error::other("another program removes every draft as soon as it is made"))
    }

    /// Remove what runs that were stopped left of this target, and say so.
    ///
    /// Left alone is whatever is not called as our drafts are, is a link, is locked, or was made by another running
    /// system less than a day ago.
    pub(super) fn sweep(&self, target_stands: bool) {
        let mut words = vec![Word::New];
        // superseded by what stands; with nothing there it is what `restore` looks for
        words.extend(target_stands.then_some(Word::Old));
        for path in words.into_iter().flat_map(|word| self.leftovers(word)) {
            let _gate = gate();
            // what bears the name that is put back is whole: it loses that name before it is taken apart
            let Some(_lock) = dead(&path) else { continue };
            let doomed = path.with_file_name(
                path.file_name().unwrap_or_default().display().to_string().replacen("-old-", "-new-", 1),
            );
            if doomed != path && fs::rename(&path, &doomed).is_err() {
                continue;
            }
            if remove(&doomed).is_ok() {
                let name = path.file_name().unwrap_or_default().display().to_string();
                let told = format!("portolan: removed {}, which a run that was stopped had left\n", printable(&name));
                // nobody is left to tell when stderr is closed
                let _ = io::stderr().write_all(told.as_bytes());
            }
        }
    }

    /// The newest of the whole folders that were out of the way when a run was stopped, if any.
    pub(super) fn stepped_aside(&self) -> Option<PathBuf> {
        let whole = self.leftovers(Word::Old).into_iter().filter(|path| is_folder(path));
        whole.max_by_key(|path| fs::metadata(path).and_then(|found| found.modified()).ok())
    }

    fn leftovers(&self, word: Word) -> Vec<PathBuf> {
        let prefix = self.prefix(word);
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let named_so = |name: &OsStr| {
            let rest = name.to_str().and_then(|name| name.strip_prefix(&prefix));
            rest.and_then(|rest| rest.split_once('-')).is_some_and(|(boot, random)| {
                boot.len() == 8
                    && boot.bytes().all(|b| b.is_ascii_hexdigit())
                    && random.len() == RANDOM_LENGTH
                    && random.bytes().all(|b| b.is_ascii_alphanumeric())
            })
        };
        let mut found: Vec<PathBuf> = entries.filter(|e| named_so(&e.file_name())).map(|e| e.path()).collect();
        found.sort();
        found
    }
}

impl Draft {
    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The name under which the old folder waits while this one takes its place.
    pub(super) fn aside(&self) -> PathBuf {
        let name = self.path.file_name().unwrap_or_default().display().to_string();
        self.path.with_file_name(name.replacen(".portolan-new-", ".portolan-old-", 1))
    }

    /// Another folder lies where this one did, and is removed in its place.
    ///
    /// * `lock`: of that folder, if it was locked before it came here
    pub(super) fn holds(&mut self, lock: Option<File>) {
        let there = || {
            let folder = open_without_links(&self.path).ok()?;
            folder.try_lock().ok().map(|()| folder)
        };
        self.lock = lock.filter(|folder| is_still(folder, &self.path)).or_else(there);
    }

    /// It has its name now, or nothing is left of it: not to be removed any more.
    pub(super) fn keep(mut self, gate: &mut Gate) {
        gate.forget(&self.path);
        self.kept = true;
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            let mut gate = gate();
            let _ = remove(&self.path);
            gate.forget(&self.path);
        }
    }
}

/// What can be locked for as long as this process holds it.
trait Lockable {
    /// Whether what was made at a path is this process's own.
    fn lock_it(&self, path: &Path) -> bool;
}

impl Lockable for File {
    fn lock_it(&self, path: &Path) -> bool {
        match self.try_lock() {
            Ok(()) => is_still(self, path),
            Err(fs::TryLockError::WouldBlock) => false,
            // a file system without locks: nobody can sweep there either
            Err(fs::TryLockError::Error(_)) => true,
        }
    }
}

impl Lockable for Option<File> {
    fn lock_it(&self, path: &Path) -> bool {
        self.as_ref().is_none_or(|file| file.lock_it(path))
    }
}

/// The lock of a leftover of which the owner is gone; nothing while that is not certain.
fn dead(path: &Path) -> Option<File> {
    let found = fs::symlink_metadata(path).ok()?;
    if !(found.is_file() || found.is_dir()) {
        return None;
    }
    let ours = path.file_name()?.to_str()?.contains(&format!("-{}-", boot()));
    let age = || found.modified().ok().and_then(|then| then.elapsed().ok());
    if !ours && age().is_none_or(|age| age < FORGOTTEN) {
        return None;
    }
    let file = open_without_links(path).ok()?;
    file.try_lock().ok()?;
    is_still(&file, path).then_some(file)
}

fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

/// Remove a file or a folder; a link itself and not what it leads to.
fn remove(path: &Path) -> io::Result<()> {
    if is_folder(path) { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

#[cfg(unix)]
fn open_without_links(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    File::options().read(true).custom_flags(flags.bits().cast_signed()).open(path)
}

#[cfg(not(unix))]
fn open_without_links(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Whether a path still leads to an open file.
fn is_still(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(open), Ok(there)) => same(&open, &there),
        _ => false,
    }
}

#[cfg(unix)]
fn same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn same(one: &Metadata, other: &Metadata) -> bool {
    one.created().ok() == other.created().ok()
}

/// The target's name as its drafts carry it.
fn label(name: &OsStr) -> String {
    match name.to_str() {
        Some(name) if name.len() <= LONGEST_LABEL => name.to_owned(),
        _ => hex(&Sha256::digest(name.as_encoded_bytes()), 16),
    }
}

/// Eight digits that are those of this running system and no other, where the system tells.
fn boot() -> &'static str {
    static BOOT: OnceLock<String> = OnceLock::new();
    BOOT.get_or_init(|| {
        let id = fs::read("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        if id.is_empty() { "0".repeat(8) } else { hex(&Sha256::digest(id), 4) }
    })
}

fn hex(bytes: &[u8], most: usize) -> String {
    bytes.iter().take(most).map(|byte| format!("{byte:02x}")).collect()
}

/// Remove all drafts of this process, which is about to end.
pub(in crate::cli) fn abandon() {
    let live = match LIVE.try_lock() {
        Ok(live) => live,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        // this thread may hold it itself; a later run sweeps
        Err(TryLockError::WouldBlock) => return,
    };
    for path in live.iter() {
        let _ = remove(path);
    }
}

/// Let a signal that ends the program remove its drafts first.
#[cfg(unix)]
pub(in crate::cli) fn watch_signals() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    // what the caller has switched off (nohup, a shell's background) stays off
    let ignored = ignored_signals();
    let wanted: Vec<i32> = [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|n| ignored >> (n - 1) & 1 == 0).collect();
    // without the thread the signals keep their usual way: the drafts are left for the next run to sweep
    let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let Ok(mut signals) = signal_hook::iterator::Signals::new(wanted) else { return };
        let Some(signal) = signals.forever().next() else { return };
        // held to the end: no path of a draft is made any more
        let live = gate();
        for path in live.0.iter() {
            let _ = remove(path);
        }
        let _ = signal_hook::low_level::emulate_default_handler(signal);
    });
}

#[cfg(not(unix))]
pub(in crate::cli) fn watch_signals() {}

/// A bit for each signal that this process was started without.
#[cfg(unix)]
fn ignored_signals() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
