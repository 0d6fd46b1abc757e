//! Files that are there whole or not at all: written under another name, then renamed.

mod draft;
mod exchange;

pub(super) use draft::{abandon, watch_signals};

use draft::{Beside, Draft, gate};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};
use thiserror::Error;

/// Name of the list of files that [`write_directory`] leaves in a directory it made.
pub const CONTENTS: &str = ".portolan-files";

/// How often a folder is looked at again that seems to hold what is not ours.
const LOOKS: usize = 32;

/// What writing refuses.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OutputError {
    /// The path names no file or directory of its own.
    #[error("cannot write to {}: it needs a name of its own, such as report", path.display())]
    NoName {
        /// the path as given
        path: PathBuf,
    },
    /// A file is wanted where a directory is.
    #[error("cannot write the file {}: a directory has that name", path.display())]
    IsDirectory {
        /// the path as given
        path: PathBuf,
    },
    /// A directory is wanted where a file is.
    #[error("cannot write the directory {}: a file has that name", path.display())]
    IsFile {
        /// the path as given
        path: PathBuf,
    },
    /// The directory holds something that portolan did not put there.
    #[error(
        "will not replace {}: it holds {}, which portolan did not write; choose another --out or move that away",
        path.display(), foreign.display()
    )]
    NotOurs {
        /// the directory
        path: PathBuf,
        /// the first file that is not ours
        foreign: PathBuf,
    },
    /// A file's name inside the directory would lead out of it.
    #[error("the name {} leads out of the directory it belongs in", name.display())]
    LeadsOut {
        /// the name
        name: PathBuf,
    },
    /// A file's name inside the directory is not one line of text.
    #[error("the name {name:?} is not one line of printable text")]
    NotPlain {
        /// the name
        name: PathBuf,
    },
    /// The system refuses.
    #[error("cannot write {}: {reason}", path.display())]
    System {
        /// the path as given
        path: PathBuf,
        /// what the system says
        reason: io::Error,
    },
}

/// One file of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    /// name inside the directory; may lie in a directory of its own, `tables/burns.csv`
    pub name: PathBuf,
    /// what it holds
    pub bytes: Vec<u8>,
}

/// Write a file so that whoever looks sees the old one or the new one, never a part.
///
/// * `path`: the file; a link is followed, a device or a pipe is written to as it is
/// * `bytes`: what it shall hold
///
/// What earlier runs left of drafts of this file when they were stopped is removed, with a word to stderr.
///
/// # Errors
/// [`OutputError`]; the old file, if there was one, is untouched then.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    let (growing, mut file) = Growing::begin(path)?;
    file.write_all(bytes).map_err(|reason| OutputError::System { path: path.to_owned(), reason })?;
    growing.keep(file)
}

/// A file that grows under another name and takes its own when it is whole; dropped before, it leaves nothing.
pub(super) struct Growing {
    path: PathBuf,
    target: PathBuf,
    /// where it grows; none for a device or a pipe, which gets it at the end
    draft: Option<Draft>,
}

impl Growing {
    /// Begin one.
    ///
    /// * `path`: the file that it shall be
    ///
    /// # Errors
    /// [`OutputError`]; the old file, if there was one, is untouched until [`Growing::keep`].
    pub(super) fn begin(path: &Path) -> Result<(Self, File), OutputError> {
        let system = |reason: io::Error| OutputError::System { path: path.to_owned(), reason };
        let target = resolve(path)?;
        let grows = match fs::metadata(&target) {
            Ok(found) if found.is_dir() => return Err(OutputError::IsDirectory { path: path.to_owned() }),
            // A rename would put a file in place of /dev/null.
            Ok(found) => found.is_file(),
            Err(_) => true,
        };
        let (draft, file) = if grows {
            let beside = Beside::of(&target).ok_or_else(|| OutputError::NoName { path: path.to_owned() })?;
            beside.sweep(true);
            let (draft, file) = beside.file().map_err(system)?;
            (Some(draft), file)
        } else {
            (None, tempfile::tempfile().map_err(system)?)
        };
        Ok((Self { path: path.to_owned(), target, draft }, file))
    }

