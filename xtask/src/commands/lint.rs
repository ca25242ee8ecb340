//! `cargo xtask lint`.

use std::path::PathBuf;

use clap::Args;

use super::{Outcome, plural};
use crate::cli::workspace;
use crate::error::{self, Error};
use crate::{lint, read};

/// The arguments.
#[derive(Debug, Args)]
pub struct Lint {
    /// The folder with the documents [default: openapi/ of the workspace]
    #[arg(long, value_name = "DIR")]
    openapi: Option<PathBuf>,
}

impl Lint {
    /// Say what is wrong with the documents, and how to write it instead.
    ///
    /// # Errors
    ///
    /// It could not run; see [`Error`].
    pub fn run(self) -> Result<Outcome, Error> {
        let openapi = self.openapi.unwrap_or_else(|| workspace().join("openapi"));
        let (documents, mut findings) = read::every(&openapi)?;
        findings.extend(documents.iter().flat_map(lint::all));
        findings.sort();
        if !findings.is_empty() {
            return Ok(Outcome { code: 4, text: format!("{}\n", error::list(&findings)) });
        }
        let operations = documents.iter().map(lint::operations).sum();
        let text = format!(
            "no findings; {}, {}\n",
            plural(documents.len(), "document", "documents"),
            plural(operations, "operation", "operations"),
        );
        Ok(Outcome { code: 0, text })
    }
}
