//! A new folder takes the name of the old one.

use super::draft::{Draft, gate};
use super::{OutputError, check_replaceable, look_replaceable};
use std::fs;
use std::io;
use std::path::Path;

/// How often the exchange is tried again when another process renames the same folder meanwhile.
const ATTEMPTS: usize = 64;

/// Let two paths exchange their names in one step; an error of kind `Unsupported` where there is no such step.
pub(super) type AtOnce = fn(&Path, &Path) -> io::Result<()>;

/// The system's own exchange.
#[cfg(target_os = "linux")]
pub(super) fn at_once(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(|error| match error {
        // EINVAL is what file systems say that know the call and not the flag
        Errno::INVAL | Errno::NOSYS | Errno::NOTSUP => io::ErrorKind::Unsupported.into(),
        other => other.into(),
    })
}

#[cfg(not(target_os = "linux"))]
pub(super) fn at_once(_one: &Path, _other: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Give a filled draft the name of its target.
///
/// * `path`: the target as the user wrote it, for refusals
/// * `draft`: the new folder
/// * `target`: where it shall be
/// * `by`: the system's exchange
pub(super) fn give_name(path: &Path, mut draft: Draft, target: &Path, by: AtOnce) -> Result<(), OutputError> {
    let system = |reason: io::Error| OutputError::System { path: path.to_owned(), reason };
    let mut last = io::Error::other("another program renames it without end");
    for attempt in 0..ATTEMPTS {
        let mut gate = gate();
        if fs::symlink_metadata(target).is_err() {
            match fs::rename(draft.path(), target) {
                Ok(()) => {
                    draft.keep(&mut gate);
                    return Ok(());
                }
                // another process was quicker: now there is something to exchange with
                Err(error) if fs::symlink_metadata(target).is_ok() => last = error,
                Err(error) => {
                    drop(gate);
                    return Err(system(error));
                }
            }
            continue;
        }
        match look_replaceable(path, target) {
            // another process has renamed it while it was looked at
            Err(OutputError::System { reason, .. }) if reason.kind() == io::ErrorKind::NotFound => {
                last = reason;
                continue;
            }
            looked => looked?,
        }
        // what is exchanged has an owner until it is gone, or another run would take it for a leftover
        let folder = fs::File::open(target).ok();
        let lock = match folder.as_ref().map(fs::File::try_lock) {
            Some(Ok(())) => folder,
            // whoever wrote it is about to let go of it
            Some(Err(fs::TryLockError::WouldBlock)) if attempt < ATTEMPTS / 2 => {
                drop(gate);
                std::thread::sleep(std::time::Duration::from_millis(1));
                continue;
            }
            _ => None,
        };
        let outcome = match by(draft.path(), target) {
            Ok(()) => {
                draft.holds(lock);
                // what was ours a moment ago may hold somebody's notes by now: under its new name it holds still
                match check_replaceable(path, draft.path()) {
                    Ok(()) => Ok(None),
                    Err(OutputError::System { reason, .. }) if reason.kind() == io::ErrorKind::NotFound => Ok(None),
                    Err(foreign) => by(draft.path(), target).map(|()| Some(foreign)),
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {
                in_two_steps(path, &draft, target).inspect(|_| draft.holds(lock))
            }
            Err(error) => Err(error),
        };
        drop(gate);
        match outcome {
            // dropped, the draft takes the old folder along
            Ok(None) => return Ok(()),
            Ok(Some(foreign)) => return Err(foreign),
            // another process has renamed it meanwhile
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists
                ) =>
            {
                last = error;
            }
            Err(error) => return Err(system(error)),
        }
    }
    Err(system(last))
}

/// The old folder steps aside, the new one takes its place, and the old one gets the name of a draft, to be removed;
/// what it holds that is not ours, with everything as it was.
fn in_two_steps(path: &Path, draft: &Draft, target: &Path) -> io::Result<Option<OutputError>> {
    let aside = draft.aside();
    fs::rename(target, &aside)?;
    match check_replaceable(path, &aside) {
        Ok(()) => {}
        // another run that takes it for a leftover is removing it: what was in it is ours
        Err(OutputError::System { reason, .. }) if reason.kind() == io::ErrorKind::NotFound => {}
        Err(foreign) => return fs::rename(&aside, target).map(|()| Some(foreign)),
    }
    if let Err(error) = fs::rename(draft.path(), target) {
        // put back, unless another process has put something there meanwhile: then the next run sweeps it
        let _ = fs::rename(&aside, target);
        return Err(error);
    }
    // should this fail the next run sweeps it, whole as it is
    let _ = fs::rename(aside, draft.path());
    Ok(None)
}
