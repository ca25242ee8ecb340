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
    /// JSON pointer to the node; empty for the whole document.
    pub pointer: String,
    /// The rule's name, by which a waiver names it.
    pub rule: &'static str,
    /// What is wrong.
    pub message: String,
    /// Why it matters for this SDK.
    pub why: &'static str,
    /// How to write it instead.
    pub write: String,
    /// Whether no code can be generated from the document as it is.
    pub stops: bool,
    /// Whether `x-waivers` may name it.
    pub waivable: bool,
}

impl Finding {
    /// A fault of a file as a whole.
    pub fn in_file(path: &Path, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line: 0,
            column: 0,
            pointer: String::new(),
            rule: "",
            message: message.into(),
            why: "",
            write: String::new(),
            stops: true,
            waivable: false,
        }
    }

    /// Says which rule found it.
    #[must_use]
    pub fn rule(self, rule: &'static str) -> Self {
        Self { rule, ..self }
    }

    /// Says why it matters for this SDK.
    #[must_use]
    pub fn why(self, why: &'static str) -> Self {
        Self { why, ..self }
    }

    /// Says how to write it instead.
    #[must_use]
    pub fn write(self, write: impl Into<String>) -> Self {
        Self { write: write.into(), ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", shown(&self.path))?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        write!(f, ": ")?;
        if !self.rule.is_empty() {
            write!(f, "[{}] ", self.rule)?;
        }
        write!(f, "{}", self.message)?;
        let notes = [("at ", &*self.pointer), ("why: ", self.why), ("write: ", &*self.write)];
        for (label, text) in notes.into_iter().filter(|(_, text)| !text.is_empty()) {
            write!(f, "\n    {label}{text}")?;
        }
        Ok(())
    }
}

/// Why a command could not do its work.
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
    /// The place for the coverage table cannot be told.
    #[error("{0}")]
    Markers(Box<Finding>),
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

/// The findings as a person reads them, and how many there are.
pub fn list(findings: &[Finding]) -> String {
    let blocks: Vec<_> = findings.iter().map(Finding::to_string).collect();
    match blocks.as_slice() {
        [one] => one.clone(),
        many => format!("{} findings\n{}", many.len(), many.join("\n")),
    }
}

/// The path as a person here would type it: below the current folder, else
/// below the workspace, else in full.
pub fn shown(path: &Path) -> impl fmt::Display {
    let here = std::env::current_dir().unwrap_or_default();
    let short = path.strip_prefix(&here).or_else(|_| path.strip_prefix(crate::cli::workspace()));
    short.unwrap_or(path).to_string_lossy().replace('\\', "/")
}
