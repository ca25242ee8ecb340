//! The generated folders: what is in them, and how they are brought up to date.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::file::MARKER;
use crate::base::error::Error;

/// How the folders differ from what the documents give.
#[derive(Debug)]
pub struct Difference {
    root: PathBuf,
    /// Files to write: path below the root, what is there now (if anything), what
    /// belongs there.
    pub changed: Vec<(String, Option<String>, String)>,
    /// Files that no document gives: path below the root and content.
    pub orphans: Vec<(String, String)>,
    /// How many files are as they should be.
    pub unchanged: usize,
}

impl Difference {
    /// Compares `files`, by their paths below `root`, with what is in their
    /// folders; touches nothing.
    ///
    /// # Errors
    ///
    /// A folder cannot be read, or is not one that this command made.
    pub fn of(root: &Path, files: BTreeMap<String, String>) -> Result<Self, Error> {
        let mut present = BTreeMap::new();
        for folder in folders(files.keys()) {
            present.extend(self::present(root, folder)?);
        }
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let (mut changed, mut unchanged) = (Vec::new(), 0);
        for (name, content) in files {
            match present.remove(&name) {
                Some(bytes) if bytes == content.as_bytes() => unchanged += 1,
                old => changed.push((name, old.map(text), content)),
            }
        }
        let orphans = present.into_iter().map(|(name, bytes)| (name, text(bytes))).collect();
        Ok(Self { root: root.to_owned(), changed, orphans, unchanged })
    }

    /// Whether the folders are up to date.
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.orphans.is_empty()
    }

    /// Brings the folders up to date. What can fail comes first and beside the
    /// files: an error leaves every one of them as it was.
    ///
    /// # Errors
    ///
    /// The file system refuses.
    pub fn apply(&self) -> Result<(), Error> {
        let names = self.changed.iter().map(|(name, ..)| name);
        for folder in folders(names.chain(self.orphans.iter().map(|(name, _)| name))) {
            let folder = self.root.join(folder);
            fs::create_dir_all(&folder).map_err(Error::io("create the folder", &folder))?;
            // For the superuser renaming would work all the same.
            writable(&folder)?;
        }
        let mut staged = Vec::new();
        for (name, _, content) in &self.changed {
            let path = self.root.join(name);
            let folder = path.parent().unwrap_or(&path);
            staged.push((stage(folder, content).map_err(Error::io("write", &path))?, path));
        }
        for (file, path) in staged {
            file.persist(&path).map_err(|error| Error::io("write", &path)(error.error))?;
        }
        for (name, _) in &self.orphans {
            let path = self.root.join(name);
            fs::remove_file(&path).map_err(Error::io("remove", &path))?;
        }
        Ok(())
    }
}

/// Gives one file new content, whole or not at all. A link stays a link.
///
/// # Errors
///
/// The file system refuses; then the file is as it was.
pub fn replace(path: &Path, content: &str) -> Result<(), Error> {
    let target = fs::canonicalize(path).map_err(Error::io("write", path))?;
    let kept = writable(&target)?;
    let folder = target.parent().unwrap_or(&target);
    let staged = stage(folder, content).map_err(Error::io("write", path))?;
    staged.as_file().set_permissions(kept).map_err(Error::io("write", path))?;
    staged.persist(&target).map_err(|error| Error::io("write", path)(error.error))?;
    Ok(())
}

/// The permissions of what may be written: renaming over a read-only file would
/// work, and is not what its owner wants.
fn writable(path: &Path) -> Result<fs::Permissions, Error> {
    let kept = fs::metadata(path).map_err(Error::io("write", path))?.permissions();
    if kept.readonly() {
        return Err(Error::io("write", path)(io::ErrorKind::PermissionDenied.into()));
    }
    Ok(kept)
}

fn folders<'a>(names: impl Iterator<Item = &'a String>) -> BTreeSet<&'a str> {
    names.filter_map(|name| Some(name.rsplit_once('/')?.0)).collect()
}

/// The files of a folder, by their paths below `root`.
fn present(root: &Path, name: &str) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let folder = root.join(name);
    let mut files = BTreeMap::new();
    let mut inner = None;
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(files),
        entries => entries.map_err(Error::io("read the folder", &folder))?,
    };
    for entry in entries {
        let path = entry.map_err(Error::io("read the folder", &folder))?.path();
        if path.is_dir() {
            inner = Some(path);
            continue;
        }
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let bytes = fs::read(&path).map_err(Error::io("read", &path))?;
        files.insert(format!("{name}/{file}"), bytes);
    }
    // Someone else's folder must not lose its files to a mistyped --out.
    let ours = files.values().any(|bytes| String::from_utf8_lossy(bytes).contains(MARKER));
    match inner {
        _ if (inner.is_some() || !files.is_empty()) && !ours => Err(Error::ForeignFolder(folder)),
        Some(inner) => Err(Error::UnexpectedFolder(inner)),
        None => Ok(files),
    }
}

fn stage(folder: &Path, content: &str) -> io::Result<NamedTempFile> {
    // tempfile's own message names the temporary file, which tells nobody anything.
    let file = tempfile::Builder::new().prefix(".xtask-").tempfile_in(folder);
    let mut file = file.map_err(|error| io::Error::from(error.kind()))?;
    file.write_all(content.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // A temporary file is the owner's alone; a source file is not.
        file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    Ok(file)
}
