//! A body into a file: whole, or not at all.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

use super::error::{Cause, Error};
use super::random::uuid;
use super::stream::ByteStream;

impl ByteStream {
    /// Saves the body, or what is left of it, and gives its length in bytes.
    ///
    /// It is written to a new file beside `path`, which only its owner may read
    /// (on Unix), and takes the place of `path` when it is complete. On an error,
    /// and when the future is dropped, nothing is left of it, and what was at `path`
    /// is as it was.
    ///
    /// # Errors
    ///
    /// See [`chunk`](Self::chunk); and of kind [`File`](crate::ErrorKind::File) where
    /// the file cannot be written.
    pub async fn save(mut self, path: impl AsRef<Path>) -> Result<u64, Error> {
        let path = path.as_ref();
        let (beside, mut file) = match Beside::create(path) {
            Ok(both) => both,
            Err(error) => return Err(self.failed(Cause::Save(error))),
        };
        let mut length = 0;
        while let Some(bytes) = self.chunk().await? {
            length += u64::try_from(bytes.len()).unwrap_or_default();
            if let Err(error) = file.write_all(&bytes).await {
                return Err(self.failed(Cause::Save(error)));
            }
        }
        let complete = async {
            // What is written is on its way until then.
            file.flush().await?;
            file.sync_all().await?;
            drop(file);
            tokio::fs::rename(&beside.0, path).await
        };
        complete.await.map_err(|error| self.failed(Cause::Save(error)))?;
        Ok(length)
    }
}

/// A file that is not finished; removed unless it was renamed.
struct Beside(PathBuf);

impl Beside {
    /// At once: a file that another thread is about to create could not be removed.
    fn create(path: &Path) -> io::Result<(Self, File)> {
        let names_none = || io::Error::new(io::ErrorKind::InvalidInput, "the path names no file");
        let name = path.file_name().ok_or_else(names_none)?;
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}.part", uuid()));
        let beside = path.with_file_name(hidden);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = File::from_std(options.open(&beside)?);
        Ok((Self(beside), file))
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // Under its new name it is not there any more.
        let _ = std::fs::remove_file(&self.0);
    }
}
