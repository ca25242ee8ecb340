//! Why a command could not do its work.

use std::io;
use std::path::{Path, PathBuf};

use super::finding::{Finding, list};
use super::workspace::shown;

/// Its `Display` says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Faults in the documents, all that there are.
    #[error("{}", list(.0))]
    Findings(Vec<Finding>),
    /// The file system refused.
    #[error("cannot {action} {}: {source}", shown(.path))]
    Io {
        /// What was tried, as a verb: "read", "write".
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The folder with the documents holds none.
    #[error("{} holds no .yaml document; name the right folder with --openapi", shown(.0))]
    NoDocuments(PathBuf),
    /// The place for the coverage table cannot be told.
    #[error("{}:{line}: {message}", shown(.path))]
    Markers {
        /// The file that holds the table.
        path: PathBuf,
        /// The line in question, counted from 1.
        line: usize,
        /// What is wrong, and what to do.
        message: String,
    },
    /// The output folder belongs to someone else.
    #[error(
        "{} is not empty and holds no file that this command generated; \
         files there would be removed. Name another crate with --out",
        shown(.0)
    )]
    ForeignFolder(PathBuf),
    /// The output folder holds a folder, which is never generated.
    #[error("{} is a folder, and nothing generated is; remove it by hand", shown(.0))]
    UnexpectedFolder(PathBuf),
    /// Nobody can listen there.
    #[error(
        "cannot listen on 127.0.0.1, port {port}: {source}; choose another --port, or leave it out for a free one"
    )]
    Port {
        /// As asked for.
        port: u16,
        /// The system's reason.
        source: io::Error,
    },
    /// A program that should have gone on ended.
    #[error("{what} ended by itself ({status}); what it or its build says is above")]
    Ended {
        /// Which one.
        what: &'static str,
        /// How.
        status: std::process::ExitStatus,
    },
}

impl Error {
    /// For `map_err`: the action and the path go with the system's reason.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }

    /// 4 if the documents are at fault, 1 if the command could not run.
    pub fn exit_code(&self) -> u8 {
        if matches!(self, Self::Findings(_)) { 4 } else { 1 }
    }
}
