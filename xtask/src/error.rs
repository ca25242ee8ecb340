//! What went wrong, where, and what to do about it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A fault in a document, at a place that an editor can jump to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The document, as it was named to us.
    pub path: PathBuf,
    /// Line, counted from 1; 0 when the fault belongs to the whole file.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// What is wrong and what to write instead.
    pub message: String,
}

impl Finding {
    /// A fault of a file as a whole.
    pub fn in_file(path: &Path, message: impl Into<String>) -> Self {
        let path = path.to_owned();
        Self { path, line: 0, column: 0, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", shown(&self.path))?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Why a command could not do its work (exit code 1).
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Faults in the documents, all that one run could find.
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
    #[error("{} holds no .yaml, .yml or .json document; name the right folder with --openapi", shown(.0))]
    NoDocuments(PathBuf),
    /// The output folder belongs to someone else.
    #[error(
        "{} is not empty and holds no file that this command generated; \
         files there would be removed. Name an empty folder with --out",
        shown(.0)
    )]
    ForeignFolder(PathBuf),
    /// The output folder holds a folder, which is never generated.
    #[error("{} is a folder, and nothing generated is; remove it by hand", shown(.0))]
    UnexpectedFolder(PathBuf),
}

impl Error {
    /// For `map_err`: the action and the path go with the system's reason.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}

fn list(findings: &[Finding]) -> String {
    let lines: Vec<_> = findings.iter().map(Finding::to_string).collect();
    match lines.as_slice() {
        [one] => one.clone(),
        many => format!("{} faults\n{}", many.len(), many.join("\n")),
    }
}

/// The path as a person here would type it: below the current folder, else
/// below the workspace, else in full.
pub fn shown(path: &Path) -> impl fmt::Display {
    let here = std::env::current_dir().unwrap_or_default();
    let short = path.strip_prefix(&here).or_else(|_| path.strip_prefix(crate::cli::workspace()));
    short.unwrap_or(path).to_string_lossy().replace('\\', "/")
}
