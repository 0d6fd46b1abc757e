//! Files that are there whole or not at all: written under another name, then renamed.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};
use thiserror::Error;

/// Name of the list of files that [`write_directory`] leaves in a directory it made.
pub const CONTENTS: &str = ".portolan-files";

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
/// # Errors
/// [`OutputError`]; the old file, if there was one, is untouched then.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    let system = |reason: io::Error| OutputError::System { path: path.to_owned(), reason };
    let target = resolve(path)?;
    match fs::metadata(&target) {
        Ok(found) if found.is_dir() => return Err(OutputError::IsDirectory { path: path.to_owned() }),
        // A rename would put a file in place of /dev/null.
        Ok(found) if !found.is_file() => return fs::write(&target, bytes).map_err(system),
        _ => {}
    }
    let draft = sibling(&target, "new").ok_or_else(|| OutputError::NoName { path: path.to_owned() })?;
    let outcome = write_and_sync(&draft, bytes).and_then(|()| fs::rename(&draft, &target));
    if outcome.is_err() {
        let _ = fs::remove_file(&draft);
    }
    outcome.map_err(system)
}

/// A file that grows under another name and takes its own when it is whole; dropped before, it leaves nothing.
pub(super) struct Draft {
    path: PathBuf,
    target: PathBuf,
    /// where it grows; none for a device or a pipe, which gets it at the end
    draft: Option<PathBuf>,
}

impl Draft {
    /// Begin one.
    ///
    /// * `path`: the file that it shall be
    ///
    /// # Errors
    /// [`OutputError`]; the old file, if there was one, is untouched until [`Draft::keep`].
    pub(super) fn begin(path: &Path) -> Result<(Self, File), OutputError> {
        let system = |reason: io::Error| OutputError::System { path: path.to_owned(), reason };
        let target = resolve(path)?;
        let draft = match fs::metadata(&target) {
            Ok(found) if found.is_dir() => return Err(OutputError::IsDirectory { path: path.to_owned() }),
            Ok(found) if !found.is_file() => None,
            _ => Some(sibling(&target, "new").ok_or_else(|| OutputError::NoName { path: path.to_owned() })?),
        };
        let file = match &draft {
            Some(draft) => File::options().read(true).write(true).create(true).truncate(true).open(draft),
            None => tempfile::tempfile(),
        };
        Ok((Self { path: path.to_owned(), target, draft }, file.map_err(system)?))
    }

    /// Give it its name.
    ///
    /// # Errors
    /// [`OutputError::System`]; the old file stands then.
    pub(super) fn keep(mut self, mut file: File) -> Result<(), OutputError> {
        let kept = match self.draft.take() {
            Some(draft) => {
                let outcome = file.sync_all().and_then(|()| fs::rename(&draft, &self.target));
                if outcome.is_err() {
                    let _ = fs::remove_file(&draft);
                }
                outcome
            }
            None => file
                .seek(SeekFrom::Start(0))
                .and_then(|_| io::copy(&mut file, &mut File::options().write(true).open(&self.target)?))
                .map(drop),
        };
        kept.map_err(|reason| OutputError::System { path: self.path.clone(), reason })
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(draft) = &self.draft {
            let _ = fs::remove_file(draft);
        }
    }
}

/// Write a directory of files so that whoever looks sees the old directory or the new one.
///
/// * `path`: the directory; one that portolan made before is replaced, one that holds anything else is not
/// * `files`: what it shall hold, besides the list of their names in [`CONTENTS`]
///
/// An old directory steps aside under another name before the new one takes its place; should the program
/// be killed between these two renames, the next call puts the old one back first.
///
/// # Errors
/// [`OutputError`]; the old directory, if there was one, is untouched then.
pub fn write_directory(path: &Path, files: &[OutputFile]) -> Result<(), OutputError> {
    let system = |reason: io::Error| OutputError::System { path: path.to_owned(), reason };
    let no_name = || OutputError::NoName { path: path.to_owned() };
    let target = resolve(path)?;
    let aside = target.file_name().map(|name| target.with_file_name(format!(".{}.portolan-old", name.display())));
    let aside = aside.ok_or_else(no_name)?;
    if !target.exists() && aside.exists() {
        fs::rename(&aside, &target).map_err(system)?;
    }
    check_replaceable(path, &target)?;
    let draft = sibling(&target, "new").ok_or_else(no_name)?;
    let outcome = fill(&draft, files).and_then(|()| exchange(&draft, &target, &aside).map_err(system));
    if outcome.is_err() {
        let _ = fs::remove_dir_all(&draft);
    }
    outcome
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

/// A name beside the target that nobody else uses: a rename stays on one file system.
fn sibling(target: &Path, word: &str) -> Option<PathBuf> {
    let name = target.file_name()?;
    Some(target.with_file_name(format!(".{}.portolan-{word}-{}", name.display(), std::process::id())))
}

fn write_and_sync(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    // Without this a power cut may leave the new name on an empty file.
    file.sync_all()
}

fn fill(draft: &Path, files: &[OutputFile]) -> Result<(), OutputError> {
    let system = |path: &Path, reason| OutputError::System { path: path.to_owned(), reason };
    fs::create_dir_all(draft).map_err(|e| system(draft, e))?;
    let mut contents = String::new();
    for file in files {
        if !file.name.components().all(|c| matches!(c, Component::Normal(_))) {
            return Err(OutputError::LeadsOut { name: file.name.clone() });
        }
        let whole = draft.join(&file.name);
        if let Some(parent) = whole.parent() {
            fs::create_dir_all(parent).map_err(|e| system(parent, e))?;
        }
        write_and_sync(&whole, &file.bytes).map_err(|e| system(&whole, e))?;
        contents.push_str(&format!("{}\n", file.name.display()));
    }
    let list = draft.join(CONTENTS);
    write_and_sync(&list, contents.as_bytes()).map_err(|e| system(&list, e))
}

fn exchange(draft: &Path, target: &Path, aside: &Path) -> io::Result<()> {
    if aside.exists() {
        fs::remove_dir_all(aside)?;
    }
    if !target.exists() {
        return fs::rename(draft, target);
    }
    fs::rename(target, aside)?;
    if let Err(error) = fs::rename(draft, target) {
        fs::rename(aside, target)?;
        return Err(error);
    }
    // The new directory stands; what is left of the old one goes at the next call, should this fail.
    let _ = fs::remove_dir_all(aside);
    Ok(())
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

    #[test]
    fn law_a_directory_that_stepped_aside_comes_back() {
        let place = tempfile::tempdir().expect("a directory");
        let (path, aside) = (place.path().join("report"), place.path().join(".report.portolan-old"));
        write_directory(&path, &[file("report.html", "one")]).expect("written");
        fs::rename(&path, &aside).expect("as if killed between the two renames");
        let refused = write_directory(&path, &[file("../report.html", "two")]);
        assert!(matches!(refused, Err(OutputError::LeadsOut { .. })), "{refused:?}");
        assert_eq!(fs::read_to_string(path.join("report.html")).expect("back again"), "one");
        assert_eq!(names(place.path()), ["report"]);
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