    /// Give it its name.
    ///
    /// # Errors
    /// [`OutputError::System`]; the old file stands then.
    pub(super) fn keep(self, mut file: File) -> Result<(), OutputError> {
        let Self { path, target, draft } = self;
        let kept = match draft {
            // Without the wait for the disk a power cut may leave the new name on an empty file.
            Some(draft) => file.sync_all().and_then(|()| {
                let mut gate = gate();
                let renamed = fs::rename(draft.path(), &target);
                if renamed.is_ok() {
                    draft.keep(&mut gate);
                } else {
                    // dropped behind the gate, which its removal asks for again
                    drop(gate);
                }
                renamed
            }),
            None => file
                .seek(SeekFrom::Start(0))
                .and_then(|_| io::copy(&mut file, &mut File::options().write(true).open(&target)?))
                .map(drop),
        };
        kept.map_err(|reason| OutputError::System { path, reason })
    }
}

/// Write a directory of files so that whoever looks sees the old directory or the new one.
///
/// * `path`: the directory; one that portolan made before is replaced, one that holds anything else is not
/// * `files`: what it shall hold, besides the list of their names in [`CONTENTS`]
///
/// Where the system can, the old directory and the new one exchange their names in one step. Elsewhere the old one steps
/// aside, whole, before the new one takes its place; should the program be killed between these two renames, the next
/// call puts the old one back first. What is being removed never bears the name that is put back. What earlier runs
/// left of drafts when they were stopped is removed, with a word to stderr.
///
/// # Errors
/// [`OutputError`]; the old directory, if there was one, is untouched then.
pub fn write_directory(path: &Path, files: &[OutputFile]) -> Result<(), OutputError> {
    write_directory_by(path, files, exchange::at_once)
}

fn write_directory_by(path: &Path, files: &[OutputFile], by: exchange::AtOnce) -> Result<(), OutputError> {
    let system = |reason: io::Error| OutputError::System { path: path.to_owned(), reason };
    let target = resolve(path)?;
    let beside = Beside::of(&target).ok_or_else(|| OutputError::NoName { path: path.to_owned() })?;
    if fs::symlink_metadata(&target).is_err()
        && let Some(whole) = beside.stepped_aside()
    {
        let _gate = gate();
        fs::rename(whole, &target).map_err(system)?;
    }
    beside.sweep(fs::symlink_metadata(&target).is_ok());
    look_replaceable(path, &target)?;
    // the first report of a new place: `--out out/name` where there is no `out` yet
    if let Some(parent) = target.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent).map_err(system)?;
    }
    let draft = beside.folder().map_err(system)?;
    fill(draft.path(), files)?;
    exchange::give_name(path, draft, &target, by)
}

/// Follow links and refuse what has no name.
fn resolve(path: &Path) -> Result<PathBuf, OutputError> {
    let named = matches!(path.components().next_back(), Some(Component::Normal(_)));
    match path.canonicalize() {
        Ok(real) if named && real.file_name().is_some() => Ok(real),
        Err(_) if named => Ok(path.to_owned()),
        _ => Err(OutputError::NoName { path: path.to_owned() }),
    }
}

/// Put files into a folder of our own.
fn fill(draft: &Path, files: &[OutputFile]) -> Result<(), OutputError> {
    let system = |path: &Path, reason| OutputError::System { path: path.to_owned(), reason };
    let mut contents = String::new();
    for file in files {
        if !file.name.components().all(|c| matches!(c, Component::Normal(_))) {
            return Err(OutputError::LeadsOut { name: file.name.clone() });
        }
        // the list of contents has one name a line
        match file.name.to_str() {
            Some(name) if !name.chars().any(char::is_control) => contents.push_str(&format!("{name}\n")),
            _ => return Err(OutputError::NotPlain { name: file.name.clone() }),
        }
        let whole = draft.join(&file.name);
        write_new(&whole, &file.bytes).map_err(|e| system(&whole, e))?;
    }
    let list = draft.join(CONTENTS);
    write_new(&list, contents.as_bytes()).map_err(|e| system(&list, e))
}

/// A file that must not be there yet, and the folder it lies in.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let made = {
        let _gate = gate();
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        File::options().write(true).create_new(true).open(path)
    };
    let mut file = made?;
    file.write_all(bytes)?;
    // Without this a power cut may leave the new name on an empty file.
    file.sync_all()
}

/// The same of a folder that another run may exchange while it is looked at.
fn look_replaceable(path: &Path, target: &Path) -> Result<(), OutputError> {
    let mut looks = (0..LOOKS).map(|_| check_replaceable(path, target));
    looks.find(Result::is_ok).unwrap_or_else(|| check_replaceable(path, target))
}

/// Only an empty directory, or one whose every file portolan listed, may give way.
fn check_replaceable(path: &Path, target: &Path) -> Result<(), OutputError> {
    let system = |reason: io::Error| OutputError::System { path: path.to_owned(), reason };
    match fs::metadata(target) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => return Err(OutputError::IsFile { path: path.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(system(error)),
    }
    let list = fs::read_to_string(target.join(CONTENTS)).unwrap_or_default();
    let ours: BTreeSet<PathBuf> = list.lines().map(PathBuf::from).chain([PathBuf::from(CONTENTS)]).collect();
    let mut directories = vec![PathBuf::new()];
    while let Some(inside) = directories.pop() {
        for entry in fs::read_dir(target.join(&inside)).map_err(system)? {
            let entry = entry.map_err(system)?;
            let name = inside.join(entry.file_name());
            if entry.file_type().map_err(system)?.is_dir() {
                directories.push(name);
            } else if !ours.contains(&name) {
                return Err(OutputError::NotOurs { path: path.to_owned(), foreign: name });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).expect("a directory");
        let mut names: Vec<String> =
            entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn file(name: &str, text: &str) -> OutputFile {
        OutputFile { name: name.into(), bytes: text.as_bytes().to_vec() }
    }

    #[test]
    fn law_a_file_is_replaced_whole_and_nothing_else_is_left() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("burns.csv");
        for text in ["first", "the second, which is longer", ""] {
            write_atomically(&path, text.as_bytes()).expect("written");
            assert_eq!(fs::read_to_string(&path).expect("there"), text);
            assert_eq!(names(place.path()), ["burns.csv"]);
        }
    }

    #[test]
    fn regress_a_report_makes_the_folders_that_lead_to_it() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("out/2033/report");
        write_directory(&path, &[file("report.html", "one")]).expect("written");
        assert_eq!(names(&place.path().join("out/2033")), ["report"]);
    }

    #[test]
    fn law_a_reader_sees_the_old_file_or_the_new_one() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("burns.csv");
        let (old, new) = (vec![b'o'; 1 << 20], vec![b'n'; 1 << 19]);
        write_atomically(&path, &old).expect("written");
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                for k in 0..40 {
                    write_atomically(&path, if k % 2 == 0 { &new } else { &old }).expect("written");
                }
            });
            while !writer.is_finished() {
                let seen = fs::read(&path).expect("there at all times");
                assert!(seen == old || seen == new, "{} bytes of a mixture", seen.len());
            }
        });
    }

    #[cfg(unix)]
    #[test]
    fn law_a_link_is_followed_and_a_device_stays_one() {
        use std::os::unix::fs::FileTypeExt;
        let place = tempfile::tempdir().expect("a directory");
        let (real, link) = (place.path().join("real.csv"), place.path().join("link.csv"));
        fs::write(&real, "old").expect("written");
        std::os::unix::fs::symlink(&real, &link).expect("linked");
        write_atomically(&link, b"new").expect("written");
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&real).expect("there"), "new");
        write_atomically(Path::new("/dev/null"), b"nothing").expect("written");
        assert!(fs::metadata("/dev/null").expect("there").file_type().is_char_device());
    }

    #[test]
    fn refuses_a_file_and_leaves_nothing_behind() {
        let place = tempfile::tempdir().expect("a directory");
        let below_nothing = place.path().join("no/such/burns.csv");
        assert!(matches!(write_atomically(&below_nothing, b"x"), Err(OutputError::System { .. })));
        assert!(matches!(write_atomically(place.path(), b"x"), Err(OutputError::IsDirectory { .. })));
        assert!(matches!(write_atomically(Path::new(".."), b"x"), Err(OutputError::NoName { .. })));
        assert_eq!(names(place.path()), Vec::<String>::new());
    }

    #[test]
    fn law_a_directory_is_replaced_whole() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("report");
        write_directory(&path, &[file("report.html", "one"), file("tables/old.csv", "1")]).expect("written");
        assert_eq!(names(&path), [CONTENTS, "report.html", "tables"]);
        write_directory(&path, &[file("report.html", "two")]).expect("written");
        assert_eq!(names(&path), [CONTENTS, "report.html"], "the old table is gone");
        assert_eq!(fs::read_to_string(path.join("report.html")).expect("there"), "two");
        assert_eq!(names(place.path()), ["report"]);
    }

    #[test]
    fn law_an_empty_directory_may_be_filled() {
        let place = tempfile::tempdir().expect("a directory");
        write_directory(place.path(), &[file("report.html", "one")]).expect("written");
        assert_eq!(names(place.path()), [CONTENTS, "report.html"]);
    }

    /// As on a file system that cannot exchange two names.
    fn in_two_steps(_: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    #[test]
    fn law_a_directory_is_replaced_whole_also_where_names_cannot_be_exchanged() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("report");
        for text in ["one", "two", "three"] {
            write_directory_by(&path, &[file("report.html", text)], in_two_steps).expect("written");
            assert_eq!(fs::read_to_string(path.join("report.html")).expect("there"), text);
            assert_eq!(names(place.path()), ["report"]);
        }
    }

    #[test]
    fn law_a_directory_that_stepped_aside_comes_back() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("report");
        write_directory(&path, &[file("report.html", "one")]).expect("written");
        let aside = Beside::of(&path).expect("a name").folder().expect("a draft").aside();
        fs::rename(&path, aside).expect("as if killed between the two renames");
        let refused = write_directory(&path, &[file("../report.html", "two")]);
        assert!(matches!(refused, Err(OutputError::LeadsOut { .. })), "{refused:?}");
        assert_eq!(fs::read_to_string(path.join("report.html")).expect("back again"), "one");
        assert_eq!(names(place.path()), ["report"]);
    }

    /// What the program before this one left: named by the process, and half deleted.
    #[test]
    fn regress_half_a_report_is_never_taken_for_one() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("report");
        let half = place.path().join(".report.portolan-old");
        fs::create_dir(&half).expect("made");
        fs::write(half.join("report.html"), "half").expect("written");
        let stale = place.path().join(format!(".report.portolan-new-{}", std::process::id()));
        fs::create_dir(&stale).expect("made");
        fs::write(stale.join("stale.csv"), "of another run").expect("written");
        let refused = write_directory(&path, &[file("a\nb.html", "two")]);
        assert!(matches!(refused, Err(OutputError::NotPlain { .. })), "{refused:?}");
        assert!(!path.exists(), "half a report came back");
        write_directory(&path, &[file("report.html", "two")]).expect("written");
        assert_eq!(names(&path), [CONTENTS, "report.html"]);
        write_directory(&path, &[file("report.html", "three")]).expect("and replaced");
    }

    #[test]
    fn law_leftovers_of_the_dead_are_removed_and_those_of_the_living_are_not() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("report");
        let beside = Beside::of(&path).expect("a name");
        let living = beside.folder().expect("a draft");
        fs::write(living.path().join("half.csv"), "1").expect("written");
        let living_file = beside.file().expect("a draft");
        // what a killed run leaves has the name and not the lock
        let named_like = |letter: char| {
            let name = living.path().file_name().expect("a name").to_str().expect("text");
            let stem = &name[..name.len() - 12];
            living.path().with_file_name(format!("{stem}{}", letter.to_string().repeat(12)))
        };
        let (folder, plain, link) = (named_like('a'), named_like('b'), named_like('c'));
        fs::create_dir_all(folder.join("tables")).expect("made");
        fs::write(folder.join("tables/burns.csv"), "1").expect("written");
        fs::write(&plain, "1").expect("written");
        let kept = place.path().join("kept");
        fs::create_dir(&kept).expect("made");
        fs::write(kept.join("thesis.tex"), "years of work").expect("written");
        #[cfg(unix)]
        std::os::unix::fs::symlink(&kept, &link).expect("linked");
        // of another running system, made just now: it may be alive
        let name = folder.file_name().expect("a name").to_str().expect("text").to_owned();
        let elsewhere = {
            let at = name.len() - 12 - 1 - 8;
            folder.with_file_name(format!("{}00000000-{}", &name[..at], "d".repeat(12)))
        };
        fs::write(&elsewhere, "1").expect("written");
        write_directory(&path, &[file("report.html", "one")]).expect("written");
        assert!(!folder.exists() && !plain.exists(), "{:?}", names(place.path()));
        assert!(living.path().join("half.csv").exists() && living_file.0.path().exists());
        assert!(elsewhere.exists());
        assert!(kept.join("thesis.tex").exists());
        #[cfg(unix)]
        assert!(link.is_symlink());
    }

    /// Links that somebody planted under the names that drafts had are not written through.
    #[cfg(unix)]
    #[test]
    fn regress_a_planted_link_is_not_followed() {
        let place = tempfile::tempdir().expect("a directory");
        let outside = place.path().join("outside");
        fs::create_dir(&outside).expect("made");
        fs::write(outside.join("victim"), "mine").expect("written");
        let (id, there) = (std::process::id(), place.path());
        std::os::unix::fs::symlink(&outside, there.join(format!(".report.portolan-new-{id}"))).expect("linked");
        let file_link = there.join(format!(".burns.csv.portolan-new-{id}"));
        std::os::unix::fs::symlink(outside.join("victim"), file_link).expect("linked");
        write_directory(&there.join("report"), &[file("report.html", "one")]).expect("written");
        write_atomically(&there.join("burns.csv"), b"burns").expect("written");
        assert_eq!(names(&outside), ["victim"]);
        assert_eq!(fs::read_to_string(outside.join("victim")).expect("there"), "mine");
        assert_eq!(fs::read_to_string(there.join("burns.csv")).expect("there"), "burns");
        assert!(!there.join("report").is_symlink());
    }

    /// Two containers on one folder have one number for their processes; threads stand for them here.
    #[test]
    fn law_writers_of_one_report_never_mix() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("report");
        for by in [exchange::at_once as exchange::AtOnce, in_two_steps] {
            std::thread::scope(|scope| {
                for writer in 0..4 {
                    let path = &path;
                    scope.spawn(move || {
                        for round in 0..15 {
                            let text = format!("{writer} {round}");
                            let files: Vec<OutputFile> =
                                (0..6).map(|k| file(&format!("tables/{writer}_{k}.csv"), &text)).collect();
                            write_directory_by(path, &files, by).expect("written");
                        }
                    });
                }
            });
            let list = fs::read_to_string(path.join(CONTENTS)).expect("a list");
            let texts: BTreeSet<String> =
                list.lines().map(|name| fs::read_to_string(path.join(name)).expect("listed and there")).collect();
            assert_eq!((list.lines().count(), texts.len()), (6, 1), "{list}");
            assert_eq!(names(&path.join("tables")).len(), 6);
        }
        assert_eq!(names(place.path()), ["report"]);
    }

    #[cfg(unix)]
    #[test]
    fn law_what_is_written_can_be_read_by_others_as_the_umask_says() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().expect("a directory");
        let plain = place.path().join("plain");
        fs::write(&plain, "as others write").expect("written");
        let path = place.path().join("burns.csv");
        write_atomically(&path, b"1").expect("written");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(&path), mode(&plain));
        let (folder, report) = (place.path().join("folder"), place.path().join("report"));
        fs::create_dir(&folder).expect("made");
        write_directory(&report, &[file("report.html", "one")]).expect("written");
        assert_eq!((mode(&report), mode(&report.join("report.html"))), (mode(&folder), mode(&plain)));
    }

    #[test]
    fn refuses_a_directory_that_is_not_ours() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("thesis");
        fs::create_dir(&path).expect("made");
        fs::write(path.join("chapter1.tex"), "years of work").expect("written");
        let message = write_directory(&path, &[file("report.html", "one")]).expect_err("not ours").to_string();
        assert!(message.contains("it holds chapter1.tex, which portolan did not write"), "{message}");
        assert_eq!(fs::read_to_string(path.join("chapter1.tex")).expect("there"), "years of work");
        let ours = place.path().join("report");
        write_directory(&ours, &[file("tables/burns.csv", "1")]).expect("written");
        fs::write(ours.join("tables/notes.txt"), "mine").expect("written");
        let again = write_directory(&ours, &[file("tables/burns.csv", "2")]);
        assert!(matches!(again, Err(OutputError::NotOurs { .. })), "a note among our tables");
        fs::write(place.path().join("plain"), "a file").expect("written");
        let on_a_file = write_directory(&place.path().join("plain"), &[]);
        assert!(matches!(on_a_file, Err(OutputError::IsFile { .. })), "{on_a_file:?}");
        assert_eq!(names(place.path()), ["plain", "report", "thesis"]);
    }
}
